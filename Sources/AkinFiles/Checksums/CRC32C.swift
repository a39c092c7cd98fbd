import CAkinKernels

/// CRC32C (Castagnoli), summed piece by piece. It detects every burst of damage of up to 32 bits, so every changed
/// byte.
package struct CRC32C {
  /// The checksum of all bytes added so far.
  package private(set) var value: UInt32 = 0

  /// Starts the checksum of no bytes.
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
}

extension [UInt8] {
  /// Appends a number, lowest byte first.
  package mutating func append<T: FixedWidthInteger & BitwiseCopyable>(littleEndian value: T) {
    // Safe: the bytes are those of the number, and are copied.
    unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
  }
}
