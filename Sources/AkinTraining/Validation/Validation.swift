import AkinVectors

/// Looks at a model while it is trained, keeps the best, and stops when it gets no better.
///
/// A training loss only falls; what tells when to stop is how the model does on data that it does not see. The measure
/// is the caller's: say, NDCG on held-out users.
public struct Validation: Sendable {
  /// Epochs from one measurement to the next; the last epoch is always measured.
  public var every = 1
  /// Training stops after so many measurements in a row without a new best.
  public var patience = 3
  /// Whether a cancelled training gives the best model so far, once there is one, in place of an error.
  public var keepsBestWhenCancelled = false
  /// How good a model is; larger is better. A number that is not finite counts as worse than any other.
  public var measure: @Sendable (TrainingState) throws -> Double

  /// Creates a validation by a measure.
  public init(measure: @escaping @Sendable (TrainingState) throws -> Double) { self.measure = measure }

  /// Throws ``WALSError/option(name:expected:found:)`` when an option has no meaning.
  public func check() throws(WALSError) {
    guard every >= 1 else { throw .option(name: "every", expected: "1 or more", found: "\(every)") }
    guard patience >= 1 else { throw .option(name: "patience", expected: "1 or more", found: "\(patience)") }
  }
}

/// A model between two epochs: copies, which stay as they are while training goes on.
public struct TrainingState: Sendable {
  /// The epoch that has just ended, from 1.
  public let epoch: Int
  /// One vector a user.
  public let users: EmbeddingMatrix
  /// One vector an item.
  public let items: EmbeddingMatrix
  /// What turns features into vectors, if the model learns it: see ``SideOptions``.
  public var userFeatures: FeatureVectors?
  public var itemFeatures: FeatureVectors?

  /// Creates a state.
  public init(
    epoch: Int, users: EmbeddingMatrix, items: EmbeddingMatrix, userFeatures: FeatureVectors? = nil,
    itemFeatures: FeatureVectors? = nil
  ) {
    self.epoch = epoch
    self.users = users
    self.items = items
    self.userFeatures = userFeatures
    self.itemFeatures = itemFeatures
  }
}

/// What a validation measured after an epoch.
public struct ValidationPoint: Sendable, Equatable {
  /// The epoch, from 1.
  public let epoch: Int
  /// The measure; larger is better.
  public let score: Double

  /// Creates a point.
  public init(epoch: Int, score: Double) {
    self.epoch = epoch
    self.score = score
  }
}

/// The state of early stopping: what was measured, and the best model so far. Any trainer can keep one.
struct EarlyStopping {
  let validation: Validation
  let epochs: Int
  private(set) var points: [ValidationPoint] = []
  private(set) var best: TrainingState?
  private var bestScore = -Double.infinity
  private var sinceBest = 0

  init(_ validation: Validation, epochs: Int) {
    self.validation = validation
    self.epochs = epochs
  }

  /// Whether the model is measured after this epoch.
  func isDue(epoch: Int) -> Bool { epoch % validation.every == 0 || epoch == epochs }

  /// Measures a model; true when training has gone on long enough.
  mutating func look(at state: TrainingState) throws -> Bool {
    let score = try validation.measure(state)
    points.append(ValidationPoint(epoch: state.epoch, score: score))
    if best == nil || score > bestScore {
      best = state
      bestScore = score.isFinite ? score : -.infinity
      sinceBest = 0
    } else {
      sinceBest += 1
    }
    return sinceBest >= validation.patience
  }
}
