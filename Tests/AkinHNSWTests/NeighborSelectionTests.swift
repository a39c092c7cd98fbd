import AkinQuantization
import AkinSupport
import AkinTestSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinHNSW

@Suite("The selection of neighbours")
struct NeighborSelectionTests {
  @Test("is the obvious quadratic code of the paper's algorithm 4, with our slack", arguments: [1, 2])
  func selection(seed: UInt64) {
    let kernels = unsafe Kernels.table
    // The last has more candidates than are looked at together.
    for (rows, dimension, copies) in [(60, 2, 1), (120, 5, 1), (90, 3, 3), (40, 1, 2), (1, 4, 1), (1100, 6, 1)] {
      let normal = normalMatrix(rows: rows, dimension: dimension, seed: seed)
      let matrix = EmbeddingMatrix(uniformRows: (0..<rows).map { normal[Row($0 / copies)] }, dimension: dimension)
      let vectors = unsafe BuildVectors(matrix, kernels: kernels)
      // No links are read: only the layer's nodes.
      let table = LinkTable(rows: rows, capacity: 1)
      let layer = Layer(base: .table(table.table), nodes: rows)
      func distance(_ a: UInt32, _ b: UInt32) -> Float {
        unsafe kernels.pointee.squared_euclidean(
          matrix.base + Int(a) * matrix.stride, matrix.base + Int(b) * matrix.stride, dimension)
      }
      let selection = NeighborSelection()
      for (node, limit) in [(UInt32(0), 1), (0, 4), (UInt32(rows / 2), 10), (UInt32(rows - 1), 500)] {
        let candidates = (0..<UInt32(rows)).filter { $0 != node }
          .map { Candidate.pack(distance: distance($0, node), node: $0) }.sorted()
        #expect(
          chosen(selection, candidates[...], limit, layer, vectors) == slow(candidates[...], limit, distance),
          "seed \(seed), \(rows) rows, limit \(limit)")
        selection.merged = candidates.map(Candidate.node).reversed()
        selection.collectCandidates(from: node, layer: layer, vectors: vectors)
        #expect(selection.candidates == candidates, "seed \(seed), \(rows) rows")
      }
    }
  }

  @Test("By codes it is the same, packed or not, at every level", arguments: [1, 2])
  func byCodes(seed: UInt64) throws {
    // More candidates than are packed, and the largest sums there are: every other row has no small component.
    for (rows, dimension) in [(20, 3), (257, 70), (400, 24), (120, 128)] {
      let normal = normalMatrix(rows: rows, dimension: dimension, seed: seed)
      let matrix = EmbeddingMatrix(
        uniformRows: (0..<rows).map { row in
          var vector = normal[Row(row / 2 * 2)]
          if row % 2 == 1 { vector = vector.map { $0 > 0 ? 3 : -3 } }
          return vector
        }, dimension: dimension)
      for level in Kernels.available {
        let kernels = try unsafe #require(Kernels.table(at: level))
        let codes = try #require(
          try unsafe RowCodes(
            of: matrix, metric: .euclidean, leastBytes: 0, kernels: kernels, execution: Execution(threads: 1)))
        let vectors = BuildVectors(codes)
        let table = LinkTable(rows: rows, capacity: 1)
        let layer = Layer(base: .table(table.table), nodes: rows)
        let scratch = UnsafeMutablePointer<Int16>.allocate(capacity: CodeBook.coordinates)
        defer { unsafe scratch.deallocate() }
        func distance(_ a: UInt32, _ b: UInt32) -> Float {
          var (node, distance) = (b, Float.nan)
          unsafe vectors.scorer(from: a, scratch).distances(to: &node, 1, into: &distance)
          return distance
        }
        let selection = NeighborSelection()
        for (node, limit, most) in [(UInt32(0), 4, 100), (UInt32(rows / 2), 33, 400), (UInt32(rows - 1), 500, 256)] {
          let candidates = (0..<UInt32(rows)).filter { $0 != node }
            .map { Candidate.pack(distance: distance(node, $0), node: $0) }.sorted().prefix(most)
          #expect(
            chosen(selection, candidates, limit, layer, vectors) == slow(candidates, limit, distance),
            "\(level), seed \(seed), \(rows) x \(dimension), limit \(limit)")
        }
      }
    }
  }

  /// The paper's algorithm 4 as it stands there.
  private func slow(
    _ candidates: ArraySlice<UInt64>, _ limit: Int, _ distance: (UInt32, UInt32) -> Float
  ) -> [UInt32] {
    var kept: [UInt32] = []
    for candidate in candidates where kept.count < limit {
      let slot = Candidate.node(candidate)
      if kept.allSatisfy({ distance($0, slot) * NeighborSelection.slack >= Candidate.distance(candidate) }) {
        kept.append(slot)
      }
    }
    return kept
  }

  private func chosen(
    _ selection: NeighborSelection, _ candidates: ArraySlice<UInt64>, _ limit: Int, _ layer: Layer,
    _ vectors: BuildVectors
  ) -> [UInt32] {
    let count = unsafe candidates.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      return unsafe selection.choose(from: base, count: buffer.count, limit: limit, layer: layer, vectors: vectors)
    }
    return (0..<count).map { unsafe selection.slots[$0] }
  }

  @Test("A draft of cliques without a way between them is repaired, and nothing that was reached is lost")
  func repairs() throws {
    // 12 cliques of 5 fill their rows of 4 links (M = 2), 3 pairs have room, one node is alone.
    let matrix = normalMatrix(rows: 67, dimension: 3, seed: 5)
    let vectors = unsafe BuildVectors(matrix, kernels: Kernels.table)
    let linked = [UInt32](0..<67)
    for entry in [UInt32(0), 33, 61, 66] {
      let draft = GraphDraft(InsertionOrder(of: linked, among: 67, m: 2, seed: 1), m: 2)
      draft.entry = entry
      for node in 0..<67 {
        let clique = node < 60 ? node / 5 * 5..<node / 5 * 5 + 5 : node < 66 ? node / 2 * 2..<node / 2 * 2 + 2 : 66..<67
        for other in clique where other != node {
          draft.baseLinks.append(UInt32(other), to: node)
        }
      }
      let pieces = 12 + 3 + 1
      let repair = try Reachability(
        repairing: draft, linked: linked, vectors: vectors, efConstruction: 8, execution: Execution(threads: 1))
      #expect(repair.repaired >= pieces - 1)
      var reached: Set<UInt32> = []
      var queue = [entry]
      while let node = queue.popLast() {
        guard reached.insert(node).inserted else { continue }
        #expect(draft.baseLinks.count(Int(node)) <= draft.m0)
        for place in 0..<draft.baseLinks.count(Int(node)) {
          queue.append(unsafe draft.baseLinks.links[Int(node) * draft.baseLinks.capacity + place])
        }
      }
      #expect(reached.count == 67, "entry \(entry)")
    }
  }
}
