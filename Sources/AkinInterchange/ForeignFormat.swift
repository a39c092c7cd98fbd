import AkinSupport

/// Formats that are known by their first bytes, or their names, and that Akin does not read.
public enum ForeignFormat: String, CaseIterable, Sendable {
  /// An embeddings file or an index file of Akin.
  case akin
  /// gzip.
  case gzip
  /// Zstandard.
  case zstandard
  /// bzip2.
  case bzip2
  /// xz.
  case xz
  /// HDF5.
  case hdf5
  /// Apache Parquet.
  case parquet
  /// Apache Arrow.
  case arrow
  /// A database of SQLite.
  case sqlite
  /// JSON, as one text or one a line.
  case json
  /// Python's pickle, in which PyTorch and others save too.
  case pickle
  /// A zip archive of PyTorch, with a pickle in it.
  case torch
  /// A binary model of fastText.
  case fastText
  /// Text with vectors in brackets, as databases write them.
  case brackets
  /// An array as Python prints it.
  case printed
  /// Text of columns between commas, semicolons or tabs, under a line of names.
  case table
  /// Text of a word and numbers a line, between commas, semicolons or pipes.
  case separated
  /// Text under a line of names, whose columns are all components.
  case namedMatrix
  /// A matrix in the text format of NIST's Matrix Market.
  case matrixMarket
  /// Features of libsvm: a label, and pairs of a place and a number.
  case svmLight
  /// A model of LIBMF.
  case libMF
  /// Text below comments.
  case comments
  /// Text of words and numbers with decimal commas.
  case decimalCommas
  /// Text of another kind.
  case text
  /// Text of words with their first numbers in one field.
  case glued
  /// Text of words and numbers, each in quotes.
  case quoted
  /// Text in UTF-16.
  case utf16
  /// A file of MATLAB.
  case matlab
  /// Objects of R.
  case r
  /// Bytes that zlib has packed, as joblib does.
  case zlib
  /// A language model in GGUF.
  case gguf
  /// Apache Avro.
  case avro
  /// Apache ORC.
  case orc
  /// A web page, or XML.
  case markup
  /// A pointer of Git LFS in place of a file.
  case pointer
  /// A zip archive without arrays.
  case zip
  /// A workbook of Excel.
  case excel
  /// An index of faiss.
  case faiss
  /// An index of hnswlib.
  case hnswlib
  /// An index of USearch.
  case usearch
  /// An index of Voyager.
  case voyager
  /// An index of Annoy.
  case annoy

  /// The format of a file, by its first bytes, its content, or its name; `nil` for others.
  static func of(_ file: InputFile, _ head: [UInt8]) throws(VectorFileError) -> ForeignFormat? {
    for format in allCases where format.magics.contains(where: { head.starts(with: $0) }) { return format }
    if isPrinted(head) { return .printed }
    if isJSON(head) { return .json }
    if FileSignature.isMarkup(head) { return .markup }
    if isHNSWLib(head, file.byteCount) { return .hnswlib }
    if try isUSearch(file, head) { return .usearch }
    switch file.lowercaseExtension {
    case "ann", "annoy": return .annoy
    case "usearch": return .usearch
    case "voy", "voyager": return .voyager
    case "faiss": return .faiss
    case "pkl", "pickle", "pt", "pth": return .pickle
    default: return nil
    }
  }

  /// The beginnings of such files.
  private var magics: [[UInt8]] {
    switch self {
    case .akin: FileSignature.akin.marks
    case .gzip: FileSignature.gzip.marks
    case .zstandard: FileSignature.zstandard.marks
    case .bzip2: FileSignature.bzip2.marks
    case .xz: FileSignature.xz.marks
    case .hdf5: FileSignature.hdf5.marks
    case .sqlite: FileSignature.sqlite.marks
    case .fastText: [[0xBA, 0x16, 0x4F, 0x2F]]
    case .parquet: FileSignature.parquet.marks
    case .arrow: FileSignature.arrow.marks
    case .pickle: (2...5).map { [0x80, $0, UInt8(ascii: "c")] } + (4...5).map { [0x80, $0, 0x95] }
    case .voyager: [Array("VOYA".utf8)]
    case .faiss: ForeignFormat.faissMarks.map { Array($0.utf8) }
    case .pointer: FileSignature.pointer.marks
    case .matrixMarket: [Array("%%MatrixMarket".utf8)]
    case .utf16: [[0xFF, 0xFE], [0xFE, 0xFF]]
    case .matlab: [Array("MATLAB 5.0 MAT-file".utf8), Array("MATLAB 7.3 MAT-file".utf8)]
    case .r: ["RDX2\n", "RDX3\n", "RDA3\n"].map { Array($0.utf8) } + [[0x58, 0x0A, 0, 0, 0]]
    case .zlib: [[0x78, 0x01], [0x78, 0x5E], [0x78, 0x9C], [0x78, 0xDA]]
    case .gguf: [Array("GGUF".utf8)]
    case .avro: [[0x4F, 0x62, 0x6A, 1]]
    case .orc: [[0x4F, 0x52, 0x43, 0x0A], [0x4F, 0x52, 0x43, 8]]
    case .libMF: (0...9).map { Array("f \($0)\nm ".utf8) }
    case .hnswlib, .usearch, .annoy, .json, .torch, .brackets, .printed, .table, .separated, .namedMatrix, .svmLight,
      .comments, .decimalCommas, .text, .glued, .quoted, .markup, .zip, .excel:
      []
    }
  }

