import AkinSupport
import AkinVectors
import CAkinKernels

/// One side's half of an epoch: with the other side fixed, every row's exact solution.
///
/// Cost: a d × d eigen-decomposition, two changes of basis ((users + items) · d² multiply-adds), and for each row of h
/// pairs what CAkinKernels/solver_loops.h says. Rows are independent of each other, so threads change no bit.
struct HalfStep {
  /// What a half-step adds up.
  struct Sums {
    var observed = 0.0
    var squares = 0.0
    var regularisation = 0.0
  }

  /// The pairs of one side in the order in which its rows are solved, so that solving reads memory in one stream: the
  /// longest rows first, so that the threads end at about the same time. Rows without pairs are left out.
  struct Schedule {
    /// The rows, the longest first, equal ones in order.
    let rows: [UInt32]
    /// `offsets[p]..<offsets[p + 1]` are the pairs of `rows[p]`.
    let offsets: [Int]
    let others: [UInt32]
    let weights: [Float]
    static let chunk = 32

    /// - Parameter weight: The weight of a pair: `(row, other, value)`.
    init(_ table: InteractionTable, weight: (_ row: Int, _ other: UInt32, _ value: Float) -> Float) {
      var byCount: [(count: Int, row: UInt32)] = []
      for row in 0..<table.rowCount where table.count(ofRow: row) > 0 {
        byCount.append((table.count(ofRow: row), UInt32(row)))
      }
      byCount.sort { $0.count != $1.count ? $0.count > $1.count : $0.row < $1.row }
      var offsets = [0]
      var others: [UInt32] = []
      var weights: [Float] = []
      others.reserveCapacity(table.others.count)
      weights.reserveCapacity(table.others.count)
      for (count, row) in byCount {
        for place in table.offsets[Int(row)]..<table.offsets[Int(row)] + count {
          others.append(table.others[place])
          weights.append(weight(Int(row), table.others[place], table.values[place]))
        }
        offsets.append(others.count)
      }
      rows = byCount.map(\.row)
      self.offsets = offsets
      self.others = others
      self.weights = weights
    }
  }

  let solver: Solver
  let execution: Execution
  let w0: Double

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
    let rotated = try fixed.rotated(into: basis, solver: solver, execution: execution)

    let chunk = Schedule.chunk
    let scratchCount = akin_solver_scratch(stride)
    var sums = [Sums](repeating: Sums(), count: (schedule.rows.count + chunk - 1) / chunk)
    let workers = min(execution.threads, sums.count)
    let scratches = (0..<workers).map { _ in AlignedFloats(count: scratchCount + 2 * chunk * stride) }
    try unsafe sums.withUnsafeMutableBufferPointer { sums in
      // Safe: each chunk writes its own element, and `sums` outlives the threads.
      nonisolated(unsafe) let sums = unsafe sums
      try execution.forEachChunk(of: schedule.rows.count, by: chunk) { worker, range in
        // Safe: the scratch space is this worker's; a row's pairs lie inside `schedule`; the kernel reads rows of
        // `rotated` that `schedule.others` names, all below `fixed.count`; each solved row is written by one chunk.
        let scratch = unsafe scratches[worker].floats.baseAddress!
        let inBasis = unsafe scratch + scratchCount
        let turnedBack = unsafe inBasis + chunk * stride
        var step = unsafe akin_half_step(
          table: UnsafePointer(rotated.base), stride: stride, spectrum: UnsafePointer(basis.spectrum.base),
          w0: Float(w0))
        var sum = Sums()
        try unsafe schedule.others.withUnsafeBufferPointer { others in
          try unsafe schedule.weights.withUnsafeBufferPointer { weights in
            for place in range {
              let row = Int(schedule.rows[place])
              let start = schedule.offsets[place]
              let count = schedule.offsets[place + 1] - start
              let out = unsafe inBasis + (place - range.lowerBound) * stride
              if place + 1 < range.upperBound {
                let next = start + count
                unsafe akin_prefetch_rows(&step, others.baseAddress! + next, schedule.offsets[place + 2] - next)
              }
              var loss = akin_row_loss()
              var status = unsafe solver.solve(
                &step, others.baseAddress! + start, weights.baseAddress! + start, count, lambdas[row], scratch, out,
                &loss)
              if status != 0 {
                status = unsafe akin_solve64(
                  &step, others.baseAddress! + start, weights.baseAddress! + start, count, lambdas[row], scratch, out,
                  &loss)
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
