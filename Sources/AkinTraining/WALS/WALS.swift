import AkinSupport
import AkinVectors

/// Weighted alternating least squares: a matrix factorisation in which every half-step is solved exactly.
public enum WALS {
  /// Trains user and item vectors.
  ///
  /// Items are drawn at random, then users and items are solved in turn. The same interactions, options and seed give
  /// the same bits at any thread count. A user or an item without interactions gets a zero vector.
  ///
  /// - Parameters:
  ///   - interactions: Who has to do with what.
  ///   - options: The objective, the dimension, the number of epochs, the seed.
  ///   - validation: Measures the model between epochs and stops early, or `nil`. The model is then that of the best
  ///     epoch, to the bit what training for so many epochs gives, and its options say so.
  ///   - execution: Threads; hears the loss of every half-step as a note; may cancel.
  /// - Throws: ``WALSError``, ``Cancelled``, or what the measure throws.
  /// - Complexity: O(pairs × dimensions²) at most for an epoch, O((users + items) × dimensions + pairs) memory.
  public static func train(
    _ interactions: Interactions, options: WALSOptions = WALSOptions(), validation: Validation? = nil,
    execution: Execution = Execution()
  ) throws -> WALSModel {
    try train(interactions, options: options, validation: validation, execution: execution, solver: .active)
  }

  static func train(
    _ interactions: Interactions, options: WALSOptions, validation: Validation? = nil, execution: Execution,
    solver: Solver
  ) throws -> WALSModel {
    try options.check()
    var stopping = try validation.map { validation throws(WALSError) in
      try EarlyStopping(validation, epochs: options.epochs)
    }
    guard interactions.count > 0 else { throw WALSError.nothingToLearn }
    if options.weighting != .constant, interactions.valueRange == 0...0 { throw WALSError.allZero }
    if let sides = options.sides, sides.featureCount > 0 {
      return try train(
        interactions, options: options, sides: sides, validation: validation, execution: execution, solver: solver)
    }
    try checkMemory(
      users: interactions.userIDs.count, items: interactions.itemIDs.count, dimensions: options.dimensions)
    let byUser = interactions.byUser
    let byItem = interactions.byItem
    let weights = WALSWeights(objective: options.objective, users: byUser)
    let scales = (0..<byUser.rowCount).map { weights.scale(userCount: byUser.count(ofRow: $0)) }
    let users = Side(
      name: "users", ids: interactions.userIDs, table: byUser, others: byItem.rowCount, dimension: options.dimensions,
      lambda: options.lambda, formula: weights
    ) { user, _, value in scales[user].weight(value) }
    let items = Side(
      name: "items", ids: interactions.itemIDs, table: byItem, others: byUser.rowCount, dimension: options.dimensions,
      lambda: options.lambda, formula: weights
    ) { _, user, value in scales[Int(user)].weight(value) }
    try items.factors.draw(seed: options.seed, for: byItem, execution: execution)

    let space = FactorTable(count: max(byUser.rowCount, byItem.rowCount), dimension: options.dimensions)
    let step = HalfStep(solver: solver, execution: execution, w0: options.w0, space: space)
    var losses: [WALSLoss] = []
    var seconds: [Double] = []
    var fixedGramian = try items.factors.gramian(solver: solver, execution: execution)
    var fixedRegularisation = items.regularisation
    func epochTrained(_ epoch: Int) throws {
      let start = monotonicSeconds()
      for (solved, fixed) in [(users, items), (items, users)] {
        let sums: HalfStep.Sums
        do {
          sums = try step.run(
            fixed: fixed.factors, gramian: fixedGramian, solved: solved.factors, schedule: solved.schedule,
            lambdas: solved.lambdas)
        } catch let error as HalfStep.Singular {
          throw WALSError.singular(row: solved.ids[Row(error.row)], side: solved.name)
        } catch is NotFinite {
          throw WALSError.diverged(epoch: epoch, side: fixed.name)
        }
        let gramian = try solved.factors.gramian(solver: solver, execution: execution)
        let all = innerProduct(gramian, fixedGramian, stride: solved.factors.stride)
        let loss = WALSLoss(
          epoch: epoch, side: solved.name, observed: sums.observed, unobserved: options.w0 * (all - sums.squares),
          regularisation: sums.regularisation + fixedRegularisation)
        guard loss.total.isFinite else { throw WALSError.diverged(epoch: epoch, side: solved.name) }
        losses.append(loss)
        fixedGramian = gramian
        fixedRegularisation = sums.regularisation
        execution.progress?(
          ProgressEvent(
            stage: "train", completed: losses.count, total: 2 * options.epochs, unit: "half-steps",
            note: loss.description))
      }
      seconds.append(monotonicSeconds() - start)
    }
    for epoch in 1...options.epochs {
      do {
        try epochTrained(epoch)
        let isOver = try stopping?.ends(after: epoch) {
          WALSModel(
            options: options, users: users.factors.copy, items: items.factors.copy, losses: losses,
            secondsPerEpoch: seconds, validation: []
          )
          .trained
        }
        if isOver ?? false { break }
      } catch is Cancelled where stopping?.keepsBest ?? false {
        break
      }
    }
    var options = options
    if let best = stopping?.best { options.epochs = best.epoch }
    return WALSModel(
      options: options, users: stopping?.best?.model.users ?? users.factors.matrix,
      items: stopping?.best?.model.items ?? items.factors.matrix, losses: Array(losses.prefix(2 * options.epochs)),
      secondsPerEpoch: seconds, validation: stopping?.points ?? [])
  }

