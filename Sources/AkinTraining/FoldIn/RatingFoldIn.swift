import AkinSupport
import AkinVectors

extension Embeddings {
  /// The fold-in of users for `mf`: the row of J with the items fixed. See ``MFOptions``.
  func ratingFoldIn(
    _ objective: Objective, _ training: Objective.Training
  ) -> @Sendable (_ items: [UInt32], _ values: [Float], _ weights: [Float]?) throws -> UserFoldIn.User {
    let row = RatingRow(
      fixed: items, biases: itemBiases, mean: Double(globalMean), objective: objective, training: training,
      side: .user)
    return { try row.solve($0, $1, weights: $2) }
  }
}

/// A row of J with the other side fixed.
struct RatingRow: Sendable {
  let fixed: EmbeddingMatrix
  /// Biases of the fixed side, which include item means.
  let biases: [Float]?
  let mean: Double
  let objective: Objective
  let training: Objective.Training
  /// The side of the row.
  let side: Objective.Biases

  /// Solves a row.
  ///
  /// - Parameters:
  ///   - others: Rows of the fixed side.
  ///   - values: One rating per row.
  ///   - weights: One weight per rating, as the training had them before they were divided by their mean; `nil` for 1.
  ///   - offset: Added to every score of the row: an item's own mean.
  /// - Throws: ``TrainingError/singular(row:side:pairs:)``.
  func solve(
    _ others: [UInt32], _ values: [Float], weights: [Float]? = nil, offset: Double = 0
  ) throws -> UserFoldIn.User {
    let d = fixed.dimension
    let penalty = MFPenalty(objective, training)(count: others.count, pairs: Int(clamping: training.pairs))
    var fit = RowFit(
      capacity: others.count, loss: PointLoss(objective.loss, range: objective.range),
      penalty: [Double](repeating: penalty.vector, count: d) + [objective.biases.contains(side) ? penalty.bias : -1])
    for (index, (other, value)) in zip(others, values).enumerated() {
      let place = fit.add(
        offset: mean + offset + Double(biases?[Int(other)] ?? 0), target: Double(value),
        weight: objective.alpha * Double(weights?[index] ?? 1))
      fit.rows.set(place, to: fixed, row: other)
      fit.rows[place, d] = 1
    }
    return try fit.user(dimensions: d, side: side == .user ? "users" : "items")
  }
}

extension DoubleTable {
  /// Adds a row of a matrix, times a factor, to the first numbers of a row of this table.
  func add(_ factor: Double = 1, _ matrix: EmbeddingMatrix, row source: UInt32, to row: Int) {
    matrix.withRow(Row(source)) { vector in
      for component in 0..<vector.count { self[row, component] += factor * Double(vector[component]) }
    }
  }

  /// Copies a row of a matrix into the first numbers of a row of this table.
  func set(_ row: Int, to matrix: EmbeddingMatrix, row source: UInt32) {
    matrix.withRow(Row(source)) { vector in
      for component in 0..<vector.count { self[row, component] = Double(vector[component]) }
    }
  }
}

extension RowFit {
  /// The solution as a vector and a bias, which follows the vector.
  func user(dimensions d: Int, side: String = "users") throws(TrainingError) -> UserFoldIn.User {
    guard let solved = solve(), solved.allSatisfy(\.isFinite) else {
      throw .singular(row: .text("new row"), side: side, pairs: targets.count)
    }
    return UserFoldIn.User(vector: solved[..<d].map { Float($0) }, bias: Float(solved[d]))
  }
}
