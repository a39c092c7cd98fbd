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
  /// A dictionary of Python.
  case dictionary
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
  /// A model of libFM, as text.
  case libFM
  /// A model of xLearn, as text.
  case xLearn
  /// Text of numbers, and a word behind them.
  case wordBehind
  /// Text with a line for each component: the row, the place and the number.
  case longTable
  /// Text below the shape of its array.
  case belowShape
  /// Text below one number, or one a line.
  case counted
  /// Text below comments.
  case comments
  /// Text of words and numbers with decimal commas.
  case decimalCommas
  /// Vectors as bytes in base64 or hexadecimal digits.
  case encoded
  /// Settings of an index, without vectors.
  case settings
  /// What Redis sends.
  case redis
  /// Text of another kind.
  case text
  /// Text of words with their first numbers in one field.
  case glued
  /// Text of words and numbers, each in quotes.
  case quoted
  /// Text of numbers that are spelled in another way: `True`, `50%`, `0x1p-1`, `(1+2j)`.
  case respelled
  /// A database of DuckDB.
  case duckDB
  /// A model, an index or records of another program, by the name of the file.
  case otherProgram
  /// Text in UTF-16.
  case utf16
  /// A file of MATLAB.
  case matlab
  /// Objects of R.
  case r
  /// An archive, or packed bytes, of another kind.
  case archive
  /// A document, or a workbook of Excel before 2007.
  case document
  /// A model in ONNX.
  case onnx
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
  /// A pointer of DVC, or of git-annex.
  case otherPointer
  /// netCDF before version 4, which is HDF5.
  case netCDF
  /// The IDX format of MNIST.
  case idx
  /// A model of TensorFlow Lite.
  case tfLite
  /// Text that PGP has packed or encrypted.
  case armour
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
    for format in allCases where format.magics.contains(where: { head.starts(with: $0) }) {
      // R packs what it saves.
      return format == .gzip && FileSignature.isOfR(file.path) ? .r : format
    }
    if isONNX(head) { return .onnx }
    let isBinary = head.contains { $0 < 0x09 }
    if isBinary, head.dropFirst(4).starts(with: "TFL3".utf8) { return .tfLite }
    if isStreamOfArrow(head) { return .arrow }
    if isBinary, head.dropFirst(8).starts(with: "DUCK".utf8) { return .duckDB }
    if isPrinted(head) { return .printed }
    if isJSON(head) { return .json }
    if head.starts(with: "{'".utf8) { return .dictionary }
    if FileSignature.isMarkup(head) { return .markup }
    if isHNSWLib(head, file.byteCount) { return .hnswlib }
    if try isUSearch(file, head) { return .usearch }
    if isBinary, otherPrograms.contains(file.lowercaseExtension) { return .otherProgram }
    switch file.lowercaseExtension {
    case "ann", "annoy": return .annoy
    case "usearch": return .usearch
    case "voy", "voyager": return .voyager
    case "faiss": return .faiss
    case "tar": return .archive
    case "onnx": return .onnx
    case "tflite": return .tfLite
    case "pkl", "pickle", "pt", "pth": return .pickle
    default: return nil
    }
  }

  /// Whether the first member of a zip archive is what PyTorch writes.
  static func isTorch(_ head: [UInt8]) -> Bool {
    String(decoding: head.dropFirst(30), as: UTF8.self).contains("/data.pkl")
  }

  /// A stream of Arrow begins with a mark of four bytes, the length of a message and the place of its table.
  private static func isStreamOfArrow(_ head: [UInt8]) -> Bool {
    guard head.count > 12, head.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]) else { return false }
    let (length, table) = (littleEndian(head, at: 4, as: UInt32.self), littleEndian(head, at: 8, as: UInt32.self))
    return (16...1 << 24).contains(length) && length % 8 == 0 && table < 64
  }

  /// ONNX is a message of Protocol Buffers: the version, a small number, in field 1, and the name of the program in field 2.
  private static func isONNX(_ head: [UInt8]) -> Bool {
    guard head.count > 8, head[0] == 0x08, (1...32).contains(head[1]), head[2] == 0x12 else { return false }
    let length = Int(head[3])
    guard (2...40).contains(length), head.count > 4 + length else { return false }
    return head[4..<4 + length].allSatisfy { (0x20...0x7E).contains($0) }
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
