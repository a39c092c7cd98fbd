import AkinSupport

/// Formats that are known by their first bytes and are no rows of text.
public enum ForeignContent: String, Sendable, CaseIterable {
  /// UTF-32.
  case utf32 = "UTF-32 text"
  /// UTF-16.
  case utf16 = "UTF-16 text"
  /// gzip.
  case gzip = "gzip data"
  /// bzip2.
  case bzip2 = "bzip2 data"
  /// xz.
  case xz = "xz data"
  /// Zstandard.
  case zstandard = "zstd data"
  /// An archive of NumPy's arrays, or of SciPy's sparse matrix.
  case numpyArchive = "an archive of NumPy arrays"
  /// A workbook of Excel.
  case excel = "an Excel workbook"
  /// A zip archive.
  case zip = "a zip archive"
  /// Apache Parquet.
  case parquet = "Parquet data"
  /// Apache Arrow, or Feather.
  case arrow = "Arrow data"
  /// HDF5.
  case hdf5 = "HDF5 data"
  /// A database of SQLite.
  case sqlite = "an SQLite database"
  /// Python's pickle.
  case pickle = "a pickle of Python"
  /// An array of NumPy.
  case numpy = "a NumPy array"
  /// An embeddings or index file.
  case akin = "one of Akin's own files"
  /// One JSON text, or one a line.
  case json = "JSON"
  /// A dictionary of Python a line.
  case dictionaries = "dictionaries of Python"
  /// A sparse matrix in the text format of NIST's Matrix Market.
  case matrixMarket = "a Matrix Market file"
  /// A row a line in brackets, as Python, Spark and other programs show tuples.
  case brackets = "rows in brackets"
  /// Statements of SQL, as a dump of a database has them.
  case sql = "statements of SQL"
  /// A table with lines drawn between its rows or columns, as databases show it to people.
  case drawing = "a table that is drawn with lines"
  /// A web page, or XML.
  case markup = "a web page or XML"
  /// What Git LFS leaves in place of a file.
  case pointer = "a pointer of Git LFS, which stands for a file that is not there"
  /// Bytes that are no text.
  case binary = "binary data"

  /// The content that the first bytes of a file tell; `nil` for what may be rows of text.
  ///
  /// - Parameters:
  ///   - start: The first bytes, without a byte order mark of UTF-8.
  ///   - is8Bit: Whether the caller has named an encoding in which any bytes but zeros are text.
  init?(_ start: ArraySlice<UInt8>, is8Bit: Bool) {
    let start = Array(start)
    if !is8Bit || start.contains(0),
      let content = ForeignContent.allCases.first(where: { $0.marks.contains { start.starts(with: $0) } })
    {
      self = content == .zip ? ForeignContent.archive(start) : content
    } else if FileSignature.isMarkup(start) {
      self = .markup
    } else if FileSignature.pointer.marks.contains(where: { start.starts(with: $0) }) {
      self = .pointer
    } else if let first = start.firstIndex(where: { !" \t\r\n".utf8.contains($0) }),
      let content = ForeignContent.structured(start[first...])
    {
      self = content
    } else if let content = ForeignContent.shown(start) {
      self = content
    } else {
      return nil
    }
  }

  /// What zeros in a first row are: every second byte of Latin letters in UTF-16 is one.
  ///
  /// - Parameter row: The bytes of the row.
  init(zerosIn row: some Collection<UInt8>) {
    self = 3 * row.count { $0 == 0 } > row.count ? .utf16 : .binary
  }

  /// JSON begins with an object, or with an array of objects, arrays or texts.
  private static func structured(_ start: ArraySlice<UInt8>) -> ForeignContent? {
    guard let open = start.first, open == UInt8(ascii: "{") || open == UInt8(ascii: "[") else { return nil }
    let next = start.dropFirst().first { !" \t\r\n".utf8.contains($0) }
    switch (open, next) {
    case (UInt8(ascii: "{"), UInt8(ascii: "'")?): return .dictionaries
    case (UInt8(ascii: "{"), UInt8(ascii: "\"")?): return .json
    case (UInt8(ascii: "["), let next?) where "{[\"".utf8.contains(next): return .json
    default: return nil
    }
  }

