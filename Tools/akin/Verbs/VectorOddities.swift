import AkinVectors

extension EmbeddingMatrix {
  /// A sentence on vectors that most likely are not what their writer meant; `nil` for others.
  ///
  /// - Complexity: O(*rows* × *dimension*); most tables are known after a few rows.
  var oddities: String? {
    if count == 0 { return "the file holds no vectors" }
    guard count > 1 else { return nil }
    let first = self[Row(0)]
    if (1..<count).allSatisfy({ self[Row($0)] == first }) { return "all \(count) vectors are equal" }
    if isHalvedFloats {
      return
        "all components look like bfloat16 that is read as whole numbers: numpy.save('vectors.npy', (array.astype('<u4') << 16)"
        + ".view('<f4'))"
    }
    if areHalfFloats {
      return
        "all components look like float16 that is read as whole numbers: numpy.save('vectors.npy', array.view('<f2'))"
    }
    for (place, name) in [(0, "first"), (dimension - 1, "last")] where isColumnOfIDs(place) {
      return
        "the \(name) component of every vector is a whole number, and no other is: an id or a label does not belong to the vector"
    }
    if firstCounts {
      return
        "the first component of every vector counts on by 1, from row to row: an id does not belong to the vector"
    }
    guard isZero(Row(0)), !(1..<count).contains(where: { isZero(Row($0)) }) else { return nil }
    return
      "row 0 is zero, as the padding of an embedding layer; without it: array[1:], and ids that begin with the second"
  }

  /// A sentence on as many vectors as components, of which each row is taken as one; `nil` for others.
  var squareness: String? {
    guard count == dimension, count > 2 else { return nil }
    return
      "\(count) rows of \(count) components: each row is an item; if each column is: numpy.save('vectors.npy', array.T)"
  }

  /// A sentence on queries without a direction; `nil` without such queries, and by distance, where zero is a place like others.
  func zeroQueries(by metric: Metric) -> String? {
    let zeros = metric == .euclidean ? 0 : zeroRowCount
    guard zeros > 0 else { return nil }
    return
      "\(Numbers.grouped(zeros)) of \(Numbers.grouped(count)) queries are vectors of zeros, which have no direction: "
      + (metric == .cosine
        ? "by cosine they have no answer (-1)"
        : "all items have the same product with them, and the order of their answers says nothing")
  }

  /// Whether a component is a whole number of at least 0 in all rows, not the same in all, and all others are fractions in most
  /// rows.
  private func isColumnOfIDs(_ place: Int) -> Bool {
    guard dimension > 2, count > 2 else { return false }
    var isConstant = true
    let start = self[Row(0)][place]
    for row in 0..<count {
      let isOne = withRow(Row(row)) { vector -> Bool in
        if vector[place] != start { isConstant = false }
        guard vector[place] >= 0, vector[place] == vector[place].rounded() else { return false }
        return (0..<vector.count).allSatisfy { $0 == place || vector[$0] != vector[$0].rounded() }
      }
      if !isOne { return false }
    }
    return !isConstant
  }

  /// Whether the first of three components or more is 0 or 1 in the first row, and one more in each next, and others do not count so.
  private var firstCounts: Bool {
    guard count > 2, dimension > 2, [0, 1].contains(self[Row(0)][0]) else { return false }
    func counts(_ place: Int) -> Bool {
      (1..<count).allSatisfy { row in
        withRow(Row(row)) { vector in withRow(Row(row - 1)) { vector[place] == $0[place] + 1 } }
      }
    }
    return counts(0) && !counts(1)
  }

  /// Whether all components are whole numbers below 2¹⁶ whose bits are float16 of at most 16 with either sign, and not all are small.
  private var areHalfFloats: Bool {
    guard count * dimension >= 8 else { return false }
    var (positive, negative) = (0, 0)
    for row in 0..<count {
      let isUsual = withRow(Row(row)) { vector -> Bool in
        (0..<vector.count).allSatisfy { place in
          guard let bits = UInt16(exactly: vector[place]) else { return false }
          if bits & 0x8000 == 0 {
            positive += bits >= 0x2000 ? 1 : 0
          } else {
            negative += bits & 0x7FFF >= 0x2000 ? 1 : 0
          }
          return bits & 0x7FFF <= 0x4C00
        }
      }
      if !isUsual { return false }
    }
    // Most are beyond 2⁻⁷, some of either sign.
    return 2 * (positive + negative) > count * dimension && positive > 0 && negative > 0
  }

  /// Whether all components are whole numbers below 2¹⁶ whose bits, before 16 zeros, are floats of usual size with either sign.
  private var isHalvedFloats: Bool {
    var (hasPositive, hasNegative) = (false, false)
    for row in 0..<count {
      let isUsual = withRow(Row(row)) { vector -> Bool in
        (0..<vector.count).allSatisfy { place in
          guard let bits = UInt16(exactly: vector[place]) else { return false }
          if bits & 0x8000 == 0 { hasPositive = true } else { hasNegative = true }
          // From 2⁻³⁰ to 2⁸, or 0.
          return bits & 0x7FFF == 0 || (0x3080...0x4380).contains(bits & 0x7FFF)
        }
      }
      if !isUsual { return false }
    }
    return hasPositive && hasNegative
  }
}
