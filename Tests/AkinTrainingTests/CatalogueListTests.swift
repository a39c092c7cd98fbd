import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Several categories in one field, and attributes that look like numbers")
struct CatalogueListTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func read(_ fields: [String], separator: FieldSeparator? = nil, column: String = "genre") throws -> (
    table: ItemTable, warnings: [String]
  ) {
    let notices = Notices()
    var format = ItemFormat()
    if let separator { format.categorySeparator = separator }
    let path = scratch.file("id\ttitle\t\(column)\n" + fields.enumerated().map { "\($0)\tT\($0)\t\($1)\n" }.joined())
    let table = try ItemTable.read(path: path, format: format, execution: notices.execution)
    return (table, notices.warnings.map { String($0.dropFirst(path.utf8.count + 2)) })
  }

  @Test("Space around a separator belongs to no category, and empty parts are none")
  func trimmed() throws {
    let (table, warnings) = try read(["Action | Comedy", "Action|", "|Drama||War ", "(no genres listed)", ""])
    #expect(table.categories == [["Action", "Comedy"], ["Action"], ["Drama", "War"], [], []] && warnings == [])
  }

  @Test("The separator that is chosen splits, whatever it is")
  func chosen() throws {
    for (mark, text) in [("/", "A/B"), (",", "A, B"), (" > ", "A > B"), (" ", "A B"), ("::", "A::B")] {
      let (table, warnings) = try read([text, "B"], separator: FieldSeparator(mark))
      #expect(table.categories == [["A", "B"], ["B"]] && warnings == [], "\(mark)")
    }
    #expect(try read(["A|B", "B"], separator: FieldSeparator("/")).table.categories == [["A|B"], ["B"]])
    #expect(
      try read(["A|B", "B"], separator: FieldSeparator("/")).warnings == [
        "no field of categories holds '/', the separator that --category-separator names"
      ])
  }

  @Test("A separator whose parts stand elsewhere, too, is named with the option that says it")
  func noted() throws {
    func option(_ fields: [String]) throws -> String? {
      try read(fields).warnings.first { $0.contains("one category each") }
    }
    for mark in ["/", " / ", ":", "+", "::", " > ", ", ", ";", " - "] {
      let found = try option(["Action\(mark)Comedy", "Action", "Comedy\(mark)Drama", "Drama"])
      let shown = mark == " / " ? "/" : mark == ", " ? "," : mark
      #expect(found?.hasSuffix("or say --category-separator '\(shown)'") == true, "\(mark): \(found ?? "none")")
    }
    #expect(try option(["rock pop indie", "rock", "pop indie", "jazz rock", "jazz"])?.hasSuffix("'\u{20}'") == true)
    for list in ["['A', 'B']", "{A,B}", "[A B]"] { #expect(try option([list, "[A]"]) != nil, "\(list)") }
    #expect(try option(["rock+pop", "jazz", "folk"])?.hasSuffix("'+'") == true)
    // Names with such characters, and sizes.
    for names in [
      ["R&B/Soul", "R&B/Soul", "Hip-Hop/Rap", "Pop"], ["Science Fiction", "Historical Fiction", "Fiction"],
      ["Drama, Comedy|War", "Drama"], ["Sci-Fi", "Film-Noir", "Drama"], ["Action & Adventure", "Action"],
      ["S/M", "S", "M", "L/XL", "M/L"], ["36/38", "38", "36"], ["Disney+", "C++", "A+B"],
    ] {
      #expect(try option(names) == nil, "\(names)")
    }
  }

  @Test("Whole numbers that float64 does not keep are words; other numbers of many digits are numbers")
  func longNumbers() throws {
    func kind(_ fields: [String], _ name: String = "ean") throws -> (AttributeKind?, Int) {
      let (table, warnings) = try read(fields, column: name)
      return (table.attributes.first?.kind, warnings.count)
    }
    #expect(try kind(["9007199254740993", "12"]) == (.word, 1))
    #expect(try kind(["4006381333931", "12"]) == (.number, 0))
    #expect(try kind(["3.14159265358979312", "2"]) == (.number, 0))
    #expect(try kind(["1500000000000000000", "1600000000000000000"], "timestamp") == (.time, 0))
  }

  @Test("Numbers with signs, units or commas, and numbers among which one is none, are words with a note")
  func decorated() throws {
    for fields in [
      ["4.5/5", "3/5", "5/5"], ["$9.99", "$3"], ["9,99 \u{20AC}", "3 \u{20AC}"], ["10%", "5 %"],
      ["1,234", "12,345,678"], ["5 kg", "7 kg"],
    ] {
      let (table, warnings) = try read(fields, column: "price")
      #expect(table.attributes.first?.kind == .word && warnings.count == 1, "\(fields): \(warnings)")
    }
    #expect(
      try read(["1995", "1996-99", "1997"], column: "year").warnings.first?.contains("one of its numbers is '1996-99'")
        == true)
    for fields in [["B2", "A1"], ["2nd", "3rd"], ["(1)", "(2)"], ["red", "blue"], ["1.2.3", "1/2"]] {
      #expect(try read(fields, column: "size").warnings == [], "\(fields)")
    }
    for text in ["$5", "USD 5", "5 kg", "-$3.50", "1,234.5", "12 %"] {
      #expect(FieldKind.isDecoratedNumber(text), "\(text)")
    }
    for text in ["5", "B2", "12,5", "", "x", "3rd", "1/2", "034545104X"] {
      #expect(!FieldKind.isDecoratedNumber(text), "\(text)")
    }
  }
}