  /// What databases and programs show or dump as text: rows in brackets, statements, drawings.
  private static func shown(_ start: [UInt8]) -> ForeignContent? {
    let text = String(decoding: start, as: UTF8.self)
    // The last line may be cut.
    let lines = text.split(maxSplits: 12, omittingEmptySubsequences: true) { $0.isNewline }.map { String($0).trimmed }
    guard let first = lines.first(where: { !$0.isEmpty }) else { return nil }
    if lines.prefix(4).contains(where: isRule) { return .drawing }
    let words = first.lowercased()
    if first == "--" || statements.contains(where: { words.hasPrefix($0) }) { return .sql }
    return lines.count > 1 && isBracketed(first) ? .brackets : nil
  }

  /// The beginnings of a dump, in small letters.
  private static let statements = [
    "insert into ", "create table ", "drop table ", "begin transaction;", "pragma foreign_keys", "copy public.", "/*!",
    "-- mysql", "-- mariadb", "-- postgresql", "-- phpmyadmin", "-- dumped", "-- host:",
  ]

  /// Whether a line draws an edge, or the rule below names: `---------+--------`, `|----|----|`, `┌────┬────┐`.
  private static func isRule(_ line: String) -> Bool {
    let strokes = line.unicodeScalars.count { $0 == "-" || $0 == "=" || (0x2500...0x257F).contains($0.value) }
    guard strokes > 4 else { return false }
    return line.unicodeScalars.allSatisfy {
      "-=+|: \t".unicodeScalars.contains($0) || (0x2500...0x257F).contains($0.value)
    }
  }

  /// Whether one pair of brackets holds a whole line and a separator, perhaps behind a name: `(1,10,5.0)`, `Rating(1,10,5.0)`.
  private static func isBracketed(_ line: String) -> Bool {
    let line = line.utf8.drop { (0x41...0x5A).contains($0 & 0xDF) }
    guard let open = line.first, let kind = "([{".utf8.firstIndex(of: open) else { return false }
    let close = ")]}".utf8[kind]
    var depth = 0
    var hasComma = false
    for (place, byte) in line.enumerated() {
      if byte == open { depth += 1 }
      if byte == UInt8(ascii: ",") { hasComma = true }
      guard byte == close else { continue }
      depth -= 1
      if depth == 0 { return hasComma && line.dropFirst(place + 1).allSatisfy { ",; ".utf8.contains($0) } }
    }
    return false
  }

  /// The kind of a zip archive, by the name of its first member.
  private static func archive(_ start: [UInt8]) -> ForeignContent {
    let name = String(decoding: start.dropFirst(30), as: UTF8.self)
    if name.hasPrefix("[Content_Types].xml") || name.hasPrefix("_rels/") || name.hasPrefix("xl/") { return .excel }
    return name.prefix(120).contains(".npy") ? .numpyArchive : .zip
  }

  /// The first bytes.
  private var marks: [[UInt8]] {
    switch self {
    case .utf32: [[0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF]]
    case .utf16: [[0xFF, 0xFE], [0xFE, 0xFF]]
    case .gzip: FileSignature.gzip.marks
    case .bzip2: FileSignature.bzip2.marks
    case .xz: FileSignature.xz.marks
    case .zstandard: FileSignature.zstandard.marks
    case .zip: FileSignature.zip.marks
    case .parquet: FileSignature.parquet.marks
    case .arrow: FileSignature.arrow.marks
    case .hdf5: FileSignature.hdf5.marks
    case .sqlite: FileSignature.sqlite.marks
    case .pickle: (2...5).map { [0x80, $0] }
    case .numpy: FileSignature.numpy.marks
    case .akin: FileSignature.akin.marks
    case .matrixMarket: [Array("%%MatrixMarket".utf8)]
    case .numpyArchive, .excel, .json, .dictionaries, .brackets, .sql, .drawing, .markup, .pointer, .binary: []
    }
  }

