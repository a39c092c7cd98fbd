import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinExhaustive
@testable import AkinHNSW

@Suite("Indexes whose items are in lists")
struct ListedIndexTests {
  private static let rows = 16_400

  private static var options: HNSWBuildOptions {
    var options = HNSWBuildOptions()
    options.linksItems = false
    return options
  }

  private static func index(_ metric: Metric, _ vector: (Int) -> [Float]) throws -> Built {
    let items = (0..<rows).map(vector)
    return try Built(Catalogue(rows: items, dimension: items[0].count, metric: metric), options)
  }

  @Test("are built and verify as sound, whatever the lengths: long, short, denormal, equal ones")
  func sound() throws {
    let vectors: [(Metric, (Int) -> [Float])] = [
      // Sixty directions of any length: lists of copies.
      (
        .cosine,
        { row in
          let angle = Float(row % 60)
          return [1000 + Float(row % 997), (1000 + Float(row % 997)) * angle / 60]
        }
      ),
      (.cosine, { [$0 % 2 == 0 ? 1000 + Float($0) : -1e-7 * Float(1 + $0)] }),
      (.innerProduct, { [1, Float($0 % 9) * .leastNonzeroMagnitude] }),
    ]
    for (metric, vector) in vectors {
      let built = try Self.index(metric, vector)
      let report = try verified(built.bytes)
      #expect(report.isSound, "\(metric), \(vector(1)): \(report.damages.prefix(1))")
      #expect(!built.bytes.section("NLST").isEmpty)
    }
  }

