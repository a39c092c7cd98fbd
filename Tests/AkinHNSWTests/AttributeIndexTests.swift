import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Attributes in an index file")
struct AttributeIndexTests {
  private static var embeddings: Embeddings {
    var embeddings = Embeddings(items: normalMatrix(rows: 70, dimension: 3, seed: 3), metric: .innerProduct)
    embeddings.attributes = [
      .numbers("year", (0..<70).map { $0 % 7 == 0 ? nil : Double(1950 + $0) }),
      .words("brand", (0..<70).map { $0 % 3 == 0 ? nil : "brand \($0 % 5)" }),
      .lists("tags", (0..<70).map { item in (0..<item % 4).map { "tag \(($0 + item) % 6)" } }),
      .flags("sold", (0..<70).map { $0 % 2 == 0 ? true : $0 % 5 == 0 ? nil : false }),
      .times("since", (0..<70).map { $0 == 9 ? nil : Double($0) * 86_400 }),
    ]
    embeddings.categories = Categories(
      names: ["a", "b"], members: History(offsets: (0...70).map { UInt64($0 / 2) }, rows: (0..<35).map { $0 % 2 }),
      attributeName: "genres")
    return embeddings
  }

  @Test("An index has the attributes of its embeddings, from a file and from memory")
  func same() throws {
    try withDirectory { directory in
      let written = Self.embeddings
      try written.write(to: directory + "/a.emb")
      let file = try EmbeddingFile(path: directory + "/a.emb")
      _ = try HNSWIndex.build(from: file, to: directory + "/a.idx")
      for index in [try HNSWIndex(path: directory + "/a.idx"), try HNSWIndex(written)] {
        let attributes = index.facts.attributes
        #expect(attributes.entries == file.attributes.entries)
        for position in attributes.entries.indices { #expect(attributes[position] == file.attributes[position]) }
        #expect(attributes.entries.map(\.name) == ["genres"] + written.attributes.map(\.name))
      }
      #expect(try HNSWIndex.verify(path: directory + "/a.idx").isSound)
      // The order of nodes is not that of rows; attributes are by row.
      let index = try HNSWIndex(path: directory + "/a.idx")
      let filter = try index.facts.attributes.filter("year >= 2000 and brand != 'brand 1'").rowFilter
      let found = try index.nearest(to: [1, 0, 0], SearchRequest(k: 70, effort: .exact, filter: filter))
      let expected = (0..<70).filter { $0 % 7 != 0 && $0 >= 50 && ($0 % 3 == 0 || $0 % 5 != 1) }
      #expect(found.map { Int($0.row.index) }.sorted() == expected)
    }
  }

  @Test("verify names a changed byte of each section, and a broken rule behind right checksums")
  func damage() throws {
    let scratch = try Scratch()
    try HNSWIndex(Self.embeddings).write(to: scratch["a.idx"])
    let bytes = scratch.bytes("a.idx")
    func damages(_ bytes: [UInt8]) throws -> [Damage] {
      let file = try ContainerFile(bytes: bytes, format: .index)
      return try HNSWIndex.verify(file, execution: Execution(threads: 1)).damages
    }
    #expect(try damages(bytes) == [])
    for name in AttributeLayout.sections + AttributeLayout.categories {
      let section = bytes.section(name)
      try #require(!section.isEmpty, "\(name)")
      let place = section.upperBound - 1
      guard let found = try? damages(bytes.with(bytes[place] ^ 0x10, at: place)) else { continue }
      #expect(found.contains { $0.section == name }, "\(name)")
    }
    func reasons(_ name: SectionName, _ value: some FixedWidthInteger) throws -> [DamageReason] {
      try damages(bytes.with(value, at: bytes.section(name).lowerBound + 8).wholeSealed).map(\.reason)
    }
    #expect(try reasons("ANUM", Double.nan.bitPattern) == [.notFinite(row: 1)])
    #expect(try reasons("ICAT", UInt32(2)).contains(.outOfRange(position: 2, found: 2, limit: 2)))
    #expect(try reasons("ACOD", UInt32(9)) == [.rule("expected a word of the attribute, 0..<5, found 9")])
  }
}
