import AkinSupport
import AkinVectors
import CAkinKernels

/// The codes of all nodes, made at build.
@safe final class NodeCodes: @unchecked Sendable {
  // Safe: `init` allocated what is at the addresses, for `count` nodes, and nobody writes it afterwards.
  let book: CodeBook
  let count: Int
  /// `book.width` bytes a node.
  let bytes: UnsafePointer<Int8>
  /// The squared length of each node's code and of what the axes leave out, where there are axes; else `nil`.
  let tails: UnsafePointer<Float>?
  let mean: [Float]

  private static func byteCount(_ count: Int, _ width: Int) -> Int { max(64, count * width) }

  deinit {
    // Safe: `init` allocated both, and the elements are trivial.
    unsafe freeAligned(UnsafeMutablePointer(mutating: bytes), byteCount: NodeCodes.byteCount(count, book.width))
    unsafe tails?.deallocate()
  }

  /// Rows that the axes and the step are taken from, spread evenly over all.
  private static let sampleRows = 16_384

  /// Narrow vectors that need no more bytes than this in all stay in cache as they are: codes gain nothing.
  static let leastBytes = 8 << 20

  /// The least share of the vectors' spread that the axes must keep, or the codes would lead the walk astray.
  private static let leastShare = 0.85

  /// Codes the rows of `items`; `nil` where codes do not pay: vectors are few, or wide and spread in all directions.
  ///
  /// - Parameter leastBytes: Narrow vectors that need no more bytes than this are few.
  /// - Complexity: O(*items* · *dimension* · axes), on all threads.
  init?(
    of items: EmbeddingMatrix, metric: Metric, leastBytes: Int = NodeCodes.leastBytes,
    kernels: UnsafePointer<akin_kernels>, execution: Execution
  ) throws {
    let dimension = items.dimension
    let isPlain = dimension <= CodeBook.widestPlain
    // Of fewer wide rows than this the axes would fit these rows and no others.
    guard isPlain ? items.count * items.stride * 4 > leastBytes : items.count >= 2 * dimension else {
      return nil
    }
    let isUnit = metric == .cosine
    let mean = unsafe Coordinates.mean(of: items, atUnitLength: isUnit, kernels)
    let taken = min(items.count, NodeCodes.sampleRows)
    var axes: EmbeddingMatrix?
    if !isPlain {
      let sample = unsafe Coordinates.sample(taken, of: items, relativeTo: mean, atUnitLength: isUnit, kernels)
      let found = unsafe PrincipalAxes.find(in: sample, count: CodeBook.axes, kernels: kernels)
      guard found.share >= NodeCodes.leastShare else { return nil }
      axes = PrincipalAxes.mixed(found.axes)
    }
    let column = AlignedFloats(count: dimension)
    for component in 0..<dimension { unsafe column.floats[component] = mean[component] }
    let width = isPlain ? (dimension + 63) & ~63 : CodeBook.axes / 2
    func book(step: Float) -> CodeBook {
      unsafe CodeBook(
        metric: metric, dimension: dimension, width: width, step: step,
        mean: UnsafePointer(column.floats.baseAddress!), axes: axes, owner: column)
    }

    // The step: the largest coordinate of a sample is 127 of them; along axes, the root mean square is six of them.
    let draft = book(step: 1)
    let turning = unsafe RotatedAxes(draft, kernels: kernels.pointee)
    let coordinateCount = draft.count
    var spread = [Double](repeating: 0, count: taken)
    try unsafe spread.withUnsafeMutableBufferPointer { spread in
      // Safe: each place is written by the one chunk that holds it.
      let spread = unsafe spread
      try execution.forEachChunk(of: taken, by: 256) { _, range in
        var scratch = [Float](repeating: 0, count: dimension)
        var coordinates = [Float](repeating: 0, count: coordinateCount)
        for place in range {
          let vector = unsafe items.base + place * items.count / taken * items.stride
          _ = unsafe draft.place(vector, axes: turning, scratch: &scratch, &coordinates, kernels: kernels)
          unsafe spread[place] =
            isPlain
            ? Double(coordinates.reduce(0) { max($0, abs($1)) })
            : coordinates.reduce(0) { $0 + Double($1) * Double($1) }
        }
      }
    }
    let unit =
      isPlain
      ? (spread.max() ?? 0) / 127
      : (spread.reduce(0, +) / Double(taken * coordinateCount)).squareRoot() / CodeBook.stepsOfSpread
    let step = Float(unit)
    let finished = book(step: step > 0 && step.isFinite ? step : 1)

    let byteCount = NodeCodes.byteCount(items.count, width)
    let bytes = unsafe allocateAligned(byteCount: byteCount).bindMemory(to: Int8.self, capacity: byteCount)
    let tails = UnsafeMutablePointer<Float>.allocate(capacity: max(1, items.count))
    unsafe tails.initialize(repeating: 0, count: max(1, items.count))
    defer { if isPlain { unsafe tails.deallocate() } }
    self.book = finished
    self.count = items.count
    self.mean = mean
    unsafe self.bytes = UnsafePointer(bytes)
    unsafe self.tails = isPlain ? nil : UnsafePointer(tails)
    // Safe: each node's bytes and tail are written by the one chunk that holds it.
    nonisolated(unsafe) let target = unsafe (bytes, tails)
    try execution.forEachChunk(of: items.count, by: 256) { _, range in
      var scratch = [Float](repeating: 0, count: dimension)
      var coordinates = [Float](repeating: 0, count: coordinateCount)
      for node in range {
        let vector = unsafe items.base + node * items.stride
        let rest = unsafe finished.place(vector, axes: turning, scratch: &scratch, &coordinates, kernels: kernels)
        unsafe target.1[node] = Float(rest + finished.encode(coordinates, into: target.0 + node * width))
      }
    }
  }
}

extension NodeCodes {
  /// Measures squared distances from a node's code to others'.
  ///
  /// - Parameters:
  ///   - scratch: ``CodeBook/count`` numbers, which the probe reads as long as it is used.
  ///   - gather: `half_dot_gather` where there are axes, else `code_squared_gather`.
  @inline(__always)
  func probe(
    _ node: UInt32, _ scratch: UnsafeMutablePointer<Int16>, _ gather: CodeScorer.Gather
  ) -> CodeScorer {
    let width = book.width
    // Safe: the node has a code, and a tail where there are tails.
    let code = unsafe bytes + Int(node) &* width
    let unit = book.step * book.step
    guard let tails = unsafe tails else {
      for place in 0..<width { unsafe scratch[place] = Int16(code[place]) }
      return unsafe CodeScorer(
        query: UnsafePointer(scratch), base: bytes, width: width, gather: gather, unit: unit, offset: 0, tails: nil)
    }
    // |a - b|^2 = |a|^2 + |b|^2 - 2 a . b, where b's coordinates are 2n - 15 steps.
    var sum: Int32 = 0
    for place in 0..<width {
      let byte = unsafe UInt8(bitPattern: code[place])
      let first = (place &- place & 63) &* 2 &+ place & 63
      let (low, high) = (2 &* Int16(byte & 15) &- 15, 2 &* Int16(byte &>> 4) &- 15)
      unsafe scratch[first] = low
      unsafe scratch[first &+ 64] = high
      sum &+= Int32(low &+ high)
    }
    return unsafe CodeScorer(
      query: UnsafePointer(scratch), base: bytes, width: width, gather: gather, unit: -4 * unit,
      offset: tails[Int(node)] + 30 * unit * Float(sum), tails: tails)
  }
}
