import AkinSupport
import AkinVectors

/// Weighted alternating least squares: a matrix factorisation in which every half-step is solved exactly.
///
/// ``WALSOptions`` states the objective (Hu, Koren and Volinsky 2008, with other weights).
public enum WALS {
  /// Trains user and item vectors.
  ///
  /// Item vectors start at random; then users and items are solved in turn. The same interactions, options and seed give
  /// the same bits at any thread count. A user or an item without interactions gets a zero vector.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions.
  ///   - options: Objective, dimension, epochs and seed.
  ///   - validation: Measures the model between epochs and stops early, or `nil`. The model is that of the best epoch,
  ///     bit for bit that of a training of so many epochs, and its options hold that number.
  ///   - execution: Threads; progress in half-steps, with the loss as a note; cancellation.
  /// - Returns: One vector per user and per item, and the losses.
  /// - Throws: ``TrainingError``, `Cancelled`, or the error of the measure.
  /// - Complexity: At most O(pairs × dimensions²) time per epoch; O((users + items) × dimensions + pairs) memory.
  public static func train(
    _ interactions: Interactions, options: WALSOptions = WALSOptions(), validation: Validation? = nil,
    execution: Execution = Execution()
  ) throws -> WALSModel {
    try train(interactions, options: options, validation: validation, execution: execution, solver: .active)
  }

  static func train(
    _ interactions: Interactions, options given: WALSOptions, validation: Validation? = nil, execution: Execution,
    solver: Solver
  ) throws -> WALSModel {
    try given.check()
    // A validation counts the epochs itself.
    var given = given
    if validation != nil { given.adaptive.remove(.epochs) }
    let options = given.adapted(to: interactions)
    try options.check()
    let stopping = try EarlyStopping(validation, epochs: options.epochs)
    guard interactions.count > 0 else { throw TrainingError.nothingToLearn }
    try interactions.checkValues(for: .wals)
    if options.weighting != .constant, interactions.valueRange == 0...0 { throw TrainingError.allZero }
    try checkMemory(interactions, options)
    let problem = WALSProblem(interactions, options: options)
    if let features = options.sideFeatures, features.featureCount > 0 {
      let table = try BlockTable(problem, features: features, execution: execution, solver: solver)
      return try WALSRun(table, options: options, stopping: stopping, execution: execution).train()
    }
    let sides = try FactorSides(problem, execution: execution, solver: solver)
    return try WALSRun(sides, options: options, stopping: stopping, execution: execution).train()
  }

  private static func checkMemory(_ interactions: Interactions, _ options: WALSOptions) throws(TrainingError) {
    let features = options.sideFeatures
    try checkMemory(
      users: interactions.userIDs.count + (features?.users?.featureCount ?? 0),
      items: interactions.itemIDs.count + (features?.items?.featureCount ?? 0), dimensions: options.dimensions)
  }

  /// Checks that the vectors fit the memory that is free: both sides, and one side in another basis.
  ///
  /// - Parameters:
  ///   - users: Rows of the users' side, features included.
  ///   - items: Rows of the items' side, features included.
  ///   - dimensions: Components of each vector.
  ///   - present: Bytes of memory that are free.
  /// - Throws: ``TrainingError/memory(needed:present:)``.
  static func checkMemory(
    users: Int, items: Int, dimensions: Int, present: UInt64 = availableMemory
  ) throws(TrainingError) {
    // Fits 64 bits: at most three times 2³² rows of 2¹⁰ floats.
    let rows = UInt64(users + items + max(users, items))
    let needed = rows * UInt64(EmbeddingMatrix.stride(forDimension: dimensions) * MemoryLayout<Float>.size)
    guard needed <= present else { throw .memory(needed: needed, present: present) }
  }
}
