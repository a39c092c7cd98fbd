import AkinQuantization
import AkinSupport
import AkinTestSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinHNSW

@Suite("The nearest of all nodes that are there")
struct CodeScanTests {
  @Test("are those that a sort of all distances says, at every level", arguments: [1, 2])
  func nearest(seed: UInt64) throws {
    // The first has fewer than a candidate list, the last more than a scan takes at a time.
    for (rows, dimension) in [(30, 3), (700, 70), (4500, 16)] {
      let matrix = normalMatrix(rows: rows, dimension: dimension, seed: seed)
      for level in Kernels.available {
        let kernels = try unsafe #require(Kernels.table(at: level))
        let codes = try #require(
          try unsafe RowCodes(
            of: matrix, metric: .euclidean, leastBytes: 0, kernels: kernels, execution: Execution(threads: 1)))
        let vectors = BuildVectors(codes)
        let order = (0..<UInt32(rows)).map { UInt32(Int($0) * 7 % rows) }
        // From each of the last nodes to all: by plain loops, once.
        let asked = order[(rows - 11)...]
        let keys = asked.map { node in
          order.map { Candidate.pack(distance: distance(node, $0, codes), node: $0) }
        }
        // Of each node and number of others: sorted once.
        let counts = [1, 15, rows / 2, rows - 12]
        let ranked = keys.map { keys in counts.map { keys[..<$0].sorted() } }
        for limit in [2, 100, 160] {
          let scan = try #require(CodeScan(order, of: vectors, candidates: limit))
          let scratch = unsafe CodeScan.Scratch(scan)
          for (turn, count) in counts.enumerated() {
            unsafe scan.nearest(to: asked, among: count, limit: limit, isReaching: false, scratch) {
              place, candidates, number in
              let all = ranked[place][turn]
              let found = (0..<number).map { unsafe candidates[$0] }
              let name = "\(level), \(rows) rows, \(count) there, limit \(limit), seed \(seed)"
              #expect(found == Array(all.prefix(number)), "\(name)")
              #expect(number <= limit && number >= min(count, CodeScan.rank(of: limit), limit), "\(name): \(number)")
            }
          }
        }
      }
    }
  }

  @Test("Nodes that are all alike are no more than there is room for")
  func alike() throws {
    let rows = 15_000
    let matrix = EmbeddingMatrix(uniformRows: (0..<rows).map { [Float($0 % 2), 1] }, dimension: 2)
    let kernels = unsafe Kernels.table
    let codes = try #require(
      try unsafe RowCodes(
        of: matrix, metric: .euclidean, leastBytes: 0, kernels: kernels, execution: Execution(threads: 1)))
    let scan = try #require(
      CodeScan(Array(0..<UInt32(rows)), of: BuildVectors(codes), candidates: 100))
    var number = 0
    unsafe scan.nearest(to: [14_999], among: rows - 1, limit: 100, isReaching: false, CodeScan.Scratch(scan)) {
      _, candidates, count in
      number = count
      #expect((0..<count).allSatisfy { unsafe Candidate.node(candidates[$0]) % 2 == 1 })
    }
    #expect(number == 100)
  }

  @Test("Too many candidates, and codes along axes, are walked to; of too many codes only the first are scanned")
  func limits() throws {
    let kernels = unsafe Kernels.table
    let matrix = normalMatrix(rows: 700, dimension: 300, seed: 1)
    #expect(unsafe CodeScan([0], of: BuildVectors(matrix, kernels: kernels), candidates: 10) == nil)
    let wide = try CodesTests.rowCodes(.euclidean)
    #expect(CodeScan([0], of: BuildVectors(wide), candidates: 10) == nil)
    let narrow = normalMatrix(rows: 64, dimension: 8, seed: 2)
    let codes = try #require(
      try unsafe RowCodes(
        of: narrow, metric: .euclidean, leastBytes: 0, kernels: kernels, execution: Execution(threads: 1)))
    let vectors = BuildVectors(codes)
    #expect(CodeScan([0, 1], of: vectors, candidates: CodeScan.mostCandidates) != nil)
    #expect(CodeScan([0, 1], of: vectors, candidates: CodeScan.mostCandidates + 1) == nil)
    // At 32 bytes a code.
    let most = unsafe CodeScan.mostBytes(kernels.pointee.level) >> 6
    for (count, scanned) in [(1 << 16, 1 << 16), (1 << 19, most)] {
      let scan = try #require(CodeScan([UInt32](repeating: 0, count: count), of: vectors, candidates: 10))
      #expect(scan.order.count == scanned)
    }
  }

  private func distance(_ a: UInt32, _ b: UInt32, _ codes: RowCodes) -> Float {
    let width = codes.book.width
    let (one, other) = unsafe (codes.table.bytes + Int(a) * width, codes.table.bytes + Int(b) * width)
    var sum = 0
    var place = 0
    while place < width {
      // Safe: each node has `width` bytes.
      let difference = unsafe Int(one[place]) &- Int(other[place])
      sum &+= difference &* difference
      place &+= 1
    }
    return Float(sum) * (codes.book.step * codes.book.step)
  }
}
