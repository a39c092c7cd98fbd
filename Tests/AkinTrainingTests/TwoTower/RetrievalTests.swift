import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Two towers that learn retrieval")
struct RetrievalTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func method(_ world: TowerWorld, _ change: (inout TwoTowerOptions) -> Void = { _ in }) -> TwoTower {
    var options = TwoTowerOptions(loss: .softmax)
    (options.hidden, options.dimensions, options.epochs) = ([12], 6, 30)
    (options.batch, options.negatives, options.positiveFrom) = (32, 6, 4)
    options.learningRate = 0.01
    change(&options)
    return TwoTower(options: options, userFeatures: world.users, itemFeatures: world.items)
  }

  @Test("It ranks what users like first, to the same bits at any thread count", arguments: [nil, 3])
  func learns(hard: Int?) throws {
    let world = try TowerWorld(scratch)
    let method = method(world) { $0.hardNegatives = hard }
    let all = try world.interactions.including(users: world.users.ids, items: world.items.ids)
    let one = try method.train(all, execution: Execution(threads: 1))
    let four = try method.train(all, execution: Execution(threads: 4))
    #expect(one.towers == four.towers && one.losses == four.losses)
    #expect(try #require(one.losses.last).total < 0.8 * one.losses[0].total, "\(one.losses.map(\.total))")
    // Vectors of length 1, also of those whom nobody has.
    #expect(one.items.count == 21 && one.users.count == 26 && one.metric == .cosine)
    for row in 0..<21 { #expect(abs(one.items[Row(row)].reduce(0) { $0 + $1 * $1 } - 1) < 1e-5) }
    var (won, count) = (0.0, 0.0)
    let table = all.byUser
    for user in 0..<table.rowCount {
      let scores = (0..<21).map { item in
        zip(one.users[Row(user)], one.items[Row(item)]).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let liked = Set(
        (table.offsets[user]..<table.offsets[user + 1]).filter { table.values[$0] >= 4 }.map { Int(table.others[$0]) })
      for item in liked {
        for other in 0..<21 where !liked.contains(other) {
          won += scores[item] > scores[other] ? 1 : scores[item] == scores[other] ? 0.5 : 0
          count += 1
        }
      }
    }
    #expect(won / count > 0.75, "\(won / count)")
    // A score is an order, no rating.
    #expect(one.objective.loss == .softmax && one.objective.scale == nil && !one.objective.isObservedOnly)
    #expect(one.objective.prediction(ofScore: 0.3) == 0.3 && one.objective.scoreMeaning.hasPrefix("order only"))
    #expect(one.options["loss"] == .string("softmax") && one.options["range"] == nil)
  }

  @Test("Popular items score higher among users who are alike: in-batch negatives are corrected for popularity")
  func popularity() throws {
    // Items 0 to 3 of 48, 24, 12 and 6 users, who have one item each and features that say nothing of it.
    var rows = "user,item\n"
    var users = "user,a,b\n"
    var user = 0
    for (item, count) in [48, 24, 12, 6].enumerated() {
      for _ in 0..<count {
        rows += "\(user),i\(item)\n"
        users += "\(user),\(user * 7 % 5),\(user * 11 % 3)\n"
        user += 1
      }
    }
    let interactions = try scratch.read(rows)
    var options = TwoTowerOptions(loss: .softmax)
    (options.hidden, options.dimensions, options.epochs, options.batch) = ([], 4, 100, 30)
    (options.negatives, options.temperature, options.learningRate) = (0, 0.25, 0.02)
    let method = TwoTower(
      options: options, userFeatures: try FeatureTable.read(path: scratch.file(users)),
      itemFeatures: try FeatureTable.read(
        path: scratch.file("item,kind\n" + (0..<4).map { "i\($0),k\($0)\n" }.joined())))
    let model = try method.train(interactions)
    let means = (0..<4).map { item in
      (0..<user).reduce(0.0) { sum, user in
        sum
          + zip(model.users[Row(user)], model.items[Row(item)]).reduce(0) { $0 + Double($1.0 * $1.1) }
          / Double(model.users.count)
      }
    }
    // The chances of the four items fall by a factor of 2 each, and scores by τ ln 2 as far as vectors of length 1 allow it.
    for item in 0..<3 { #expect(means[item] - means[item + 1] > 0.05, "\(means)") }
  }

  @Test("Items without a positive pair are never drawn")
  func drawn() throws {
    let world = try TowerWorld(scratch)
    let all = try world.interactions.including(users: world.users.ids, items: world.items.ids)
    let data = try TwoTowerData(all, method(world))
    let pairs = try #require(data.softmax)
    let known = Set(data.pairs.items)
    #expect(Set(pairs.items) == known && known.count < all.itemIDs.count)
    #expect(data.capacity.items <= all.itemIDs.count)
  }

  @Test("Hard negatives of a catalogue that each step draws whole are said to have no effect")
  func vain() throws {
    let world = try TowerWorld(scratch)
    for (negatives, isVain) in [(6, false), (18, true)] {
      let data = try TwoTowerData(
        world.interactions, method(world) { ($0.negatives, $0.hardNegatives) = (negatives, 2) })
      #expect(data.notes.contains { $0.hasPrefix("hard-negatives has no effect") } == isVain, "\(negatives)")
    }
  }

  @Test("Validation stops early, and the model is that of the best epoch")
  func validation() throws {
    let world = try TowerWorld(scratch)
    var validation = Validation { state in state.epoch == 3 ? 1 : 0 }
    validation.patience = 2
    let model = try method(world).train(
      world.interactions, validation: validation, execution: Execution(threads: 1))
    let three = try method(world) { $0.epochs = 3 }.train(world.interactions, execution: Execution(threads: 1))
    #expect(model.towers == three.towers && model.options == three.options)
  }

  @Test("Options without a meaning are named")
  func options() throws {
    let world = try TowerWorld(scratch)
    for (name, change) in [
      ("loss", { $0.loss = .absolute }), ("temperature", { $0.temperature = 0 }), ("negatives", { $0.negatives = -1 }),
      ("negatives", { ($0.batch, $0.negatives) = (1, 0) }), ("hard-negatives", { $0.hardNegatives = 6 }),
      ("hard-negatives", { ($0.negatives, $0.hardNegatives) = (0, 1) }), ("range", { $0.range = 1...5 }),
      ("positive-from", { $0.positiveFrom = .nan }),
      ("hard-negatives", { ($0.loss, $0.positiveFrom, $0.hardNegatives) = (.squared, nil, 3) }),
      ("positive-from", { $0.loss = .squared }),
    ] as [(String, (inout TwoTowerOptions) -> Void)] {
      #expect {
        try method(world, change).check()
      } throws: { error in
        guard case TrainingError.option(name, _, _) = error else { return false }
        return true
      }
    }
    #expect(throws: TrainingError.noPositives(from: 9, largest: 5)) {
      try method(world) { $0.positiveFrom = 9 }.train(world.interactions)
    }
    // One item; one user; users who have all items.
    for rows in ["1,i1,3\n2,i1,3\n", "1,i1,3\n1,i2,3\n1,i3,3\n", "1,i1,3\n1,i2,3\n2,i1,3\n2,i2,3\n"] {
      #expect(throws: TrainingError.nothingToCompare, "\(rows)") {
        try method(world) { $0.positiveFrom = nil }.train(scratch.read(rows))
      }
    }
    // Equal values are no error here: who has what is learned.
    _ = try method(world) { ($0.positiveFrom, $0.epochs) = (nil, 1) }.train(scratch.read("1,i1,3\n2,i2,3\n"))
  }

  @Test("A step size that leads to infinities is halved")
  func diverges() throws {
    let world = try TowerWorld(scratch)
    let model = try method(world) { ($0.learningRate, $0.epochs) = (1e20, 2) }.train(world.interactions)
    #expect(model.notes.contains { $0.contains("the step size was halved") })
    #expect(model.items[Row(0)].allSatisfy { $0.isFinite })
  }
}
