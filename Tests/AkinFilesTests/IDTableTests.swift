import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Ids lead to rows and back")
struct IDTableTests {
  private func table(_ ids: IDColumn) throws -> IDTable {
    let items = EmbeddingMatrix(uniformRows: (0..<ids.count).map { [Float($0)] }, dimension: 1)
    return try opened(try encoded(Embeddings(items: items, itemIDs: ids))).itemIDs
  }

  @Test("A thousand shuffled ids are all found, and no other")
  func many() throws {
    var random = SeededGenerator(seed: 7)
    let numbers = (0..<1000).map { UInt64($0) * 2 }.shuffled(using: &random)
    for ids in [IDColumn.numbers(numbers), .texts(numbers.map { "n\($0)" })] {
      let table = try table(ids)
      for row in 0..<1000 { #expect(table.row(of: ids[Row(row)]) == Row(row)) }
      for absent in 0..<1000 {
        #expect(table.row(of: .number(UInt64(absent) * 2 + 1)) == nil)
        #expect(table.row(of: .text("n\(absent * 2 + 1)")) == nil)
      }
    }
  }

  @Test("Differently composed accents are different ids")
  func accents() throws {
    let table = try table(.texts(["caf\u{E9}", "cafe\u{301}"]))
    #expect(table.row(of: .text("caf\u{E9}")) == Row(0))
    #expect(table.row(of: .text("cafe\u{301}")) == Row(1))
  }

  @Test("A number finds the text that spells it, and the other way round")
  func spelling() throws {
    let texts = try table(.texts(["7", "007", "x"]))
    #expect(texts.row(of: .number(7)) == Row(0))
    #expect(texts.row(of: .text("007")) == Row(1))
    #expect(texts.id(of: Row(0)) == .text("7"))
    let numbers = try table(.numbers([9, .max]))
    #expect(numbers.row(of: .text("9")) == Row(0))
    #expect(numbers.row(of: .text("09")) == nil)
    #expect(numbers.row(of: .text("18446744073709551615")) == Row(1))
    let rows = try table(.rowNumbers(count: 3))
    #expect(rows.row(of: .text("2")) == Row(2))
    #expect(rows.row(of: .number(3)) == nil)
    #expect(rows.row(of: .text("two")) == nil)
  }

  @Test("Two rows with one id are refused, and both are named")
  func duplicates() {
    #expect(throws: ContentError.duplicateID(what: "item", id: .number(5), first: 1, second: 2)) {
      try table(.numbers([9, 5, 5, 9]))
    }
    #expect(throws: ContentError.duplicateID(what: "item", id: .text(""), first: 0, second: 2)) {
      try table(.texts(["", "b", ""]))
    }
  }

  @Test("Ids and titles taken over into another file are the same ids and titles", arguments: Sample.allCases)
  func copies(sample: Sample) throws {
    let source = try opened(try sample.bytes)
    #expect(try source.structuralDamages() == [])
    var copied = ContainerBuilder(format: .ledger)
    copied.copy(IDSections.items.all + SectionName.titles + ["ICOF", "ICAT", "CNOF", "CNBL"], from: source.container)
    let index = try ContainerFile(bytes: try encoded(copied), format: .ledger)
    #expect(try index.verify().isSound)
    let ids = try IDTable(in: index, .items, count: source.itemCount)
    let titles = try TextColumn(in: index, offsets: "ITOF", text: "ITBL", count: source.itemCount)
    for row in (0..<source.itemCount).map({ Row($0) }) {
      #expect(ids.id(of: row) == sample.embeddings.itemIDs[row])
      #expect(ids.row(of: sample.embeddings.itemIDs[row]) == row)
    }
    #expect(titles?.copy() == sample.embeddings.titles)
    #expect(ids.column() == sample.embeddings.itemIDs)
  }

  @Test("A text id may have 1024 bytes and no more")
  func longIDs() throws {
    let longest = String(repeating: "x", count: 1024)
    #expect(try table(.texts([longest])).row(of: .text(longest)) == Row(0))
    #expect(throws: ContentError.idTooLong(what: "item", row: 1, bytes: 1025)) {
      try table(.texts(["a", longest + "x"]))
    }
  }
}
