import AkinSupport
import AkinVectors

/// Options of ``SVD``: the truncated singular value decomposition of the zero-filled table of values, which is the nearest
/// table P Qᵀ of its rank. A baseline: every unknown pair counts as a value of 0.
public struct SVDOptions: Sendable, Equatable {
  /// The rank, and components of each vector; 1 to 1024.
  public var dimensions = 64
  /// Rounds of subspace iteration, 0 to 1000; each round brings the subspace nearer to the largest singular vectors.
  public var rounds = 4
  /// The random seed of the first subspace.
  public var seed: UInt64 = 0

  /// Creates the default options.
  public init() {}

  /// Checks the options.
  ///
  /// - Throws: ``TrainingError/option(name:expected:found:)``.
  public func check() throws(TrainingError) {
    try OptionCheck.dimensions(dimensions)
    try OptionCheck.whole("rounds", rounds, in: 0...1000)
  }
}

extension SVDOptions: TrainingMethod {
  public var model: Objective.Model { .svd }

  public func train(_ interactions: Interactions, execution: Execution = Execution()) throws -> TrainedModel {
    try SVD.train(interactions, options: self, execution: execution)
  }
}
