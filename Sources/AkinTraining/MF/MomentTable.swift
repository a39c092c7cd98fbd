import AkinSupport
import CAkinKernels

/// The parameters of one side under Adam with decoupled weight decay (Loshchilov and Hutter 2019), where each step has gradients of
/// few rows:
///
///     m ← β₁ m + (1 − β₁) g     v ← β₂ v + (1 − β₂) g²
///     x ← (1 − η · decay) x − η (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
///
/// All rows take every step, those without a gradient too: their moments fade, they drift on, and decay. A row takes the steps
/// that it has missed when it is next asked for, while it is in the cache. A row that had no gradient for ``patience`` steps rests:
/// its m is 0 from then on, where m / √v has fallen below 10⁻⁴ of what it was, and only decay and v go on.
///
/// Cost of a step: a gradient's row, and the missed steps of it, at most ``patience``.
struct MomentTable {
  /// Steps without a gradient after which a row rests.
  static let patience = 256
  private static let beta2 = 0.98
  private static let epsilon = 1e-5

  let table: DoubleTable
  private let first: DoubleTable
  private let second: DoubleTable
  /// A row of zeros: the gradient of a row without one.
  private let zeros: DoubleTable
  private let loops: DenseLoops
  /// The column that holds the constant 1.
  private let one: Int
  private let decay: Double
  /// Steps so far.
  private var count = 0
  /// The number of steps that each row has taken.
  private var taken: [Int]
  /// The step of the last gradient of each row, counted from 1; 0 for none.
  private var last: [Int]
  /// Whether each row rests.
  private var rests: [Bool]
  /// The logarithm of the product of all 1 − η · decay so far, and what it was when a resting row last caught up.
  private var logKept = 0.0
  private var logKeptAt: [Double]
  /// The last steps, and the rows with a gradient in each: rings.
  private var steps: [(adam: akin_adam, keep: Double)]
  private var changed: [[Int]]

  /// Creates the moments of a table, all 0.
  ///
  /// - Parameters:
  ///   - table: The parameters.
  ///   - one: The column that holds the constant 1.
  ///   - decay: The weight decay.
  ///   - loops: The kernels.
  init(_ table: DoubleTable, one: Int, decay: Double, loops: DenseLoops) {
    self.table = table
    self.one = one
    self.decay = decay
    self.loops = loops
    first = DoubleTable(count: table.count, width: table.width)
    second = DoubleTable(count: table.count, width: table.width)
    zeros = DoubleTable(count: 1, width: table.width)
    taken = [Int](repeating: 0, count: table.count)
    last = taken
    rests = [Bool](repeating: true, count: table.count)
    logKeptAt = [Double](repeating: 0, count: table.count)
    let idle = akin_adam(beta1: 0, beta2: 0, rate: 0, epsilon: 1)
    steps = [(adam: akin_adam, keep: Double)](repeating: (idle, 1), count: MomentTable.patience)
    changed = [[Int]](repeating: [], count: MomentTable.patience)
  }

  /// Lets a row take all steps so far.
  mutating func catchUp(_ row: Int) {
    if rests[row] {
      // Without m a step is decay alone.
      let (keep, fade) = (exp(logKept - logKeptAt[row]), pow(MomentTable.beta2, Double(count - taken[row])))
      // Safe: the row is inside both tables, and `zeros` has a row of their stride.
      unsafe loops.add(table.row(row), keep, 0, zeros.base, table.stride)
      unsafe loops.add(second.row(row), fade, 0, zeros.base, table.stride)
      logKeptAt[row] = logKept
    } else {
      for step in taken[row]..<count { take(steps[step % MomentTable.patience], row, gradient: zeros, at: 0) }
    }
    table[row, one] = 1
    taken[row] = count
  }

  /// Lets all rows take all steps so far.
  mutating func catchUp() {
    for row in 0..<table.count { catchUp(row) }
  }

  /// Takes a step.
  ///
  /// - Parameters:
  ///   - rate: The step size η.
  ///   - momentum: β₁.
  ///   - rows: The rows with a gradient, each once, all of which have caught up.
  ///   - gradient: Their gradients, in the same order.
  mutating func step(rate: Double, momentum: Double, rows: [Int], gradient: DoubleTable) {
    let place = count % MomentTable.patience
    for row in changed[place] where !rests[row] && last[row] + MomentTable.patience == count + 1 {
      catchUp(row)
      // Safe: the row is inside the table.
      unsafe first.row(row).update(repeating: 0, count: first.stride)
      rests[row] = true
      logKeptAt[row] = logKept
    }
    let time = Double(count + 1)
    let root = (1 - pow(MomentTable.beta2, time)).squareRoot()
    let adam = akin_adam(
      beta1: momentum, beta2: MomentTable.beta2, rate: rate * root / (1 - pow(momentum, time)),
      epsilon: MomentTable.epsilon * root)
    // Decay alone never changes the sign of a number.
    let step = (adam: adam, keep: max(1e-9, 1 - rate * decay))
    (steps[place], changed[place]) = (step, rows)
    count += 1
    logKept += log(step.keep)
    for (slot, row) in rows.enumerated() {
      take(step, row, gradient: gradient, at: slot)
      table[row, one] = 1
      (taken[row], last[row], rests[row]) = (count, count, false)
    }
  }

  /// Takes a step of a row, whose constant 1 the caller mends.
  private func take(_ step: (adam: akin_adam, keep: Double), _ row: Int, gradient: DoubleTable, at slot: Int) {
    // Safe: the row is inside three tables of one shape, and the slot inside the gradient's table, which has their stride.
    unsafe loops.add(table.row(row), step.keep, 0, zeros.base, table.stride)
    unsafe withUnsafePointer(to: step.adam) { adam in
      unsafe loops.adam(adam, gradient.row(slot), table.row(row), first.row(row), second.row(row), table.stride)
    }
  }
}
