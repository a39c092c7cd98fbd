import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Ids and words of several parts, and marks before and around ids")
struct CompoundTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The warnings of items that have these ids.
  private func warnings(_ ids: [String]) throws -> [String] {
    try scratch.warnings("user,item,rating\n" + ids.enumerated().map { "u\($0 + 1),\"\($1)\",5\n" }.joined())
  }

  @Test(
    "Compounds are ids: equally many parts, each in its place",
    arguments: [
      ["12|345", "12|346", "13|345", "14|350"], ["1|7", "2|8", "3|9"],
      ["10,1", "10,2", "11,1", "11,2", "12,1", "12,3"],
    ])
  func compounds(ids: [String]) throws {
    #expect(try warnings(ids) == [])
  }

  @Test(
    "Lists of other ids are noted: parts that change their places, that are ids, or as many as there are",
    arguments: [
      ["10|11", "11|12", "12|10"], ["10|11", "12", "11"], ["10|11|12", "10|12", "13|14"], ["10,11", "12,13", "14,15"],
      ["10,20", "10,30", "11,30"],
      ["rock+pop", "pop+jazz", "rock+jazz", "rock"], ["rock/pop/jazz", "pop/jazz", "jazz/rock", "rock"],
    ])
  func lists(ids: [String]) throws {
    let found = try warnings(ids)
    #expect(found.contains { $0.contains("which may be lists") }, "\(ids): \(found)")
  }

  @Test(
    "Words with a plus or a slash are no lists where their parts keep their places, or are no words",
    arguments: [
      ["vuejs/vue", "apache/spark", "apache/kafka"], ["S+red", "S+blue", "M+red"], ["a/1.txt", "1.txt/a"],
      ["AC/DC", "Earth", "Wind"], ["C++", "A+"], ["BTC/USDT", "ETH/USDT", "ETH/BTC"], ["en/fr", "fr/en", "de/en"],
      ["docs", "docs/api", "api/docs"], ["/docs", "/docs/api", "/api/docs"], ["red/blue", "blue/green", "red/green"],
    ])
  func joined(ids: [String]) throws {
    #expect(try warnings(ids) == [])
  }

  @Test("Semicolons between a size and a colour make compounds, between genres lists")
  func semicolons() {
    let sizes = ["S;red", "S;blue", "M;red", "M;blue", "L;red", "L;green"]
    #expect(ListFields(sizes).explainedLists == nil)
    let genres = ["Action;Comedy", "Action;Drama", "Comedy;Drama", "Comedy;War", "Drama;War", "Crime;Drama"]
    #expect(ListFields(genres).explainedLists?.example == "Action;Comedy")
  }

  @Test("Numbers with commas between thousands are noted where all ids are such numbers")
  func thousands() throws {
    let found = try warnings(["1,001", "1,002", "2,001"])
    #expect(found == ["3 item ids like '1,001', a number in another spelling, and so another id"])
    #expect(try warnings(["1_001", "1_002"]) == [])
    #expect(
      try warnings(["1.001", "1.002", "1.003"]).first?.contains("like '1.001': if points stand between thousands")
        == true)
    #expect(try warnings(["1.001.002", "7.345"]).first?.contains("if points stand between thousands") == true)
    for codes in [["4.103", "7.106", "8.107"], ["10.100.200.101", "10.100.200.102", "10.100.200.103"]] {
      #expect(try warnings(codes) == [], "\(codes)")
    }
    #expect(try warnings(["1.12", "1.25"]) == [])
    #expect(
      try warnings(["1E5", "99999", "99998"]).first?.contains("like '1E5', a number in another spelling") == true)
  }

  @Test("One negative id among numbers may stand for none; several are hashes")
  func negatives() throws {
    #expect(
      try warnings(["-1", "5", "6"]).contains {
        $0.contains("'-1', which may stand for no item: leave its rows out if so")
      })
    #expect(try warnings(["-1", "-7", "6", "12"]) == [])
  }

  @Test(
    "Numbers with a semicolon between, as rows between commas and semicolons have them, are noted; with a bar they are compounds"
  )
  func rowsOfTwoSeparators() throws {
    #expect(
      try scratch.warnings("1,10;5\n2,10;4\n3,11;5\n").last
        == "all 3 item ids hold ';', like '10;5': if it separates fields, name it: --delimiter")
    #expect(try scratch.warnings("1,10|5\n2,10|4\n3,11|5\n").count == 1)
  }

  @Test("A comment among rows is noted; ids that all begin with its mark are ids")
  func comments() throws {
    let text = "u1,i1\nu2,i1\n# part 2, march\nu1,i2\n"
    #expect(
      try scratch.warnings(text).contains {
        $0.contains("1 user id like '# part 2', as comments begin: if they are comments, leave these lines out")
      })
    #expect(try warnings(["# one", "# two"]) == [])
    // A comment begins its line, without quotes.
    #expect(try scratch.warnings("user,item,rating\nann,# Hits,5\nbob,Other,4\n") == [])
    #expect(scratch.refusal("\"# Ann\",10,5\n\"Bob\",11,4\n\"Bob\",10,4\n") == nil)
    #expect(try warnings(["#1", "b"]) == [] && warnings(["# 1 Cheerleader Camp", "Heat"]) == [])
  }

  @Test("A GUID in braces is noted where the same is an id without")
  func braces() throws {
    let plain = "0f8fad5b-d9cb-469f-a165-70867728950e"
    #expect(
      try warnings(["{\(plain)}", plain]).contains { $0.contains("where '\(plain)' in plain characters is another") })
    #expect(try warnings(["{\(plain)}", "x"]) == [])
  }

  @Test("An ISBN with dashes is noted where the same is an id without; other numbers with dashes are not")
  func books() throws {
    #expect(
      try warnings(["978-3-16-148410-0", "9783161484100"]).contains {
        $0.contains("like '978-3-16-148410-0', where '9783161484100' in plain characters is another")
      })
    #expect(try warnings(["12-34-56-7890123", "1234567890123"]) == [])
  }

  @Test(
    "Telephone numbers, addresses of pages and emoji are ids",
    arguments: [
      ["0173 1234537", "0175 1234557"], ["https://x.org/a?b=1;c", "https://x.org/a?b=2;c"],
      ["\u{2764}\u{FE0F}", "\u{1F525}"],
    ])
  func plain(ids: [String]) throws {
    #expect(try warnings(ids) == [])
  }

  @Test("Julia's word for nothing is none of the numbers")
  func missing() throws {
    #expect(try scratch.failure("user,item\nmissing,1\n2,10\n3,11\n")?.1 == .nullID(column: "user", found: "missing"))
    #expect(try scratch.warnings("user,item\nMissing,1\n2,10\n3,11\n") == [])
    #expect(try scratch.warnings("user,item\n1,missing\n2,heat\n3,alien\n") == [])
  }

  @Test("Ids that a spreadsheet keeps as text differ from plain ones by quotes alone")
  func spreadsheet() throws {
    let interactions = try scratch.read("user,item\n1,10\n2,11\n")
    let meeting = Meeting("items", of: .texts(["=\"10\"", "=\"11\""]), in: interactions.itemIDs)
    #expect(meeting.isEmpty && meeting.difference == .quotes)
    let marked = Meeting("items", of: .texts(["'10", "'11"]), in: .numbers([10, 11]), called: "the interactions")
    #expect(marked.isEmpty && marked.difference == .quotes)
    #expect(IDDifference.quotes.remedy.hasPrefix("take the quotes away, of spreadsheets: sed -E"))
  }
}
