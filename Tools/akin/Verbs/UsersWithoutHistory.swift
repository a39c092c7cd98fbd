import Akin

extension Recommender {
  /// A sentence on users whose seen items no answer can leave out, as those of imported vectors; `nil` where the file has histories.
  var usersWithoutHistory: String? {
    guard let embeddings, embeddings.users != nil, !embeddings.hasHistory else { return nil }
    return "the file has no histories of users: answers may hold what they have seen"
  }
}
