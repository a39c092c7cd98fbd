import AkinSupport
import AkinVectors

extension ContainerBuilder {
  /// Adds the ids of a table, and the order of the rows by their ids.
  ///
  /// - Parameters:
  ///   - ids: One id a row.
  ///   - names: The sections.
  /// - Returns: How the ids are stored, for the kind block.
  /// - Throws: ``ContentError`` when two rows have one id, or an id is too long.
  @discardableResult
  package mutating func add(ids: IDColumn, as names: IDSections) throws(ContentError) -> IDKind {
    switch ids {
    case .rowNumbers: return .rowNumber
    case .numbers(let numbers):
      let order = try SortedIDs.order(of: numbers, noun: names.noun)
      add(names.numbers, elementBytes: 8, count: numbers.count) { try $0.write(numbers) }
      add(names.order, elementBytes: 4, count: order.count) { try $0.write(order) }
      return .number
    case .texts(let texts):
      let packed = PackedTexts(texts)
      let order = try SortedIDs.order(of: packed, noun: names.noun)
      add(packed, offsets: names.offsets, text: names.text)
      add(names.order, elementBytes: 4, count: order.count) { try $0.write(order) }
      return .text
    }
  }

  /// Adds one text a row.
  package mutating func add(texts: [String], offsets: SectionName, text: SectionName) {
    add(PackedTexts(texts), offsets: offsets, text: text)
  }

  /// Adds a list column: one list for each of `owners` rows, all values below `limit`.
  ///
  /// - Throws: ``ContentError`` when a list does not ascend strictly, or holds a value from `limit` on.
  package mutating func add(
    ragged table: History, owners: Int, limit: Int, what: String, offsets: SectionName, rows: SectionName
  ) throws(ContentError) {
    try table.check(owners: owners, limit: limit, what: what)
    add(offsets, elementBytes: 8, count: table.offsets.count) { try $0.write(table.offsets) }
    add(rows, elementBytes: 4, count: table.rows.count) { try $0.write(table.rows) }
  }

  /// Adds the items' titles.
  package mutating func add(titles: [String]) { add(texts: titles, offsets: "ITOF", text: "ITBL") }

  /// Adds the categories of `items` items, and their names.
  package mutating func add(categories: Categories, items: Int) throws(ContentError) {
    try add(
      ragged: categories.members, owners: items, limit: categories.names.count, what: "categories",
      offsets: "ICOF", rows: "ICAT")
    add(texts: categories.names, offsets: "CNOF", text: "CNBL")
  }

  /// Adds those of the named sections that another file has, as they are: an index copies ids and titles so.
  ///
  /// The bytes get new checksums, so the caller checks them for damage first.
  package mutating func copy(_ names: [SectionName], from file: ContainerFile) {
    for name in names {
      guard let entry = file.entry(name), let view = file.view(name) else { continue }
      add(
        name, elementBytes: Int(entry.elementBytes), count: view.count, alignmentLog2: Int(entry.alignmentLog2),
        mustUnderstand: entry.mustUnderstand
      ) { sink in try unsafe sink.write(view.buffer) }
    }
  }

  private mutating func add(_ packed: PackedTexts, offsets: SectionName, text: SectionName) {
    add(offsets, elementBytes: 8, count: packed.offsets.count) { try $0.write(packed.offsets) }
    add(text, elementBytes: 0, count: packed.bytes.count) { try $0.write(packed.bytes) }
  }
}

/// Texts one after the other, and the offset of each.
struct PackedTexts {
  /// Where each text starts, and the end of the last.
  private(set) var offsets: [UInt64] = [0]
  /// The bytes of all texts.
  private(set) var bytes: [UInt8] = []

  /// Packs texts as UTF-8.
  init(_ texts: [String]) {
    offsets.reserveCapacity(texts.count + 1)
    for text in texts {
      bytes.append(contentsOf: text.utf8)
      offsets.append(UInt64(bytes.count))
    }
  }

  /// How many texts there are.
  var count: Int { offsets.count - 1 }

  /// The bytes of a text.
  func range(_ row: Int) -> Range<Int> { Int(offsets[row])..<Int(offsets[row + 1]) }
}

/// The rows of a table in the order of their ids.
enum SortedIDs {
  /// The order of numbers; throws for two that are equal.
  static func order(of ids: [UInt64], noun: String) throws(ContentError) -> [UInt32] {
    let order = unsafe ids.withUnsafeBufferPointer { ids in
      // Safe: every row is below ids.count.
      (0..<UInt32(ids.count)).sorted { a, b in
        let (first, second) = unsafe (ids[Int(a)], ids[Int(b)])
        return first < second || (first == second && a < b)
      }
    }
    try refuseDuplicates(order, noun: noun, equal: { ids[$0] == ids[$1] }, id: { .number(ids[$0]) })
    return order
  }

  /// The order of texts by their bytes; throws for two that are equal, and for one that is too long.
  static func order(of texts: PackedTexts, noun: String) throws(ContentError) -> [UInt32] {
    for row in 0..<texts.count where texts.range(row).count > FileLimits.idBytes {
      throw .idTooLong(what: noun, row: row, bytes: texts.range(row).count)
    }
    let order = unsafe texts.bytes.withUnsafeBytes { bytes in
      (0..<UInt32(texts.count)).sorted { a, b in
        // Safe: the offsets were made from these bytes.
        let first = unsafe UnsafeRawBufferPointer(rebasing: bytes[texts.range(Int(a))])
        let second = unsafe UnsafeRawBufferPointer(rebasing: bytes[texts.range(Int(b))])
        let sign = unsafe compareBytes(first, second)
        return sign < 0 || (sign == 0 && a < b)
      }
    }
    try refuseDuplicates(
      order, noun: noun, equal: { texts.bytes[texts.range($0)] == texts.bytes[texts.range($1)] },
      id: { .text(String(decoding: texts.bytes[texts.range($0)], as: UTF8.self)) })
    return order
  }

  /// Throws for the first row whose id an earlier row has. In `order` equal ids are neighbours, the smaller row first.
  private static func refuseDuplicates(
    _ order: [UInt32], noun: String, equal: (Int, Int) -> Bool, id: (Int) -> ItemID
  ) throws(ContentError) {
    var worst: (first: Int, second: Int)?
    for (a, b) in zip(order, order.dropFirst()) where equal(Int(a), Int(b)) {
      if worst.map({ Int(b) < $0.second }) ?? true { worst = (Int(a), Int(b)) }
    }
    if let worst {
      throw .duplicateID(what: noun, id: id(worst.first), first: worst.first, second: worst.second)
    }
  }
}

extension History {
  /// Throws unless there is one strictly ascending list below `limit` for each of `owners` rows.
  func check(owners: Int, limit: Int, what: String) throws(ContentError) {
    guard offsets.count == owners + 1 else {
      throw .countMismatch(what: "\(what), lists", expected: owners, found: offsets.count - 1)
    }
    guard offsets[0] == 0 else { throw .badOffsets(what: what, row: 0) }
    for owner in 0..<owners {
      let (start, end) = (offsets[owner], offsets[owner + 1])
      guard start <= end, end <= UInt64(rows.count) else { throw .badOffsets(what: what, row: owner) }
      var floor = 0
      for row in rows[Int(start)..<Int(end)] {
        guard row >= floor, row < limit else { throw .badList(what: what, row: owner, value: Int(row)) }
        floor = Int(row) + 1
      }
    }
    guard offsets[owners] == UInt64(rows.count) else { throw .badOffsets(what: what, row: max(0, owners - 1)) }
  }
}
