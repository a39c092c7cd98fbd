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
  /// A list of tuples or of objects that Python shows.
  case tuples = "a list of tuples"
  /// A table of TOML, or of an INI file.
  case toml = "TOML or an INI file"
  /// YAML.
  case yaml = "YAML"
  /// A graph in the format of GML or Pajek.
  case graph = "a graph in GML or Pajek format"
  /// Edges with their attributes in braces, as NetworkX writes them.
  case edges = "edges with attributes in braces"
  /// Examples of Vowpal Wabbit.
  case vowpal = "lines of Vowpal Wabbit"
  /// Predictions as Surprise prints them.
  case predictions = "predictions as Surprise prints them"
  /// Blocks of the items of each user, as in the KDD Cup of 2011.
  case blocks = "blocks of a user and the number of rows, with the rows below"
  /// Lines of a name and a value, a block for each row, as SNAP has reviews.
  case labelled = "blocks of lines with a name and a value"
  /// Requests as web servers write them.
  case log = "a log of a web server"
  /// Documents as the shell of MongoDB shows them.
  case documents = "documents as the shell of MongoDB shows them"
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
    // In other files zeros stand side by side.
    let longest = row.split(omittingEmptySubsequences: true) { $0 != 0 }.map(\.count).max() ?? 0
    self = longest < 5 && 3 * row.count { $0 == 0 } > row.count ? .utf16 : .binary
  }

  /// The kind of a zip archive, by the name of its first member.
  private static func archive(_ start: [UInt8]) -> ForeignContent {
    let name = String(decoding: start.dropFirst(30), as: UTF8.self)
    if FileSignature.isWorkbook(name) { return .excel }
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
    case .numpyArchive, .excel, .json, .dictionaries, .tuples, .toml, .yaml, .graph, .edges, .vowpal, .predictions,
      .blocks, .labelled, .log, .documents, .brackets, .sql, .drawing, .markup, .pointer, .binary:
      []
    }
  }
}
