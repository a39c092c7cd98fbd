import AkinSupport
import AkinVectors
import Testing

@testable import AkinTraining

/// The x > 0 with a x = σ(−c x): where a decay and a logistic slope balance.
private func balance(decay a: Double, slope c: Double) -> Double {
  var (low, high) = (0.0, 1e3)
  for _ in 0..<200 {
    let middle = (low + high) / 2
    if a * middle < 1 / (1 + exp(c * middle)) { low = middle } else { high = middle }
  }
  return low
}

private func pairs(_ rows: [(UInt64, UInt64, Float)]) throws -> Interactions {
  try Interactions(rows: rows.map { (user: .number($0.0), item: .number($0.1), value: $0.2) })
}

private func failure(_ x: Interactions, _ method: some TrainingMethod) -> TrainingError? {
  do {
    _ = try method.train(x, execution: Execution(threads: 1))
    return nil
  } catch let error as TrainingError {
    return error
  } catch {
    Issue.record("expected a TrainingError, found \(error)")
    return nil
  }
}

@Suite("bpr")
struct BPRTests {
  @Test("A step goes down the gradient of its objective, by finite differences")
  func gradient() throws {
    var options = BPROptions()
    options.dimensions = 3
    options.lambda = 0.3
    options.biasLambda = 0.2
    let users = DoubleTable(count: 1, width: 4)
    let items = DoubleTable(count: 2, width: 4)
    let execution = Execution(threads: 1)
    try users.draw(deviation: 1, columns: 3, seed: 1, purpose: 1, execution: execution) { _ in true }
    try items.draw(deviation: 1, columns: 4, seed: 1, purpose: 2, execution: execution) { _ in true }
    users[0, 3] = 1
    func objective() -> Double {
      var z = 0.0
      var squares = 0.0
      for j in 0..<4 {
        z += users[0, j] * (items[0, j] - items[1, j])
        if j < 3 {
          squares += 0.3 * (users[0, j] * users[0, j] + items[0, j] * items[0, j] + items[1, j] * items[1, j])
        }
      }
      squares += 0.2 * (items[0, 3] * items[0, 3] + items[1, 3] * items[1, 3])
      return log(1 + exp(-z)) + 0.5 * squares
    }
    var expected: [Double] = []
    var before: [Double] = []
    let places: [(DoubleTable, Int, Int)] =
      (0..<3).map { (users, 0, $0) } + (0..<4).map { (items, 0, $0) } + (0..<4).map { (items, 1, $0) }
    for (table, row, column) in places {
      let value = table[row, column]
      let h = 1e-5
      table[row, column] = value + h
      let above = objective()
      table[row, column] = value - h
      expected.append((above - objective()) / (2 * h))
      table[row, column] = value
      before.append(value)
    }
    let rate = 1e-3
    _ = BPRStep(users: users, items: items, options: options, rate: rate)(user: 0, positive: 0, other: 1)
    for (index, place) in places.enumerated() {
      let moved = (before[index] - place.0[place.1, place.2]) / rate
      #expect(abs(moved - expected[index]) <= 1e-6, "number \(index)")
    }
    #expect(users[0, 3] == 1)
  }

  @Test("Two items, one chosen: the biases come to where decay and slope balance")
  func closed() throws {
    // Vectors are held at zero; z = 2 b, and each bias obeys σ(−2b) = λ b.
    let x = try pairs([(1, 1, 1)]).including(ItemTable(ids: .numbers([2]), titles: [""], categories: [[]]))
    var options = BPROptions()
    options.dimensions = 2
    options.lambda = 10
    options.biasLambda = 0.05
    options.epochs = 4000
    let model = try BPR.train(x, options: options)
    let biases = try #require(model.itemBiases)
    let expected = balance(decay: 0.05, slope: 2)
    #expect(abs(Double(biases[0]) - expected) < 1e-4 && abs(Double(biases[1]) + expected) < 1e-4, "\(biases)")
  }

  @Test("What was chosen comes before what was refused and what is unknown; the same bytes at any thread count")
  func ranks() throws {
    // Users of one parity choose items of that parity, and refuse one of the other.
    var rows: [(UInt64, UInt64, Float)] = []
    for user in 0..<40 {
      for item in 0..<20 where (user + item) % 2 == 0 && (user * 7 + item) % 5 != 0 {
        rows.append((UInt64(user), UInt64(item), 1))
      }
      rows.append((UInt64(user), UInt64((user + 1) % 20), 0))
    }
    let x = try pairs(rows)
    var options = BPROptions()
    options.dimensions = 8
    let model = try BPR.train(x, options: options, execution: Execution(threads: 1))
    var wrong = 0
    var all = 0
    for user in 0..<40 {
      for liked in 0..<20 where (user + liked) % 2 == 0 {
        for other in 0..<20 where (user + other) % 2 == 1 {
          all += 1
          if model.score(user: Row(user), item: Row(liked)) <= model.score(user: Row(user), item: Row(other)) {
            wrong += 1
          }
        }
      }
    }
    // Also those that are liked by taste but were never chosen.
    #expect(wrong * 100 <= all, "\(wrong) of \(all)")
    let first = try #require(model.losses.first)
    let last = try #require(model.losses.last)
    #expect(last.total < first.total / 2)
    for threads in [2, 4] {
      #expect(bits(try BPR.train(x, options: options, execution: Execution(threads: threads))) == bits(model))
    }
  }