  /// Throws when the vectors would not fit this machine's memory: both sides, and in each half-step one of them turned
  /// into another basis.
  static func checkMemory(
    users: Int, items: Int, dimensions: Int, present: UInt64 = physicalMemory
  ) throws(WALSError) {
    // Fits 64 bits: at most three times 2³² rows of 2¹⁰ floats.
    let rows = UInt64(users + items + max(users, items))
    let needed = rows * UInt64(EmbeddingMatrix.stride(forDimension: dimensions) * MemoryLayout<Float>.size)
    guard needed <= present else { throw .memory(needed: needed, present: present) }
  }
}

/// ⟨A, B⟩ of two symmetric matrices of which the upper triangle is known.
func innerProduct(_ a: [Double], _ b: [Double], stride: Int) -> Double {
  var sum = 0.0
  for row in 0..<stride {
    sum += a[row * stride + row] * b[row * stride + row]
    var beside = 0.0
    for column in row + 1..<max(stride, row + 1) { beside += a[row * stride + column] * b[row * stride + column] }
    sum += 2 * beside
  }
  return sum
}

/// One side of the table, ready to be solved.
private struct Side {
  let name: String
  let ids: IDColumn
  let schedule: HalfStep.Schedule
  let lambdas: [Float]
  let factors: FactorTable

  init(
    name: String, ids: IDColumn, table: InteractionTable, others: Int, dimension: Int, lambda: Double,
    formula: WALSWeights,
    weight: (_ row: Int, _ other: UInt32, _ value: Float) -> Float
  ) {
    self.name = name
    self.ids = ids
    schedule = HalfStep.Schedule(table, weight: weight)
    lambdas = (0..<table.rowCount).map {
      formula.lambda(lambda, mass: formula.mass(count: table.count(ofRow: $0), others: others))
    }
    factors = FactorTable(count: table.rowCount, dimension: dimension)
  }

  /// Σ λ |row|², of the rows as they are.
  var regularisation: Double {
    var sum = 0.0
    for row in 0..<factors.count {
      var norm = 0.0
      for component in 0..<factors.dimension {
        // Safe: the row and the component are inside the table.
        let value = unsafe Double(factors.base[row * factors.stride + component])
        norm += value * value
      }
      sum += Double(lambdas[row]) * norm
    }
    return sum
  }
}
