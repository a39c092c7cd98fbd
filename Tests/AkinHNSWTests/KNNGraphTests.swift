import AkinQuantization
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("The k-nearest-neighbour graph")
struct KNNGraphTests {
  /// An index of normal vectors, some of them copies, with or without biases; linked by codes from `leastCodedBytes` on.
  private static func built(
    _ metric: Metric, rows: Int = 600, dimension: Int = 8, leastCodedBytes: Int, hasBiases: Bool = false,
    efConstruction: Int = 40, threads: Int = 1, seed: UInt64
  ) throws -> BuiltIndex {
    let random = CounterRandom(seed: seed, purpose: 77)
    let items = EmbeddingMatrix(
      uniformRows: (0..<rows).map { row in
        let row = row % 10 == 3 ? row % 50 : row
        let length = Float(1 + row % 7)
        return (0..<dimension).map { length * Float(random.normal(at: UInt64(row * dimension + $0))) }
      }, dimension: dimension)
    return try unsafe BuiltIndex(
      stored: StoredItems(items),
      biases: hasBiases ? (0..<rows).map { Float(random.normal(at: UInt64(1 << 40 + $0 % 50))) } : nil,
      queries: normalMatrix(rows: 30, dimension: dimension, seed: 3), metric: metric,
      options: HNSWBuildOptions(m: 6, efConstruction: efConstruction, seed: seed),
      leastCodedBytes: leastCodedBytes,
      kernels: Kernels.table, execution: Execution(threads: threads))
  }

  /// The nodes by rising distance from a node by the metric of related items, linked ones only: by plain loops.
  private static func truth(_ built: BuiltIndex, of node: UInt32) -> [(node: UInt32, distance: Double)] {
    let own = built.items[Row(Int(node))].map(Double.init)
    return built.order.linked.filter { $0 != node }.map { other in
      // Safe: a row has as many components as `own`. A plain loop, for it is much of what the test does.
      let vector = unsafe built.items.base + Int(other) * built.items.stride
      var (dot, square, difference, component) = (0.0, 0.0, 0.0, 0)
      while component < own.count {
        let (a, b) = unsafe (own[component], Double(vector[component]))
        dot += a * b
        square += b * b
        difference += (a - b) * (a - b)
        component &+= 1
      }
      return (other, built.metric == .euclidean ? difference : -dot / square.squareRoot())
    }.sorted { $0.distance < $1.distance }
  }

  /// The links of a node, and its nearest nodes that are not among them.
  private static func row(_ built: BuiltIndex, _ node: UInt32) -> (links: [UInt32], others: [UInt32]) {
    let packed = unsafe built.links.links(built.kernels)
    let all = packed.all(of: Int(node))
    let number = unsafe packed.row(of: Int(node))!.links
    return (Array(all.prefix(number)), Array(all.dropFirst(number)))
  }

  @Test(
    "A build that scans finds nearly all of the ten nearest, one that walks most", arguments: Metric.allCases, [1, 2])
  func nearest(metric: Metric, seed: UInt64) throws {
    // One seed for vectors that are coded, another for those that are not.
    let worlds = seed == 1 ? [(0, false, 0.99), (.max, true, 0.8)] : [(.max, false, 0.93)]
    for (leastCodedBytes, hasBiases, least) in worlds {
      if hasBiases && metric != .innerProduct { continue }
      let built = try Self.built(metric, leastCodedBytes: leastCodedBytes, hasBiases: hasBiases, seed: seed)
      var found = 0
      let asked = built.order.linked.enumerated().filter { $0.offset % 12 == 0 }.map(\.element)
      for node in asked {
        let (links, others) = Self.row(built, node)
        let (row, truth) = (links + others, Self.truth(built, of: node))
        found += truth.prefix(10).count { row.contains($0.node) }
        #expect(Set(row).count == row.count && !row.contains(node) && row.count >= PackedLinks.mostNearest)
        // Near to far, but for rounding.
        let places = Dictionary(uniqueKeysWithValues: truth.map { ($0.node, $0.distance) })
        let distances = others.map { places[$0] ?? .infinity }
        #expect(zip(distances, distances.dropFirst()).allSatisfy { $0 <= $1 + 1e-5 * $1.magnitude })
      }
      let recall = Double(found) / Double(10 * asked.count)
      #expect(recall >= least, "\(metric), codes from \(leastCodedBytes), biases \(hasBiases), seed \(seed): \(recall)")
    }
  }

