import AkinVectors

extension ContainerBuilder {
  /// Adds the attributes of `items` items, and the name of their categories where it is not the usual one.
  ///
  /// - Throws: ``ContentError`` for attributes that no reader would accept.
  package mutating func add(attributes: [Attribute], categories: Categories?, items: Int) throws(ContentError) {
    let named = categories.flatMap { $0.attributeName == Categories.usualAttributeName ? nil : $0.attributeName }
    try ContainerBuilder.check(attributes, items: items, categories: categories)
    guard named != nil || !attributes.isEmpty else { return }
    var records: [UInt8] = []
    func append(_ kind: AttributeLayout.Kind, words: Int) {
      records.append(littleEndian: kind.rawValue)
      records.append(littleEndian: UInt32(0))
      records.append(littleEndian: UInt64(words))
    }
    if named != nil { append(.categories, words: 0) }
    for attribute in attributes { append(.init(attribute.kind), words: attribute.words.count) }
    let bytes = records
    add("ADEF", elementBytes: AttributeLayout.recordBytes, count: bytes.count / AttributeLayout.recordBytes) {
      try $0.write(bytes)
    }
    add(texts: [named].compactMap { $0 } + attributes.map(\.name), offsets: "ANOF", text: "ANBL")
    let bits = AttributeLayout.bitWords(items)
    add("ASET", elementBytes: 8, count: attributes.count * bits) { sink in
      for attribute in attributes { try sink.write(attribute.present.words) }
    }
    let numbers = attributes.compactMap(\.numbers)
    add("ANUM", elementBytes: 8, count: numbers.count * items) { sink in
      for values in numbers { try sink.write(values.map { $0 + 0 }) }
    }
    let flags = attributes.compactMap(\.flags)
    add("AFLG", elementBytes: 8, count: flags.count * bits) { sink in
      for rows in flags { try sink.write(rows.words) }
    }
    addWords(attributes, items: items)
  }

  /// Adds words and lists. Codes count the words of all attributes, those of an attribute after those of the one before it.
  private mutating func addWords(_ attributes: [Attribute], items: Int) {
    var codes: [(codes: [UInt32], present: RowSet, first: UInt32)] = []
    var all = History(offsets: [0], rows: [])
    var hasLists = false
    var words: [String] = []
    for attribute in attributes {
      let first = UInt32(words.count)
      words += attribute.words
      switch attribute.storage {
      case .words(let own, _): codes.append((own, attribute.present, first))
      case .lists(let lists, _):
        hasLists = true
        let start = UInt64(all.rows.count)
        all.offsets += lists.offsets.dropFirst().map { $0 + start }
        all.rows += lists.rows.map { $0 + first }
      case .numbers, .times, .flags: break
      }
    }
    let columns = codes
    add("ACOD", elementBytes: 4, count: columns.count * items) { sink in
      for (codes, present, first) in columns {
        try sink.write(codes.indices.map { present.contains(Row($0)) ? codes[$0] + first : 0 })
      }
    }
    let lists = all
    if hasLists {
      add("ALOF", elementBytes: 8, count: lists.offsets.count) { try $0.write(lists.offsets) }
      add("ALST", elementBytes: 4, count: lists.rows.count) { try $0.write(lists.rows) }
    }
    if !words.isEmpty { add(texts: words, offsets: "AWOF", text: "AWBL") }
  }

  private static func check(_ attributes: [Attribute], items: Int, categories: Categories?) throws(ContentError) {
    guard attributes.count + 1 <= FileLimits.attributes else {
      throw .tooManyRows(what: "attributes", found: attributes.count)
    }
    var seen: Set<ItemID> = []
    if let categories { seen.insert(.text(categories.attributeName)) }
    var words: UInt64 = 0
    for attribute in attributes {
      guard attribute.itemCount == items else {
        throw .countMismatch(what: "attribute '\(attribute.name)'", expected: items, found: attribute.itemCount)
      }
      guard !attribute.name.isEmpty, attribute.name.utf8.count <= FileLimits.idBytes,
        seen.insert(.text(attribute.name)).inserted
      else { throw .badName(what: "attribute", name: attribute.name) }
      if attribute.numbers?.allSatisfy(\.isFinite) == false {
        throw .numberNotFinite(what: "a value of attribute '\(attribute.name)'")
      }
      if let row = attribute.words.firstIndex(where: { $0.isEmpty || $0.utf8.count > FileLimits.idBytes }) {
        throw .badWord(attribute: attribute.name, bytes: attribute.words[row].utf8.count)
      }
      words += UInt64(attribute.words.count)
    }
    guard words <= FileLimits.rows else { throw .tooManyRows(what: "words of attributes", found: Int(words)) }
  }
}

extension Attribute {
  /// The numbers or times.
  fileprivate var numbers: [Double]? {
    switch storage {
    case .numbers(let values), .times(let values): values
    default: nil
    }
  }

  /// The flags that are set.
  fileprivate var flags: RowSet? { if case .flags(let rows) = storage { rows } else { nil } }
}

extension RowSet {
  /// The bits of the set: row `r` is bit `r % 64` of word `r / 64`.
  fileprivate var words: [UInt64] { unsafe withWords { unsafe Array($0) } }
}
