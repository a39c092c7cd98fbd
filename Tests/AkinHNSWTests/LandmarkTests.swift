import AkinQuantization
import AkinSupport
import AkinTestSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinHNSW

@Suite("Walks begin at the nearest of some landmarks")
struct LandmarkTests {
  @Test(
    "They are the nearest by their codes, as the slow sum says, for one query or many",
    arguments: [Metric.euclidean, .cosine], [false, true])
  func nearest(metric: Metric, isWide: Bool) throws {
    for seed: UInt64 in 1...2 {
      let dimension = isWide ? Catalogue.wideDimension : 21
      let catalogue =
        isWide
        ? Catalogue.nearSpace(metric, rows: 560, seed: seed)
        : Catalogue.normal(rows: 560, dimension: dimension, metric: metric, seed: seed)
      let codes = try #require(
        try unsafe RowCodes(
          of: catalogue.items, metric: metric, leastBytes: 0, kernels: Kernels.table, execution: Execution(threads: 1)))
      let nodes = (0..<90).map { UInt32($0 * 6 + 1) }
      let asked = 29
      let queries = EmbeddingMatrix(
        uniformRows: (0..<asked).map { catalogue.items[Row($0 * 19)].map { $0 * 1.25 + 0.01 } }, dimension: dimension)
      for level in Kernels.available {
        let landmarks = Landmarks(nodes: nodes, codes: try table(codes, at: level))
        let kernels = try unsafe #require(Kernels.table(at: level))
        let coordinates = unsafe RotatedAxes(codes.book, kernels: kernels)?.rotate(
          queries.base, stride: queries.stride, number: asked)
        let input = coordinates?.matrix ?? queries
        let found = unsafe landmarks.nearest(
          to: input.base, stride: input.stride, dimension: input.dimension, number: asked)
        for query in 0..<asked {
          let best = Array(found[query * Landmarks.starts..<(query + 1) * Landmarks.starts])
          let place = "\(metric), query \(query), \(level), seed \(seed)"
          let distances = nodes.map { distance(input[Row(query)], to: $0, codes, isCoordinates: coordinates != nil) }
          let sorted = distances.sorted()
          // A query's own rounding to bytes may swap what is nearly as near.
          let slack = 0.02 * (sorted.last! - sorted.first!)
          for (rank, node) in best.enumerated() {
            let own = try #require(nodes.firstIndex(of: node), "\(place): \(node)")
            #expect(distances[own] <= sorted[rank] + slack, "\(place), place \(rank)")
          }
          #expect(Set(best).count == Landmarks.starts, "\(place)")
          let alone = unsafe landmarks.nearest(
            to: input.base + query * input.stride, stride: 0, dimension: input.dimension, number: 1)
          #expect(alone == best, "\(place)")
        }
      }
    }
  }

  @Test(
    "Many stand in groups: all are there, one that is asked for is found, and most others are the nearest",
    arguments: [Metric.euclidean, .cosine], [false, true])
  func groups(metric: Metric, isWide: Bool) throws {
    let rows = 2600
    let dimension = isWide ? Catalogue.wideDimension : 13
    let catalogue =
      isWide
      ? Catalogue.nearSpace(metric, rows: rows, seed: 4)
      : Catalogue.normal(rows: rows, dimension: dimension, metric: metric, seed: 4)
    let codes = try #require(
      try unsafe RowCodes(
        of: catalogue.items, metric: metric, leastBytes: 0, kernels: Kernels.table, execution: Execution(threads: 1)))
    let nodes = (0..<2500).map { UInt32($0 + $0 / 25) }
    let landmarks = Landmarks(nodes: nodes, codes: codes.table)
    #expect(landmarks.nodes.sorted() == nodes)
    let other = Landmarks(nodes: nodes, codes: try table(codes, at: .scalar))
    #expect(landmarks.nodes == other.nodes, "groups are the same at every level")

    // Landmarks, and what lies between two items.
    let asked = 60
    let queries = EmbeddingMatrix(
      uniformRows: (0..<asked).map { query in
        let (one, two) = (catalogue.items[Row(Int(nodes[query * 41]))], catalogue.items[Row(query * 37)])
        return query < 30 ? one : zip(one, two).map { 0.7 * $0 + 0.3 * $1 }
      }, dimension: dimension)
    let coordinates = unsafe RotatedAxes(codes.book, kernels: Kernels.table)?.rotate(
      queries.base, stride: queries.stride, number: asked)
    let input = coordinates?.matrix ?? queries
    let found = unsafe landmarks.nearest(
      to: input.base, stride: input.stride, dimension: input.dimension, number: asked)
    var hits = 0
    for query in 0..<asked {
      let best = Array(found[query * Landmarks.starts..<(query + 1) * Landmarks.starts])
      #expect(Set(best).count == Landmarks.starts && Set(best).isSubset(of: nodes), "query \(query)")
      let distances = Dictionary(
        uniqueKeysWithValues: nodes.map {
          ($0, distance(input[Row(query)], to: $0, codes, isCoordinates: coordinates != nil))
        })
      let nearest = distances.min { $0.value < $1.value }!
      let range = distances.values.max()! - nearest.value
      if query < 30 { #expect(distances[best[0]]! - nearest.value <= 0.02 * range, "query \(query)") }
      // A query's own rounding to bytes may swap what is nearly as near.
      hits += distances[best[0]]! - nearest.value <= 0.02 * range ? 1 : 0
      let alone = unsafe landmarks.nearest(
        to: input.base + query * input.stride, stride: 0, dimension: input.dimension, number: 1)
      #expect(alone == best, "query \(query)")
    }
    #expect(hits >= 50, "\(hits) of \(asked)")
  }

  /// The codes, scored by the loops of a level.
  private func table(_ codes: RowCodes, at level: KernelLevel) throws -> CodeTable {
    let table = codes.table
    return try unsafe CodeTable(
      book: table.book, bytes: table.bytes, tails: table.tails, kernels: #require(Kernels.table(at: level)))
  }

  /// The distance between a query and what a node's code stands for, less what all nodes share; float64.
  private func distance(_ query: [Float], to node: UInt32, _ codes: RowCodes, isCoordinates: Bool) -> Double {
    let book = codes.book
    let code = unsafe codes.table.bytes + Int(node) * book.width
    var product = 0.0
    var square = 0.0
    let (step, isHalved) = (Double(book.step), book.axes != nil)
    let mean = unsafe book.metric == .euclidean && !isCoordinates ? book.mean : nil
    // Safe: a code, a query and a mean have a number for each axis.
    unsafe query.withUnsafeBufferPointer { query in
      var axis = 0
      while axis < query.count {
        let steps = unsafe isHalved ? 2 * Double(CodeBook.half(axis, of: code)) - 15 : Double(code[axis])
        let component = unsafe query[axis] - (mean.map { unsafe $0[axis] } ?? 0)
        product += Double(component) * steps * step
        square += steps * steps * step * step
        axis &+= 1
      }
    }
    guard book.metric == .euclidean else { return -product }
    return unsafe (codes.table.tails.map { unsafe Double($0[Int(node)]) } ?? square) - 2 * product
  }

  @Test("What is not finite is near to none; values that are equal keep the order of the landmarks")
  func corners() throws {
    let items = EmbeddingMatrix(uniformRows: (0..<64).map { [Float($0 % 4), 1, 0, 0] }, dimension: 4)
    let codes = try #require(
      try unsafe RowCodes(
        of: items, metric: .euclidean, leastBytes: 0, kernels: Kernels.table, execution: Execution(threads: 1)))
    let nodes = (0..<64).map { UInt32($0) }
    let landmarks = Landmarks(nodes: nodes, codes: codes.table)
    let queries = EmbeddingMatrix(
      uniformRows: [[0, 1, 0, 0], [2, 1, 0, 0], [.nan, 1, 0, 0], [.infinity, 1, 0, 0]], dimension: 4)
    let found = unsafe landmarks.nearest(
      to: queries.base, stride: queries.stride, dimension: 4, number: 4)
    #expect(Array(found[..<8]) == [0, 4, 8, 12, 2, 6, 10, 14])
    #expect(found[8...].allSatisfy { $0 == Layer.noNode || $0 < 64 })
  }
}
