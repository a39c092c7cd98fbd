import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Rows of text that would be read as something else")
struct MisreadTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The warnings of reading a file of interactions, without its name.
  private func warnings(_ text: String, allowsNegative: Bool = false) throws -> [String] {
    var format = InteractionFormat()
    format.allowsNegativeValues = allowsNegative
    return try scratch.warnings(text, format)
  }

  @Test("Names with digits above numbers are a header; a bad number above numbers is data")
  func digitsInNames() throws {
    let unknown = try scratch.failure("when,who,has_card1\n2015-01-28,1375586,0\n2015-01-28,1050611,1\n")
    guard case .unknownColumn("user", let present) = unknown?.1 else {
      Issue.record("\(String(describing: unknown))")
      return
    }
    #expect(present == ["when", "who", "has_card1"])
    var format = InteractionFormat()
    (format.user, format.item) = (.number(2), .number(3))
    let text = "when,who,has_card1\n2015-01-28,1375586,7\n2015-01-28,1050611,8\n"
    #expect(try scratch.read(text, format).userIDs == .numbers([1_050_611, 1_375_586]))
    for bad in ["3,5", "$5", "~4", "5/5", "N/A"] {
      #expect(try scratch.failure("u1;a;\(bad)\nu2;b;4\nu3;a;3\n")?.0 == 1, "\(bad)")
    }
  }

  @Test("Quotes behind a space belong to no name of a column")
  func quotedNames() throws {
    let text = "\"user_id\", \"trackname\", \"rating\"\n\"a\",\"x\",3\n\"a\",\"y\",4\n\"b\",\"x\",5\n"
    var format = InteractionFormat()
    format.item = .name("trackname")
    let read = try scratch.read(text, format)
    #expect(
      read.userIDs == .texts(["a", "b"]) && read.itemIDs == .texts(["x", "y"]) && read.byUser.values == [3, 4, 5])
  }

  @Test("The names of the header among the data are refused, with their line; numbers as names may be ids")
  func repeatedHeader() throws {
    let found = try scratch.failure("user,item\n1,10\n2,11\nuser,item\n3,10\n")
    #expect(found?.0 == 4 && found?.1 == .repeatedHeader(user: "user", item: "item"))
    #expect(try scratch.read("user,item\nuser,10\n2,item\n3,10\n").count == 3)
    var format = InteractionFormat()
    (format.header, format.user, format.item) = (.present, .number(1), .number(2))
    #expect(try scratch.read("0,1\n0,1\n0,2\n", format).count == 2)
  }

  @Test("A line of the item alone, as the Netflix prize has it, is refused with what writes it into each row")
  func itemAlone() throws {
    let found = try #require(
      try scratch.failure("1:\n1488844,3,2005-09-06\n822109,5,2005-05-13\n2:\n885013,4,2005-10-19\n"))
    #expect(found.0 == 1 && found.1 == .itemAlone(found: "1:"))
    #expect(InteractionError(path: "c.txt", line: 1, found.1).help?.contains("c.txt | akin train -") == true)
  }

  @Test("-1 and 99 where all other ratings have another sign or size may stand for no rating")
  func missingValues() throws {
    func found(_ values: [Double]) throws -> [String] {
      let rows = values.enumerated().map { "\($0 % 3),\($0),\($1)\n" }.joined()
      return try warnings("user,item,rating\n" + rows, allowsNegative: true)
    }
    #expect(
      try found([-1, 8, 9, -1, 7])
        == [
          "2 of 5 values are -1, all others from 7.0 to 9.0: if it stands for no rating, leave these rows out"
        ])
    #expect(
      try found([-7.5, 99, 9.9, 1]) == [
        "1 of 4 values are 99, all others from -7.5 to 9.9: if it stands for no rating, leave these rows out"
      ])
    // Signs of one scale, and one value everywhere.
    for values in [[-1, 1, 1, -1], [-1.0, -2, 3], [-1, -1], [99, 98, 20], [1, 2, 3]] {
      #expect(try found(values) == [], "\(values)")
    }
  }

  @Test("Web pages, pointers of Git LFS and UTF-32 are no rows")
  func foreign() throws {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12345\n"
    for (text, content) in [
      (pointer, ForeignContent.pointer), ("<!doctype HTML>\n<p>a,b</p>\n", .markup),
      ("<?xml version=\"1.0\"?>\n<r/>\n", .markup),
    ] {
      #expect(try scratch.failure(text)?.1 == .notText(found: content))
    }
    let wide = "user,item\n1,2\n".utf8.flatMap { [$0, 0, 0, 0] as [UInt8] }
    #expect(throws: InteractionError(path: scratch["rows.csv"], .notText(found: .utf32))) {
      _ = try Interactions.read(path: scratch.file([0xFF, 0xFE, 0, 0] as [UInt8] + wide))
    }
    #expect(try scratch.read("version,a\nversion,b\n").count == 2)
  }

  @Test("Times that are no Unix times count wrongly for a half-life, which is said")
  func strangeTimes() throws {
    func found(_ times: [String]) throws -> String? {
      var format = InteractionFormat()
      format.readsTimes = true
      let rows = times.enumerated().map { "\($0),\($0),3,\($1)\n" }.joined()
      return try scratch.read("user,item,rating,timestamp\n" + rows, format).strangeTimes
    }
    for times in [["20200101", "20200109"], ["0", "8"], ["43831", "43839"], ["2010", "2018"], ["20200101093000"]] {
      #expect(try found(times)?.contains("the newest time is \(times.last ?? ""), which counts as seconds") == true)
    }
    for times in [
      ["1577836800", "1577923200"], ["1577836800000"], ["1577836800000000"], ["1577836800000000000"], ["2020-01-01"],
      ["1985-01-01"], ["0", "1577923200"],
    ] {
      #expect(try found(times) == nil, "\(times)")
    }
  }

  @Test("Numbers that begin with zeros are codes, and attributes keep them as words")
  func codes() throws {
    func kind(_ fields: [String]) throws -> AttributeKind? {
      let rows = fields.enumerated().map { "\($0),\($1)\n" }.joined()
      return try ItemTable.read(path: scratch.file("item,zip\n" + rows)).attributes.first?.kind
    }
    #expect(try kind(["02138", "10001", "90210"]) == .word)
    #expect(try kind(["0.5", "0", "00"]) == .number)
    #expect(try kind(["01", "12", "07"]) == .number)
  }

  @Test("Advice: backslashes before quotes, points between thousands, lists of features")
  func advice() {
    func help(_ problem: InteractionError.Problem) -> String {
      InteractionError(path: "a", line: 1, problem).help ?? ""
    }
    #expect(help(.textAfterQuote).contains(#"sed 's/\\"/""/g'"#))
    #expect(help(.notANumber(found: "1.234,5")) == "remove the points or commas between thousands")
    #expect(help(.noSuchColumn(role: "item", why: "")).contains("a row for each pair"))
    #expect(
      help(.notText(found: .json)).contains("json_normalize([json.loads(x) for x in open('a')], 'LIST', ['USER'])"))
  }
}
