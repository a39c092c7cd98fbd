import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Rows of other programs: refused with the line that makes rows of them, or read")
struct ForeignProgramTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("Lines of other programs are known by their first lines")
  func programs() throws {
    let cases: [(text: String, content: ForeignContent, help: String)] = [
      ("1 |u 1 |i 10\n-1 |u 1 |i 11\n", .vowpal, "[|][^ |]* +([^ |]+)"),
      ("5 1.0 tag|user u1 |item i1\n4 1.0 tag|user u1 |item i2\n", .vowpal, "first namespace"),
      ("1 10 {'weight': 3}\n1 11 {}\n", .edges, "'weight': *"),
      ("user: 196        item: 302        r_ui = 4.00   est = 4.06   {}\n", .predictions, "r_ui = *"),
      (
        "0|3\n507696\t90\t2271\n137915\t90\t2271\n81060\t80\t2271\n1|1\n507696\t50\t2271\n", .blocks,
        "split($1,a,\"|\")"
      ),
      ("[[rating]]\nuser = 1\nitem = 10\n", .toml, "tomllib.load"), ("[ratings]\nuser=1\n", .toml, "tomllib.load"),
      ("- user: 1\n  item: 10\n- user: 2\n  item: 10\n", .yaml, "yaml.safe_load"),
      ("graph [\n  node [\n    id 0\n  ]\n]\n", .graph, "read_gml"), ("*Vertices 3\n1 \"a\"\n", .graph, "read_pajek"),
      ("[(1, 10, 5.0), (1, 11, 4.0), (2, 10, 3.0)]\n", .tuples, "grep -oE '[(][^()]*[)]'"),
      ("[Prediction(uid='1', iid='10'), Prediction(uid='2', iid='10')]\n", .tuples, "[A-Za-z_]+="),
      ("INSERT INTO ratings VALUES(1,10,5);\n", .sql, "sqlite3 new.db <"),
      (
        "product/productId: B1\nreview/userId: A1\nreview/score: 5.0\n\nproduct/productId: B2\n", .labelled,
        "sub(/.*[/]/"
      ),
      ("beer/name: Red: Moon\nbeer/beerId: 47986\nreview/overall: 1.5\n", .labelled, "name the columns"),
      ("-[ RECORD 1 ]\nuser | 1\nitem | 10\n", .records, "psql --csv"),
      ("*************************** 1. row ***************************\nuser: 1\n", .records, "mysql --batch"),
      ("1.2.3.4 - - [10/Oct/2026:13:55:36 -0700] \"GET /a HTTP/1.0\" 200 23\n", .log, "print $1"),
      ("rating(1,10,5).\nrating(1,11,4).\n", .brackets, "[,;. ]*$"), ("{1,10,5}.\n{1,11,4}.\n", .brackets, "sed -E"),
      ("(1 10 5)\n(1 11 4)\n", .brackets, "sed -E"), ("<table><tr><th>user</th></tr></table>\n", .markup, "read_xml"),
      ("{ \"_id\" : ObjectId(\"5f\"), \"user\" : 1 }\n", .documents, "mongoexport --type=csv"),
    ]
    for (text, content, help) in cases {
      let error = try #require(scratch.refusal(text), "\(text)")
      #expect(error.problem == .notText(found: content), "\(text): \(error)")
      #expect(error.help?.contains(help) == true, "\(content): \(error.help ?? "")")
    }
    // Ids and tables that only look alike.
    for text in [
      "1 | 10 | 5\n1 | 11 | 4\n", "a|b\n10|x\n11|y\n", "u1 10 {x}\nu2 11 {y}\n", "[(a,b)]\t1\n[(a,b)]\t2\n",
      "- u1 10\n- u1 11\n", "u|3\n7|4\n", "a/b: x,1\nc/d: y,2\ne f: z,3\n",
      "1.2.3.4 - - 5 6 7 8\n1.2.3.5 - - 6 7 8 9\n",
    ] {
      if case .notText? = scratch.refusal(text)?.problem { Issue.record("\(text)") }
    }
  }

  @Test("A number alone above the rows, ids with exponents, and features of libsvm are named for what they are")
  func numbers() throws {
    let above = try #require(scratch.refusal("3\n0 5 1\n1 6 0\n2 5 1\n"))
    #expect(above.problem == .numberAbove(found: "3") && above.help?.contains("tail -n +2") == true)
    #expect(scratch.refusal("2\n/m/1\t0\n/m/2\t1\n")?.problem == .numberAbove(found: "2"))
    let saved = try #require(scratch.refusal("1.0000000e+00 1.0000000e+01 5.0\n2.0000000e+00 1.1000000e+01 4.5\n"))
    #expect(saved.problem == .scientificIDs(role: "user", found: "1.0000000e+00"))
    #expect(saved.help?.contains("$i=$i+0") == true)
    // Spreadsheets shorten ids to few decimals, and no program gives the rest back.
    #expect(try scratch.read("4.71E+12,10\n4.72E+12,11\n").count == 2)
    let pairs = try #require(scratch.refusal("1 3:1 10:1\n0 3:1 11:1\n"))
    #expect(pairs.problem == .featurePairs(found: "3:1", count: 2))
    #expect(pairs.help?.contains("split($2,a,\":\")") == true)
    for more in ["1 3:1 10:1 12:0.5\n0 3:1 11:1 12:1\n", "1 0:1:1 1:10:1\n0 0:1:1 1:11:1\n"] {
      #expect(scratch.refusal(more)?.help == "write a row for each user and item: user,item,value", "\(more)")
    }
    let item = try #require(scratch.refusal("1:\n1488844\t3\t2005-09-06\n2:\n885013\t4\t2005-10-19\n"))
    #expect(item.problem == .itemAlone(found: "1:", separator: "\t") && item.help?.contains("awk -F'\\t'") == true)
  }

  @Test("Unusual separators that all lines hold are found, in side files, too; and spaces under a known name")
  func separators() throws {
    for mark in ["\u{1}", "\u{1F}", "^", "~"] {
      let read = try scratch.read("1\(mark)10\(mark)5\n1\(mark)11\(mark)4\n2\(mark)10\(mark)3\n")
      #expect(read.userIDs == .numbers([1, 2]) && read.itemIDs == .numbers([10, 11]), "\(mark.debugDescription)")
      #expect(read.byUser.values == [5, 4, 3])
      let users = try FeatureTable.read(path: scratch.file("user\(mark)age\nu0\(mark)20\nu1\(mark)30\n"))
      #expect(users.ids == .texts(["u0", "u1"]), "\(mark.debugDescription)")
    }
    // A usual separator goes before them, and one line alone proves nothing.
    #expect(try scratch.read("a^b,c^d\na^c,c^d\n").itemIDs == .texts(["c^d"]))
    #expect(scratch.refusal("1^10\n")?.problem == .tooFewColumns(needed: 2, found: 1))
    let spaces = try FeatureTable.read(path: scratch.file("user age sex\nu0 20 F\nu1 30 M\n"))
    #expect(spaces.ids == .texts(["u0", "u1"]))
    let items = try ItemTable.read(path: scratch.file("item\tname\n1\tToy Story\n2\tHeat Wave\n"))
    #expect(items.titles == ["Toy Story", "Heat Wave"])
  }

  @Test("Rows of unequal length without values may be lists, between tabs, too")
  func lists() throws {
    let error = try #require(scratch.refusal("u1\ti10\ti11\nu2\ti10\n"))
    #expect(error.line == 2 && error.help?.contains("--layout lists") == true)
    #expect(
      scratch.refusal("user,item,rating\nu1,10,5\nu2,11\n")?.help?.hasPrefix(
        "complete the row, or leave it out: sed '3d'") == true)
  }

  @Test("Words with digits above words, and a word above numbers, are in doubt; a word that stands again is data")
  func doubt() throws {
    let found = ["Item(s)", "Item 1", "Item 2"]
    #expect(
      scratch.refusal("Item(s),Item 1,Item 2\n4,citrus,bread\n3,yogurt,coffee\n")?.problem
        == .headerOrData(found: found))
    #expect(try scratch.read("guest,A1\n7,A1\n8,B2\n").userIDs == .texts(["7", "8", "guest"]))
  }

  @Test("A time of day asks for a column of dates, and dates may end with the hour")
  func times() throws {
    var format = InteractionFormat()
    format.readsTimes = true
    let read = try scratch.read("user,item,time\n1,10,2014-12-08 18\n1,11,2014-12-12 12\n", format)
    #expect(read.times == [1_418_061_600, 1_418_385_600])
    let failure = try #require(try scratch.failure("user,item,time\n1,10,10:51:09.277\n", format))
    #expect(failure == (2, .notATime(found: "10:51:09.277")))
    func help(_ found: String) -> String? { InteractionError(path: "r.csv", line: 2, .notATime(found: found)).help }
    #expect(help("10:51:09.277") == "a time of day needs its date: name a column of dates: --time-column COLUMN")
    #expect(help("31.12.2023 10:00")?.contains("pandas.to_datetime(t['COLUMN'], dayfirst=True); t.") == true)
    // Behind a year the month is first: dayfirst would make 1 February of 2 January.
    #expect(help("2023/01/02 10:00")?.contains("pandas.to_datetime(t['COLUMN']); t.to_csv") == true)
    #expect(
      help("2023-01-02 10:00 CET")?.contains("(t['COLUMN'].str.rpartition(' ')[0]).dt.tz_localize('CET'); t.to_csv")
        == true)
  }
}
