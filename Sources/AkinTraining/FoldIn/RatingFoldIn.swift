import AkinSupport
import AkinVectors

extension TrainedModel {
  /// Users of explicit ratings: the row of J, see ``MFOptions``, that belongs to some ratings when the items are fixed.
  ///
  /// - Parameter pairs: How many ratings the training saw: one meaning of the regularisation asks.
  func ratingFoldIn(pairs: Int) -> UserFoldIn {
    let (items, biases, mean, d) = (items, itemBiases, Double(globalMean), items.dimension)
    let penalty = MFPenalty(self)
    let loss = PointLoss(objective.loss, range: objective.range)
    let learnsBias = objective.biases.contains(.user)
    return UserFoldIn(self) { history, values in
      let (vectorPenalty, biasPenalty) = penalty(count: history.count, pairs: pairs)
      var fit = RowFit(
        capacity: history.count, loss: loss,
        penalty: [Double](repeating: vectorPenalty, count: d) + [learnsBias ? biasPenalty : -1])
      for (item, value) in zip(history, values) {
        let place = fit.add(offset: mean + Double(biases?[Int(item)] ?? 0), target: Double(value))
        fit.rows.set(place, to: items, row: item)
        fit.rows[place, d] = 1
      }
      return try fit.user(dimensions: d)
    }
  }
}

extension DoubleTable {
  /// Adds a row of a matrix, times a factor, to the first numbers of a row.
  func add(_ factor: Double = 1, _ matrix: EmbeddingMatrix, row source: UInt32, to row: Int) {
    matrix.withRow(Row(source)) { vector in
      for component in 0..<vector.count { self[row, component] += factor * Double(vector[component]) }
    }
  }

  /// Writes a row of a matrix over the first numbers of a row.
  func set(_ row: Int, to matrix: EmbeddingMatrix, row source: UInt32) {
    matrix.withRow(Row(source)) { vector in
      for component in 0..<vector.count { self[row, component] = Double(vector[component]) }
    }
  }
}

extension RowFit {
  /// The solution as a user: a vector, and the bias that stands behind it.
  func user(dimensions d: Int) throws(TrainingError) -> UserFoldIn.User {
    guard let solved = solve(), solved.allSatisfy(\.isFinite) else {
      throw .singular(row: .text("a new one"), side: "users", interactions: targets.count)
    }
    return UserFoldIn.User(vector: solved[..<d].map { Float($0) }, bias: Float(solved[d]))
  }
}