  @Test("Nothing positive, and nothing to compare with, are sentences")
  func badInput() throws {
    var options = BPROptions()
    options.positiveFrom = 4
    #expect(failure(try pairs([(1, 1, 3), (1, 2, 2)]), options) == .noPositives(from: 4, largest: 3))
    #expect(failure(try pairs([(1, 1, 0)]), BPROptions()) == .noPositives(from: 1.401298464324817e-45, largest: 0))
    #expect(failure(try pairs([(1, 1, 1), (1, 2, 1)]), BPROptions()) == .nothingToCompare)
    #expect(failure(try pairs([]), BPROptions()) == .nothingToLearn)
    options.explicitShare = 1.5
    #expect(
      failure(try pairs([(1, 1, 5)]), options) == .option(name: "explicit-share", expected: "0 to 1", found: "1.5"))
    options.explicitShare = 0.05
    options.popularity = 3
    #expect(
      failure(try pairs([(1, 1, 5)]), options) == .option(name: "popularity", expected: "0 to 2", found: "3.0"))
    var wild = BPROptions()
    wild.learningRate = 1e30
    guard case .diverged = failure(try ratings(seed: 1), wild) else {
      Issue.record("expected divergence")
      return
    }
    // One user with a choice is enough.
    let model = try BPR.train(
      pairs([(1, 1, 5), (1, 2, 1)]),
      options: { options in
        var options = options
        options.popularity = 0
        return options
      }(options))
    #expect(model.score(user: Row(0), item: Row(0)) > model.score(user: Row(0), item: Row(1)))
  }
}

@Suite("logistic")
struct LogisticTests {
  @Test("One positive and one explicit negative: the biases come to where decay and slope balance")
  func closed() throws {
    // Vectors are held at zero and nothing is drawn: b_u = 0, b₁ = −b₂ = b with σ(−b) = λ b.
    let x = try pairs([(1, 1, 1), (1, 2, 0)])
    var options = LogisticOptions()
    options.dimensions = 2
    options.lambda = 10
    options.biasLambda = 0.1
    options.negatives = 0
    options.epochs = 4000
    options.learningRate = 0.01
    let model = try Logistic.train(x, options: options)
    let biases = try #require(model.itemBiases)
    let expected = balance(decay: 0.1, slope: 1)
    #expect(abs(Double(biases[0]) - expected) < 0.02 && abs(Double(biases[1]) + expected) < 0.02, "\(biases)")
    #expect(model.objective.isObservedOnly, "without drawn pairs it saw labels alone")
    let chance = model.prediction(user: Row(0), item: Row(0))
    #expect(abs(chance - 1 / (1 + exp(-model.score(user: Row(0), item: Row(0))))) < 1e-12)
  }

  @Test("A step goes down the gradient of its loss, by finite differences", arguments: [0.0, 1.0])
  func gradient(label: Double) throws {
    var options = LogisticOptions()
    options.dimensions = 3
    options.lambda = 0
    options.biasLambda = 0
    let parameters = MFParameters(users: 1, items: 1, dimensions: 3)
    let execution = Execution(threads: 1)
    for (table, purpose) in [(parameters.users, UInt64(1)), (parameters.items, 2)] {
      try table.draw(deviation: 1, columns: 3, seed: 5, purpose: purpose, execution: execution) { _ in true }
    }
    parameters.users[0, 3] = 0.3
    parameters.items[0, 4] = -0.2
    func loss() -> Double {
      let s = (0..<5).reduce(0.0) { $0 + parameters.users[0, $1] * parameters.items[0, $1] }
      return max(s, 0) - label * s + log(1 + exp(-abs(s)))
    }
    let places = (0..<4).map { (parameters.users, $0) } + [0, 1, 2, 4].map { (parameters.items, $0) }
    var expected: [Double] = []
    let before = places.map { $0.0[0, $0.1] }
    for (table, column) in places {
      let value = table[0, column]
      table[0, column] = value + 1e-5
      let above = loss()
      table[0, column] = value - 1e-5
      expected.append((above - loss()) / 2e-5)
      table[0, column] = value
    }
    _ = LogisticStep(parameters: parameters, options: options, rate: 1e-3)(user: 0, item: 0, label: label)
    for (index, place) in places.enumerated() {
      #expect(abs((before[index] - place.0[0, place.1]) / 1e-3 - expected[index]) <= 1e-6, "number \(index)")
    }
  }

