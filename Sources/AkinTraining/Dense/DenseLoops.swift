import AkinSupport
import AkinVectors
import CAkinKernels

/// The trainers' float64 C kernels of one CPU level: see akin_dense.h.
@safe struct DenseLoops: @unchecked Sendable {
  // Safe: the table is a constant of the program.

  let level: akin_level
  let dot: @convention(c) (UnsafePointer<Double>?, UnsafePointer<Double>?, Int) -> Double
  let add: @convention(c) (UnsafeMutablePointer<Double>?, Double, Double, UnsafePointer<Double>?, Int) -> Void
  let step:
    @convention(c) (UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?, Double, Double, Double, Int) -> Void
  let adam:
    @convention(c) (
      UnsafePointer<akin_adam>?, UnsafePointer<Double>?, UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?,
      UnsafeMutablePointer<Double>?, Int
    ) -> Void
  let ridge:
    @convention(c) (
      UnsafePointer<akin_ridge>?, UnsafePointer<UInt32>?, UnsafePointer<Double>?, Int, UnsafeMutablePointer<Double>?,
      UnsafeMutablePointer<Double>?
    ) -> Int32

  let multiply:
    @convention(c) (
      UnsafePointer<Double>?, Int, Int, Int, UnsafePointer<Double>?, Int, Int, Double, UnsafeMutablePointer<Double>?,
      Int
    ) -> Void
  let cross:
    @convention(c) (
      UnsafePointer<Double>?, Int, Int, UnsafePointer<Double>?, Int, Int, Int, UnsafeMutablePointer<Double>?, Int
    ) -> Void

  /// The kernels of a level, or `nil` if this CPU lacks it.
  init?(level: akin_level) {
    guard let table = unsafe akin_dense_at(level) else { return nil }
    self.level = level
    // The C tables have no null entries.
    unsafe dot = unsafe table.pointee.dot!
    unsafe add = unsafe table.pointee.add!
    unsafe step = unsafe table.pointee.step!
    unsafe adam = unsafe table.pointee.adam!
    unsafe ridge = unsafe table.pointee.ridge!
    unsafe multiply = unsafe table.pointee.multiply!
    unsafe cross = unsafe table.pointee.cross!
  }

  /// The kernels of the level that this process runs: see ``Kernels``.
  static let active: DenseLoops = {
    // Safe: the table is a constant. A level with vector kernels has these kernels.
    let level = unsafe Kernels.table.pointee.level
    return DenseLoops(level: level)!
  }()
}

extension Execution {
  /// Sums the results of chunks of rows in the order of the chunks: the same bits at any thread count.
  func sum(of count: Int, by chunk: Int, _ body: (_ worker: Int, _ range: Range<Int>) throws -> Double) throws -> Double
  {
    var parts = [Double](repeating: 0, count: (count + chunk - 1) / chunk)
    try unsafe parts.withUnsafeMutableBufferPointer { parts in
      // Safe: each chunk writes its own element, and `parts` outlives the threads.
      nonisolated(unsafe) let parts = unsafe parts
      try forEachChunk(of: count, by: chunk) { worker, range in
        unsafe parts[range.lowerBound / chunk] = try body(worker, range)
      }
    }
    return parts.reduce(0, +)
  }
}
