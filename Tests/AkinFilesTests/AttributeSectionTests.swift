import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Attributes in a file")
struct AttributeSectionTests {
  @Test("Embeddings read from a file have its attributes, and write the same bytes")
  func copies() throws {
    let bytes = try Sample.attributes.bytes
    let copy = try opened(bytes).embeddings()
    #expect(copy.attributes == Sample.attributes.embeddings.attributes)
    #expect(copy.categories == Sample.attributes.embeddings.categories)
    #expect(try encoded(copy) == bytes)
  }

  @Test("Categories without a record are the attribute 'categories'")
  func unnamedCategories() throws {
    let file = try opened(Sample.texts.bytes)
    #expect(file.container.entry("ADEF") == nil)
    #expect(file.attributes.entries == [.init(name: "categories", kind: .list, isCategories: true)])
    let rows = try file.attributes.filter("genre = Drama").rows()
    #expect(rows.rows == [Row(2), Row(3)])
  }

  /// What verify says of the sample with a number put into a section, all checksums right.
  private func reasons<T: FixedWidthInteger>(
    _ section: SectionName, _ offset: Int, _ value: T
  ) throws -> [DamageReason] {
    let bytes = try Sample.attributes.bytes
    let start = bytes.section(section).lowerBound + offset
    return try opened(bytes.with(value, at: start).wholeSealed).verify().damages.map(\.reason)
  }

  @Test("Each broken rule is named")
  func rules() throws {
    // The columns: genres (categories), year, brand, tag, in stock, released, langue, none; three items.
    #expect(try reasons("ADEF", 4, UInt32(1)) == [.padding])
    #expect(try reasons("ASET", 0, UInt64(0b1101)).contains(.padding))
    #expect(try reasons("ASET", 0, UInt64(0b001)) == [.padding], "a number of an item without one")
    #expect(try reasons("ANUM", 16, Double.nan.bitPattern) == [.notFinite(row: 2)])
    #expect(try reasons("ANUM", 8, Double(3).bitPattern) == [.padding])
    #expect(try reasons("AFLG", 0, UInt64(0b011)) == [.rule("expected flags of items that have one")])
    #expect(try reasons("AFLG", 0, UInt64(0b1001)).contains(.padding))
    #expect(try reasons("ACOD", 0, UInt32(3)) == [.rule("expected a word of the attribute, 0..<2, found 3")])
    #expect(try reasons("ACOD", 8, UInt32(1)) == [.padding])
    #expect(try reasons("ALST", 0, UInt32(1)) == [.rule("expected a word of the attribute, 2..<4, found 1")])
    #expect(try reasons("ALST", 0, UInt32(9)).contains(.outOfRange(position: 0, found: 9, limit: 5)))
    #expect(try reasons("ALST", 4, UInt32(2)) == [.notAscending(row: 0)])
    let exactly = DamageReason.rule("expected words exactly where an item has a value")
    #expect(try reasons("ASET", 16, UInt64(0b111)) == [exactly])
    #expect(try reasons("AWBL", 0, UInt8(ascii: "Z")) == [.rule("expected the words of an attribute to ascend")])
    #expect(try reasons("AWBL", 0, UInt8(0xFF)).contains(.notUTF8(row: 0)))
    #expect(try reasons("ICAT", 0, UInt32(2)).contains(.outOfRange(position: 0, found: 2, limit: 2)))
    // The name of brand becomes that of the attribute before.
    let own = DamageReason.rule("expected an attribute with a name of its own")
    let names = try Sample.attributes.bytes.section("ANOF").lowerBound
    let bytes = try Sample.attributes.bytes.with(UInt64(6), at: names + 16)
    #expect(try opened(bytes.wholeSealed).verify().damages.map(\.reason).contains(own))
  }

  @Test("Damaged values are no values")
  func damagedValues() throws {
    let bytes = try Sample.attributes.bytes
    func column(_ section: SectionName, _ offset: Int, _ value: some FixedWidthInteger, _ name: String) throws
      -> Attribute
    {
      let table = try opened(bytes.with(value, at: bytes.section(section).lowerBound + offset)).attributes
      return table[try #require(table.position(of: name))]
    }
    #expect(try column("ANUM", 0, Double.infinity.bitPattern, "year")[Row(0)] == nil)
    #expect(try column("ACOD", 4, UInt32.max, "brand")[Row(1)] == nil)
    #expect(try column("ACOD", 4, UInt32(4), "brand")[Row(1)] == nil, "a word of another attribute")
    #expect(try column("ALST", 4, UInt32.max, "tag")[Row(0)] == .list(["blue"]))
    #expect(try column("ALOF", 8, UInt64.max, "tag")[Row(0)] == nil)
    #expect(try column("AWOF", 8, UInt64.max, "brand")[Row(1)] == .word(""))
  }

  @Test("Counts that the sections contradict refuse the file")
  func counts() throws {
    let bytes = try Sample.attributes.bytes
    let record = bytes.section("ADEF").lowerBound
    func refusal(_ value: some FixedWidthInteger, at offset: Int) -> FileProblem? {
      problem(bytes.with(value, at: record + offset).wholeSealed)
    }
    #expect(
      refusal(UInt32(7), at: 16) == .badField(name: "kind of attribute 1", found: "7", expected: "1 to 6"))
    #expect(refusal(UInt64(1), at: 24) == .badField(name: "words of attribute 1", found: "1", expected: "0"))
    #expect(refusal(UInt64(3), at: 40) == .badSection("AWOF", .count(expected: 7, found: 6)))
    for count in [UInt64.max, 1 << 63, 1 << 32] {
      #expect(refusal(count, at: 40) == .aboveLimit(name: "words of attributes", found: count, limit: FileLimits.rows))
    }
    #expect(refusal(UInt32(4), at: 16) == .badSection("ANUM", .count(expected: 6, found: 9)), "a flag, not a number")
  }

  @Test("Attributes that no reader would accept are not written")
  func refused() {
    func refusal(_ attributes: [Attribute]) -> ContentError? {
      var written = Sample.attributes.embeddings
      written.attributes = attributes
      do {
        _ = try encoded(written)
        return nil
      } catch {
        return error as? ContentError
      }
    }
    let year = Attribute.numbers("year", [1, 2, 3])
    #expect(refusal([year]) == nil)
    #expect(refusal([.numbers("x", [1])]) == .countMismatch(what: "attribute 'x'", expected: 3, found: 1))
    #expect(
      refusal([.times("x", [1, .infinity, 3])]) == .numberNotFinite(what: "a value of attribute 'x'"))
    #expect(refusal([year, year]) == .badName(what: "attribute", name: "year"))
    #expect(refusal([.numbers("", [1, 2, 3])]) == .badName(what: "attribute", name: ""))
    #expect(refusal([.numbers("genres", [1, 2, 3])]) == .badName(what: "attribute", name: "genres"))
    #expect(refusal([.words("x", ["", nil, "a"])]) == .badWord(attribute: "x", bytes: 0))
    let long = String(repeating: "x", count: 1_025)
    #expect(refusal([.lists("x", [[long], [], []])]) == .badWord(attribute: "x", bytes: 1_025))
    #expect(
      refusal((0..<1_024).map { .flags("f\($0)", [true, nil, nil]) })
        == .tooManyRows(what: "attributes", found: 1_024))
  }
}
