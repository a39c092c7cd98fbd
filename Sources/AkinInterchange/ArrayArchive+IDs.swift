import AkinSupport
import AkinVectors

// The ids and titles of an archive: `item_ids` and `item_titles` beside `item_factors`, and so for users. Arrays of these names that
// have other lengths, or numbers that are no integers, are something else.

extension ArrayArchive {
  /// The ids of the rows of a table; `nil` without any.
  func ids(beside table: Entry, taken: inout [String], _ execution: Execution) throws -> IDColumn? {
    guard let name = name(of: "ids", beside: table) else { return nil }
    var ids = IDCollector(path: file.path, firstLine: nil)
    if let entry = entry(named: [name]), entry.shape == [table.shape[0]], let element = entry.element, element.isInteger
    {
      let column = IntegerColumn(element, count: Int(table.shape[0]), offset: entry.offset, isSwapped: entry.isSwapped)
      try column.forEach(file, execution) { number throws(VectorFileError) in try ids.add(number) }
      taken.append(name)
      return ids.column
    }
    guard let array = try textArray(name, count: table.shape[0]) else { return nil }
    try array.forEach(file, execution) { text throws(VectorFileError) in try ids.add(text: text) }
    taken.append(name)
    return ids.column
  }

  /// The titles of the rows of a table; `nil` without any.
  func titles(beside table: Entry, taken: inout [String], _ execution: Execution) throws -> [String]? {
    guard let name = name(of: "titles", beside: table), let array = try textArray(name, count: table.shape[0]) else {
      return nil
    }
    var titles: [String] = []
    try array.forEach(file, execution) { text throws(VectorFileError) in titles.append(text) }
    taken.append(name)
    return titles
  }

  /// `item_ids` for `item_factors`; `nil` for a table of another name.
  private func name(of content: String, beside table: Entry) -> String? {
    guard ["item_factors", "user_factors"].contains(table.name) else { return nil }
    return table.name.dropLast("factors".count) + content
  }

  private func textArray(_ name: String, count: UInt64) throws(VectorFileError) -> TextArray? {
    guard let header = texts.first(where: { $0.name == name })?.header, header.shape == [count] else { return nil }
    return try TextArray(file, header)
  }
}
