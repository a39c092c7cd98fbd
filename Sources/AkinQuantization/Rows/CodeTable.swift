import AkinVectors
import CAkinKernels

/// The codes of rows, in memory or in a mapped file, and their scorers.
@safe package struct CodeTable: @unchecked Sendable {
  // Safe: the creator keeps a code, and a tail if there are tails, for each row; nothing writes them.

  /// The encoding.
  package let book: CodeBook
  /// `book.width` bytes a row.
  package let bytes: UnsafePointer<Int8>
  /// The squared length of each row's code plus that of the part outside the axes, for squared distances along axes;
  /// otherwise `nil`.
  package let tails: UnsafePointer<Float>?
  /// The kernels.
  package let kernels: UnsafePointer<akin_kernels>

  @unsafe package init(
    book: CodeBook, bytes: UnsafePointer<Int8>, tails: UnsafePointer<Float>?, kernels: UnsafePointer<akin_kernels>
  ) {
    self.book = book
    unsafe self.bytes = bytes
    unsafe self.tails = tails
    unsafe self.kernels = kernels
  }

  /// The kernel of squared distances between row codes: by components, or along axes.
  @inlinable
  package var rowGather: CodeScorer.Gather {
    unsafe book.axes == nil ? kernels.pointee.code_squared_gather : kernels.pointee.half_dot_gather
  }

  /// Scores rows by their squared distance from a row's code.
  ///
  /// - Parameters:
  ///   - scratch: ``CodeBook/count`` numbers, which the scorer reads as long as it is used.
  ///   - gather: ``rowGather``.
  @inlinable
  package func scorer(
    ofRow row: UInt32, _ scratch: UnsafeMutablePointer<Int16>, _ gather: CodeScorer.Gather
  ) -> CodeScorer {
    let width = book.width
    // Safe: the row has a code, and a tail where there are tails.
    let code = unsafe bytes + Int(row) &* width
    let unit = book.step * book.step
    guard let tails = unsafe tails else {
      for place in 0..<width { unsafe scratch[place] = Int16(code[place]) }
      return unsafe CodeScorer(
        query: UnsafePointer(scratch), base: bytes, width: width, gather: gather, unit: unit, offset: 0, tails: nil)
    }
    // |a - b|^2 = |a|^2 + |b|^2 - 2 a . b, where b's coordinates are 2n - 15 steps.
    var sum: Int32 = 0
    for line in stride(from: 0, to: width, by: 64) {
      // A loop of one length, without other indices: the compiler vectorizes it.
      let (bytes, numbers) = unsafe (code + line, scratch + 2 &* line)
      var part: Int16 = 0
      for place in 0..<64 {
        let byte = unsafe Int16(truncatingIfNeeded: UInt8(bitPattern: bytes[place]))
        let (low, high) = (2 &* (byte & 15) &- 15, 2 &* (byte &>> 4) &- 15)
        unsafe numbers[place] = low
        unsafe numbers[place &+ 64] = high
        part &+= low &+ high
      }
      sum &+= Int32(part)
    }
    return unsafe CodeScorer(
      query: UnsafePointer(scratch), base: bytes, width: width, gather: gather, unit: -4 * unit,
      offset: tails[Int(row)] + 30 * unit * Float(sum), tails: tails)
  }

  /// Scores rows for a query: by squared distance under Euclidean distance, else by inner product.
  ///
  /// Codes of normalised components give the inner product from the squared distance of the directions,
  /// *q* · *x* = |*q*| (1 - *d*² / 2): an inner product of codes would depend on the lengths of the rounded
  /// rows, which vary more than near rows differ.
  ///
  /// - Parameters:
  ///   - query: The book's dimension.
  ///   - metric: How the search compares; under inner products also the cosine, whose norms divide later.
  ///   - given: The query's coordinates where the book has axes, else `nil`.
  ///   - coordinates: Scratch of ``CodeBook/count`` floats.
  ///   - code: ``CodeBook/count`` numbers, which the scorer reads as long as it is used.
  /// - Complexity: O(coordinates).
  @unsafe package func scorer(
    of query: UnsafePointer<Float>, by metric: Metric, coordinates given: QueryCoordinates.Row?,
    scratch coordinates: UnsafeMutablePointer<Float>, _ code: UnsafeMutablePointer<Int16>
  ) -> CodeScorer {
    if let given { return unsafe scorer(of: query, by: metric, along: given, code) }
    let kernels = unsafe kernels.pointee
    let (dimension, count) = (book.dimension, book.count)
    let (isEuclidean, isUnit) = (metric == .euclidean, book.metric == .cosine)
    // Safe: there is room for the book's dimension and count.
    let length = isUnit ? unsafe kernels.dot(query, query, dimension).squareRoot() : 1
    let inverse = length > 0 ? 1 / length : 0
    for component in 0..<dimension {
      unsafe coordinates[component] =
        isEuclidean || isUnit ? query[component] * inverse - book.mean[component] : query[component]
    }
    unsafe (coordinates + dimension).update(repeating: 0, count: count - dimension)
    let gather: CodeScorer.Gather
    let (unit, offset): (Float, Float)
    if isEuclidean || isUnit {
      // Differences of components take the rows' own step.
      let square = book.step * book.step
      unsafe gather = kernels.code_squared_gather
      unsafe CodeTable.quantize(coordinates, count, step: book.step, limit: CodeTable.farthest, into: code)
      (unit, offset) = isUnit ? (-0.5 * length * square, length) : (square, 0)
    } else {
      // Products take the finest step that holds the query.
      let step = unsafe CodeTable.step(of: coordinates, count)
      unsafe gather = kernels.code_dot_gather
      unsafe CodeTable.quantize(coordinates, count, step: step, limit: 127, into: code)
      (unit, offset) = unsafe (step * book.step, kernels.dot(query, book.mean, dimension))
    }
    return unsafe CodeScorer(
      query: UnsafePointer(code), base: bytes, width: book.width, gather: gather, unit: unit, offset: offset, tails: nil
    )
  }

  /// The same along the axes of the book.
  @unsafe private func scorer(
    of query: UnsafePointer<Float>, by metric: Metric, along given: QueryCoordinates.Row,
    _ code: UnsafeMutablePointer<Int16>
  ) -> CodeScorer {
    let isEuclidean = metric == .euclidean
    let kernels = unsafe kernels.pointee
    let step = unsafe CodeTable.step(of: given.base, book.count)
    let sum = unsafe CodeTable.quantize(given.base, book.count, step: step, limit: 127, into: code)
    let unit = step * book.step
    // A half byte n is 2n - 15 steps; a squared distance is |q|^2 + tail - 2 q . x.
    let factor: Float = isEuclidean ? -2 : 1
    let first = isEuclidean ? given.square : unsafe kernels.dot(query, book.mean, book.dimension)
    return unsafe CodeScorer(
      query: UnsafePointer(code), base: bytes, width: book.width, gather: kernels.half_dot_gather,
      unit: 2 * factor * unit, offset: first - 15 * factor * unit * Float(sum), tails: isEuclidean ? tails : nil)
  }

  /// The most steps of a query's component where differences are squared: a query may lie outside the rows, and the sums
  /// of the widest codes still fit 32 bits.
  private static let farthest: Float = 1200

  /// The step such that the largest magnitude of some coordinates is 127 steps; 1 where all are 0.
  @unsafe private static func step(of coordinates: UnsafePointer<Float>, _ count: Int) -> Float {
    // Magnitudes sort like their bits.
    var largest: UInt32 = 0
    for place in 0..<count { largest = unsafe max(largest, coordinates[place].magnitude.bitPattern) }
    return largest > 0 ? Float(bitPattern: largest) / 127 : 1
  }

  /// Rounds coordinates to whole steps, -`limit` to `limit`, and returns their sum.
  @discardableResult
  @unsafe private static func quantize(
    _ coordinates: UnsafePointer<Float>, _ count: Int, step: Float, limit: Float, into code: UnsafeMutablePointer<Int16>
  ) -> Int32 {
    let inverse = 1 / step
    var sum: Int32 = 0
    for place in 0..<count {
      let value = unsafe coordinates[place] * inverse
      let limited: Float = value > -limit ? (value < limit ? value : limit) : -limit
      // From 1.5 · 2²³ on, floats are whole; ties go to even. (`rounded` is a function call on the oldest CPUs.)
      let whole = Int32((limited + 0x1.8p23) - 0x1.8p23)
      unsafe code[place] = Int16(truncatingIfNeeded: whole)
      sum &+= whole
    }
    return sum
  }
}
