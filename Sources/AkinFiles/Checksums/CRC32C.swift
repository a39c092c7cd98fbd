import CAkinKernels

/// CRC32C (Castagnoli), a piece at a time: finds every burst of damage up to 32 bits long, so every changed byte.
package struct CRC32C {
  /// The checksum of all that was added.
  package private(set) var value: UInt32 = 0

  package init() {}

  /// Adds bytes.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    // Safe: the buffer says how many bytes may be read.
    value = unsafe akin_crc32c(value, base, bytes.count)
  }

  /// Adds the bytes of an array.
  package mutating func add(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe add($0) }
  }

  /// Starts the checksum of one chunk of a section: its name, number and the file's salt come first, so that a chunk
  /// in the wrong place, or of an older file, does not fit.
  package init(chunk: UInt64, of section: SectionName, salt: UInt64) {
    var prefix: [UInt8] = []
    prefix.reserveCapacity(20)
    prefix.append(littleEndian: section.code)
    prefix.append(littleEndian: chunk)
    prefix.append(littleEndian: salt)
    add(prefix)
  }
}

extension [UInt8] {
  /// Appends a number, lowest byte first.
  package mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
    for shift in stride(from: 0, to: T.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> T(shift))) }
  }
}
