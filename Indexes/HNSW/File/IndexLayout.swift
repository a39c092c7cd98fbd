import AkinFiles
import AkinVectors

/// The layout of an index file: the fields of its kind block, and the shapes of its sections.
///
/// The page on file formats in the documentation has the same tables.
enum IndexLayout {
  /// Offsets in the first page.
  enum Field {
    static let dimension = 128  // u32
    static let codeType = 132  // u16, see CodeType
    static let metric = 134  // u16
    static let nodes = 136  // u64
    static let m = 144  // u32
    static let m0 = 148  // u32
    static let topLevel = 152  // u32
    static let entry = 156  // u32, all ones when nothing is linked
    static let efConstruction = 160  // u32
    static let codeWidth = 164  // u32, bytes of a code
    static let seed = 168  // u64
    static let upperNodes = 176  // u64
    static let linkedNodes = 184  // u64
    static let transform = 192  // u32
    static let sourceDimension = 196  // u32
    static let normBound = 200  // f32
    static let elementType = 204  // u16, see VectorStore.elementType
    static let flags = 206  // u16
    static let minimumPrefix = 208  // u32
    static let repaired = 212  // u32
    static let globalMean = 216  // f32
    static let codeStep = 220  // f32
    static let codeBias = 224  // f32
    static let codeSpread = 228  // f32
    static let byteOffset = 232  // f32
    static let vectorError = 236  // f32
    static let vectorScale = 240  // f32, of halves
    static let groupRadius = 244  // f32
    static let lists = 248  // u32
    /// Reserved bytes of the kind block, which must be zero.
    static let reserved = [252..<256]
  }

  /// The values of `codeType`.
  enum CodeType {
    /// No codes.
    static let none = 0
    /// Half a byte for each of some axes.
    static let axes = 1
    /// A byte for each component.
    static let components = 2
  }

  /// The bits of `transform`.
  enum Transform {
    /// Nodes stand in falling order of their norms (of vector and bias).
    static let fallingNorm: UInt32 = 1 << 3
  }

  /// The bits of `flags`.
  enum Flag {
    /// `NBIA` is there.
    static let biases: UInt16 = 1 << 0
    /// `NCPY` is there.
    static let copies: UInt16 = 1 << 1
    /// `NROW` and `RNOD` are there.
    static let reordered: UInt16 = 1 << 2
    /// `BYTE` is there.
    static let bytes: UInt16 = 1 << 3
    /// `NGRP` is there.
    static let groups: UInt16 = 1 << 4
    /// All bits that have a meaning.
    static let known: UInt16 = 0b1_1111
  }

  /// Bytes of a node's pair in `VSCL`: what a byte is multiplied by, and what is added.
  static let pairBytes = 8

  /// Bytes of a node's number in `NLST`.
  static let listBytes = 2

  /// The largest level that a node may have.
  static let topLevel = 31

  /// Sections that an index copies from its embeddings file as they are.
  static let borrowed: [SectionName] =
    IDSections.items.all + SectionName.titles + AttributeLayout.categories + AttributeLayout.sections
}

extension VectorStore {
  /// The value of the header's field.
  var elementType: UInt16 {
    switch self {
    case .codes: 0
    case .float32: ElementType.float32.rawValue
    case .float16: ElementType.float16.rawValue
    case .int8: ElementType.int8.rawValue
    }
  }

  /// Bytes of one component in `VECS`; 0 without the section.
  var elementBytes: Int {
    switch self {
    case .codes: 0
    case .int8: 1
    case .float16: 2
    case .float32: 4
    }
  }
}
