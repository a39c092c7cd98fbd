import AkinSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("elsa")
struct ELSATests {
  private func options(_ change: (inout ELSAOptions) -> Void) -> ELSAOptions {
    var options = ELSAOptions()
    (options.dimensions, options.epochs) = (8, 5)
    change(&options)
    return options
  }

  private static let weightings: [Objective.Weighting] = [.constant, .value]

  /// The weights of a user's items, 0 elsewhere.
  private func row(_ user: Int, of x: Interactions, _ weighting: Objective.Weighting) -> [Double] {
    let pairs = x.byUser.offsets[user]..<x.byUser.offsets[user + 1]
    let largest = Double(x.byUser.values[pairs].max() ?? 1)
    var row = [Double](repeating: 0, count: x.itemIDs.count)
    for place in pairs where x.byUser.values[place] > 0 {
      row[Int(x.byUser.others[place])] = weighting == .value ? Double(x.byUser.values[place]) / largest : 1
    }
    return row
  }

  /// The loss of a user with the vector z, item by item.
  private func slowLoss(_ z: [Double], _ x: [Double], _ items: [[Double]]) -> Double {
    var (product, predicted, own) = (0.0, 0.0, 0.0)
    for (item, weight) in zip(items, x) {
      let value = zip(item, z).reduce(0) { $0 + $1.0 * $1.1 } - weight
      product += value * weight
      predicted += value * value
      own += weight * weight
    }
    return 2 - 2 * product / (predicted * own).squareRoot()
  }

