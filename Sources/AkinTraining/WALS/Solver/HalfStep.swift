import AkinSupport
import AkinVectors
import CAkinKernels

/// One half of an epoch: the exact solution of every row of one side, with the other side fixed.
///
///     rotate the fixed side into the eigenbasis of its Gramian
///     for each chunk of 32 rows, on any thread:
///       for each row: solve (w0 · spectrum + Σ pairs (w − w0) v vᵀ + λ I) x = Σ pairs w v
///       rotate the solutions back
///
/// Cost: one d × d eigendecomposition, two changes of basis ((users + items) · d² multiply-adds), and for each row of h
/// pairs the cost in CAkinKernels/solver/solver_gradients.h. Rows do not depend on each other, so the thread count changes no bit.
struct HalfStep {
  let solver: Solver
  let execution: Execution
  let w0: Double
  /// Space for the fixed side in the eigenbasis: as many rows as the longer side has.
  let rotated: FactorTable

  /// Solves every row of `solved` that has pairs.
  ///
  /// - Parameters:
  ///   - fixed: Vectors of the other side.
  ///   - gramian: Gramian of `fixed`.
  ///   - solved: The table that is written.
  ///   - schedule: Rows of `solved` that have pairs, and their pairs.
  ///   - lambdas: λ of each row of `solved`.
  /// - Returns: The parts of the loss that the solved rows add up.
  /// - Throws: ``SingularRow``, ``NotFinite`` or `Cancelled`.
  func run(
    fixed: FactorTable, gramian: [Double], solved: FactorTable, schedule: HalfStepSchedule, lambdas: [Float]
  ) throws -> HalfStepSums {
    guard let basis = Eigenbasis(gramian: gramian, dimension: fixed.dimension, stride: fixed.stride, w0: w0) else {
      throw NotFinite()
    }
    try fixed.rotate(into: basis, to: rotated, solver: solver, execution: execution)
    let chunk = HalfStepSchedule.chunk
    var sums = [HalfStepSums](repeating: HalfStepSums(), count: (schedule.rows.count + chunk - 1) / chunk)
    let workers = (0..<min(execution.threads, sums.count)).map { _ in HalfStepScratch(dimension: fixed.dimension) }
    try unsafe sums.withUnsafeMutableBufferPointer { sums in
      // Safe: each chunk writes its own element, and `sums` outlives the threads.
      nonisolated(unsafe) let sums = unsafe sums
      try execution.forEachChunk(of: schedule.rows.count, by: chunk) { worker, places in
        let scratch = workers[worker]
        unsafe sums[places.lowerBound / chunk] = try solve(places, of: schedule, lambdas, basis, in: scratch)
        rotateBack(places, of: schedule, basis, from: scratch, to: solved)
      }
    }
    return sums.reduce(into: HalfStepSums()) { $0 += $1 }
  }

  /// Solves the rows of one chunk, in the eigenbasis, into the scratch space.
  private func solve(
    _ places: Range<Int>, of schedule: HalfStepSchedule, _ lambdas: [Float], _ basis: Eigenbasis,
    in scratch: HalfStepScratch
  ) throws -> HalfStepSums {
    let table = schedule.table
    let last = places.upperBound - 1
    var sums = HalfStepSums()
    try unsafe table.others.withUnsafeBufferPointer { others in
      try unsafe schedule.weights.withUnsafeBufferPointer { weights in
        // Safe: the scratch space is this worker's; a row's pairs lie inside the table; `others` name rows of `rotated`
        // below `fixed.count`.
        var step = unsafe akin_half_step(
          table: UnsafePointer(rotated.base), stride: rotated.stride, spectrum: UnsafePointer(basis.spectrum.base),
          w0: Float(w0))
        let other = others.baseAddress!
        let weight = weights.baseAddress!
        for place in places {
          let row = Int(schedule.rows[place])
          let start = table.offsets[row]
          let count = table.offsets[row + 1] - start
          // The kernel prefetches the vectors of the next row; the row after that gets its pairs prefetched here.
          let next = Int(schedule.rows[min(place + 1, last)])
          let nextStart = table.offsets[next]
          let nextCount = next == row ? 0 : table.offsets[next + 1] - nextStart
          unsafe akin_prefetch(other + table.offsets[Int(schedule.rows[min(place + 2, last)])])
          unsafe akin_prefetch(weight + nextStart)
          let out = unsafe scratch.inBasis + (place - places.lowerBound) * rotated.stride
          var loss = akin_row_loss()
          var status = unsafe solver.solveAndFetch(
            &step, other + start, weight + start, count, lambdas[row], other + nextStart, nextCount, scratch.kernel,
            out, &loss)
          if status != 0 {
            status = unsafe akin_solve64(
              &step, other + start, weight + start, count, lambdas[row], scratch.kernel, out, &loss)
          }
          if status != 0 { throw SingularRow(row: row, pairs: count) }
          sums.add(loss, lambda: lambdas[row])
        }
      }
    }
    return sums
  }

