import AkinVectors
import CAkinKernels

extension SearchContext {
  /// Codes the context's query and returns what measures nodes by it.
  ///
  /// - Parameters:
  ///   - metric: How the search compares; under inner products also the cosine, whose norms divide later.
  ///   - given: The query's coordinates, when they are known.
  ///   - panels: The axes as a product wants them, when they are at hand.
  /// - Complexity: O(*dimension* · axes).
  func codeProbe(
    _ codes: (book: CodeBook, bytes: UnsafePointer<Int8>, tails: UnsafePointer<Float>?), by metric: Metric,
    coordinates given: UnsafePointer<Float>?,
    panels: UnsafePointer<Float>? = nil, kernels: akin_kernels
  ) -> CodeProbe {
    let book = unsafe codes.book
    let isEuclidean = metric == .euclidean
    let count = book.count
    // Safe: `query`, `centred`, `coordinates` and `code` have room for the book's dimension and count.
    for component in 0..<book.dimension {
      unsafe centred[component] = isEuclidean ? query[component] - book.mean[component] : query[component]
    }
    if let given = unsafe given {
      unsafe coordinates.update(from: given, count: count)
    } else if let panels = unsafe panels {
      // As a batch does: the same bits.
      unsafe kernels.product(centred, book.dimension, 1, panels, count / 16, book.dimension, nil, coordinates, count)
    } else if let axes = book.axes {
      unsafe kernels.dot_run(centred, axes.base, axes.stride, book.dimension, count, coordinates)
    } else {
      unsafe coordinates.update(from: centred, count: book.dimension)
      unsafe (coordinates + book.dimension).update(repeating: 0, count: count - book.dimension)
    }
    var step = book.step
    if !isEuclidean || book.axes != nil {
      var largest: Float = 0
      for place in 0..<count {
        let size = unsafe coordinates[place].magnitude
        if size > largest { largest = size }
      }
      step = largest > 0 ? largest / 127 : 1
    }
    let inverse = 1 / step
    var sum: Float = 0
    for place in 0..<count {
      let value = unsafe (coordinates[place] * inverse).rounded(.toNearestOrEven)
      let limited: Float = value > -127 ? (value < 127 ? value : 127) : -127
      unsafe code[place] = Int16(limited)
      sum += limited
    }
    let unit = step * book.step
    let gather: CodeProbe.Gather
    var (scale, offset): (Float, Float) = (unit, 0)
    if book.axes != nil {
      // A half byte n is 2n - 15 steps; a squared distance is |q|^2 + tail - 2 q . x.
      let factor: Float = isEuclidean ? -2 : 1
      unsafe gather = kernels.half_dot_gather
      scale = 2 * factor * unit
      offset = -15 * factor * unit * sum
      if isEuclidean { offset += unsafe kernels.dot(centred, centred, book.dimension) }
    } else {
      unsafe gather = isEuclidean ? kernels.code_squared_gather : kernels.code_dot_gather
    }
    if !isEuclidean { offset += unsafe kernels.dot(query, book.mean, book.dimension) }
    return unsafe CodeProbe(
      query: UnsafePointer(code), base: codes.bytes, width: book.width, gather: gather, unit: scale, offset: offset,
      tails: isEuclidean ? codes.tails : nil)
  }
}
