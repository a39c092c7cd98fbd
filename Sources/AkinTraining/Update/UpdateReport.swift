import AkinSupport

/// The result of an ``Update`` in numbers.
public struct UpdateReport: Sendable, Equatable {
  /// Users that are new.
  public var newUsers = 0
  /// Known users that were solved again because of new or changed interactions.
  public var changedUsers = 0
  /// Items that were solved: items with interactions now and none before.
  public var foldedItems = 0
  /// New items without interactions that got the mean of their categories.
  public var categoryItems = 0
  /// New items without interactions and known categories; their vectors are zero, as in training.
  public var unknownItems = 0
  /// Interactions that are new.
  public var newInteractions = 0
  /// Known interactions whose value, or weight by a new time, changed.
  public var changedInteractions = 0
  /// All interactions after the update.
  public var interactions = 0
  /// New and changed interactions of known items, whose vectors do not reflect them.
  public var unlearned = 0
  /// The residual before the update: how far one half-step over the kept items would move all scores, relative to their
  /// size. See ``Update``.
  public var residualBefore = 0.0
  /// The same residual after the update.
  public var residual = 0.0

  /// All numbers by name, for provenance and reports.
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

/// Errors of ``Update``.
public enum UpdateError: AkinError, Equatable {
  /// The embeddings have no users with a history.
  case noHistory
  /// Old and new ids together are more than a file can number.
  case tooManyIDs

  public var kind: TroubleKind { .badInput }

  public var description: String {
    switch self {
    case .noHistory: "expected embeddings of users with a history, found none"
    case .tooManyIDs: "expected old and new ids that a file can number, found more"
    }
  }

  public var help: String? { "train on all interactions: akin train" }
}
