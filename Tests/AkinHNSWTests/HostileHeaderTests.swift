import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("An index header with a right checksum and wrong content is refused, or describes what is there")
struct HostileHeaderTests {
  @Test(
    "Every field of the kind block and of the section table at its boundary values", arguments: SampleIndex.allCases)
  func boundaries(sample: SampleIndex) throws {
    let bytes = try sample.bytes
    let sections = Int(bytes.number(at: 96, bytes: 4))
    var accepted = 0
    for (size, limit) in [(2, UInt64(UInt16.max)), (4, UInt64(UInt32.max)), (8, .max)] {
      for offset in stride(from: 128, to: 256 + 64 * (size == 2 ? 0 : sections), by: size) {
        let value = bytes.number(at: offset, bytes: size)
        let nodes = UInt64(62)
        let values: [UInt64] = [
          0, 1, 2, value &- 1, value &+ 1, value << 1, nodes - 1, nodes, nodes + 1, 257, 513, 1 << 16, 1 << 31 - 1,
          1 << 31, 1 << 32 - 1, 1 << 46, 1 << 63, .max,
        ]
        for found in Set(values.map { $0 & limit }).sorted() where found != value {
          var hostile = bytes
          for byte in 0..<size { hostile[offset + byte] = UInt8(truncatingIfNeeded: found >> UInt64(8 * byte)) }
          let place = "field \(offset), \(size) bytes: \(found) in place of \(value)"
          guard let index = openedUnless(hostile.sealed, place, isExpected: isContradiction) else { continue }
          accepted += 1
          // What opens has its sizes from the sections, whatever the header says.
          #expect(index.count == 62, "\(place)")
          try exercise(index, place)
        }
      }
    }
    #expect(accepted > 0)
  }

  @Test("Fields that contradict each other or the sections are refused by name")
  func fields() throws {
    let bytes = try SampleIndex.products.bytes
    func problem<T: FixedWidthInteger>(_ value: T, at offset: Int) -> FileProblem? {
      do throws(FileError) {
        _ = try opened(bytes.with(value, at: offset).sealed)
        return nil
      } catch {
        return error.problem
      }
    }
    func name<T: FixedWidthInteger>(_ value: T, at offset: Int) -> String? {
      if case .badField(let name, _, _)? = problem(value, at: offset) { name } else { nil }
    }
    #expect(name(UInt32(0), at: 128) == "dimension")
    #expect(name(UInt32(65_537), at: 128) == "dimension")
    #expect(name(UInt16(3), at: 132) == "code type")
    #expect(name(UInt16(2), at: 132) == "code width")
    #expect(name(UInt16(1), at: 132) == "code width")
    #expect(name(UInt16(3), at: 134) == "metric")
    #expect(name(UInt64(1) << 31, at: 136) == "nodes")
    #expect(problem(UInt64(63), at: 136) == .badSection("VECS", .count(expected: 63, found: 62)))
    #expect(name(UInt32(1), at: 144) == "M")
    #expect(name(UInt32(257), at: 144) == "M")
    #expect(problem(UInt32(5), at: 144) == .badSection("LNKU", .elementBytes(expected: 20, found: 16)))
    #expect(name(UInt32(513), at: 148) == "M0")
    #expect(problem(UInt32(41), at: 148) == .badSection("LNK0", .elementBytes(expected: 51, found: 42)))
    #expect(name(UInt32(32), at: 152) == "max level")
    #expect(name(UInt32(62), at: 156) == "entry point")
    #expect(name(UInt32.max, at: 156) == "entry point")
    #expect(name(UInt64(63), at: 176) == "upper nodes")
    #expect(name(UInt64(63), at: 184) == "linked nodes")
    #expect(name(UInt64(0), at: 184) == "entry point")
    #expect(name(UInt32(1), at: 192) == "transform")
    #expect(name(UInt32(4), at: 196) == "source dimension")
    #expect(name(Float.nan.bitPattern, at: 200) == "norm bound")
    #expect(name(UInt16(3), at: 204) == "element type")
    #expect(name(UInt16(0), at: 204) == "element type")
    #expect(name(UInt16(2), at: 204) == "vector scale")
    #expect(problem(UInt16(4), at: 204) == .badSection("VECS", .elementBytes(expected: 16, found: 64)))
    #expect(name(UInt16(8), at: 206) == "flags")
    #expect(problem(UInt16(6), at: 206) == .badSection("NBIA", .unexpected))
    #expect(problem(UInt16(5), at: 206) == .badSection("NCPY", .unexpected))
    #expect(name(UInt16(3), at: 206) == "order")
    #expect(name(UInt32(0), at: 192) == "order")
    #expect(name(UInt32(63), at: 208) == "minimum prefix")
    #expect(name(Float.infinity.bitPattern, at: 216) == "global mean")
    #expect(name(UInt32(64), at: 164) == "code width")
    #expect(name(Float(1).bitPattern, at: 220) == "code step")
    #expect(name(Float(1).bitPattern, at: 224) == "code bias")
    #expect(name(Float(1).bitPattern, at: 228) == "code spread")
    #expect(name(UInt8(1), at: 232) == "byte offset")
    #expect(name(UInt8(1), at: 236) == "vector error")
    #expect(name(UInt8(1), at: 240) == "vector scale")
    #expect(name(UInt8(1), at: 244) == "group radius")
    #expect(name(UInt32(2049), at: 248) == "lists")
    #expect(problem(UInt32(2), at: 248) == .missingSection("NLST"))
    #expect(name(UInt8(1), at: 255) == "reserved bytes 252..<256")
    #expect(problem(UInt8(0x45), at: 3) == .wrongKind(expected: .index, found: .embeddings))
  }
}
