import AkinVectors

/// One side's features as training sees them: what each row's inner product with each of its features is to be.
struct FeatureTargets {
  let names: [String]
  let centres: [Float]
  let scales: [Float]
  /// For each row of the side its features and their targets. Features that say nothing are left out.
  let rows: InteractionTable
  /// The same by feature, of the rows that are trained on.
  let byFeature: InteractionTable

  /// - Parameters:
  ///   - table: Features by row of the side.
  ///   - isTrained: Which rows have interactions: numbers are measured by them alone, so that a row that comes later
  ///     changes nothing.
  init(_ table: FeatureTable, isTrained: [Bool]) {
    precondition(table.rowCount == isTrained.count, "the features are of these rows")
    let scaling = FeatureTargets.scaling(of: table, isTrained: isTrained)
    names = table.names
    centres = scaling.map(\.centre)
    scales = scaling.map(\.scale)
    var offsets = [0]
    var features: [UInt32] = []
    var targets: [Float] = []
    var trainedOffsets = [0]
    var trainedFeatures: [UInt32] = []
    var trainedTargets: [Float] = []
    for row in 0..<table.rowCount {
      for place in table.offsets[row]..<table.offsets[row + 1] {
        let (centre, scale) = scaling[Int(table.columns[place])]
        guard let target = FeatureVectors.target(table.values[place], centre: centre, scale: scale) else { continue }
        features.append(table.columns[place])
        targets.append(target)
        if isTrained[row] {
          trainedFeatures.append(table.columns[place])
          trainedTargets.append(target)
        }
      }
      offsets.append(features.count)
      trainedOffsets.append(trainedFeatures.count)
    }
    rows = InteractionTable(offsets: offsets, others: features, values: targets)
    byFeature = InteractionTable(offsets: trainedOffsets, others: trainedFeatures, values: trainedTargets)
      .transposed(rowCount: table.featureCount)
  }

  /// Flags stay as they are; numbers are standardised; a number that never changes, or a feature that no trained row has,
  /// gets the scale 0 and says nothing.
  private static func scaling(of table: FeatureTable, isTrained: [Bool]) -> [(centre: Float, scale: Float)] {
    var counts = [Int](repeating: 0, count: table.featureCount)
    var areFlags = [Bool](repeating: true, count: table.featureCount)
    var means = [Double](repeating: 0, count: table.featureCount)
    var squares = [Double](repeating: 0, count: table.featureCount)
    for row in 0..<table.rowCount where isTrained[row] {
      for place in table.offsets[row]..<table.offsets[row + 1] {
        let feature = Int(table.columns[place])
        let value = Double(table.values[place])
        if value != 1 { areFlags[feature] = false }
        // Welford's running mean and sum of squares about it.
        counts[feature] += 1
        let away = value - means[feature]
        means[feature] += away / Double(counts[feature])
        squares[feature] += away * (value - means[feature])
      }
    }
    return (0..<table.featureCount).map { feature in
      if counts[feature] == 0 { return (0, 0) }
      if areFlags[feature] { return (0, 1) }
      let deviation = (squares[feature] / Double(counts[feature])).squareRoot()
      let centre = Float(means[feature])
      // Below that, what is left after taking off the mean is rounding.
      guard deviation > 1e-6 * means[feature].magnitude, Float(deviation).isNormal, centre.isFinite else {
        return (0, 0)
      }
      return (centre, Float(deviation))
    }
  }
}
