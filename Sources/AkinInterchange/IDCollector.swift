import AkinVectors

/// Collects different ids in row order: numbers as long as all are canonical numbers, else texts.
struct IDCollector {
  private let path: String
  /// The line of row 0 in a text file; `nil` if rows are not lines.
  private let firstLine: Int?
  private var numbers: [UInt64] = []
  private var texts: [String] = []
  // Looked up, never iterated: their order reaches no result.
  private var rowOfNumber: [UInt64: UInt32] = [:]
  private var rowOfText: [ItemID: UInt32] = [:]

  init(path: String, firstLine: Int?) {
    self.path = path
    self.firstLine = firstLine
  }

  /// The number of ids.
  var count: Int { max(numbers.count, texts.count) }

  /// All ids; an empty column is one of numbers.
  var column: IDColumn { texts.isEmpty ? .numbers(numbers) : .texts(texts) }

  /// What the ids look like.
  var spelling: IDSpelling {
    let others = texts.enumerated().filter { _, text in UInt64(canonical: text) == nil }
    return IDSpelling(count: count, texts: others.map { (UInt32($0), $1) }) { rowOfText[.text($0)] != nil }
  }

  /// A separator of columns that every id holds, or `nil`.
  var commonSeparator: String? {
    guard texts.count > 1 else { return nil }
    for mark in ["\t", ",", ";", "|", " -> ", " => ", ": "] where texts.allSatisfy({ $0.contains(mark) }) {
      return mark
    }
    // A word and a number: words have spaces, too.
    let parts = texts.map { $0.split(separator: " ", omittingEmptySubsequences: false) }
    guard parts.allSatisfy({ $0.count == 2 }) else { return nil }
    return (0...1).contains { place in parts.allSatisfy { UInt64(canonical: String($0[place])) != nil } } ? " " : nil
  }

  /// Whether every id is a text in double quotes.
  var areQuoted: Bool {
    let quote = UInt8(ascii: "\"")
    return !texts.isEmpty
      && texts.allSatisfy { $0.utf8.count > 1 && $0.utf8.first == quote && $0.utf8.last == quote }
  }

  /// What all ids begin or end with as tokens hardly do: a mark of the text around them, with an example; `nil` for none.
  var commonMark: (what: String, example: String)? {
    guard texts.count > 1, let example = texts.first else { return nil }
    if texts.allSatisfy({ $0.utf8.last == UInt8(ascii: ":") && $0.utf8.count > 1 }) {
      return ("ends with a colon", example)
    }
    if areQuoted { return ("stands in double quotes", example) }
    if texts.allSatisfy(IDSpelling.hasBullet) { return ("begins as a line of a list", example) }
    switch commonSeparator {
    case " ": return ("is a number and a word", example)
    case "\t": return ("holds a tab", example)
    default: break
    }
    // The same word or mark behind all.
    func last(_ text: String) -> Substring? { text.lastIndex(of: " ").map { text[text.index(after: $0)...] } }
    guard texts.count > 2, let mark = last(example), texts.allSatisfy({ last($0) == mark }) else { return nil }
    return ("ends with '\(mark)' behind a space", example)
  }

  /// The first id, if it is a word, and all others are numbers.
  var wordAboveNumbers: String? {
    guard texts.count > 1, let first = texts.first, let letter = first.unicodeScalars.first,
      letter.properties.isAlphabetic, texts.dropFirst().allSatisfy({ UInt64(canonical: $0) != nil })
    else { return nil }
    return first
  }

  /// The first id, if it is a number, and all others, two or more, or one below a fraction, are words.
  ///
  /// - Parameter hasHeader: Whether a header states the number of rows; a whole number below it is a word.
  func numberAboveWords(hasHeader: Bool) -> String? {
    guard let first = texts.first, first.contains(".") || !hasHeader, texts.count > (first.contains(".") ? 1 : 2),
      Double(first) != nil,
      texts.dropFirst().allSatisfy({ Double($0) == nil })
    else { return nil }
    return first
  }

  /// Adds the id of the next row.
  @unsafe mutating func add(_ bytes: UnsafeRawBufferPointer) throws(VectorFileError) {
    guard (1...VectorLimits.idBytes).contains(bytes.count) else {
      throw .badID(path: path, place: place(count), bytes: bytes.count)
    }
    guard let text = unsafe String(validating: bytes, as: UTF8.self) else {
      let encoding = unsafe bytes.contains(0) ? "utf-16" : "latin1"
      throw .unsupported(
        path: path, place: place(count), found: "an id that is not in UTF-8",
        advice: "convert the file: iconv -f \(encoding) -t utf-8 \(path) > utf8.txt")
    }
    if texts.isEmpty, case .number(let number) = ItemID(parsing: text) { return try add(number) }
    if !numbers.isEmpty { becomeTexts() }
    try add(text)
  }

  /// Adds the id of the next row.
  mutating func add(text: String) throws(VectorFileError) {
    var text = text
    // Safe: the bytes are used before the text changes.
    let result: Result<Void, VectorFileError> = text.withUTF8 { bytes in
      do throws(VectorFileError) {
        return .success(try unsafe add(UnsafeRawBufferPointer(bytes)))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Adds the id of the next row, if all ids so far are numbers.
  mutating func add(_ number: UInt64) throws(VectorFileError) {
    let row = try next()
    if let first = rowOfNumber.updateValue(row, forKey: number) { throw duplicate("\(number)", first, row) }
    numbers.append(number)
  }

  private mutating func add(_ text: String) throws(VectorFileError) {
    let row = try next()
    if let first = rowOfText.updateValue(row, forKey: .text(text)) { throw duplicate(text, first, row) }
    texts.append(text)
  }

  private mutating func becomeTexts() {
    texts = numbers.map(String.init)
    for (row, text) in texts.enumerated() { rowOfText[.text(text)] = UInt32(row) }
    numbers = []
    rowOfNumber = [:]
  }

  private func next() throws(VectorFileError) -> UInt32 {
    guard count < VectorLimits.rows else {
      throw .malformed(path: path, place: .file, expected: "at most \(VectorLimits.rows) ids", found: "more")
    }
    return UInt32(count)
  }

  private func duplicate(_ id: String, _ first: UInt32, _ second: UInt32) -> VectorFileError {
    .duplicate(path: path, id: id, first: place(Int(first)), second: place(Int(second)))
  }

  /// The place of a row in messages.
  func place(_ row: Int) -> FilePlace {
    if let firstLine { .line(firstLine + row) } else { .row(row) }
  }
}
