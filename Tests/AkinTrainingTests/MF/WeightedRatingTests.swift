import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("mf: ratings that weigh by age")
struct WeightedRatingTests {
  /// One variant of each optimiser.
  static let variants: [MFOptions] = [
    options { $0.epochs = 4 },
    options { ($0.epochs, $0.meanDamping) = (4, 2) },
    options { ($0.optimiser, $0.epochs, $0.range) = (.sgd, 4, 0...5.5) },
    options { ($0.optimiser, $0.epochs) = (.adam, 10) },
    options { ($0.optimiser, $0.epochs) = (.gd, 10) },
    options { ($0.optimiser, $0.range, $0.start) = (.adamw, 0...5.5, .tiny) },
  ]

  /// The same ratings with weights.
  private func weighed(_ x: Interactions, _ weight: (_ place: Int) -> Float) -> Interactions {
    let table = InteractionTable(
      offsets: x.byUser.offsets, others: x.byUser.others, values: x.byUser.values,
      weights: x.byUser.values.indices.map { weight($0) })
    return Interactions(
      userIDs: x.userIDs, itemIDs: x.itemIDs, byUser: table, byItem: table.transposed(rowCount: x.itemIDs.count),
      rowsRead: x.count)
  }

  private func train(_ x: Interactions, _ options: MFOptions, threads: Int = 1) throws -> TrainedModel {
    try MF.train(x, options: options, execution: Execution(threads: threads))
  }

  @Test("Equal weights are none, whatever they are", arguments: variants.indices)
  func equal(index: Int) throws {
    let x = try ratings(seed: UInt64(index))
    let plain = try train(x, Self.variants[index])
    let halved = try train(weighed(x) { _ in 0.125 }, Self.variants[index])
    #expect(bits(plain) == bits(halved) && plain.losses == halved.losses)
  }

  @Test(
    "A factor of all weights changes nothing, and the bits are those of any number of threads",
    arguments: variants.indices)
  func factor(index: Int) throws {
    let x = try ratings(seed: UInt64(index) + 10)
    func weight(_ place: Int) -> Float { [1, 0.5, 0.25, 0.125][place % 4] }
    let model = try train(weighed(x, weight), Self.variants[index])
    let less = try train(weighed(x) { weight($0) / 1024 }, Self.variants[index], threads: 3)
    #expect(bits(model) == bits(less) && model.losses == less.losses)
    #expect(bits(model) != bits(try train(x, Self.variants[index])))
  }

  @Test(
    "J counts each loss by its weight, on average 1, and alternating least squares solve that J",
    arguments: [1, 2] as [UInt64])
  func objective(seed: UInt64) throws {
    let x = try ratings(seed: seed)
    var random = SeededGenerator(seed: seed)
    let y = weighed(x) { _ in Float(0.1 + random.uniform()) }
    let options = options { ($0.epochs, $0.lambda, $0.biasLambda) = (6, 1, 1) }
    let model = try train(y, options)
    let weights = try #require(y.byUser.weights)
    let mean = weights.reduce(0, +) / Float(weights.count)
    #expect(abs(model.objective.alpha * Double(mean) - 1) < 1e-5)
    var sum = 0.0
    for user in 0..<y.userIDs.count {
      for place in y.byUser.offsets[user]..<y.byUser.offsets[user + 1] {
        let error = model.score(user: Row(user), item: Row(y.byUser.others[place])) - Double(y.byUser.values[place])
        sum += 0.5 * Double(weights[place] / mean) * error * error
      }
    }
    #expect(abs(sum - (model.losses.last?.terms[0].value ?? 0)) < 1e-4 * sum, "seed \(seed)")
    for (before, after) in zip(model.losses, model.losses.dropFirst()) {
      #expect(after.total <= before.total * (1 + 1e-12), "seed \(seed): \(before) then \(after)")
    }
  }

  @Test("A fold-in with the weights of a user of the training is the next half-step", arguments: [3, 4] as [UInt64])
  func foldIn(seed: UInt64) throws {
    let x = try ratings(seed: seed)
    var random = SeededGenerator(seed: seed)
    let y = weighed(x) { _ in Float(0.1 + random.uniform()) }
    // After many epochs a half-step moves nothing.
    let model = try train(y, options { ($0.epochs, $0.dimensions, $0.lambda) = (300, 2, 3) })
    let fold = try #require(try model.foldIn(for: y))
    for user in 0..<y.userIDs.count where y.byUser.count(ofRow: user) > 0 {
      let pairs = y.byUser.offsets[user]..<y.byUser.offsets[user + 1]
      let made = try fold.user(
        history: Array(y.byUser.others[pairs].reversed()), values: Array(y.byUser.values[pairs].reversed()),
        weights: y.byUser.weights.map { Array($0[pairs].reversed()) })
      for (a, b) in zip(made.vector, model.users[Row(user)]) {
        #expect(abs(a - b) < 2e-3, "seed \(seed), user \(user)")
      }
      #expect(abs(made.bias - (model.userBiases?[user] ?? 0)) < 2e-3, "seed \(seed), user \(user)")
    }
  }

