import AkinSupport
import AkinVectors

// The ids and titles of an archive: `item_ids` and `item_titles` beside `item_factors`, and so for users; `ids` and `titles` beside an
// only table. Arrays of these names with numbers that are no integers are something else.

extension ArrayArchive.Entry {
  /// Whether the array has so many numbers, below each other.
  fileprivate func isColumn(of count: UInt64) -> Bool { shape == [count] || shape == [count, 1] }
}

extension ArrayArchive {
  /// The ids of the rows of a table; `nil` without any.
  func ids(beside table: Entry, taken: inout [String], _ execution: Execution) throws -> IDColumn? {
    guard let name = name(of: "ids", beside: table) else { return nil }
    var ids = IDCollector(path: file.path, firstLine: nil)
    try refuseOtherLength(name, rows: table.shape[0])
    if let entry = entry(named: [name]), entry.isColumn(of: table.shape[0]), let element = entry.element,
      element.isInteger
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

  /// How to take an array that may hold the ids of a table, and that is not read; `nil` if there is none.
  func adviceForIDs(beside table: Entry, _ taken: [String]) -> String? {
    let names = texts.filter { $0.header.shape == [table.shape[0]] && !taken.contains($0.name) }.map(\.name)
    if let name = names.first {
      return "; if \(name) are the ids: numpy.save('ids.npy', numpy.load('\(file.path)')['\(name)']), and --ids ids.npy"
    }
    guard let name = objects.first(where: { !taken.contains($0) }) else { return nil }
    return
      "; \(name) holds objects of Python: if these are the ids, and you trust the file, numpy.save('ids.npy', "
      + "numpy.load('\(file.path)', allow_pickle=True)['\(name)'].astype('U')), and --ids ids.npy"
  }

  /// `item_ids` for `item_factors`; `ids`, or `IDs` as PecanPy names them, beside the only table, and `nil` for tables of other names.
  private func name(of content: String, beside table: Entry) -> String? {
    if ["item_factors", "user_factors"].contains(table.name) { return table.name.dropLast("factors".count) + content }
    guard entries.count(where: { $0.shape.count == 2 }) == 1, !VectorFile.userTensors.contains(table.name) else {
      return nil
    }
    let names = texts.map(\.name) + entries.map(\.name)
    return names.first { $0.lowercased() == content }
  }

  /// Refuses ids that are not as many as the rows.
  private func refuseOtherLength(_ name: String, rows: UInt64) throws(VectorFileError) {
    let shapes = entries.filter { $0.name == name }.map(\.shape) + texts.filter { $0.name == name }.map(\.header.shape)
    for shape in shapes where shape.count == 1 && shape[0] != rows {
      throw .malformed(
        path: file.path, place: .tensor(name), expected: "\(rows) ids, one per row", found: "\(shape[0])")
    }
  }

  private func textArray(_ name: String, count: UInt64) throws(VectorFileError) -> TextArray? {
    guard let header = texts.first(where: { $0.name == name })?.header, header.shape == [count] else { return nil }
    return try TextArray(file, header)
  }
}