  @Test("Labels are told apart; the same bytes at any thread count")
  func learns() throws {
    let x = try ratings(seed: 12)
    var options = LogisticOptions()
    options.dimensions = 8
    options.positiveFrom = 4
    options.negatives = 2
    let model = try Logistic.train(x, options: options, execution: Execution(threads: 1))
    #expect(!model.objective.isObservedOnly && model.objective.positiveFrom == 4 && model.objective.negatives == 2)
    var right = 0
    for user in 0..<x.userIDs.count {
      for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] {
        let chance = model.prediction(user: Row(user), item: Row(Int(x.byUser.others[place])))
        if (chance > 0.5) == (x.byUser.values[place] >= 4) { right += 1 }
      }
    }
    #expect(Double(right) > 0.85 * Double(x.count), "\(right) of \(x.count)")
    for threads in [2, 4] {
      #expect(bits(try Logistic.train(x, options: options, execution: Execution(threads: threads))) == bits(model))
    }
  }

  @Test("Nothing positive is a sentence, and so is a step size beyond repair")
  func badInput() throws {
    var options = LogisticOptions()
    options.positiveFrom = 9
    #expect(failure(try ratings(seed: 1), options) == .noPositives(from: 9, largest: 5))
    options = LogisticOptions()
    options.negatives = -1
    #expect(failure(try ratings(seed: 1), options) == .option(name: "negatives", expected: "0 to 1000", found: "-1"))
    options = LogisticOptions()
    options.learningRate = 1e30
    guard case .diverged(_, _, 24) = failure(try ratings(seed: 1), options) else {
      Issue.record("expected divergence")
      return
    }
  }
}

@Suite("Drawing negatives")
struct NegativeSamplerTests {
  @Test("An explicit negative is drawn in its share of the draws, and where nothing is unknown")
  func explicitShare() throws {
    // The user chose item 1 and refused item 2; items 3 to 6 are unknown to them.
    let some = try pairs([(1, 1, 5), (1, 2, 1), (2, 3, 5), (2, 4, 5), (2, 5, 5), (2, 6, 5)])
    let all = try pairs([(1, 1, 5), (1, 2, 1)])
    for (x, share, expected) in [(some, 0, 0), (some, 0.25, 0.25), (some, 1, 1), (all, 0, 1), (all, 0.25, 1)] {
      let labels = try Labels(x, positiveFrom: 4)
      let groups = [UInt8](repeating: 0, count: labels.itemCount)
      let sampler = NegativeSampler(labels, itemGroups: groups, groups: 1, weights: [])
      var generator = SeededGenerator(seed: 3)
      var refused = 0
      for _ in 0..<4000 {
        let item = sampler.other(user: 0, group: 0, itemGroups: groups, explicitShare: share, &generator)
        #expect(item != nil && item != 0)
        if item == 1 { refused += 1 }
      }
      #expect(abs(Double(refused) / 4000 - expected) < 0.03, "share \(share): \(refused)")
    }
  }

  @Test("A drawn item has no label, and chances grow with popularity to the power asked for", arguments: [0.0, 1.0])
  func draws(popularity: Double) throws {
    // Item k has k users; user 0 knows items 0 to 2.
    var rows: [(UInt64, UInt64, Float)] = []
    for item in 0..<8 { for user in 1..<UInt64(item + 2) { rows.append((user, UInt64(item), 1)) } }
    for item in 0..<3 { rows.append((0, UInt64(item), 1)) }
    let labels = try Labels(pairs(rows), positiveFrom: nil)
    let sampler = NegativeSampler(
      labels, itemGroups: [0, 1, 0, 1, 0, 1, 0, 1], groups: 2,
      weights: NegativeSampler.weights(labels, popularity: popularity))
    var generator = SeededGenerator(seed: 4)
    var counts: [UInt32: Int] = [:]
    for _ in 0..<20_000 {
      let item = try #require(sampler.draw(user: 0, group: 1, &generator))
      counts[item, default: 0] += 1
    }
    #expect(Set(counts.keys) == [3, 5, 7], "of the group, and not known")
    let weights = [3.0, 5, 7].map { pow($0 + 2, popularity) }
    for (item, weight) in zip([3, 5, 7] as [UInt32], weights) {
      let expected = 20_000 * weight / weights.reduce(0, +)
      #expect(abs(Double(counts[item] ?? 0) - expected) < 6 * expected.squareRoot(), "item \(item): \(counts)")
    }
  }

  @Test("A user who knows all of a group gets none")
  func none() throws {
    let labels = try Labels(pairs([(1, 1, 1), (1, 2, 1), (2, 1, 1)]), positiveFrom: nil)
    let sampler = NegativeSampler(labels, itemGroups: [0, 0], groups: 1, weights: [])
    var generator = SeededGenerator(seed: 1)
    #expect(sampler.draw(user: 0, group: 0, &generator) == nil)
    #expect(sampler.draw(user: 1, group: 0, &generator) == 1)
  }
}
