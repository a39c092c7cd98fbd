import AkinSupport

extension ForeignContent {
  /// The first bytes of such files: one of these; none where the text tells.
  var marks: [[UInt8]] {
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
    case .armour: FileSignature.armour.marks
    case .netCDF: FileSignature.netCDF.marks
    case .idx: FileSignature.idx.marks
    case .otherPointer: FileSignature.otherPointer.marks
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
