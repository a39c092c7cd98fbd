import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Filters by attributes")
struct AttributeFilterTests {
  @Test("A text lets in the items for which its condition holds", arguments: 1...12 as ClosedRange<UInt64>)
  func texts(seed: UInt64) throws {
    let world = AttributeWorld(seed: seed, count: [0, 1, 63, 64, 65, 130][Int(seed) % 6])
    var random = SeededGenerator(seed: seed + 100)
    for _ in 0..<40 {
      let condition = PlainCondition.random(depth: 3, &random)
      let expected = (0..<world.count).filter { condition.holds($0, in: world) }.map { Row($0) }
      let filter = try world.table.filter(condition.text)
      #expect(filter.rows().rows == expected, "seed \(seed): \(condition.text)")
      #expect(filter.rowFilter.allowedCount == expected.count)
      let opposite: AttributeFilter = !filter
      #expect(opposite.rows() == filter.rows().complement)
    }
  }

  @Test("and binds more than or, and not most", arguments: [1, 2, 3] as [UInt64])
  func precedence(seed: UInt64) throws {
    let world = AttributeWorld(seed: seed, count: 100)
    func rows(_ text: String) throws -> RowSet { try world.table.filter(text).rows() }
    let (a, b, c) = ("price > 0", "brand = A", "genres in (12)")
    #expect(try rows("\(a) or \(b) and \(c)") == rows("\(a) or (\(b) and \(c))"))
    #expect(try rows("\(a) and \(b) or \(c)") == rows("(\(a) and \(b)) or \(c)"))
    #expect(try rows("not \(a) and \(b)") == rows("(not \(a)) and \(b)"))
    #expect(try rows("not not \(a)") == rows(a))
    #expect(try rows("brand not in (A, 12)") == rows("not brand in (A, 12)"))
    #expect(try rows("brand != A") == rows("not (brand = A)"))
    #expect(try rows("price == 1") == rows("price=1"))
    // De Morgan.
    #expect(try rows("not (\(a) and \(b))") == rows("not \(a) or not \(b)"))
    #expect(try rows("not (\(a) or \(b))") == rows("not \(a) and not \(b)"))
  }

  @Test("The typed builder says the same as the text")
  func builder() throws {
    let world = AttributeWorld(seed: 5, count: 200)
    let (price, date) = (try world.table.number("price"), try world.table.time("release date"))
    let (brand, genres) = (try world.table.word("brand"), try world.table.list("genres"))
    let flag = try world.table.flag("not")
    let day = 86_400.0
    let pairs: [(AttributeFilter, String)] = [
      (price >= 1 && !brand.isIn(["A", "12"]), "price >= 1 and not brand in (A, 12)"),
      (price < 0 || price > 1 || price == 0.5, "price < 0 or price > 1 or price = .5"),
      (price <= 1 && price != 0 && date < 3 * day, "price <= 1 and price != 0 and 'release date' < 1970-01-04"),
      (date >= 3 * day && date <= 5 * day, "'release date' >= 1970-01-04 and 'release date' <= 1970-01-06"),
      (date > 3 * day && date.isPresent, "'release date' > 1970-01-04"),
      (price.isIn([0, 1]) && price.isPresent, "price in (0, 1.0)"),
      (brand == "A" || brand != "b c", "brand = A or brand != 'b c'"),
      (genres.contains("b c") && brand.isPresent, "genre = 'b c' and has brand"),
      (genres.containsAny(of: ["12", "and"]), "genres in (12, 'and')"),
      (genres.containsAll(of: ["12", "and"]), "genres = 12 and genres = 'and'"),
      (genres.containsAll(of: []) && genres.isPresent, "has genres"),
      (flag.isTrue || flag.isPresent && price == 0, "'not' or has 'not' and price = 0"),
      (flag.isFalse, "'not' = false"),
      (try .category("A", in: world.table), "genres = A"),
    ]
    for (filter, text) in pairs { #expect(filter.rows() == (try world.table.filter(text).rows()), "\(text)") }
  }

  @Test("A name is found as it is, or without case, spaces and signs, or but for an s")
  func names() throws {
    let table = AttributeTable(
      ["Release Year", "tags", "Tag_s", "brand", "Brand", "genre"].map { Attribute.numbers($0, [1]) }, itemCount: 1)
    #expect(table.position(of: "release_year") == 0 && table.position(of: "RELEASEYEARS") == 0)
    #expect(table.position(of: "brand") == 3 && table.position(of: "Brand") == 4)
    #expect(table.position(of: "BRAND") == nil, "two have the name")
    #expect(table.position(of: "tags") == 1 && table.position(of: "tag") == nil)
    #expect(table.position(of: "genres") == 5 && table.position(of: "category") == nil)
    #expect(table.categoryPosition == nil, "numbers are no categories")
    #expect(
      throws: AttributeError.unknown(
        name: "brant", nearest: "brand", present: ["Release Year", "tags", "Tag_s", "brand", "Brand", "genre"])
    ) { try table.number("brant") }
    #expect(throws: AttributeError.otherKind(name: "genre", expected: .word, holds: "numbers from 1 to 1")) {
      try table.word("genre")
    }
  }

  @Test("Words that no item has are named, with the nearest")
  func unknownWords() throws {
    let table = AttributeTable(
      [.words("brand", ["Sony", "Apple"]), .lists("genres", [["Comedy"], ["Drama"]])], itemCount: 2)
    let text = try FilterText("brand = sony or genre in (Comdy, Drama) or brand != Xerox")
    #expect(
      text.unknownWords(in: table) == [
        .init(attribute: "brand", word: "sony", nearest: "Sony"),
        .init(attribute: "genres", word: "Comdy", nearest: "Comedy"),
        .init(attribute: "brand", word: "Xerox", nearest: nil),
      ])
  }

  @Test("A long chain is evaluated without deep recursion")
  func chain() throws {
    let table = AttributeTable([.numbers("x", (0..<100).map { Double($0) })], itemCount: 100)
    let x = try table.number("x")
    var filter = x < 0
    for value in 0..<3_000 { filter = filter || x == Double(value) }
    #expect(filter.rows().count == 100)
    let text = (0..<3_000).map { "x = \($0)" }.joined(separator: " or ")
    #expect(try table.filter(text).rows().count == 100)
  }
}
