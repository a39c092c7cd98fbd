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

  /// Whether popularity answers users with zero vectors in lists for all: it does where nothing else tells items apart.
  var answersZeroUsersByPopularity: Bool {
    guard index.metric == .innerProduct, let embeddings, let users = embeddings.users, embeddings.itemBiases == nil,
      embeddings.hasHistory
    else { return false }
    return (0..<users.count).contains { users.isZero(Row($0)) }
  }

  /// A sentence on users with zero vectors, and what answers them; `nil` without such users.
  var zeroUsers: String? {
    guard index.metric == .innerProduct, let users = embeddings?.users else { return nil }
    let zeros = (0..<users.count).count { users.isZero(Row($0)) }
    if zeros == 0 { return nil }
    let noun = zeros == 1 ? "1 user has a zero vector" : "\(Numbers.grouped(zeros)) users have zero vectors"
    return answersZeroUsersByPopularity
      ? "\(noun): popularity answers, and the scores are shares of users" : "\(noun): \(orderWithoutVector)"
  }

  /// Lists of users in which popularity has answered those with zero vectors.
  ///
  /// - Parameters:
  ///   - lists: The lists.
  ///   - first: The user of the first list.
  ///   - popular: The ranking.
  ///   - request: The number of items, and the smallest share.
  ///   - includesSeen: Whether items that a user has seen may be in the lists.
  ///   - categoryLimit: At most so many items of a category in each list; `nil` sets no limit.
  func byPopularity(
    _ lists: NeighborTable, from first: Int, _ popular: PopularList, _ request: SearchRequest, includesSeen: Bool,
    _ categoryLimit: CategoryLimit?
  ) -> NeighborTable {
    guard let users = embeddings?.users else { return lists }
    var filled = lists
    for query in 0..<lists.queryCount where users.isZero(Row(first + query)) {
      let seen = includesSeen ? [] : seen(by: Row(first + query))
      filled[query] = popular.list(without: seen, request, categoryLimit)[...]
    }
    return filled
  }
}
