import AkinSupport
import CAkinKernels

extension MFRun {
  /// Adam on batches with decoupled weight decay and the one-cycle schedule: see ``MomentTable`` and ``OneCycle``.
  ///
  /// Each epoch has an order of its own. A step goes along the mean gradient of the ratings of its batch. A training whose loss
  /// diverges begins again with half the step size.
  ///
  /// Steps follow each other, and each is short: a training runs on one thread. Several trainings, each of a part of the dimensions,
  /// run on as many, and their average is one model: with vectors side by side, divided by √runs, and mean biases.
  mutating func batches() throws {
    guard problem.byUser.others.count <= Int(UInt32.max) else {
      throw TrainingError.tooManyPairs(found: problem.byUser.others.count)
    }
    var stepSize = StepSize(problem.options.learningRate ?? 0)
    while try !batches(rate: stepSize.rate) {
      // The models measured so far were trained with the requested step size.
      if stopping?.best != nil { break }
      try stepSize.halve(epoch: losses.count)
      losses = []
      seconds = []
    }
    notes = stepSize.notes
  }

  /// Trains from the first parameters.
  ///
  /// - Returns: False if the loss diverged.
  private mutating func batches(rate: Double) throws -> Bool {
    let pairs = problem.byUser.others.count
    let size = min(problem.options.batch ?? 1, pairs)
    let schedule = OneCycle(rate: rate, steps: (problem.options.cycle ?? epochs) * ((pairs + size - 1) / size))
    let users = problem.byUser.rowOfEachPair
    let parts = try (0..<(problem.options.runs ?? 1)).map {
      try MFPart(problem.part($0), users: users, batch: size, schedule: schedule, execution: execution)
    }
    for epoch in 0...epochs {
      let start = monotonicSeconds()
      if epoch > 0 {
        let execution = execution
        try execution.forEachChunk(of: parts.count, by: 1) { _, range in
          for part in range { try parts[part].train(epoch, execution: execution) }
        }
      }
      parameters.average(parts.map(\.parameters))
      let loss = try problem.loss(of: parameters, epoch: epoch, execution: execution)
      guard loss.total.isFinite, loss.total <= 1e6 * max(losses.first?.total ?? 0, 1) || epoch == 0 else {
        return false
      }
      report(loss, of: epochs)
      if epoch == 0 { continue }
      seconds.append(monotonicSeconds() - start)
      if try ends(after: epoch) { break }
    }
    return true
  }
}

extension MFParameters {
  /// Becomes the parameters whose scores are the mean scores of parts, which together have as many dimensions.
  fileprivate func average(_ parts: [MFParameters]) {
    let share = 1 / Double(parts.count)
    for (table, bias, of) in [
      (users, userBias, \MFParameters.users), (items, itemBias, \MFParameters.items),
    ] as [(DoubleTable, Int, KeyPath<MFParameters, DoubleTable>)] {
      for row in 0..<table.count {
        var sum = 0.0
        for (number, part) in parts.enumerated() {
          let source = part[keyPath: of]
          let first = number * part.dimensions
          for component in 0..<part.dimensions {
            table[row, first + component] = share.squareRoot() * source[row, component]
          }
          sum += source[row, part.dimensions + bias - dimensions]
        }
        table[row, bias] = share * sum
      }
    }
  }
}

/// One training of ``MFRun/batches()``.
private final class MFPart: @unchecked Sendable {
  // Safe: one thread at a time trains a part.

  let parameters: MFParameters
  private let problem: MFProblem
  private let batch: Int
  private let schedule: OneCycle
  private var descent: MFDescent
  private var step = 0

  /// - Parameter users: The user of each pair.
  init(_ problem: MFProblem, users: [UInt32], batch: Int, schedule: OneCycle, execution: Execution) throws {
    self.problem = problem
    self.batch = batch
    self.schedule = schedule
    parameters = try MFParameters(startOf: problem, execution: execution)
    descent = MFDescent(problem, parameters, users: users, batch: batch)
  }

