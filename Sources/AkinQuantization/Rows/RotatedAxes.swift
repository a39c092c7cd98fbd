import AkinSupport
import AkinVectors
import CAkinKernels

/// The axes of a code book as bytes in panels, for the projection of vectors.
///
/// The vector is coded in bytes too, so the projection takes a quarter of the multiply-adds, and coordinates are
/// integer sums: the same bits for one vector or many, at every CPU level. Both roundings move a coordinate by about 1
/// % of its size, a tenth of the effect of half bytes.
@safe package final class RotatedAxes: @unchecked Sendable {
  // Safe: the table of kernels is constant, and nothing writes the axes after `init`.

  private let dimension: Int
  private let count: Int
  /// Bytes of a row and of a query: a multiple of four.
  private let width: Int
  private let panels: [Int8]
  /// The value of one step of each axis.
  private let steps: [Float]
  private let mean: [Float]
  private let isCentred: Bool
  private let kernels: UnsafePointer<akin_kernels>

  /// The axes of a book, or `nil` for a book without axes.
  ///
  /// - Complexity: O(*dimension* · axes).
  package init?(_ book: CodeBook, kernels: UnsafePointer<akin_kernels>) {
    guard let axes = book.axes else { return nil }
    unsafe self.kernels = unsafe kernels
    dimension = book.dimension
    count = axes.count
    width = (book.dimension + 3) & ~3
    mean = (0..<book.dimension).map { unsafe book.mean[$0] }
    isCentred = book.metric == .euclidean
    var panels = [Int8](repeating: 0, count: axes.count * width)
    var steps: [Float] = []
    var bytes = [Int8](repeating: 0, count: dimension)
    for axis in 0..<axes.count {
      var sum: Int32 = 0
      // Safe: an axis has `dimension` components.
      steps.append(unsafe kernels.pointee.to_bytes(axes.base + axis * axes.stride, nil, dimension, &bytes, &sum))
      for component in 0..<dimension {
        panels[axis / 16 * 16 * width + 64 * (component / 4) + 4 * (axis % 16) + component % 4] = bytes[component]
      }
    }
    self.panels = panels
    self.steps = steps
  }

  /// Projects one vector relative to the mean.
  ///
  /// - Parameters:
  ///   - vector: One float a dimension.
  ///   - coordinates: Receives one float an axis.
  @unsafe func rotate(centred vector: UnsafePointer<Float>, into coordinates: inout [Float]) {
    unsafe withUnsafeTemporaryAllocation(of: Int8.self, capacity: width) { code in
      unsafe code.initialize(repeating: 0)
      var about = akin_code_query()
      let kernels = unsafe kernels.pointee
      // Safe: the code has `width` bytes, and there is a coordinate for each lane of each panel.
      let scale = unsafe kernels.to_bytes(vector, nil, dimension, code.baseAddress, &about.code_sum)
      unsafe kernels.code_product(
        code.baseAddress, width, &about, 1, panels, count / 16, width, nil, &coordinates, count)
      for axis in 0..<count { coordinates[axis] *= scale * steps[axis] }
    }
  }

  /// Projects `number` queries; row `r` starts at `queries + r * stride`.
  ///
  /// - Complexity: O(*number* · *dimension* · axes).
  @unsafe package func rotate(_ queries: UnsafePointer<Float>, stride: Int, number: Int) -> QueryCoordinates {
    let kernels = unsafe kernels.pointee
    var codes = [Int8](repeating: 0, count: number * width)
    var about = [akin_code_query](repeating: akin_code_query(), count: number)
    var scales = [Float](repeating: 0, count: number)
    var squares = [Float](repeating: 0, count: number)
    for query in 0..<number {
      // Safe: the query has `dimension` components and its code `width` bytes.
      let row = unsafe queries + query * stride
      unsafe codes.withUnsafeMutableBufferPointer { codes in
        let code = unsafe codes.baseAddress.unsafelyUnwrapped + query * width
        scales[query] = unsafe kernels.to_bytes(row, isCentred ? mean : nil, dimension, code, &about[query].code_sum)
      }
      if isCentred { squares[query] = unsafe kernels.squared_euclidean(row, mean, dimension) }
    }
    let matrix = unsafe EmbeddingMatrix(count: number, dimension: count) { floats, stride in
      unsafe kernels.code_product(
        codes, width, about, number, panels, count / 16, width, nil, floats.baseAddress, stride)
      for query in 0..<number {
        for axis in 0..<count { unsafe floats[query * stride + axis] *= scales[query] * steps[axis] }
      }
    }
    return QueryCoordinates(matrix: matrix, squares: squares)
  }
}

/// The coordinates of queries along the axes of the codes.
@safe package struct QueryCoordinates {
  /// One row a query.
  package let matrix: EmbeddingMatrix
  /// The squared distance of each query from the mean; 0 except under Euclidean distance.
  package let squares: [Float]

  /// The coordinates of one query.
  @safe package struct Row {
    /// One float an axis.
    package let base: UnsafePointer<Float>
    package let square: Float
  }

  /// The coordinates of a query, valid while the matrix lives.
  package func row(_ place: Int) -> Row {
    // Safe: the matrix has a row for each query.
    unsafe Row(base: matrix.base + place * matrix.stride, square: squares[place])
  }
}
