import Akin
import AkinFiles
import AkinVectors

// Users whose vectors are zero: what answers them, and what is said of it.

extension Recommender {
  /// Whether a user of the file has a zero vector: then every item has the score of its bias, and the scan finds the best.
  func isWithoutVector(_ asked: RecommendVerb.Asked) -> Bool {
    guard case .user(let id) = asked, let row = embeddings?.userIDs?.row(of: id), index.metric == .innerProduct else {
      return false
    }
    return embeddings?.users?.isZero(row) ?? false
  }

  /// The history of a user of whom the model has learned nothing, where popularity can answer in its place; `nil` for others.
  func historyWithoutVector(of id: UserID) -> [Interaction]? {
    guard let embeddings, let row = embeddings.userIDs?.row(of: id), embeddings.itemBiases == nil,
      embeddings.users?.isZero(row) ?? false, embeddings.popularity() != nil
    else { return nil }
    return embeddings.history(of: row).map { Interaction(embeddings.itemIDs.id(of: $0)) }
  }

  /// What orders the items for a user with a zero vector.
  var orderWithoutVector: String {
    embeddings?.itemBiases == nil
      ? "all items have the same score, and stand in the order of the index" : "items are ordered by their biases"
  }

  /// Notes how many users have zero vectors, and so lists that say nothing of them.
  func noteZeroUsers(_ console: Console) {
    guard index.metric == .innerProduct, let users = embeddings?.users else { return }
    let zeros = (0..<users.count).count { users.isZero(Row($0)) }
    if zeros > 0 {
      let noun = zeros == 1 ? "1 user has a zero vector" : "\(Numbers.grouped(zeros)) users have zero vectors"
      console.say("akin: note: \(noun): \(orderWithoutVector)")
    }
  }
}
