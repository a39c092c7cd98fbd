import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Ids that look like others, or like nothing")
struct IDSpellingTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test(
    "Numbers in another spelling among numbers are noted; among words they are words",
    arguments: ["+5", "1e3", "\"1,000\"", "1_000", "'0012", "'12'", "\"=\"\"0012\"\"\"", "\u{FF11}\u{FF12}"])
  func respelled(id: String) throws {
    let notes = try scratch.warnings("user,item,rating\n\(id),10,5\n6,11,4\n7,10,3\n")
    #expect(notes.contains { $0.contains("a number in another spelling, and so another id") }, "\(notes)")
    let words = try scratch.warnings("user,item,rating\n\(id),10,5\nbob,11,4\n7,10,3\n")
    #expect(!words.contains { $0.contains("another spelling") }, "\(words)")
  }

  @Test(
    "Texts that only look a little like numbers are no numbers",
    arguments: ["10-20", "978-3-16", "1.2.3", "1,00", "e5", "-", "B00"])
  func words(text: String) { #expect(!IDSpelling.isRespelledNumber(text)) }

  @Test("Ids that differ by what nobody sees are noted: marks without width, controls, Unicode forms, single quotes")
  func unseen() throws {
    func found(_ first: String, _ second: String) throws -> [String] {
      try scratch.warnings("user,item,rating\na,\(first),5\nb,\(second),4\n")
    }
    #expect(try found("x\u{200B}", "x") == ["1 item id with a character that nobody sees, U+200B, like 'x\u{200B}'"])
    #expect(try found("\u{FEFF}x", "x").count == 1)
    #expect(try found("x\u{0}", "x") == ["1 item id with a character that nobody sees, U+0000, like 'x\u{0}'"])
    #expect(
      try found("cafe\u{301}", "caf\u{E9}")
        == ["1 item id like 'caf\u{E9}', where another has the same letters in another Unicode form"])
    #expect(try found("'x'", "'y'") == ["2 item ids in quotes, which belong to them, like 'x'"])
    // Joiners make other letters; one name in quotes is a name.
    #expect(try found("a\u{200C}b", "ab") == [])
    #expect(try found("'x'", "y") == [])
  }

  @Test(
    "Fractions that are the same number as another, and those that may have lost zeros, are noted; sections and short codes are not",
    arguments: [
      (["1.1", "1.001", "1.10"], ["1 item id like '1.10', where '1.1' is another, and the same number"]),
      (
        ["1.1", "1.001", "1.254", "2.35"],
        ["2 item ids like '1.1' beside '1.001': a program that takes ids for numbers loses zeros at their end"]
      ),
      // Zeros at the end of some are kept, words stand beside, and two decimals are those of codes.
      (["1.1", "1.001", "1.250", "2.354"], []), (["1.1", "1.001", "1.254", "x"], []), (["1.1", "1.25", "2.75"], []),
      (["1.1", "1.2", "1.9", "1.10", "1.11"], []), (["10.5", "10.25", "3"], []),
    ])
  func fractions(ids: [String], notes: [String]) throws {
    #expect(try scratch.warnings("user,item\n" + ids.map { "a,\($0)\n" }.joined()) == notes)
  }

  @Test(
    "What other programs write for nothing: a dash, a question mark, brackets",
    arguments: ["-", "?", "(null)", "[NULL]", "--", "#REF!", "#DIV/0!", "(not set)", "[object Object]"])
  func nothing(word: String) throws {
    let found = try scratch.failure("user,item,rating\n1,10,5\n\(word),11,4\n2,10,3\n")
    #expect(found?.0 == 3 && found?.1 == .nullID(column: "user", found: word))
  }

  @Test(
    "Ids that are the same in plain characters are noted: spaces, dashes and quotes of word processors, escapes of web pages",
    arguments: [
      ("a\u{A0}b", "a b"), ("x\u{2013}y", "x-y"), ("x\u{2019}s", "x's"), ("AT&amp;T", "AT&T"), ("b%20c", "b c"),
      ("d%C3%A9", "d\u{E9}"), ("&lt;e&#39;&gt;", "<e'>"),
    ])
  func disguised(id: String, plain: String) throws {
    let notes = try scratch.warnings("user,item,rating\nu,\(id),5\nv,\(plain),4\n")
    #expect(notes == ["1 item id like '\(id)', where '\(plain)' in plain characters is another"], "\(notes)")
    #expect(try scratch.warnings("user,item,rating\nu,\(id),5\nv,other,4\n") == [])
  }

  @Test("Letters that an earlier conversion has lost or doubled, and separators in all ids, are noted")
  func conversions() throws {
    func found(_ first: String, _ second: String) throws -> String? {
      try scratch.warnings("user,item,rating\na,\(first),5\nb,\(second),4\n").first
    }
    #expect(try found("Jos\u{FFFD}", "Ana")?.contains("different ids may have become one") == true)
    #expect(try found("Jos\u{C3}\u{A9}", "Ana")?.contains("read as Latin-1") == true)
    #expect(try found("\u{E2}\u{20AC}\u{2122}x", "Ana")?.contains("read as Latin-1") == true)
    #expect(try found("Jos\u{E9}", "\u{C3}ngela") == nil)
    #expect(
      try found("x;5", "y;4") == "all 2 item ids hold ';', like 'x;5': if it separates fields, name it: --delimiter")
    #expect(try found("x;5", "y") == nil)
  }

  @Test("Numbers with a point alone, and hexadecimal numbers and ISBNs in another case, are noted")
  func spellings() throws {
    func found(_ first: String, _ second: String) throws -> [String] {
      try scratch.warnings("user,item,rating\na,\(first),5\nb,\(second),4\n")
    }
    #expect(try found("10.", "10") == ["1 item id like '10.', which are other ids than whole numbers"])
    for (id, other) in [("0xAB", "0xab"), ("034545104X", "034545104x")] {
      #expect(try found(id, other) == ["1 item id like '\(id)', where another is the same in small letters"])
    }
    #expect(try found("12X", "12x") == [])
    #expect(try found("'1", "'2").first?.hasPrefix("2 item ids like ''1', a number in another spelling") == true)
  }
}
