@testable import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Walks under a filter")
struct FilteredWalkTests {
  /// A clustered catalogue, whose index walks whatever the filter: the exact scan is dearer for so small an `ef`.
  private struct ClusteredIndex {
    static let rows = 1_600
    let catalogue: Catalogue
    /// One that has learned nothing of any query yet.
    let index: HNSWIndex
    let queries: EmbeddingMatrix

    init(_ metric: Metric) throws {
      let content = try Content.of(metric)
      (catalogue, queries) = (content.catalogue, content.queries)
      index = try opened(content.bytes)
    }
  }

  /// The catalogue, queries and index file of a metric, made once for all tests.
  private struct Content: Sendable {
    let catalogue: Catalogue
    let queries: EmbeddingMatrix
    let bytes: [UInt8]

    static func of(_ metric: Metric) throws -> Content {
      switch metric {
      case .innerProduct: try innerProduct.get()
      case .cosine: try cosine.get()
      case .euclidean: try euclidean.get()
      }
    }

    private static let innerProduct = Result { try Content(.innerProduct) }
    private static let cosine = Result { try Content(.cosine) }
    private static let euclidean = Result { try Content(.euclidean) }

    private init(_ metric: Metric) throws {
      let random = CounterRandom(seed: 21)
      func vectors(_ count: Int, at start: UInt64) -> EmbeddingMatrix {
        unsafe matrix(rows: count, dimension: 16) { row, values in
          let cluster = random.bits(at: 1 << 50 + start + UInt64(row)) % 30
          for component in 0..<16 {
            let centre = random.normal(at: 1 << 51 + cluster * 16 + UInt64(component))
            unsafe values[component] = Float(
              centre + 0.5 * random.normal(at: start + UInt64(row * 16 + component)))
          }
        }
      }
      catalogue = Catalogue(items: vectors(ClusteredIndex.rows, at: 0), metric: metric)
      queries = vectors(100, at: 1 << 40)
      bytes = try Built(catalogue).bytes
    }
  }

  /// Half of the items, in three ways to lie to a query.
  private func halves(_ clustered: ClusteredIndex, _ query: [Float]) -> [(name: String, rows: Set<Int>)] {
    let best = clustered.catalogue.nearest(to: query, k: ClusteredIndex.rows).map { Int($0.row.index) }
    return [
      ("random", Set((0..<ClusteredIndex.rows).filter { CounterRandom(seed: 3).bits(at: UInt64($0)) & 1 == 0 })),
      ("near", Set(best.prefix(ClusteredIndex.rows / 2))), ("far", Set(best.suffix(ClusteredIndex.rows / 2))),
    ]
  }

  @Test(
    "Half of the items, wherever they lie: k allowed items, with recall, alone and in a batch",
    arguments: Metric.allCases)
  func halves(metric: Metric) throws {
    let clustered = try ClusteredIndex(metric)
    for (name, rows) in halves(clustered, clustered.queries[Row(0)]) {
      let others = Set(0..<ClusteredIndex.rows).subtracting(rows)
      let filter = RowFilter.only(RowSet(rows.map { Row($0) }, capacity: ClusteredIndex.rows))
      let truth = (0..<100).map {
        clustered.catalogue.nearest(to: clustered.queries[Row($0)], k: 10, excluding: others)
      }
      for effort in [SearchEffort.ef(10), .ef(64), .recall(0.9), .recall(0.99), .exact] {
        let request = SearchRequest(k: 10, effort: effort, filter: filter)
        let table = try clustered.index.nearest(toEach: clustered.queries, request)
        var found = 0
        for query in 0..<100 {
          let place = "\(metric) \(name) \(effort), query \(query)"
          #expect(table[query].count == 10 && table[query].allSatisfy { rows.contains(Int($0.row.index)) }, "\(place)")
          found += Set(table[query].map(\.row)).intersection(truth[query].map(\.row)).count
          // What is found has the score of the exact answer.
          let scores = Dictionary(uniqueKeysWithValues: truth[query].map { ($0.row, $0.score) })
          #expect(table[query].allSatisfy { scores[$0.row] ?? $0.score == $0.score }, "\(place)")
          if query % 10 == 0, effort != .recall(0.9), effort != .recall(0.99) {
            let alone = try clustered.index.nearest(to: clustered.queries[Row(query)], request)
            #expect(alone.count == 10 && alone.allSatisfy { rows.contains(Int($0.row.index)) }, "\(place), alone")
          }
        }
        let least =
          switch effort {
          case .recall(let target): target
          case .ef(10): 0.9
          case .ef: 0.98
          case .exact: 1.0
          }
        #expect(Double(found) / 1_000 >= least, "\(metric) \(name) \(effort): \(found) of 1,000")
      }
    }
  }

