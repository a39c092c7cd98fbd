import AkinSupport
import AkinVectors

/// One side of the interactions, as a tower sees it.
struct TowerSide {
  /// `users` or `items`.
  let name: String
  let ids: IDColumn
  /// The pairs of each row.
  let table: InteractionTable
  /// Keeps the random numbers of this side's weights apart from others of the seed.
  let purpose: UInt64
}

/// The input of one tower: features by row, and the mean and scale of each feature.
struct TowerInput: Sendable {
  let rows: FeatureRows
  /// The mean of each feature over the observed pairs, so that a row counts as often as it interacts.
  let means: [Float]
  /// 1 / standard deviation over the observed pairs; 0 for a constant feature.
  let scales: [Float]
  /// See ``TowerSide/purpose``.
  let purpose: UInt64

  /// - Throws: ``TrainingError/option(name:expected:found:)`` for more features than a tower can have.
  init(_ side: TowerSide, _ features: FeatureTable) throws(TrainingError) {
    guard features.featureCount <= Tower.widthLimit else {
      throw .option(
        name: "features of \(side.name)", expected: "at most \(Tower.widthLimit)", found: "\(features.featureCount)")
    }
    rows = features.rows(for: side.ids)
    let moments = FeatureMoments(of: rows, count: features.featureCount, weights: side.table)
    means = moments.means.map { Float($0) }
    scales = moments.scales
    purpose = side.purpose
  }

  /// One sentence each for rows without features, unknown rows and constant features.
  func notes(_ side: TowerSide, _ features: FeatureTable) -> [String] {
    var notes: [String] = []
    let coverage = features.coverage(of: side.ids)
    if coverage.withoutFeatures > 0 {
      notes.append(
        "\(coverage.withoutFeatures) of \(side.ids.count) \(side.name) have no row of features: they are taken as average"
      )
    }
    if coverage.unknown > 0 {
      notes.append("rows of features that belong to none of the \(side.name) were left out: \(coverage.unknown)")
    }
    let constant = scales.indices.filter { scales[$0] == 0 }.map { "'\(features.names[$0])'" }
    if !constant.isEmpty {
      notes.append(
        "\(constant.count) of \(scales.count) features of \(side.name) are the same in all interactions, and count as "
          + "nothing: " + constant.prefix(5).joined(separator: ", ") + (constant.count > 5 ? ", …" : ""))
    }
    return notes
  }
}

/// Mean and scale of each feature over observed pairs.
private struct FeatureMoments {
  let means: [Double]
  let scales: [Float]

  /// - Parameters:
  ///   - rows: Features by row.
  ///   - count: The number of features.
  ///   - weights: The pairs of each row: a row counts once per pair.
  init(of rows: FeatureRows, count: Int, weights: InteractionTable) {
    var sums = [Double](repeating: 0, count: count)
    var known = 0.0
    for row in 0..<rows.count where rows.isKnown?[row] ?? true {
      let times = Double(weights.count(ofRow: row))
      known += times
      for place in rows.offsets[row]..<rows.offsets[row + 1] {
        sums[Int(rows.columns[place])] += times * Double(rows.values[place])
      }
    }
    let means = sums.map { $0 / max(known, 1) }
    var squares = [Double](repeating: 0, count: count)
    var present = [Double](repeating: 0, count: count)
    var largest = [Double](repeating: 0, count: count)
    for row in 0..<rows.count where rows.isKnown?[row] ?? true {
      let times = Double(weights.count(ofRow: row))
      guard times > 0 else { continue }
      for place in rows.offsets[row]..<rows.offsets[row + 1] {
        let feature = Int(rows.columns[place])
        let value = Double(rows.values[place])
        squares[feature] += times * (value - means[feature]) * (value - means[feature])
        present[feature] += times
        largest[feature] = max(largest[feature], value.magnitude)
      }
    }
    self.means = means
    scales = (0..<count).map { feature in
      // Pairs without the feature have the value 0.
      let square = squares[feature] + (known - present[feature]) * means[feature] * means[feature]
      let deviation = (square / max(known, 1)).squareRoot()
      let scale = Float(1 / deviation)
      return deviation > 1e-7 * largest[feature] && scale.isFinite ? scale : 0
    }
  }
}

extension FeatureTable {
  /// The features of the rows of a column of ids, as a tower takes them.
  func rows(for ids: IDColumn) -> FeatureRows {
    let aligned = aligned(to: ids)
    return FeatureRows(
      offsets: aligned.offsets, columns: aligned.columns, values: aligned.values, isKnown: knows(ids))
  }
}
