import AkinSupport
import AkinVectors

/// The truncated singular value decomposition of the zero-filled table of values: of all P Qᵀ of some rank the one nearest
/// to it. A baseline: it takes every unknown pair for a value of 0.
public struct SVDOptions: Sendable, Equatable {
  /// The rank.
  public var dimensions = 64
  /// Rounds of subspace iteration; each brings the subspace nearer to that of the largest singular values.
  public var rounds = 4
  /// What the first subspace is drawn from.
  public var seed: UInt64 = 0

  /// Creates the default options.
  public init() {}

  /// Throws ``TrainingError/option(name:expected:found:)`` when an option has no meaning.
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
