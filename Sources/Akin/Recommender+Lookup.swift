import AkinFiles
import AkinVectors

extension Recommender {
  /// The item that a text names: by id, or else by whole title, or else by the only title that contains the text.
  ///
  /// The comparison of titles ignores case. A number is an id and nothing else: an unknown id is more often mistyped than
  /// a part of a title, so the titles that hold it are offered, not taken.
  ///
  /// - Parameter text: An id, a title or a part of a title.
  /// - Throws: ``RecommenderError/unknownItem(_:)``, ``RecommenderError/ambiguousItem(_:candidates:total:)``,
  ///   ``RecommenderError/unknownNumber(_:candidates:total:)``.
  /// - Complexity: O(log *items*) for an id, otherwise one pass over the titles.
  public func item(_ text: String) throws(RecommenderError) -> ItemID {
    if let row = catalog.row(of: ItemID(parsing: text)) { return catalog.id(of: row) }
    guard catalog.hasTitles, !text.isEmpty else { throw .unknownItem(text) }
    let wanted = Array(text.lowercased().utf8)
    var whole: [Row] = []
    var parts: [Row] = []
    catalog.forEachTitle { row, title in
      let folded = Array(title.lowercased().utf8)
      if folded == wanted {
        whole.append(row)
      } else if folded.holds(wanted) {
        parts.append(row)
      }
    }
    let fits = whole.isEmpty ? parts : whole
    let isNumber = text.isNumber
    if fits.count == 1, !isNumber { return catalog.id(of: fits[0]) }
    if fits.isEmpty { throw .unknownItem(text) }
    let shown = isNumber ? whole + parts : fits
    let candidates = shown.prefix(Recommender.candidatesShown).map { row in
      ItemCandidate(id: catalog.id(of: row), title: catalog.title(of: row) ?? "")
    }
    if isNumber { throw .unknownNumber(text, candidates: candidates, total: shown.count) }
    throw .ambiguousItem(text, candidates: candidates, total: fits.count)
  }

  /// The error of a user whom the embeddings do not have, with what may be meant.
  ///
  /// - Parameter user: The id of the user.
  package func unknown(_ user: UserID) -> RecommenderError {
    let text = user.description
    let bare = text.trimmed.filter { !"'\"".contains($0) }
    let plain = bare.hasSuffix(".0") ? String(bare.dropLast(2)) : bare
    if plain != text, embeddings?.userIDs?.row(of: ItemID(parsing: plain)) != nil {
      return .unknownUser(
        user, meant: "there is a user '\(plain)': ids are written as in the interactions that were trained on")
    }
    let parts = text.split(separator: ",").map { String($0).trimmed }
    if parts.count > 1, parts.allSatisfy({ embeddings?.userIDs?.row(of: ItemID(parsing: $0)) != nil }) {
      return .unknownUser(user, meant: "ask for one user at a time, or for all: akin recommend --all")
    }
    // A part of a title says little: names of users are parts of titles, too.
    guard let item = try? item(text),
      catalog.row(of: user) != nil
        || catalog.row(of: item).flatMap({ catalog.title(of: $0) })?.lowercased() == text.lowercased()
    else {
      return .unknownUser(user)
    }
    return .unknownUser(
      user, meant: "it is an item, '\(item)': akin related lists what is like it, and --history recommends by it")
  }

  /// The number of matching titles that an error lists.
  private static let candidatesShown = 10
}

extension String {
  /// Whether the text is a number as people and files write ids: digits, perhaps with a sign, a dot or a space beside them.
  fileprivate var isNumber: Bool {
    utf8.contains { 48...57 ~= $0 } && utf8.allSatisfy { 48...57 ~= $0 || [32, 43, 45, 46].contains($0) }
  }
}

extension [UInt8] {
  /// Whether `part` occurs in these bytes.
  fileprivate func holds(_ part: [UInt8]) -> Bool {
    guard let first = part.first, part.count <= count else { return false }
    for start in 0...(count - part.count) where self[start] == first {
      if self[start..<start + part.count].elementsEqual(part) { return true }
    }
    return false
  }
}
