import AkinVectors

/// The fold-in of `svd`: with a the zero-filled row and Q the fixed side, p = (QᵀQ)⁻¹ Qᵀ a. QᵀQ is diagonal, because the
/// columns of Q are multiples of singular vectors.
struct Projection: Sendable {
  private let fixed: EmbeddingMatrix
  private let squares: [Double]

  /// Computes QᵀQ. O(rows × dimension).
  init(on fixed: EmbeddingMatrix) {
    self.fixed = fixed
    squares = fixed.squareSums
  }

  /// Projects a row that has these values and is 0 elsewhere.
  func row(_ others: [UInt32], _ values: [Float]) -> [Float] {
    var sums = [Double](repeating: 0, count: squares.count)
    for (other, value) in zip(others, values) {
      fixed.withRow(Row(other)) { q in
        for component in 0..<q.count { sums[component] += Double(value) * Double(q[component]) }
      }
    }
    return zip(sums, squares).map { $1 > 0 ? Float($0 / $1) : 0 }
  }

  /// The projection as a user.
  @Sendable func user(_ items: [UInt32], _ values: [Float]) -> UserFoldIn.User {
    UserFoldIn.User(vector: row(items, values), bias: 0)
  }
}
