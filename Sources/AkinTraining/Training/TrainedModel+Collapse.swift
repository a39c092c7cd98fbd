import AkinVectors

extension TrainedModel {
  /// A bound on what vectors add to any score: the product of the greatest lengths of a user's and of an item's vector.
  ///
  /// - Complexity: O((*users* + *items*) × *dimension*).
  public var largestProduct: Double { users.greatestLength * items.greatestLength }

  /// Below this share of what is to be predicted, vectors say nothing. Trainings that predict anything have some hundredths.
  private static let least = 1e-4

  /// A sentence about vectors that a too strong regularisation has shrunk to almost nothing; `nil` for other vectors, and for
  /// models whose vectors are not regularised towards zero.
  public var collapse: String? {
    let target: Double
    switch objective.model {
    case .wals, .bpr, .logistic: target = 1
    case .mf where objective.range == nil: target = objective.scale.map { $0.upperBound - $0.lowerBound } ?? 1
    default: return nil
    }
    let found = largestProduct
    guard target > 0, found < TrainedModel.least * target else { return nil }
    let size =
      found == 0
      ? "are all zero" : found < 1e-30 ? "add less than 1e-30 to any score" : "add at most \(Float(found)) to any score"
    let wanted =
      switch objective.model {
      case .wals: "a seen item should come near 1"
      case .mf: "ratings differ by up to \(Float(target))"
      default: "scores of positives and others should differ by about 1"
      }
    return "the vectors have shrunk to almost nothing: they \(size), where \(wanted); lower lambda"
  }
}

extension EmbeddingMatrix {
  /// The greatest length of a row.
  fileprivate var greatestLength: Double {
    var greatest = 0.0
    for row in 0..<count {
      withRow(Row(row)) { components in
        var sum = 0.0
        for place in 0..<components.count { sum += Double(components[place]) * Double(components[place]) }
        greatest = max(greatest, sum)
      }
    }
    return greatest.squareRoot()
  }
}
