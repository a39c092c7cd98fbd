import CAkinKernels

/// The kernels of dense layers, of one CPU level. See akin_layers.h.
@safe package struct LayerLoops: @unchecked Sendable {
  // Safe: the table is a constant of the program.

  package let forward:
    @convention(c) (
      UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Float>?, Int, Int, Int32, UnsafeMutablePointer<Float>?
    ) -> Void
  package let backward:
    @convention(c) (
      UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Float>?, Int, Int, UnsafeMutablePointer<Float>?
    ) -> Void
  package let gradient:
    @convention(c) (
      UnsafePointer<Float>?, UnsafePointer<Float>?, Int, Int, Int32, UnsafeMutablePointer<Float>?,
      UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?
    ) -> Void
  package let shares:
    @convention(c) (
      UnsafeMutablePointer<Float>?, Int, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?
    ) -> Void
  package let scale: @convention(c) (UnsafePointer<Float>?, Int, UnsafeMutablePointer<Float>?) -> Void
  package let adam:
    @convention(c) (
      UnsafePointer<akin_adam>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?,
      UnsafeMutablePointer<Float>?, Int
    ) -> Void

  /// The kernels of a level, or `nil` when this CPU lacks it.
  package init?(level: akin_level) {
    guard let table = unsafe akin_layers_at(level) else { return nil }
    // The tables in C have no null entries.
    unsafe forward = unsafe table.pointee.forward!
    unsafe backward = unsafe table.pointee.backward!
    unsafe gradient = unsafe table.pointee.gradient!
    unsafe shares = unsafe table.pointee.shares!
    unsafe scale = unsafe table.pointee.scale!
    unsafe adam = unsafe table.pointee.adam!
  }

  /// The kernels of the active level: see ``Kernels``.
  package static let active: LayerLoops = {
    // Safe: the table is a constant. A level with kernels of one kind has those of the other.
    let level = unsafe Kernels.table.pointee.level
    return LayerLoops(level: level)!
  }()
}
