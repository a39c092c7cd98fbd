import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTraining

@Suite("Columns by their places")
struct ColumnPositionTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The columns of a file: `user item value time`, each a number from 1 or `-`, after `header` if it has one.
  private func columns(_ rows: [String], _ format: InteractionFormat = .init()) throws -> String {
    var format = format
    format.duplicates = .last
    var reader = try RecordReader(
      path: scratch.file(rows.joined(separator: "\n")), format: format.text, detectsSpaces: true)
    let found = try InteractionColumns(try reader.head(), format: format)
    let shown = [found.user, found.item, found.value, found.time].map { $0.map { "\($0 + 1)" } ?? "-" }
    return (found.hasHeader ? "header " : "") + shown.joined(separator: " ")
  }

  @Test(
    "Files without a header, as they are published",
    arguments: [
      // MovieLens 100K and 1M; FilmTrust; triplets of the Million Song Dataset.
      (["196\t242\t3\t881250949", "186\t302\t3\t891717742"], "1 2 3 4"),
      (["1::1193::5::978300760", "1::661::3::978302109"], "1 2 3 4"),
      (["1 1 2", "1 2 4", "2 1 3.5"], "1 2 3 -"),
      (
        ["b80344d063b5ccb3212f76538f3d9e43d87dca9e\tSOAKIMP12A8C130995\t1", "b80344d\tSOBBMDR12A8C13253B\t2"], "1 2 3 -"
      ),
      // A time in place of the value; times before items (Yoochoose); Gowalla; Last.fm 1K.
      (["1,10,881250949", "1,11,881250950", "2,10,881250951"], "1 2 - 3"),
      (["1,2014-04-07T10:51:09.277Z,214536502,0", "1,2014-04-07T10:54:09.868Z,214536500,0"], "1 3 - 2"),
      (
        [
          "0\t2010-10-19T23:55:27Z\t30.2359091167\t-97.7951395833\t22847",
          "0\t2010-10-18T22:17:43Z\t30.2691029532\t-97.7493953705\t420315",
        ], "1 5 - 2"
      ),
      (["u1\t2009-05-04T23:08:57Z\tf1b1\tDeep Dish", "u1\t2009-05-04T13:54:10Z\ta7f7\tAir"], "1 3 - 2"),
      // Steam: no value is a word. Taobao: no value is an id.
      (["151603712,Skyrim,purchase,1.0,0", "151603712,Skyrim,play,273.0,0"], "1 2 - -"),
      (["1,2268318,2520377,pv,1511544070", "1,2333346,2520771,pv,1511561733"], "1 2 - 5"),
      // Times in milliseconds behind; dates first (H&M).
      (["u,i,4,1433221332117", "v,j,5,1433224214164"], "1 2 3 4"),
      (["2018-09-20,c1,663713001,0.05", "2018-09-21,c2,541518023,0.03"], "2 3 - 1"),
      (["1,10", "1,11"], "1 2 - -"), (["a,b,0.25", "a,c,0.5"], "1 2 3 -"),
      // Sorted by items that are numbered from 0; an object of JSON behind the ids.
      (["5,0,4,978300760", "9,0,3,978302109", "12,0,5,978301968"], "1 2 3 4"),
      (["u1\ti1\t{\"device\":\"ios\"}", "u2\ti1\t{\"device\":\"web\"}"], "1 2 - -"),
    ])
  func dataSets(rows: [String], expected: String) throws {
    #expect(try columns(rows) == expected)
  }

  @Test("Whole numbers that may be items or times are refused; a choice settles it")
  func doubt() throws {
    let rows = ["1,881250949,242", "1,881250990,302", "2,881251990,377"]
    let found = try #require(try scratch.failure(rows.joined(separator: "\n")))
    #expect(found == (1, .noSuchColumn(role: "item", why: "column 2, which looks like Unix times")))
    var format = InteractionFormat()
    format.item = .number(3)
    #expect(try columns(rows, format) == "1 3 - 2")
    format.item = .number(2)
    format.value = .number(3)
    #expect(try columns(rows, format) == "1 2 3 -")
    // Items of this size repeat, and go far apart.
    #expect(try columns(["1,663713001,5", "2,663713001,4", "3,663713001,4"]) == "1 2 3 -")
    #expect(try columns(["1,663713001,5", "2,1541518023,4"]) == "1 2 3 -")
  }

  @Test("Fractions are no ids: a table of ratings without ids is refused")
  func fractions() throws {
    // Jester: the number of ratings, then the ratings of all jokes.
    let found = try #require(
      try scratch.failure("74,-7.82,8.79,-9.66\n100,4.08,-0.29,6.36\n49,99,99,99\n48,99,8.35,99\n"))
    #expect(found.0 == 1)
    #expect(found.1 == .ratingMatrix(found: "74,-7.82,8.79,-9.66", separator: ",", isCounted: true))
    // Another column can hold them.
    #expect(try columns(["u1,0.25,i1", "u2,1.5,i2", "u1,3.75,i2"]) == "1 3 - -")
  }

  @Test(
    "A first row with a bad value is data, and an error on its line",
    arguments: [
      ("1,10,\n1,11,4\n2,10,3", 1, InteractionError.Problem.notANumber(found: "")),
      ("1;10;3,5\n1;11;4\n2;10;3", 1, .notANumber(found: "3,5")),
      ("1;10;3,5\n1;11;4,5\n2;10;2,5", 1, .notANumber(found: "3,5")),
      ("1,10,four\n1,11,4\n2,10,3", 1, .notANumber(found: "four")),
      ("u1,i1,n/a\nu1,i2,4\nu2,i1,3", 1, .notANumber(found: "n/a")),
      ("u1,i1,5 stars\nu1,i2,4\nu2,i1,3", 1, .notANumber(found: "5 stars")),
      ("1,10,4\n1,11,\n2,10,3", 2, .notANumber(found: "")),
      ("1,10,NaN\n1,11,4\n2,10,3", 1, .notFinite(found: "NaN")),
    ])
  func badFirst(text: String, line: Int, problem: InteractionError.Problem) throws {
    let found = try #require(try scratch.failure(text))
    #expect(found == (line, problem))
  }

  @Test("Words above numbers are a header, and unknown ones are refused; words above words are in doubt")
  func headers() throws {
    let unknown = try #require(try scratch.failure("who,what,much\n1,10,4\n1,11,3\n"))
    #expect(unknown == (1, .unknownColumn(role: "user", present: ["who", "what", "much"])))
    let doubt = try #require(try scratch.failure("fan\tband\na\tb\na\tc\n"))
    #expect(doubt == (1, .headerOrData(found: ["fan", "band"])))
    #expect(InteractionError(path: "x", line: 1, doubt.1).help?.contains("--header yes") == true)
    var format = InteractionFormat()
    format.header = .absent
    #expect(try columns(["fan\tband", "a\tb"], format) == "1 2 - -")
    // A first user who comes again, and ids with digits, are data.
    #expect(try columns(["ann\tqueen", "ann\tabba", "bob\tabba"]) == "1 2 - -")
    #expect(try columns(["u1\ti1", "u2\ti2"]) == "1 2 - -")
    #expect(try columns(["user\titem", "ann\tabba"]) == "header 1 2 - -")
  }

  @Test("A guess is a warning, except for numbers in the usual order")
  func warnings() throws {
    for (text, warns) in [
      ("1,10,5\n1,11,4\n", false), ("1,10,5,881250949\n1,11,4,881250950\n", false), ("B1,A1,5\nB2,A1,4\n", true),
      ("1,10,881250949\n1,11,881250950\n", true),
      ("0,1,2\n7,10,5\n8,11,4\n", true),
      // A row number that another program wrote, beside the same with users that repeat.
      ("0,7,10,5\n1,7,11,4\n2,8,10,3\n", true), ("7,10,5\n7,11,4\n8,10,3\n", false),
    ] {
      let notices = Notices()
      _ = try Interactions.read(path: scratch.file(text), execution: notices.execution)
      #expect(notices.texts.count == 1 && notices.warnings.isEmpty != warns, "\(text)")
      #expect(notices.texts[0].contains("user=column 1 item=column 2") && notices.texts[0].contains("line 1 is data"))
    }
  }
}
