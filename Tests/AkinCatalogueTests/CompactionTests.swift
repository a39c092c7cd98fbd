import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinCatalogue

@Suite("Compaction")
struct CompactionTests {
  /// Items with zeros of both signs, copies and a zero vector.
  private func items(_ numbers: some Sequence<Int>, seed: UInt64) -> [Shop.Item] {
    numbers.map { number in
      var item = Shop.Item(number, seed: seed, dimension: 3)
      if number % 7 == 0 { item.vector = [0, -0.0, Float(number % 2)] }
      if number % 11 == 0 { item.vector = [1, 2, 3] }
      return item
    }
  }

  @Test("to one segment gives the bytes of an index that is built from the items left", arguments: Metric.allCases)
  func bytes(metric: Metric) throws {
    let scratch = try Scratch()
    var bench = try Bench(at: scratch["c"], items(0..<40, seed: 1), metric: metric)
    try bench.add(items(30..<60, seed: 2))
    try bench.delete([.number(2), .text("item 33"), .number(59)])
    try bench.add(items([2, 70, 71], seed: 3))
    let change = try bench.writer.compact(execution: Execution(threads: 2))
    #expect(change.merged == 3 && change.written == bench.shop.items.count)
    let segment = try #require(bench.writer.current.manifest.segments.first)
    #expect(bench.writer.current.manifest.segments.count == 1 && segment.deleted.count == 0)
    try HNSWIndex(bench.shop.embeddings(metric, dimension: 3), options: .small, execution: Execution(threads: 1))
      .write(to: scratch["final.idx"])
    let isSame = scratch.bytes("final.idx") == scratch.bytes("c/\(segment.name)")
    #expect(isSame)
    // A catalogue made of the same items has the same segment, whatever its past.
    let anew = try Bench(at: scratch["d"], bench.shop.items, metric: metric)
    #expect(anew.writer.current.manifest.segments == bench.writer.current.manifest.segments)
    // Nothing is left to do.
    let again = try bench.writer.compact(execution: Execution(threads: 1))
    #expect(again.generation == change.generation && again.written == 0)
  }

  @Test("keeps categories apart that differ in bytes alone")
  func spellings() {
    let items = (0..<3).map { Shop.Item(id: .number(UInt64($0)), vector: [1, 2]) }
    var embeddings = Shop.embeddings(items, .cosine, dimension: 2)
    let names = ["cafe\u{301}", "caf\u{E9}"]
    embeddings.categories = Categories(
      names: names, members: History(offsets: [0, 1, 2, 4], rows: [0, 1, 0, 1]), attributeName: "genre")
    var described = embeddings
    described.describe(by: embeddings.attributeTable)
    #expect(described.categories?.names.map { Array($0.utf8) } == names.map { Array($0.utf8) })
    #expect(described.categories?.members == embeddings.categories?.members)
  }

  @Test("does not change an answer, and keeps ties in order of arrival", arguments: Metric.allCases)
  func ties(metric: Metric) throws {
    let scratch = try Scratch()
    func equal(_ numbers: [Int], bias: Float = 0) -> [Shop.Item] {
      numbers.map { Shop.Item(id: .number(UInt64($0)), vector: [1, 2, 3], bias: bias) }
    }
    var bench = try Bench(at: scratch["c"], equal(Array(0..<20)), metric: metric)
    try bench.add(equal([50, 40]))
    // A new title makes an item arrive anew.
    try bench.add([Shop.Item(id: .number(3), vector: [1, 2, 3], title: "New")])
    try bench.delete([.number(0)])
    let expected = bench.shop.items.map(\.id)
    #expect(expected.suffix(3) == [.number(50), .number(40), .number(3)])
    for target in [2, 1] {
      let index = try CatalogueIndex(bench.directory)
      for effort in [SearchEffort.exact, .ef(64)] {
        let found = try index.nearest(to: [1, 2, 3], SearchRequest(k: 30, effort: effort))
        #expect(found.map { index.id(of: $0.row) } == expected, "\(effort), before compaction to \(target)")
      }
      try bench.writer.compact(to: target, execution: Execution(threads: 1))
      #expect(bench.writer.current.manifest.segments.count == target)
    }
    #expect(bench.writer.current.shop == bench.shop)
  }

  @Test("drops segments without live items at once")
  func emptied() throws {
    let scratch = try Scratch()
    var bench = try Bench(at: scratch["c"], items(0..<5, seed: 1))
    try bench.add(items(5..<8, seed: 1))
    try bench.delete(bench.shop.items.prefix(5).map(\.id))
    #expect(bench.writer.current.manifest.segments.map(\.rows) == [3])
    try bench.delete(bench.shop.items.map(\.id))
    let empty = try CatalogueIndex(bench.directory)
    #expect(empty.count == 0 && empty.manifest.segments.isEmpty)
    #expect(try empty.nearest(to: [1, 2, 3], k: 3).isEmpty)
    try bench.add(items(1..<3, seed: 1))
    #expect(try CatalogueIndex(bench.directory).shop == bench.shop)
  }

