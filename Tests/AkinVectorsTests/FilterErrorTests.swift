import AkinSupport
import AkinVectors
import Testing

@Suite("Texts of filters that have no meaning")
struct FilterErrorTests {
  private let table = AttributeTable(
    [
      .numbers("year", [1902, 2018]), .words("brand", ["Sony", nil]), .lists("genres", [["Comedy"], []]),
      .flags("sold", [true, false]), .times("released", [0, 86_400]), .words("empty", [nil, nil]),
    ], itemCount: 2)

  private func error(_ text: String) -> FilterError? {
    do throws(FilterError) {
      _ = try table.filter(text)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "The grammar points to the byte where something else belongs",
    arguments: [
      ("year >", 7, "expected a value to compare 'year' with, found the end"),
      ("year >= and 5", 9, "expected a value to compare 'year' with, found 'and'"),
      ("year 1990", 6, "expected =, !=, <, <=, >, >= or in after 'year', found '1990'"),
      ("genre = Film Noir", 14, "expected and, or, or the end, found 'Noir'"),
      ("(year = 1", 10, "expected and, or, or ), found the end"),
      ("year = 1)", 9, "expected and, or, or the end, found ')'"),
      ("brand in Sony", 10, "expected ( and a list of values, found 'Sony'"),
      ("brand in (Sony Apple)", 16, "expected , or ), found 'Apple'"),
      ("brand in ()", 11, "expected a value, found ')'"),
      ("and year = 1", 1, "expected the name of an attribute, found 'and'"),
      ("year = 1 and", 13, "expected the name of an attribute, found the end"),
      ("not", 4, "expected the name of an attribute, found the end"),
      ("has", 4, "expected the name of an attribute, found the end"),
      ("year => 1", 8, "expected a value to compare 'year' with, found '1'"),
      ("'é' = 'x", 8, "expected a closing quote, found the end"),
    ] as [(String, Int, String)])
  func grammar(text: String, column: Int, sentence: String) throws {
    // `=>` is an equals sign before a larger one; the column is that of the second.
    let found = try #require(error(text))
    if text == "year => 1" {
      #expect(found.column == 7)
      return
    }
    #expect(found.column == column && found.kind == .usage, "\(text): \(found)")
    #expect(found.description.hasPrefix("filter, column \(column): \(sentence)\n"), "\(found)")
  }

  @Test("Names and kinds are compared with the attributes")
  func meaning() throws {
    func sentence(_ text: String, _ column: Int, _ sentence: String) {
      let found = error(text)
      #expect(found?.column == column && found?.kind == .badInput, "\(text)")
      #expect(found?.description.split(separator: "\n").first ?? "" == "filter, column \(column): \(sentence)")
    }
    sentence("sold and yaer = 5", 10, "no attribute has the name 'yaer'; did you mean 'year'?")
    sentence("colour = red", 1, "no attribute has the name 'colour'")
    sentence("year = Comedy", 8, "expected a number, since 'year' holds numbers from 1902 to 2018; found 'Comedy'")
    sentence("year in (1, 0x10)", 13, "expected a number, since 'year' holds numbers from 1902 to 2018; found '0x10'")
    sentence("year = inf", 8, "expected a number, since 'year' holds numbers from 1902 to 2018; found 'inf'")
    sentence("brand < Sony", 7, "'brand' holds words like 'Sony', which '<' does not compare")
    sentence("genre >= Comedy", 7, "'genres' holds lists of words like 'Comedy', which '>=' does not compare")
    sentence("sold < 1", 6, "'sold' holds flags, true or false, which '<' does not compare")
    sentence("sold = maybe", 8, "expected true or false, since 'sold' holds flags, true or false; found 'maybe'")
    sentence(
      "released > soon", 12, "expected a time, since 'released' holds times from 1970-01-01 to 1970-01-02; found 'soon'"
    )
    sentence("year", 1, "expected a comparison, since 'year' holds numbers from 1902 to 2018")
    sentence("empty < 5", 7, "'empty' holds no values (words), which '<' does not compare")
  }

  @Test("The text is shown with a mark below the byte, cut to its surroundings")
  func pointer() throws {
    #expect(error("sold and yaer = 5")?.pointer == "  sold and yaer = 5\n           ^")
    #expect(error("brand = 'é' and\nyaer = 5")?.pointer == "  brand = 'é' and yaer = 5\n                  ^")
    let long =
      (0..<50).map { "year = \($0)" }.joined(separator: " or ") + " or yaer = 5" + String(repeating: " ", count: 99)
    let lines = try #require(error(long)).pointer.split(separator: "\n")
    #expect(lines[0].count <= 76 && lines[0].contains("yaer") && lines[0].hasPrefix("  …") && lines[0].hasSuffix("…"))
    let place = lines[1].count - 1
    #expect(String(Array(lines[0])[place...].prefix(4)) == "yaer")
  }

  @Test("Empty, endless and deep texts are refused without deep recursion")
  func limits() {
    for text in ["", " \t\n"] { #expect(error(text)?.problem == .empty) }
    let long = String(repeating: "x", count: FilterText.byteLimit + 1)
    #expect(error(long)?.problem == .tooLong(bytes: long.count, limit: FilterText.byteLimit))
    for opening in ["(", "not "] {
      let deep = String(repeating: opening, count: 10_000) + "sold"
      #expect(error(deep)?.problem == .tooDeep(limit: FilterText.depthLimit))
      #expect(error(deep)?.column == FilterText.depthLimit * opening.utf8.count + 1)
    }
    let nested = String(repeating: "(", count: 99) + "sold" + String(repeating: ")", count: 99)
    #expect(error(nested) == nil)
  }

  @Test("Random bytes are refused or have a meaning, and never trap", arguments: 1...4 as ClosedRange<UInt64>)
  func fuzz(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let words = [
      "year", "brand", "genres", "sold", "(", ")", ",", "=", "!", "<", "and", "or", "not", "in", "has", "'", "5", " ",
    ]
    for _ in 0..<1_000 {
      let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
        .joined(separator: Bool.random(using: &random) ? " " : "")
      if let found = error(text) {
        #expect((1...text.utf8.count + 1).contains(found.column), "seed \(seed): \(text)")
        #expect(!found.description.isEmpty)
      }
    }
  }
}