  /// The four characters with which faiss begins its usual indexes.
  private static let faissMarks = [
    "IxFI", "IxF2", "IxFl", "IxPq", "IxPo", "IxPT", "IxSQ", "IxMp", "IxM2", "IxMR", "IxHe", "IxHE", "IxHN", "IwFl",
    "IwFd", "IwPQ", "IwQR", "IwPf", "IwSq", "IwSQ", "IwRQ", "IwLS", "IwPn", "IwPR", "IvFl", "IvPQ", "IvSQ", "IHNf",
    "IHNp", "IHNs", "IHN2", "IHNc", "INSf", "INSs", "INSp", "IxRQ", "IxLS", "IxRf", "IPfs", "IRMh", "Ixrq",
  ]

  /// The kind of a text that is neither word vectors nor a matrix, by its first bytes; `nil` for another text.
  static func ofText(_ head: [UInt8]) -> ForeignFormat? {
    let text = String(decoding: head, as: UTF8.self)
    // Floats without a header have bytes that no text has.
    if head.contains(where: { $0 < 0x20 && !(0x09...0x0D).contains($0) }) || !isUTF8(head) { return nil }
    guard let line = text.split(separator: "\n", maxSplits: 1).first.map(String.init) else { return nil }
    if isQuoted(line) { return .quoted }
    let fields = line.split(separator: "\t")
    if fields.count == 2, Double(fields[0]) == nil {
      let numbers = fields[1].split(whereSeparator: { ",;|\r".contains($0) })
      if numbers.count > 1, numbers.allSatisfy({ Double($0) != nil }) { return .separated }
    }
    if let open = text.firstIndex(where: { $0 == "[" || $0 == "{" }), let next = text[open...].dropFirst().first,
      next.isNumber || next == "-",
      text[open...].contains(",") || text[open...].contains(" ")
    {
      return .brackets
    }
    if let mark = line.first, mark == "#" || mark == "%" { return .comments }
    let names = line.split(whereSeparator: { ",;\t|".contains($0) })
    if let kind = ofNumbers(line) { return kind }
    if names.count > 1, !names.contains(where: { Double($0) != nil }) {
      let below = text.split(separator: "\n").dropFirst().first?.split(whereSeparator: { ",;\t|\r".contains($0) }) ?? []
      if !below.isEmpty, !below.contains(where: { Double($0) != nil }) { return .text }
      // An id is no fraction.
      let isMatrix = below.count == names.count && below[0].contains(".") && below.allSatisfy { Double($0) != nil }
      return isMatrix ? .namedMatrix : .table
    }
    // pandas writes an index under an empty name, and columns by their numbers.
    if names.count > 1, line.first.map({ ",;\t".contains($0) }) == true { return .table }
    if names.count > 2, names.dropFirst().enumerated().allSatisfy({ $1 == String($0) }) { return .table }
    return .text
  }

  /// Whether bytes are UTF-8, but for a last character that may be cut.
  private static func isUTF8(_ head: [UInt8]) -> Bool {
    (0...3).contains { String(validating: head.dropLast($0), as: UTF8.self) != nil }
  }

