import AkinSupport
import AkinVectors

/// What lists are beyond accurate. Each is a number of one list; neither larger nor smaller is better by itself.
public enum ListQuality: String, Sendable, CaseIterable {
  /// The mean self-information of the items in bits, `−log2((n + 1) / (N + 1))` with n of N training users who have the item
  /// (Zhou et al. 2010, *Solving the apparent diversity-accuracy dilemma of recommender systems*, there without the ones, which
  /// keep items of nobody finite). A list that everybody could have written has 0.
  case novelty
  /// The mean of `1 − cosine` over all pairs of items in the list (intra-list distance: Ziegler et al. 2005, *Improving
  /// recommendation lists through topic diversification*), by the vectors of ``ListReference``. 0 with fewer than two items.
  case diversity
  /// The share of the k places that hold a relevant item which is not among the k most popular candidates (Ge, Delgado-Battenfeld
  /// and Jannach 2010, *Beyond accuracy*: useful, and not what a primitive recommender finds).
  case serendipity

  /// The name in tables.
  public var name: String {
    switch self {
    case .novelty: "Novelty"
    case .diversity: "Diversity"
    case .serendipity: "Serendipity"
    }
  }
}

/// What ``ListQuality`` compares lists with.
public struct ListReference: Sendable {
  /// The number of training users.
  public let userCount: Int
  /// One vector per item, by which items are near or far.
  public let vectors: EmbeddingMatrix
  /// The most popular candidates of each query, at least as many as the longest list has places.
  public let popular: NeighborTable

  /// Creates a reference.
  ///
  /// - Parameters:
  ///   - userCount: The number of training users.
  ///   - vectors: One vector per item.
  ///   - popular: The most popular candidates of each query, best first.
  public init(userCount: Int, vectors: EmbeddingMatrix, popular: NeighborTable) {
    self.userCount = userCount
    self.vectors = vectors
    self.popular = popular
  }

  /// All qualities of one list for all lengths: by length, then in the order of the cases.
  ///
  /// - Parameters:
  ///   - list: The items, best first.
  ///   - question: The number of the query.
  ///   - test: The queries.
  ///   - ks: Lengths, ascending.
  /// - Complexity: O(longest list × dimension).
  func values(of list: some Collection<UInt32>, question: Int, in test: RankingTest, ks: [Int]) -> [Double] {
    var places: [UInt32: Int] = [:]
    for (place, neighbor) in popular[question].enumerated() { places[neighbor.row.index] = place }
    let relevant = Set(test.relevantItems(question))
    // The mean over pairs follows from the length of the sum of unit vectors.
    var sum = [Double](repeating: 0, count: vectors.dimension)
    var (units, information, done) = (0, 0.0, 0)
    var surprises: [Int] = []
    var values: [Double] = []
    var rest = list[...]
    for k in ks {
      while done < k, let item = rest.popFirst() {
        information -= log2(Double(test.popularity[Int(item)] + 1) / Double(userCount + 1))
        if addUnit(Row(item), to: &sum) { units += 1 }
        // A relevant item counts for all lengths up to its place in the popular list.
        if relevant.contains(item) { surprises.append(places[item] ?? .max) }
        done += 1
      }
      let size = Double(done)
      let squares = sum.reduce(0) { $0 + $1 * $1 }
      values.append(done > 0 ? information / size : 0)
      values.append(done > 1 ? 1 - (squares - Double(units)) / (size * (size - 1)) : 0)
      values.append(Double(surprises.count { $0 >= k }) / Double(k))
    }
    return values
  }

  /// Adds a row at length 1; returns false for a row of zeros, which is far from every other.
  private func addUnit(_ row: Row, to sum: inout [Double]) -> Bool {
    vectors.withRow(row) { vector in
      var square = 0.0
      for component in 0..<vector.count { square += Double(vector[component]) * Double(vector[component]) }
      guard square > 0 else { return false }
      let factor = 1 / square.squareRoot()
      for component in 0..<vector.count { sum[component] += Double(vector[component]) * factor }
      return true
    }
  }
}
