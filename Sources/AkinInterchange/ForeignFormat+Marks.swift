import AkinSupport

// The first bytes of formats, and the names of files that have none.

extension ForeignFormat {
  /// The beginnings of such files.
  var magics: [[UInt8]] {
    switch self {
    case .akin: FileSignature.akin.marks
    case .gzip: FileSignature.gzip.marks
    case .zstandard: FileSignature.zstandard.marks
    case .bzip2: FileSignature.bzip2.marks
    case .xz: FileSignature.xz.marks
    case .hdf5: FileSignature.hdf5.marks
    case .sqlite: FileSignature.sqlite.marks
    case .torch: [[0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]]
    case .fastText: [[0xBA, 0x16, 0x4F, 0x2F]]
    case .parquet: FileSignature.parquet.marks
    case .arrow: FileSignature.arrow.marks
    case .pickle: (2...5).map { [0x80, $0, UInt8(ascii: "c")] } + (4...5).map { [0x80, $0, 0x95] }
    case .voyager: [Array("VOYA".utf8)]
    case .faiss: ForeignFormat.faissMarks.map { Array($0.utf8) }
    case .pointer: FileSignature.pointer.marks
    case .otherPointer: FileSignature.otherPointer.marks
    case .netCDF: FileSignature.netCDF.marks
    case .idx: FileSignature.idx.marks
    case .armour: FileSignature.armour.marks
    case .matrixMarket: [Array("%%MatrixMarket".utf8)]
    case .utf16: [[0xFF, 0xFE], [0xFE, 0xFF]]
    case .matlab: [Array("MATLAB 5.0 MAT-file".utf8), Array("MATLAB 7.3 MAT-file".utf8)]
    case .r: ["RDX2\n", "RDX3\n", "RDA3\n"].map { Array($0.utf8) } + [[0x58, 0x0A, 0, 0, 0]]
    case .zlib: [[0x78, 0x01], [0x78, 0x5E], [0x78, 0x9C], [0x78, 0xDA]]
    case .gguf: [Array("GGUF".utf8)]
    case .avro: [[0x4F, 0x62, 0x6A, 1]]
    case .orc: [[0x4F, 0x52, 0x43, 0x0A], [0x4F, 0x52, 0x43, 8]]
    case .libMF: (0...9).map { Array("f \($0)\nm ".utf8) }
    case .archive:
      [
        [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], Array("Rar!".utf8) + [0x1A], [0x04, 0x22, 0x4D, 0x18], [0x1F, 0x9D],
        [0x5D, 0, 0, 0x80, 0],
      ]
    case .document: [[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], Array("%PDF-".utf8), Array("{\\rtf".utf8)]
    case .onnx, .tfLite, .hnswlib, .usearch, .annoy, .json, .brackets, .printed, .dictionary, .table, .separated,
      .namedMatrix,
      .svmLight,
      .counted, .libFM, .xLearn, .belowShape, .longTable, .wordBehind, .comments, .encoded, .settings, .redis,
      .respelled, .duckDB,
      .otherProgram, .decimalCommas, .text,
      .glued,
      .quoted, .markup, .zip, .excel:
      []
    }
  }

  /// Names that files of numbers do not have: TensorFlow, Core ML, NMSLIB, Lance, MessagePack, RocksDB, MXNet, TorchServe and Redis.
  static let otherPrograms: Set<String> = [
    "pb", "mlmodel", "nmslib", "lance", "tfrecord", "tfrecords", "msgpack", "mpk", "sst", "ckpt", "params", "mar",
    "rdb",
  ]

  /// The four characters with which faiss begins its usual indexes.
  private static let faissMarks = [
    "IxFI", "IxF2", "IxFl", "IxPq", "IxPo", "IxPT", "IxSQ", "IxMp", "IxM2", "IxMR", "IxHe", "IxHE", "IxHN", "IwFl",
    "IwFd", "IwPQ", "IwQR", "IwPf", "IwSq", "IwSQ", "IwRQ", "IwLS", "IwPn", "IwPR", "IvFl", "IvPQ", "IvSQ", "IHNf",
    "IHNp", "IHNs", "IHN2", "IHNc", "INSf", "INSs", "INSp", "IxRQ", "IxLS", "IxRf", "IPfs", "IRMh", "Ixrq",
  ]
}
