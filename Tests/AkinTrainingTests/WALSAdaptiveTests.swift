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
    (options.dimensions, options.epochs) = (6, 2)
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
    "Equal values give constant weights, w0 by the share of observed pairs and lambda 0.1, as if they were set",
    arguments: [(1, 40), (2, 150), (3, 600)] as [(UInt64, Int)])
  func formula(seed: UInt64, pairs: Int) throws {
    let x = try interactions(seed, pairs: pairs)
    let users = (0..<x.userIDs.count).filter { x.byUser.count(ofRow: $0) > 0 }.count
    let items = (0..<x.itemIDs.count).filter { x.byItem.count(ofRow: $0) > 0 }.count
    let share = Double(x.count) / Double(users * items)
    let found = small().adapted(to: x)
    #expect(found.weighting == .constant && found.lambda == 0.1 && found.adaptive == .all, "seed \(seed)")
    #expect(abs(found.w0 - min(1, 30 * share)) < 1e-12, "seed \(seed): \(found.w0), share \(share)")
    let set = small {
      ($0.weighting, $0.lambda, $0.w0) = (.constant, 0.1, found.w0)
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
    let constant = small { $0.weighting = .constant }.adapted(to: x)
    #expect(constant.lambda == 0.1 && constant.adaptive == [.w0, .lambda])
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
    let model = try WALS.train(x, options: small(), execution: Execution(threads: 1)).trained
    #expect(model.notes == ["all values are equal, so these follow the data: weighting constant, w0 1, lambda 0.1"])
    #expect(model.options["lambda"] == .number(0.1) && model.objective.lambdaUser == 0.1)
    let part = try WALS.train(x, options: small { $0.w0 = 0.5 }, execution: Execution(threads: 1)).trained
    #expect(part.notes == ["all values are equal, so these follow the data: weighting constant, lambda 0.1"])
    let set = small { ($0.weighting, $0.w0, $0.lambda) = (.constant, 0.5, 1) }
    #expect(try WALS.train(x, options: set, execution: Execution(threads: 1)).trained.notes == [])
  }
}
