import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinExhaustive

@Suite("A filter that queries share: by list, by mask, or by an index of the allowed items alone")
struct SharedFilterTests {
  /// The ways that a filter allows items of a catalogue, given all items from best to worst for the first query.
  enum Kind: CaseIterable, Sendable {
    case random, near, far

    func allowed(_ count: Int, of best: [Int], seed: UInt64) -> Set<Int> {
      switch self {
      case .near: Set(best.prefix(count))
      case .far: Set(best.suffix(count))
      case .random:
        Set(
          best.sorted {
            CounterRandom(seed: seed).bits(at: UInt64($0)) < CounterRandom(seed: seed).bits(at: UInt64($1))
          }.prefix(count))
      }
    }
  }

  /// An order of rows that is not that of the items.
  private func shuffled(_ count: Int) -> [UInt32] { (0..<count).map { UInt32(($0 * 7 + 3) % count) } }

  private func filter(_ rows: Set<Int>, of count: Int, letsIn: Bool) -> RowFilter {
    let all = letsIn ? rows : Set(0..<count).subtracting(rows)
    let set = RowSet(all.map { Row($0) }, capacity: count)
    return letsIn ? .only(set) : .excluding(set)
  }

  @Test(
    "The answer is the best of the allowed items, alone and in a batch, however often the filter is asked",
    arguments: Metric.allCases, Kind.allCases)
  func oracle(metric: Metric, kind: Kind) throws {
    for (rows, dimension, order) in [(800, 9, true), (560, 20, false)] {
      let seed = UInt64(rows)
      let biases: [Float]? =
        metric == .innerProduct && order ? (0..<rows).map { Float(CounterRandom(seed: 5).normal(at: UInt64($0))) } : nil
      let catalogue = Catalogue(
        items: normalMatrix(rows: rows, dimension: dimension, seed: seed), metric: metric, biases: biases)
      let scan = FullScan(catalogue: catalogue, rows: order ? shuffled(rows) : nil)
      let queries = normalMatrix(rows: 65, dimension: dimension, seed: seed + 1)
      let best = scan.nearest(to: queries[Row(0)], k: rows).map { Int($0.row.index) }
      for (number, count) in [0, 1, 40, rows / 8, rows / 2, rows * 8 / 10].enumerated() {
        let allowed = kind.allowed(count, of: best, seed: seed)
        let others = Set(0..<rows).subtracting(allowed)
        let truth = (0..<3).map { scan.nearest(to: queries[Row($0 * 23)], k: 10, excluding: others) }
        let index = ExhaustiveIndex(items: catalogue.items, metric: metric, biases: biases, rows: scan.rows)
        let request = SearchRequest(k: 10, filter: filter(allowed, of: rows, letsIn: number % 2 == 0))
        for round in 0..<2 {
          for (place, right) in truth.enumerated() {
            let found = try index.nearest(to: queries[Row(place * 23)], request)
            #expect(found == right, "\(metric) \(kind) \(count) of \(rows), alone, round \(round)")
          }
          let table = try index.nearest(toEach: queries, request)
          #expect(table.k == 10)
          for (place, right) in truth.enumerated() {
            #expect(Array(table[place * 23]) == right, "\(metric) \(kind) \(count) of \(rows), batch, round \(round)")
          }
        }
      }
    }
  }

  @Test("Scores of wide vectors along axes are the same, too")
  func wide() throws {
    for metric in Metric.allCases {
      let catalogue = Catalogue.nearSpace(metric, rows: 1_100, seed: 3)
      let queries = Catalogue.nearSpace(metric, rows: 66, seed: 3).items
      let index = ExhaustiveIndex(items: catalogue.items, metric: metric)
      _ = try index.nearest(toEach: queries)
      let allowed = Set(stride(from: 1, to: 1_100, by: 2))
      let request = SearchRequest(k: 5, filter: filter(allowed, of: 1_100, letsIn: true))
      for _ in 0..<3 {
        let table = try index.nearest(toEach: queries, request)
        for query in [0, 31, 65] {
          let truth = FullScan(catalogue: catalogue).nearest(
            to: queries[Row(query)], k: 5, excluding: Set(stride(from: 0, to: 1_100, by: 2)))
          #expect(Array(table[query]) == truth, "\(metric), query \(query)")
        }
      }
    }
  }