  @Test(
    "A walk goes on until ef allowed candidates are expanded; a filter that allows all that is near costs nothing more")
  func widens() throws {
    let clustered = try ClusteredIndex(.euclidean)
    let query = clustered.queries[Row(3)]
    let searcher = clustered.index.searcher
    func hops(_ filter: RowFilter?) -> (hops: Int, isOpposed: Bool) {
      let asked = GraphQuery(SearchRequest(k: 10, filter: filter), by: .euclidean, ef: 20, of: searcher)
      return searcher.withContext { context in
        unsafe query.withUnsafeBufferPointer { query in
          _ = unsafe searcher.search(query.baseAddress!, asked, context)
        }
        return (context.work.hops, context.isOpposed)
      }
    }
    let free = hops(nil)
    var found: [String: (hops: Int, isOpposed: Bool)] = [:]
    for (name, rows) in halves(clustered, query) {
      found[name] = hops(.only(RowSet(rows.map { Row($0) }, capacity: ClusteredIndex.rows)))
    }
    let (random, near, far) = (try #require(found["random"]), try #require(found["near"]), try #require(found["far"]))
    #expect(!free.isOpposed && !near.isOpposed && !random.isOpposed && far.isOpposed)
    #expect(near.hops < free.hops * 3 / 2 && random.hops > free.hops * 3 / 2 && random.hops < free.hops * 4)
    #expect(far.hops < free.hops * 8)
  }

  @Test(
    "A beam that is too narrow for a filter begins again, also where the rows left out are said to lie everywhere",
    arguments: Metric.allCases, [false, true])
  func narrow(metric: Metric, isEven: Bool) throws {
    let clustered = try ClusteredIndex(metric)
    let searcher = clustered.index.searcher
    // A fifth of the items are left out: all that are near the first query, and any for the second.
    let query = clustered.queries[Row(3)]
    let best = clustered.catalogue.nearest(to: query, k: ClusteredIndex.rows).map(\.row)
    for (gone, isOpposed) in [
      (Array(best.prefix(320)), true), (best.enumerated().filter { $0.offset % 5 == 0 }.map(\.element), false),
    ] {
      var request = SearchRequest(k: 10, filter: .excluding(RowSet(gone, capacity: ClusteredIndex.rows)))
      request.alwaysPreparesFilter = isEven
      let asked = GraphQuery(request, by: metric, ef: 40, of: searcher)
      #expect(SearchWidth(asked, of: searcher.storage).isNarrow)
      let found = searcher.withContext { context in
        unsafe query.withUnsafeBufferPointer { query in
          // Safe: a query has as many components as the index.
          let found = unsafe searcher.search(query.baseAddress!, asked, context)
          #expect(context.isOpposed == isOpposed || metric == .innerProduct, "\(metric)")
          return found
        }
      }
      let truth = clustered.catalogue.nearest(to: query, k: 10, excluding: Set(gone.map { Int($0.index) }))
      #expect(Set(found).intersection(truth).count >= 9, "\(metric), opposed \(isOpposed)")
      let table = try clustered.index.nearest(
        toEach: EmbeddingMatrix(uniformRows: [query, query], dimension: 16), request)
      for answer in [table[0], table[1]] {
        #expect(Set(answer).intersection(truth).count >= 9, "\(metric), opposed \(isOpposed), in a batch")
      }
    }
  }

  @Test("A copy that is allowed is found behind copies that are not")
  func copies() throws {
    let some = normalMatrix(rows: 60, dimension: 6, seed: 30)
    let rows = (0..<600).map { some[Row($0 % 60)] }
    for metric in Metric.allCases {
      let catalogue = Catalogue(rows: rows, dimension: 6, metric: metric)
      let index = try Built(catalogue).index
      let allowed = Set(300..<600)
      let filter = RowFilter.only(RowSet(allowed.map { Row($0) }, capacity: 600))
      for query in 0..<20 {
        let vector = some[Row(query * 3)]
        let found = try index.nearest(to: vector, SearchRequest(k: 12, effort: .ef(40), filter: filter))
        #expect(found == catalogue.nearest(to: vector, k: 12, excluding: Set(0..<300)), "\(metric), \(query)")
      }
    }
  }

  @Test("Seen items and filters compose, in every effort; related items do, too", arguments: Metric.allCases)
  func composes(metric: Metric) throws {
    let clustered = try ClusteredIndex(metric)
    let query = clustered.queries[Row(1)]
    let best = clustered.catalogue.nearest(to: query, k: ClusteredIndex.rows).map { Int($0.row.index) }
    let allowed = Set((0..<ClusteredIndex.rows).filter { $0 % 2 == 0 })
    let seen = Set(best.prefix(30))
    let without = Set(0..<ClusteredIndex.rows).subtracting(allowed).union(seen)
    let request = SearchRequest(k: 10, filter: .only(RowSet(allowed.map { Row($0) }, capacity: ClusteredIndex.rows)))
      .excluding(RowSet(seen.map { Row($0) }, capacity: ClusteredIndex.rows))
    let truth = clustered.catalogue.nearest(to: query, k: 10, excluding: without)
    for effort in [SearchEffort.ef(200), .exact, .recall(1)] {
      var request = request
      request.effort = effort
      #expect(try clustered.index.nearest(to: query, request) == truth, "\(metric) \(effort)")
      let related = try clustered.index.related(to: Row(best[0]), request)
      #expect(related.count == 10 && related.allSatisfy { !without.contains(Int($0.row.index)) }, "\(metric) \(effort)")
    }
  }

  @Test("The same answers on any number of threads, and again")
  func deterministic() throws {
    let clustered = try ClusteredIndex(.cosine)
    for (name, rows) in halves(clustered, clustered.queries[Row(0)]) {
      let filter = RowFilter.only(RowSet(rows.map { Row($0) }, capacity: ClusteredIndex.rows))
      for effort in [SearchEffort.ef(12), .recall(0.95)] {
        let request = SearchRequest(k: 10, effort: effort, filter: filter)
        let tables = try [1, 3].map { threads in
          try ClusteredIndex(.cosine).index.nearest(
            toEach: clustered.queries, request, execution: Execution(threads: threads))
        }
        #expect(tables[0] == tables[1], "\(name) \(effort)")
      }
    }
  }
}
