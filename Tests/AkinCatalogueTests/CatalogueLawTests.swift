import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinCatalogue

@Suite("A catalogue that changes")
struct CatalogueLawTests {
  @Test("keeps the laws of every index, whatever its segments", arguments: IndexLaw.all)
  func laws(law: IndexLaw) throws {
    let violations = try law.violations { try CatalogueLawTests.index(of: $0) }
    #expect(violations == [])
  }

  /// A catalogue of the same rows, which arrive in several parts: one linked, one scanned, one of a single item.
  static func index(of catalogue: Catalogue) throws -> CatalogueIndex {
    var all = Embeddings(
      items: catalogue.items, itemIDs: .numbers((0..<catalogue.count).map { UInt64($0) }), metric: catalogue.metric)
    all.itemBiases = catalogue.biases
    let ends = [catalogue.count * 2 / 3, max(catalogue.count * 2 / 3, catalogue.count - 1), catalogue.count]
    let directory = CatalogueDirectory(path: CrashTests.path, disk: CrashDisk().disk)
    func part(_ rows: Range<Int>) -> Embeddings {
      SegmentContent(all, ids: all.itemIDs.canonical, rows: Array(rows)).embeddings
    }
    let writer = try CatalogueWriter.create(
      directory, from: part(0..<ends[0]), lineage: .none, options: .small, replacing: false, policy: Bench.policy,
      execution: Execution(threads: 1)
    ).writer
    for (start, end) in zip(ends, ends.dropFirst()) where start < end {
      try writer.add(part(start..<end), lineage: .none, name: "part", execution: Execution(threads: 1))
    }
    return try CatalogueIndex(directory)
  }

