import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Every item can be found")
struct ReachabilityTests {
  /// Data that breaks graphs into pieces.
  enum Fragmented: String, CaseIterable, Sendable {
    /// Tight clusters of near-duplicates, far apart.
    case islands
    case line
    case grid
    case allEqual
    /// One item far from all others.
    case outlier
    /// A few vectors many times, and others.
    case copies
    /// Few directions at many lengths, which the edges of cosine and inner product cannot tell apart.
    case rays
    /// A third zero vectors, some with -0.
    case zeros
    /// Components near the end of Float.
    case huge

    func catalogue(_ metric: Metric) -> Catalogue {
      let random = CounterRandom(seed: 3, purpose: 9)
      func noise(_ row: Int, _ component: Int) -> Float { Float(random.normal(at: UInt64(row * 4 + component))) }
      let rows = (0..<400).map { row in
        (0..<4).map { (component: Int) -> Float in
          switch self {
          case .islands: noise(1_000 + row % 8, component) * 1_000 + noise(row, component) * 0.001
          case .line: Float(row) * (component == 0 ? 1 : 0.5)
          case .grid: [Float(row % 20), Float(row / 20), 1, 0][component]
          case .allEqual: Float(component)
          case .outlier: row == 399 ? 1e6 : noise(row, component)
          case .copies: noise(row % 3 == 0 ? row : row % 5, component)
          case .rays: noise(row % 4, component) * Float(1 + row / 4)
          case .zeros: row % 3 == 0 ? (row % 2 == 0 ? 0 : -0.0) : noise(row, component)
          case .huge: row % 3 == 0 ? noise(row, component) * 1e38 : noise(row, component)
          }
        }
      }
      return Catalogue(rows: rows, dimension: 4, metric: metric)
    }
  }

  /// Euclidean distances between huge vectors are refused (``ScaleTests``).
  static let cases = Fragmented.allCases.flatMap { world in Metric.allCases.map { (world, $0) } }
    .filter { $0.0 != .huge || $0.1 != .euclidean }

  @Test(
    "A walk over the file's links reaches each item that is no copy and has a direction, and a search nearly all of the best",
    arguments: cases)
  func reached(world: Fragmented, metric: Metric) throws {
    let catalogue = world.catalogue(metric)
    // By the other metrics a build that measures itself pauses before its last nodes.
    let built = try metric == .innerProduct ? Built(barelyMeasured: catalogue) : Built(catalogue)
    let index = try built.index
    let report = try verified(built.bytes)
    #expect(report.isSound, "\(report.damages)")

    // By hand from the bytes: breadth first over LNK0 from the entry of the header, then along groups and chains of copies.
    let links = built.bytes[built.bytes.section("LNK0")]
    let copies = built.bytes.section("NCPY")
    var reached: Set<Int> = []
    var queue = [Int(built.bytes.number(at: 156, bytes: 4))].filter { $0 < 400 }
    while let node = queue.popLast() {
      guard reached.insert(node).inserted else { continue }
      queue += baseLinks(of: node, in: links, nodes: 400, stride: links.count / 401).links
    }
    #expect(reached.count == index.facts.linkedNodes)
    for section in [built.bytes.section("NGRP"), copies] where !section.isEmpty {
      for node in reached {
        var next = node
        repeat {
          reached.insert(next)
          next = Int(built.bytes.number(at: section.lowerBound + next * 4, bytes: 4))
        } while next < 400
      }
    }
    let alike = (0..<400).filter { metric != .cosine || !catalogue.items.isZero(Row($0)) }
    #expect(reached.count >= alike.count, "\(reached.count) of \(alike.count)")

    // And so a search that keeps as many as there are finds them all, in the exact order.
    for query in [query(dimension: 4, seed: 1), catalogue.items[Row(7)]] {
      #expect(try index.nearest(to: query, k: 400, ef: 400) == catalogue.nearest(to: query, k: 400))
    }

    // With an effort of 64 a search finds nearly all of the best 10. Not where float32 distances overflow: there only a
    // search that keeps all is promised to find all.
    if world == .huge { return }
    var hits = 0
    for row in stride(from: 0, to: 400, by: 20) {
      let query = catalogue.items[Row(row)]
      let truth = catalogue.nearest(to: query, k: 10)
      let found = try index.nearest(to: query, k: 10, ef: 64)
      // An item of the same score is as good as the one that the order of rows prefers.
      #expect(found.count == truth.count)
      hits += zip(found, truth).filter { $0.score == $1.score }.count + 10 - truth.count
    }
    #expect(hits >= 190, "\(world), \(metric): \(hits) of 200")
  }

  @Test("A thousand copies come back in row order", arguments: Metric.allCases)
  func copies(metric: Metric) throws {
    let items = normalMatrix(rows: 1_200, dimension: 6, seed: 4)
    let copy = items[Row(0)].map { $0 * 3 }
    let rows = (0..<1_200).map { $0 % 6 == 5 ? items[Row($0)] : copy }
    let catalogue = Catalogue(rows: rows, dimension: 6, metric: metric)
    let built = try Built(catalogue)
    #expect(built.report.copies == 999)
    let index = try built.index
    let all = catalogue.nearest(to: copy, k: 1_000)
    #expect(try index.nearest(to: copy, k: 1_000, ef: 1_000) == all)
    #expect(try index.nearest(to: copy, k: 10, ef: 10) == Array(all.prefix(10)))
    // Related to a copy in the middle: the other copies, from the first.
    let middle = Row(601 / 6 * 6)
    let others = try index.related(to: middle, k: 12, ef: 24)
    #expect(others.map(\.row) == all.map(\.row).filter { $0 != middle }.prefix(12).map { $0 })
    #expect(others.allSatisfy { $0.score == others[0].score })
  }
}
