extension Objective {
  /// What a fold-in asks of the training beside the formula: how much there was, and how it was gone through.
  public struct Training: Sendable, Equatable {
    /// How parameters were moved.
    public enum Optimiser: UInt8, Sendable, CaseIterable {
      /// Each row solved exactly, or nothing to move.
      case exact = 0
      /// A step for each pair.
      case sgd = 1
      /// Adam on all pairs at once.
      case adam = 2
      /// Gradient descent on all pairs at once.
      case gd = 3
    }

    /// What all random numbers started from.
    public var seed: UInt64
    /// How many interactions there were.
    public var pairs: UInt64
    /// How many users had any.
    public var users: UInt32
    /// How parameters were moved: one meaning of the regularisation asks.
    public var optimiser: Optimiser
    /// Unknown items were drawn in proportion to popularity to this power.
    public var popularity: Double

    /// Creates the facts.
    public init(
      seed: UInt64 = 0, pairs: UInt64, users: UInt32, optimiser: Optimiser = .exact, popularity: Double = 0
    ) {
      self.seed = seed
      self.pairs = pairs
      self.users = users
      self.optimiser = optimiser
      self.popularity = popularity
    }

    /// How many items a user has on average, of those who have any.
    public var meanHistory: Double { Double(pairs) / Double(max(users, 1)) }
  }
}
