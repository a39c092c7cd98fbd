/// The 128 bytes of the first page that belong to the kind of file: typed little-endian fields.
///
/// Offsets count from the start of the page, as the tables of the format do: 128...255. An offset is a constant of our
/// own code, so one outside is a broken promise and traps.
package struct KindBlock: Sendable, Equatable {
  package static let range = 128..<256
  private(set) var bytes: [UInt8]

  /// A block of zeros.
  package init() { bytes = [UInt8](repeating: 0, count: KindBlock.range.count) }

  init(page: HeaderPage) { bytes = Array(page.bytes[KindBlock.range]) }

  package func u8(at offset: Int) -> UInt8 { bytes[offset - 128] }
  package func u16(at offset: Int) -> UInt16 { UInt16(truncatingIfNeeded: number(at: offset, bytes: 2)) }
  package func u32(at offset: Int) -> UInt32 { UInt32(truncatingIfNeeded: number(at: offset, bytes: 4)) }
  package func u64(at offset: Int) -> UInt64 { number(at: offset, bytes: 8) }
  package func f32(at offset: Int) -> Float { Float(bitPattern: u32(at: offset)) }

  package mutating func set(_ value: UInt8, at offset: Int) { put(UInt64(value), at: offset, bytes: 1) }
  package mutating func set(_ value: UInt16, at offset: Int) { put(UInt64(value), at: offset, bytes: 2) }
  package mutating func set(_ value: UInt32, at offset: Int) { put(UInt64(value), at: offset, bytes: 4) }
  package mutating func set(_ value: UInt64, at offset: Int) { put(value, at: offset, bytes: 8) }
  package mutating func set(_ value: Float, at offset: Int) { set(value.bitPattern, at: offset) }

  /// Whether all bytes of a range are zero; a kind checks so what it has no use for.
  package func isZero(_ range: Range<Int>) -> Bool { range.allSatisfy { bytes[$0 - 128] == 0 } }

  private func number(at offset: Int, bytes count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in (0..<count).reversed() { value = value << 8 | UInt64(bytes[offset - 128 + index]) }
    return value
  }

  private mutating func put(_ value: UInt64, at offset: Int, bytes count: Int) {
    for index in 0..<count { bytes[offset - 128 + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))) }
  }
}
