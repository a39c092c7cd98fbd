import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("bpr: positive pairs that weigh as their values do")
struct WeightedBPRTests {
  private func small(_ change: (inout BPROptions) -> Void = { _ in }) -> BPROptions {
    var options = BPROptions()
    (options.dimensions, options.epochs) = (4, 6)
    change(&options)
    return options
  }

  /// The same pairs with other values.
  private func valued(_ x: Interactions, _ value: (_ place: Int) -> Float) -> Interactions {
    let table = InteractionTable(
      offsets: x.byUser.offsets, others: x.byUser.others, values: x.byUser.others.indices.map { value($0) })
    return Interactions(
      userIDs: x.userIDs, itemIDs: x.itemIDs, byUser: table, byItem: table.transposed(rowCount: x.itemIDs.count),
      rowsRead: x.count)
  }

  @Test("In the mean over epochs a pair takes as many steps as it weighs", arguments: [1, 2] as [UInt64])
  func turns(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let values = (0..<12).map { _ in Float(0.05 + 3 * random.uniform()) }
    let turns = PairTurns(values, seed: seed)
    let mean = values.reduce(0, +) / 12
    let epochs = 4000
    for (place, value) in values.enumerated() {
      let counts = (1...epochs).map { turns.count(of: place, in: $0) }
      #expect(Set(counts).isSubset(of: [Int(value / mean), Int(value / mean) + 1]))
      // Five standard errors of a share.
      let found = Double(counts.reduce(0, +)) / Double(epochs)
      #expect(abs(found - Double(value / mean)) < 5 * 0.5 / Double(epochs).squareRoot(), "seed \(seed), value \(value)")
    }
  }

  @Test("Equal values are no weights at all, and a factor of all values is none", arguments: [3, 4] as [UInt64])
  func equal(seed: UInt64) throws {
    let x = valued(try ratings(seed: seed)) { _ in 0.25 }
    let plain = try BPR.train(x, options: small(), execution: Execution(threads: 1))
    let weighed = try BPR.train(x, options: small { $0.weighting = .value }, execution: Execution(threads: 1))
    #expect(bits(plain) == bits(weighed) && weighed.losses == plain.losses, "seed \(seed)")
    let uneven = try ratings(seed: seed)
    let twice = valued(uneven) { 2 * uneven.byUser.values[$0] }
    let models = try [uneven, twice].map {
      try BPR.train($0, options: small { $0.weighting = .value }, execution: Execution(threads: 2))
    }
    #expect(bits(models[0]) == bits(models[1]) && bits(models[0]) != bits(plain), "seed \(seed)")
    // So it is in a fold-in.
    let history: [UInt32] = [1, 4, 9]
    let users = try zip(models, [uneven, twice]).enumerated().map { index, pair in
      try pair.0.foldIn(for: pair.1)?.user(history: history, values: [1, 2, 5].map { $0 * Float(index + 1) })
    }
    for (a, b) in zip(users[0]?.vector ?? [], users[1]?.vector ?? []) { #expect(abs(a - b) < 1e-5, "seed \(seed)") }
    #expect(users[0]?.vector.isEmpty == false)
  }

  @Test("An item of a hundred half-lives ago draws nothing, and one of today all")
  func aged() throws {
    // Everybody has item 1 of long ago, and item 2 of today; item 3 belongs to one user.
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for user in 0..<20 {
      rows.append((.number(UInt64(user)), .number(1), 1e-30))
      rows.append((.number(UInt64(user)), .number(2), 1))
    }
    rows.append((.number(50), .number(3), 1e-30))
    let x = try Interactions(rows: rows)
    let options = small {
      $0.weighting = .value
      $0.epochs = 60
    }
    let model = try BPR.train(x, options: options, execution: Execution(threads: 1))
    let biases = try #require(model.itemBiases)
    #expect(biases[1] > 0.5 && abs(biases[0]) < 0.3 * biases[1], "\(biases)")
    // What is old is known nevertheless: users who have it never draw it as another item.
    #expect(model.objective.weighting == .value && model.objective.alpha > 1)
  }

  @Test("Other rules than constant and value are refused")
  func refused() throws {
    #expect(throws: TrainingError.option(name: "weighting", expected: "constant or value", found: "bm25")) {
      try small { $0.weighting = .bm25 }.check()
    }
  }
}
