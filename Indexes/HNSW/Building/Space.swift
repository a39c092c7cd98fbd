import AkinVectors
import CAkinKernels

/// The vectors that edges are chosen among, always by squared Euclidean distance.
///
/// What a metric needs is done to the vectors beforehand (see ``BuildSpace``), so the builder knows one distance.
@safe struct Space: @unchecked Sendable {
  // Safe: `matrix` keeps the floats at `base` alive and nobody writes them.
  let matrix: EmbeddingMatrix
  let base: UnsafePointer<Float>
  let stride: Int
  let dimension: Int
  let gather: Probe.Gather

  init(_ matrix: EmbeddingMatrix, kernels: UnsafePointer<akin_kernels>) {
    self.matrix = matrix
    unsafe base = matrix.base
    stride = matrix.stride
    dimension = matrix.dimension
    unsafe gather = kernels.pointee.squared_euclidean_gather
  }

  @inline(__always)
  func vector(_ node: UInt32) -> UnsafePointer<Float> {
    unsafe base + Int(node) &* stride
  }

  /// A probe from a node of the space.
  @inline(__always)
  func probe(_ node: UInt32) -> Probe {
    unsafe Probe(
      query: vector(node), base: base, stride: stride, dimension: dimension, gather: gather, rule: .plain,
      column: nil, codes: nil)
  }
}
