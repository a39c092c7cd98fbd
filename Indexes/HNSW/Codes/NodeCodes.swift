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
  /// What the axes leave out of each node's squared length, where there are axes and distances are Euclidean; else `nil`.
  let tails: UnsafePointer<Float>?
  let mean: [Float]

  /// What one unit of a sum of squared differences of codes is worth.
  var unit: Float { book.step * book.step }

  deinit {
    unsafe bytes.deallocate()
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
  /// - Complexity: O(*items* · *dimension* · axes) in double, on all threads.
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
      let found = unsafe PrincipalAxes.find(in: sample, count: CodeBook.width, kernels: kernels)
      guard found.share >= NodeCodes.leastShare else { return nil }
      axes = PrincipalAxes.mixed(found.axes)
    }
    let column = AlignedFloats(count: dimension)
    for component in 0..<dimension { unsafe column.floats[component] = mean[component] }
    let width = isPlain ? (dimension + 63) & ~63 : CodeBook.width
    func book(step: Float) -> CodeBook {
      unsafe CodeBook(
        metric: metric, dimension: dimension, width: width, step: step,
        mean: UnsafePointer(column.floats.baseAddress!), axes: axes, owner: column)
    }

    // The step: the largest coordinate of a sample is 127 of them.
    let draft = book(step: 1)
    var largest = [Double](repeating: 0, count: taken)
    try unsafe largest.withUnsafeMutableBufferPointer { largest in
      // Safe: each place is written by the one chunk that holds it.
      let largest = unsafe largest
      try execution.forEachChunk(of: taken, by: 256) { _, range in
        var scratch = [Float](repeating: 0, count: dimension)
        var coordinates = [Double](repeating: 0, count: width)
        for place in range {
          let vector = unsafe items.base + place * items.count / taken * items.stride
          _ = unsafe draft.place(vector, scratch: &scratch, &coordinates, kernels: kernels)
          unsafe largest[place] = coordinates.reduce(0) { max($0, abs($1)) }
        }
      }
    }
    let top = largest.max() ?? 0
    let finished = book(step: top > 0 ? Float(top / 127) : 1)

    let bytes = unsafe UnsafeMutableRawPointer.allocate(byteCount: max(64, items.count * width), alignment: 64)
      .initializeMemory(as: Int8.self, repeating: 0, count: max(64, items.count * width))
    let tails = UnsafeMutablePointer<Float>.allocate(capacity: max(1, items.count))
    unsafe tails.initialize(repeating: 0, count: max(1, items.count))
    let keepsTails = metric == .euclidean && axes != nil
    defer { if !keepsTails { unsafe tails.deallocate() } }
    self.book = finished
    self.count = items.count
    self.mean = mean
    unsafe self.bytes = UnsafePointer(bytes)
    unsafe self.tails = keepsTails ? UnsafePointer(tails) : nil
    // Safe: each node's bytes and tail are written by the one chunk that holds it.
    nonisolated(unsafe) let target = unsafe (bytes, tails)
    try execution.forEachChunk(of: items.count, by: 256) { _, range in
      var scratch = [Float](repeating: 0, count: dimension)
      var coordinates = [Double](repeating: 0, count: width)
      let inverse = 1 / Double(finished.step)
      for node in range {
        let vector = unsafe items.base + node * items.stride
        let rest = unsafe finished.place(vector, scratch: &scratch, &coordinates, kernels: kernels)
        unsafe target.1[node] = Float(rest)
        for place in 0..<width {
          unsafe target.0[node * width + place] = CodeBook.steps(coordinates[place], perStep: inverse)
        }
      }
    }
  }
}
