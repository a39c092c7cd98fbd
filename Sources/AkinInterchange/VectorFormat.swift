/// The file formats that vectors made elsewhere come in. All are little-endian.
public enum VectorFormat: String, CaseIterable, Sendable {
  /// NumPy's array file.
  case npy
  /// Per row an int32 dimension, then float32 (SIFT1M, GIST1M).
  case fvecs
  /// Per row an int32 dimension, then uint8.
  case bvecs
  /// Per row an int32 dimension, then int32.
  case ivecs
  /// Two uint32, rows and dimension, then float32 rows (big-ann-benchmarks, DiskANN).
  case fbin
  /// The same with uint8 rows.
  case u8bin
  /// The same with int8 rows.
  case i8bin
  /// The same with int32 rows.
  case ibin
  /// Named tensors behind a JSON header (Hugging Face).
  case safetensors
  /// Text: a line `N D`, then a token and `D` numbers a line (`.vec`, word2vec, fastText, gensim).
  case word2vec
  /// The same text without the first line.
  case glove
  /// A line `N D`, then a token, a space and `D` float32 for each row.
  case word2vecBinary = "word2vec-bin"

  /// All names, for messages: `npy, fvecs, …`.
  public static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension VectorFormat {
  /// The format of a file: by its first bytes where they say, then by its name, then by what its text looks like.
  static func detect(_ file: InputFile) throws -> VectorFormat {
    let head = try file.bytes(at: 0, count: Int(min(file.byteCount, 64)))
    if head.starts(with: NpyHeader.magic) { return .npy }
    // These have no magic, so that any first bytes may be theirs: their names speak before other formats' magic does.
    switch file.lowercaseExtension {
    case "npy": return .npy
    case "fvecs": return .fvecs
    case "bvecs": return .bvecs
    case "ivecs": return .ivecs
    case "fbin": return .fbin
    case "u8bin": return .u8bin
    case "i8bin": return .i8bin
    case "ibin": return .ibin
    case "safetensors": return .safetensors
    default: break
    }
    if let stranger = Stranger.allCases.first(where: { head.starts(with: $0.magic) }) {
      throw VectorFileError.stranger(path: file.path, stranger)
    }
    if try SafetensorsHeader.isLikely(file) { return .safetensors }
    if let format = try WordVectors.detect(file) { return format }
    throw VectorFileError.unknownFormat(path: file.path)
  }
}

/// Formats that are known by their first bytes and are not read here.
public enum Stranger: String, CaseIterable, Sendable {
  case npz, gzip, zstandard, hdf5, parquet, arrow

  var magic: [UInt8] {
    switch self {
    case .npz: [0x50, 0x4B, 0x03, 0x04]
    case .gzip: [0x1F, 0x8B]
    case .zstandard: [0x28, 0xB5, 0x2F, 0xFD]
    case .hdf5: [0x89, 0x48, 0x44, 0x46]
    case .parquet: Array("PAR1".utf8)
    case .arrow: Array("ARROW1".utf8)
    }
  }

  var name: String {
    switch self {
    case .npz: "a zip archive (.npz?)"
    case .gzip: "a gzip file"
    case .zstandard: "a Zstandard file"
    case .hdf5: "an HDF5 file"
    case .parquet: "a Parquet file"
    case .arrow: "an Arrow file"
    }
  }

  var advice: String {
    switch self {
    case .npz: "save one array of it as .npy: numpy.save('vectors.npy', numpy.load('file.npz')['name'])"
    case .gzip: "unpack it first: gunzip -k FILE"
    case .zstandard: "unpack it first: unzstd FILE"
    case .hdf5, .parquet, .arrow: "read it with Python and save the vectors: numpy.save('vectors.npy', array)"
    }
  }
}
