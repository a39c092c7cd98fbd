import AkinVectors

extension AttributeSections {
  /// Adds what breaks a rule of ``AttributeLayout``. The categories are checked by their own columns.
  package func check(_ list: inout DamageList) {
    checkRecords(&list)
    parts.check(columns, &list)
  }

  /// Adds what breaks a rule of the categories, for a file that does not read them otherwise.
  package func checkCategories(_ list: inout DamageList) {
    parts.categories?.names?.check(&list)
    parts.categories?.members.check(&list)
  }

  private func checkRecords(_ list: inout DamageList) {
    names?.check(&list, limit: UInt64(FileLimits.idBytes))
    var seen: Set<ItemID> = []
    for (number, column) in columns.enumerated() {
      let bytes = number * AttributeLayout.recordBytes..<(number + 1) * AttributeLayout.recordBytes
      if records.u32(at: 4 * number + 1) != 0 { list.add(records, bytes, .padding) }
      if column.name.isEmpty || !seen.insert(.text(column.name)).inserted {
        list.add(records, bytes, .rule("expected an attribute with a name of its own"))
      }
    }
    if columns.count(where: { $0.kind == .categories }) > 1 {
      list.add(records, 0..<records.byteCount, .rule("expected the categories at most once"))
    }
  }

}

extension AttributeParts {
  private typealias Column = AttributeSections.Column

  /// Adds what breaks a rule of a column.
  fileprivate func check(_ columns: [AttributeSections.Column], _ list: inout DamageList) {
    words?.check(&list, limit: UInt64(FileLimits.idBytes))
    lists?.check(&list)
    for column in columns {
      checkWords(column, &list)
      guard let own = column.own else { continue }
      checkBits(present, own, &list)
      switch column.kind {
      case .number, .time: checkNumbers(column, &list)
      case .flag:
        checkBits(flags, column.place, &list)
        checkFlags(column, &list)
      case .word: checkCodes(column, &list)
      case .list: checkLists(column, &list)
      case .categories: break
      }
    }
  }

  /// Whether the bit of an item is set.
  private func isPresent(_ column: Column, _ item: Int) -> Bool {
    let word = (column.own ?? 0) * AttributeLayout.bitWords(items) + item / 64
    return (present.u64(at: word) ?? 0) >> UInt64(item % 64) & 1 == 1
  }

  /// The bits behind the last item are zero.
  private func checkBits(_ view: SectionView, _ place: Int, _ list: inout DamageList) {
    guard items % 64 != 0 else { return }
    let last = (place + 1) * AttributeLayout.bitWords(items) - 1
    if (view.u64(at: last) ?? 0) >> UInt64(items % 64) != 0 { list.add(view, last * 8..<last * 8 + 8, .padding) }
  }

  private func checkNumbers(_ column: Column, _ list: inout DamageList) {
    for item in 0..<items {
      let place = column.place * items + item
      let bits = numbers.u64(at: place) ?? 0
      if !Double(bitPattern: bits).isFinite {
        list.add(numbers, place * 8..<place * 8 + 8, .notFinite(row: UInt64(item)))
      } else if bits != 0, !isPresent(column, item) {
        list.add(numbers, place * 8..<place * 8 + 8, .padding)
      }
    }
  }

  private func checkFlags(_ column: Column, _ list: inout DamageList) {
    let count = AttributeLayout.bitWords(items)
    for word in 0..<count {
      let (place, own) = (column.place * count + word, (column.own ?? 0) * count + word)
      if (flags.u64(at: place) ?? 0) & ~(present.u64(at: own) ?? 0) != 0 {
        list.add(flags, place * 8..<place * 8 + 8, .rule("expected flags of items that have one"))
      }
    }
  }

  private func checkCodes(_ column: Column, _ list: inout DamageList) {
    for item in 0..<items {
      let place = column.place * items + item
      let code = codes.u32(at: place) ?? 0
      let bytes = place * 4..<place * 4 + 4
      if !isPresent(column, item) {
        if code != 0 { list.add(codes, bytes, .padding) }
      } else if !column.words.contains(Int(code)) {
        list.add(codes, bytes, .rule(AttributeParts.foreignWord(code, column.words)))
      }
    }
  }

  private func checkLists(_ column: Column, _ list: inout DamageList) {
    guard let lists else { return }
    // The column of all lists has checked the offsets and the order; a word of another attribute is left.
    var reached: UInt64 = 0
    for item in 0..<items {
      let owner = column.place * items + item
      guard let start = lists.offsets.u64(at: owner), let end = lists.offsets.u64(at: owner + 1), start >= reached,
        start <= end, end <= UInt64(lists.rows.count)
      else { continue }
      reached = end
      if (start < end) != isPresent(column, item) {
        list.add(
          lists.offsets, owner * 8..<owner * 8 + 8, .rule("expected words exactly where an item has a value"))
      }
      for place in Int(start)..<Int(end) {
        guard let code = lists.rows.u32(at: place), code < lists.limit, !column.words.contains(Int(code)) else {
          continue
        }
        list.add(lists.rows, place * 4..<place * 4 + 4, .rule(AttributeParts.foreignWord(code, column.words)))
      }
    }
  }

  /// The words of an attribute ascend by their bytes.
  private func checkWords(_ column: Column, _ list: inout DamageList) {
    guard let words else { return }
    var previous: String?
    for place in column.words {
      // Damaged offsets are reported by the column of texts; too long words would cost too much here.
      guard let bytes = unsafe words.bytes(at: place), bytes.count <= FileLimits.idBytes,
        let word = unsafe String(validating: bytes, as: UTF8.self)
      else {
        previous = nil
        continue
      }
      if let previous, !previous.utf8.lexicographicallyPrecedes(word.utf8) {
        list.add(words.offsets, place * 8..<place * 8 + 8, .rule("expected the words of an attribute to ascend"))
      }
      previous = word
    }
  }

  private static func foreignWord(_ code: UInt32, _ words: Range<Int>) -> String {
    "expected a word of the attribute, \(words.lowerBound)..<\(words.upperBound), found \(code)"
  }
}