  /// Whether lines begin with a word and a number in one, of which all other numbers stand apart: `w0=0.5 0.25`, `w1:-1.5 2`.
  static func isGlued(_ head: [UInt8]) -> Bool {
    let lines = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline).prefix(8)
    // The last line may be cut.
    let whole = lines.count > 2 ? lines.dropLast() : lines
    return whole.count > 1
      && whole.allSatisfy { line in
        let fields = line.split(whereSeparator: { " \t".contains($0) })
        guard let first = fields.first, fields.count > 1, let mark = first.lastIndex(where: { "=:".contains($0) }),
          mark > first.startIndex, Double(first[..<mark]) == nil
        else { return false }
        let number = first[first.index(after: mark)...]
        return number.contains(".") && Double(number) != nil && fields.dropFirst().allSatisfy { Double($0) != nil }
      }
  }

  /// Whether all fields of a line stand in double quotes, and all but the first are numbers: `"a","0.5","0.25"`.
  private static func isQuoted(_ line: String) -> Bool {
    let fields = line.split(whereSeparator: { ",;\t\r".contains($0) })
    return fields.count > 1
      && fields.enumerated().allSatisfy { place, field in
        field.count > 2 && field.first == "\"" && field.last == "\""
          && (place == 0 || Double(field.dropFirst().dropLast()) != nil)
      }
  }

  /// The kind of a line of numbers in a spelling that is not read; `nil` for others.
  private static func ofNumbers(_ line: String) -> ForeignFormat? {
    let fields = line.split(whereSeparator: { " \t;\r".contains($0) }).dropFirst()
    guard !fields.isEmpty else { return nil }
    func areDigits(_ text: Substring) -> Bool { !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    func parts(_ field: Substring, _ mark: Character) -> [Substring] {
      field.split(separator: mark, omittingEmptySubsequences: false)
    }
    if fields.allSatisfy({
      parts($0, ":").count == 2 && areDigits(parts($0, ":")[0]) && Double(parts($0, ":")[1]) != nil
    }) {
      return .svmLight
    }
    func hasComma(_ field: Substring) -> Bool {
      let sides = parts(field.first == "-" ? field.dropFirst() : field, ",")
      return sides.count == 2 && sides.allSatisfy(areDigits)
    }
    return fields.count > 1 && fields.allSatisfy(hasComma) ? .decimalCommas : nil
  }

  /// Whether a text begins with a word and numbers, between separators of one kind that word vectors do not have.
  ///
  /// Between `a | 0.5 | 0.25` spaces are separators, too: it could be read as the words `a | 0.5 |` and one number.
  static func isSeparated(_ head: [UInt8]) -> Bool {
    let text = String(decoding: head, as: UTF8.self)
    let line = text.prefix { $0 != "\n" && $0 != "\r\n" }
    let kinds = Set(line.filter { ",;|".contains($0) })
    guard kinds.count == 1, let kind = kinds.first else { return false }
    var fields = line.split(separator: kind, omittingEmptySubsequences: false).map(String.init).map(\.trimmed)
    // pandas names columns by their numbers.
    if fields.count > 2, fields.dropFirst().enumerated().allSatisfy({ $1 == String($0) }) { return false }
    // The last field may be cut.
    if line.endIndex == text.endIndex, fields.count > 2 { fields.removeLast() }
    guard let word = fields.first, !word.isEmpty, !word.contains("\t"), Double(word) == nil else { return false }
    return fields.count > 1 && fields.dropFirst().allSatisfy { Double($0) != nil }
  }

  /// Whether a text begins as Python prints an array: `[[0.1 0.2]`, `tensor([[0.1, 0.2]])`, `array([…])`.
  private static func isPrinted(_ head: [UInt8]) -> Bool {
    if ["tensor(", "array("].contains(where: { head.starts(with: $0.utf8) }) { return true }
    let row = head.prefix { $0 != UInt8(ascii: "]") }
    return head.starts(with: "[[".utf8) && !row.contains(UInt8(ascii: ",")) && row.contains(UInt8(ascii: " "))
      && row.dropFirst(2).allSatisfy { " \r\n+-.0123456789e".utf8.contains($0) }
  }

  /// Whether bytes begin a JSON object, or an array of objects, arrays, texts or numbers.
  private static func isJSON(_ head: [UInt8]) -> Bool {
    let rest = head.drop { " \t\r\n".utf8.contains($0) }
    guard let open = rest.first, let next = rest.dropFirst().first(where: { !" \t\r\n".utf8.contains($0) }) else {
      return false
    }
    if open == UInt8(ascii: "{") { return next == UInt8(ascii: "\"") }
    // A token of word vectors can be a bracket; a space follows it.
    let isNumber = (0x30...0x39).contains(next) || next == UInt8(ascii: "-")
    return open == UInt8(ascii: "[")
      && ("{[\"".utf8.contains(next) || isNumber && rest.dropFirst().first == next && rest.contains(UInt8(ascii: ",")))
  }

  /// Whether the first member of a zip archive is what PyTorch writes.
  static func isTorch(_ head: [UInt8]) -> Bool {
    String(decoding: head.dropFirst(30), as: UTF8.self).contains("/data.pkl")
  }

  /// hnswlib has no magic: its first numbers are the offset of level 0, which is 0, the capacity, the count and the sizes
  /// of an element, which must agree.
  private static func isHNSWLib(_ head: [UInt8], _ byteCount: UInt64) -> Bool {
    guard head.count >= 48 else { return false }
    func number(_ place: Int) -> UInt64 { littleEndian(head, at: place, as: UInt64.self) }
    let (first, capacity, count, size) = (number(0), number(8), number(16), number(24))
    let (label, data) = (number(32), number(40))
    guard first == 0, count > 0, capacity >= count, size >= 16, size < 1 << 24, data < label, label &+ 8 == size
    else { return false }
    return tableBytes([count], elementSize: Int(size)).map { $0 <= byteCount } ?? false
  }

  /// USearch begins with its vectors, after their number and their bytes as uint32; its name follows them.
  private static func isUSearch(_ file: InputFile, _ head: [UInt8]) throws(VectorFileError) -> Bool {
    let name = Array("usearch".utf8)
    if head.starts(with: name) { return true }
    guard head.count >= 8 else { return false }
    let sides = [0, 4].map { UInt64(littleEndian(head, at: $0, as: UInt32.self)) }
    guard let bytes = tableBytes(sides, elementSize: 1), bytes <= file.byteCount,
      bytes + 8 + UInt64(name.count) <= file.byteCount
    else { return false }
    return try file.bytes(at: 8 + bytes, count: name.count) == name
  }
}
