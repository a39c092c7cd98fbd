import AkinVectors

/// The attributes of a file's items, read in place: see ``AttributeLayout``.
package struct AttributeSections: Sendable {
  /// One attribute, and where its parts are.
  struct Column: Sendable {
    let name: String
    let kind: AttributeLayout.Kind
    /// Its place among the attributes with a bitmap of their own; `nil` for the categories.
    let own: Int?
    /// Its place among the attributes of its section.
    let place: Int
    /// Its words in `AWOF`.
    let words: Range<Int>
  }

  let items: Int
  let columns: [Column]
  let records: SectionView
  let names: TextColumn?
  let present: SectionView
  let numbers: SectionView
  let flags: SectionView
  let codes: SectionView
  let lists: RaggedColumn?
  let words: TextColumn?
  let categories: (members: RaggedColumn, names: TextColumn?)?

  /// The attributes by name. Damaged values count as absent.
  package let table: AttributeTable

  /// Reads the sections of a file of `items` items.
  ///
  /// - Throws: ``FileError`` for sections that contradict each other.
  /// - Complexity: O(*attributes*).
  package init(in file: ContainerFile, items: Int) throws(FileError) {
    self.items = items
    let categoryNames = try TextColumn(in: file, offsets: "CNOF", text: "CNBL")
    let members = try RaggedColumn(
      in: file, offsets: "ICOF", rows: "ICAT", count: items, limit: categoryNames?.count ?? 0)
    categories = members.map { ($0, categoryNames) }
    records = try file.sectionOrEmpty("ADEF", elementBytes: AttributeLayout.recordBytes)
    guard records.count <= FileLimits.attributes else {
      throw file.error(
        .aboveLimit(name: "attributes", found: UInt64(records.count), limit: UInt64(FileLimits.attributes)))
    }
    names = try TextColumn(
      in: file, offsets: "ANOF", text: "ANBL", count: records.count, isOptional: records.count == 0)
    let shape = try Shape(file, records, names, hasCategories: members != nil)
    columns = shape.columns
    let bits = AttributeLayout.bitWords(items)
    func require(_ name: SectionName, _ columns: Int, _ each: Int, bytes: Int) throws(FileError) -> SectionView {
      try file.requireSection(name, count: UInt64(columns) * UInt64(each), elementBytes: bytes)
    }
    present = try require("ASET", shape.own, bits, bytes: 8)
    numbers = try require("ANUM", shape.count(.numbers), items, bytes: 8)
    flags = try require("AFLG", shape.count(.flags), bits, bytes: 8)
    codes = try require("ACOD", shape.count(.codes), items, bytes: 4)
    words = try TextColumn(in: file, offsets: "AWOF", text: "AWBL", count: shape.words, isOptional: shape.words == 0)
    if shape.count(.lists) > 0 {
      lists = try RaggedColumn(
        in: file, offsets: "ALOF", rows: "ALST", count: shape.count(.lists) * items, limit: shape.words)
      guard lists != nil else { throw file.error(.missingSection("ALOF")) }
    } else {
      for name in ["ALOF", "ALST"] as [SectionName] { try file.refuseSection(name) }
      lists = nil
    }
    table = AttributeSections.table(
      items: items, columns: columns,
      Parts(
        items: items, present: present, numbers: numbers, flags: flags, codes: codes, lists: lists, words: words,
        categories: categories))
  }

  /// The records of `ADEF`, added up.
  private struct Shape {
    var columns: [Column] = []
    var own = 0
    var words = 0
    private var counts: [AttributeLayout.Section: Int] = [:]

    func count(_ section: AttributeLayout.Section) -> Int { counts[section] ?? 0 }

    init(
      _ file: ContainerFile, _ records: SectionView, _ names: TextColumn?, hasCategories: Bool
    ) throws(FileError) {
      for number in 0..<records.count {
        let code = records.u32(at: 4 * number) ?? 0
        guard let kind = AttributeLayout.Kind(rawValue: code) else {
          throw file.error(.badField(name: "kind of attribute \(number)", found: "\(code)", expected: "1 to 6"))
        }
        if kind == .categories, !hasCategories { throw file.error(.missingSection("ICOF")) }
        let count = records.u64(at: 2 * number + 1) ?? 0
        let hasWords = kind == .word || kind == .list
        guard hasWords || count == 0 else {
          throw file.error(.badField(name: "words of attribute \(number)", found: "\(count)", expected: "0"))
        }
        let limit = FileLimits.rows
        guard count <= limit - UInt64(words) else {
          throw file.error(.aboveLimit(name: "words of attributes", found: count, limit: limit))
        }
        let section = kind.section
        columns.append(
          Column(
            name: names?[Row(number)] ?? "", kind: kind, own: section == nil ? nil : own,
            place: section.map { counts[$0, default: 0] } ?? 0, words: words..<words + Int(count)))
        words += Int(count)
        if let section {
          own += 1
          counts[section, default: 0] += 1
        }
      }
    }
  }

  /// The table of columns, with the categories first where there are any and no record names them.
  private static func table(items: Int, columns: [Column], _ parts: Parts) -> AttributeTable {
    var entries = columns.map {
      AttributeTable.Entry(name: $0.name, kind: $0.kind.holds, isCategories: $0.kind == .categories)
    }
    var columns = columns
    if parts.categories?.names?.count ?? 0 > 0, !columns.contains(where: { $0.kind == .categories }) {
      let name = Categories.usualAttributeName
      entries.insert(.init(name: name, kind: .list, isCategories: true), at: 0)
      columns.insert(Column(name: name, kind: .categories, own: nil, place: 0, words: 0..<0), at: 0)
    }
    return AttributeTable(entries: entries, itemCount: items) { [columns] in parts.attribute(columns[$0]) }
  }

  /// The attributes beside the categories, copied; damaged values are absent.
  package func attributes() -> [Attribute] {
    table.entries.indices.filter { !table.entries[$0].isCategories }.map { table.column(at: $0) }
  }

  /// The name of the categories.
  package var categoriesName: String {
    table.entries.first(where: \.isCategories)?.name ?? Categories.usualAttributeName
  }
}

