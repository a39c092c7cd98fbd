import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinQuantization

@Suite("Whole numbers as bytes")
struct WholeNumberTests {
  @Test("-0 is the whole number 0")
  func signedZero() throws {
    let plain = EmbeddingMatrix(
      uniformRows: (0..<3).map { row in (0..<130).map { Float(($0 * 7 + row) % 5 - 2) } }, dimension: 130)
    let signed = EmbeddingMatrix(
      uniformRows: (0..<3).map { row in plain[Row(row)].map { $0 == 0 ? -0.0 : $0 } }, dimension: 130)
    let offset = try #require(ByteVectors.offset(of: plain))
    #expect(ByteVectors.offset(of: signed) == offset)
    var bytes: (plain: [UInt8], signed: [UInt8]) = ([], [])
    for row in 0..<3 {
      #expect(signed[Row(row)].contains { $0 == 0 && $0.sign == .minus })
      ByteVectors.append(plain, row, relativeTo: offset, to: &bytes.plain)
      ByteVectors.append(signed, row, relativeTo: offset, to: &bytes.signed)
    }
    #expect(bytes.plain == bytes.signed)
  }
}
