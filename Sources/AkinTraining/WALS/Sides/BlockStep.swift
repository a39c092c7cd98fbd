import AkinSupport
import AkinVectors
import CAkinKernels

/// Exact solutions of rows of the block table: with b the background of a pair's kind, w its weight and t its target,
///
///     (base + Σ pairs (w − b) v vᵀ + λ I) x = Σ pairs w t v
///
/// where the base adds up what each kind of pair costs when it is not there: background × Gramian, kind by kind, for one
/// Gramian of all would fill the empty corner with zeros.
///
/// The solver's kernels know one background, the anchor κ, and only targets of 1: `(base + Σ (W − κ) v vᵀ + λ I) x = Σ W v`.
/// A row is put to them with W = w − b + κ, and one pair more: a pair whose weight is κ adds nothing to the left side, so
/// the vector Σ (w t − W) v / κ with the weight κ sets the right side right.
///
/// Cost: as ``HalfStep``, and twice the row's pairs × dimension for the right side and the loss.
struct BlockStep {
  let solver: Solver
  let execution: Execution

  /// What the pairs of one kind add to the loss.
  struct BlockSums: Equatable {
    /// Σ w (t − s)².
    var observed = 0.0
    /// Σ s².
    var squares = 0.0

    static func += (sums: inout BlockSums, other: BlockSums) {
      sums.observed += other.observed
      sums.squares += other.squares
    }
  }

  /// What solved rows add to the loss.
  struct Sums: Equatable {
    var others = BlockSums()
    var features = BlockSums()

    static func += (sums: inout Sums, other: Sums) {
      sums.others += other.others
      sums.features += other.features
    }
  }

  /// The fixed tables, one after the other, in the eigenbasis of a base.
  struct Fixed {
    let basis: Eigenbasis
    /// The rows in the basis, and one more for each thread.
    let table: FactorTable
    let count: Int

    /// Rows that are in the basis already: `count`, and one more.
    init(basis: Eigenbasis, rows: FactorTable, count: Int) {
      self.basis = basis
      self.count = count
      table = rows
    }

    /// - Throws: ``NotFinite`` or ``Cancelled``.
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
  ///   - lambdas: One regularisation for each row of `solved`.
  /// - Throws: ``HalfStep/Singular`` or ``Cancelled``.
  func run(_ pass: BlockPass, fixed: Fixed, solved: FactorTable, lambdas: [Float]) throws -> Sums {
    let chunk = HalfStep.Schedule.chunk
    var sums = [Sums](repeating: Sums(), count: (pass.rows.count + chunk - 1) / chunk)
    let workers = (0..<max(1, min(execution.threads, sums.count))).map { worker in
      BlockWorker(pass: pass, fixed: fixed, place: fixed.count + worker, solver: solver)
    }
    try unsafe sums.withUnsafeMutableBufferPointer { sums in
      // Safe: each chunk writes its own element, and `sums` outlives the threads.
      nonisolated(unsafe) let sums = unsafe sums
      try execution.forEachChunk(of: pass.rows.count, by: chunk) { worker, range in
        var sum = Sums()
        for place in range {
          let row = Int(pass.rows[place])
          // Safe: each row of `solved` stands once in the pass, so it is written by one chunk.
          sum += try unsafe workers[worker].solve(
            place, lambda: lambdas[row], out: solved.base + row * solved.stride)
        }
        unsafe sums[range.lowerBound / chunk] = sum
      }
    }
    var total = Sums()
    for sum in sums { total += sum }
    return total
  }
}

/// One thread's space for solving rows.
@safe private final class BlockWorker: @unchecked Sendable {
  // Safe: one thread uses it at a time, and only this worker writes row `place` of the fixed table.

  private let pass: BlockPass
  private let fixed: BlockStep.Fixed
  /// The row of the fixed table that belongs to this worker.
  private let place: Int
  private let solver: Solver
  private let anchor: Double
  private let scratch: AlignedFloats
  private let inBasis: FactorTable
  private var rows: [UInt32]
  private var weights: [Float]
  private var right: [Double]

  init(pass: BlockPass, fixed: BlockStep.Fixed, place: Int, solver: Solver) {
    self.pass = pass
    self.fixed = fixed
    self.place = place
    self.solver = solver
    let (others, features) = pass.backgrounds
    anchor = others > 0 ? others : features > 0 ? features : 1
    scratch = AlignedFloats(count: akin_solver_scratch(fixed.table.stride))
    inBasis = FactorTable(count: 1, dimension: fixed.table.dimension)
    rows = [UInt32](repeating: 0, count: pass.longest + 1)
    weights = [Float](repeating: 0, count: pass.longest + 1)
    right = [Double](repeating: 0, count: fixed.table.stride)
  }

  /// Solves the row at a place of the pass, and writes it to `out`, a stride long.
  func solve(_ index: Int, lambda: Float, out: UnsafeMutablePointer<Float>) throws -> BlockStep.Sums {
    let stride = fixed.table.stride
    let count = prepare(index)
    // Safe: `rows` and `weights` hold `count` numbers, all rows are below the table's count, and the scratch space and
    // both vectors have the sizes that the kernels ask for.
    var step = unsafe akin_half_step(
      table: UnsafePointer(fixed.table.base), stride: stride, spectrum: UnsafePointer(fixed.basis.spectrum.base),
      w0: Float(anchor))
    let space = unsafe scratch.floats.baseAddress!
    // The kernels' loss is about W and targets of 1.
    var unused = akin_row_loss()
    var status = unsafe solver.solve(&step, rows, weights, count, lambda, space, inBasis.base, &unused)
    if status != 0 {
      status = unsafe akin_solve64(&step, rows, weights, count, lambda, space, inBasis.base, &unused)
    }
    if status != 0 { throw HalfStep.Singular(row: Int(pass.rows[index])) }
    unsafe solver.rotate(inBasis.base, stride, 1, fixed.basis.back.base, out)
    return loss(of: index)
  }

  /// Lays the pairs of a row out for the kernels, and returns how many there are.
  private func prepare(_ index: Int) -> Int {
    let range = pass.offsets[index]..<pass.offsets[index + 1]
    let stride = fixed.table.stride
    var isCorrected = false
    for place in range {
      let background = place < pass.splits[index] ? pass.backgrounds.others : pass.backgrounds.features
      let (weight, target) = (Double(pass.weights[place]), Double(pass.targets[place]))
      let whole = background == anchor ? pass.weights[place] : Float(weight - background + anchor)
      let slot = place - range.lowerBound
      rows[slot] = pass.fixed[place]
      weights[slot] = whole
      let missing = weight * target - Double(whole)
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
    let own = unsafe fixed.table.base + self.place * stride
    for component in 0..<stride { unsafe own[component] = Float(right[component] / anchor) }
    rows[range.count] = UInt32(self.place)
    weights[range.count] = Float(anchor)
    return range.count + 1
  }

  /// What the row that was just solved adds to the loss.
  private func loss(of index: Int) -> BlockStep.Sums {
    let stride = fixed.table.stride
    let dot = unsafe Kernels.table.pointee.dot64!
    var sums = BlockStep.Sums()
    for place in pass.offsets[index]..<pass.offsets[index + 1] {
      // Safe: both vectors have `stride` floats.
      let score = unsafe dot(inBasis.base, fixed.table.base + Int(pass.fixed[place]) * stride, stride)
      let miss = Double(pass.targets[place]) - score
      let part = BlockStep.BlockSums(observed: Double(pass.weights[place]) * miss * miss, squares: score * score)
      if place < pass.splits[index] { sums.others += part } else { sums.features += part }
    }
    return sums
  }
}
