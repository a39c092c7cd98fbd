import AkinSupport
import AkinVectors

/// A file of ids, one per row of vectors: text with one UTF-8 id per line, or an `.npy` array of integers or texts.
public enum IDFile {
  /// Reads all ids: a column of numbers if every id is a canonical number, else of texts.
  ///
  /// CRLF and a byte order mark are accepted. Empty lines, ids of more than 1,024 bytes and repeated ids are errors.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - expectedCount: The number of ids that the file must have, or `nil` for any number.
  ///   - execution: Cancellation.
  /// - Throws: ``VectorFileError`` or `Cancelled`.
  public static func read(
    path: String, expectedCount: Int? = nil, execution: Execution = Execution()
  ) throws -> IDColumn {
    let file = try InputFile(path: path)
    let head = try file.bytes(at: 0, count: Int(min(file.byteCount, 64)))
    let isNpy = head.starts(with: NpyHeader.magic)
    if !isNpy { try refuseForeign(head, file) }
    var ids = IDCollector(path: path, firstLine: isNpy ? nil : 1)
    if isNpy {
      let header = try NpyHeader(file)
      switch header.content {
      case .numbers, .flags:
        let table = try IntegerColumn(file, header, header.element(file))
        try check(table.count, expectedCount, "ids", file)
        try table.forEach(file, execution) { number throws(VectorFileError) in try ids.add(number) }
      case .codePoints, .bytes:
        let table = try TextArray(file, header)
        try check(table.count, expectedCount, "ids", file)
        try table.forEach(file, execution) { text throws(VectorFileError) in try ids.add(text: text) }
      }
    } else {
      let window = FileWindow(file)
      try window.skipByteOrderMark()
      while let line = try unsafe window.nextLine() {
        if ids.count % 65_536 == 0 { try execution.checkCancellation() }
        try unsafe ids.add(line)
      }
    }
    try check(ids.count, expectedCount, "ids", file)
    let spelling = ids.spelling
    for (id, expected) in [
      (spelling.nullAmongNumbers, "a number as in other lines"), (spelling.twin, "no white space"),
    ] {
      if let id {
        throw VectorFileError.malformed(
          path: path, place: ids.place(Int(id.index)), expected: expected, found: "'\(id.text)'")
      }
    }
    if let separator = ids.commonSeparator {
      execution.notice?(
        Notice(
          "\(path): every id holds \(separator == "\t" ? "a tab" : "'\(separator)'"): does the file have several columns?",
          isWarning: true))
    }
    if ids.areQuoted {
      execution.notice?(
        Notice("\(path): every id stands in double quotes, which belong to it; without: tr -d '\"'", isWarning: true))
    }
    if let word = ids.wordAboveNumbers, !isNpy {
      execution.notice?(
        Notice(
          "\(path):1: '\(word)' is the id of row 0, where all other ids are numbers: is it the name of the column?",
          isWarning: true))
    }
    if !ids.areQuoted, let note = spelling.note("row") {
      execution.notice?(Notice("\(path): \(note)", isWarning: true))
    }
    return ids.column
  }
}

extension IDFile {
  /// Refuses archives, compressed files and other formats that are no text.
  fileprivate static func refuseForeign(_ head: [UInt8], _ file: InputFile) throws(VectorFileError) {
    let isText = !head.contains { $0 < 0x09 }
    if isText, !isJSON(head) { return }
    var foreign = try ForeignFormat.of(file, head)
    if head.starts(with: ZipArchive.magic) {
      foreign = FileSignature.isWorkbook(String(decoding: head.dropFirst(30), as: UTF8.self)) ? .excel : nil
      if foreign == nil {
        throw .unsupported(
          path: file.path, place: .file, found: "an archive as ids",
          advice:
            "save the ids alone: numpy.save('ids.npy', numpy.load('\(file.path)')['NAME']), by the name that list() shows"
        )
      }
    }
    guard let foreign else { return }
    guard let advice = foreign.adviceForIDs(file.path) else { throw .foreignFormat(path: file.path, foreign) }
    let name = foreign == .pickle ? "a pickle of Python" : foreign.name
    throw .unsupported(path: file.path, place: .file, found: "\(name) as ids", advice: advice)
  }

  /// Whether a file is one JSON text, and not ids in brackets, one a line.
  private static func isJSON(_ head: [UInt8]) -> Bool {
    let text = head.drop { " \t\r\n".utf8.contains($0) }
    guard let open = text.first, open == UInt8(ascii: "[") || open == UInt8(ascii: "{") else { return false }
    let line = text.prefix { $0 != UInt8(ascii: "\n") }
    let close = open == UInt8(ascii: "[") ? UInt8(ascii: "]") : UInt8(ascii: "}")
    // A file of lines in brackets has them closed on each.
    return line.count == text.count || line.last != close
  }
}

/// A file of numbers, one per row of vectors: text with one number per line, or an `.npy` array.
public enum FloatFile {
  /// Reads all numbers, which must be finite.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - expectedCount: How many numbers the file must have, or `nil` for any number.
  ///   - what: The name of the numbers in errors.
  ///   - execution: Cancellation.
  /// - Throws: ``VectorFileError`` or `Cancelled`.
  public static func read(
    path: String, expectedCount: Int? = nil, what: String = "biases", execution: Execution = Execution()
  ) throws -> [Float] {
    let file = try InputFile(path: path)
    let isNpy = try file.bytes(at: 0, count: Int(min(file.byteCount, 6))) == NpyHeader.magic
    let numbers = try isNpy ? array(file, execution) : lines(file, execution)
    try check(numbers.count, expectedCount, what, file)
    return numbers
  }

  private static func array(_ file: InputFile, _ execution: Execution) throws -> [Float] {
    let header = try NpyHeader(file)
    let count = try header.columnCount(file)
    let layout = try RowLayout(
      header.element(file), count: UInt64(count), dimension: 1, offset: header.dataOffset, in: file)
    return try layout.loadColumn(file, execution)
  }

  private static func lines(_ file: InputFile, _ execution: Execution) throws -> [Float] {
    let window = FileWindow(file)
    try window.skipByteOrderMark()
    var numbers: [Float] = []
    while let line = try unsafe window.nextLine() {
      if numbers.count % 65_536 == 0 { try execution.checkCancellation() }
      var rest = unsafe line[...]
      guard let field = unsafe WordVectors.takeLast(&rest), let number = unsafe parseFloat(field),
        unsafe rest.allSatisfy(WordVectors.isSeparator)
      else {
        throw VectorFileError.notOneNumber(path: file.path, place: .line(window.line))
      }
      guard number.isFinite else {
        throw VectorFileError.notFinite(path: file.path, place: .line(window.line), component: 0)
      }
      numbers.append(number)
    }
    return numbers
  }
}

func check(_ found: Int, _ expected: Int?, _ what: String, _ file: InputFile) throws(VectorFileError) {
  if let expected, found != expected {
    throw .wrongCount(path: file.path, what: what, expected: expected, found: found)
  }
}

extension NpyHeader {
  /// The number of elements of a column: an array of one dimension, or with a second dimension of 1.
  func columnCount(_ file: InputFile) throws(VectorFileError) -> Int {
    guard shape.count == 1 || shape[1] == 1, let count = Int(exactly: shape[0]), count <= VectorLimits.rows else {
      throw .malformed(
        path: file.path, place: .header, expected: "an array of one dimension and at most \(VectorLimits.rows) numbers",
        found: "shape \(shape)")
    }
    return count
  }
}
