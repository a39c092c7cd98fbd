import AkinSupport
import AkinVectors
import CAkinKernels

/// One side's half of an epoch: with the other side fixed, every row's exact solution.
///
/// Cost: a d × d eigen-decomposition, two changes of basis ((users + items) · d² multiply-adds), and for each row of h
/// pairs what CAkinKernels/solver/solver_gradients.h says. Rows are independent of each other, so threads change no bit.
struct HalfStep {
  /// What a half-step adds up.
  struct Sums {
    var observed = 0.0
    var squares = 0.0
    var regularisation = 0.0
  }

  /// In which order one side's rows are solved: the longest first, so that the threads end at about the same time. Rows
  /// without pairs are left out.
  struct Schedule {
    /// The rows, the longest first, equal ones in order.
    let rows: [UInt32]
    /// Their pairs.
    let table: InteractionTable
    /// The pairs' weights, in the table's order.
    let weights: [Float]
    static let chunk = 32

    /// - Parameter weight: The weight of a pair: `(row, other, value)`.
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

  let solver: Solver
  let execution: Execution
  let w0: Double
  /// As many rows as the longer side has, for the fixed side's vectors in another basis.
  let space: FactorTable

  /// A row whose system has no single solution.
  struct Singular: Error { let row: Int }

  /// Solves every row of `solved` that has pairs.
  ///
  /// - Parameters:
  ///   - fixed: The other side's vectors.
  ///   - gramian: Their Gramian.
  ///   - schedule: The rows of `solved` that have pairs, and their pairs.
  ///   - lambdas: One regularisation for each row of `solved`.
  func run(
    fixed: FactorTable, gramian: [Double], solved: FactorTable, schedule: Schedule, lambdas: [Float]
  ) throws -> Sums {
    let stride = fixed.stride
    guard let basis = Eigenbasis(gramian: gramian, dimension: fixed.dimension, stride: stride, w0: w0) else {
      throw NotFinite()
    }
    try fixed.rotate(into: basis, to: space, solver: solver, execution: execution)

    let chunk = Schedule.chunk
    let scratchCount = akin_solver_scratch(stride)
    var sums = [Sums](repeating: Sums(), count: (schedule.rows.count + chunk - 1) / chunk)
    let workers = min(execution.threads, sums.count)
    let scratches = (0..<workers).map { _ in AlignedFloats(count: scratchCount + 2 * chunk * stride) }
    try unsafe sums.withUnsafeMutableBufferPointer { sums in
      // Safe: each chunk writes its own element, and `sums` outlives the threads.
      nonisolated(unsafe) let sums = unsafe sums
      try execution.forEachChunk(of: schedule.rows.count, by: chunk) { worker, range in
        // Safe: the scratch space is this worker's; a row's pairs lie inside the table; the kernel reads rows of
        // `space` that its `others` name, all below `fixed.count`; each solved row is written by one chunk.
        let scratch = unsafe scratches[worker].floats.baseAddress!
        let inBasis = unsafe scratch + scratchCount
        let turnedBack = unsafe inBasis + chunk * stride
        var step = unsafe akin_half_step(
          table: UnsafePointer(space.base), stride: stride, spectrum: UnsafePointer(basis.spectrum.base),
          w0: Float(w0))
        var sum = Sums()
        try unsafe schedule.table.others.withUnsafeBufferPointer { others in
          try unsafe schedule.weights.withUnsafeBufferPointer { weights in
            let firstPair = others.baseAddress!
            let firstWeight = weights.baseAddress!
            for place in range {
              let row = Int(schedule.rows[place])
              let start = schedule.table.offsets[row]
              let count = schedule.table.offsets[row + 1] - start
              let out = unsafe inBasis + (place - range.lowerBound) * stride
              // While this row computes, the vectors of the next one come, and where those of the one after it are.
              let next = Int(schedule.rows[min(place + 1, range.upperBound - 1)])
              let nextStart = schedule.table.offsets[next]
              let nextCount = next == row ? 0 : schedule.table.offsets[next + 1] - nextStart
              let later = schedule.table.offsets[Int(schedule.rows[min(place + 2, range.upperBound - 1)])]
              unsafe akin_prefetch(firstPair + later)
              unsafe akin_prefetch(firstWeight + nextStart)
              var loss = akin_row_loss()
              var status = unsafe solver.solveAndFetch(
                &step, firstPair + start, firstWeight + start, count, lambdas[row], firstPair + nextStart, nextCount,
                scratch, out, &loss)
              if status != 0 {
                status = unsafe akin_solve64(
                  &step, firstPair + start, firstWeight + start, count, lambdas[row], scratch, out, &loss)
              }
              if status != 0 { throw Singular(row: row) }
              sum.observed += loss.observed
              sum.squares += loss.squares
              sum.regularisation += Double(lambdas[row]) * loss.norm
            }
          }
        }
        unsafe solver.rotate(inBasis, stride, range.count, basis.back.base, turnedBack)
        for place in range {
          let row = Int(schedule.rows[place])
          unsafe (solved.base + row * stride).update(
            from: turnedBack + (place - range.lowerBound) * stride, count: stride)
        }
        unsafe sums[range.lowerBound / chunk] = sum
      }
    }
    var total = Sums()
    for sum in sums {
      total.observed += sum.observed
      total.squares += sum.squares
      total.regularisation += sum.regularisation
    }
    return total
  }
}

/// The numbers went out of range on the way.
struct NotFinite: Error {}
