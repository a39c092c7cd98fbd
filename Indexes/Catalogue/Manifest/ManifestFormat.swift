import AkinFiles

extension FileKind {
  /// A generation of a catalogue: `.cat`. The first use of this constant registers the format.
  public static let catalogue = ContainerFormat.catalogue.kind
}

extension ContainerFormat {
  /// The format of the manifests of a catalogue.
  public static let catalogue = ContainerFormat(
    kind: FileKind(code: 0x43, name: "catalogue", pathExtension: "cat"),
    sections: [(Manifest.segmentSection, "segments"), (Manifest.deletedSection, "deleted rows, as bits")],
    wrongKindHelp: "give a directory that `akin catalogue create` made"
  ).registered()
}

/// The kind block of a manifest: the offsets of its fields in the first page.
///
/// The page on file formats in the documentation has the same table.
enum ManifestLayout {
  static let dimension = 128  // u32
  static let metric = 132  // u16
  static let flags = 134  // u16
  static let rows = 136  // u64
  static let live = 144  // u64
  static let segments = 152  // u32
  static let globalMean = 156  // f32
  static let lineage = 160  // 16 bytes
  static let m = 176  // u32
  static let efConstruction = 180  // u32
  static let seed = 184  // u64
  static let reserved = 192..<256

  /// The items have biases.
  static let hasBiases: UInt16 = 1
  /// Bytes of a segment's record: digest, rows, deleted rows, flags, zeros, bytes of the file.
  static let recordBytes = 40
  /// The flags of a segment: one with links, and one whose graph has grown out of that of an older segment.
  static let (isLinked, isGrown): (UInt32, UInt32) = (1, 2)
  /// Segments of one catalogue.
  static let segmentLimit = 4096
}
