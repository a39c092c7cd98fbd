import AkinSupport
import AkinVectors

/// How far embeddings are from being the best of their own objective, as far as the items go: by how much one half-step of
/// training over the items, the users being fixed, would move all scores, as a share of the scores' size.
///
///     ‖ΔQ̃ P̃ᵀ‖ / ‖Q̃ P̃ᵀ‖,   P̃ = [p, 1],  Q̃ = [q, b]
///
/// Both norms run over all pairs of a user and an item; with G = P̃ᵀP̃ they are Σ x G xᵀ over rows x, so no pair is
/// visited. A model that ends with an exact solution of its items has 0.
enum Residual {
  /// - Parameter rows: The items to look at.
  static func of(
    _ embeddings: Embeddings, _ rows: [Int], _ fold: ItemFoldIn, execution: Execution
  ) throws -> Double {
    guard let users = embeddings.users, !rows.isEmpty else { return 0 }
    let d = embeddings.items.dimension
    let gram = gramian(of: users)
    var sums = [(moved: Double, size: Double)](repeating: (0, 0), count: rows.count)
    try unsafe sums.withUnsafeMutableBufferPointer { sums in
      // Safe: each chunk writes its own elements, and `sums` outlives the threads.
      nonisolated(unsafe) let sums = unsafe sums
      try execution.forEachChunk(of: rows.count, by: 32) { _, range in
        for place in range {
          let row = rows[place]
          let next = try fold.item(row)
          var now = embeddings.items[Row(row)].map { Double($0) }
          now.append(Double(embeddings.itemBiases?[row] ?? 0))
          var moved = (0..<d).map { Double(next.vector[$0]) - now[$0] }
          moved.append(Double(next.bias) - now[d])
          unsafe sums[place] = (square(moved, gram), square(now, gram))
        }
      }
    }
    let total = sums.reduce((moved: 0.0, size: 0.0)) { ($0.moved + $1.moved, $0.size + $1.size) }
    return total.size > 0 ? (total.moved / total.size).squareRoot() : 0
  }

  /// G of P̃, row after row.
  private static func gramian(of users: EmbeddingMatrix) -> [Double] {
    let width = users.dimension + 1
    var gram = [Double](repeating: 0, count: width * width)
    var p = [Double](repeating: 1, count: width)
    for row in 0..<users.count where !users.isZero(Row(row)) {
      users.withRow(Row(row)) { span in for component in 0..<span.count { p[component] = Double(span[component]) } }
      for a in 0..<width { for b in 0..<width { gram[a * width + b] += p[a] * p[b] } }
    }
    return gram
  }

  private static func square(_ x: [Double], _ gram: [Double]) -> Double {
    var sum = 0.0
    for a in x.indices {
      var inner = 0.0
      for b in x.indices { inner += gram[a * x.count + b] * x[b] }
      sum += x[a] * inner
    }
    return max(0, sum)
  }
}
