import AkinSupport
import AkinVectors

/// Why embeddings can make no user of interactions.
public enum FoldInError: AkinError, Equatable {
  /// The vectors were made elsewhere: nobody knows what they are the best of.
  case noObjective
  /// The file says what was trained, but not all that a fold-in asks: it was written before there was a record of it.
  case noRecord
  /// The model makes users of features.
  case needsFeatures

  public var kind: TroubleKind { .badInput }

  public var description: String {
    switch self {
    case .noObjective: "these vectors were not trained here, so nothing says how interactions make a user"
    case .noRecord: "the embeddings file does not record all that a fold-in needs"
    case .needsFeatures: "this model (two-tower) makes users of features, not of interactions"
    }
  }

  public var help: String? {
    switch self {
    case .noObjective: nil
    case .noRecord: "train again: akin train"
    case .needsFeatures: nil
    }
  }

  /// The objective and the facts of its training, if interactions can be folded in.
  static func check(_ objective: Objective?) throws(FoldInError) -> (Objective, Objective.Training) {
    guard let objective else { throw .noObjective }
    if objective.model == .twoTower { throw .needsFeatures }
    guard let training = objective.training else { throw .noRecord }
    return (objective, training)
  }
}