  @Test("What one query leaves out comes on top: by the request, and by a filter of each query")
  func own() throws {
    let rows = 900
    for metric in Metric.allCases {
      let catalogue = Catalogue(items: normalMatrix(rows: rows, dimension: 7, seed: 9), metric: metric)
      let index = ExhaustiveIndex(items: catalogue.items, metric: metric)
      let queries = normalMatrix(rows: 70, dimension: 7, seed: 10)
      for count in [3, 60, 440, 880] {
        let allowed = Set(0..<count)
        let shared = filter(allowed, of: rows, letsIn: true)
        func seen(_ query: Int) -> Set<Int> { Set((0..<rows).filter { ($0 + query) % 3 == 0 }) }
        let table = try index.nearest(
          toEach: queries, SearchRequest(k: 8, filter: shared),
          filter: { query in
            query % 2 == 0
              ? .excluding(RowSet((0..<rows).filter { ($0 + query) % 3 == 0 }.map { Row($0) }, capacity: rows))
              : .only(RowSet((0..<rows).filter { ($0 + query) % 3 != 0 }.map { Row($0) }, capacity: rows))
          }, execution: Execution())
        for query in [0, 1, 40, 69] {
          let without = Set(0..<rows).subtracting(allowed).union(seen(query))
          let truth = catalogue.nearest(to: queries[Row(query)], k: 8, excluding: without)
          #expect(Array(table[query]) == truth, "\(metric), \(count) allowed, query \(query)")
          let request = SearchRequest(k: 8, filter: shared)
            .excluding(RowSet(seen(query).map { Row($0) }, capacity: rows))
          #expect(try index.nearest(to: queries[Row(query)], request) == truth, "\(metric), \(count), \(query) alone")
        }
      }
    }
  }

  @Test("Minimum scores, related items, and filters over another number of rows")
  func requests() throws {
    let catalogue = Catalogue(items: normalMatrix(rows: 600, dimension: 6, seed: 12), metric: .euclidean)
    let index = ExhaustiveIndex(items: catalogue.items, metric: .euclidean)
    let queries = normalMatrix(rows: 70, dimension: 6, seed: 13)
    let shared = filter(Set(0..<200), of: 600, letsIn: true)
    let all = try index.nearest(toEach: queries, SearchRequest(k: 20, filter: shared))
    let least = all[7][all[7].startIndex + 4].score
    let some = try index.nearest(toEach: queries, SearchRequest(k: 20, filter: shared, minimumScore: least))
    for query in 0..<70 { #expect(Array(some[query]) == all[query].filter { $0.score >= least }) }
    for _ in 0..<3 {
      let found = try index.related(to: Row(5), SearchRequest(k: 20, filter: shared))
      #expect(found == catalogue.nearest(to: catalogue.items[Row(5)], k: 20, excluding: Set(200..<600).union([5])))
    }
    let short = RowFilter.only(RowSet(capacity: 599))
    for request in [
      SearchRequest(filter: short), SearchRequest().excluding(short.rows),
      SearchRequest(filter: shared).excluding(short.rows),
    ] {
      #expect(throws: SearchError.filterMismatch(expected: 600, found: 599)) {
        _ = try index.nearest(to: queries[Row(0)], request)
      }
      #expect(throws: SearchError.filterMismatch(expected: 600, found: 599)) {
        _ = try index.nearest(toEach: queries, request)
      }
    }
    #expect(throws: SearchError.filterMismatch(expected: 600, found: 599)) {
      _ = try index.nearest(
        toEach: queries, SearchRequest(filter: shared), filter: { _ in short }, execution: Execution())
    }
  }

  @Test("Many filters in turn are forgotten, and answered again")
  func turns() throws {
    let catalogue = Catalogue(items: normalMatrix(rows: 400, dimension: 5, seed: 15), metric: .innerProduct)
    let index = ExhaustiveIndex(items: catalogue.items, metric: .innerProduct)
    let queries = normalMatrix(rows: 64, dimension: 5, seed: 16)
    for round in 0..<2 {
      for number in 0..<12 {
        let allowed = Set((0..<400).filter { $0 % 20 == number || $0 % 7 == 0 })
        let table = try index.nearest(
          toEach: queries, SearchRequest(k: 4, filter: filter(allowed, of: 400, letsIn: number % 2 == 0)))
        let truth = catalogue.nearest(to: queries[Row(number)], k: 4, excluding: Set(0..<400).subtracting(allowed))
        #expect(Array(table[number]) == truth, "round \(round), filter \(number)")
      }
    }
    #expect((1...8).contains(index.allowed.withLock { $0.count }))
  }

  @Test("A mask has the allowed positions, in the order of rows and in another")
  func mask() {
    for count in [1, 63, 64, 65, 200] {
      for order in [nil, shuffled(count)] as [[UInt32]?] {
        let rows = RowSet((0..<count).filter { $0 % 3 == 1 }.map { Row($0) }, capacity: count)
        for filter in [RowFilter.only(rows), .excluding(rows)] {
          let mask =
            unsafe order.map { order in
              unsafe order.withUnsafeBufferPointer { unsafe PositionMask(filter, rows: $0.baseAddress, count: count) }
            } ?? PositionMask(filter, rows: nil, count: count)
          let truth = (0..<count).filter { filter.allows(Row(order?[$0] ?? UInt32($0))) }
          #expect(mask.positions == truth.map { UInt32($0) })
          #expect((0..<count).filter { mask.contains($0) } == truth)
          for start in stride(from: 0, to: count, by: 64) {
            let range = start..<min(start + 64, count)
            #expect(mask.isEmpty(range) == !truth.contains { range.contains($0) })
          }
        }
      }
    }
  }
}
