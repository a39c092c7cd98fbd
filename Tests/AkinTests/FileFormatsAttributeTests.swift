import Akin
import AkinTestSupport
import Testing

extension FileFormatsTests {
  @Test("says where the attributes are, in both files", arguments: [FileKind.embeddings, .index])
  func attributes(kind: FileKind) throws {
    let written = try Written(embeddings: sample)
    let file = kind == .embeddings ? written.emb : written.idx
    let sections = try sections(of: file)
    func bytes(_ name: String) throws -> ArraySlice<UInt8> { file[try #require(sections[name]).range] }
    func words(_ name: String) throws -> [UInt64] {
      let slice = Array(try bytes(name))
      return (0..<slice.count / 8).map { slice.number(at: 8 * $0, bytes: 8) }
    }
    let table = try #require(sections["ADEF"]).range
    #expect(table.count == 6 * 16)
    let records = try (0..<6).map { place in
      let record = try number(in: file, "The attribute record", at: table.lowerBound + 16 * place)
      return [try record("kind"), try record("words")]
    }
    #expect(records == [[6, 0], [1, 0], [2, 3], [4, 0], [3, 2], [5, 0]])
    #expect(String(decoding: try bytes("ANBL"), as: UTF8.self) == "genresyearbrandsoldtagssince")
    #expect(String(decoding: try bytes("AWBL"), as: UTF8.self) == "abcxy")
    let all = UInt64(1) << 40 - 1
    let even = (0..<20).reduce(UInt64(0)) { $0 | 1 << UInt64(2 * $1) }
    #expect(try words("ASET") == [all & ~(1 << 3), all & ~(1 << 2), even, 1 << 1, all])
    #expect(try words("AFLG") == [(0..<10).reduce(UInt64(0)) { $0 | 1 << UInt64(4 * $1) }])
    let values = try words("ANUM").map { Double(bitPattern: $0) }
    #expect(values.count == 80 && values[1] == 1.5 && values[3] == 0 && values[41] == 86_400)
    let codes = numbers(try bytes("ACOD"))
    #expect(codes.count == 40 && codes.prefix(6) == [1, 0, 0, 1, 0, 2])
    #expect(try words("ALOF").prefix(4) == [0, 0, 2, 2])
    #expect(numbers(try bytes("ALST")) == [3, 4])
  }
}
