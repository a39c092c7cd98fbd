import AkinSupport

/// Formats that are known by their first bytes, or their names, and that Akin does not read.
public enum ForeignFormat: String, CaseIterable, Sendable {
  /// gzip.
  case gzip
  /// Zstandard.
  case zstandard
  /// HDF5.
  case hdf5
  /// Apache Parquet.
  case parquet
  /// Apache Arrow.
  case arrow
  /// Python's pickle, in which PyTorch and others save too.
  case pickle
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
    case .gzip: [[0x1F, 0x8B]]
    case .zstandard: [[0x28, 0xB5, 0x2F, 0xFD]]
    case .hdf5: [[0x89, 0x48, 0x44, 0x46]]
    case .parquet: [Array("PAR1".utf8)]
    case .arrow: [Array("ARROW1".utf8)]
    case .pickle: (2...5).map { [0x80, $0, UInt8(ascii: "c")] } + (4...5).map { [0x80, $0, 0x95] }
    case .voyager: [Array("VOYA".utf8)]
    case .faiss: ForeignFormat.faissMarks.map { Array($0.utf8) }
    case .hnswlib, .usearch, .annoy: []
    }
  }

  /// The four characters with which faiss begins its usual indexes.
  private static let faissMarks = [
    "IxFI", "IxF2", "IxFl", "IxPq", "IxPo", "IxPT", "IxSQ", "IxMp", "IxM2", "IxMR", "IxHe", "IxHE", "IxHN", "IwFl",
    "IwFd", "IwPQ", "IwQR", "IwPf", "IwSq", "IwSQ", "IwRQ", "IwLS", "IwPn", "IwPR", "IvFl", "IvPQ", "IvSQ", "IHNf",
    "IHNp", "IHNs", "IHN2", "IHNc", "INSf", "INSs", "INSp", "IxRQ", "IxLS", "IxRf", "IPfs", "IRMh", "Ixrq",
  ]

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
    case .gzip: "a gzip file"
    case .zstandard: "a Zstandard file"
    case .hdf5: "an HDF5 file"
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
    case .gzip: return "unpack it first: gunzip -k \(path)"
    case .zstandard: return "unpack it first: unzstd \(path)"
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
