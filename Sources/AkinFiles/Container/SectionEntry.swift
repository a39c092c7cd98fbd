/// One entry of the section table: where a section is, and how many elements of which size it holds.
///
///     offset  size  field          rule
///          0     4  name           four capital letters or digits
///          4     4  flags          bit 0: must be understood
///          8     8  offset         the end of the section before, rounded up to the alignment
///         16     8  bytes          count × elementBytes; at least 1
///         24     8  count          elements
///         32     4  elementBytes   0 = bytes of text: count = bytes
///         36     4  alignmentLog2  6...21
///         40     4  crc            CHKS only: CRC32C of its bytes
///         44     4  zero
///         48     8  firstChunk     the number of its first chunk in CHKS
///         56     8  zero
public struct SectionEntry: Sendable, Equatable {
  /// The name, unique in the file.
  public var name: SectionName
  /// Whether a reader that does not know the section must refuse the file.
  public var mustUnderstand: Bool
  /// Where the section starts, in bytes from the start of the file.
  public var offset: UInt64
  /// The section's bytes; at least 1.
  public var byteCount: UInt64
  /// The section's elements.
  public var count: UInt64
  /// Bytes of one element; 0 for a text, whose `count` is its bytes.
  public var elementBytes: UInt32
  /// log2 of what the offset is a multiple of.
  public var alignmentLog2: UInt32
  /// The number of its first chunk in the checksum section.
  var firstChunk: UInt64
  /// The checksum section's own checksum.
  var crc: UInt32

  /// The bytes of the file that the section occupies.
  public var range: Range<UInt64> { offset..<offset + byteCount }

  /// The number of chunks of `1 << chunkLog2` bytes; the last one may be shorter.
  func chunkCount(log2 chunkLog2: Int) -> UInt64 { (byteCount - 1) >> UInt64(chunkLog2) + 1 }
}

extension SectionEntry {
  /// Reads the entry at an index of the table, without any check.
  init(page: HeaderPage, index: Int) {
    let at = HeaderPage.table + index * HeaderPage.entryBytes
    name = SectionName(code: page.u32(at: at))
    mustUnderstand = page.u32(at: at + 4) & 1 == 1
    offset = page.u64(at: at + 8)
    byteCount = page.u64(at: at + 16)
    count = page.u64(at: at + 24)
    elementBytes = page.u32(at: at + 32)
    alignmentLog2 = page.u32(at: at + 36)
    crc = page.u32(at: at + 40)
    firstChunk = page.u64(at: at + 48)
  }

  /// Writes the entry at an index of the table.
  func write(to page: inout HeaderPage, index: Int) {
    let at = HeaderPage.table + index * HeaderPage.entryBytes
    page.set(name.code, at: at)
    page.set(UInt32(mustUnderstand ? 1 : 0), at: at + 4)
    page.set(offset, at: at + 8)
    page.set(byteCount, at: at + 16)
    page.set(count, at: at + 24)
    page.set(elementBytes, at: at + 32)
    page.set(alignmentLog2, at: at + 36)
    page.set(crc, at: at + 40)
    page.set(firstChunk, at: at + 48)
  }
}
