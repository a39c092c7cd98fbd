import AkinSupport
import AkinVectors

/// Why embeddings can make no user of interactions.
public enum FoldInError: AkinError, Equatable {
  /// The vectors were made elsewhere: nobody knows what they are the best of.
  case noObjective
  /// The file says what was trained, but not all that a fold-in asks: it was written before there was a record of it.
  case noRecord
  /// The record holds a number that no training of ours has.
  case badRecord(field: String, found: String)
  /// The model makes users of features.
  case needsFeatures

  public var kind: TroubleKind { .badInput }

  public var description: String {
    switch self {
    case .noObjective: "these vectors were not trained here, so nothing says how interactions make a user"
    case .noRecord: "the embeddings file does not record all that a fold-in needs"
    case .badRecord(let field, let found):
      "the objective record says \(field) \(found), which no training has; the file is damaged, or not written by akin"
    case .needsFeatures: "this model (two-tower) makes users of features, not of interactions"
    }
  }

  public var help: String? {
    switch self {
    case .noObjective: nil
    case .noRecord, .badRecord: "train again: akin train"
    case .needsFeatures: nil
    }
  }

  /// The objective and the facts of its training, if interactions can be folded in.
  static func check(_ objective: Objective?) throws(FoldInError) -> (Objective, Objective.Training) {
    guard let objective else { throw .noObjective }
    if objective.model == .twoTower { throw .needsFeatures }
    guard let training = objective.training else { throw .noRecord }
    // What sizes or steps are made of; other numbers can at worst give a useless vector.
    guard (0...1000).contains(objective.negatives) else {
      throw .badRecord(field: "negatives", found: "\(objective.negatives)")
    }
    guard (0...2).contains(training.popularity) else {
      throw .badRecord(field: "popularity", found: "\(training.popularity)")
    }
    return (objective, training)
  }
}
