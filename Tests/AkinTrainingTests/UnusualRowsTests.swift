import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Rows as other programs show, dump and list them")
struct UnusualRowsTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The notices of reading, without the name of the file.
  private func notices(_ text: String, _ format: InteractionFormat = InteractionFormat()) throws -> [String] {
    let notices = Notices()
    let path = scratch.file(text)
    _ = try Interactions.read(path: path, format: format, execution: notices.execution)
    return notices.warnings.map { String($0.dropFirst(path.utf8.count + 2)) }
  }

  private func help(_ problem: InteractionError.Problem, line: Int = 1) -> String {
    InteractionError(path: "r.csv", line: line, problem).help ?? ""
  }

  @Test("Rows in brackets, statements of SQL and drawn tables are known by their first lines")
  func shown() throws {
    let cases: [(text: String, content: ForeignContent)] = [
      ("(1,10,5.0)\n(1,11,4.0)\n", .brackets), ("Rating(1,10,5.0)\nRating(1,11,4.0)\n", .brackets),
      ("[1,10,5.0]\n[1,11,4.0]\n", .brackets), ("{1,10,5}\n{1,11,4}\n", .brackets),
      ("Row(user=1, item=10)\nRow(user=1, item=11)\n", .brackets),
      ("('u1', '10', 5.0),\n('u1', '11', 4.0)\n", .brackets),
      ("INSERT INTO `r` VALUES (1,10,5),(1,11,4);\nINSERT INTO `r` VALUES (2,10,5);\n", .sql),
      ("--\n-- PostgreSQL database dump\n--\nCOPY public.r (u, i) FROM stdin;\n1\t10\n", .sql),
      (" user_id | item_id \n---------+---------\n       1 |      10 \n", .drawing),
      ("+---------+---------+\n| user_id | item_id |\n+---------+---------+\n|       1 |      10 |\n", .drawing),
      ("| user | item |\n|------|------|\n| 1 | 10 |\n", .drawing),
      ("┌─────────┬─────────┐\n│ user_id │ item_id │\n├─────────┼─────────┤\n│       1 │      10 │\n", .drawing),
    ]
    for (text, content) in cases {
      #expect(try scratch.failure(text)?.1 == .notText(found: content), "\(text)")
    }
    #expect(help(.notText(found: .brackets)).hasPrefix("take brackets and quotes away: sed -E"))
    #expect(
      help(.notText(found: .sql)).contains("psql --csv") && help(.notText(found: .drawing)).contains("mysql --batch"))
    #expect(help(.notText(found: .markup)).contains("read_xml('r.csv', dtype=str, parser='etree')"))
    #expect(help(.notText(found: .json)).contains("T.stack().dropna()"))
    #expect(help(.notText(found: .dictionaries)).contains("'LIST', ['USER']"))
    // Ids in brackets are ids.
    for text in ["(1),2\n(1),3\n", "(a,b)\t1\n(a,b)\t2\n", "[x] [y]\n[x] [z]\n", "insert,1\ninsert,2\n"] {
      #expect(try scratch.read(text).count == 2, "\(text)")
    }
  }

  @Test(
    "Without a header, empty columns have no place, and one item in all rows is none where another column holds more")
  func places() throws {
    let jester = try scratch.read("1\t\t5\t\t0.25\n1\t\t7\t\t9.5\n2\t\t5\t\t4\n")
    #expect(jester.userIDs == .numbers([1, 2]) && jester.itemIDs == .numbers([5, 7]))
    #expect(jester.byUser.values == [0.25, 9.5, 4])
    let judged = "1 0 d10 1\n1 0 d11 0\n2 0 d10 1\n"
    let read = try scratch.read(judged)
    #expect(read.itemIDs == .texts(["d10", "d11"]) && read.count == 3)
    #expect(try notices(judged).first?.contains("column 2 is '0' in all rows") == true)
    // One item alone is that item.
    #expect(try scratch.read("1 7\n2 7\n3 7\n").itemIDs == .numbers([7]))
    let ratings = "1,7,5\n2,7,4\n3,7,3\n"
    #expect(try scratch.read(ratings).itemIDs == .numbers([7]))
    #expect(try notices(ratings).first?.contains("column 2 is '7' in all rows") == true)
    #expect(try scratch.read("5,10,4\n5,11,3\n5,12,3\n").userIDs == .numbers([5]))
  }

  @Test("Numbers with colons between are features of programs, and no ids")
  func triples() throws {
    for text in ["1 0:1:1 1:10:1\n0 0:1:1 1:11:1\n", "5 0:1 3:1\n4 0:1 4:1\n"] {
      guard case .featurePairs(_, 2)? = try scratch.failure(text)?.1 else {
        Issue.record("\(text)")
        continue
      }
    }
  }

  @Test("More than four columns of numbers without a header are a guess")
  func wide() throws {
    #expect(try notices("1\t2\t3\t4\n1\t3\t3\t4\n") == [])
    #expect(try notices("9\t2\t3\t4\t1385212958\n9\t3\t3\t4\t1385212642\n").count == 1)
  }

  @Test("A title above the header, rows of empty fields, and a column for each item are refused with what helps")
  func tables() throws {
    for above in ["Export of ratings 2024,,\n,,\n", "Ratings\n\n", "Ratings of 2024\n", "Ratings\nof 2024 and more\n"] {
      let text = above + "user,item,rating\nu1,10,5\nu2,11,4\n"
      let line = above.split(separator: "\n", omittingEmptySubsequences: false).count
      let found = try #require(try scratch.failure(text))
      #expect(found == (line, .headerBelow(names: ["user", "item", "rating"])), "\(above)")
      #expect(help(found.1, line: line).contains("tail -n +\(line) r.csv"))
    }
    let empty = try #require(try scratch.failure("user,item,rating\nu1,10,5\n,,\n"))
    #expect(empty == (3, .emptyRow) && help(.emptyRow).contains("grep '[^,;|[:space:]]'"))
    #expect(try scratch.failure("user,item,rating\nu1,10,5\nu1,,3\n")?.1 == .emptyID(column: "item"))
    let wide = try #require(try scratch.failure("user,10,11,12\nu1,5,4,1\nu2,3,2,2\n"))
    #expect(wide == (1, .itemColumns(user: "user")) && help(wide.1).contains("melt('user'"))
    #expect(try scratch.read("1,10,11\n2,10,3\n").count == 2)
    // A header of a joined file behind data stays a row of data with a bad value.
    #expect(try scratch.failure("u1,10,5\nu2,11,4\nuser,item,rating\nu3,10,4\n")?.0 == 3)
  }

  @Test("Lists: a header is stepped over, and numbers of items in the place of users are refused")
  func lists() throws {
    var format = InteractionFormat()
    format.layout = .lists
    let named = try scratch.read("user_id,items\nu1,10,11\nu2,10\n", format)
    #expect(named.userIDs == .texts(["u1", "u2"]) && named.count == 3)
    let counted = try #require(try scratch.failure("3 10 11 12\n2 10 13\n1 13\n", format))
    #expect(counted == (1, .countedLists(found: "3")) && help(counted.1).contains("awk '{$1=NR-1}1'"))
    // Users who happen to be their numbers of items: two lines, or one length.
    #expect(try scratch.read("2 10 11\n1 10\n", format).count == 3)
    #expect(try scratch.read("2 10 11\n2 12 13\n2 14 15\n", format).count == 6)
  }

  @Test("Ids as lists, in quotes, with colons, or that differ by the case of a mail address are noted")
  func ids() throws {
    func found(_ items: [String]) throws -> [String] {
      let rows = items.enumerated().map { "\($0)\t\($1)\n" }.joined()
      return try notices("user\titem\n" + rows)
    }
    for list in [
      ["10,11", "10 12"], ["[10, 11]", "[12]"], ["(0,25)", "(1,133)"], ["1|2|3", "4|5"], ["N55189 N42782", "N7 N9"],
    ] {
      #expect(try found(list) == ["2 item ids like '\(list[0])', which may be lists, and are one id each"])
    }
    for quoted in [
      ["b'x'", "b'y'"], ["\u{201C}x\u{201D}", "\u{201C}y\u{201D}"], ["\"x\"", "\"y\""], ["`x`", "`y`"],
    ] {
      #expect(try found(quoted) == ["2 item ids in quotes, which belong to them, like \(quoted[0])"])
    }
    #expect(try found(["1:", "2:"]) == ["2 item ids with a colon at the end, like '1:'"])
    #expect(
      try found(["A@x.org", "a@x.org"]) == ["1 item id like 'A@x.org', where another is the same in small letters"])
    // Case tells short ids apart, hashes are negative, and few lists may be names.
    for items in [
      ["aB", "ab"], ["-3499919498720038879", "12"], ["10 11", "Heat", "Up"], ["b'x'", "y"], ["x:", "y"],
    ] {
      #expect(try found(items) == [], "\(items)")
    }
  }

  @Test("255 among values up to 100 may stand for no rating")
  func never() throws {
    func found(_ values: [Int]) throws -> [String] {
      var format = InteractionFormat()
      format.allowsNegativeValues = true
      let rows = values.enumerated().map { "\($0),\($0),\($1)\n" }.joined()
      return try notices("user,item,rating\n" + rows, format)
    }
    #expect(
      try found([90, 255, 0, 30]) == [
        "1 of 4 values are 255, all others from 0.0 to 90.0: if it stands for no rating, leave these rows out"
      ])
    for values in [[90, 255, 200], [255, 255], [-1, 255, 3]] { #expect(try found(values) == [], "\(values)") }
  }

  @Test("Times of 0 or -1 among Unix times and dates may stand for none", arguments: ["0", "-1", "1970-01-01"])
  func unknownTimes(none: String) throws {
    var format = InteractionFormat()
    format.readsTimes = true
    func found(_ times: [String]) throws -> [String] {
      try notices("user,item,rating,timestamp\n" + times.enumerated().map { "\($0),\($0),3,\($1)\n" }.joined(), format)
    }
    let others = none.contains("1970") ? ["2023-01-01", "2022-05-01"] : ["1700000000", "1690000000"]
    let shown = none == "1970-01-01" ? "0" : none
    #expect(
      try found(others + [none]).filter { $0.contains("1970") } == [
        "1 of 3 times are \(shown), 1970, before all others: if they are not known, leave these rows out; they count as the oldest"
      ])
    // Days count from 0.
    #expect(try found(["0", "1", "2"]) == [] && found(others) == [])
  }

  @Test("What interactions without a time weigh under a half-life")
  func weightless() throws {
    var format = InteractionFormat()
    format.readsTimes = true
    func read(_ times: [String]) throws -> Interactions {
      let rows = times.enumerated().map { "\($0),\($0),3,\($1)\n" }.joined()
      return try scratch.read("user,item,rating,timestamp\n" + rows, format)
    }
    let some = try read(["1700000000", "0", "-1", "1699000000"])
    #expect(some.weightlessTimes == "2 of 4 interactions have no time but 0 or -1, and weigh next to nothing")
    let aged = try some.decayed(halfLife: 30).interactions.byUser.values
    #expect(aged[0] == 3 && aged[1] < 1e-30 && aged[2] < 1e-30 && aged[3] > 2)
    #expect(try read(["1700000000", "1699000000"]).weightlessTimes == nil && read(["0", "1"]).weightlessTimes == nil)
  }

  @Test("Words of which one is no interaction are a warning")
  func opposites() throws {
    #expect(
      try notices("user,item,mood\n1,10,like\n1,11,dislike\n2,10,like\n").first?.contains("column mood is true in some")
        == true)
    #expect(try notices("user,item,mood\n1,10,like\n1,11,buy\n2,10,like\n") == [])
  }
}
