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
  /// No embeddings file was given, or it has no users.
  case noUsers
  /// The index was built from another embeddings file.
  case otherEmbeddings(index: String, embeddings: String)

  public var kind: TroubleKind { .badInput }

  public var description: String {
    switch self {
    case .unknownItem(let text): "no item has the id '\(text)', and no title holds it"
    case .ambiguousItem(let text, let candidates, let total):
      "'\(text)' fits \(total) items:"
        + candidates.map { "\n  \($0.id)  \($0.title)" }.joined()
        + (total > candidates.count ? "\n  … and \(total - candidates.count) more" : "")
    case .unknownUser(let id): "no user has the id '\(id)'"
    case .noUsers: "there are no users: the embeddings file holds none, or was not given"
    case .otherEmbeddings(let index, let embeddings):
      "\(index) was built from other embeddings than \(embeddings)"
    }
  }

  public var help: String? {
    switch self {
    case .unknownItem: "give an id, or a part of a title"
    case .ambiguousItem: "give the id, or more of the title"
    case .unknownUser: "ids are written as in the interactions that were trained on"
    case .noUsers: "train from interactions, and name that file with --users"
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
