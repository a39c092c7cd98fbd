import AkinSupport

/// Whose features a table holds.
public enum FeatureSide: String, Sendable {
  /// Those of users.
  case user
  /// Those of items.
  case item
}

/// The columns of ids and features in a file, by its first row and the caller's choices.
struct FeatureLayout {
  /// The names of the columns; a column without a name is `column` and its number.
  let names: [String]
  /// The column of ids, counted from 0.
  let id: Int
  /// The columns of features, ascending.
  let features: [Int]
  /// What the caller should know.
  let notice: Notice

  /// Reads the layout from the first row.
  ///
  /// - Throws: ``InteractionError`` or ``FeatureError``.
  init(_ head: TableHead, id choice: ColumnChoice?, side: FeatureSide?, columns: [ColumnChoice]?) throws {
    try head.refuseUnnamedColumn()
    let first = head.first
    let finder = ColumnFinder(head, hasHeader: true)
    let usual =
      switch side {
      case .user: ColumnNames.user + ["id", "key"]
      case .item: ColumnNames.item + ["id", "key"]
      case nil: ColumnNames.features
      }
    let known = try finder.column(named: usual)
    let chosen = try choice.map { try finder.column($0) }
    // A first row of numbers is data: the header is missing.
    let numbers = first.indices.filter { $0 != (chosen ?? known ?? 0) && ColumnValues([first[$0]]).areNumbers }
    if known == nil, !numbers.isEmpty, numbers.count == first.count - 1 {
      throw FeatureError(
        path: head.path, line: head.line,
        .noHeader(found: numbers.prefix(4).map { first[$0] }.joined(separator: ", ")))
    }
    guard let id = chosen ?? known else {
      throw head.error(.unknownColumn(role: "\(side?.rawValue ?? "item") feature id", present: first))
    }
    let others = first.indices.filter { $0 != id }
    let names = first.enumerated().map { $1.isEmpty ? "column \($0 + 1)" : $1 }
    let features: [Int]
    if let columns {
      var picked: Set<Int> = []
      for choice in columns {
        let column = try finder.column(choice)
        guard column != id else { throw FeatureError(path: head.path, .idAsFeature(name: names[id])) }
        picked.insert(column)
      }
      features = picked.sorted()
    } else {
      features = others.filter { !["title", "name", "label"].contains(ColumnNames.fold(first[$0])) }
    }
    guard !features.isEmpty else {
      throw FeatureError(path: head.path, line: head.line, .noFeatures(present: names))
    }
    self.names = names
    self.id = id
    self.features = features
    let listed = features.prefix(8).map { names[$0] }.joined(separator: ",") + (features.count > 8 ? ",…" : "")
    // Ids of another kind are no amounts.
    let ids = (columns == nil ? features : []).filter { column in
      let name = ColumnNames.fold(first[column])
      return name.hasSuffix("id") && ColumnNames.features.contains(name) && ColumnValues(head.below(column)).areNumbers
    }
    let remarks = ids.map { "column \(finder.shown($0)) holds ids, as its name says, and is taken as a number" }
    notice = Notice(
      ColumnUse.sentence(
        head.path,
        [
          ColumnUse(role: "id", column: finder.shown(id), way: choice == nil ? .name : .choice),
          ColumnUse(role: "features", column: listed, way: columns == nil ? .name : .choice),
        ], remarks: remarks), isWarning: !remarks.isEmpty)
  }
}