  @Test("leaves few segments, and writes each item a logarithmic number of times")
  func cost() {
    // The policy alone, over a thousand additions of ten rows.
    let policy = MergePolicy(width: 4, lowest: 10, linkedFrom: 40, deletedShare: 0.3)
    func record(_ rows: Int) -> SegmentRecord {
      SegmentRecord(
        digest: .none, rows: rows, fileBytes: 0, isLinked: false, isGrown: false, deleted: RowSet(capacity: rows))
    }
    var segments: [SegmentRecord] = []
    var written = 0
    for _ in 0..<1000 {
      segments.append(record(10))
      while case let ranges = policy.due(segments), let range = ranges.first {
        #expect(ranges.count == 1)
        let live = segments[range].reduce(0) { $0 + $1.live }
        written += live
        segments.replaceSubrange(range, with: [record(live)])
      }
      #expect(segments.count <= 3 * 6, "\(segments.map(\.rows))")
    }
    // Tiers of 10, 40, 160, 640, 2560, 10240 rows.
    #expect(written <= 5 * 10_000 && written >= 3 * 10_000)
    #expect(segments.reduce(0) { $0 + $1.live } == 10_000)
  }

  @Test("builds a segment anew of which too much is deleted")
  func worn() {
    let policy = MergePolicy(width: 4, lowest: 10, linkedFrom: 40, deletedShare: 0.3)
    func record(_ rows: Int, deleted: Int) -> SegmentRecord {
      SegmentRecord(
        digest: .none, rows: rows, fileBytes: 0, isLinked: true, isGrown: false,
        deleted: RowSet((0..<deleted).map { Row($0) }, capacity: rows))
    }
    let fresh = [record(1000, deleted: 300), record(100, deleted: 0)]
    #expect(policy.due(fresh) == [])
    #expect(policy.due([record(1000, deleted: 301), record(100, deleted: 40)]) == [0..<1, 1..<2])
    #expect(policy.ranges(fresh, downTo: 2) == [])
    #expect(policy.ranges(fresh, downTo: 1) == [0..<2])
    // To one segment drops every deleted row; to several only those of worn segments.
    #expect(policy.ranges([record(1000, deleted: 1)], downTo: 1) == [0..<1])
    #expect(policy.ranges([record(1000, deleted: 1)], downTo: 2) == [])
  }

  @Test("lets the graph of the trunk grow by what has gathered behind it")
  func growth() {
    let policy = MergePolicy(
      width: 4, lowest: 10, linkedFrom: 40, grownFrom: 30, grownShare: 0.1, mostGrown: 0.5, deletedShare: 0.3)
    func record(_ rows: Int, deleted: Int = 0, isGrown: Bool = false) -> SegmentRecord {
      SegmentRecord(
        digest: .none, rows: rows, fileBytes: 0, isLinked: rows >= 40, isGrown: isGrown,
        deleted: RowSet((0..<deleted).map { Row($0) }, capacity: rows))
    }
    // Neither enough rows, nor enough of the trunk's.
    #expect(policy.due([record(200), record(10), record(10)]) == [])
    #expect(policy.due([record(400), record(10), record(10), record(10)]) == [])
    #expect(policy.due([record(200), record(10), record(10), record(10)]) == [0..<4])
    #expect(policy.base(of: [record(200), record(10), record(10), record(10)]) == 0)
    // The last large segment is the trunk: those before it stay.
    #expect(policy.due([record(400), record(100), record(30)]) == [1..<3])
    #expect(policy.due([record(400, deleted: 200), record(100), record(30)]) == [0..<1, 1..<3])
    // A worn graph, one without links, and one with too few rows are built anew.
    #expect(policy.base(of: [record(200, deleted: 61), record(10)]) == nil)
    #expect(policy.base(of: [record(30), record(5)]) == nil)
    #expect(policy.base(of: [record(60), record(31)]) == nil)
    #expect(policy.base(of: [record(30), record(60)]) == 1)
    // To one segment replaces what a build would not make.
    #expect(policy.ranges([record(200, isGrown: true)], downTo: 1) == [0..<1])
    #expect(policy.ranges([record(200)], downTo: 1) == [])
  }

  @Test(
    "replaces a graph that has grown by the bytes of a build, and neither changes an answer", arguments: Metric.allCases
  )
  func grown(metric: Metric) throws {
    let scratch = try Scratch()
    var bench = try Bench(at: scratch["c"], items(0..<40, seed: 1), metric: metric)
    var grown = 0
    for change in 0..<4 {
      try bench.delete(bench.shop.items.prefix(3).map(\.id))
      try bench.add(items(100 + 6 * change..<106 + 6 * change, seed: 2))
      try bench.writer.merge(execution: Execution(threads: change + 1))
      let segments = bench.writer.current.manifest.segments
      if segments.count == 1, segments[0].isGrown { grown += 1 }
      let opened = try CatalogueIndex(bench.directory)
      #expect(opened.shop == bench.shop && opened.manifest == bench.writer.current.manifest)
      for effort in [SearchEffort.exact, .ef(200)] {
        let found = try opened.answer(to: [1, 2, 3], SearchRequest(k: 100, effort: effort))
        #expect(found == bench.shop.nearest(to: [1, 2, 3], k: 100, metric), "\(metric), change \(change), \(effort)")
      }
    }
    #expect(grown == 4)
    #expect(try CatalogueIndex.verify(path: bench.directory.path).isSound)
    let change = try bench.writer.compact(execution: Execution(threads: 2))
    let segment = try #require(bench.writer.current.manifest.segments.first)
    #expect(change.written == bench.shop.items.count && !segment.isGrown)
    try HNSWIndex(bench.shop.embeddings(metric, dimension: 3), options: .small, execution: Execution(threads: 1))
      .write(to: scratch["final.idx"])
    let isSame = scratch.bytes("final.idx") == scratch.bytes("c/\(segment.name)")
    #expect(isSame)
    #expect(try bench.writer.compact(execution: Execution(threads: 1)).written == 0)
  }
}
