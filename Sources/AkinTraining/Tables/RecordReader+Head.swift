import AkinSupport

// What the first records show, before any is read: separator, names of columns, and files of other kinds.

extension RecordReader {
  /// The first records, which stay the next ones: at most `limit`, and as many as the buffer holds.
  ///
  /// - Throws: ``InteractionError``; the error of a later record is left to ``next()``.
  mutating func head(_ limit: Int = 100) throws(InteractionError) -> TableHead {
    try fill()
    isSampling = true
    defer { isSampling = false }
    guard try next() else { throw InteractionError(path: path, .noRows) }
    let start = (place: unsafe fields[0].baseAddress.map { unsafe $0 - UnsafePointer(buffer) } ?? 0, line: line)
    let first = (line: line, fields: texts)
    if first.fields.contains(where: { $0.utf8.contains(0) }) {
      throw InteractionError(
        path: path, .notText(found: ForeignContent(zerosIn: first.fields.flatMap { Array($0.utf8) })))
    }
    if first.fields.contains(where: { $0.utf8.contains(carriageReturn) }), format.quoting != .double {
      throw InteractionError(path: path, line: first.line, .loneReturns)
    }
    // Excel's own line; the separator splits it.
    if first.fields.count <= 2, first.fields[0].utf8.count <= 5, first.fields[0].lowercased().hasPrefix("sep=") {
      throw InteractionError(path: path, line: first.line, .separatorLine)
    }
    var others: [[String]] = []
    var otherLines: [Int] = []
    while others.count + 1 < limit, (try? advance()) ?? false {
      others.append(texts)
      otherLines.append(line)
    }
    // Where rows end so, there is no other line.
    if others.isEmpty, let end = first.fields.lazy.compactMap(\.otherLineEnd).first {
      throw InteractionError(path: path, line: first.line, .otherLineEnds(found: end))
    }
    // A quoted field begins behind its quote.
    let isQuoted = unsafe start.place > 0 && buffer[start.place - 1] == quote && rule.quotes
    position = isQuoted ? start.place - 1 : start.place
    nextLine = start.line
    return TableHead(
      path: path, line: first.line, first: first.fields, others: others, otherLines: otherLines,
      separator: separator?.text ?? ",", isQuoted: isQuoted)
  }
}
