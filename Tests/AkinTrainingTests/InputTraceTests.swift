import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Traces of how other programs write numbers, lists and nothing")
struct InputTraceTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The warnings of reading a file.
  private func warnings(_ text: String, _ read: (String, Execution) throws -> Void) rethrows -> [String] {
    let notices = Notices()
    let path = scratch.file(text)
    try read(path, notices.execution)
    return notices.warnings.map { String($0.dropFirst(path.utf8.count + 2)) }
  }

  @Test(
    "Commas between thousands are no decimal commas, and the advice says so",
    arguments: [
      ("1,234", "remove commas between thousands; say so if it is a decimal comma: --decimal comma"),
      ("-12,500", "remove commas between thousands; say so if it is a decimal comma: --decimal comma"),
      ("1,234,567", "remove commas between thousands"), ("1,234.5", "remove commas between thousands"),
      ("3,5", "say so if it is a decimal comma: --decimal comma"),
      ("0,125", "say so if it is a decimal comma: --decimal comma"),
      ("1234,125", "say so if it is a decimal comma: --decimal comma"),
    ])
  func thousands(found: String, help: String) {
    #expect(InteractionError(path: "a.tsv", line: 2, .notANumber(found: found)).help == help)
  }

  @Test("Words of features that differ by case, and a number below 0 that stands for none, are noted")
  func features() throws {
    let found = try warnings("id,sex,age\n1,Male,20\n2,male,-999\n3,Female,30\n") {
      _ = try FeatureTable.read(path: $0, execution: $1)
    }
    #expect(found.contains { $0.contains("column sex: 'Male' and 'male' differ by upper and lower case alone") })
    #expect(found.contains { $0.contains("column age: 1 of 3 numbers are -999, all others from 20 to 30") })
    let plain = try warnings("id,sex,score\n1,M,-1\n2,F,0\n3,F,1\n") {
      _ = try FeatureTable.read(path: $0, execution: $1)
    }
    #expect(!plain.contains { $0.contains("differ by") || $0.contains("stands for none") })
    let error = #expect(throws: InteractionError.self) {
      try FeatureTable.read(path: scratch.file("1|20|M|x\n2|21|F|y\n"))
    }
    #expect(error?.help?.hasPrefix("add a first row with the names of the columns") == true)
  }

  @Test("A row with fewer columns lacks a field; one with more holds a separator")
  func ragged() {
    func help(_ found: Int) -> String? {
      InteractionError(path: "a.csv", line: 2, .ragged(expected: 3, found: found)).help
    }
    #expect(
      help(1)?.hasPrefix("complete the row, or leave it out: sed '2d' a.csv > rows.csv; if the first row alone") == true
    )
    #expect(help(2) == "complete the row, or leave it out: sed '2d' a.csv > rows.csv")
    #expect(help(4) == "put a field that holds the separator between double quotes")
  }

  @Test("Pairs of a number and a number are no ids: features as libsvm writes them, times of day")
  func pairs() throws {
    #expect(try scratch.failure("1 1:5 2:3\n2 1:4 3:2\n")?.1 == .featurePairs(found: "1:5", count: 2))
    guard case .noSuchColumn("item", let why)? = try scratch.failure("1,9:05\n2,10:30\n")?.1 else {
      Issue.record("no error")
      return
    }
    #expect(why.contains("column 2 holds pairs like "))
    // Named, they are what the caller says.
    var format = InteractionFormat()
    format.item = .number(2)
    let path = scratch.file("1,9:05\n2,10:30\n")
    #expect(try Interactions.read(path: path, format: format).itemIDs == .texts(["10:30", "9:05"]))
    #expect(try scratch.read("1,a:b\n2,a:c\n").itemIDs == .texts(["a:b", "a:c"]))
  }

  @Test("Times behind the items may repeat and span more than ten years, and then the last of a pair is the newest")
  func longTimes() throws {
    let rows = "A,X,4.0,1395619200\nB,X,1.0,860630400\nA,X,2.0,860630400\n"
    var format = InteractionFormat()
    format.duplicates = .last
    let read = try Interactions.read(path: scratch.file(rows), format: format)
    #expect(read.byUser.values == [4, 1])
  }

  @Test("A column of true and false beside users and items: rows of both count, which is said")
  func truths() throws {
    func found(_ text: String) throws -> [String] {
      try warnings(text) { _ = try Interactions.read(path: $0, execution: $1) }
    }
    let said = try found("user,item,clicked\n1,10,True\n1,20,False\n2,10,True\n")
    #expect(said.count == 1 && said[0].contains("column clicked is true in some rows and false in others; both count"))
    // All of one kind are interactions; a column of values is more than a flag.
    #expect(try found("user,item,clicked\n1,10,True\n1,20,True\n") == [])
    #expect(try found("user,item,clicked,rating\n1,10,True,3\n1,20,False,4\n") == [])
  }

  @Test("Ids that are the same without leading zeros are noted, where both occur")
  func zeros() throws {
    func found(_ text: String) throws -> [String] {
      try warnings(text) { _ = try Interactions.read(path: $0, execution: $1) }
    }
    #expect(
      try found("user,item,rating\n007,10,4\n7,20,3\n")
        == ["1 user id like '007', where another is the same without leading zeros"])
    #expect(try found("user,item,rating\n007,10,4\n008,20,3\n") == [])
    #expect(
      try found("user,item,rating\n1,00,4\n1,0,3\n1,000,3\n")
        == ["2 item ids like '00', where another is the same without leading zeros"])
  }

  @Test(
    "Lists that are not separated by | are one category each, which is said",
    arguments: [
      ("\"['Drama', 'Comedy']\"", "['Drama', 'Comedy']"), ("\"Drama, Comedy\"", "Drama, Comedy"),
      ("Drama;Comedy", "Drama;Comedy"), ("[18]", "[18]"),
    ])
  func lists(field: String, shown: String) throws {
    let said = try warnings("id,title,genres\n1,One,\(field)\n2,Two,Drama\n3,Three,\(field)\n") {
      _ = try ItemTable.read(path: $0, execution: $1)
    }
    let option = shown.first == "[" ? "" : ", or say --category-separator '\(shown.contains(";") ? ";" : ",")'"
    let start = "fields like '\(shown)' are one category each; several have | between them"
    #expect(said.count == 1 && said[0].hasPrefix(start + option), "\(said)")
    #expect(option != "" || said[0].contains("ast.literal_eval(x)"))
    // Where | separates, or few have commas and no part stands elsewhere, these belong to names.
    let others = "id,title,genres\n1,One,\(field)\n2,Two,A|B\n3,Three,\(field)\n"
    #expect(try warnings(others) { _ = try ItemTable.read(path: $0, execution: $1) } == [])
    let few = "id,title,genres\n1,One,\(field)\n2,Two,War\n"
    #expect(try warnings(few) { _ = try ItemTable.read(path: $0, execution: $1) } == [])
  }

  @Test("Titles that stand for nothing are noted, unless they are few", arguments: ["NaN", "None", "null"])
  func titles(word: String) throws {
    let said = try warnings("id,title\n1,\(word)\n2,Two\n3,\(word)\n") {
      _ = try ItemTable.read(path: $0, execution: $1)
    }
    #expect(said == ["2 titles like '\(word)', which other programs write for nothing"])
    let many = "id,title\n1,\(word)\n" + (2...30).map { "\($0),Film \($0)\n" }.joined()
    #expect(try warnings(many) { _ = try ItemTable.read(path: $0, execution: $1) } == [])
  }

  @Test("Numbers with decimal commas are no words: an error of features, a note of attributes")
  func commas() throws {
    let path = scratch.file("id;age\n1;3,5\n2;4\n3;4,25\n")
    #expect(throws: FeatureError(path: path, line: 2, .decimalComma(column: "age", found: "3,5"))) {
      try FeatureTable.read(path: path)
    }
    let error = FeatureError(path: "f.csv", line: 2, .decimalComma(column: "age", found: "3,5"))
    #expect("\(error)" == "f.csv:2: column 'age': expected numbers with decimal points, or words, found '3,5'")
    #expect(error.help == "say so if it is a decimal comma: --decimal comma; several words have | between them")
    var format = TextFormat()
    format.decimalMark = .comma
    #expect(try FeatureTable.read(path: path, format: format).values == [3.5, 4, 4.25])
    // One word among them, and all are words.
    #expect(try FeatureTable.read(path: scratch.file("id;size\n1;3,5\n2;large\n")).featureCount == 2)

    let prices = "id;title;price\n1;One;9,90\n2;Two;12\n"
    let said = try warnings(prices) { _ = try ItemTable.read(path: $0, execution: $1) }
    #expect(
      said == [
        "column price is kept as words, since its numbers have commas, like '9,90': if these are decimal commas, say "
          + "--decimal comma"
      ])
    var items = ItemFormat()
    items.text.decimalMark = .comma
    #expect(try ItemTable.read(path: scratch.file(prices), format: items).attributes == [.numbers("price", [9.9, 12])])
  }

  @Test("A header with one name fewer than columns is refused: its names may stand above others")
  func unnamed() throws {
    let error = InteractionError(path: "r.txt", line: 1, .unnamedColumn(names: 3))
    #expect("\(error)" == "r.txt:1: expected a name for each column, found 3 names above 4 columns")
    for rows in ["user item rating\n1 u1 a 4\n2 u1 b 3\n", "user,item,rating\n1,u1,a,4\n2,u1,b,3\n"] {
      let found = try #require(try scratch.failure(rows))
      let separator = rows.contains(",") ? "," : " "
      #expect(found == (1, .unnamedColumn(names: 3, countsBefore: separator)))
    }
    let items = scratch.file("id\ttitle\n1\t10\tOne\n2\t20\tTwo\n")
    #expect(throws: InteractionError(path: items, line: 1, .unnamedColumn(names: 2, countsBefore: "\t"))) {
      try ItemTable.read(path: items)
    }
    // One longer row is an error of its own line.
    let found = try #require(try scratch.failure("user,item,rating\nu1,a,4\nu1,b,3,1\n"))
    #expect(found == (3, .ragged(expected: 3, found: 4)))
  }

  @Test("A mark alone before known names is a comment, not a column", arguments: ["#", "%"])
  func marks(mark: String) throws {
    let found = try #require(try scratch.failure("\(mark) user item rating\n1 10 4\n1 20 3\n"))
    #expect(found == (1, .comments(mark: mark)))
    // Without the space it is part of a name.
    #expect(try scratch.read("\(mark)user item rating\n1 10 4\n1 20 3\n").userIDs == .numbers([1]))
  }

  @Test("True and false are no values, and the advice is to write numbers", arguments: ["True", "no"])
  func flags(word: String) {
    #expect(
      InteractionError(path: "a.csv", line: 2, .notANumber(found: word)).help
        == "write 1 and 0 for them, or leave rows of no interaction out")
  }

  @Test("UTF-8 that is read in another encoding is said", arguments: [TextEncoding.latin1, .windows1252])
  func encodings(encoding: TextEncoding) throws {
    func said(_ rows: [UInt8]) throws -> [String] {
      let notices = Notices()
      let path = scratch.write(rows, to: "t.csv")
      var format = InteractionFormat()
      format.text.encoding = encoding
      _ = try Interactions.read(path: path, format: format, execution: notices.execution)
      return notices.warnings
    }
    let said8 = try said(Array("user,item\nMüller,10\nx,20\n".utf8))
    #expect(
      said8.count == 2 && said8[0].contains("seems to be UTF-8; read as \(encoding.rawValue), as chosen")
        && said8[1].contains("as UTF-8 looks"), "\(said8)")
    #expect(try said(Array("user,item\nM".utf8) + [0xFC] + Array("ller,10\nx,20\n".utf8)) == [])
    #expect(try said(Array("user,item\nMuller,10\nx,20\n".utf8)) == [])
  }
}
