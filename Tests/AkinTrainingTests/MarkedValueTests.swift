import AkinTestSupport
import Testing

@testable import AkinTraining

@Suite("Ids, values and times with marks around them")
struct MarkedValueTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func warnings(_ text: String, rated: Bool = false, times: Bool = false) throws -> [String] {
    var format = InteractionFormat()
    format.allowsNegativeValues = rated
    format.readsTimes = times
    return try scratch.warnings(text, format)
  }

  @Test("A double quote at one end of an id, marks of lists and lists of words are noted")
  func ids() throws {
    let header = "user,item\n"
    for (rows, note) in [
      ("u1,abc\"\nu2,abc\n", "1 item id with a double quote at one end"),
      ("u1,- a\nu2,- b\n", "2 item ids like '- a', as lines of a list begin"),
      ("u1;\"a, b\"\nu2;\"b, c\"\nu3;\"c, a\"\n", "3 item ids like 'a, b', which may be lists of others"),
      ("AG3D6O4S,AHMY5CWJ;1\nAECPFYF9,AGYYVPD7;1\n", "2 user ids like 'AG3D6O4S,AHMY5CWJ', which may be lists"),
      ("u1;a b\nu2;b a\nu3;a\n", "2 item ids like 'a b', which may be lists of others"),
      ("+0001.;1\n+0002.;1\n", "2 user ids like '+0001.', which are other ids than whole numbers"),
    ] {
      let found = try warnings((rows.contains(";") ? "user;item\n" : header) + rows)
      #expect(found.contains { $0.contains(note) }, "\(rows): \(found)")
    }
    // Inches, places and titles with a dash.
    for rows in [
      "u1;12\"\nu2;7\"\n", "u1;Paris, France\nu2;Lyon, France\n", "u1;a - b\nu2;- c\nu3;d\n", "u1;say \"hi\"\nu2;x\n",
      "u1;New York\nu2;York\nu3;New Haven\n",
    ] {
      #expect(try warnings("user;item\n" + rows) == [], "\(rows)")
    }
  }

  @Test("Zeros among strengths are noted with their number; ratings have a note of their own")
  func zeros() throws {
    let text = "user,item,rating\n1,10,0\n1,11,20\n2,10,1\n2,12,0.0\n"
    #expect(try warnings(text).first?.contains("2 of 4 values are 0, which tell as little as no row") == true)
    #expect(try warnings(text, rated: true) == [])
    var labels = InteractionFormat()
    labels.readsLabels = true
    #expect(try scratch.warnings(text, labels) == [])
    #expect(try warnings("user,item,rating\n1,10,2\n1,11,20\n") == [])
    #expect(try warnings("user,item\n1,10\n1,11\n") == [])
  }

  @Test("A number beyond any time is an error; days that databases write for none are noted")
  func times() throws {
    var format = InteractionFormat()
    format.readsTimes = true
    for time in ["-1e300", "1e30", "1e24"] {
      let found = try scratch.failure("user,item,time\n1,10,1700000000\n1,11,\(time)\n", format)
      #expect(found?.0 == 3 && found?.1 == .notATime(found: time))
    }
    #expect(InteractionError(path: "r.csv", .notATime(found: "-1e300")).help?.hasPrefix("leave the row out") == true)
    #expect(
      try scratch.failure("user,item,time\n1,10,20261130125143123456\n1,11,20261130125143123457\n", format) == nil)
    let old = try warnings("user,item,time\n1,10,2023-01-01\n1,11,0001-01-01\n2,11,2023-01-02\n", times: true)
    #expect(old.first?.contains("1 of 3 times are like -62135596800, 1900 or before") == true)
    #expect(try warnings("user,item,time\n1,10,-631152000\n1,11,1700000000\n", times: true) == [])
  }

  @Test("Help for numbers with marks names the command that keeps the number, and for weeks the line of pandas")
  func help() {
    func help(_ found: String) -> String { InteractionError(path: "r.csv", .notANumber(found: found)).help ?? "" }
    #expect(help("80%") == "keep the number alone: sed -E 's#([0-9])%#\\1#g' r.csv > rows.csv")
    #expect(help("80 %").contains("s#([0-9]) %#\\1#g") && help("$80.5").contains("s#\\$([0-9])#\\1#g"))
    #expect(help("4 stars").contains("s#([0-9]) stars#\\1#g") && help("4/5").contains("/5#"))
    #expect(help("8 out of 10").contains(" out of 10#"))
    for text in ["B2", "a", "", "1-2-3", "<5>"] {
      #expect(!help(text).contains("sed"), "\(text): \(help(text))")
    }
    #expect(
      InteractionError(path: "r.csv", .notATime(found: "2024-W05-1")).help?.contains("format='%G-W%V-%u'") == true)
    #expect(InteractionError(path: "r.csv", .notATime(found: "2024-W05")).help?.contains("+ '-1'") == true)
    #expect(InteractionError(path: "r.csv", .notATime(found: "2024-X05")).help?.contains("%G") == false)
  }

  @Test("A column of check marks and nothing is said: both count as interactions")
  func checks() throws {
    #expect(
      try warnings("user,item,liked\n1,10,\u{2713}\n1,11,\n2,10,\u{2713}\n").first?.contains(
        "column liked is true in some rows") == true)
    #expect(try warnings("user,item,note\n1,10,a\n1,11,\n2,10,a\n") == [])
  }
}
