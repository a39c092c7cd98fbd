// Ids of several parts: compounds, such as a size and a colour, and lists.

extension IDSpelling {
  /// Whether ids with marks between their parts are compounds, such as an album and a track, `12|345`, or a size and a colour,
  /// `S;red`.
  ///
  /// They have equally many parts, two or three, each part keeps its place, and none is an id. Between commas, as lists have them, a part
  /// recurs besides, among six ids or more.
  ///
  /// - Parameters:
  ///   - ids: Some ids with marks.
  ///   - isKnown: Whether a text is an id.
  static func areCompounds(_ ids: [String], _ isKnown: (String) -> Bool) -> Bool {
    let parts = ids.map(IDSpelling.parts)
    guard ids.count > 2, let count = parts.first?.count, (2...3).contains(count),
      parts.allSatisfy({ $0.count == count }), !parts.contains(where: { $0.contains(where: isKnown) }),
      !haveMovingParts(ids)
    else { return false }
    let marks = Set(ids.joined().filter { ",;|".contains($0) })
    if marks.isSubset(of: [";", "|"]) { return true }
    return ids.count > 5 && marks.count == 1 && !ids.contains { $0.contains(" ") }
      && Set(parts.joined()).count < count * ids.count
  }

  /// Whether a part of an id stands in another place in another id, or twice in one.
  static func haveMovingParts(_ ids: [String]) -> Bool {
    var places: [String: Int] = [:]
    for id in ids {
      for (place, part) in parts(id).enumerated() {
        if let other = places.updateValue(place, forKey: part), other != place { return true }
      }
    }
    return false
  }

  /// Whether words joined by a plus or a slash may be lists: parts change their places, and other ids have one part or other numbers of
  /// parts.
  ///
  /// Pairs of currencies and languages, paths and names of repositories have a slash. Of these, some are one part and some three; none
  /// begins with the slash.
  static func mayBeLists(_ ids: [String], _ isKnown: (String) -> Bool) -> Bool {
    guard haveMovingParts(ids) else { return false }
    let parts = ids.map(IDSpelling.parts)
    let isOne = parts.contains { $0.contains(where: isKnown) }
    let areUneven = Set(parts.map(\.count)).count > 1
    if !ids.contains(where: { $0.contains("/") }) { return isOne || areUneven }
    return isOne && areUneven && !ids.contains { $0.hasPrefix("/") }
  }

  /// Whether a text has a mark that may stand between words: a comma, a semicolon or a bar, or one plus or slash between letters.
  static func mayJoinWords(_ text: String) -> Bool {
    if text.utf8.contains(where: { ",;|".utf8.contains($0) }) { return true }
    guard text.utf8.contains(where: { "+/".utf8.contains($0) }) else { return false }
    return parts(text).count > 1 && text.allSatisfy { $0.isLetter || $0 == "+" || $0 == "/" }
  }

  /// Whether a text begins as a comment does: with `#`, `//`, `--` or `%`, a space and a letter. Numbers are of titles: `# 1 Hit`.
  static func hasCommentMark(_ text: String) -> Bool {
    // Most texts begin with another character.
    guard let first = text.utf8.first, "#/-%".utf8.contains(first) else { return false }
    return ["# ", "## ", "// ", "-- ", "% "].contains {
      text.hasPrefix($0) && text.dropFirst($0.count).first.map(\.isLetter) ?? false
    }
  }

  /// The texts between the marks of an id.
  static func parts(_ id: String) -> [String] {
    id.split { ",;|+/".contains($0) }.map { String($0).trimmed }
  }
}
