import AkinVectors

// What numbers in the place of values may be besides.

extension PositionGuess {
  /// A sentence on a column of values that may hold something else; `nil` for others.
  func doubt(_ column: Int) -> String? {
    triples(column) ?? square ?? otherRatings(column) ?? scaledTimes(column)
  }

  /// A sentence on whole numbers in the place of values that may be what relations lead to, as in triples of a graph; `nil` for others.
  ///
  /// They are more different ones than the items then: many, or all larger than every item, of which one recurs; or one user and item
  /// has several, of the space of users. A fourth column is of times that grow.
  private func triples(_ column: Int) -> String? {
    guard !chosen.contains(where: { $0 != nil }), let user = columns[0], let item = columns[1],
      values.count == 3
        || values.count == 4 && values[3].areSmallTimes && values[3].differentCount > 1
          && mayBeNodes(column, user, item)
    else { return nil }
    let (few, many) = (values[item].differentCount, values[column].differentCount)
    let remedy = "if these are triples of a graph: --item-column \(column + 1) --value none"
    if values[column].areIntegers(beyond: 10), !joinsPairs, many >= few, mayBeNodes(column, user, item),
      let pair = repeatedPair(user, item, with: column)
    {
      return
        "\(pair[user]) and \(pair[item]) stand together in rows with other numbers in column \(column + 1); \(remedy)"
    }
    guard values[column].areIntegers(beyond: 100), many > few,
      many > 10 && many > 2 * few || many > 2 && many <= head.others.count && values[column].exceed(values[item])
    else { return nil }
    return "column \(column + 1) has more different numbers than column \(item + 1); \(remedy)"
  }

  /// Whether numbers may be of the space of users, beyond most items, as relations are few: some are users, or all are beyond these.
  private func mayBeNodes(_ column: Int, _ user: Int, _ item: Int) -> Bool {
    guard let median = values[column].median, let last = values[item].highest, median > last else { return false }
    return values[column].shares(with: values[user]) || values[column].exceed(values[user])
  }

  /// A sentence on marks of 0 and 1 in as many rows as columns, as a matrix of users or items has them; `nil` for others.
  private var square: String? {
    let rows = [head.first] + head.others
    guard rows.count > 3, rows.count == values.count, rows.allSatisfy({ $0.allSatisfy { $0 == "0" || $0 == "1" } })
    else { return nil }
    return "\(rows.count) rows of \(rows.count) marks: if they are a matrix, write a row for each pair with 1"
  }

  /// A sentence on fractions that lie close to each other and are all different, as times between 0 and 1 are; `nil` for others.
  private func scaledTimes(_ column: Int) -> String? {
    guard values[column].areCloseFractions else { return nil }
    return
      "column \(column + 1) holds different fractions close to each other, as times that were scaled: if so, --value none"
  }

  /// A sentence on a second column of ratings behind that of values, among more than four; `nil` without one. A category may stand
  /// before the rating.
  ///
  /// The second goes to 5 or 10, as scales do, and the first does not, goes as far, or has no half steps. Flags have two values, and
  /// counts of votes are 0 where no rating is.
  private func otherRatings(_ column: Int) -> String? {
    let other = column + 1
    guard filledCount > 4, other < values.count, isFree(other), values[other].areRatings,
      values[other].differentCount > 2, let end = values[other].highest, end == 5 || end == 10
    else { return nil }
    let (its, next) = (values[column], values[other])
    let isScale = its.areRatings && (its.highest == 5 || its.highest == 10)
    let countsFrom0 = next.lowest == 0 && its.lowest != 0
    if isScale, countsFrom0 || its.highest != end && (!next.haveFractions || its.haveFractions) { return nil }
    guard isScale || its.areRatings || its.areIntegers(beyond: 10) else { return nil }
    return "column \(other + 1) may hold the values, too: --value-column \(other + 1)"
  }

  /// A row whose user and item another row has, with another value.
  private func repeatedPair(_ user: Int, _ item: Int, with value: Int) -> [String]? {
    var found: [[String]: String] = [:]
    return ([head.first] + head.others).first { row in
      guard row.count == values.count else { return false }
      return found.updateValue(row[value], forKey: [row[user], row[item]]).map { $0 != row[value] } ?? false
    }
  }
}
