import AkinSupport
import CAkinKernels
import Testing

@Suite("CRC32C, by table and by instruction")
struct KernelChecksumTests {
  /// (function, name): both have to keep every law.
  private static func crc(byTable: Bool, _ crc: UInt32, _ bytes: ArraySlice<UInt8>) -> UInt32 {
    // Safe: the buffer lives through the call and its count goes with it.
    unsafe bytes.withUnsafeBytes { buffer in
      byTable
        ? unsafe akin_crc32c_table(crc, buffer.baseAddress, buffer.count)
        : unsafe akin_crc32c(crc, buffer.baseAddress, buffer.count)
    }
  }

  @Test("Known values", arguments: [true, false])
  func known(byTable: Bool) {
    // RFC 3720, B.4, and the check value of the CRC catalogues.
    #expect(Self.crc(byTable: byTable, 0, Array("123456789".utf8)[...]) == 0xE306_9283)
    #expect(Self.crc(byTable: byTable, 0, [UInt8](repeating: 0, count: 32)[...]) == 0x8A91_36AA)
    #expect(Self.crc(byTable: byTable, 0, [UInt8](repeating: 0xFF, count: 32)[...]) == 0x62A8_AB43)
    #expect(Self.crc(byTable: byTable, 0, Array(UInt8(0)...31)[...]) == 0x46DD_794E)
    #expect(Self.crc(byTable: byTable, 0x1234_5678, []) == 0x1234_5678)
  }

  @Test("The table gives what one bit at a time gives")
  func bitByBit() {
    let bytes = randomBytes(count: 300, seed: 10)
    for count in 0..<bytes.count {
      var crc: UInt32 = ~0x0BAD_CAFE
      for byte in bytes.prefix(count) {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0x82F6_3B78 : 0) }
      }
      #expect(Self.crc(byTable: true, 0x0BAD_CAFE, bytes.prefix(count)) == ~crc, "\(count) bytes")
    }
  }

  @Test("The instruction gives what the table gives, at any start and length")
  func sameAsTable() {
    let bytes = randomBytes(count: 150_000, seed: 11)
    let lengths = Array(0...130) + [32_767, 32_768, 32_769, 32_791, 32_792, 65_543, 98_304, 149_990]
    for (index, length) in lengths.enumerated() {
      let piece = bytes[(index % 9)..<(index % 9 + length)]
      let table = Self.crc(byTable: true, UInt32(index), piece)
      #expect(Self.crc(byTable: false, UInt32(index), piece) == table, "\(length) bytes from \(index % 9)")
    }
  }

  @Test("Bytes cut in two anywhere give the same as the whole", arguments: [true, false])
  func split(byTable: Bool) {
    let bytes = randomBytes(count: 70_001, seed: 12)
    let whole = Self.crc(byTable: byTable, 0, bytes[...])
    for cut in [0, 1, 7, 8, 9, 1_000, 32_768, 35_000, 69_999, 70_000, 70_001] {
      let first = Self.crc(byTable: byTable, 0, bytes[..<cut])
      #expect(Self.crc(byTable: byTable, first, bytes[cut...]) == whole, "cut at \(cut)")
    }
  }

  private func randomBytes(count: Int, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next() >> 32) }
  }
}
