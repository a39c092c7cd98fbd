/// Formats that files are known by at their first bytes.
package enum FileSignature: Sendable {
  case gzip, bzip2, xz, zstandard, zip
  case parquet, arrow, hdf5, sqlite, numpy
  /// The text that Git LFS leaves in place of a file.
  case pointer
  /// The texts that DVC and git-annex leave in place of files.
  case otherPointer
  /// netCDF before version 4.
  case netCDF
  /// The IDX format of MNIST: two zeros, a type and the number of dimensions.
  case idx
  /// Text that PGP has packed or encrypted.
  case armour
  /// All files of Akin, whatever their kind.
  case akin

  /// The first bytes of such files: one of these.
  package var marks: [[UInt8]] {
    switch self {
    case .gzip: [[0x1F, 0x8B]]
    case .bzip2: [Array("BZh".utf8)]
    case .xz: [[0xFD, 0x37, 0x7A, 0x58, 0x5A]]
    case .zstandard: [[0x28, 0xB5, 0x2F, 0xFD]]
    case .zip: [[0x50, 0x4B, 0x03, 0x04]]
    case .parquet: [Array("PAR1".utf8)]
    // The second is Feather's first version.
    case .arrow: [Array("ARROW1".utf8), Array("FEA1".utf8)]
    case .hdf5: [[0x89, 0x48, 0x44, 0x46]]
    case .sqlite: [Array("SQLite format 3".utf8)]
    case .numpy: [[0x93] + Array("NUMPY".utf8)]
    case .pointer: [Array("version https://git-lfs.".utf8)]
    case .otherPointer:
      ["outs:\n- md5: ", "outs:\n- hash: ", "outs:\n- path: ", "/annex/objects/"].map { Array($0.utf8) }
    case .netCDF: [1, 2, 5].map { Array("CDF".utf8) + [$0] }
    case .idx: [8, 9, 11, 12, 13, 14].flatMap { type in (1...4).map { [0, 0, type, $0] as [UInt8] } }
    case .armour: [Array("-----BEGIN PGP ".utf8)]
    case .akin: [[0x89, 0x41, 0x4B]]
    }
  }

  /// Whether a zip archive is a workbook of Excel or LibreOffice, by the bytes behind its first header: the name of the first member,
  /// and the content of one that is not packed.
  ///
  /// - Parameter member: The bytes from 30 on, as text.
  package static func isWorkbook(_ member: String) -> Bool {
    ["[Content_Types].xml", "_rels/", "xl/", "docProps/", "mimetypeapplication/vnd.oasis.opendocument.spreadsheet"]
      .contains { member.hasPrefix($0) }
  }

  /// Whether the name of a file is one that R gives to what it saves, packed by gzip as a rule.
  ///
  /// - Parameter path: The path of the file.
  package static func isOfR(_ path: String) -> Bool {
    let name = path.lowercased()
    return [".rds", ".rda", ".rdata"].contains { name.hasSuffix($0) }
  }

  /// Whether bytes begin a web page, or XML.
  ///
  /// - Parameter start: The first bytes of a file.
  package static func isMarkup(_ start: some Collection<UInt8>) -> Bool {
    let text = start.drop { " \t\r\n".utf8.contains($0) }.prefix(14).map { $0 | 0x20 }
    return ["<!doctype html", "<html", "<?xml ", "<table"].contains { text.starts(with: $0.utf8.map { $0 | 0x20 }) }
  }
}
