import AkinVectors

// What numbers in the place of values may be besides.

extension PositionGuess {
  /// A sentence on a column of values that may hold something else; `nil` for others.
  func doubt(_ column: Int) -> String? {
    ratingsBefore(column) ?? triples(column) ?? square ?? otherRatings(column)
      ?? head.description(column, shown: String(column + 1), user: columns[0], item: columns[1], hasHeader: false)
      ?? growing(column)
      ?? scaledTimes(column)
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

  /// A sentence on ratings in the place of items, before larger numbers in the place of values; `nil` for others.
  ///
  /// Ratings end at 5 or 10, and items behind them are no fewer than these. Of few items with counts, most have counts below 100.
  private func ratingsBefore(_ column: Int) -> String? {
    guard !chosen.contains(where: { $0 != nil }), let item = columns[1], item < column, values[item].areRatings,
      let end = values[item].highest, end == 5 || end == 10, values[item].lowest ?? 0 > 0, head.others.count > 2,
      values[column].areIntegers(beyond: 100), values[column].median ?? 0 > 100,
      values[column].differentCount >= values[item].differentCount
    else { return nil }
    return
      "column \(item + 1) may hold ratings, and column \(column + 1) items: if so, --item-column \(column + 1) --value-column "
      + "\(item + 1); of triples of a graph, --value none"
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

  /// A sentence on a second column of ratings behind that of values, among four or more; `nil` without one. A category, or the
  /// number of a review, may stand before the rating.
  ///
  /// The second goes to 5 or 10, as scales do, and the first does not, goes as far, or has no half steps. Flags have two values, and
  /// counts of votes are 0 where no rating is.
  private func otherRatings(_ column: Int) -> String? {
    guard filledCount > 3,
      let other = values.indices.first(where: { other in
        guard other > column, isFree(other), values[other].areRatings, let end = values[other].highest else {
          return false
        }
        return values[other].differentCount > 2 && (end == 5 || end == 10)
      }), let end = values[other].highest
    else { return nil }
    let (its, next) = (values[column], values[other])
    let isScale = its.areRatings && (its.highest == 5 || its.highest == 10)
    // Of four columns the last has more often votes on the rating, or their like, and a few rows show nothing.
    let showsLittle = isScale && (!next.haveFractions || its.haveFractions) || head.others.count < 9
    if filledCount == 4, showsLittle { return nil }
    let countsFrom0 = next.lowest == 0 && its.lowest != 0
    if isScale, countsFrom0 || its.highest != end && (!next.haveFractions || its.haveFractions) { return nil }
    guard isScale || its.areRatings || its.areIntegers(beyond: 10) || its.haveFractions else { return nil }
    return "column \(other + 1) may hold the values, too: --value-column \(other + 1)"
  }

  /// A sentence on whole numbers in the place of values that never fall from one row of a user to the next, as times do; `nil` for
  /// others.
  private func growing(_ column: Int) -> String? {
    guard let user = columns[0], values[column].areIntegers(beyond: 10), values[column].differentCount > 10 else {
      return nil
    }
    let rows = ([head.first] + head.others).filter { $0.count == values.count }
    func steps(_ areOfOne: (_ row: [String], _ next: [String]) -> Bool) -> (count: Int, rising: Int, fall: Bool) {
      var (count, rising, fall) = (0, 0, false)
      for (row, next) in zip(rows, rows.dropFirst()) where areOfOne(row, next) {
        guard let one = Double(row[column]), let two = Double(next[column]) else { return (0, 0, true) }
        count += 1
        rising += two > one ? 1 : 0
        fall = fall || two < one
      }
      return (count, rising, fall)
    }
    let isGrowing = [steps { _, _ in true }, steps { $0[user] == $1[user] }].contains {
      $0.count >= 20 && $0.rising >= 10 && !$0.fall
    }
    return isGrowing
      ? "column \(column + 1) never falls from row to row, as times do: if it holds times, --value none" : nil
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
