import AkinVectors

/// The bytes of the columns, and the copy of one.
struct AttributeParts: Sendable {
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
