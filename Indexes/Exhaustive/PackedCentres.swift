import AkinVectors
import CAkinKernels

/// The centres of lists packed for products with queries.
@safe struct PackedCentres {
  // Safe: the panels hold all centres, and there is a start for each lane.

  /// The centres, sixteen side by side.
  let panels: AlignedFloats
  /// Minus half of the squared length of each.
  let starts: AlignedFloats
  /// The number of centres, rounded up to whole panels.
  let lanes: Int

  @unsafe init(_ centres: EmbeddingMatrix, _ kernels: UnsafePointer<akin_kernels>) {
    lanes = (centres.count + 15) & ~15
    (panels, starts) = (AlignedFloats(count: lanes * centres.dimension), AlignedFloats(count: lanes))
    unsafe kernels.pointee.pack(
      centres.base, centres.stride, centres.dimension, centres.count, panels.floats.baseAddress!)
    for centre in 0..<centres.count {
      let row = unsafe centres.base + centre * centres.stride
      unsafe starts.floats[centre] = Float(-0.5 * kernels.pointee.dot64(row, row, centres.dimension))
    }
  }
}
