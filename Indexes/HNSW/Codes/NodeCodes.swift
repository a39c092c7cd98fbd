import AkinExhaustive
import AkinSupport
import AkinVectors
import CAkinKernels

/// The codes of all nodes, made at build.
struct NodeCodes {
  let book: CodeBook
  /// `book.width` bytes a node.
  let bytes: [Int8]
  /// What the axes leave out of each node's squared length, under Euclidean distance; else `nil`.
  let tails: [Float]?
  let mean: [Float]

  /// The codes at addresses that stay.
  @safe final class Held: @unchecked Sendable {
    // Safe: nobody writes after `init`.
    let bytes: UnsafePointer<Int8>
    let tails: UnsafePointer<Float>?
    let width: Int
    /// What one unit of a sum of squared differences is worth.
    let unit: Float

    init(_ codes: NodeCodes) {
      width = codes.book.width
      unit = codes.book.step * codes.book.step
      let count = codes.bytes.count
      let raw = UnsafeMutableRawPointer.allocate(byteCount: max(64, count), alignment: 64)
      unsafe codes.bytes.withUnsafeBytes { unsafe raw.copyMemory(from: $0.baseAddress!, byteCount: count) }
      unsafe bytes = UnsafePointer(raw.assumingMemoryBound(to: Int8.self))
      unsafe tails = codes.tails.map { tails in
        let copy = UnsafeMutablePointer<Float>.allocate(capacity: max(1, tails.count))
        for place in tails.indices { unsafe copy[place] = tails[place] }
        return unsafe UnsafePointer(copy)
      }
    }

    deinit {
      // Safe: `init` allocated both.
      unsafe bytes.deallocate()
      unsafe tails?.deallocate()
    }
  }

  /// Rows that the axes and the step are taken from, spread evenly over all.
  private static let sampleRows = 16_384

  /// Vectors that need no more bytes than this in all stay in cache as they are: codes gain nothing.
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
    let loops = unsafe kernels.pointee
    let isPlain = dimension <= CodeBook.widestPlain
    // Of fewer wide rows than this the axes would fit these rows and no others.
    guard isPlain ? items.count * items.stride * 4 > leastBytes : items.count >= 2 * dimension else {
      return nil
    }
    let mean = unsafe NodeCodes.mean(of: items, metric: metric, kernels: loops)
    let taken = min(items.count, NodeCodes.sampleRows)
    var axes: EmbeddingMatrix?
    if !isPlain {
      let sample = unsafe NodeCodes.sample(taken, of: items, mean: mean, metric: metric, kernels: loops)
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
          _ = unsafe draft.place(vector, scratch: &scratch, &coordinates, kernels: loops)
          unsafe largest[place] = coordinates.reduce(0) { max($0, abs($1)) }
        }
      }
    }
    let top = largest.max() ?? 0
    let finished = book(step: top > 0 ? Float(top / 127) : 1)

    var bytes = [Int8](repeating: 0, count: items.count * width)
    var tails = [Float](repeating: 0, count: items.count)
    try unsafe bytes.withUnsafeMutableBufferPointer { bytes in
      try unsafe tails.withUnsafeMutableBufferPointer { tails in
        let (bytes, tails) = unsafe (bytes, tails)
        try execution.forEachChunk(of: items.count, by: 256) { _, range in
          var scratch = [Float](repeating: 0, count: dimension)
          var coordinates = [Double](repeating: 0, count: width)
          let inverse = 1 / Double(finished.step)
          for node in range {
            let vector = unsafe items.base + node * items.stride
            let rest = unsafe finished.place(vector, scratch: &scratch, &coordinates, kernels: loops)
            unsafe tails[node] = Float(rest)
            for place in 0..<width {
              unsafe bytes[node * width + place] = CodeBook.steps(coordinates[place], perStep: inverse)
            }
          }
        }
      }
    }
    self.book = finished
    self.bytes = bytes
    self.tails = metric == .euclidean && axes != nil ? tails : nil
    self.mean = mean
  }

  /// Rows relative to the mean, spread evenly over all.
  private static func sample(
    _ taken: Int, of items: EmbeddingMatrix, mean: [Float], metric: Metric, kernels: akin_kernels
  ) -> EmbeddingMatrix {
    unsafe EmbeddingMatrix(count: taken, dimension: items.dimension) { floats, stride in
      for place in 0..<taken {
        let vector = unsafe items.base + place * items.count / taken * items.stride
        let scale = unsafe CodeBook.scale(vector, items.dimension, metric, kernels)
        for component in 0..<items.dimension {
          unsafe floats[place * stride + component] = Float(
            Double(vector[component]) * scale - Double(mean[component]))
        }
      }
    }
  }

  /// The mean of the vectors, under cosine at length 1.
  private static func mean(of items: EmbeddingMatrix, metric: Metric, kernels: akin_kernels) -> [Float] {
    var sums = [Double](repeating: 0, count: items.dimension)
    for row in 0..<items.count {
      let vector = unsafe items.base + row * items.stride
      let scale = unsafe CodeBook.scale(vector, items.dimension, metric, kernels)
      for component in 0..<items.dimension { sums[component] += unsafe Double(vector[component]) * scale }
    }
    return sums.map { Float($0 / Double(max(1, items.count))) }
  }
}
