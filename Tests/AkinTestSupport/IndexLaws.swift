import AkinSupport
import AkinVectors

/// A promise that every index keeps, exact or not; laws about what is found, not about how much of the truth is.
///
/// A test target runs them all on its own index:
///
///     @Test("Keeps the laws of every index", arguments: IndexLaw.all)
///     func laws(law: IndexLaw) throws {
///       #expect(try law.violations { try MyIndex(of: $0) } == [])
///     }
public struct IndexLaw: Sendable, CustomStringConvertible {
  /// Builds the index that is tested.
  public typealias Builder = (Catalogue) throws -> any VectorIndex

  /// The promise in words.
  public let description: String
  private let check: @Sendable (inout LawWitness) throws -> Void

  /// What the index did against the law, a sentence each; empty when it keeps the law.
  public func violations(_ build: Builder) throws -> [String] {
    try withoutActuallyEscaping(build) { build in
      var witness = LawWitness(build: build)
      try check(&witness)
      return witness.violations
    }
  }

  /// All laws.
  public static let all: [IndexLaw] = [
    IndexLaw("best first, equal scores in row order, no row twice, scores are the float64 scores rounded") { witness in
      for (seed, rows) in [(UInt64(1), 300), (2, 160)] {
        try witness.eachMetric { metric, witness in
          let catalogue = Catalogue.normal(rows: rows, dimension: 13, metric: metric, seed: seed)
          try witness.searches(catalogue, k: [10], seed: seed)
        }
      }
    },
    IndexLaw("k larger than the catalogue finds every item") { witness in
      for rows in [1, 2, 5, 37] {
        try witness.eachMetric { metric, witness in
          let catalogue = Catalogue.normal(rows: rows, dimension: 6, metric: metric, seed: 4)
          try witness.searches(catalogue, k: [rows, rows + 3], all: true, seed: 4)
          let index = try witness.build(catalogue)
          for (k, effort) in [(Int.max, SearchEffort.ef(.max)), (rows, .ef(.max)), (.max, .ef(1)), (.max, .exact)] {
            let found = try index.nearest(to: query(dimension: 6, seed: 4), SearchRequest(k: k, effort: effort))
            witness.expect(found.count == rows, "\(metric), \(rows) rows, k \(k), \(effort): \(found.count) found")
          }
        }
      }
    },
    IndexLaw("an empty catalogue answers with nothing") { witness in
      try witness.eachMetric { metric, witness in
        let index = try witness.build(Catalogue(rows: [], dimension: 3, metric: metric))
        witness.expect(index.count == 0 && index.dimension == 3 && index.metric == metric, "\(metric): facts")
        witness.expect(try index.nearest(to: [1, 2, 3], k: 5).isEmpty, "\(metric): found something in nothing")
      }
    },
    IndexLaw("excluded rows are never found, and k others are while there are so many") { witness in
      try witness.eachMetric { metric, witness in
        let catalogue = Catalogue.normal(rows: 120, dimension: 9, metric: metric, seed: 5)
        let query = query(dimension: 9, seed: 6)
        let best = catalogue.nearest(to: query, k: 120).map { Int($0.row.index) }
        let index = try witness.build(catalogue)
        for excluded in [Set(best.prefix(1)), Set(best.prefix(60)), Set(best.prefix(113)), Set(best)] {
          let all = excluded.count >= 110
          try witness.searches(catalogue, index, query: query, k: [10], excluding: excluded, all: all, seed: 6)
        }
      }
    },
    IndexLaw("copies of an item are found side by side, in row order") { witness in
      try witness.eachMetric { metric, witness in
        let distinct = normalMatrix(rows: 4, dimension: 7, seed: 8)
        let rows = (0..<48).map { distinct[Row($0 % 4)] }
        let catalogue = Catalogue(rows: rows, dimension: 7, metric: metric)
        let index = try witness.build(catalogue)
        try witness.searches(catalogue, index, query: distinct[Row(2)], k: [48], all: true, seed: 8)
        try witness.searches(catalogue, index, query: distinct[Row(2)], k: [5], seed: 8)
        let same = Catalogue(rows: Array(repeating: distinct[Row(1)], count: 60), dimension: 7, metric: metric)
        try witness.searches(same, query: distinct[Row(0)], k: [60], all: true, seed: 8)
      }
    },
    IndexLaw("zero vectors match nothing under cosine and are items like others elsewhere") { witness in
      try witness.eachMetric { metric, witness in
        let zero = [Float](repeating: 0, count: 5)
        let some = normalMatrix(rows: 20, dimension: 5, seed: 9)
        let rows = (0..<30).map { $0 % 3 == 0 ? zero : some[Row($0 * 2 / 3)] }
        let catalogue = Catalogue(rows: rows, dimension: 5, metric: metric)
        let index = try witness.build(catalogue)
        try witness.searches(catalogue, index, k: [30], all: true, seed: 9)
        try witness.searches(catalogue, index, query: zero, k: [30], all: true, seed: 9)
        let nothing = Catalogue(rows: [zero, zero], dimension: 5, metric: metric)
        try witness.searches(nothing, k: [2], all: true, seed: 9)
      }
    },
    IndexLaw("a filter lets in what it says, and k of those while there are so many; only and excluding are two words")
    {
      witness in
      try witness.eachMetric { metric, witness in
        let catalogue = Catalogue.normal(rows: 120, dimension: 9, metric: metric, seed: 12)
        let index = try witness.build(catalogue)
        let query = query(dimension: 9, seed: 13)
        let best = catalogue.nearest(to: query, k: 120).map { Int($0.row.index) }
        let parts: [ArraySlice<Int>] = [
          [], best.suffix(1), best.suffix(9), best.suffix(30), best.prefix(60), best.dropFirst(2), best[...],
        ]
        for allowed in parts {
          let others = Set(best).subtracting(allowed)
          let truth = catalogue.nearest(to: query, k: 10, excluding: others)
          let only = RowFilter.only(RowSet(allowed.map { Row($0) }, capacity: 120))
          let excluding = RowFilter.excluding(RowSet(others.map { Row($0) }, capacity: 120))
          let place = "\(metric), \(allowed.count) of 120 let in"
          for effort in SearchEffort.several {
            let request = SearchRequest(k: 10, effort: effort, filter: only)
            let found = try index.nearest(to: query, request)
            witness.expect(found, are: truth.count, of: catalogue, for: query, without: others, "\(place), \(effort)")
            if effort == .exact { witness.expect(found == truth, "\(place): not the exact answer: \(found)") }
            let same = try index.nearest(to: query, SearchRequest(k: 10, effort: effort, filter: excluding))
            witness.expect(found == same, "\(place), \(effort): \(same) when the others are left out")
          }
        }
      }
    },
    IndexLaw("related items obey the request, and never hold the item itself") { witness in
      try witness.eachMetric { metric, witness in
        let catalogue = Catalogue.normal(rows: 90, dimension: 7, metric: metric, seed: 14)
        let index = try witness.build(catalogue)
        let likeness = Catalogue(items: catalogue.items, metric: index.relatedMetric)
        let odd = Set(stride(from: 1, to: 90, by: 2))
        for row in [0, 41, 89] {
          let query = catalogue.items[Row(row)]
          for (filter, without): (RowFilter?, Set<Int>) in [
            (nil, []), (.excluding(RowSet(odd.map { Row($0) }, capacity: 90)), odd),
            (.only(RowSet(odd.map { Row($0) }, capacity: 90)), Set(0..<90).subtracting(odd)),
          ] {
            let truth = likeness.nearest(to: query, k: 90, excluding: without.union([row]))
            let least = truth[3].score
            let place = "\(metric), row \(row), \(without.count) left out"
            for effort in SearchEffort.several {
              let request = SearchRequest(k: 6, effort: effort, filter: filter)
              let found = try index.related(to: Row(row), request)
              witness.expect(
                found, are: 6, of: likeness, for: query, without: without.union([row]), "\(place), \(effort)")
              var limited = request
              limited.minimumScore = least
              let cut = try index.related(to: Row(row), limited)
              witness.expect(
                cut == found.filter { $0.score >= least }, "\(place), \(effort), at least \(least): \(cut)")
            }
            let exact = try index.related(to: Row(row), SearchRequest(k: 90, effort: .exact, filter: filter))
            witness.expect(exact == truth, "\(place): not the exact answer: \(exact)")
          }
        }
        witness.expect(
          try index.related(to: Row(90), SearchRequest(k: 3)).isEmpty, "\(metric): like a row that is none")
      }
    },
    IndexLaw("a minimum score ends an answer where scores fall below it, alone and in a batch") { witness in
      try witness.eachMetric { metric, witness in
        let catalogue = Catalogue.normal(rows: 150, dimension: 8, metric: metric, seed: 15)
        let index = try witness.build(catalogue)
        let queries = normalMatrix(rows: 70, dimension: 8, seed: 16)
        for effort in SearchEffort.several {
          let request = SearchRequest(k: 12, effort: effort)
          let all = try (0..<70).map { try index.nearest(to: queries[Row($0)], request) }
          let middle = all[0][5].score
          for least in [
            middle, middle.nextUp, middle.nextDown, all[0][0].score, all[0][0].score.nextUp, all[0][11].score,
            -.infinity, .infinity,
          ] {
            var limited = request
            limited.minimumScore = least
            let table = try index.nearest(toEach: queries, limited, execution: Execution(threads: 1))
            for query in 0..<70 {
              let expected = all[query].filter { $0.score >= least }
              let place = "\(metric), \(effort), query \(query), at least \(least)"
              witness.expect(Array(table[query]) == expected, "\(place), in a batch: \(table[query])")
              if query > 3 { continue }
              let alone = try index.nearest(to: queries[Row(query)], limited)
              witness.expect(alone == expected, "\(place): \(alone)")
            }
          }
        }
      }
    },
    IndexLaw("no effort is the default effort") { witness in
      try witness.eachMetric { metric, witness in
        let catalogue = Catalogue.normal(rows: 200, dimension: 8, metric: metric, seed: 17)
        let index = try witness.build(catalogue)
        let queries = normalMatrix(rows: 5, dimension: 8, seed: 18)
        for k in [1, SearchRequest.defaultEf, SearchRequest.defaultEf + 1, 150] {
          let (none, said) = (SearchRequest(k: k), SearchRequest(k: k, effort: .ef(max(k, SearchRequest.defaultEf))))
          let one = Execution(threads: 1)
          let place = "\(metric), k \(k)"
          for question in Question.allCases {
            for isBatch in [false, true] {
              witness.expect(
                try index.plan(none, for: question, isBatch: isBatch)
                  == index.plan(said, for: question, isBatch: isBatch), "\(place): other plans")
            }
          }
          for row in 0..<5 {
            let query = queries[Row(row)]
            let found = try index.nearest(to: query, said)
            witness.expect(try index.nearest(to: query, none) == found, "\(place), query \(row)")
            witness.expect(try index.nearest(to: query, k: k) == found, "\(place), query \(row), k alone")
            let related = try index.related(to: Row(row), said)
            witness.expect(try index.related(to: Row(row), none) == related, "\(place), related to \(row)")
            witness.expect(try index.related(to: Row(row), k: k) == related, "\(place), related to \(row), k alone")
          }
          let table = try index.nearest(toEach: queries, said, execution: one)
          witness.expect(try index.nearest(toEach: queries, none, execution: one) == table, "\(place), a batch")
        }
      }
    },
    IndexLaw("a batch answers each query as it is answered alone, with a filter for all and one for each") { witness in
      try witness.eachMetric { metric, witness in
        let catalogue = Catalogue.normal(rows: 150, dimension: 8, metric: metric, seed: 19)
        let index = try witness.build(catalogue)
        let filters: [RowFilter?] = [
          nil, .excluding(RowSet((0..<20).map { Row($0) }, capacity: 150)),
          .only(RowSet((0..<140).map { Row($0) }, capacity: 150)), .only(RowSet([Row(4), Row(9)], capacity: 150)),
          .only(RowSet(capacity: 150)),
        ]
        // Fewer queries than the exhaustive index makes codes for, and more.
        for count in [7, 66] {
          let queries = normalMatrix(rows: count, dimension: 8, seed: 20)
          for (effort, threads) in zip(SearchEffort.several, [1, 3, 2, 1]) {
            let execution = Execution(threads: threads)
            let place = "\(metric), \(effort), \(count) queries, \(threads) threads"
            // A query's own filter holds besides that of the request.
            let request = SearchRequest(k: 9, effort: effort, filter: filters[1])
            let each = try index.nearest(
              toEach: queries, request, filter: { filters[$0 % filters.count] }, execution: execution)
            let shared = try index.nearest(toEach: queries, request, execution: execution)
            witness.expect(each.queryCount == count && each.k == 9 && shared.k == 9, "\(place): another shape")
            for query in 0..<count {
              let alone = try index.nearest(to: queries[Row(query)], request)
              witness.expect(Array(shared[query]) == alone, "\(place), query \(query), shared: \(shared[query])")
              let own = filters[query % filters.count].map { request.narrowed(by: $0) } ?? request
              let filtered = try index.nearest(to: queries[Row(query)], own)
              witness.expect(Array(each[query]) == filtered, "\(place), query \(query), own: \(each[query])")
            }
          }
        }
        let none = EmbeddingMatrix(uniformRows: [], dimension: 8)
        let table = try index.nearest(toEach: none, SearchRequest(k: 500), execution: Execution(threads: 1))
        witness.expect(table.queryCount == 0 && table.k == 150, "\(metric): no queries")
      }
    },
    IndexLaw("a search that has no meaning throws what is wrong with it") { witness in
      try witness.eachMetric { metric, witness in
        let index = try witness.build(Catalogue.normal(rows: 10, dimension: 3, metric: metric, seed: 10))
        witness.expect(.badCount(k: 0)) { _ = try index.nearest(to: [1, 2, 3], k: 0) }
        witness.expect(.badCount(k: -4)) { _ = try index.nearest(to: [1, 2, 3], k: -4) }
        witness.expect(.dimensionMismatch(expected: 3, found: 2)) { _ = try index.nearest(to: [1, 2], k: 1) }
        witness.expect(.dimensionMismatch(expected: 3, found: 4)) { _ = try index.nearest(to: [1, 2, 3, 4], k: 1) }
        witness.expect(.notFinite(query: 0, component: 1)) { _ = try index.nearest(to: [1, .nan, 3], k: 1) }
        witness.expect(.notFinite(query: 0, component: 2)) { _ = try index.nearest(to: [1, 2, -.infinity], k: 1) }
        let one = Execution(threads: 1)
        let good = EmbeddingMatrix(uniformRows: [[1, 2, 3], [3, 2, 1]], dimension: 3)
        let odd = RowFilter.only(RowSet([Row(1)], capacity: 11))
        for (request, error): (SearchRequest, SearchError) in [
          (SearchRequest(k: 0), .badCount(k: 0)),
          (SearchRequest(effort: .ef(0)), .badEffort(ef: 0)), (SearchRequest(effort: .ef(-1)), .badEffort(ef: -1)),
          (SearchRequest(effort: .recall(0)), .badRecall(0)), (SearchRequest(effort: .recall(-0.5)), .badRecall(-0.5)),
          (SearchRequest(effort: .recall(1.000001)), .badRecall(1.000001)),
          (SearchRequest(effort: .recall(.infinity)), .badRecall(.infinity)),
          (SearchRequest(effort: .recall(.nan)), .badRecall(.nan)),
          (SearchRequest(minimumScore: .nan), .badMinimumScore(.nan)),
          (SearchRequest(filter: odd), .filterMismatch(expected: 10, found: 11)),
          (
            SearchRequest(effort: .exact, filter: .excluding(RowSet(capacity: 9))),
            .filterMismatch(expected: 10, found: 9)
          ),
        ] {
          witness.expect(error) { _ = try index.nearest(to: [1, 2, 3], request) }
          witness.expect(error) { _ = try index.nearest(toEach: good, request, execution: one) }
          witness.expect(error) { _ = try index.related(to: Row(1), request) }
          witness.expect(error) { _ = try index.plan(request, for: .nearest, isBatch: false) }
          witness.expect(error) { _ = try index.plan(request, for: .related, isBatch: true) }
        }
        for effort in SearchEffort.several {
          let request = SearchRequest(effort: effort)
          witness.expect(.filterMismatch(expected: 10, found: 11)) {
            _ = try index.nearest(toEach: good, request, filter: { $0 == 1 ? odd : nil }, execution: one)
          }
          witness.expect(.dimensionMismatch(expected: 3, found: 2)) {
            _ = try index.nearest(
              toEach: EmbeddingMatrix(uniformRows: [[1, 2]], dimension: 2), request, execution: one)
          }
          witness.expect(.notFinite(query: 1, component: 2)) {
            let bad = EmbeddingMatrix(uniformRows: [[1, 2, 3], [1, 2, .nan]], dimension: 3)
            _ = try index.nearest(toEach: bad, request, execution: one)
          }
        }
      }
    },
    IndexLaw("the related items of a range of rows are those of each row") { witness in
      try witness.eachMetric { metric, witness in
        let some = normalMatrix(rows: 70, dimension: 5, seed: 21)
        // Copies, which tie with the item itself, and a zero vector.
        let rows = (0..<90).map { $0 == 50 ? [0, 0, 0, 0, 0] : some[Row($0 % 70)] }
        let index = try witness.build(Catalogue(rows: rows, dimension: 5, metric: metric))
        let filter = RowFilter.excluding(RowSet((0..<30).map { Row($0 * 3) }, capacity: 90))
        for (k, effort, filter) in [
          (4, SearchEffort.exact, nil), (200, .exact, nil), (1, .exact, nil), (7, .exact, filter), (7, .ef(25), filter),
          (6, .ef(20), nil),
        ] {
          let request = SearchRequest(k: k, effort: effort, filter: filter)
          // The last rows are none of the catalogue's.
          let table = try index.related(toEach: 3..<93, request, execution: Execution(threads: 2))
          for row in 3..<93 {
            let one = try index.related(to: Row(row), request)
            witness.expect(Array(table[row - 3]) == one, "\(metric), row \(row), k \(k), \(effort)")
          }
        }
      }
    },
    IndexLaw("the same catalogue gives the same answers again") { witness in
      try witness.eachMetric { metric, witness in
        let catalogue = Catalogue.normal(rows: 200, dimension: 8, metric: metric, seed: 11)
        let first = try witness.build(catalogue)
        let second = try witness.build(catalogue)
        for seed in UInt64(0)..<5 {
          let query = query(dimension: 8, seed: seed)
          let a = try first.nearest(to: query, k: 7)
          witness.expect(try a == second.nearest(to: query, k: 7), "\(metric), query seed \(seed)")
        }
      }
    },
  ]

  private init(_ description: String, _ check: @escaping @Sendable (inout LawWitness) throws -> Void) {
    self.description = description
    self.check = check
  }
}

/// Standard normal components that a seed determines.
public func query(dimension: Int, seed: UInt64) -> [Float] {
  let random = CounterRandom(seed: seed, purpose: 77)
  return (0..<dimension).map { Float(random.normal(at: UInt64($0))) }
}

extension Catalogue {
  /// Normal items, with biases under `innerProduct`.
  public static func normal(rows: Int, dimension: Int, metric: Metric, seed: UInt64) -> Catalogue {
    let random = CounterRandom(seed: seed, purpose: 78)
    let biases = (0..<rows).map { Float(random.normal(at: UInt64($0))) }
    return Catalogue(
      items: normalMatrix(rows: rows, dimension: dimension, seed: seed), metric: metric,
      biases: metric == .innerProduct ? biases : nil)
  }
}

extension SearchEffort {
  /// Each way to say how hard to look.
  static let several: [SearchEffort] = [.ef(5), .ef(40), .recall(0.8), .exact]
}
