import AkinSupport
import AkinVectors

/// A question that a recommender can't answer.
public enum RecommenderError: AkinError, Equatable {
  /// No item has this id, and no title is or holds this text.
  case unknownItem(String)
  /// Several titles hold this text: the first of them, and how many there are in all.
  case ambiguousItem(String, candidates: [ItemCandidate], total: Int)
  /// No user has this id.
  case unknownUser(UserID)
  /// Items of a history that no item has the ids of.
  case unknownItems([ItemID])
  /// An item that stands twice in a history.
  case repeatedItem(ItemID)
  /// A value in a history that is not finite, or below 0.
  case badValue(item: ItemID, found: Float)
  /// A history without items: nothing can be made of it.
  case emptyHistory
  /// The embeddings file has no history, so nothing says what most users have.
  case noPopularity
  /// No embeddings file was given, or it has no users.
  case noUsers
  /// The index was built from another embeddings file.
  case otherEmbeddings(index: String, embeddings: String)
  /// The index has another number of items than the catalogue or the embeddings.
  case otherCount(index: Int, catalog: Int)

  public var kind: TroubleKind { .badInput }

  public var description: String {
    switch self {
    case .unknownItem(let text): "no item has the id '\(text)', and no title holds it"
    case .ambiguousItem(let text, let candidates, let total):
      "'\(text)' fits \(total) items:"
        + candidates.map { "\n  \($0.id)  \($0.title)" }.joined()
        + (total > candidates.count ? "\n  … and \(total - candidates.count) more" : "")
    case .unknownUser(let id): "no user has the id '\(id)'"
    case .unknownItems(let ids):
      "the history names \(ids.count == 1 ? "an item" : "\(ids.count) items") that the file does not have: "
        + ids.prefix(10).map { "'\($0)'" }.joined(separator: ", ") + (ids.count > 10 ? ", …" : "")
    case .repeatedItem(let id): "the history names the item '\(id)' twice"
    case .badValue(let id, let found):
      "the history gives the item '\(id)' the value \(found); expected a finite number of at least 0"
    case .emptyHistory: "the history is empty: nothing says what this user likes"
    case .noPopularity: "the embeddings file holds no history, so nothing says what most users have"
    case .noUsers: "there are no users: the embeddings file holds none, or was not given"
    case .otherEmbeddings(let index, let embeddings):
      "\(index) was built from other embeddings than \(embeddings)"
    case .otherCount(let index, let catalog): "the index has \(index) items, its catalogue \(catalog)"
    }
  }

  public var help: String? {
    switch self {
    case .unknownItem: "give an id, or a part of a title"
    case .ambiguousItem: "give the id, or more of the title"
    case .unknownUser: "ids are written as in the interactions that were trained on"
    case .unknownItems: "ids are written as in the interactions that were trained on"
    case .repeatedItem: "give one value for each item"
    case .badValue, .emptyHistory, .otherCount: nil
    case .noPopularity, .noUsers: "train from interactions, and name that file with --users"
    case .otherEmbeddings(let index, let embeddings):
      "build the index again: akin index \(embeddings) -o \(index) --force"
    }
  }
}

/// An item that a text may mean.
public struct ItemCandidate: Sendable, Equatable {
  /// Its id.
  public let id: ItemID
  /// Its title.
  public let title: String
}
