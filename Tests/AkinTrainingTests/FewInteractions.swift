import AkinSupport
import AkinTraining
import AkinVectors

extension Interactions {
  /// Forty users with eight ratings each of fifty items, at random.
  static func few(seed: UInt64) throws -> Interactions {
    var random = SeededGenerator(seed: seed)
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for user in 0..<40 {
      for item in Array(0..<50).shuffled(using: &random).prefix(8) {
        rows.append((.number(UInt64(user)), .number(UInt64(item)), Float.random(in: 1...5, using: &random)))
      }
    }
    return try Interactions(rows: rows)
  }
}

/// The rows of a matrix.
func rows(_ matrix: EmbeddingMatrix) -> [[Float]] { (0..<matrix.count).map { matrix[Row($0)] } }
