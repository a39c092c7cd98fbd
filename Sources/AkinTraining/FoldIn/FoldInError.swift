import AkinSupport
import AkinVectors

/// Errors of fold-ins and of `QuestionPicker`: embeddings that do not define users of interactions.
public enum FoldInError: AkinError, Equatable {
  /// The embeddings have no objective: they were not trained by Akin.
  case noObjective
  /// The objective lacks the facts of the training that a fold-in needs.
  case noRecord
  /// The objective record holds a number that no training writes.
  case badRecord(field: String, found: String)
  /// The model makes users of features, not of interactions.
  case needsFeatures
  /// The model has no rows that interactions could solve.
  case notLearned(model: String)

  public var kind: TroubleKind { .badInput }

  public var description: String {
    switch self {
    case .noObjective: "expected embeddings with an objective, found none: these vectors were not trained by akin"
    case .noRecord: "expected a record of the training in the objective, found none"
    case .badRecord(let field, let found):
      "the objective record has \(field) \(found), which no training writes: the file is damaged, or not by akin"
    case .needsFeatures: "this model (two-tower) makes users of features, not of interactions"
    case .notLearned(let model): "the model '\(model)' has no rows to solve, so nothing can be folded into it"
    }
  }

  public var help: String? {
    switch self {
    case .noObjective:
      "train on interactions: akin train; of vectors made elsewhere import those of new users beside the items: akin import --users"
    case .needsFeatures: "make vectors of new users from their features: akin embed"
    case .noRecord, .badRecord: "train again: akin train"
    case .notLearned: "train on all interactions: akin train"
    }
  }

  /// Checks that interactions can be folded in.
  ///
  /// - Returns: The objective and the facts of its training.
  static func check(_ objective: Objective?) throws(FoldInError) -> (Objective, Objective.Training) {
    guard let objective else { throw .noObjective }
    if objective.model == .twoTower { throw .needsFeatures }
    guard let training = objective.training else { throw .noRecord }
    // Numbers that determine sizes or loops; other numbers can at worst give a useless vector.
    // Models of labels draw as many for each positive pair; a contrastive one draws none for a fold-in.
    let most = objective.model == .contrastive ? 65_536.0 : 1000
    guard (0...most).contains(objective.negatives) else {
      throw .badRecord(field: "negatives", found: "\(objective.negatives)")
    }
    guard (0...2).contains(training.popularity) else {
      throw .badRecord(field: "popularity", found: "\(training.popularity)")
    }
    return (objective, training)
  }
}
