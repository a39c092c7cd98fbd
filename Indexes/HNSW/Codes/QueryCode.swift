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
    let count = book.width
    // Safe: `query`, `centred`, `coordinates` and `code` have room for the book's dimension and width.
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
    // What the axes leave out of the query's squared length belongs to every distance.
    var rest: Float = 0
    if isEuclidean && book.axes != nil {
      rest = unsafe max(
        0, kernels.dot(centred, centred, book.dimension) - kernels.dot(coordinates, coordinates, count))
    }
    var step = book.step
    if !isEuclidean {
      var largest: Float = 0
      for place in 0..<count {
        let size = unsafe coordinates[place].magnitude
        if size > largest { largest = size }
      }
      step = largest > 0 ? largest / 127 : 1
    }
    let inverse = 1 / step
    for place in 0..<count {
      let value = unsafe (coordinates[place] * inverse).rounded(.toNearestOrEven)
      unsafe code[place] = value > -127 ? (value < 127 ? Int16(value) : 127) : -127
    }
    let gather: CodeProbe.Gather = unsafe isEuclidean ? kernels.code_squared_gather : kernels.code_dot_gather
    return unsafe CodeProbe(
      query: UnsafePointer(code), base: codes.bytes, width: book.width, gather: gather, unit: step * book.step,
      offset: isEuclidean ? rest : kernels.dot(query, book.mean, book.dimension), tails: isEuclidean ? codes.tails : nil
    )
  }
}
