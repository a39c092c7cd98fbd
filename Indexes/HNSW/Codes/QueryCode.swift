import AkinVectors
import CAkinKernels

extension SearchContext {
  /// Codes the context's query and returns what measures nodes by it.
  ///
  /// - Parameters:
  ///   - metric: How the search compares; under inner products also the cosine, whose norms divide later.
  ///   - given: The query's coordinates where the book has axes, else `nil`.
  /// - Complexity: O(coordinates).
  func codeProbe(
    _ codes: (book: CodeBook, bytes: UnsafePointer<Int8>, tails: UnsafePointer<Float>?), by metric: Metric,
    coordinates given: QueryCoordinates.Row?, kernels: akin_kernels
  ) -> CodeScorer {
    let book = unsafe codes.book
    let isEuclidean = metric == .euclidean
    let count = book.count
    // Safe: `query`, `coordinates` and `code` have room for the book's dimension and count.
    if let given {
      unsafe coordinates.update(from: given.base, count: count)
    } else {
      for component in 0..<book.dimension {
        unsafe coordinates[component] = isEuclidean ? query[component] - book.mean[component] : query[component]
      }
      unsafe (coordinates + book.dimension).update(repeating: 0, count: count - book.dimension)
    }
    var step = book.step
    if !isEuclidean || given != nil {
      // Magnitudes stand in the order of their bits.
      var largest: UInt32 = 0
      for place in 0..<count {
        largest = unsafe max(largest, coordinates[place].magnitude.bitPattern)
      }
      step = largest > 0 ? Float(bitPattern: largest) / 127 : 1
    }
    let inverse = 1 / step
    var sum: Int32 = 0
    for place in 0..<count {
      let value = unsafe coordinates[place] * inverse
      let limited: Float = value > -127 ? (value < 127 ? value : 127) : -127
      // At 1.5 · 2²³ a float has no place left for fractions; ties go to even. (`rounded` is a call on the oldest CPUs.)
      let whole = Int32((limited + 0x1.8p23) - 0x1.8p23)
      unsafe code[place] = Int16(truncatingIfNeeded: whole)
      sum &+= whole
    }
    let unit = step * book.step
    let gather: CodeScorer.Gather
    var (scale, offset): (Float, Float) = (unit, 0)
    if let given {
      // A half byte n is 2n - 15 steps; a squared distance is |q|^2 + tail - 2 q . x.
      let factor: Float = isEuclidean ? -2 : 1
      unsafe gather = kernels.half_dot_gather
      scale = 2 * factor * unit
      offset = -15 * factor * unit * Float(sum)
      if isEuclidean { offset += given.square }
    } else {
      unsafe gather = isEuclidean ? kernels.code_squared_gather : kernels.code_dot_gather
    }
    if !isEuclidean { offset += unsafe kernels.dot(query, book.mean, book.dimension) }
    return unsafe CodeScorer(
      query: UnsafePointer(code), base: codes.bytes, width: book.width, gather: gather, unit: scale, offset: offset,
      tails: isEuclidean ? codes.tails : nil)
  }
}
