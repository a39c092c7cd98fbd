import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("A header with a right checksum and wrong content is refused, or describes the file truly")
struct HostileHeaderTests {
  /// Bytes of the first page that may change and still describe a file of this length and these sections: minor
  /// version; optional features to salt; chunk size; dimension within one stride; metric, flags, global mean.
  /// verify finds them all by the digest.
  private static let free = Set([14, 15, 108, 128, 134, 156]).union(40..<96).union(164..<168)

  @Test("Every integer field at its boundary values", arguments: [Sample.numbers, .texts])
  func boundaries(sample: Sample) throws {
    let bytes = try sample.bytes
    let fields = 8..<256 + 64 * Int(bytes.number(at: 96, bytes: 4) + 1)
    var accepted = 0
    for (size, limit) in [(4, UInt64(UInt32.max)), (8, .max)] {
      for offset in stride(from: fields.lowerBound, to: fields.upperBound, by: size) where offset != 20 {
        let value = bytes.number(at: offset, bytes: size)
        let values: [UInt64] = [
          0, 1, value &- 1, value &+ 1, value << 1, 1 << 16, 1 << 31, 1 << 32 - 1, 1 << 46, 1 << 63, .max,
        ]
        for found in Set(values.map { $0 & limit }).sorted() where found != value {
          let hostile =
            size == 4
            ? bytes.with(UInt32(found), at: offset).sealed : bytes.with(found, at: offset).sealed
          guard let file = try? opened(hostile) else { continue }
          accepted += 1
          exercise(file)
          if offset < 256 {
            let changed = (offset..<offset + size).filter { hostile[$0] != bytes[$0] }
            #expect(Self.free.isSuperset(of: changed), "field \(offset) accepted \(found) in place of \(value)")
          }
        }
      }
    }
    #expect(accepted > 0)
  }

  @Test("What opening cannot know, verify finds", arguments: [40, 48, 64, 80, 88, 164])
  func digest(offset: Int) throws {
    let bytes = try Sample.numbers.bytes
    let changed = bytes.with(UInt32(truncatingIfNeeded: bytes.number(at: offset, bytes: 4)) ^ 1, at: offset).sealed
    #expect(try opened(changed).verify().damages.contains { $0.reason == .rootDigest })
  }