  @Test("A rating of one half-life ago weighs half, in tables, splits and files, and stays the rating that it is")
  func halved() throws {
    var x = try Interactions(rows: [
      (.number(1), .number(1), 4), (.number(1), .number(2), 2), (.number(2), .number(1), 5),
    ])
    x.times = [0, 86_400, 3 * 86_400]
    let (aged, decay) = try x.decayed(halfLife: 1, of: .weights)
    #expect(aged.byUser.values == [4, 2, 5] && aged.byUser.weights == [0.125, 0.25, 1])
    #expect(aged.byItem.values == [4, 5, 2] && aged.byItem.weights == [0.125, 1, 0.25] && aged.times == nil)
    #expect(decay.factor(ofAge: 1) == 0.5)
    let (byTurn, _) = try x.decayed(halfLife: 1, age: .interactions, of: .weights)
    #expect(byTurn.byUser.weights == [0.5, 1, 1])
    let more = try aged.including(ItemTable(ids: .numbers([0]), titles: ["new"], categories: [[]]))
    #expect(more.byUser.weights == [0.125, 0.25, 1] && more.byItem.weights == [0.125, 1, 0.25])
    let model = try train(more, options { $0.epochs = 2 })
    #expect(model.embeddings(for: more).historyWeights == [0.125, 0.25, 1])
    let (train, _) = try x.split(.time(share: 0.3), fold: 0, seed: 0).learned(halfLife: 1, of: .weights)
    #expect(train.byUser.weights == [0.5, 1] && train.byUser.values == [4, 2])
  }

  @Test(
    "An update lets weights age, and gives a known pair the new rating at its new weight",
    arguments: [5, 6] as [UInt64])
  func update(seed: UInt64) throws {
    var x = try ratings(seed: seed)
    x.times = (0..<x.count).map { Double($0 % 7) * 86_400 }
    let (old, decay) = try x.decayed(halfLife: 2, of: .weights)
    var embeddings = try train(old, options { $0.epochs = 2 }).embeddings(for: old)
    embeddings.provenance[TimeDecay.fact] = decay.json
    let (user, item) = (x.userIDs[Row(0)], x.itemIDs[Row(x.byUser.others[0])])
    let rows: [(user: UserID, item: ItemID, value: Float)] = [(user, item, 2), (.number(999), item, 3)]
    var new = try Interactions(rows: rows)
    new.times = [10 * 86_400, 9 * 86_400]
    let (after, report) = try Update.folding(new, into: embeddings)
    let (weights, values) = (try #require(after.historyWeights), try #require(after.historyValues))
    #expect(weights[0] == 1 && values[0] == 2 && values[values.count - 1] == 3)
    #expect(abs(weights[weights.count - 1] - Float(exp2(-0.5))) < 1e-6, "seed \(seed)")
    // The mean weight is that of now, so that what all have lost is no loss beside the regularisation.
    let mean = weights.reduce(0.0) { $0 + Double($1) } / Double(weights.count)
    #expect(
      abs((after.objective?.alpha ?? 0) * mean - 1) < 1e-9 && report.residualBefore < 0.1, "seed \(seed): \(report)")
    // Four days have passed since the newest rating.
    for place in 1..<x.count {
      #expect(abs(weights[place] - 0.25 * (old.byUser.weights?[place] ?? 0)) < 1e-6, "seed \(seed), place \(place)")
      #expect(values[place] == x.byUser.values[place])
    }
  }

  @Test("A known pair with the same rating at a new time is a change: it weighs as new, and its user is solved again")
  func again() throws {
    var x = try ratings(seed: 8)
    x.times = x.byUser.values.indices.map { Double($0 % 7) * 86_400 }
    let (old, decay) = try x.decayed(halfLife: 2, of: .weights)
    var embeddings = try train(old, options { $0.epochs = 2 }).embeddings(for: old)
    embeddings.provenance[TimeDecay.fact] = decay.json
    let pair = (user: x.userIDs[Row(0)], item: x.itemIDs[Row(x.byUser.others[0])], value: x.byUser.values[0])
    var new = try Interactions(rows: [pair])
    new.times = [10 * 86_400]
    let (after, report) = try Update.folding(new, into: embeddings)
    #expect(after.historyWeights?.first == 1 && after.historyValues?.first == pair.value)
    #expect(report.changedInteractions == 1 && report.changedUsers == 1)
    #expect(after.users?[Row(0)] != embeddings.users?[Row(0)])
  }

  @Test("Old ratings that are handed in again at their old times are no change, however weights have aged")
  func same() throws {
    var x = try ratings(seed: 9)
    x.times = x.byUser.values.indices.map { Double($0 % 97) * 100_000 }
    let (old, decay) = try x.decayed(halfLife: 30, of: .weights)
    var embeddings = try train(old, options { $0.epochs = 2 }).embeddings(for: old)
    embeddings.provenance[TimeDecay.fact] = decay.json
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for user in 0..<x.byUser.rowCount {
      for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] {
        rows.append((x.userIDs[Row(user)], x.itemIDs[Row(x.byUser.others[place])], x.byUser.values[place]))
      }
    }
    rows.append((.number(999), .number(1), 3))
    var new = try Interactions(rows: rows)
    new.times = (x.times ?? []) + [97 * 100_000 + 7.3 * 86_400]
    let (_, report) = try Update.folding(new, into: embeddings)
    #expect(report.changedInteractions == 0 && report.newInteractions == 1 && report.changedUsers == 0)
  }
}
