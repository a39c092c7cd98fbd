import AkinSupport

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

  /// Text: lines of numbers alone, between spaces, tabs, commas or semicolons (`numpy.savetxt`, `vectors.tsv`).
  case matrix
  /// Text between tabs, after a line with the names of columns: `id`, others, then a vector from `x0` on (`akin export`).
  case tsv
  /// A zip archive of `.npy` arrays.
  case npz

  /// All names as a list: `npy, fvecs, …`.
  public static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension VectorFormat {
  /// Detects the format of a file by its first bytes, then by its name, then by its text.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - hasIDs: Whether ids come from elsewhere, so that lines of numbers alone are a matrix.
  ///   - execution: Notices; cancellation.
  static func detect(_ file: InputFile, hasIDs: Bool, _ execution: Execution) throws -> VectorFormat {
    let head = try file.bytes(at: 0, count: Int(min(file.byteCount, 64)))
    if head.starts(with: NpyHeader.magic) { return .npy }
    if FileSignature.pointer.marks.contains(where: { head.starts(with: $0) }) {
      throw VectorFileError.foreignFormat(path: file.path, .pointer)
    }
    if file.lowercaseExtension == "npy", let foreign = try ForeignFormat.of(file, head) {
      throw VectorFileError.foreignFormat(path: file.path, foreign)
    }
    // Some of these formats have no magic and may start with any bytes, so names are checked before other magic.
    switch file.lowercaseExtension {
    // numpy.savez appends .npz to a name that has no such end; others rename the archive.
    case "npy": return head.starts(with: ZipArchive.magic) ? .npz : .npy
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
    if head.starts(with: ZipArchive.magic) {
      if ForeignFormat.isTorch(head) { throw VectorFileError.foreignFormat(path: file.path, .torch) }
      return .npz
    }
    if let foreign = try ForeignFormat.of(file, head) { throw VectorFileError.foreignFormat(path: file.path, foreign) }
    if try SafetensorsHeader.isLikely(file) { return .safetensors }
    if try RowTable.isLikely(file) { return .tsv }
    let beginning = try file.bytes(at: 0, count: Int(min(file.byteCount, 4096)))
    let opening = VectorOpening(beginning)
    if let foreign = ForeignFormat.misleading(opening) {
      throw VectorFileError.foreignFormat(path: file.path, foreign)
    }
    if let format = try WordVectors.detect(file, hasIDs: hasIDs, execution) { return format }
    // Reading says what is wrong with its first line.
    if TextMatrix.hasDecimalCommas(beginning) { return .matrix }
    if let text = ForeignFormat.ofText(opening) { throw VectorFileError.foreignFormat(path: file.path, text) }
    throw VectorFileError.unknownFormat(path: file.path)
  }
}