  @Test("Each broken rule of the section table is named")
  func sectionTable() throws {
    let bytes = try Sample.numbers.bytes
    let entry = try #require(bytes.entry("IBIA"))
    let before = try #require(bytes.entry("UVEC"))
    let offset = bytes.number(at: entry + 8, bytes: 8)
    func fault(_ changed: [UInt8]) -> SectionFault? {
      if case .badSection(_, let fault)? = problem(changed.sealed) { fault } else { nil }
    }
    #expect(fault(bytes.with(UInt32(0x2020_2020), at: entry)) == .name)
    #expect(fault(bytes.with(UInt32(2), at: entry + 4)) == .flags(2))
    // A hole, an overlap, a misaligned start.
    #expect(fault(bytes.with(offset + 64, at: entry + 8)) == .offset(expected: offset, found: offset + 64))
    #expect(fault(bytes.with(offset - 64, at: entry + 8)) == .offset(expected: offset, found: offset - 64))
    #expect(fault(bytes.with(offset + 4, at: entry + 8)) == .offset(expected: offset, found: offset + 4))
    #expect(fault(bytes.with(UInt64.max, at: entry + 8)) == .offset(expected: offset, found: .max))
    #expect(fault(bytes.with(UInt64(0), at: entry + 16)) == .zeroLength)
    #expect(fault(bytes.with(UInt64.max, at: entry + 16)) == .pastEnd(end: .max, fileBytes: UInt64(bytes.count)))
    #expect(
      fault(bytes.with(UInt64(1) << 40, at: entry + 16))
        == .pastEnd(end: offset + 1 << 40, fileBytes: UInt64(bytes.count)))
    // A product that wraps around to the right size.
    #expect(
      fault(bytes.with(UInt64(1) << 62 + 5, at: entry + 24))
        == .size(bytes: 20, count: 1 << 62 + 5, elementBytes: 4))
    #expect(fault(bytes.with(UInt32(0), at: entry + 36)) == .alignment(log2: 0))
    #expect(fault(bytes.with(UInt32(63), at: entry + 36)) == .alignment(log2: 63))
    #expect(fault(bytes.with(UInt32(1), at: entry + 40)) == .reserved)
    #expect(fault(bytes.with(UInt64(9), at: entry + 48)) == .firstChunk(expected: 2, found: 9))
    #expect(fault(bytes.with(UInt64(1), at: entry + 56)) == .reserved)
    #expect(fault(bytes.with(UInt32(bytes.number(at: before, bytes: 4)), at: entry)) == .duplicate)
    // Bytes that no section owns, at the end.
    let longer = (bytes + [UInt8](repeating: 0, count: 64)).with(UInt64(bytes.count + 64), at: 24)
    #expect(fault(longer) == .beforeEnd(end: UInt64(bytes.count), fileBytes: UInt64(longer.count)))
    // Checksums of another size or number.
    let checksums = try #require(bytes.entry("CHKS"))
    let count64 = bytes.number(at: checksums + 24, bytes: 8)
    let halved = bytes.with(UInt32(2), at: checksums + 32).with(count64 * 2, at: checksums + 24)
    #expect(fault(halved) == .elementBytes(expected: 4, found: 2))
    let fewer = Array(bytes.dropLast(4)).with(UInt64(bytes.count - 4), at: 24)
      .with(count64 * 4 - 4, at: checksums + 16).with(count64 - 1, at: checksums + 24)
    #expect(fault(fewer) == .count(expected: count64, found: count64 - 1))
    let renamed = bytes.with(("CHKX" as SectionName).code, at: checksums).with(UInt32(0), at: checksums + 40)
    #expect(problem(renamed.with(count64, at: checksums + 48).sealed) == .missingSection("CHKS"))
    // The last entry taken away, and given twice.
    let count = UInt32(bytes.number(at: 96, bytes: 4))
    #expect(problem(bytes.with(count - 1, at: 96).sealed) != nil)
    #expect(problem(bytes.with(count + 1, at: 96).sealed) != nil)
    #expect(problem(bytes.with(UInt32(61), at: 96).sealed) != nil)
    #expect(problem(bytes.with(UInt32(0), at: 96).sealed) != nil)
  }

  @Test("Any two entries swapped, copied over another or removed are refused", arguments: [Sample.numbers, .texts])
  func shuffledTable(sample: Sample) throws {
    let bytes = try sample.bytes
    let count = Int(bytes.number(at: 96, bytes: 4))
    func range(_ index: Int) -> Range<Int> { 256 + 64 * index..<256 + 64 * (index + 1) }
    for a in 0..<count {
      for b in 0..<count where a != b {
        var swapped = bytes
        swapped.replaceSubrange(range(a), with: bytes[range(b)])
        #expect(problem(swapped.sealed) != nil, "\(b) over \(a)")
        swapped.replaceSubrange(range(b), with: bytes[range(a)])
        #expect(problem(swapped.sealed) != nil, "\(a) and \(b) swapped")
      }
      var removed = bytes
      removed.removeSubrange(range(a))
      removed.insert(contentsOf: [UInt8](repeating: 0, count: 64), at: 4032)
      #expect(problem(removed.with(UInt32(count - 1), at: 96).sealed) != nil, "\(a) removed")
    }
  }

  @Test("Fields that contradict each other or the sections are refused by name")
  func fields() throws {
    let numbers = try Sample.numbers.bytes
    func name(_ bytes: [UInt8]) -> String? {
      if case .badField(let name, _, _)? = problem(bytes.sealed) { name } else { nil }
    }
    #expect(name(numbers.with(UInt32(0), at: 128)) == "dimension")
    #expect(name(numbers.with(UInt32(65_537), at: 128)) == "dimension")
    #expect(name(numbers.with(UInt32(17), at: 128)) == "stride")
    #expect(name(numbers.with(UInt16(9), at: 132)) == "element type")
    #expect(problem(numbers.with(UInt16(2), at: 132).sealed) == .unsupportedElements(.float16))
    #expect(name(numbers.with(UInt16(3), at: 134)) == "metric")
    #expect(
      problem(numbers.with(UInt64(1) << 32 - 1, at: 136).sealed)
        == .aboveLimit(name: "items", found: 1 << 32 - 1, limit: 1 << 32 - 2))
    #expect(problem(numbers.with(UInt64(6), at: 136).sealed) == .badSection("IVEC", .count(expected: 6, found: 5)))
    #expect(problem(numbers.with(UInt64(0), at: 144).sealed) == .badSection("UVEC", .unexpected))
    #expect(name(numbers.with(UInt32(16), at: 156)) == "flags")
    #expect(problem(numbers.with(UInt32(8), at: 156).sealed) == .badSection("IBIA", .unexpected))
    #expect(name(numbers.with(UInt16(3), at: 160)) == "id kinds")
    #expect(name(numbers.with(UInt16(2), at: 160)) == "item id kind")
    #expect(name(numbers.with(Float.nan.bitPattern, at: 164)) == "global mean")
    #expect(name(numbers.with(UInt8(1), at: 255)) == "reserved bytes 168 to 255")
    #expect(name(numbers.with(UInt8(1), at: 127)) == "reserved bytes 112 to 127")
    #expect(name(numbers.with(UInt8(1), at: 4095)) == "unused section entries")
    #expect(name(numbers.with(UInt32(25), at: 108)) == "chunk log2")
  }
}
