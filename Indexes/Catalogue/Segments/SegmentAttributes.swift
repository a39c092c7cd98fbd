import AkinVectors

extension AttributeTable {
  /// One table over rows of several, one after the other.
  ///
  /// An attribute has the place and the kind of the first table that has its name; where a later one has another kind, its
  /// items have no value. The categories of one table stand for those of another, whatever their names.
  ///
  /// - Parameter parts: Tables, `nil` for one without values, and the rows to take of each.
  static func joined(_ parts: [(table: AttributeTable?, rows: [Row])]) -> AttributeTable {
    var entries: [Entry] = []
    for entry in parts.flatMap({ $0.table?.entries ?? [] }) where !entries.contains(where: { $0.isSame(as: entry) }) {
      entries.append(entry)
    }
    let all = entries
    return AttributeTable(entries: all, itemCount: parts.reduce(0) { $0 + $1.rows.count }) { position in
      let wanted = all[position]
      var values: [AttributeValue?] = []
      for (table, rows) in parts {
        guard let table,
          let place = table.entries.firstIndex(where: { $0.isSame(as: wanted) && $0.kind == wanted.kind })
        else {
          values += Array(repeating: nil, count: rows.count)
          continue
        }
        let column = table.column(at: place)
        values += rows.map { column[$0] }
      }
      return Attribute(wanted.name, wanted.kind, values)
    }
  }
}

extension AttributeTable {
  /// The values of an item, by the names of their attributes. Both are told apart by their bytes, which strings are not.
  func values(of row: Row) -> [ItemID: [ItemID]] {
    var values: [ItemID: [ItemID]] = [:]
    for (position, entry) in entries.enumerated() {
      guard let value = self[position][row] else { continue }
      let parts =
        switch value {
        case .list(let words): words
        case .word(let word): [word]
        case .number(let number), .time(let number): ["\(number)"]
        case .flag(let flag): ["\(flag)"]
        }
      values[.text(entry.name)] = ([entry.kind.rawValue] + parts).map { .text($0) }
    }
    return values
  }
}

extension AttributeTable.Entry {
  /// Whether both are the same attribute of two tables.
  fileprivate func isSame(as other: Self) -> Bool {
    isCategories && other.isCategories || name.utf8.elementsEqual(other.name.utf8)
  }
}

extension Embeddings {
  /// The attributes, the categories among them.
  package var attributeTable: AttributeTable {
    let entries = attributes.map { AttributeTable.Entry(name: $0.name, kind: $0.kind) }
    guard let categories else { return AttributeTable(attributes, itemCount: items.count) }
    let named = AttributeTable.Entry(name: categories.attributeName, kind: .list, isCategories: true)
    let (columns, count) = (attributes, items.count)
    return AttributeTable(entries: [named] + entries, itemCount: count) { position in
      if position > 0 { return columns[position - 1] }
      let offsets = categories.members.offsets
      return .lists(
        named.name,
        (0..<count).map { item in
          categories.members.rows[Int(offsets[item])..<Int(offsets[item + 1])].map { categories.names[Int($0)] }
        })
    }
  }

  /// Takes over the columns of a table, the categories among them.
  mutating func describe(by table: AttributeTable) {
    categories = nil
    attributes = []
    for (position, entry) in table.entries.enumerated() {
      let column = table.column(at: position)
      guard entry.isCategories else {
        attributes.append(column)
        continue
      }
      let names = column.words
      // By bytes, as words are told apart: `String` holds two spellings of a letter for equal.
      let places = Dictionary(
        uniqueKeysWithValues: names.enumerated().map { (ItemID.text($1), UInt32($0)) })
      var members = History(offsets: [0], rows: [])
      for item in 0..<table.itemCount {
        if case .list(let words)? = column[Row(item)] {
          members.rows += words.compactMap { places[.text($0)] }.sorted()
        }
        members.offsets.append(UInt64(members.rows.count))
      }
      categories = Categories(names: names, members: members, attributeName: entry.name)
    }
  }
}