/// The bytes of the columns, and the copy of one.
private struct Parts: Sendable {
  let items: Int
  let present: SectionView
  let numbers: SectionView
  let flags: SectionView
  let codes: SectionView
  let lists: RaggedColumn?
  let words: TextColumn?
  let categories: (members: RaggedColumn, names: TextColumn?)?

  /// Copies a column. No number of the file is believed: a value that is damaged is absent.
  func attribute(_ column: AttributeSections.Column) -> Attribute {
    switch column.kind {
    case .number, .time:
      let first = column.place * items
      var values = [Double](repeating: 0, count: items)
      let present = RowSet(capacity: items) { [bits = bits(present, column.own)] row in
        guard bits.contains(row) else { return false }
        let value = Double(bitPattern: numbers.u64(at: first + Int(row.index)) ?? 0)
        if value.isFinite { values[Int(row.index)] = value }
        return value.isFinite
      }
      return Attribute(
        name: column.name, present: present, storage: column.kind == .number ? .numbers(values) : .times(values))
    case .flag:
      let present = bits(present, column.own)
      var set = bits(flags, column.place)
      set.formIntersection(present)
      return Attribute(name: column.name, present: present, storage: .flags(set))
    case .word:
      let first = column.place * items
      var values = [UInt32](repeating: 0, count: items)
      let present = RowSet(capacity: items) { [bits = bits(present, column.own)] row in
        guard bits.contains(row), let code = codes.u32(at: first + Int(row.index)),
          column.words.contains(Int(code))
        else { return false }
        values[Int(row.index)] = code - UInt32(column.words.lowerBound)
        return true
      }
      return Attribute(
        name: column.name, present: present, storage: .words(values, names: words?.texts(column.words) ?? []))
    case .list:
      let first = column.place * items
      let found = lists?.copy(first..<first + items, rows: column.words)
      return list(column.name, found, names: words?.texts(column.words) ?? [])
    case .categories:
      let count = categories?.names?.count ?? 0
      return list(
        column.name, categories?.members.copy(0..<items, rows: 0..<count),
        names: categories?.names?.texts(0..<count) ?? [])
    }
  }

  private func list(_ name: String, _ found: History?, names: [String]) -> Attribute {
    let lists = found ?? History(offsets: [UInt64](repeating: 0, count: items + 1), rows: [])
    let present = RowSet(capacity: items) { lists.offsets[Int($0.index)] < lists.offsets[Int($0.index) + 1] }
    return Attribute(name: name, present: present, storage: .lists(lists, names: names))
  }

  private func bits(_ view: SectionView, _ place: Int?) -> RowSet {
    let count = AttributeLayout.bitWords(items)
    let first = (place ?? 0) * count
    return RowSet(words: (first..<first + count).map { view.u64(at: $0) ?? 0 }, capacity: items)
  }
}
