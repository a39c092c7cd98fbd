import AkinQuantization
import AkinVectors
import CAkinKernels

/// The vectors for the selection of edges, compared by squared Euclidean distance.
///
/// ``BuildMetric`` transforms the vectors for their metric, so the builder has one distance.
///
/// Many or wide vectors are compared by codes: edges need only an order of near and far, and a build spends most of its
/// time waiting for vectors.
@safe struct BuildVectors: @unchecked Sendable {
  // Safe: `matrix` or `codes` keeps the memory at the address alive, and nothing writes it.
  private let base: UnsafePointer<Float>
  private let stride: Int
  private let matrix: EmbeddingMatrix?
  /// The vectors as codes, or `nil` to score by vectors.
  let codes: CodeTable?
  private let codesOwner: RowCodes?
  let dimension: Int
  /// Bytes of the scored data.
  let bytes: Int
  private let gather: NodeScorer.Gather
  private let codeGather: CodeScorer.Gather
  let kernels: UnsafePointer<akin_kernels>

  /// Uses the rows of a matrix.
  init(_ matrix: EmbeddingMatrix, kernels: UnsafePointer<akin_kernels>) {
    unsafe base = matrix.base
    stride = matrix.stride
    self.matrix = matrix
    codes = nil
    codesOwner = nil
    dimension = matrix.dimension
    bytes = matrix.count * 4 * matrix.stride
    unsafe gather = kernels.pointee.squared_euclidean_gather
    unsafe codeGather = kernels.pointee.code_squared_gather
    unsafe self.kernels = kernels
  }

  /// Uses codes without their vectors.
  init(_ codes: RowCodes) {
    // With codes, vectors are never read; the mean replaces each of them.
    unsafe base = codes.book.mean
    stride = 0
    matrix = nil
    self.codes = codes.table
    codesOwner = codes
    dimension = codes.book.dimension
    bytes = codes.count * codes.book.width
    unsafe kernels = codes.table.kernels
    unsafe gather = kernels.pointee.squared_euclidean_gather
    unsafe codeGather = codes.table.rowGather
  }

  /// Scores nodes by their squared distance from a node.
  ///
  /// - Parameter scratch: Room for the widest code, which the scorer reads as long as it is used.
  @inline(__always)
  func scorer(from node: UInt32, _ scratch: UnsafeMutablePointer<Int16>) -> NodeScorer {
    var code: CodeScorer?
    if let codes {
      code = unsafe codes.scorer(ofRow: node, scratch, codeGather)
    }
    return unsafe NodeScorer(
      query: base + Int(node) &* stride, base: base, stride: stride, dimension: dimension,
      gather: gather, rule: .plain, column: nil, codes: code)
  }
}
