extension Objective {
  /// The facts of a training that fold-in needs besides the objective.
  public struct Training: Sendable, Equatable {
    /// The optimiser of a training.
    public enum Optimiser: UInt8, Sendable, CaseIterable {
      /// Exact solution of each row, or no parameters.
      case exact = 0
      /// A step for each pair.
      case sgd = 1
      /// Adam, on all pairs at once or on batches.
      case adam = 2
      /// Gradient descent on all pairs at once.
      case gd = 3
    }

    /// The random seed.
    public var seed: UInt64
    /// The number of interactions.
    public var pairs: UInt64
    /// The number of users with interactions.
    public var users: UInt32
    /// The optimiser, which one rule of regularisation depends on.
    public var optimiser: Optimiser
    /// The exponent of popularity in the sampling of unknown items.
    public var popularity: Double

    /// Creates the facts.
    ///
    /// - Parameters:
    ///   - seed: The random seed.
    ///   - pairs: The number of interactions.
    ///   - users: The number of users with interactions.
    ///   - optimiser: The optimiser of the training.
    ///   - popularity: The exponent of popularity in the sampling of unknown items.
    public init(
      seed: UInt64 = 0, pairs: UInt64, users: UInt32, optimiser: Optimiser = .exact, popularity: Double = 0
    ) {
      self.seed = seed
      self.pairs = pairs
      self.users = users
      self.optimiser = optimiser
      self.popularity = popularity
    }

    /// The mean number of items of users with interactions.
    public var meanHistory: Double { Double(pairs) / Double(max(users, 1)) }
  }
}
