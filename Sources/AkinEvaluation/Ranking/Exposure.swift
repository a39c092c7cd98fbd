import AkinVectors

/// Coverage and evenness of the items in ranked lists.
public struct Exposure: Sendable, Equatable {
  /// The share of the catalogue that occurs in at least one list.
  public let coverage: Double
  /// The Gini index of the number of lists per item: `Σ_i (2i − n − 1) x_i / (n Σ x)` with counts x ascending and i from 1
  /// (Fleder and Hosanagar 2009). 0 for equal counts, near 1 if few items fill all lists. Items in no list count.
  public let gini: Double

  /// Counts the first `k` places of every list. Without any place both numbers are 0.
  ///
  /// - Parameters:
  ///   - answers: One list per query.
  ///   - k: The places that count.
  ///   - itemCount: Items of the catalogue.
  /// - Complexity: O(queries × k + items × log items).
  public init(of answers: NeighborTable, k: Int, itemCount: Int) {
    var counts = [Int](repeating: 0, count: itemCount)
    for question in 0..<answers.queryCount {
      for neighbor in answers[question].prefix(k) { counts[Int(neighbor.row.index)] += 1 }
    }
    let shown = counts.count { $0 > 0 }
    coverage = itemCount > 0 ? Double(shown) / Double(itemCount) : 0
    counts.sort()
    let n = Double(itemCount)
    var total = 0.0
    var weighted = 0.0
    for (index, count) in counts.enumerated() {
      total += Double(count)
      weighted += (2 * Double(index + 1) - n - 1) * Double(count)
    }
    gini = total > 0 ? weighted / (n * total) : 0
  }
}
