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
    // Axes take long to find: one draw for wide vectors, whose codes other tests use, too.
    for seed: UInt64 in isWide ? 1...1 : 1...2 {
      let dimension = isWide ? Catalogue.wideDimension : 21
      let catalogue =
        isWide
        ? Catalogue.nearSpace(metric, rows: 560, seed: seed)
        : Catalogue.normal(rows: 560, dimension: dimension, metric: metric, seed: seed)
      let codes = try isWide ? CodesTests.rowCodes(metric) : rowCodes(catalogue)
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
        let nodeSteps = nodes.map { steps(of: $0, codes, count: input.dimension) }
        let found = unsafe landmarks.nearest(
          to: input.base, stride: input.stride, dimension: input.dimension, number: asked)
        for query in 0..<asked {
          let best = Array(found[query * Landmarks.starts..<(query + 1) * Landmarks.starts])
          let place = "\(metric), query \(query), \(level), seed \(seed)"
          let distances = distances(
            input[Row(query)], to: nodes, nodeSteps, codes, isCoordinates: coordinates != nil)
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
    let codes = try rowCodes(catalogue)
    let nodes = (0..<2500).map { UInt32($0 + $0 / 25) }
    let landmarks = Landmarks(nodes: nodes, codes: codes.table)
    #expect(landmarks.nodes.sorted() == nodes)
    let other = Landmarks(nodes: nodes, codes: try table(codes, at: .scalar))
    #expect(landmarks.nodes == other.nodes, "groups are the same at every level")

    // Landmarks, and what lies between two items.
    let asked = 40
    let queries = EmbeddingMatrix(
      uniformRows: (0..<asked).map { query in
        let (one, two) = (catalogue.items[Row(Int(nodes[query * 41]))], catalogue.items[Row(query * 37)])
        return query < 20 ? one : zip(one, two).map { 0.7 * $0 + 0.3 * $1 }
      }, dimension: dimension)
    let coordinates = unsafe RotatedAxes(codes.book, kernels: Kernels.table)?.rotate(
      queries.base, stride: queries.stride, number: asked)
    let input = coordinates?.matrix ?? queries
    let found = unsafe landmarks.nearest(
      to: input.base, stride: input.stride, dimension: input.dimension, number: asked)
    let nodeSteps = nodes.map { steps(of: $0, codes, count: input.dimension) }
    var hits = 0
    for query in 0..<asked {
      let best = Array(found[query * Landmarks.starts..<(query + 1) * Landmarks.starts])
      #expect(Set(best).count == Landmarks.starts && Set(best).isSubset(of: nodes), "query \(query)")
      let all = distances(input[Row(query)], to: nodes, nodeSteps, codes, isCoordinates: coordinates != nil)
      let distances = Dictionary(uniqueKeysWithValues: zip(nodes, all))
      let nearest = distances.min { $0.value < $1.value }!
      let range = distances.values.max()! - nearest.value
      if query < 20 { #expect(distances[best[0]]! - nearest.value <= 0.02 * range, "query \(query)") }
      // A query's own rounding to bytes may swap what is nearly as near.
      hits += distances[best[0]]! - nearest.value <= 0.02 * range ? 1 : 0
      let alone = unsafe landmarks.nearest(
        to: input.base + query * input.stride, stride: 0, dimension: input.dimension, number: 1)
      #expect(alone == best, "query \(query)")
    }
    #expect(hits >= 33, "\(hits) of \(asked)")
  }

  private func rowCodes(_ catalogue: Catalogue) throws -> RowCodes {
    try #require(
      try unsafe RowCodes(
        of: catalogue.items, metric: catalogue.metric, leastBytes: 0, kernels: Kernels.table,
        execution: Execution(threads: 1)))
  }

  /// The codes, scored by the loops of a level.
  private func table(_ codes: RowCodes, at level: KernelLevel) throws -> CodeTable {
    let table = codes.table
    return try unsafe CodeTable(
      book: table.book, bytes: table.bytes, tails: table.tails, kernels: #require(Kernels.table(at: level)))
  }

  /// What the code of a node says along each axis, in steps.
  private func steps(of node: UInt32, _ codes: RowCodes, count: Int) -> [Double] {
    let (book, code) = unsafe (codes.book, codes.table.bytes + Int(node) * codes.book.width)
    // Safe: a code has a number for each axis.
    return (0..<count).map { axis in
      unsafe book.axes != nil ? 2 * Double(CodeBook.half(axis, of: code)) - 15 : Double(code[axis])
    }
  }

  /// The distances between a query and what the nodes' codes stand for, less what all nodes share; float64.
  ///
  /// - Parameter steps: Of each node, what its code says.
  private func distances(
    _ query: [Float], to nodes: [UInt32], _ steps: [[Double]], _ codes: RowCodes, isCoordinates: Bool
  ) -> [Double] {
    let book = codes.book
    let step = Double(book.step)
    // Safe: a mean has a number for each component.
    let mean = unsafe book.metric == .euclidean && !isCoordinates ? book.mean : nil
    let centred = query.indices.map { axis in unsafe Double(query[axis] - (mean.map { unsafe $0[axis] } ?? 0)) }
    return zip(nodes, steps).map { node, steps in
      var product = 0.0
      var square = 0.0
      // Safe: a query and a code have a number for each axis.
      unsafe centred.withUnsafeBufferPointer { query in
        unsafe steps.withUnsafeBufferPointer { steps in
          guard let query = query.baseAddress, let steps = steps.baseAddress else { return }
          var axis = 0
          while axis < centred.count {
            unsafe product += query[axis] * steps[axis] * step
            unsafe square += steps[axis] * steps[axis] * step * step
            axis &+= 1
          }
        }
      }
      guard book.metric == .euclidean else { return -product }
      return unsafe (codes.table.tails.map { unsafe Double($0[Int(node)]) } ?? square) - 2 * product
    }
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
