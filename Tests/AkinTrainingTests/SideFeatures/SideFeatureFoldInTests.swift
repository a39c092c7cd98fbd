import AkinSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Side features: rows that training has not seen")
struct SideFeatureFoldInTests {
  private static func options(_ sides: SideFeatures) -> WALSOptions {
    var options = WALSOptions()
    options.dimensions = 8
    options.epochs = 3
    options.sideFeatures = sides
    return options
  }

  private func features(of row: Int, _ table: FeatureTable) -> [(feature: Int, value: Float)] {
    (table.offsets[row]..<table.offsets[row + 1]).map { (Int(table.columns[$0]), table.values[$0]) }
  }

  @Test(
    "A cold row is what its features make of it, to the bit, and it changes nothing for the others", arguments: [1, 2])
  func cold(seed: UInt64) throws {
    let world = try SideWorld(seed: seed)
    let model = try WALS.train(
      world.x, options: Self.options(SideFeatures(users: world.users, items: world.items)))
    let embeddings = model.embeddings(for: world.x)
    for (side, table, matrix, pairs) in [
      (SideFeatureFoldIn.Side.items, world.items, model.items, world.x.byItem),
      (.users, world.users, model.users, world.x.byUser),
    ] {
      let fold = try #require(try SideFeatureFoldIn(side, of: embeddings))
      let made = try fold.vectors(for: table)
      var cold = 0
      for row in 0..<pairs.rowCount where pairs.count(ofRow: row) == 0 {
        #expect(made[Row(row)].map(\.bitPattern) == matrix[Row(row)].map(\.bitPattern), "\(side) \(row), seed \(seed)")
        if !matrix.isZero(Row(row)) { cold += 1 }
      }
      #expect(cold >= 3)
    }
    // The same interactions without the cold rows: the same vectors for everybody else.
    let known = (0..<30).filter { world.x.byItem.count(ofRow: $0) > 0 }
    let rows = (0..<40).flatMap { user in
      (world.x.byUser.offsets[user]..<world.x.byUser.offsets[user + 1]).map {
        (
          user: UserID.number(UInt64(user)), item: ItemID.number(UInt64(world.x.byUser.others[$0])),
          value: world.x.byUser.values[$0]
        )
      }
    }
    let alone = try WALS.train(
      Interactions(rows: rows), options: Self.options(SideFeatures(users: world.users, items: world.items)))
    for (place, row) in known.enumerated() {
      #expect(
        alone.items[Row(place)].map(\.bitPattern) == model.items[Row(row)].map(\.bitPattern),
        "item \(row), seed \(seed)")
    }
  }

  @Test("A row of the training gets the bits of its half-step, from features and interactions")
  func known() throws {
    let world = try SideWorld(seed: 3)
    let model = try WALS.train(
      world.x, options: Self.options(SideFeatures(users: world.users, items: world.items)))
    let fold = try #require(try SideFeatureFoldIn(.items, of: model.embeddings(for: world.x)))
    for item in 0..<30 where world.x.byItem.count(ofRow: item) > 0 {
      // Each item's own side of the pairs, turned around: the fold-in must not depend on their order.
      let range = world.x.byItem.offsets[item]..<world.x.byItem.offsets[item + 1]
      let made = try fold.vector(
        features: features(of: item, world.items).reversed(), others: world.x.byItem.others[range].reversed(),
        values: world.x.byItem.values[range].reversed())
      #expect(made.map(\.bitPattern) == model.items[Row(item)].map(\.bitPattern), "item \(item)")
    }
  }

  @Test("A user without features among items with them is folded in without the cold items")
  func plainUser() throws {
    let world = try SideWorld(seed: 4)
    let model = try WALS.train(world.x, options: Self.options(SideFeatures(items: world.items)))
    let fold = try #require(try SideFeatureFoldIn(.users, of: model.embeddings(for: world.x)))
    let trained = (0..<model.items.count).map { row in
      world.x.byItem.count(ofRow: row) > 0 ? model.items[Row(row)] : [Float](repeating: 0, count: 8)
    }
    let plain = try WALSFoldIn(
      items: EmbeddingMatrix(uniformRows: trained, dimension: 8), objective: model.options.objective,
      meanHistory: world.x.meanHistory)
    let a = try fold.vector(features: [], others: [0, 2, 4], values: [5, 3, 4])
    let b = try plain.user(history: [0, 2, 4], values: [5, 3, 4])
    for (x, y) in zip(a, b) { #expect(abs(x - y) <= 1e-5 * (1 + abs(y))) }
    let general = try #require(try model.trained.foldIn(for: world.x))
    #expect(try general.user(history: [4, 0, 2], values: [4, 5, 3]).vector == b)
  }

  @Test("Nothing known gives zeros; unknown features, huge values and constants are sane")
  func edges() throws {
    let world = try SideWorld(seed: 5)
    let model = try WALS.train(world.x, options: Self.options(SideFeatures(items: world.items)))
    let embeddings = model.embeddings(for: world.x)
    let fold = try #require(try SideFeatureFoldIn(.items, of: embeddings))
    let zeros = [Float](repeating: 0, count: 8)
    #expect(try fold.vector(features: []) == zeros)
    #expect(try fold.vector(features: [(feature: 99, value: 1), (feature: -1, value: 1)]) == zeros)
    #expect(try fold.vector(features: [(feature: 6, value: 7)]) == zeros, "a number that never changed says nothing")
    let far = try fold.vector(features: [(feature: 5, value: .greatestFiniteMagnitude)])
    let farther = try fold.vector(features: [(feature: 5, value: 1e30)])
    #expect(far == farther && far.allSatisfy(\.isFinite), "cut off at ten standard deviations")
    let strange = FeatureTable(
      ids: .numbers([1]), names: ["tag=z", "kind=odd"], offsets: [0, 2], columns: [0, 1], values: [1, 1])
    #expect(fold.match(strange) == SideFeatureFoldIn.Match(numbers: [nil, 1], unknown: ["tag=z"]))
    #expect(try fold.vectors(for: strange)[Row(0)] == fold.vector(features: [(feature: 1, value: 1)]))
    var other = embeddings
    other.objective?.model = .mf
    #expect(try SideFeatureFoldIn(.items, of: other) == nil)
  }

  @Test("Scales: flags stay, numbers are standardised over trained rows, the rest says nothing")
  func scales() throws {
    let table = FeatureTable(
      ids: .numbers([0, 1, 2, 3]), names: ["flag", "number", "same", "nobody"], offsets: [0, 3, 6, 6, 8],
      columns: [0, 1, 2, 0, 1, 2, 1, 3], values: [1, 10, 5, 1, 30, 5, 1000, 1])
    let targets = FeatureTargets(table, isTrained: [true, true, true, false])
    #expect(targets.scales == [1, 10, 0, 0])
    #expect(targets.centres == [0, 20, 0, 0])
    #expect(targets.rows.offsets == [0, 2, 4, 4, 5])
    #expect(targets.rows.values == [1, -1, 1, 1, 10])
    #expect(targets.byFeature.offsets == [0, 2, 4, 4, 4])
  }

  @Test("Weights without meaning are named")
  func weights() {
    for (change, name) in [
      ({ $0.itemWeight = .nan }, "item feature weight"), ({ $0.itemWeight = -1 }, "item feature weight"),
      ({ $0.userWeight = .infinity }, "user feature weight"), ({ $0.userWeight = 0 }, "user feature weight"),
      ({ $0.itemBackground = -0.5 }, "item feature background"),
      ({ $0.userBackground = .nan }, "user feature background"),
      ({ $0.userBackground = $0.userWeight * 2 }, "user feature background"),
    ] as [((inout SideFeatures) -> Void, String)] {
      var options = WALSOptions()
      var sides = SideFeatures()
      change(&sides)
      options.sideFeatures = sides
      do {
        try options.check()
        Issue.record("\(name) was accepted")
      } catch {
        guard case .option(let found, _, _) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(found == name)
      }
    }
  }

  @Test("Features help items that nobody has touched: a taste by parity is found")
  func helps() throws {
    let world = try SideWorld(seed: 6, pairs: 400)
    let model = try WALS.train(world.x, options: Self.options(SideFeatures(items: world.items)))
    // Even users like even items; items from 26 on have no interactions.
    var right = 0
    for user in 0..<36 where world.x.byUser.count(ofRow: user) > 2 {
      let scores = [26, 27].map { item in
        zip(model.users[Row(user)], model.items[Row(item)]).reduce(Float(0)) { $0 + $1.0 * $1.1 }
      }
      right += (scores[0] > scores[1]) == (user % 2 == 0) ? 1 : -1
    }
    #expect(right > 20)
  }
}