  @Test("Losses and slopes by the Gramian are those item by item", arguments: weightings)
  func slopes(weighting: Objective.Weighting) throws {
    let x = try ratings(users: 20, items: 15, count: 120, seed: 31)
    let (d, execution) = (4, Execution(threads: 1))
    let rule = HistorySum(isWeighed: weighting == .value)
    let items = try ELSAItems(x.byItem, dimensions: d, seed: 3, execution: execution)
    let batch = ELSABatch(size: 9, dimensions: d)
    let users: [UInt32] = [0, 3, 4, 7, 11]
    let sum = try batch.score(users[...], of: x.byUser, rule, items, execution)
    let rows = (0..<x.itemIDs.count).map { item in (0..<d).map { items.unit[item, $0] } }
    let histories = users.map { row(Int($0), of: x, weighting) }
    func user(_ history: [Double], _ rows: [[Double]]) -> [Double] {
      (0..<d).map { k in zip(rows, history).reduce(0) { $0 + $1.0[k] * $1.1 } }
    }
    func loss(_ rows: [[Double]]) -> Double { histories.reduce(0) { $0 + slowLoss(user($1, rows), $1, rows) } }
    #expect((sum - loss(rows)).magnitude < 1e-10 * sum)
    for item in rows.indices {
      for k in 0..<d {
        // What the items of histories get by their users, and every item by the Gramian.
        var slope = 0.0
        for (slot, history) in histories.enumerated() {
          slope += history[item] * batch.slopes[slot, k]
          let share = (0..<d).reduce(0) { $0 + rows[item][$1] * batch.scaled[slot, $1] }
          slope += 2 * share * batch.vectors[slot, k]
        }
        var (up, down) = (rows, rows)
        up[item][k] += 1e-5
        down[item][k] -= 1e-5
        let expected = (loss(up) - loss(down)) / 2e-5
        #expect((slope - expected).magnitude < 1e-7 * (1 + expected.magnitude), "item \(item), \(k)")
      }
    }
    for slot in users.count..<9 { for k in 0..<d { #expect(batch.slopes[slot, k] == 0 && batch.scaled[slot, k] == 0) } }
  }

  @Test("A step goes against the signs of the slopes of the whole loss, in every item", arguments: weightings)
  func step(weighting: Objective.Weighting) throws {
    let x = try ratings(users: 12, items: 10, count: 70, seed: 32)
    let (d, execution) = (3, Execution(threads: 1))
    let rule = HistorySum(isWeighed: weighting == .value)
    let items = try ELSAItems(x.byItem, dimensions: d, seed: 4, execution: execution)
    let users = (0..<UInt32(x.byUser.rowCount)).filter { x.byUser.count(ofRow: Int($0)) > 1 }
    func rows() -> [[Double]] { (0..<x.itemIDs.count).map { item in (0..<d).map { items.unit[item, $0] } } }
    func loss(_ rows: [[Double]]) -> Double {
      users.reduce(0) { sum, user in
        let weights = row(Int(user), of: x, weighting)
        let z = (0..<d).map { k in zip(rows, weights).reduce(0) { $0 + $1.0[k] * $1.1 } }
        return sum + slowLoss(z, weights, rows)
      }
    }
    let before = rows()
    let batch = ELSABatch(size: users.count, dimensions: d)
    _ = try batch.score(users[...], of: x.byUser, rule, items, execution)
    // The first step of Adam takes each component by the rate against the sign of its slope.
    try items.step(batch, users[...], of: x.byUser, rule, rate: 1e-6, execution)
    let after = rows()
    var compared = 0
    for (item, row) in before.enumerated() {
      #expect((after[item].reduce(0) { $0 + $1 * $1 } - 1).magnitude < 1e-12)
      let slopes = (0..<d).map { k in
        (loss(replacing(before, item, unit(row, k, 1e-5))) - loss(replacing(before, item, unit(row, k, -1e-5)))) / 2e-5
      }
      guard slopes.allSatisfy({ $0.magnitude > 1e-3 }) else { continue }
      compared += 1
      // A row at length 1 moves against the signs, across itself.
      let signs = slopes.map { $0 > 0 ? 1.0 : -1.0 }
      let along = zip(signs, row).reduce(0) { $0 + $1.0 * $1.1 }
      let expected = zip(signs, row).map { along * $1 - $0 }
      let moved = zip(after[item], row).map { $0 - $1 }
      func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      let cosine = dot(moved, expected) / (dot(moved, moved) * dot(expected, expected)).squareRoot()
      #expect(cosine > 0.999, "item \(item): \(moved), \(expected)")
    }
    #expect(compared > 5)
    #expect(loss(after) < loss(before))
  }

  private func unit(_ row: [Double], _ k: Int, _ change: Double) -> [Double] {
    var moved = row
    moved[k] += change
    let length = moved.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return moved.map { $0 / length }
  }

  private func replacing(_ rows: [[Double]], _ item: Int, _ row: [Double]) -> [[Double]] {
    var rows = rows
    rows[item] = row
    return rows
  }

  @Test(
    "Items have length 1, a user is the sum of its items and the user folded in to the bit, and the loss falls",
    arguments: weightings)
  func model(weighting: Objective.Weighting) throws {
    let x = try ratings(users: 60, items: 40, count: 900, seed: 33)
    let model = try options { $0.weighting = weighting }.train(x)
    let fold = try #require(try model.foldIn(for: x))
    for item in 0..<model.items.count {
      #expect((model.items[Row(item)].reduce(0.0) { $0 + Double($1) * Double($1) } - 1).magnitude < 1e-5)
    }
    for user in 0..<x.byUser.rowCount {
      let pairs = x.byUser.offsets[user]..<x.byUser.offsets[user + 1]
      let made = try fold.user(history: Array(x.byUser.others[pairs]), values: Array(x.byUser.values[pairs]))
      #expect(made.vector == model.users[Row(user)], "user \(user)")
      // For an item of the history, too, a score is the prediction plus the item's weight: the sum of cosines with the history.
      let weights = row(user, of: x, weighting)
      for item in [0, 7, 21] {
        let expected = weights.indices.reduce(0.0) { sum, other in
          sum + weights[other]
            * zip(model.items[Row(other)], model.items[Row(item)]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        }
        let score = model.score(user: Row(user), item: Row(item))
        #expect((score - expected).magnitude < 1e-4 * (1 + expected.magnitude))
      }
    }
    let losses = model.losses.map(\.total)
    #expect(try #require(losses.last) < 0.9 * losses[0])
  }

  @Test("The same bits at any thread count, and by values that are all times a power of two")
  func deterministic() throws {
    let x = try ratings(users: 300, items: 600, count: 4000, seed: 34)
    let small = options { ($0.epochs, $0.weighting) = (2, .value) }
    let models = try [1, 2, 4].map { try small.train(x, validation: nil, execution: Execution(threads: $0)) }
    #expect(bits(models[1]) == bits(models[0]) && bits(models[2]) == bits(models[0]))
    let rows = (0..<x.byUser.rowCount).flatMap { user in
      (x.byUser.offsets[user]..<x.byUser.offsets[user + 1]).map {
        let item = x.itemIDs[Row(Int(x.byUser.others[$0]))]
        return (user: x.userIDs[Row(user)], item: item, value: x.byUser.values[$0] * 0x1p90)
      }
    }
    let scaled = try small.train(Interactions(rows: rows, duplicates: .last))
    #expect(bits(scaled) == bits(models[0]))
  }

  @Test(
    "A new item is the sum of its users' directions by its weights in their histories, where the trained one lies",
    arguments: weightings)
  func newItem(weighting: Objective.Weighting) throws {
    let x = try ratings(users: 60, items: 40, count: 900, seed: 35)
    let model = try options { ($0.epochs, $0.weighting) = (8, weighting) }.train(x)
    let items = try ItemFoldIn(model.embeddings(for: x), x)
    let cosines = try (0..<x.byItem.rowCount).filter { x.byItem.count(ofRow: $0) > 9 }.map { item in
      zip(try items.item(item).vector, model.items[Row(item)]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    }
    #expect(cosines.reduce(0, +) / Double(cosines.count) > 0.5)
    for item in [0, 5, 9] {
      var sum = [Double](repeating: 0, count: 8)
      for user in 0..<x.byUser.rowCount {
        let weight = row(user, of: x, weighting)[item]
        let p = model.users[Row(user)].map { Double($0) }
        let length = p.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for k in 0..<8 where weight > 0 { sum[k] += weight * p[k] / length }
      }
      let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for (made, expected) in zip(try items.item(item).vector, sum) {
        #expect((Double(made) - expected / length).magnitude < 1e-5, "item \(item)")
      }
    }
  }

  @Test("A new item that is little to all of its users has a direction")
  func littleItem() throws {
    let x = try Interactions(
      rows: [
        (user: .number(1), item: .number(1), value: 1e9), (user: .number(1), item: .number(2), value: 1),
        (user: .number(2), item: .number(3), value: 1e9), (user: .number(2), item: .number(2), value: 1),
      ])
    let model = try options { ($0.epochs, $0.weighting) = (2, .value) }.train(x)
    let made = try ItemFoldIn(model.embeddings(for: x), x).item(1).vector
    #expect((made.reduce(0.0) { $0 + Double($1) * Double($1) } - 1).magnitude < 1e-5)
  }

  @Test("Items and users without a value above 0 are zeros; nothing to learn from is an error")
  func small() throws {
    let x = try Interactions(
      rows: [
        (user: .number(1), item: .number(1), value: 2), (user: .number(1), item: .number(2), value: 1),
        (user: .number(2), item: .number(3), value: 0), (user: .number(3), item: .number(1), value: 1),
      ])
    let model = try options { $0.epochs = 2 }.train(x)
    #expect(model.items[Row(2)].allSatisfy { $0 == 0 } && model.users[Row(1)].allSatisfy { $0 == 0 })
    #expect(model.users[Row(2)] == model.items[Row(0)])
    #expect(throws: TrainingError.nothingToLearn) { try ELSAOptions().train(Interactions(rows: [])) }
    let zero = try Interactions(rows: [(user: .number(1), item: .number(1), value: 0)])
    #expect(throws: TrainingError.allZero) { try ELSAOptions().train(zero) }
    let single = try Interactions(rows: [(user: .number(1), item: .number(1), value: 3)])
    #expect(throws: TrainingError.nothingToCompare) { try ELSAOptions().train(single) }
  }

  @Test("Options out of their ranges are errors that name them")
  func options() {
    for (name, options) in [
      ("dimensions", options { $0.dimensions = 0 }), ("epochs", options { $0.epochs = 0 }),
      ("learning-rate", options { $0.learningRate = .nan }), ("weighting", options { $0.weighting = .bm25 }),
      ("batch", options { $0.batch = 0 }),
    ] {
      #expect {
        try options.check()
      } throws: { error in
        guard case TrainingError.option(name, _, _) = error else { return false }
        return true
      }
    }
    #expect([20, 2000, 1_000_000].map { ELSAOptions().batch(ofUsers: $0) } == [32, 62, 1024])
  }
}
