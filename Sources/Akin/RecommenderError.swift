import AkinSupport
import AkinVectors

/// An error of a recommender.
public enum RecommenderError: AkinError, Equatable {
  /// No item has this id, and no title equals or contains this text.
  case unknownItem(String)
  /// Several titles contain this text: the first of them, and their number.
  case ambiguousItem(String, candidates: [ItemCandidate], total: Int)
  /// No item has this number as its id: the first titles that contain it, and their number.
  case unknownNumber(String, candidates: [ItemCandidate], total: Int)
  /// The model has learned nothing of the items of a history: their vectors are zero.
  case nothingLearned(items: Int)
  /// The model has learned nothing of a user: the vector is zero, and items have no biases.
  case nothingLearnedOfUser(UserID)
  /// No user has this id; what may be meant, as a sentence, or `nil`.
  case unknownUser(UserID, meant: String? = nil)
  /// No items have these ids of a history.
  case unknownItems([ItemID])
  /// An item occurs twice in a history.
  case repeatedItem(ItemID)
  /// A value of a history is not finite, or below 0 where the model does not allow that.
  case badValue(item: ItemID, found: Float, allowsNegative: Bool = false)
  /// The history is empty.
  case emptyHistory
  /// The embeddings file has no history, so popularity is unknown.
  case noPopularity
  /// No embeddings file was given, or it has no users.
  case noUsers
  /// The index was built from another embeddings file.
  case otherEmbeddings(index: String, embeddings: String)
  /// The index and the catalogue, or the embeddings, differ in the number of items.
  case otherCount(index: Int, catalog: Int)

  public var kind: TroubleKind { .badInput }

  public var description: String {
    switch self {
    case .unknownItem(let text): "no item has the id '\(text)', and no title holds it"
    case .ambiguousItem(let text, let candidates, let total):
      "'\(text)' fits \(total) items:" + RecommenderError.list(candidates, total)
    case .unknownNumber(let text, let candidates, let total):
      "no item has the id '\(text)'; \(total == 1 ? "a title holds" : "\(total) titles hold") this number:"
        + RecommenderError.list(candidates, total)
    case .nothingLearned(let items):
      "the model has learned nothing of the \(items == 1 ? "item" : "\(items) items") of the history"
    case .nothingLearnedOfUser(let id): "the model has learned nothing of the user '\(id)': the vector is zero"
    case .unknownUser(let id, _): "no user has the id '\(id)'"
    case .unknownItems(let ids):
      "the history names \(ids.count == 1 ? "an item" : "\(ids.count) items") that the file does not have: "
        + ids.prefix(10).map { "'\($0)'" }.joined(separator: ", ") + (ids.count > 10 ? ", …" : "")
    case .repeatedItem(let id): "the history names the item '\(id)' twice"
    case .badValue(let id, let found, let allowsNegative):
      "the history gives the item '\(id)' the value \(found); expected a finite number"
        + (allowsNegative ? "" : " of at least 0")
    case .emptyHistory: "the history is empty: nothing says what this user likes"
    case .noPopularity: "the embeddings file holds no history, so nothing says what most users have"
    case .noUsers: "there are no users: the embeddings file holds none, or was not given"
    case .otherEmbeddings(let index, let embeddings):
      "\(index) was built from other embeddings than \(embeddings)"
    case .otherCount(let index, let catalog): "the index has \(index) items, its catalogue \(catalog)"
    }
  }

  private static func list(_ candidates: [ItemCandidate], _ total: Int) -> String {
    candidates.map { "\n  \($0.id)  \($0.title)" }.joined()
      + (total > candidates.count ? "\n  … and \(total - candidates.count) more" : "")
  }

  public var help: String? {
    switch self {
    case .unknownItem: "give an id, or a part of a title"
    case .ambiguousItem: "give the id, or more of the title"
    case .unknownNumber: "give the id of the item that you mean"
    case .nothingLearned: "train again with interactions of these items"
    case .nothingLearnedOfUser: "train again with interactions of this user, or ask by --cold popularity"
    case .unknownUser(_, let meant?): meant
    case .unknownUser: "ids are written as in the interactions that were trained on"
    case .unknownItems: "ids are written as in the interactions that were trained on"
    case .repeatedItem: "give one value for each item"
    case .badValue, .emptyHistory, .otherCount: nil
    case .noPopularity, .noUsers:
      "train from interactions, and name that file with --users, or build the index with --with-users"
    case .otherEmbeddings(let index, let embeddings) where isDirectory(index):
      "give embeddings of the catalogue's training, or replace all its items: akin catalogue create \(index) \(embeddings) --force"
    case .otherEmbeddings(let index, let embeddings):
      "build the index again: akin index \(embeddings) -o \(index) --force"
    }
  }
}

/// An item that a text may name.
public struct ItemCandidate: Sendable, Equatable {
  /// The id.
  public let id: ItemID
  /// The title.
  public let title: String
}