  /// Rotates the solutions of one chunk back and writes them to their rows.
  private func rotateBack(
    _ places: Range<Int>, of schedule: HalfStepSchedule, _ basis: Eigenbasis, from scratch: HalfStepScratch,
    to solved: FactorTable
  ) {
    let stride = solved.stride
    // Safe: both halves of the scratch space hold a chunk of rows, and one chunk writes each row of `solved`.
    unsafe solver.rotate(scratch.inBasis, stride, places.count, basis.back.base, scratch.rotatedBack)
    for place in places {
      let row = Int(schedule.rows[place])
      unsafe (solved.base + row * stride).update(
        from: scratch.rotatedBack + (place - places.lowerBound) * stride, count: stride)
    }
  }
}

/// The parts of the loss that solved rows add up.
struct HalfStepSums {
  /// Σ w (1 − s)² over the pairs of the rows.
  var observed = 0.0
  /// Σ s² over the same pairs.
  var squares = 0.0
  /// Σ λ |row|².
  var regularisation = 0.0

  mutating func add(_ loss: akin_row_loss, lambda: Float) {
    observed += loss.observed
    squares += loss.squares
    regularisation += Double(lambda) * loss.norm
  }

  static func += (sums: inout HalfStepSums, other: HalfStepSums) {
    sums.observed += other.observed
    sums.squares += other.squares
    sums.regularisation += other.regularisation
  }
}

/// The order in which the rows of one side are solved: most pairs first, so that threads finish together. Rows without
/// pairs are left out.
struct HalfStepSchedule {
  /// Rows by falling number of pairs, ties by row.
  let rows: [UInt32]
  /// The pairs of the rows.
  let table: InteractionTable
  /// The weights of the pairs, in the table's order.
  let weights: [Float]
  /// Rows that one thread takes at a time.
  static let chunk = 32

  /// - Parameters:
  ///   - table: The pairs of each row.
  ///   - weight: The weight of a pair: `(row, other, value)`.
  init(_ table: InteractionTable, weight: (_ row: Int, _ other: UInt32, _ value: Float) -> Float) {
    var byCount: [(count: Int, row: UInt32)] = []
    var weights: [Float] = []
    weights.reserveCapacity(table.others.count)
    for row in 0..<table.rowCount {
      let count = table.count(ofRow: row)
      if count > 0 { byCount.append((count, UInt32(row))) }
      for place in table.offsets[row]..<table.offsets[row] + count {
        weights.append(weight(row, table.others[place], table.values[place]))
      }
    }
    byCount.sort { $0.count != $1.count ? $0.count > $1.count : $0.row < $1.row }
    rows = byCount.map(\.row)
    self.table = table
    self.weights = weights
  }
}

/// One thread's scratch space for a chunk of rows.
@safe private struct HalfStepScratch: @unchecked Sendable {
  // Safe: `floats` holds the kernel's scratch space and two chunks of rows, one after the other. One thread uses it.

  private let floats: AlignedFloats
  /// Scratch space of the kernel.
  let kernel: UnsafeMutablePointer<Float>
  /// Solutions in the eigenbasis, one chunk of rows.
  let inBasis: UnsafeMutablePointer<Float>
  /// Solutions in the old basis, one chunk of rows.
  let rotatedBack: UnsafeMutablePointer<Float>

  init(dimension: Int) {
    let stride = EmbeddingMatrix.stride(forDimension: dimension)
    let kernelCount = akin_solver_scratch(stride)
    let rowCount = HalfStepSchedule.chunk * stride
    floats = AlignedFloats(count: kernelCount + 2 * rowCount)
    unsafe kernel = floats.floats.baseAddress!
    unsafe inBasis = kernel + kernelCount
    unsafe rotatedBack = inBasis + rowCount
  }
}
