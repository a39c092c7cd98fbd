import AkinSupport
import AkinVectors

/// The arithmetic of a `spectral` model: weights and degrees, and rows projected on the other side.
struct DegreeProjection: Sendable {
  let objective: Objective
  let exponents: Objective.DegreeExponents

  /// `nil` for an objective without exponents.
  init?(_ objective: Objective) {
    guard let exponents = objective.degrees else { return nil }
    self.objective = objective
    self.exponents = exponents
  }

  /// The weight of a pair with a value of at least 0.
  func weight(_ value: Float) -> Double {
    if value == 0 { return 0 }
    return switch objective.weighting {
    case .value: Double(value)
    case .power: pow(Double(value), objective.power)
    default: 1
    }
  }

  /// A degree to a power; 0 for a degree of 0.
  func scale(_ degree: Double, _ exponent: Double) -> Double {
    if degree <= 0 { return 0 }
    return exponent == 0 ? 1 : exponent == -1 ? 1 / degree : pow(degree, exponent)
  }

  /// The sum of the weights of each row.
  func degrees(of table: InteractionTable) -> [Float] {
    (0..<table.rowCount).map { row in
      var sum = 0.0
      for place in table.offsets[row]..<table.offsets[row + 1] { sum += weight(table.values[place]) }
      return Float(sum)
    }
  }

  /// The vector of a user: Σ w · item degree^(−b − c) · q, divided by user degree^a.
  ///
  /// - Parameters:
  ///   - items: Embeddings of all items.
  ///   - degrees: Degrees of all items.
  ///   - history: Rows of items.
  ///   - values: Their values.
  func user(
    of items: EmbeddingMatrix, _ degrees: [Float], _ history: ArraySlice<UInt32>, _ values: ArraySlice<Float>
  ) -> [Float] {
    var sums = [Double](repeating: 0, count: items.dimension)
    var degree = 0.0
    for (item, value) in zip(history, values) {
      let weight = weight(value)
      degree += weight
      let factor = weight * scale(Double(degrees[Int(item)]), -exponents.item - exponents.score)
      if factor == 0 { continue }
      items.withRow(Row(item)) { q in
        for component in 0..<q.count { sums[component] += factor * Double(q[component]) }
      }
    }
    let factor = scale(Double(Float(degree)), -exponents.user)
    return sums.map { Float(factor * $0) }
  }

  /// The vector of an item: item degree^(c − b) · Σ w · user degree^−a · p, divided by the squared singular values.
  ///
  /// - Parameters:
  ///   - users: Vectors of all users.
  ///   - factors: User degree^−a of all users.
  ///   - squares: The squared singular values: sums of squares of each component over the users.
  ///   - history: Rows of users.
  ///   - values: Their values.
  func item(
    of users: EmbeddingMatrix, _ factors: [Double], _ squares: [Double], _ history: [UInt32], _ values: [Float]
  ) -> [Float] {
    var sums = [Double](repeating: 0, count: users.dimension)
    var degree = 0.0
    for (user, value) in zip(history, values) {
      let weight = weight(value)
      degree += weight
      let factor = weight * factors[Int(user)]
      users.withRow(Row(user)) { p in
        for component in 0..<p.count { sums[component] += factor * Double(p[component]) }
      }
    }
    let factor = scale(Double(Float(degree)), exponents.score - exponents.item)
    return zip(sums, squares).map { $1 > 0 ? Float(factor * $0 / $1) : 0 }
  }
}

extension EmbeddingMatrix {
  /// Σ x² of each component over all rows, in the order of the rows.
  var squareSums: [Double] {
    var squares = [Double](repeating: 0, count: dimension)
    for row in 0..<count {
      withRow(Row(row)) { q in
        for component in 0..<q.count { squares[component] += Double(q[component]) * Double(q[component]) }
      }
    }
    return squares
  }
}
