import AkinVectors
import CAkinKernels

/// The vectors that edges are chosen among, always by squared Euclidean distance.
///
/// What a metric needs is done to the vectors beforehand (see ``BuildSpace``), so the builder knows one distance.
///
/// Many or wide vectors are measured by their codes: edges need no more than an order of near and far, and most of a build
/// is waiting for vectors.
@safe struct Space: @unchecked Sendable {
  // Safe: `matrix` and `codes` keep what is at the addresses alive, and nobody writes it.
  let matrix: EmbeddingMatrix
  private let base: UnsafePointer<Float>
  private let gather: Probe.Gather
  private let merge: Probe.Merge
  let codes: NodeCodes?
  private let codeGather: CodeProbe.Gather
  let kernels: UnsafePointer<akin_kernels>

  var dimension: Int { matrix.dimension }
  /// Bytes of all that is measured.
  var bytes: Int { matrix.count * (codes?.book.width ?? 4 * matrix.stride) }

  /// - Parameters:
  ///   - matrix: The vectors; with codes only their number and dimension count.
  ///   - codes: The vectors as codes, or `nil` to measure by the vectors.
  init(_ matrix: EmbeddingMatrix, codes: NodeCodes? = nil, kernels: UnsafePointer<akin_kernels>) {
    self.matrix = matrix
    unsafe base = matrix.base
    unsafe merge = kernels.pointee.merge
    unsafe gather = kernels.pointee.squared_euclidean_gather
    unsafe codeGather =
      codes?.book.axes == nil ? kernels.pointee.code_squared_gather : kernels.pointee.half_dot_gather
    self.codes = codes
    unsafe self.kernels = kernels
  }

  /// A probe from a node of the space.
  ///
  /// - Parameter scratch: Room for the widest code, which the probe reads as long as it is used.
  @inline(__always)
  func probe(_ node: UInt32, _ scratch: UnsafeMutablePointer<Int16>) -> Probe {
    var code: CodeProbe?
    if let codes {
      code = unsafe codes.probe(node, scratch, codeGather)
    }
    return unsafe Probe(
      query: base + Int(node) &* matrix.stride, base: base, stride: matrix.stride, dimension: matrix.dimension,
      gather: gather, rule: .plain, column: nil, merge: merge, codes: code)
  }
}
