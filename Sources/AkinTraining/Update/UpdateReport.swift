import AkinSupport

/// What an ``Update`` did, and how far its result is from a training on everything.
public struct UpdateReport: Sendable, Equatable {
  /// Users that the embeddings did not have.
  public var newUsers = 0
  /// Users that they had, and whose vectors were solved again because they have new interactions.
  public var changedUsers = 0
  /// Items that were solved: they had no interaction before, and have one now.
  public var foldedItems = 0
  /// New items without an interaction that got the mean of their categories.
  public var categoryItems = 0
  /// New items of which nothing is known: vectors of zeros, as training gives them.
  public var unknownItems = 0
  /// Interactions that are new, and those whose value changed.
  public var newInteractions = 0
  public var changedInteractions = 0
  /// All interactions now.
  public var interactions = 0
  /// Interactions that known items have gained or changed: the items' own vectors know nothing of them.
  public var unlearned = 0
  /// How far one half-step of training over the items that were kept would move all scores, as a share of their size,
  /// before the update and after it: see ``Update``.
  public var residualBefore = 0.0
  public var residual = 0.0

  /// The facts, for provenance and reports.
  public var json: [String: JSONValue] {
    let counts = [
      "newUsers": newUsers, "changedUsers": changedUsers, "foldedItems": foldedItems, "categoryItems": categoryItems,
      "unknownItems": unknownItems, "newInteractions": newInteractions, "changedInteractions": changedInteractions,
      "interactions": interactions, "unlearned": unlearned,
    ]
    var facts = counts.mapValues { JSONValue.integer(Int64($0)) }
    facts["residualBefore"] = .number(residualBefore)
    facts["residual"] = .number(residual)
    return facts
  }
}

/// Why embeddings can't be updated.
public enum UpdateError: AkinError, Equatable {
  /// The model learns nothing from interactions that a fold-in could bring up to date.
  case notLearned(model: String)
  /// The file does not say who has interacted with what.
  case noHistory
  /// More ids than the rows of a file can be numbered by.
  case tooManyIDs

  public var kind: TroubleKind { .badInput }

  public var description: String {
    switch self {
    case .notLearned(let model): "the model '\(model)' has no rows to solve, so nothing can be folded into it"
    case .noHistory: "the embeddings hold no users with a history, so there is nothing to add interactions to"
    case .tooManyIDs: "old and new ids together are more than a file can number"
    }
  }

  public var help: String? { "train on all interactions: akin train" }
}