  @Test("A build of few candidates looks again at the neighbours of neighbours", arguments: Metric.allCases)
  func fewCandidates(metric: Metric) throws {
    let built = try Self.built(metric, leastCodedBytes: 0, efConstruction: 8, seed: 6)
    var found = 0
    let asked = built.order.linked.enumerated().filter { $0.offset % 12 == 0 }.map(\.element)
    for node in asked {
      let row = Self.row(built, node)
      let all = row.links + row.others
      #expect(all.count >= PackedLinks.mostNearest)
      found += Self.truth(built, of: node).prefix(10).count { all.contains($0.node) }
    }
    let recall = Double(found) / Double(10 * asked.count)
    #expect(recall >= 0.97, "\(metric): \(recall)")
  }

  @Test("The row of a copy begins with the first of its group and its nearest", arguments: Metric.allCases)
  func copies(metric: Metric) throws {
    let built = try Self.built(metric, leastCodedBytes: 0, seed: 3)
    var copies = 0
    for head in built.order.linked {
      var copy = built.order.nextCopy[Int(head)]
      while copy != Layer.noNode {
        let (row, own) = (Self.row(built, copy), Self.row(built, head))
        #expect(row.links.isEmpty && row.others.count == PackedLinks.mostNearest && row.others[0] == head)
        #expect(Set(row.others.dropFirst()).isSubset(of: own.links + own.others))
        copies += 1
        copy = built.order.nextCopy[Int(copy)]
      }
    }
    #expect(copies > 40)
  }

  @Test("Threads do not change it", arguments: Metric.allCases)
  func threads(metric: Metric) throws {
    for leastCodedBytes in [0, Int.max] {
      let one = try Self.built(metric, rows: 400, leastCodedBytes: leastCodedBytes, threads: 1, seed: 4)
      let three = try Self.built(metric, rows: 400, leastCodedBytes: leastCodedBytes, threads: 3, seed: 4)
      for node in 0..<UInt32(400) { #expect(Self.row(one, node) == Self.row(three, node)) }
    }
  }

  @Test("Related items of any item are found with the smallest ef", arguments: Metric.allCases, [true, false])
  func related(metric: Metric, hasBiases: Bool) throws {
    guard metric == .innerProduct || !hasBiases else { return }
    let built = try Self.built(metric, leastCodedBytes: 0, hasBiases: hasBiases, seed: 5)
    let searcher = unsafe InMemoryGraph(
      items: built.items, biases: built.biases, metric: metric, order: built.order, minimumPrefix: built.minimumPrefix,
      kernels: built.kernels
    ).searcher(of: built.draft, codes: built.codes, links: built.links)
    let related = metric == .innerProduct ? Metric.cosine : metric
    var found = 0
    let asked = stride(from: UInt32(0), to: UInt32(built.items.count), by: 3)
    for node in asked {
      let query = built.items[Row(Int(node))]
      let question = GraphQuery(
        by: related, k: 10, ef: 10, omitting: node, count: built.items.count)
      let answer = searcher.withContext { context in
        unsafe query.withUnsafeBufferPointer {
          unsafe searcher.search($0.baseAddress!, question, from: node, context)
        }
      }
      let exact = searcher.withContext { context in
        unsafe query.withUnsafeBufferPointer { query in
          unsafe context.query.update(from: query.baseAddress!, count: query.count)
          return searcher.exact(context, question)
        }
      }
      found += answer.count { $0.score >= exact[9].score }
    }
    let recall = Double(found) / Double(10 * built.items.count / 3)
    #expect(recall >= 0.995, "\(metric), biases \(hasBiases): \(recall)")
  }
}
