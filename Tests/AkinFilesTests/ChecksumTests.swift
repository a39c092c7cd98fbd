import AkinFiles
import Testing

@Suite("Checksums agree with their standards")
struct ChecksumTests {
  @Test(
    "SHA-256 at every block boundary",
    arguments: [
      (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      (55, "463eb28e72f82e0a96c0a4cc53690c571281131f672aa229e0d45ae59b598b59"),
      (56, "da2ae4d6b36748f2a318f23e7ab1dfdf45acdc9d049bd80e59de82a60895f562"),
      (63, "29af2686fd53374a36b0846694cc342177e428d1647515f078784d69cdb9e488"),
      (64, "fdeab9acf3710362bd2658cdc9a29e8f9c757fcf9811603a8c447cd1d9151108"),
      (65, "4bfd2c8b6f1eec7a2afeb48b934ee4b2694182027e6d0fc075074f2fabb31781"),
      (1000, "a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f"),
    ])
  func sha256(count: Int, expected: String) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    for piece in [1, 7, 64, 4096] {
      var hash = SHA256()
      for start in stride(from: 0, to: count, by: piece) { hash.add(Array(bytes[start..<min(start + piece, count)])) }
      let text = hash.finish().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
      #expect(text == expected, "\(count) bytes, \(piece) at a time")
    }
  }

  @Test("CRC32C of the standard's check text, whole and in pieces")
  func crc32c() {
    let text = Array("123456789".utf8)
    for cut in 0...9 {
      var crc = CRC32C()
      crc.add(Array(text[..<cut]))
      crc.add(Array(text[cut...]))
      #expect(crc.value == 0xE306_9283)
    }
  }

  @Test("A chunk's checksum depends on its place and its file")
  func chunks() {
    func value(_ chunk: UInt64, _ section: SectionName, _ salt: UInt64) -> UInt32 {
      CRC32C(chunk: chunk, of: section, salt: salt).value
    }
    let all = [value(0, "IVEC", 0), value(1, "IVEC", 0), value(0, "UVEC", 0), value(0, "IVEC", 1)]
    #expect(Set(all).count == 4)
  }

  @Test("A digest reads back from its text, and from no other")
  func digest() {
    let text = "00112233445566778899aabbccddeeff"
    #expect(Digest(hex: text)?.description == text)
    for wrong in ["", "0011", text + "0", "+0112233445566778899aabbccddeeff", "0x112233445566778899aabbccddeefg"] {
      #expect(Digest(hex: wrong) == nil)
    }
    #expect(Digest.none.description == String(repeating: "0", count: 32))
  }
}
