import AkinVectors

/// The features of one side as targets: the inner product that a row and each of its features are trained towards.
struct FeatureTargets {
  let names: [String]
  let centres: [Float]
  let scales: [Float]
  /// Features and targets of each row of the side. Constant features are left out.
  let rows: InteractionTable
  /// Rows and targets of each feature, for the trained rows alone.
  let byFeature: InteractionTable

  /// - Parameters:
  ///   - table: Features of each row of the side.
  ///   - isTrained: Whether each row has interactions. Numbers are standardised over these rows alone, so that a cold row
  ///     changes no other row.
  init(_ table: FeatureTable, isTrained: [Bool]) {
    precondition(table.rowCount == isTrained.count, "each row of features has a row of the side")
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

  /// Centre and scale of each feature: 0 and 1 for flags, mean and standard deviation for numbers, and a scale of 0 for
  /// constant numbers and for features that no trained row has.
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
        // Running mean, and sum of squares about it (Welford 1962).
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
      // A smaller deviation is rounding of the mean.
      guard deviation > 1e-6 * means[feature].magnitude, Float(deviation).isNormal, centre.isFinite else {
        return (0, 0)
      }
      return (centre, Float(deviation))
    }
  }
}
