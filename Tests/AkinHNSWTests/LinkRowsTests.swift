import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("Packed rows of links")
struct LinkRowsTests {
  @Test("hold the links of a draft, then the nearest nodes that are not among them, as far as there are places")
  func packed() throws {
    for (nodes, m, metric) in [
      (1, 2, Metric.cosine), (5, 3, .euclidean), (256, 4, .innerProduct), (257, 20, .euclidean), (700, 21, .cosine),
      (600, 30, .innerProduct),
    ] {
      let draft = GraphDraft(InsertionOrder(of: [], among: nodes, m: m, seed: 1), m: m)
      var generator = SeededGenerator(seed: UInt64(nodes))
      func drawn(_ most: Int, but node: Int) -> [UInt32] {
        let number = Int(generator.next() % UInt64(most + 1))
        var seen: Set<UInt32> = [UInt32(node)]
        return (0..<number).map { _ in UInt32(generator.next() % UInt64(nodes)) }.filter { seen.insert($0).inserted }
      }
      var nearest: [UInt32] = []
      for node in 0..<nodes {
        let links = drawn(2 * m, but: node)
        unsafe draft.baseLinks.set(node, slots: links, count: links.count)
        let near = drawn(16, but: node)
        nearest += near + [UInt32](repeating: Layer.noNode, count: 16 - near.count)
      }
      let rows = try LinkRows(draft, nearest: nearest, metric: metric, execution: Execution(threads: 2))
      let places = max(2 * m + (metric == .innerProduct ? 8 : 0), 40)
      #expect(rows.shape.places == places)
      let packed = unsafe rows.links(Kernels.table)
      // Safe: the column holds so many bytes.
      let bytes = unsafe [UInt8](UnsafeBufferPointer(start: rows.bytes.base, count: rows.bytes.count))
      for node in 0..<nodes {
        let links = (0..<draft.baseLinks.count(node)).map { unsafe draft.baseLinks.row(node)[$0] }
        let near = nearest[16 * node..<16 * node + 16].filter { $0 != Layer.noNode && !links.contains($0) }
        let all = links + near.prefix(places - links.count)
        #expect(packed.all(of: node) == all, "node \(node) of \(nodes), M \(m)")
        let row = baseLinks(of: node, in: bytes[...], nodes: nodes, stride: rows.shape.stride)
        #expect(row.links == links.map { Int($0) } && row.links + row.others == all.map { Int($0) })
        var buffer = [UInt32](repeating: 0, count: places + PackedLinks.spare)
        // Safe: there is room for all places and `spare` more.
        let number = unsafe buffer.withUnsafeMutableBufferPointer { unsafe packed.links(of: node, $0.baseAddress!) }
        #expect(number == links.count && Array(buffer.prefix(links.count)) == links)
      }
      #expect(packed.all(of: nodes).isEmpty && bytes.suffix(rows.shape.stride).allSatisfy { $0 == 0 })
    }
  }

  @Test("take as many bits a link as the largest node needs, 8 at least, and 32 beyond 2²⁴ nodes")
  func bits() {
    for (nodes, bits) in [
      (0, 8), (1, 8), (256, 8), (257, 9), (512, 9), (1 << 20, 20), (1 << 20 + 1, 21), (1 << 24, 24), (1 << 24 + 1, 32),
      (Candidate.maximumNodes, 32),
    ] {
      let shape = PackedLinks.Shape(nodes: nodes, m0: 42, metric: .euclidean)
      #expect(shape.bits == bits && shape.stride == 2 + (42 * bits + 7) / 8, "\(nodes) nodes")
    }
    #expect(PackedLinks.Shape(nodes: 9, m0: 4, metric: .cosine).places == 40)
    #expect(PackedLinks.Shape(nodes: 9, m0: 512, metric: .innerProduct).places == 520)
  }
}
