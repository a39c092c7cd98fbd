import AkinSupport
import AkinVectors
import CAkinKernels

/// Exact solutions of rows of the block table: with b the background of a pair's kind, w its weight and t its target,
///
///     (base + Σ pairs (w − b) v vᵀ + λ I) x = Σ pairs w t v
///
/// where the base is the sum over both kinds of background × Gramian. (One Gramian of both kinds together would count the
/// absent corner of the table as zeros.)
///
/// The solver's kernels take one background, the anchor κ, and targets of 1: `(base + Σ (W − κ) v vᵀ + λ I) x = Σ W v`.
/// So each pair has the weight W = w − b + κ. One extra pair of weight κ adds nothing to the left side; its vector
/// Σ (w t − W) v / κ corrects the right side.
///
/// Cost: that of ``HalfStep``, and 2 · pairs · dimension operations for the right side and the loss.
struct BlockStep {
  let solver: Solver
  let execution: Execution

  /// The fixed tables, one after the other, in the eigenbasis of a base.
  struct Fixed {
    let basis: Eigenbasis
    /// The rows in the basis, followed by one extra row per thread.
    let table: FactorTable
    /// Rows without the extra ones.
    let count: Int

    /// Takes rows that are in the basis already.
    ///
    /// - Parameters:
    ///   - basis: The basis.
    ///   - rows: `count` rows and one extra row.
    ///   - count: Rows without the extra one.
    init(basis: Eigenbasis, rows: FactorTable, count: Int) {
      self.basis = basis
      self.count = count
      table = rows
    }

    /// Rotates tables into the eigenbasis of a base.
    ///
    /// - Parameters:
    ///   - tables: Tables of one dimension, in order.
    ///   - base: The base, stride × stride.
    ///   - solver: The kernels.
    ///   - execution: Threads.
    /// - Throws: ``NotFinite`` or `Cancelled`.
    init(_ tables: [FactorTable], base: [Double], solver: Solver, execution: Execution) throws {
      let (dimension, stride) = (tables[0].dimension, tables[0].stride)
      guard let basis = Eigenbasis(gramian: base, dimension: dimension, stride: stride, w0: 1) else {
        throw NotFinite()
      }
      self.basis = basis
      count = tables.reduce(0) { $0 + $1.count }
      let rotated = FactorTable(count: count + execution.threads, dimension: dimension)
      var start = 0
      for table in tables {
        let first = start
        try execution.forEachChunk(of: table.count, by: 256) { _, rows in
          // Safe: both tables hold these rows, and no two chunks share one.
          unsafe solver.rotate(
            table.base + rows.lowerBound * stride, stride, rows.count, basis.into.base,
            rotated.base + (first + rows.lowerBound) * stride)
        }
        start += table.count
      }
      table = rotated
    }
  }

  /// Solves the rows of a pass.
  ///
  /// - Parameters:
  ///   - pass: The rows and their pairs.
  ///   - fixed: The fixed tables.
  ///   - solved: The table that is written.
  ///   - lambdas: λ of each row of `solved`.
  /// - Throws: ``SingularRow`` or `Cancelled`.
  func run(_ pass: BlockPass, fixed: Fixed, solved: FactorTable, lambdas: [Float]) throws -> BlockStepSums {
    let chunk = HalfStepSchedule.chunk
    var sums = [BlockStepSums](repeating: BlockStepSums(), count: (pass.rows.count + chunk - 1) / chunk)
    let workers = (0..<max(1, min(execution.threads, sums.count))).map { worker in
      BlockWorker(pass: pass, fixed: fixed, extraRow: fixed.count + worker, solver: solver)
    }
    try unsafe sums.withUnsafeMutableBufferPointer { sums in
      // Safe: each chunk writes its own element, and `sums` outlives the threads.
      nonisolated(unsafe) let sums = unsafe sums
      try execution.forEachChunk(of: pass.rows.count, by: chunk) { worker, range in
        var sum = BlockStepSums()
        for place in range {
          let row = Int(pass.rows[place])
          // Safe: the pass names each row of `solved` once, so one chunk writes it.
          sum += try unsafe workers[worker].solve(
            place, lambda: lambdas[row], out: solved.base + row * solved.stride)
        }
        unsafe sums[range.lowerBound / chunk] = sum
      }
    }
    return sums.reduce(into: BlockStepSums()) { $0 += $1 }
  }
}

/// The loss that pairs of one kind add up.
struct BlockLoss: Equatable {
  /// Σ w (t − s)².
  var observed = 0.0
  /// Σ s².
  var squares = 0.0

  static func += (sums: inout BlockLoss, other: BlockLoss) {
    sums.observed += other.observed
    sums.squares += other.squares
  }
}

/// The loss that solved rows add up, by kind of pair.
struct BlockStepSums: Equatable {
  var others = BlockLoss()
  var features = BlockLoss()

  static func += (sums: inout BlockStepSums, other: BlockStepSums) {
    sums.others += other.others
    sums.features += other.features
  }
}

