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
  /// A graph in GraphML.
  case graphML = "a graph in GraphML"
  /// A graph in GEXF.
  case gexf = "a graph in GEXF"
  /// A graph in DOT, the language of Graphviz.
  case dot = "a graph in DOT"
  /// Edges with their attributes in braces, as NetworkX writes them.
  case edges = "edges with attributes in braces"
  /// Examples of Vowpal Wabbit.
  case vowpal = "lines of Vowpal Wabbit"
  /// Examples of Vowpal Wabbit without a namespace, or with one.
  case vowpalPlain = "lines of Vowpal Wabbit without a namespace of users and one of items"
  /// Answers as redis-cli shows them.
  case redis = "answers as redis-cli shows them"
  /// A table of LaTeX.
  case latex = "a table of LaTeX"
  /// Lines of a list for people, each behind its mark.
  case bullets = "a list with a mark or a number before each line"
  /// Lines of a user, a colon or an arrow, and items.
  case keyedLists = "lines of a user, a colon or an arrow, and items"
  /// A list of YAML under each user.
  case yamlLists = "lists of YAML, one under each user"
  /// Objects of R.
  case objectsOfR = "objects of R"
  /// A file of MATLAB.
  case matlab = "a file of MATLAB"
  /// Apache Avro.
  case avro = "Avro data"
  /// Apache ORC.
  case orc = "ORC data"
  /// Lines that a program logs.
  case programLog = "a log of a program"
  /// Blocks of lines of a name and a value, with empty lines between.
  case fieldBlocks = "blocks of lines with a name and a value, one block a row"
  /// Lines of a program, or a message of Protocol Buffers as text.
  case program = "lines of a program"
  /// Triples of RDF in Turtle.
  case turtle = "triples of RDF in Turtle"
  /// Numbers as Prometheus shows them.
  case prometheus = "numbers as Prometheus shows them"
  /// Points in the line protocol of InfluxDB.
  case lineProtocol = "points in the line protocol of InfluxDB"
  /// A workbook of Excel before 2007, or another compound file of Microsoft.
  case oldExcel = "a workbook of Excel before 2007"
  /// A data set of Stata.
  case stata = "a data set of Stata"
  /// A data set of SPSS.
  case spss = "a data set of SPSS"
  /// A data set of SAS.
  case sas = "a data set of SAS"
  /// A database of Access.
  case access = "a database of Access"
  /// A document of text or pictures.
  case document = "a document of text, pictures or cells"
  /// A tar archive.
  case tar = "a tar archive"
  /// A 7z archive.
  case sevenZip = "a 7z archive"
  /// A RAR archive.
  case rar = "a RAR archive"
  /// Bytes that lz4 has packed.
  case lz4 = "lz4 data"
  /// Bytes that compress has packed.
  case compress = "data of compress"
  /// Bytes that lzma has packed.
  case lzma = "lzma data"
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
    } else if start.count > 261, start[257...].starts(with: "ustar".utf8) {
      self = .tar
    } else if start.starts(with: "<stata_dta>".utf8) {
      self = .stata
    } else if FileSignature.isMarkup(start) {
      self = ForeignContent.markup(start)
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

  /// The kind of a web page or XML: graphs have elements of their own.
  private static func markup(_ start: [UInt8]) -> ForeignContent {
    let text = String(decoding: start, as: UTF8.self).lowercased()
    return text.contains("<graphml") ? .graphML : text.contains("<gexf") ? .gexf : .markup
  }

  /// The kind of a zip archive, by the name of its first member.
  private static func archive(_ start: [UInt8]) -> ForeignContent {
    let name = String(decoding: start.dropFirst(30), as: UTF8.self)
    if name.contains("word/") || name.contains("ppt/") || name.hasPrefix("Index/")
      || name.hasPrefix("mimetypeapplication/vnd.oasis.opendocument.text")
    {
      return .document
    }
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
    case .objectsOfR: ["RDX2\n", "RDX3\n", "RDA3\n"].map { Array($0.utf8) } + [[0x58, 0x0A, 0, 0, 0]]
    case .matlab: [Array("MATLAB 5.0 MAT-file".utf8), Array("MATLAB 7.3 MAT-file".utf8)]
    case .avro: [[0x4F, 0x62, 0x6A, 1]]
    case .orc: [[0x4F, 0x52, 0x43, 0x0A], [0x4F, 0x52, 0x43, 8]]
    case .oldExcel: [[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]]
    case .stata: [0x6C, 0x6E, 0x6F, 0x71, 0x72, 0x73].flatMap { [[$0, 1, 1, 0], [$0, 2, 1, 0]] as [[UInt8]] }
    case .spss: [Array("$FL2@(#)".utf8), Array("$FL3@(#)".utf8)]
    case .sas: [[UInt8](repeating: 0, count: 12) + [0xC2, 0xEA, 0x81, 0x60]]
    case .access: ["Jet", "ACE"].map { [0, 1, 0, 0] + Array("Standard \($0) DB".utf8) }
    case .document:
      [
        Array("%PDF-".utf8), Array("{\\rtf".utf8), [0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8, 0xFF], Array("GIF8".utf8),
        Array("ID;PWXL".utf8),
        Array("ID;PCALC".utf8), Array("TABLE\n0,1\n".utf8), Array("TABLE\r\n0,1\r\n".utf8),
      ]
    case .sevenZip: [[0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]]
    case .rar: [Array("Rar!".utf8) + [0x1A]]
    case .lz4: [[0x04, 0x22, 0x4D, 0x18]]
    case .compress: [[0x1F, 0x9D]]
    case .lzma: [[0x5D, 0, 0, 0x80, 0], [0x5D, 0, 0, 0, 1], [0x5D, 0, 0, 0, 4]]
    default: []
    }
  }
}
