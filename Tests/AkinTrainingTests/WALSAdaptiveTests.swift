import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Options of wals that follow the data")
struct WALSAdaptiveTests {
  /// Interactions of one value, or of several.
  private func interactions(_ seed: UInt64, pairs: Int, values: UInt64 = 1) throws -> Interactions {
    var random = SeededGenerator(seed: seed)
    let rows: [(user: UserID, item: ItemID, value: Float)] = (0..<pairs).map { _ in
      (.number(random.next() % 90), .number(random.next() % 70), Float(2 + random.next() % values))
    }
    return try Interactions(rows: rows, duplicates: .last)
  }

  private func small(_ change: (inout WALSOptions) -> Void = { _ in }) -> WALSOptions {
    var options = WALSOptions()
    options.dimensions = 6
    change(&options)
    return options
  }

  private func train(_ x: Interactions, _ options: WALSOptions) throws -> [UInt32] {
    let model = try WALS.train(x, options: options, execution: Execution(threads: 1))
    return [model.users, model.items].flatMap { matrix in
      (0..<matrix.count).flatMap { matrix[Row($0)].map(\.bitPattern) }
    }
  }

  @Test(
    "Equal values give constant weights, damped users, and w0, regularisation and epochs by counts, as if they were set",
    arguments: [(1, 40), (2, 1000), (3, 2000)] as [(UInt64, Int)])
  func formula(seed: UInt64, pairs: Int) throws {
    let x = try interactions(seed, pairs: pairs)
    let users = (0..<x.userIDs.count).filter { x.byUser.count(ofRow: $0) > 0 }.count
    let items = (0..<x.itemIDs.count).filter { x.byItem.count(ofRow: $0) > 0 }.count
    let share = Double(x.count) / Double(users * items)
    let found = small().adapted(to: x)
    #expect(found.weighting == .constant && found.adaptive == .all, "seed \(seed)")
    #expect(abs(found.w0 - min(1, 30 * share)) < 1e-12, "seed \(seed): \(found.w0), share \(share)")
    // 81^(1/4) is 3.
    #expect(abs(found.lambda - 0.3) < 1e-12 && found.nu == 0.75 && found.userExponent == 0.25, "seed \(seed)")
    let passes = (100 * Double(max(users, items)) / Double(x.count)).rounded()
    #expect(found.epochs == min(15, max(6, Int(passes))), "seed \(seed): \(found.epochs)")
    let set = small {
      ($0.weighting, $0.lambda, $0.w0) = (.constant, found.lambda, found.w0)
      ($0.nu, $0.userExponent, $0.epochs) = (0.75, 0.25, found.epochs)
    }
    #expect(try train(x, small()) == train(x, set), "seed \(seed)")
    #expect(try train(x, small()) != train(x, small { $0.adaptive = [] }), "seed \(seed)")
  }

  @Test("w0 is at least 0.01 and at most 1")
  func bounds() throws {
    let sparse = (0..<4000).map { (user: UserID.number(UInt64($0)), item: ItemID.number(UInt64($0)), value: Float(1)) }
    #expect(try small().adapted(to: Interactions(rows: sparse)).w0 == 0.01)
    let dense = (0..<100).map {
      (user: UserID.number(UInt64($0 / 10)), item: ItemID.number(UInt64($0 % 10)), value: Float(1))
    }
    #expect(try small().adapted(to: Interactions(rows: dense)).w0 == 1)
  }

  @Test(
    "What is set is obeyed, and other weights than constant ones keep the other options", arguments: [4, 5] as [UInt64])
  func explicit(seed: UInt64) throws {
    let x = try interactions(seed, pairs: 200)
    // A value that equals the default counts as set, too.
    #expect(small { $0.w0 = 1 }.adapted(to: x).w0 == 1)
    #expect(small { $0.lambda = 0.05 }.adapted(to: x).lambda == 0.05)
    #expect(small { $0.userExponent = 0 }.adapted(to: x).userExponent == 0)
    #expect(small { $0.epochs = 15 }.adapted(to: x).epochs == 15)
    // lambda follows a nu that is set.
    let plain = small { $0.nu = 1 }.adapted(to: x)
    #expect(plain.nu == 1 && abs(plain.lambda - 0.1) < 1e-12)
    let constant = small { $0.weighting = .constant }.adapted(to: x)
    #expect(abs(constant.lambda - 0.3) < 1e-12 && constant.adaptive == .all.subtracting(.weighting))
    let weighed = small { $0.weighting = .bm25 }.adapted(to: x)
    #expect(weighed.weighting == .bm25 && weighed.w0 == 1 && weighed.lambda == 0.05 && weighed.adaptive == [])
  }

  @Test("Values that differ, and features, keep the defaults", arguments: [6, 7] as [UInt64])
  func others(seed: UInt64) throws {
    let rated = try interactions(seed, pairs: 200, values: 4)
    #expect(small().adapted(to: rated) == small { $0.adaptive = [] }, "seed \(seed)")
    #expect(try train(rated, small()) == train(rated, small { $0.adaptive = [] }), "seed \(seed)")
    let equal = try interactions(seed, pairs: 200)
    let featured = small { $0.sideFeatures = SideFeatures() }.adapted(to: equal)
    #expect(featured.weighting == .bm25 && featured.adaptive == [], "seed \(seed)")
  }

  @Test("alpha scales the whole loss, so that the vectors stay", arguments: [8, 9] as [UInt64])
  func scale(seed: UInt64) throws {
    let x = try interactions(seed, pairs: 300)
    #expect(try train(x, small { $0.alpha = 4 }) == train(x, small()), "seed \(seed)")
  }

  @Test("The model says what the data chose, and records it")
  func note() throws {
    let rows = (0..<100).map {
      (user: UserID.number(UInt64($0 / 10)), item: ItemID.number(UInt64($0 % 10)), value: Float(1))
    }
    let x = try Interactions(rows: rows)
    func notes(_ options: WALSOptions) throws -> [String] {
      try WALS.train(x, options: options, execution: Execution(threads: 1)).trained.notes
    }
    let model = try WALS.train(x, options: small { $0.nu = 1 }, execution: Execution(threads: 1)).trained
    let all = "all values are equal, so these follow the data: weighting constant"
    #expect(model.notes == [all + ", w0 1, lambda 0.1, user-weight-exponent 0.25, epochs 10"])
    #expect(model.options["lambda"] == .number(0.1) && model.objective.lambdaUser == 0.1)
    #expect(model.options["epochs"] == .integer(10) && model.objective.userExponent == 0.25)
    let part = small { ($0.w0, $0.lambda, $0.userExponent, $0.epochs) = (0.5, 1, 0, 2) }
    #expect(try notes(part) == [all + ", nu 0.75"])
    let set = small {
      ($0.weighting, $0.w0, $0.lambda, $0.nu, $0.userExponent, $0.epochs) = (.constant, 0.5, 1, 1, 0, 2)
    }
    #expect(try notes(set) == [])
  }

  @Test("A validation counts epochs itself, up to the fixed default")
  func validated() throws {
    let x = try interactions(10, pairs: 2000)
    let later = Validation(epochs: 15) { Double($0.epoch) }
    let model = try WALS.train(x, options: small(), validation: later, execution: Execution(threads: 1))
    #expect(small().adapted(to: x).epochs < 15 && model.options.epochs == 15)
  }
}
