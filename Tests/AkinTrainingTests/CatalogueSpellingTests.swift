import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Titles, categories and attributes of items as other programs write them")
struct CatalogueSpellingTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func warnings(_ text: String) throws -> [String] {
    let notices = Notices()
    _ = try ItemTable.read(path: scratch.file(text), execution: notices.execution)
    return notices.warnings
  }

  private func ofCategories(_ fields: [String]) throws -> [String] {
    try warnings("id,title,genres\n" + fields.enumerated().map { "\($0),t\($0),\($1)\n" }.joined())
  }

  private func ofTitles(_ titles: [String]) throws -> [String] {
    try warnings("id\ttitle\n" + titles.enumerated().map { "\($0)\t\($1)\n" }.joined())
  }

  private func ofAttribute(_ fields: [String]) throws -> [String] {
    try warnings("id,x\n" + fields.enumerated().map { "\($0),\"\($1)\"\n" }.joined())
  }

  @Test("One field alone is a list if its parts are fields themselves, but between spaces")
  func oneList() throws {
    for (field, mark) in [("A & B", " & "), ("A/B", "/"), ("A + B", "+")] {
      #expect(
        try ofCategories([field, "A", "B"]).first?.contains("--category-separator '\(mark)'") == true, "\(field)")
    }
    for fields in [["A & B", "A & B", "C"], ["A & B", "A", "C"], ["A B", "A", "B"], ["A", "B"]] {
      #expect(try ofCategories(fields) == [], "\(fields)")
    }
  }

  @Test("Categories that differ by case, or stand for nothing, and names with another separator are noted")
  func categories() throws {
    #expect(try ofCategories(["Drama", "drama", "Heist"]).first?.contains("like 'Drama' and 'drama'") == true)
    #expect(try ofCategories(["A|None", "A"]).first?.contains("categories like 'None'") == true)
    #expect(try ofCategories(["\"A, B\"", "A", "B"]).first?.contains("--category-separator ','") == true)
    #expect(try ofCategories(["\"D, B\"", "A", "C"]) == [] && ofCategories(["Drama|drama2", "Drama", ""]) == [])
    #expect(
      try warnings("id\ttitle,genre\n1\ta,A\n2\tb,B\n").first?.contains("'title,genre' holds another separator") == true
    )
  }

  @Test("Brackets around categories, quotes around titles and escapes of web pages are noted")
  func traces() throws {
    #expect(try ofCategories(["[A|B]", "[A]"]).first?.contains("categories in brackets, which belong to") == true)
    #expect(try ofCategories(["A|B", "[A] of C"]) == [])
    #expect(
      try ofTitles(["\"a\"", "\"b\"", "c"]).first?.contains("2 titles in quotes, which belong to them, like \"a\"")
        == true)
    #expect(try ofTitles(["b'a'", "b'b'"]).first?.contains("2 titles in quotes") == true)
    #expect(try ofTitles(["\"Heroes\"", "Low", "Lodger"]) == [])
    #expect(try ofTitles(["Tom &amp; Jerry", "b"]).first?.contains("1 title with escapes of web pages") == true)
    #expect(try ofTitles(["Tom & Jerry; b", "R&D"]) == [])
  }

  @Test(
    "A comma between a category and another, names that differ by spaces or dashes, tags, counts and lost letters are noted"
  )
  func accidents() throws {
    for (fields, words) in [
      (["\"Action, Drama\"", "Action", "Comedy"], "--category-separator ','"),
      (["Drama and Comedy", "Drama", "Comedy"], "--category-separator ' and '"),
      (["Drama\\nComedy", "Drama", "Comedy"], "--category-separator '\\n'"),
      (["Drama|Comedy", "\"Drama,Comedy\"", "Comedy"], "a category 'Drama,Comedy' beside those between '|'"),
      (
        ["sci-fi", "Sci Fi", "Heist"], "differ by spaces, dashes or case alone, and are two, like 'sci-fi' and 'Sci Fi'"
      ),
      (["Sci  Fi", "Sci Fi", "Heist"], "differ by spaces, dashes or case"),
      (["Sci\u{A0}Fi", "Sci Fi", "Heist"], "differ by spaces, dashes or case"),
      (["Action / Drama", "Action", "Comedy"], "--category-separator '/'"),
      (["Action \u{B7} Drama", "Action", "Drama"], "--category-separator '\u{B7}'"),
      (["Home \u{2192} Bath", "Home \u{2192} Bed", "Home"], "--category-separator '\u{2192}'"),
      (["'Drama'", "'War'"], "categories in quotes"),
      (["<b>Drama</b>", "Heist", "War"], "with tags of web pages"),
      (["Drama (12)", "War (3)"], "end with a number in brackets"),
      (["Com\u{C3}\u{A9}die", "Drame"], "lost or doubled"),
    ] {
      let found = try ofCategories(fields)
      #expect(found.count == 1 && found.first?.contains(words) == true, "\(fields): \(found)")
    }
    for fields in [
      ["C", "C++", "C#"], ["1-2", "12"], ["Drama (12)", "War"], ["A <3 B", "x > y"], ["Rock and Roll", "Rock"],
    ] {
      #expect(try ofCategories(fields) == [], "\(fields)")
    }
    #expect(try ofTitles(["<i>Alien</i>", "b"]).first?.contains("tags of web pages") == true)
    #expect(try ofTitles(["Am\u{C3}\u{A9}lie", "b"]).first?.contains("lost or doubled") == true)
    #expect(
      try ofTitles(["x", "x", "x"]).first?.contains("all 3 titles are 'x'") == true && ofTitles(["x", "x"]) == [])
  }

  @Test("Numbers below 0 that stand for none, and lists without the separator, are noted of attributes")
  func attributeAccidents() throws {
    #expect(
      try ofAttribute(["-999", "2001", "2003"]).first?.contains("1 of 3 numbers are -999, all others from 2001") == true
    )
    #expect(
      try ofAttribute(["Ann, Bob", "Bob, Cid", "Ann"]).first?.contains("each of which is one, like 'Ann, Bob'") == true)
    #expect(try ofAttribute(["1", "no", "yes"]).first?.contains("numbers and words like yes and no") == true)
    for fields in [
      ["-1", "0", "1"], ["-5", "-1", "7"], ["-44", "1990"], ["Paris, France", "Rome, Italy"], ["a/b", "c"],
    ] {
      #expect(try ofAttribute(fields) == [], "\(fields)")
    }
  }

  @Test("Lengths of time, numbers with units and dates with names of months are words, which is said")
  func attributes() throws {
    for (fields, words) in [
      (["1h 30min", "45min", "2h"], "lengths of time, like '1h 30min'"), (["PT1H30M", "PT45M"], "lengths of time"),
      (["3:45", "4:02"], "lengths of time"), (["1:30:00", "0:45:10"], "lengths of time"),
      (["1.5kg", "2kg", "0.3kg"], "commas, signs or units, like '1.5kg'"),
      (["10K", "1.5M", "500+"], "commas, signs or units"),
      (["90min", "100min", "95"], "commas, signs or units"),
      (["01-Jan-1995", "02-Feb-1996"], "its dates are not like"),
      (["January 1, 1995", "May 2, 1996"], "its dates are not like"),
      (["{'k': 1}", "{'k': 2}"], "each of which is one, like '{'k': 1}'"),
    ] {
      #expect(try ofAttribute(fields).first?.contains(words) == true, "\(fields)")
    }
    for fields in [
      ["720p", "1080p", "4K"], ["S", "M", "L"], ["2nd", "3rd"], ["May", "June"], ["PG", "P2"], ["B2", "C3"],
      ["Jan Hus", "May West"],
    ] {
      #expect(try ofAttribute(fields) == [], "\(fields)")
    }
  }
}