  /// Takes the steps of an epoch.
  func train(_ epoch: Int, execution: Execution) throws {
    let random = CounterRandom(seed: problem.options.seed, purpose: 0x4D_46_42_41)
    let order = random.order(count: problem.byUser.others.count, epoch: epoch)
    for first in Swift.stride(from: 0, to: order.count, by: batch) {
      if step % 64 == 0 { try execution.checkCancellation() }
      let (rate, momentum) = schedule[step]
      descent.step(order[first..<min(first + batch, order.count)], rate: rate, momentum: momentum)
      step += 1
    }
    descent.catchUp()
  }
}

/// The steps of an ``MFPart`` on users and items.
private struct MFDescent {
  private let problem: MFProblem
  private let parameters: MFParameters
  private let users: [UInt32]
  private var sides: (users: Side, items: Side)

  /// One side, and the gradients of the rows of a batch.
  struct Side {
    var moments: MomentTable
    let gradient: DoubleTable
    /// The rows of the batch.
    var rows: [Int] = []
    /// The place of each row among ``rows``; -1 outside of the batch.
    var slots: [Int32]

    init(_ moments: MomentTable, batch: Int) {
      self.moments = moments
      gradient = DoubleTable(count: batch, width: moments.table.width)
      slots = [Int32](repeating: -1, count: moments.table.count)
    }

    /// The place of a row, which has caught up and whose gradient begins at 0.
    mutating func slot(of row: Int) -> Int {
      if slots[row] >= 0 { return Int(slots[row]) }
      let slot = rows.count
      slots[row] = Int32(slot)
      rows.append(row)
      moments.catchUp(row)
      // Safe: a batch has no more rows than ratings.
      unsafe gradient.row(slot).update(repeating: 0, count: gradient.stride)
      return slot
    }

    /// Moves the rows of the batch, whose columns without a parameter have no gradient.
    mutating func step(rate: Double, momentum: Double, fixed columns: [Int]) {
      for (slot, row) in rows.enumerated() {
        slots[row] = -1
        for column in columns { gradient[slot, column] = 0 }
      }
      moments.step(rate: rate, momentum: momentum, rows: rows, gradient: gradient)
      rows.removeAll(keepingCapacity: true)
    }
  }

  init(_ problem: MFProblem, _ parameters: MFParameters, users: [UInt32], batch: Int) {
    self.problem = problem
    self.parameters = parameters
    self.users = users
    func side(_ table: DoubleTable, one: Int) -> Side {
      let decay = problem.options.weightDecay ?? 0
      return Side(MomentTable(table, one: one, decay: decay, loops: problem.loops), batch: batch)
    }
    sides = (side(parameters.users, one: parameters.itemBias), side(parameters.items, one: parameters.userBias))
  }

  /// Brings all rows to the last step.
  mutating func catchUp() {
    sides.users.moments.catchUp()
    sides.items.moments.catchUp()
  }

  /// Takes the step of a batch.
  mutating func step(_ batch: ArraySlice<UInt32>, rate: Double, momentum: Double) {
    let (loops, loss, mean) = (problem.loops, problem.pointLoss, problem.mean)
    let stride = parameters.users.stride
    for place in batch {
      let (user, item) = (Int(users[Int(place)]), Int(problem.byUser.others[Int(place)]))
      let (userSlot, itemSlot) = (sides.users.slot(of: user), sides.items.slot(of: item))
      // Safe: rows and slots are inside their tables.
      let (p, q) = unsafe (parameters.users.row(user), parameters.items.row(item))
      let score = unsafe mean + problem.itemMeans[item] + loops.dot(p, q, stride)
      let slope =
        problem.weights.ofUsers(Int(place)) * loss(score, target: Double(problem.byUser.values[Int(place)])).slope
        / Double(batch.count)
      unsafe loops.add(sides.users.gradient.row(userSlot), 1, slope, q, stride)
      unsafe loops.add(sides.items.gradient.row(itemSlot), 1, slope, p, stride)
    }
    let (userBias, itemBias, biases) = (parameters.userBias, parameters.itemBias, problem.options.biases)
    sides.users.step(
      rate: rate, momentum: momentum, fixed: biases == .none ? [itemBias, userBias] : [itemBias])
    sides.items.step(
      rate: rate, momentum: momentum, fixed: biases == .both ? [userBias] : [userBias, itemBias])
  }
}
