import AkinVectors

/// The fold-in of `spectral`: projections, with degrees taken from the rows that are folded in and the degrees of the items
/// that the embeddings hold.
extension Embeddings {
  /// The fold-in of users.
  ///
  /// - Throws: ``FoldInError/noRecord`` without exponents or degrees.
  func spectralFoldIn(
    _ objective: Objective
  ) throws(FoldInError) -> @Sendable (_ items: [UInt32], _ values: [Float]) -> UserFoldIn.User {
    guard let rule = DegreeProjection(objective), let degrees = itemDegrees, degrees.count == items.count else {
      throw .noRecord
    }
    let items = items
    return { UserFoldIn.User(vector: rule.user(of: items, degrees, $0[...], $1[...]), bias: 0) }
  }

  /// The fold-in of items, from users with these interactions.
  ///
  /// - Throws: ``FoldInError/noRecord`` without exponents.
  func spectralItemFoldIn(
    _ objective: Objective, _ byUser: InteractionTable
  ) throws(FoldInError) -> @Sendable (_ item: Int, _ users: [UInt32], _ values: [Float]) -> UserFoldIn.User {
    guard let rule = DegreeProjection(objective) else { throw .noRecord }
    let users = users ?? EmbeddingMatrix(uniformRows: [], dimension: items.dimension)
    let factors = rule.degrees(of: byUser).map { rule.scale(Double($0), -rule.exponents.user) }
    let squares = users.squareSums
    return { UserFoldIn.User(vector: rule.item(of: users, factors, squares, $1, $2), bias: 0) }
  }
}
