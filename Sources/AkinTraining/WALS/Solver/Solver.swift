import AkinVectors
import CAkinKernels

/// The solver's C kernels of one CPU level: see akin_solver.h.
@safe struct Solver: @unchecked Sendable {
  // Safe: the table is a constant of the program.
  private let table: UnsafePointer<akin_solver>
  let level: akin_level

  let gramian:
    @convention(c) (
      UnsafePointer<Float>?, Int, Int, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Double>?
    ) -> Void
  let rotate:
    @convention(c) (UnsafePointer<Float>?, Int, Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void
  let solve:
    @convention(c) (
      UnsafePointer<akin_half_step>?, UnsafePointer<UInt32>?, UnsafePointer<Float>?, Int, Float,
      UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<akin_row_loss>?
    ) -> Int32
  let solveAndFetch:
    @convention(c) (
      UnsafePointer<akin_half_step>?, UnsafePointer<UInt32>?, UnsafePointer<Float>?, Int, Float,
      UnsafePointer<UInt32>?, Int, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?,
      UnsafeMutablePointer<akin_row_loss>?
    ) -> Int32

  /// The kernels of a level, or `nil` if this CPU lacks it.
  init?(level: akin_level) {
    guard let table = unsafe akin_solver_at(level) else { return nil }
    unsafe self.table = unsafe table
    self.level = level
    // The C tables have no null entries.
    unsafe gramian = unsafe table.pointee.gramian!
    unsafe rotate = unsafe table.pointee.rotate!
    unsafe solve = unsafe table.pointee.solve!
    unsafe solveAndFetch = unsafe table.pointee.solve_and_fetch!
  }

  /// The kernels of the level that this process runs: see ``Kernels``.
  static let active: Solver = {
    // Safe: the table is a constant. A level with vector kernels has solver kernels.
    let level = unsafe Kernels.table.pointee.level
    return Solver(level: level)!
  }()
}
