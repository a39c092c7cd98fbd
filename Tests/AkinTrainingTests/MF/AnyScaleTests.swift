import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

extension Interactions {
  /// The pairs in the order of users.
  fileprivate var rows: [(user: UserID, item: ItemID, value: Float)] {
    (0..<byUser.rowCount).flatMap { user in
      (byUser.offsets[user]..<byUser.offsets[user + 1]).map {
        (userIDs[Row(user)], itemIDs[Row(Int(byUser.others[$0]))], byUser.values[$0])
      }
    }
  }

  /// The same pairs with other values.
  fileprivate func mapped(_ change: (Float) -> Float) throws -> Interactions {
    try Interactions(rows: rows.map { ($0.user, $0.item, change($0.value)) }, allowsNegativeValues: true)
  }
}

@Suite("mf: ratings of any scale")
struct AnyScaleTests {
  private func predictions(_ model: TrainedModel) -> [Double] {
    (0..<model.users.count).flatMap { user in
      (0..<model.items.count).map { model.prediction(user: Row(user), item: Row($0)) }
    }
  }

  private func negated(_ user: UserFoldIn.User) -> UserFoldIn.User {
    UserFoldIn.User(vector: user.vector.map { -$0 }, bias: -user.bias)
  }

  @Test("A constant added to all ratings moves all predictions by it", arguments: MFTests.variants.indices, [-3, -20])
  func shift(index: Int, by shift: Int) throws {
    let seed = UInt64(index) + 1
    let x = try ratings(users: 20, items: 15, count: 150, seed: seed)
    let moved = try x.mapped { $0 + Float(shift) }
    #expect(try #require(moved.valueRange).lowerBound < 0)
    let options = MFTests.variants[index]
    var movedOptions = options
    movedOptions.range = options.range.map { $0.lowerBound + Double(shift)...$0.upperBound + Double(shift) }
    let execution = Execution(threads: 1)
    let one = try MF.train(x, options: options, execution: execution)
    let other = try MF.train(moved, options: movedOptions, execution: execution)
    for (a, b) in zip(predictions(one), predictions(other)) {
      #expect(abs(b - a - Double(shift)) < 1e-3, "seed \(seed): \(a), moved \(b)")
    }
  }