  @Test(
    "answers by ids, in order of arrival, after any sequence of changes", arguments: Metric.allCases, [UInt64(1), 2, 3])
  func changes(metric: Metric, seed: UInt64) throws {
    let scratch = try Scratch()
    var random = SeededGenerator(seed: seed &* 7 &+ UInt64(metric.rawValue))
    func some(_ count: Int) -> [Shop.Item] {
      var numbers = Set<Int>()
      while numbers.count < count { numbers.insert(Int.random(in: 0..<60, using: &random)) }
      // Half of them have the vector that they always have: those that are there stay.
      return numbers.sorted().map { Shop.Item($0, seed: random.next() % 2, dimension: 3) }
    }
    var bench = try Bench(at: scratch["c"], some(20), metric: metric)
    for step in 0..<12 {
      let place = "\(metric), seed \(seed), step \(step)"
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<5: try bench.add(some(Int.random(in: 1...9, using: &random)))
      case 5..<7:
        let ids = bench.shop.items.map(\.id).filter { _ in Int.random(in: 0..<5, using: &random) == 0 }
        let change = try bench.delete(ids + [.text("nobody")] + ids.prefix(2))
        #expect(change.deleted == ids.count && change.unknown == 1, "\(place)")
      case 7, 8: try bench.writer.merge(execution: Execution(threads: 1))
      default: try bench.writer.compact(to: Int.random(in: 1...3, using: &random), execution: Execution(threads: 1))
      }
      let opened = try CatalogueIndex(bench.directory)
      #expect(opened.shop == bench.shop, "\(place)")
      #expect(
        opened.manifest == bench.writer.current.manifest && opened.liveCount == bench.shop.items.count, "\(place)")
      let query = query(dimension: 3, seed: random.next())
      for k in [1, 4, 80] {
        let truth = bench.shop.nearest(to: query, k: k, metric)
        #expect(try opened.answer(to: query, SearchRequest(k: k, effort: .exact)) == truth, "\(place), k \(k)")
        let found = try opened.answer(to: query, SearchRequest(k: k, effort: .ef(200)))
        #expect(
          found.count == truth.count && Set(found).count == found.count && found == found.sorted(), "\(place), k \(k)")
      }
    }
    #expect(try CatalogueIndex.verify(path: bench.directory.path).isSound)
  }

  @Test("names the row of an id, and no row of a deleted one")
  func rows() throws {
    let scratch = try Scratch()
    var bench = try Bench(at: scratch["c"], (0..<20).map { Shop.Item($0, seed: 1, dimension: 3) })
    try bench.add([5, 6, 21].map { Shop.Item($0, seed: 2, dimension: 3) })
    try bench.delete([.number(7), .text("item 21")])
    let index = try CatalogueIndex(bench.directory)
    for item in bench.shop.items {
      let row = try #require(index.row(of: item.id))
      #expect(index.id(of: row) == item.id && index.vector(of: row) == item.vector)
    }
    #expect(index.row(of: .number(7)) == nil && index.row(of: .text("item 21")) == nil)
    // A number is found by its text, and the other way round, as in every file.
    #expect(index.row(of: .text("5")) == index.row(of: .number(5)))
    // The old row of a replaced item is no item.
    #expect(index.vector(of: Row(5)) == nil && index.title(of: Row(5)) == nil)
    #expect(try index.related(to: Row(5), k: 3).isEmpty)
  }

  @Test("finds related items in all segments", arguments: Metric.allCases)
  func related(metric: Metric) throws {
    let scratch = try Scratch()
    var bench = try Bench(at: scratch["c"], (0..<30).map { Shop.Item($0, seed: 1, dimension: 3) }, metric: metric)
    try bench.add((25..<45).map { Shop.Item($0, seed: 2, dimension: 3) })
    try bench.add((45..<50).map { Shop.Item($0, seed: 2, dimension: 3) })
    try bench.delete([.number(1), .number(46)])
    let index = try CatalogueIndex(bench.directory)
    #expect(index.manifest.segments.map(\.isLinked) == [true, true, false])
    for (place, item) in bench.shop.items.enumerated() {
      let row = try #require(index.row(of: item.id))
      var others = bench.shop
      others.items.remove(at: place)
      for index in others.items.indices { others.items[index].bias = 0 }
      let truth = others.nearest(to: item.vector, k: 5, index.relatedMetric)
      let found = try index.related(to: row, SearchRequest(k: 5, effort: .exact))
      #expect(found.map { index.id(of: $0.row) } == truth.map { others.items[Int($0.row.index)].id }, "\(item.id)")
      #expect(found.map(\.score) == truth.map(\.score), "\(item.id)")
      let walked = try index.related(to: row, SearchRequest(k: 5, effort: .ef(60)))
      #expect(walked.count == 5 && !walked.contains { $0.row == row })
    }
  }

  @Test("scans neighbouring small segments as one, whatever is deleted or filtered", arguments: Metric.allCases)
  func runs(metric: Metric) throws {
    let scratch = try Scratch()
    func items(_ numbers: Range<Int>) -> [Shop.Item] { numbers.map { Shop.Item($0, seed: 1, dimension: 3) } }
    var bench = try Bench(
      at: scratch["c"], items(0..<20), metric: metric,
      policy: MergePolicy(width: 9, lowest: 4, linkedFrom: 12, grownFrom: 1_000, deletedShare: 0.9))
    for start in [20, 29, 38, 45] { try bench.add(items(start..<start + 9)) }
    try bench.delete([3, 22, 29, 41, 47].map { Shop.Item($0, seed: 1, dimension: 3).id })
    let index = try CatalogueIndex(bench.directory)
    #expect(index.manifest.segments.map(\.isLinked) == [true, false, false, false, false])
    #expect(index.parts.map(\.rows) == [0..<20, 20..<index.count])
    let wanted = RowSet(capacity: index.count) { $0.index % 3 != 1 }
    let queries = EmbeddingMatrix(uniformRows: (0..<5).map { query(dimension: 3, seed: $0) }, dimension: 3)
    for (name, filter) in [("all", nil), ("only", RowFilter.only(wanted)), ("excluding", .excluding(wanted))] {
      for k in [1, 7, 60] {
        let request = SearchRequest(k: k, effort: .exact, filter: filter)
        let own: @Sendable (Int) -> RowFilter? = { .excluding(RowSet([Row(25 + $0)], capacity: wanted.capacity)) }
        let table = try index.nearest(toEach: queries, request, filter: own, execution: Execution(threads: 2))
        for query in 0..<queries.count {
          // One by one: the scores of all live rows that both filters let in.
          let left = (0..<index.count).map { Row($0) }.filter { row in
            index.place(of: row) != nil && filter?.allows(row) ?? true && own(query)?.allows(row) ?? true
          }
          let truth = Catalogue(
            items: EmbeddingMatrix(uniformRows: left.map { index.vector(of: $0) ?? [] }, dimension: 3), metric: metric,
            biases: metric == .innerProduct ? left.map { index.bias(of: $0) ?? 0 } : nil
          ).nearest(to: queries[Row(query)], k: k).map { Neighbor(row: left[Int($0.row.index)], score: $0.score) }
          #expect(Array(table[query]) == truth, "\(metric), \(name), k \(k), query \(query)")
          let single = try index.nearest(
            to: queries[Row(query)].span, request.excluding(RowSet([Row(25 + query)], capacity: index.count)))
          #expect(single == truth, "\(metric), \(name), k \(k), query \(query), alone")
          #expect(
            try index.exhaustive().nearest(
              to: queries[Row(query)].span, request.excluding(RowSet([Row(25 + query)], capacity: index.count)))
              == truth)
        }
      }
    }
  }
}
