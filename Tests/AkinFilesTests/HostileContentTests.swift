import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Sections with any content are read without a trap, and verify names what is wrong")
struct HostileContentTests {
  @Test(
    "Random bytes in random sections", arguments: [Sample.numbers, .texts, .features, .attributes],
    [1, 2, 3] as [UInt64])
  func fuzz(sample: Sample, seed: UInt64) throws {
    let bytes = try sample.bytes
    var random = SeededGenerator(seed: seed)
    let body = 4096..<bytes.count
    for round in 0..<300 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: body, using: &random) & ~7
        let value: UInt64 =
          [
            0, 1, .max, 1 << 31, 1 << 32, 1 << 63, UInt64(bytes.count), .random(in: 0...20, using: &random),
            random.next(),
          ].randomElement(using: &random) ?? 0
        if place + 8 <= bytes.count { changed = changed.with(value, at: place) }
      }
      // The header is untouched, so it opens; only the sections lie. (The records of features and of
      // attributes have counts, which decide.)
      guard let file = try? opened(changed) else {
        #expect(sample == .features || sample == .attributes, "seed \(seed)")
        continue
      }
      exercise(file)
      if round % 10 == 0 {
        #expect(try file.verify(execution: Execution(threads: 1)).isSound == (changed == bytes), "seed \(seed)")
      }
    }
  }

  @Test("Each broken rule is named, with its section")
  func rules() throws {
    func reasons(_ sample: Sample, _ section: SectionName, _ change: (inout [UInt8], Int) -> Void) throws
      -> [DamageReason]
    {
      var bytes = try sample.bytes
      let start = bytes.section(section).lowerBound
      change(&bytes, start)
      return try opened(bytes).verify().damages.filter { $0.section == section }.map(\.reason)
    }
    func put<T: FixedWidthInteger>(_ value: T, at offset: Int) -> (inout [UInt8], Int) -> Void {
      { bytes, start in bytes = bytes.with(value, at: start + offset) }
    }
    #expect(try reasons(.numbers, "IVEC", put(Float.nan.bitPattern, at: 64)).contains(.notFinite(row: 1)))
    #expect(try reasons(.numbers, "IVEC", put(UInt32(1), at: 12)).contains(.padding))
    #expect(try reasons(.numbers, "UBIA", put(Float.infinity.bitPattern, at: 8)).contains(.notFinite(row: 2)))
    #expect(
      try reasons(.numbers, "IIDP", put(UInt32(5), at: 4)).contains(.outOfRange(position: 1, found: 5, limit: 5)))
    #expect(try reasons(.numbers, "IIDP", put(UInt32(2), at: 4)).contains(.order(position: 1)))
    #expect(try reasons(.numbers, "HOFF", put(UInt64(9), at: 8)).contains(.offsets(row: 0)))
    #expect(try reasons(.numbers, "HROW", put(UInt32(5), at: 4)).contains(.outOfRange(position: 1, found: 5, limit: 5)))
    #expect(try reasons(.numbers, "HROW", put(UInt32(0), at: 4)).contains(.notAscending(row: 0)))
    #expect(try reasons(.numbers, "OBJV", put(UInt16(99), at: 0)).count == 2)
    for (place, code) in [(4, 7), (5, 4), (6, 4), (7, 16)] as [(Int, UInt8)] {
      #expect(try reasons(.numbers, "OBJV", put(code, at: place)).count == 2, "code \(code) at \(place)")
    }
    // The flag of a range whose ends are both 0, and numbers where their flag is absent.
    #expect(try reasons(.numbers, "OBJV", put(UInt8(2), at: 7)).count == 2)
    for place in [56, 64, 72, 80, 88, 112, 119] {
      #expect(try reasons(.numbers, "OBJV", put(UInt8(1), at: place)).contains(.padding), "byte \(place)")
    }
    // The exponent of users is that of weighted least squares alone.
    #expect(try reasons(.numbers, "OBJV", put(UInt8(1), at: 120)).count == 1, "the checksum's alone")
    #expect(try reasons(.numbers, "OBJV", put(Double.nan.bitPattern, at: 120)).count == 2)
    #expect(try reasons(.texts, "OBJV", put(UInt8(1), at: 120)).contains(.padding))
    // What a fold-in asks: the optimiser's code, the power, the zeros.
    #expect(try reasons(.texts, "OBJV", put(UInt8(4), at: 148)).count == 2)
    #expect(try reasons(.texts, "OBJV", put(Double.nan.bitPattern, at: 152)).count == 2)
    #expect(try reasons(.texts, "OBJV", put(UInt8(1), at: 149)).contains(.padding))
    #expect(try reasons(.texts, "HVAL", put(Float.infinity.bitPattern, at: 4)).contains(.notFinite(row: 1)))
    #expect(try reasons(.numbers, "PROV", put(UInt8(0x20), at: 0)).count == 2)
    #expect(try reasons(.texts, "ITBL", put(UInt8(0xFF), at: 3)).contains(.notUTF8(row: 0)))
    #expect(try reasons(.texts, "ISOF", put(UInt64(1), at: 0)).contains(.offsets(row: 0)))
    #expect(try reasons(.texts, "ISOF", put(UInt64.max, at: 8)).contains(.offsets(row: 0)))
  }

  @Test("With all checksums right, the rules still find what is wrong")
  func sealedLies() throws {
    let bytes = try Sample.numbers.bytes
    #expect(bytes.wholeSealed == bytes)
    func reasons(_ changed: [UInt8]) throws -> [DamageReason] {
      let file = try opened(changed.wholeSealed)
      exercise(file)
      return try file.verify().damages.map(\.reason)
    }
    #expect(try reasons(bytes.with(UInt64(1), at: 88)) == [.salt])
    let order = bytes.section("IIDP").lowerBound
    #expect(
      try reasons(bytes.with(UInt32.max, at: order))
        == [.outOfRange(position: 0, found: UInt64(UInt32.max), limit: 5)])
    let ids = bytes.section("UID8").lowerBound
    #expect(try reasons(bytes.with(UInt64(10), at: ids)) == [.order(position: 2)])
    let text = bytes.section("PROV").lowerBound
    #expect(try reasons(bytes.with(UInt8(ascii: "["), at: text)).count == 2)
  }

  @Test("What a damaged place holds is left out; the rest is still read")
  func damagedPlaces() throws {
    let numbers = try Sample.numbers.bytes
    let history = numbers.section("HROW").lowerBound
    let file = try opened(numbers.with(UInt32.max, at: history))
    #expect(file.history(of: Row(0)) == [Row(4)])
    #expect(file.history(of: Row(2)) == [Row(1), Row(2), Row(3)])

    let texts = try Sample.texts.bytes
    let titles = texts.section("ITOF").lowerBound
    let other = try opened(texts.with(UInt64.max, at: titles + 8))
    #expect(other.titles?[Row(0)] == nil)
    #expect(other.titles?[Row(3)] == "Heat")
    let ids = texts.section("ISOF").lowerBound
    #expect(
      try opened(texts.with(UInt64.max, at: ids + 8)).itemIDs.id(of: Row(0)) == .text("(no id for row 0)"))
  }

  @Test("Offsets that overlap make no byte be looked at twice")
  func overlaps() throws {
    let texts = try Sample.texts.bytes
    let titles = texts.section("ITBL")
    let end = UInt64(titles.count)
    var bytes = texts.with(UInt8(0xFF), at: titles.lowerBound)
    for (place, offset) in [0, end, 0, end, 0].enumerated() {
      bytes = bytes.with(offset, at: texts.section("ITOF").lowerBound + 8 * place)
    }
    let file = try opened(bytes)
    var rows: [Int] = []
    unsafe file.titles?.forEach { row, text in
      rows.append(row)
      #expect(text.count == titles.count)
    }
    #expect(rows == [0])
    #expect(file.titles?.copy() == nil)
    let broken = try file.verify().damages.map(\.reason)
    #expect(broken.contains(.notUTF8(row: 0)) && !broken.contains(.notUTF8(row: 2)))

    let numbers = try Sample.numbers.bytes
    var history = numbers.with(UInt32(9), at: numbers.section("HROW").lowerBound)
    for (place, offset) in ([0, 5, 0, 5] as [UInt64]).enumerated() {
      history = history.with(offset, at: numbers.section("HOFF").lowerBound + 8 * place)
    }
    let outside = try opened(history).verify().damages.filter {
      $0.reason == .outOfRange(position: 0, found: 9, limit: 5)
    }
    #expect(outside.count == 1)
  }

  @Test("Ids that are too long are named so, and not compared")
  func longIDs() throws {
    let ids = ["a", "b"].map { String(repeating: $0, count: 1000) }
    let bytes = try encoded(
      Embeddings(items: EmbeddingMatrix(uniformRows: [[1], [2]], dimension: 1), itemIDs: .texts(ids)))
    let joined = bytes.with(UInt64(2000), at: bytes.section("ISOF").lowerBound + 8)
    let damages = try opened(joined).verify().damages
    #expect(damages.contains { $0.reason == .idTooLong(row: 0, bytes: 2000) })
    #expect(!damages.contains { $0.section == "IIDP" })
  }

  @Test("The report lists the first damages and counts the rest")
  func longList() throws {
    var many = Embeddings(
      items: EmbeddingMatrix(uniformRows: (0..<400).map { [Float($0)] }, dimension: 1), itemIDs: .rowNumbers(count: 400)
    )
    many.itemBiases = Array(repeating: 1, count: 400)
    var bytes = try encoded(many)
    for place in bytes.section("IBIA") { bytes[place] = 0xFF }
    let report = try opened(bytes).verify()
    #expect(report.damages.count == 200)
    #expect(report.omitted == 201)
    #expect(report.json["sound"] == .bool(false))
  }
}
