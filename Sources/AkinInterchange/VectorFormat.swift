/// The file formats of vectors that Akin reads. All are little-endian.
public enum VectorFormat: String, CaseIterable, Sendable {
  /// An array of NumPy.
  case npy
  /// Rows of an int32 dimension and float32 components (SIFT1M, GIST1M).
  case fvecs
  /// Rows of an int32 dimension and uint8 components.
  case bvecs
  /// Rows of an int32 dimension and int32 components.
  case ivecs
  /// Rows and dimension as uint32, then float32 rows (big-ann-benchmarks, DiskANN).
  case fbin
  /// Rows and dimension as uint32, then uint8 rows.
  case u8bin
  /// Rows and dimension as uint32, then int8 rows.
  case i8bin
  /// Rows and dimension as uint32, then int32 rows.
  case ibin
  /// Named tensors after a JSON header (Hugging Face).
  case safetensors
  /// Text: a line `N D`, then lines of a token and `D` numbers (`.vec`; word2vec, fastText, gensim).
  case word2vec
  /// Text: lines of a token and `D` numbers.
  case glove
  /// A line `N D`, then rows of a token, a space and `D` float32 numbers.
  case word2vecBinary = "word2vec-bin"

  /// All names as a list: `npy, fvecs, …`.
  public static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension VectorFormat {
  /// Detects the format of a file by its first bytes, then by its name, then by its text.
  static func detect(_ file: InputFile) throws -> VectorFormat {
    let head = try file.bytes(at: 0, count: Int(min(file.byteCount, 64)))
    if head.starts(with: NpyHeader.magic) { return .npy }
    // Some of these formats have no magic and may start with any bytes, so names are checked before other magic.
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
    if let foreign = ForeignFormat.allCases.first(where: { head.starts(with: $0.magic) }) {
      throw VectorFileError.foreignFormat(path: file.path, foreign)
    }
    if try SafetensorsHeader.isLikely(file) { return .safetensors }
    if let format = try WordVectors.detect(file) { return format }
    throw VectorFileError.unknownFormat(path: file.path)
  }
}

/// Formats that are detected by their first bytes and that Akin does not read.
public enum ForeignFormat: String, CaseIterable, Sendable {
  /// A zip archive, for example `.npz` of NumPy.
  case npz
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

  /// The first bytes.
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

  /// The name in errors.
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

  /// How to make a file that Akin reads.
  var advice: String {
    switch self {
    case .npz: "save one of its arrays as .npy: numpy.save('vectors.npy', numpy.load('file.npz')['name'])"
    case .gzip: "unpack it first: gunzip -k FILE"
    case .zstandard: "unpack it first: unzstd FILE"
    case .hdf5, .parquet, .arrow: "read it with Python and save the vectors: numpy.save('vectors.npy', array)"
    }
  }
}
