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

  let columns: [Column]
  let records: SectionView
  let names: TextColumn?
  let parts: AttributeParts

  /// The attributes by name. Damaged values count as absent.
  package let table: AttributeTable

  /// Reads the sections of a file of `items` items.
  ///
  /// - Throws: ``FileError`` for sections that contradict each other.
  /// - Complexity: O(*attributes*).
  package init(in file: ContainerFile, items: Int) throws(FileError) {
    let categoryNames = try TextColumn(in: file, offsets: "CNOF", text: "CNBL")
    let members = try RaggedColumn(
      in: file, offsets: "ICOF", rows: "ICAT", count: items, limit: categoryNames?.count ?? 0)
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
    let present = try require("ASET", shape.own, bits, bytes: 8)
    let numbers = try require("ANUM", shape.count(.numbers), items, bytes: 8)
    let flags = try require("AFLG", shape.count(.flags), bits, bytes: 8)
    let codes = try require("ACOD", shape.count(.codes), items, bytes: 4)
    let words = try TextColumn(
      in: file, offsets: "AWOF", text: "AWBL", count: shape.words, isOptional: shape.words == 0)
    var lists: RaggedColumn?
    if shape.count(.lists) > 0 {
      lists = try RaggedColumn(
        in: file, offsets: "ALOF", rows: "ALST", count: shape.count(.lists) * items, limit: shape.words)
      guard lists != nil else { throw file.error(.missingSection("ALOF")) }
    } else {
      for name in ["ALOF", "ALST"] as [SectionName] { try file.refuseSection(name) }
    }
    parts = AttributeParts(
      items: items, present: present, numbers: numbers, flags: flags, codes: codes, lists: lists, words: words,
      categories: members.map { ($0, categoryNames) })
    table = AttributeSections.table(columns, parts)
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
  private static func table(_ columns: [Column], _ parts: AttributeParts) -> AttributeTable {
    var entries = columns.map {
      AttributeTable.Entry(name: $0.name, kind: $0.kind.holds, isCategories: $0.kind == .categories)
    }
    var columns = columns
    if parts.categories?.names?.count ?? 0 > 0, !columns.contains(where: { $0.kind == .categories }) {
      let name = Categories.usualAttributeName
      entries.insert(.init(name: name, kind: .list, isCategories: true), at: 0)
      columns.insert(Column(name: name, kind: .categories, own: nil, place: 0, words: 0..<0), at: 0)
    }
    return AttributeTable(entries: entries, itemCount: parts.items) { [columns] in parts.attribute(columns[$0]) }
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