  /// How to get rows of text out of such a file.
  func remedy(_ path: String) -> String {
    func text(_ frame: String) -> String { "write it as text: pandas.\(frame).to_csv('rows.csv', index=False)" }
    // All digits of an id count.
    func sparse(_ matrix: String) -> String {
      "write it as text: m = \(matrix).tocoo(); "
        + "numpy.savetxt('rows.tsv', numpy.c_[m.row, m.col, m.data], fmt='%.17g', delimiter='\\t')"
    }
    switch self {
    case .utf32: return "convert it: iconv -f utf-32 -t utf-8 \(path) > utf8.csv"
    case .markup:
      return
        "download the file itself: this may be the page of a link, or of an error; of XML with an element for each row, "
        + text("read_xml('\(path)', dtype=str)")
    case .brackets:
      return
        "take brackets and quotes away: sed -E \"s/^[A-Za-z]*[({[]//; s/[])}][,; ]*$//; s/['\\\"]//g; s/(^|,) *[A-Za-z_]+=([^=,])/\\1\\2/g; s/, +/,/g\" "
        + "\(path) > rows.csv"
    case .sql:
      return "load it into its database and write rows: psql --csv -c 'SELECT user, item, value FROM …' > rows.csv, "
        + "mysql --batch -e '…' > rows.tsv, or sqlite3 -csv -header FILE.db '…' > rows.csv"
    case .drawing: return "let the database write rows: psql --csv, mysql --batch, duckdb -csv, or sqlite3 -csv -header"
    case .pointer: return "get the file: git lfs pull"
    case .utf16: return "convert it: iconv -f utf-16 -t utf-8 \(path) > utf8.csv"
    case .gzip: return "unpack it on the way: gunzip -c \(path) | akin train - …"
    case .bzip2: return "unpack it on the way: bunzip2 -c \(path) | akin train - …"
    case .xz: return "unpack it on the way: xz -dc \(path) | akin train - …"
    case .zstandard: return "unpack it on the way: zstd -dc \(path) | akin train - …"
    case .zip: return "unpack it on the way: unzip -p \(path) | akin train - …"
    case .numpyArchive: return "if it is a sparse matrix, \(sparse("scipy.sparse.load_npz('\(path)')"))"
    case .matrixMarket: return sparse("scipy.io.mmread('\(path)')")
    case .excel: return text("read_excel('\(path)', dtype=str)")
    case .parquet: return text("read_parquet('\(path)')")
    case .arrow: return text("read_feather('\(path)')")
    case .hdf5: return text("read_hdf('\(path)')")
    case .pickle: return "if you trust it, \(text("read_pickle('\(path)')"))"
    case .sqlite: return "write it as text: sqlite3 -csv -header \(path) 'SELECT user, item, value FROM …' > rows.csv"
    case .numpy:
      return "write it as text: numpy.savetxt('rows.tsv', numpy.load('\(path)'), fmt='%.17g', delimiter='\\t')"
    case .akin: return "give the file of interactions that it was made from"
    case .json:
      return text("read_json('\(path)', lines=True, dtype=False)")
        + "; without lines=True for one array; lists of objects: "
        + "pandas.json_normalize([json.loads(x) for x in open('\(path)')], 'LIST', ['USER']).to_csv('rows.csv', index=False); "
        + "objects of users and items: pandas.DataFrame(json.load(open('\(path)'))).T.stack().dropna().reset_index()"
        + ".to_csv('rows.csv', index=False, header=['user', 'item', 'value'])"
    case .dictionaries:
      return text("DataFrame(ast.literal_eval(line) for line in open('\(path)'))")
        + "; lists of dictionaries: pandas.json_normalize([ast.literal_eval(x) for x in open('\(path)')], 'LIST', ['USER'])"
        + ".to_csv('rows.csv', index=False)"
    case .binary: return "give a file of text: rows of user, item and value with separators between"
    }
  }
}