/// Solves rows on one thread.
@safe private final class BlockWorker: @unchecked Sendable {
  // Safe: one thread uses it at a time, and only this worker writes row `extraRow` of the fixed table.

  private let pass: BlockPass
  private let fixed: BlockStep.Fixed
  /// The row of the fixed table that this worker writes.
  private let extraRow: Int
  private let solver: Solver
  /// The background κ that the kernels are given.
  private let anchor: Double
  private let scratch: AlignedFloats
  private let inBasis: FactorTable
  private var rows: [UInt32]
  private var weights: [Float]
  private var right: [Double]

  init(pass: BlockPass, fixed: BlockStep.Fixed, extraRow: Int, solver: Solver) {
    self.pass = pass
    self.fixed = fixed
    self.extraRow = extraRow
    self.solver = solver
    let (others, features) = pass.backgrounds
    anchor = others > 0 ? others : features > 0 ? features : 1
    scratch = AlignedFloats(count: akin_solver_scratch(fixed.table.stride))
    inBasis = FactorTable(count: 1, dimension: fixed.table.dimension)
    rows = [UInt32](repeating: 0, count: pass.longest + 1)
    weights = [Float](repeating: 0, count: pass.longest + 1)
    right = [Double](repeating: 0, count: fixed.table.stride)
  }

  /// Solves one row of the pass.
  ///
  /// - Parameters:
  ///   - index: The row's place in the pass.
  ///   - lambda: λ of the row.
  ///   - out: Where the solution is written, a stride long.
  func solve(_ index: Int, lambda: Float, out: UnsafeMutablePointer<Float>) throws -> BlockStepSums {
    let stride = fixed.table.stride
    let count = prepare(index)
    // Safe: `rows` and `weights` hold `count` numbers, all rows are below the table's count, and the scratch space and
    // both vectors have the sizes that the kernels ask for.
    var step = unsafe akin_half_step(
      table: UnsafePointer(fixed.table.base), stride: stride, spectrum: UnsafePointer(fixed.basis.spectrum.base),
      w0: Float(anchor))
    let space = unsafe scratch.floats.baseAddress!
    // The kernels' loss is that of the weights W and targets of 1.
    var unused = akin_row_loss()
    var status = unsafe solver.solve(&step, rows, weights, count, lambda, space, inBasis.base, &unused)
    if status != 0 {
      status = unsafe akin_solve64(&step, rows, weights, count, lambda, space, inBasis.base, &unused)
    }
    if status != 0 {
      throw SingularRow(row: Int(pass.rows[index]), pairs: pass.offsets[index + 1] - pass.offsets[index])
    }
    unsafe solver.rotate(inBasis.base, stride, 1, fixed.basis.back.base, out)
    return loss(of: index)
  }

  /// Writes the pairs of a row, and the extra pair if one is needed, in the kernels' layout; returns their number.
  private func prepare(_ index: Int) -> Int {
    let range = pass.offsets[index]..<pass.offsets[index + 1]
    let stride = fixed.table.stride
    var isCorrected = false
    for place in range {
      let background = place < pass.splits[index] ? pass.backgrounds.others : pass.backgrounds.features
      let (weight, target) = (Double(pass.weights[place]), Double(pass.targets[place]))
      let anchored = background == anchor ? pass.weights[place] : Float(weight - background + anchor)
      let slot = place - range.lowerBound
      rows[slot] = pass.fixed[place]
      weights[slot] = anchored
      let missing = weight * target - Double(anchored)
      if missing == 0 { continue }
      if !isCorrected {
        isCorrected = true
        for component in 0..<stride { right[component] = 0 }
      }
      // Safe: a row of the fixed table, which has `stride` floats.
      let row = unsafe fixed.table.base + Int(pass.fixed[place]) * stride
      for component in 0..<stride { right[component] += unsafe missing * Double(row[component]) }
    }
    if !isCorrected { return range.count }
    let extra = unsafe fixed.table.base + extraRow * stride
    for component in 0..<stride { unsafe extra[component] = Float(right[component] / anchor) }
    rows[range.count] = UInt32(extraRow)
    weights[range.count] = Float(anchor)
    return range.count + 1
  }

  /// The loss of the row that was solved last.
  private func loss(of index: Int) -> BlockStepSums {
    let stride = fixed.table.stride
    let dot = unsafe Kernels.table.pointee.dot64!
    var sums = BlockStepSums()
    for place in pass.offsets[index]..<pass.offsets[index + 1] {
      // Safe: both vectors have `stride` floats.
      let score = unsafe dot(inBasis.base, fixed.table.base + Int(pass.fixed[place]) * stride, stride)
      let error = Double(pass.targets[place]) - score
      let part = BlockLoss(observed: Double(pass.weights[place]) * error * error, squares: score * score)
      if place < pass.splits[index] { sums.others += part } else { sums.features += part }
    }
    return sums
  }
}
