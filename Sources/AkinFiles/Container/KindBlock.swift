/// The 128 bytes of the first page that belong to the kind of file, as little-endian fields.
///
/// Offsets count from the start of the page, as in the tables of the format: 128...255. They are constants of this
/// package; another one traps.
package struct KindBlock: Sendable, Equatable {
  /// Where the block is in the first page.
  package static let range = 128..<256
  /// Exactly 128.
  private(set) var bytes: [UInt8]

  /// A block of zeros.
  package init() { bytes = [UInt8](repeating: 0, count: KindBlock.range.count) }

  /// Reads the block of a page.
  init(page: HeaderPage) { bytes = Array(page.bytes[KindBlock.range]) }

  /// The u8 at an offset.
  package func u8(at offset: Int) -> UInt8 { bytes[offset - 128] }
  /// The u16 at an offset.
  package func u16(at offset: Int) -> UInt16 { UInt16(truncatingIfNeeded: number(at: offset, bytes: 2)) }
  /// The u32 at an offset.
  package func u32(at offset: Int) -> UInt32 { UInt32(truncatingIfNeeded: number(at: offset, bytes: 4)) }
  /// The u64 at an offset.
  package func u64(at offset: Int) -> UInt64 { number(at: offset, bytes: 8) }
  /// The f32 at an offset.
  package func f32(at offset: Int) -> Float { Float(bitPattern: u32(at: offset)) }

  /// Writes a u8 at an offset.
  package mutating func set(_ value: UInt8, at offset: Int) { put(UInt64(value), at: offset, bytes: 1) }
  /// Writes a u16 at an offset.
  package mutating func set(_ value: UInt16, at offset: Int) { put(UInt64(value), at: offset, bytes: 2) }
  /// Writes a u32 at an offset.
  package mutating func set(_ value: UInt32, at offset: Int) { put(UInt64(value), at: offset, bytes: 4) }
  /// Writes a u64 at an offset.
  package mutating func set(_ value: UInt64, at offset: Int) { put(value, at: offset, bytes: 8) }
  /// Writes a f32 at an offset.
  package mutating func set(_ value: Float, at offset: Int) { set(value.bitPattern, at: offset) }

  /// Whether all bytes of a range are zero, as reserved ones must be.
  package func isZero(_ range: Range<Int>) -> Bool {
    for offset in range where bytes[offset - 128] != 0 { return false }
    return true
  }

  private func number(at offset: Int, bytes count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(bytes[offset - 128 + index]) << UInt64(8 * index) }
    return value
  }

  private mutating func put(_ value: UInt64, at offset: Int, bytes count: Int) {
    for index in 0..<count { bytes[offset - 128 + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))) }
  }
}
