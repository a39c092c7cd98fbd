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
  /// Text of columns between commas, semicolons or tabs, under a line of names.
  case table
  /// Text of a word and numbers a line, between commas, semicolons or pipes.
  case separated
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
    if isJSON(head) { return .json }
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
    case .hnswlib, .usearch, .annoy, .json, .torch, .brackets, .table, .separated: []
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
    guard let line = text.split(separator: "\n", maxSplits: 1).first.map(String.init), !line.utf8.contains(0) else {
      return nil
    }
    if let open = text.firstIndex(of: "["), let next = text[open...].dropFirst().first, next.isNumber || next == "-",
      text[open...].contains(",") || text[open...].contains(" ")
    {
      return .brackets
    }
    let names = line.split(whereSeparator: { ",;\t|".contains($0) })
    return names.count > 1 && !names.contains { Double($0) != nil } ? .table : nil
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
    // The last field may be cut.
    if line.endIndex == text.endIndex, fields.count > 2 { fields.removeLast() }
    guard let word = fields.first, !word.isEmpty, !word.contains("\t"), Double(word) == nil else { return false }
    return fields.count > 1 && fields.dropFirst().allSatisfy { Double($0) != nil }
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

  /// The name in errors.
  var name: String {
    switch self {
    case .akin: "one of Akin's own files in place of vectors"
    case .gzip: "a gzip file"
    case .zstandard: "a Zstandard file"
    case .bzip2: "a bzip2 file"
    case .xz: "an xz file"
    case .hdf5: "an HDF5 file"
    case .sqlite: "an SQLite database"
    case .json: "JSON"
    case .torch: "an archive of PyTorch"
    case .fastText: "a binary model of fastText"
    case .brackets: "vectors in brackets"
    case .separated: "word vectors with other separators than spaces and tabs"
    case .table: "a table with such names of columns"
    case .parquet: "a Parquet file"
    case .arrow: "an Arrow file"
    case .pickle: "a pickle of Python, which can run code when it is read"
    case .faiss: "an index of faiss"
    case .hnswlib: "an index of hnswlib"
    case .usearch: "an index of USearch"
    case .voyager: "an index of Voyager"
    case .annoy: "an index of Annoy"
    }
  }

  /// How to make a file that Akin reads.
  ///
  /// - Parameter path: The file.
  func advice(_ path: String) -> String {
    let save = "numpy.save('vectors.npy', "
    switch self {
    case .akin:
      return "an embeddings file needs no import; its vectors as queries, or for other programs: "
        + "akin export \(path) -o vectors.npy"
    case .gzip: return "unpack it first: gunzip -k \(path)"
    case .zstandard: return "unpack it first: unzstd \(path)"
    case .bzip2: return "unpack it first: bunzip2 -k \(path)"
    case .xz: return "unpack it first: xz -dk \(path)"
    case .sqlite:
      return "read it with Python: v = sqlite3.connect('\(path)').execute('SELECT vector FROM …'); "
        + "\(save)[numpy.frombuffer(x, '<f4') for x, in v])"
    case .json: return "read it with Python and save the vectors and, one a line, the ids: \(save)array)"
    case .torch:
      return "read it with Python: s = torch.load('\(path)', map_location='cpu', weights_only=True); "
        + "\(save)s['item.weight'].numpy()), by the name that list(s) shows"
    case .fastText:
      return "write it as text: m = fasttext.load_model('\(path)'); w = m.get_words(); "
        + "\(save)[m.get_word_vector(x) for x in w]); open('ids.txt', 'w').write('\\n'.join(w))"
    case .brackets:
      return "read it with Python: t = pandas.read_csv('\(path)'); \(save)[json.loads(v) for v in t['embedding']]), "
        + "by the name of the column"
    case .separated: return "put spaces between: tr ',;|' ' ' < \(path) > vectors.txt"
    case .table:
      return
        "name the columns id, x0, x1, … between tabs, or save the numbers: t = pandas.read_csv('\(path)', converters={0: str}); "
        + "\(save)t.iloc[:, 1:]); t.iloc[:, 0].to_csv('ids.txt', index=False, header=False)"
    case .hdf5, .parquet, .arrow: return "read it with Python and save the vectors: \(save)array)"
    case .pickle: return "if you trust it, read it with Python and save the vectors: \(save)array)"
    case .faiss:
      return "get the vectors out of it: i = faiss.read_index('\(path)'); \(save)i.reconstruct_n(0, i.ntotal))"
    case .hnswlib:
      return "get the vectors out of it: i = hnswlib.Index(space, dim); i.load_index('\(path)'); "
        + "ids = i.get_ids_list(); \(save)i.get_items(ids)); numpy.save('ids.npy', ids)"
    case .usearch:
      return "get the vectors out of it: i = usearch.index.Index.restore('\(path)'); ids = numpy.array(i.keys); "
        + "\(save)i.get(ids)); numpy.save('ids.npy', ids)"
    case .voyager:
      return "get the vectors out of it: i = voyager.Index.load('\(path)'); ids = list(i.ids); "
        + "\(save)i.get_vectors(ids)); numpy.save('ids.npy', ids)"
    case .annoy:
      return "get the vectors out of it: i = annoy.AnnoyIndex(dim, metric); i.load('\(path)'); "
        + "\(save)[i.get_item_vector(n) for n in range(i.get_n_items())])"
    }
  }
}
