import AkinTraining
import AkinVectors

/// The group-mean baseline for items without interactions: the damped mean vector of the items that share a flag,
/// `(Σ vectors of the group + κ · mean of all) / (n + κ)` with κ = 5; the mean over several groups.
enum GroupMeans {
  private static let damping = 5.0

  /// The model with group means as the vectors of untrained items.
  ///
  /// - Parameters:
  ///   - model: The trained model.
  ///   - interactions: The training interactions.
  ///   - features: The features of each item of the interactions.
  static func fill(_ model: EvaluatedModel, of interactions: Interactions, by features: FeatureTable) -> EvaluatedModel
  {
    let items = model.embeddings.items
    let d = items.dimension
    let isTrained = (0..<items.count).map { interactions.byItem.count(ofRow: $0) > 0 }
    func flags(_ row: Int) -> [Int] {
      (features.offsets[row]..<features.offsets[row + 1]).filter { features.values[$0] == 1 }.map {
        Int(features.columns[$0])
      }
    }
    // The last group holds all items.
    let all = features.featureCount
    var sums = [[Double]](repeating: [Double](repeating: 0, count: d), count: all + 1)
    var counts = [Double](repeating: 0, count: all + 1)
    for row in 0..<items.count where isTrained[row] {
      let vector = items[Row(row)]
      for group in flags(row) + [all] {
        counts[group] += 1
        for component in 0..<d { sums[group][component] += Double(vector[component]) }
      }
    }
    let mean = sums[all].map { $0 / max(counts[all], 1) }
    let rows = (0..<items.count).map { row in
      if isTrained[row] { return items[Row(row)] }
      let groups = flags(row)
      var vector = groups.isEmpty ? mean : [Double](repeating: 0, count: d)
      for group in groups {
        for component in 0..<d {
          vector[component] +=
            (sums[group][component] + damping * mean[component]) / (counts[group] + damping) / Double(groups.count)
        }
      }
      return vector.map { Float($0) }
    }
    var filled = model
    filled.embeddings.items = EmbeddingMatrix(uniformRows: rows, dimension: d)
    return filled
  }
}
