import AkinSupport

/// The bytes of one section. The file stays open while the view lives.
@safe package struct SectionView: Sendable {
  // Safe: `byteCount` bytes from `offset` lie inside `bytes`, which `init` was promised.

  /// The section's name.
  package let name: SectionName
  /// Where it starts in the file.
  package let offset: Int
  /// Its bytes; 0 for an absent section, which has no elements.
  package let byteCount: Int
  /// Its elements.
  package let count: Int
  private let bytes: MappedBytes

  /// Creates a view of `byteCount` bytes from `offset` on, which must lie inside `bytes`.
  init(name: SectionName, offset: Int, byteCount: Int, count: Int, in bytes: MappedBytes) {
    self.name = name
    self.offset = offset
    self.byteCount = byteCount
    self.count = count
    self.bytes = bytes
  }

  /// The object that keeps the bytes alive.
  package var owner: AnyObject { bytes }

  /// The first byte, at the section's alignment. For hot loops, which must stay below `byteCount`.
  @unsafe package var base: UnsafeRawPointer { unsafe bytes.base + offset }

  /// All bytes, for passes over the section.
  @unsafe package var buffer: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: base, count: byteCount) }

  /// A byte, or `nil` when the section has none there.
  package func byte(at index: Int) -> UInt8? {
    guard index >= 0, index < byteCount else { return nil }
    return unsafe base.load(fromByteOffset: index, as: UInt8.self)
  }

  /// The u16 number `index`, or `nil` when the section has no such number.
  package func u16(at index: Int) -> UInt16? {
    guard index >= 0, index < byteCount / 2 else { return nil }
    return unsafe base.load(fromByteOffset: index * 2, as: UInt16.self)
  }

  /// The u32 number `index`, or `nil` when the section has no such number.
  package func u32(at index: Int) -> UInt32? {
    guard index >= 0, index < byteCount / 4 else { return nil }
    return unsafe base.load(fromByteOffset: index * 4, as: UInt32.self)
  }

  /// The u64 number `index`, or `nil` when the section has no such number.
  package func u64(at index: Int) -> UInt64? {
    guard index >= 0, index < byteCount / 8 else { return nil }
    return unsafe base.load(fromByteOffset: index * 8, as: UInt64.self)
  }

  /// The float number `index`, or `nil` when the section has no such number.
  package func f32(at index: Int) -> Float? {
    guard index >= 0, index < byteCount / 4 else { return nil }
    return unsafe base.load(fromByteOffset: index * 4, as: Float.self)
  }

  /// The bytes `start..<end`, or `nil` when the section does not hold all of them.
  @unsafe package func slice(_ start: UInt64, _ end: UInt64) -> UnsafeRawBufferPointer? {
    guard start <= end, end <= UInt64(byteCount) else { return nil }
    return unsafe UnsafeRawBufferPointer(start: base + Int(start), count: Int(end - start))
  }

  /// A copy of the bytes.
  package func copy() -> [UInt8] { unsafe Array(buffer) }
}
