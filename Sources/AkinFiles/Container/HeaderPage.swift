/// The first page of a file, 4,096 bytes:
///
///     offset  size  field            rule
///          0     8  magic            89 41 4B kk 0D 0A 1A 0A; kk is the kind's code
///          8     4  endianTag        01020304; a swapped value means the other byte order
///         12   2+2  major, minor     format version
///         16     4  headerBytes      4096
///         20     4  headerCRC        CRC32C of the page with this field as 0; checked before the rest is used
///         24     8  fileBytes        must equal the file's length exactly
///         32     8  required         feature bits; one unknown bit refuses the file
///         40     8  optional         feature bits; unknown ones are ignored
///         48    16  rootDigest       SHA-256(page with headerCRC and rootDigest as 0, then CHKS), first 16 bytes
///         64    16  sourceDigest     the root digest of the file that this one was made from, or zero
///         80     8  generation       the number of the build in a directory of builds
///         88     8  salt             SHA-256(PROV), first 8 bytes; enters every chunk's checksum
///         96     4  sectionCount     1...60
///        100     4  entryBytes       64
///        104     4  checksumKind     1 = CRC32C
///        108     4  chunkLog2        16...24
///        112    16  zero
///        128   128  kind block
///        256  3840  60 section entries, the unused ones zero
struct HeaderPage: Sendable, Equatable {
  /// Bytes of the page.
  static let byteCount = 4096
  /// The endian tag of this byte order.
  static let endianTag: UInt32 = 0x0102_0304
  /// Bytes of an entry of the section table.
  static let entryBytes = 64
  /// Where the section table starts.
  static let table = 256

  /// Offsets of the fields.
  enum Field {
    static let endianTag = 8
    static let major = 12
    static let minor = 14
    static let headerBytes = 16
    static let headerCRC = 20
    static let fileBytes = 24
    static let required = 32
    static let optional = 40
    static let rootDigest = 48
    static let sourceDigest = 64
    static let generation = 80
    static let salt = 88
    static let sectionCount = 96
    static let entryBytes = 100
    static let checksumKind = 104
    static let chunkLog2 = 108
    static let zero = 112
  }

  /// Exactly 4,096.
  private(set) var bytes: [UInt8]

  /// Creates a page with the fields that are the same in every file of a kind; all else is zero.
  init(kind: FileKind) {
    bytes = HeaderPage.magic(of: kind) + [UInt8](repeating: 0, count: HeaderPage.byteCount - 8)
    set(HeaderPage.endianTag, at: Field.endianTag)
    set(FormatVersion.current.major, at: Field.major)
    set(FormatVersion.current.minor, at: Field.minor)
    set(UInt32(HeaderPage.byteCount), at: Field.headerBytes)
    set(UInt32(HeaderPage.entryBytes), at: Field.entryBytes)
    set(UInt32(1), at: Field.checksumKind)
  }

  /// Takes over the page of a file; `nil` when these are not 4,096 bytes.
  init?(bytes: [UInt8]) {
    guard bytes.count == HeaderPage.byteCount else { return nil }
    self.bytes = bytes
  }

  /// The first 8 bytes of every file of a kind.
  static func magic(of kind: FileKind) -> [UInt8] { [0x89, 0x41, 0x4B, kind.code, 0x0D, 0x0A, 0x1A, 0x0A] }

  /// The u16 at an offset; so the others.
  func u16(at offset: Int) -> UInt16 { UInt16(littleEndian: load(at: offset)) }
  func u32(at offset: Int) -> UInt32 { UInt32(littleEndian: load(at: offset)) }
  func u64(at offset: Int) -> UInt64 { UInt64(littleEndian: load(at: offset)) }
  func digest(at offset: Int) -> Digest { Digest(low: u64(at: offset), high: u64(at: offset + 8)) }
  /// Whether all bytes of a range are zero.
  func isZero(_ range: Range<Int>) -> Bool { unsafe bytes[range].withUnsafeBytes { unsafe isAllZero($0) } }

  /// Writes a number at an offset; so the others.
  mutating func set<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    precondition(offset >= 0 && offset <= bytes.count - MemoryLayout<T>.size, "a place in the page")
    // Safe: the number lies in the page, and is bytes alone.
    unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
    }
  }

  private func load<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> T {
    precondition(offset >= 0 && offset <= bytes.count - MemoryLayout<T>.size, "a place in the page")
    // Safe: the number lies in the page, and any bytes are one.
    return unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: offset, as: T.self) }
  }

  mutating func set(_ digest: Digest, at offset: Int) {
    set(digest.low, at: offset)
    set(digest.high, at: offset + 8)
  }

  mutating func set(_ block: KindBlock) { bytes.replaceSubrange(KindBlock.range, with: block.bytes) }

  /// The header CRC that the page must hold.
  var computedCRC: UInt32 {
    var page = self
    page.set(UInt32(0), at: Field.headerCRC)
    var crc = CRC32C()
    crc.add(page.bytes)
    return crc.value
  }

  /// Writes the header CRC. The last step of making a page.
  mutating func seal() { set(computedCRC, at: Field.headerCRC) }

  /// The first part of the root digest: the hash of the page with header CRC and root digest as zeros.
  var rootHash: SHA256 {
    var page = self
    page.set(UInt32(0), at: Field.headerCRC)
    page.set(Digest.none, at: Field.rootDigest)
    var hash = SHA256()
    hash.add(page.bytes)
    return hash
  }
}