  @Test("A node in a list of another place is found, whatever the lengths")
  func foreign() throws {
    for (metric, scale) in [(Metric.cosine, Float(1e9)), (.cosine, 1e-9), (.euclidean, 1e9)] {
      let built = try Self.index(metric) { row in
        let angle = Float(row % 400) / 400
        return [scale * (1 - angle), scale * angle]
      }
      let section = built.bytes.section("NLST")
      let own = built.bytes.number(at: section.lowerBound + 2 * 200, bytes: 2)
      let other = UInt16(built.bytes.number(at: section.lowerBound, bytes: 2))
      #expect(own != other)
      let damaged = built.bytes.with(other, at: section.lowerBound + 2 * 200).wholeSealed
      #expect(
        try verified(damaged).damages.map(\.reason) == [.rule("node 200 lies outside of list \(other)")], "\(metric)")
    }
  }

  @Test("Vectors that are no numbers in a file without lists are divided without a trap")
  func damaged() throws {
    for (metric, value) in [(Metric.euclidean, Float.nan), (.innerProduct, .nan), (.cosine, .infinity)] {
      let items = EmbeddingMatrix(
        uniformRows: (0..<Self.rows).map { row -> [Float] in
          let first: Float = row % 500 == 0 ? value : Float(row % 127) - 60
          return [first, Float(row % 129), 1]
        }, dimension: 3)
      // Its norms are of sound vectors, as a damaged file may say.
      let norms = [Float](repeating: 100, count: Self.rows)
      try unsafe norms.withUnsafeBufferPointer { norms in
        let index = unsafe ExhaustiveIndex(
          items: LazyMatrix(items), metric: metric, biases: nil, rows: nil, positions: nil, norms: norms.baseAddress,
          owner: nil, kernels: Kernels.table)
        let lists = try index.lists(for: 1 << 20, Execution(threads: 2))
        #expect(lists?.order.count ?? 0 <= Self.rows)
      }
    }
  }

  @Test("Lists are kept in the file; a damaged one loses items at most, and is reported")
  func file() throws {
    let items = EmbeddingMatrix(
      uniformRows: (0..<16_400).map { $0 == 9 ? [0, 0] : [Float($0 % 127) - 60, Float($0 % 129) - 63.5] }, dimension: 2)
    var options = HNSWBuildOptions()
    options.linksItems = false
    let built = try Built(
      Catalogue(rows: (0..<16_400).map { items[Row($0)] }, dimension: 2, metric: .cosine), options)
    let section = built.bytes.section("NLST")
    #expect(section.count == 2 * 16_400)
    let execution = Execution(threads: 2)
    let index = try built.index
    let lists = try #require(try index.exhaustive().lists(for: 1 << 20, execution))
    // The same lists as those that an index without a file divides its items into.
    let other = ExhaustiveIndex(items: items, metric: .cosine)
    let own = try #require(try other.lists(for: 1 << 20, execution))
    #expect(own.owners == lists.owners && own.order == lists.order && own.count == lists.count)
    #expect(lists.owners[9] == Partition.none && lists.order.count == 16_399)
    let start = section.lowerBound
    let damaged = built.bytes.with(UInt16(60_000), at: start + 2 * 77).with(UInt16(0), at: start + 2 * 9)
    let left = try #require(try opened(damaged).exhaustive().lists(for: 1 << 20, execution))
    #expect(left.order.count == 16_398 && !left.order.contains(77) && !left.order.contains(9))
    let rules = try verified(damaged.wholeSealed).damages.map(\.reason)
    #expect(
      rules == [
        .rule("node 9 lies outside of list 0"),
        .outOfRange(position: 77, found: 60_000, limit: UInt64(own.count)),
      ])
    #expect(try verified(built.bytes).isSound)
    // A list that no item is in any more: the others are numbered anew, and looked at again.
    let last = UInt16(own.count - 1)
    var fewer = built.bytes
    for node in 0..<16_400 where own.owners[node] == last { fewer = fewer.with(UInt16(0), at: start + 2 * node) }
    let renumbered = try #require(try opened(fewer).exhaustive().lists(for: 1 << 20, execution))
    #expect(renumbered.count == own.count - 1 && renumbered.order.count == 16_399)
    // What the file says of lists: no numbers, and radii that hold nothing. Whatever a search misses, its answers are scored truly.
    let rows = built.bytes.section("LIST")
    #expect(own.facts.flatMap(\.row).map(\.bitPattern) == lists.facts.flatMap(\.row).map(\.bitPattern))
    for (value, offset) in [(Float.nan, 0), (-1, 64), (.infinity, 68), (0, 64), (1, 8), (1, 84)] {
      var wrong = built.bytes
      for list in 0..<own.count {
        wrong = wrong.with(value.bitPattern, at: rows.lowerBound + list * (rows.count / own.count) + offset)
      }
      #expect(try !verified(wrong.wholeSealed).isSound, "\(value) at \(offset)")
      let index = try opened(wrong)
      let queries = items.rows(0..<200)
      let found = try index.nearest(
        toEach: queries, SearchRequest(k: 3, effort: .recall(0.9)), execution: Execution(threads: 1))
      for query in 0..<200 {
        #expect(
          found[query].allSatisfy { neighbor in
            let (a, b) = (items[Row(query)], items[neighbor.row])
            let product = a[0] * b[0] + a[1] * b[1]
            let lengths = ((a[0] * a[0] + a[1] * a[1]) * (b[0] * b[0] + b[1] * b[1])).squareRoot()
            return abs(product / lengths - neighbor.score) < 1e-5
          })
      }
    }
    #expect(throws: FileError.self) { try opened(built.bytes.with(UInt32(1), at: 248).sealed) }
    #expect(throws: FileError.self) { try opened(built.bytes.with(UInt32(2049), at: 248).sealed) }
    #expect(throws: FileError.self) { try opened(built.bytes.with(UInt32(0), at: 248).sealed) }
  }

  /// Items in tight clouds and around them, and queries of two kinds: near a few clouds, and anywhere.
  private struct World {
    let bytes: [UInt8]
    let easy: EmbeddingMatrix
    let hard: EmbeddingMatrix
    /// The rows of the clouds of the easy queries.
    let clouds: RowSet

    init() throws {
      let (rows, dimension) = (ListedIndexTests.rows, 8)
      let noise = normalMatrix(rows: rows + 2600, dimension: dimension, seed: 3)
      let centres = normalMatrix(rows: 40, dimension: dimension, seed: 4)
      func near(_ cloud: Int, _ row: Int) -> [Float] {
        zip(centres[Row(cloud)], noise[Row(row)]).map { $0 + 0.02 * $1 }
      }
      let items = (0..<rows).map { row -> [Float] in
        if row % 4 == 0 { return near(row / 4 % 40, row) }
        return noise[Row(row)].map { $0 * 1.5 }
      }
      bytes = try Built(Catalogue(rows: items, dimension: dimension, metric: .euclidean), ListedIndexTests.options)
        .bytes
      easy = EmbeddingMatrix(uniformRows: (0..<1300).map { near($0 % 9, rows + $0) }, dimension: dimension)
      let others = (1300..<2600).map { row -> [Float] in noise[Row(rows + row)].map { $0 * 1.5 } }
      hard = EmbeddingMatrix(uniformRows: others, dimension: dimension)
      clouds = RowSet(capacity: rows) { row in row.index % 4 == 0 && row.index / 4 % 40 < 9 }
    }

    /// The recall of the answers to some queries.
    func recall(_ found: NeighborTable, _ queries: EmbeddingMatrix, _ request: SearchRequest) throws -> Double {
      let truth = try opened(bytes).exhaustive().nearest(
        toEach: queries, request, filter: nil, execution: Execution(threads: 2))
      let good = (0..<queries.count).reduce(0) { $0 + RecallCheck.good(found[$1], truth[$1]) }
      return Double(good) / Double(queries.count * request.k)
    }
  }

  private static let world = Result { try World() }

  @Test("A batch of another kind than those before is answered for its own recall, once six of it are checked")
  func kinds() throws {
    let world = try Self.world.get()
    let request = SearchRequest(k: 10, effort: .recall(0.9))
    let index = try opened(world.bytes)
    for _ in 0..<2 { _ = try index.nearest(toEach: world.easy, request, execution: Execution(threads: 2)) }
    let plan = try index.plan(request, isBatch: true)
    #expect(plan.way != .exact)
    let hard = EmbeddingMatrix(uniformRows: (0..<1800).map { world.hard[Row($0 % 1300)] }, dimension: 8)
    let found = try index.nearest(toEach: hard, request, execution: Execution(threads: 2))
    #expect(try world.recall(found, hard, request) >= 0.895)
    #expect(try index.plan(request, isBatch: true).way != plan.way)
  }

  @Test("What is known without a filter is not taken for one that leaves out a few clouds")
  func fewLeftOut() throws {
    let world = try Self.world.get()
    var request = SearchRequest(k: 10, effort: .recall(0.9))
    let index = try opened(world.bytes)
    _ = try index.nearest(toEach: world.easy, request, execution: Execution(threads: 2))
    let plan = try index.plan(request, isBatch: true)
    request.filter = .excluding(world.clouds)
    #expect(plan.way != .exact && world.clouds.count * 10 < Self.rows)
    let found = try index.nearest(toEach: world.easy, request, execution: Execution(threads: 2))
    #expect(try world.recall(found, world.easy, request) >= 0.895)
    #expect((0..<world.easy.count).allSatisfy { found[$0].allSatisfy { !world.clouds.contains($0.row) } })
    var alone = 0.0
    for query in 0..<300 {
      let own = try index.nearest(to: world.easy[Row(query)].span, request)
      alone += Double(own.count { neighbor in found[query].contains { $0.row == neighbor.row } })
    }
    #expect(alone >= 0.88 * 3000)
    // And the other is still known.
    request.filter = nil
    #expect(try index.plan(request, isBatch: true).way == plan.way)
  }
}
