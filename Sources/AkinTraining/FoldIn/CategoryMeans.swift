import AkinVectors

/// Vectors of items of which only categories are known.
///
/// The mean of a category is damped by κ = 5 items of the overall mean q̄:
///
///     q = (Σ vectors of the category's items + κ q̄) / (n + κ)
///
/// and likewise for biases. An item in several categories gets the mean of their means. Only items with interactions count.
/// A mean is shorter than the vectors it averages, so these items do not rank before known ones.
public struct CategoryMeans: Sendable {
  /// The damping κ, as a number of items of the overall mean.
  public static let damping = 5.0

  /// By name, told apart by bytes.
  private let means: [ItemID: (vector: [Double], bias: Double)]

  /// Computes the means of all categories; none without categories.
  ///
  /// - Parameter embeddings: Items, biases and categories.
  /// - Complexity: O(items × categories of each × dimension).
  public init(_ embeddings: Embeddings) {
    guard let categories = embeddings.categories else {
      means = [:]
      return
    }
    let (items, d) = (embeddings.items, embeddings.items.dimension)
    // One sum per category, and one of all items.
    var sums = [[Double]](repeating: [Double](repeating: 0, count: d + 1), count: categories.names.count + 1)
    var counts = [Double](repeating: 0, count: sums.count)
    for row in 0..<items.count where !items.isZero(Row(row)) || (embeddings.itemBiases?[row] ?? 0) != 0 {
      let members = categories.members.offsets[row]..<categories.members.offsets[row + 1]
      let groups = categories.members.rows[Int(members.lowerBound)..<Int(members.upperBound)].map { Int($0) }
      for group in groups + [categories.names.count] {
        items.withRow(Row(row)) { q in for component in 0..<d { sums[group][component] += Double(q[component]) } }
        sums[group][d] += Double(embeddings.itemBiases?[row] ?? 0)
        counts[group] += 1
      }
    }
    let all = sums[categories.names.count].map { $0 / max(counts[categories.names.count], 1) }
    var means: [ItemID: (vector: [Double], bias: Double)] = [:]
    for (group, name) in categories.names.enumerated() where counts[group] > 0 {
      let mean = zip(sums[group], all).map {
        ($0 + CategoryMeans.damping * $1) / (counts[group] + CategoryMeans.damping)
      }
      means[.text(name)] = (Array(mean[..<d]), mean[d])
    }
    self.means = means
  }

  /// The vector and bias of an item.
  ///
  /// - Parameter names: The item's categories.
  /// - Returns: `nil` if no category has an item with interactions.
  public func item(in names: [String]) -> UserFoldIn.User? {
    let found = names.compactMap { means[.text($0)] }
    guard let first = found.first else { return nil }
    var vector = [Double](repeating: 0, count: first.vector.count)
    var bias = 0.0
    for mean in found {
      for component in vector.indices { vector[component] += mean.vector[component] / Double(found.count) }
      bias += mean.bias / Double(found.count)
    }
    return UserFoldIn.User(vector: vector.map { Float($0) }, bias: Float(bias))
  }
}