  @Test("Negated ratings give negated predictions, users and updates, to the bit", arguments: [0, 1, 2])
  func mirror(index: Int) throws {
    let seed = UInt64(index) + 21
    let execution = Execution(threads: 1)
    let x = try ratings(users: 20, items: 15, count: 150, seed: seed)
    let old = try MF.train(x, options: MFTests.variants[index], execution: execution)
    let mirrored = try x.mapped { -$0 }
    let model = try MF.train(mirrored, options: MFTests.variants[index], execution: execution)
    #expect(predictions(model) == predictions(old).map { -$0 }, "seed \(seed)")
    #expect(rows(model.items) == rows(old.items) && model.globalMean == -old.globalMean, "seed \(seed)")

    let folds = (try #require(try old.foldIn(for: x)), try #require(try model.foldIn(for: mirrored)))
    let values: [Float] = [2.5, -7.5, 4]
    let user = try folds.0.user(history: [1, 4, 7], values: values)
    #expect(user.vector.contains { $0 != 0 })
    #expect(try folds.1.user(history: [1, 4, 7], values: values.map { -$0 }) == negated(user), "seed \(seed)")

    let fresh = try Interactions(rows: [(.number(900), .number(3), 4), (.number(1), .number(901), 2)])
    let (a, before) = try Update.folding(fresh, into: old.embeddings(for: x), execution: execution)
    let (b, after) = try Update.folding(
      fresh.mapped { -$0 }, into: model.embeddings(for: mirrored), execution: execution)
    #expect(rows(try #require(b.users)) == rows(try #require(a.users)).map { $0.map { -$0 } }, "seed \(seed)")
    #expect(rows(b.items) == rows(a.items) && b.historyValues == a.historyValues?.map { -$0 }, "seed \(seed)")
    #expect(before == after && before.newInteractions == 2)
  }

  @Test("Mean, scale and predictions are those of the ratings")
  func facts() throws {
    let x = try Interactions(
      rows: [(.number(1), .number(10), -7.5), (.number(1), .number(11), 4), (.number(2), .number(10), 3)],
      allowsNegativeValues: true)
    // Vectors and biases of almost nothing: what remains is the mean, (−7.5 + 4 + 3) / 3.
    let model = try MF.train(
      x,
      options: options {
        $0.lambda = 1e12; $0.biasLambda = 1e12
      })
    #expect(abs(model.globalMean + 1 / 6) < 1e-7)
    #expect(model.objective.scale == -7.5...4)
    for prediction in predictions(model) { #expect(abs(prediction + 1 / 6) < 1e-6) }
    #expect(model.objective.prediction(ofScore: -9) == -7.5)
    // The mean of item 10, damped by two ratings of the mean: (−7.5 + 3 − 2/6) / 4.
    let damped = try MF.train(
      x,
      options: options {
        $0.meanDamping = 2; $0.biases = .none; $0.lambda = 1e12
      })
    #expect(abs(try #require(damped.itemBiases)[0] + 29 / 24) < 1e-6)
  }

  @Test("Values are read as written, joined within the range of a float, and refused where they are not allowed")
  func reading() throws {
    let scratch = try Scratch()
    var format = InteractionFormat()
    format.allowsNegativeValues = true
    for text in ["user,item,rating\n1,10,-7.5\n1,11,4\n2,10,-0\n", "1,10,-7.5\n1,11,4\n2,10,-0\n"] {
      let read = try scratch.read(text, format)
      #expect(read.byUser.values == [-7.5, 4, 0] && read.valueRange == -7.5...4)
      #expect(try #require(try scratch.failure(text)).1 == .negative(found: "-7.5"))
    }
    for (text, found) in [("1,2,nan\n", "nan"), ("1,2,-inf\n", "-inf"), ("1,2,-1e39\n", "-1e39")] {
      let failure = try #require(try scratch.failure("1,2,3\n" + text, format))
      #expect(failure == (2, .notFinite(found: found)))
    }
    format.text.decimalMark = .comma
    #expect(try scratch.read("1;10;-7,5\n", format).byUser.values == [-7.5])
    format = InteractionFormat()
    format.allowsNegativeValues = true
    for (rule, value) in [(DuplicateRule.sum, -Float.greatestFiniteMagnitude), (.mean, -3e38), (.last, -3e38)] {
      format.duplicates = rule
      #expect(try scratch.read("1,2,-3e38\n1,2,-3e38\n", format).byUser.values == [value], "\(rule)")
    }
  }

  @Test("Models that take a value for a strength refuse one below 0, by its pair")
  func strengths() throws {
    let rows: [(user: UserID, item: ItemID, value: Float)] = [
      (.number(1), .number(10), 4), (.number(2), .number(10), 3), (.number(2), .number(12), -7.5),
      (.number(3), .number(11), -1),
    ]
    let x = try Interactions(rows: rows, allowsNegativeValues: true)
    let expected = TrainingError.negativeValue(user: .number(2), item: .number(12), value: -7.5)
    #expect(expected.description == "user '2', item '12': expected a value of 0 or more, found -7.5")
    #expect(expected.help == "leave dislikes out, or train ratings of any scale with mf")
    let methods: [any TrainingMethod] = [
      WALSOptions(), BPROptions(), LogisticOptions(), SVDOptions(), SpectralOptions(), ContrastiveOptions(),
      PopularOptions(), RandomOptions(),
    ]
    for method in methods {
      #expect(throws: expected, "\(method.model)") { try method.train(x, execution: Execution(threads: 1)) }
      #expect(!method.model.allowsNegativeValues)
    }
    #expect(Objective.Model.allCases.filter(\.allowsNegativeValues) == [.mf, .twoTower])
    let old = try SVDOptions().train(ratings(seed: 3))
    #expect(throws: expected) { try Update.folding(x, into: old.embeddings(for: ratings(seed: 3))) }
    #expect(throws: InteractionError(path: "interactions", line: 3, .negative(found: "-7.5"))) {
      try Interactions(rows: rows)
    }
  }

  @Test("Towers of ratings moved by a constant are the same, and predict ratings moved by it")
  func towers() throws {
    let world = try TowerWorld(Scratch())
    let method = world.method { $0.epochs = 2 }
    let one = try method.train(world.interactions)
    let other = try method.train(world.interactions.mapped { $0 - 6 })
    #expect(rows(one.users) == rows(other.users) && rows(one.items) == rows(other.items))
    #expect(other.objective.scale == -5 ... -1)
    #expect(zip(predictions(one), predictions(other)).allSatisfy { abs($0 - $1 - 6) < 1e-9 })
  }
}
