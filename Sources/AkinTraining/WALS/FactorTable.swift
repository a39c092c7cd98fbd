import AkinSupport
import AkinVectors
import CAkinKernels

/// One side's vectors while they are trained: rows of float32, padded with zeros to a multiple of 16.
@safe struct FactorTable: @unchecked Sendable {
  // Safe: `floats` holds count × stride floats. While threads write, each row belongs to one of them.

  let count: Int
  let dimension: Int
  let stride: Int
  let floats: AlignedFloats

  /// Creates a table of zeros.
  init(count: Int, dimension: Int) {
    self.count = count
    self.dimension = dimension
    stride = EmbeddingMatrix.stride(forDimension: dimension)
    floats = AlignedFloats(count: count * stride)
  }

  @unsafe var base: UnsafeMutablePointer<Float> {
    // Safe: AlignedFloats allocates at least 16 floats.
    unsafe floats.floats.baseAddress!
  }

  /// Draws the rows that have interactions from a normal distribution of standard deviation 0.1 / √dimension, by their
  /// place alone; the others stay zero. First scores are then about 0.01, whatever the dimension.
  func draw(seed: UInt64, for table: InteractionTable, execution: Execution) throws {
    let random = CounterRandom(seed: seed, purpose: 0x57_41_4C_53)
    let deviation = 0.1 / Double(dimension).squareRoot()
    try execution.forEachChunk(of: count, by: 1024) { _, rows in
      for row in rows where table.count(ofRow: row) > 0 {
        for component in 0..<dimension {
          let normal = random.normal(at: UInt64(row) &* 4096 &+ UInt64(component))
          unsafe base[row * stride + component] = Float(normal * deviation)
        }
      }
    }
  }

  /// The Gramian, stride × stride (upper triangle in blocks of 16 × 16), summed in double over fixed chunks of rows in
  /// a fixed order: the same bits at any thread count.
  func gramian(solver: Solver, execution: Execution) throws -> [Double] {
    let size = stride * stride
    let chunk = max(1024, (count + 31) / 32)
    let chunks = (count + chunk - 1) / chunk
    var parts = [Double](repeating: 0, count: max(chunks, 1) * size)
    try unsafe parts.withUnsafeMutableBufferPointer { parts in
      // Safe: each chunk writes its own `size` doubles of `parts`, which outlive the threads.
      nonisolated(unsafe) let first = parts.baseAddress!
      try execution.forEachChunk(of: count, by: chunk) { _, rows in
        let scratch = AlignedFloats(count: size)
        unsafe solver.gramian(
          base + rows.lowerBound * stride, stride, rows.count, scratch.floats.baseAddress!,
          first + rows.lowerBound / chunk * size)
      }
    }
    var sum = Array(parts.prefix(size))
    for part in 1..<max(chunks, 1) {
      for index in 0..<size { sum[index] += parts[part * size + index] }
    }
    return sum
  }

  /// The rows as they are now.
  var copy: EmbeddingMatrix {
    let copied = FactorTable(count: count, dimension: dimension)
    // Safe: both tables hold count × stride floats.
    unsafe copied.base.update(from: base, count: count * stride)
    return copied.matrix
  }

  /// The finished matrix; nothing is copied and nobody writes to it any more.
  var matrix: EmbeddingMatrix {
    // Safe: the floats are 64-byte aligned, `floats` owns them, and training is over.
    unsafe EmbeddingMatrix(base: UnsafePointer(base), count: count, dimension: dimension, owner: floats)
  }
}

/// The solver's loops of one CPU level.
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

  /// The loops of a level, or `nil` when this CPU lacks it.
  init?(level: akin_level) {
    guard let table = unsafe akin_solver_at(level) else { return nil }
    unsafe self.table = unsafe table
    self.level = level
    // The tables of the leaf have no null entries.
    unsafe gramian = unsafe table.pointee.gramian!
    unsafe rotate = unsafe table.pointee.rotate!
    unsafe solve = unsafe table.pointee.solve!
    unsafe solveAndFetch = unsafe table.pointee.solve_and_fetch!
  }

  /// The loops of the level that this process runs: see ``Kernels``.
  static let active: Solver = {
    // Safe: the table is a constant. A level that has the one kind of loops has the other.
    let level = unsafe Kernels.table.pointee.level
    return Solver(level: level)!
  }()
}
