import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("What helps with values and ids in other spellings")
struct ValueAdviceTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test(
    "A value that is no number has the line that makes one of its kind",
    arguments: [
      ("1.2k", "s#([0-9])k#\\1e3#g"), ("3B", "s#([0-9])B#\\1e9#g"), ("00:01:12", "pandas.to_timedelta(t['rating'])"),
      ("10:30", "pandas.to_timedelta('00:' + t['rating'])"),
      ("1h 30min", "pandas.to_timedelta"), ("A", ".map({'A': 1, …})"), ("Loved it", ".map({'Loved it': 1, …})"),
      ("NULL", "leave the row out"), ("------", "sed '2d'"), ("++", ".map({'++': 1, …})"), ("\u{1F44D}", ".map("),
      ("1\u{BD}", "s/\u{BD}/.5/g"),
      ("1 (12)", ".str.extract("), ("1-2", "t.to_csv('rows.csv', index=False)"), ("{stars: 4}", ".str.extract("),
      ("5-", "s#([0-9.]+)-([,;|\\t]|\\r?$)#-\\1\\2#g"),
      ("Some(5.0)", "Some[( ]([-0-9.e]+)[)]?#\\1\\2#g"), ("Just 5", "Just[( ]"), ("\u{664}", ".map(float)"),
      ("80%", "s#([0-9])%#\\1#g"),
    ])
  func values(field: String, help: String) {
    let found = scratch.refusal("user,item,rating\n1,10,\(field)\n2,11,\(field)\n")?.help
    #expect(found?.contains(help) == true, "\(found ?? "read")")
  }

  @Test("A separator that is not that of the file, a header that is none, and features without one have what helps")
  func options() {
    func help(_ text: String, _ change: (inout InteractionFormat) -> Void) -> String {
      var format = InteractionFormat()
      change(&format)
      do {
        _ = try scratch.read(text, format)
        return "read"
      } catch { return (error as? InteractionError)?.help ?? "" }
    }
    #expect(
      help("user,item\n1,10\n2,11\n") { $0.text.separator = .tab }
        == "if ',' separates fields, name it: --delimiter ','")
    #expect(help("1,10,5\n2,11,4\n") { $0.header = .present }.hasPrefix("if the first row is data: --header no; "))
  }

  @Test("Lists whose lines have a few ratings at their end are noted")
  func ratedLists() throws {
    var format = InteractionFormat()
    (format.layout, format.duplicates) = (.lists, .sum)
    let rated = "1 18 1\n2 14 3\n6 14 5\n3 11 2\n4 12 3\n5 13 1\n"
    #expect(try scratch.warnings(rated, format).contains { $0.contains("leave --layout lists out") })
    #expect(try scratch.warnings("1 18 12\n2 14 13\n6 14 18\n3 11 12\n4 12 13\n5 13 11\n", format) == [])
  }

  @Test(
    "Items of a user in one field are refused with what splits them, unless the separator is named; titles are items")
  func listsInField() throws {
    var format = InteractionFormat()
    format.layout = .lists
    for (text, mark) in [
      ("u1\ti1 i2 i3\nu2\ti2 i3\n", " "), ("u1\t10,11\nu2\t11,12\n", ","), ("u1,milk bread\nu2,bread milk\n", " "),
    ] {
      let error = #expect(throws: InteractionError.self, "\(text)") { try scratch.read(text, format) }
      guard case .listsInField(_, mark, _)? = error?.problem else {
        Issue.record("\(text): \(String(describing: error))")
        continue
      }
      #expect(
        error?.help?.contains(" '\(mark)' < ") == true && error?.help?.contains("if each field is one item") == true)
    }
    #expect(try scratch.read("u1\tToy Story\nu2\tHeat\n", format).itemIDs.count == 2)
    format.text.separator = .tab
    #expect(try scratch.read("u1\ti1 i2 i3\nu2\ti2 i3\n", format).itemIDs.count == 2)
  }

  @Test(
    "Commas behind another mark may be decimal commas: such rows are refused with what reads them",
    arguments: [" ", "~", "#", "$", ";"])
  func decimalCommas(mark: String) throws {
    let text = "1 10 4,5\n1 11 3,0\n2 10 5,0\n".replacing(" ", with: mark)
    let error = scratch.refusal(text)
    // A semicolon is found as often as the comma, and more often.
    if mark == ";" {
      #expect(error?.problem == .notANumber(found: "4,5"))
      return
    }
    #expect(error?.problem == .decimalCommas(found: text.split(separator: "\n")[0].description, mark: mark))
    #expect(error?.help?.contains(" --decimal comma; if commas do: --delimiter comma") == true)
    var format = InteractionFormat()
    (format.text.separator, format.text.decimalMark) = (mark == " " ? .space : FieldSeparator(mark), .comma)
    #expect(try scratch.read(text, format).byUser.values == [4.5, 3, 5])
    for other in [
      "2020-01-05,7\n2020-01-06,8\n", "a b,7\nc d,8\n", "Ann Lee 1,7\nBob Lee 2,8\n", "a b 700,7\nc d 800,8\n",
    ] {
      #expect(scratch.refusal(other)?.problem.isOfCommas != true, "\(other)")
    }
  }

  @Test("Numbers behind spaces are values, whose error names the separator; tabs twice between quotes are refused")
  func spacedNumbers() {
    let spaced = scratch.refusal("1, 10, 4.5\n1, 11, 3\n2, 10, 5\n")
    #expect(spaced?.problem == .notANumber(found: " 4.5") && spaced?.help?.contains("--delimiter ', '") == true)
    let quoted = scratch.refusal("\"1\"\t\t\"10\"\t\t\"4\"\n\"1\"\t\t\"11\"\t\t\"3\"\n")
    #expect(quoted?.problem == .quotedFields(separator: "tab"))
    #expect(scratch.refusal("\"user\"\t\t\"item\"\n1\t\t10\n1\t\t11\n") == nil)
    for first in ["", "user; item\n", "\"user\"; \"item\"\n"] {
      let error = scratch.refusal(first + "\"1\"; \"10\"\n\"1\"; \"11\"\n")
      #expect(error?.problem == .spacedQuotes(found: first.isEmpty ? " \"11\"" : " \"10\""), "\(first)")
      #expect(error?.help?.contains("sed -E 's/([,;|]) +\"/") == true)
    }
  }

  @Test("Thousands and millions are powers of ten that are read")
  func powers() throws {
    #expect(try scratch.read("user,item,rating\n1,10,1.2e3\n").byUser.values == [1200])
  }

  @Test("Ids for nothing have the line that leaves their rows out, and the option that names another column")
  func nothing() {
    let null = scratch.refusal("sessionId;userId;itemId\n4;80;17\n4;NA;18\n5;81;17\n")?.help
    #expect(
      null?.contains("sep=';'); t[t['userId'] != 'NA']") == true && null?.contains("--user-column COLUMN") == true)
    let empty = scratch.refusal("userId,itemId\n1,10\n,11\n")?.help
    #expect(empty?.contains("sed '3d'") == true && empty?.contains("t[t['userId'] != '']") == true)
  }

  @Test(
    "Lines of pandas name the column, or have its number in a file without a header, and the separator of the file",
    arguments: [
      ("1,10,5\n,11,4\n2,10,3\n", ", header=None); t[t[0] != ''].to_csv('rows.csv', index=False, header=False)"),
      ("1\t10\t-5\n2\t11\t4\n", ", sep='\\t', quoting=3, header=None); t[t[2].astype(float) >= 0]"),
      ("1::10::A\n1::10::1\n", "sep=r'::', engine='python', header=None); t[2] = t[2].map({'A': 1, …})"),
      ("user|item|n\n1|10|5\n2||4\n", "sep='|'); t[t['item'] != '']"),
      ("1 10 -5\n2 11 4\n", "sep=r'\\s+', header=None); t[t[2]"),
    ])
  func places(text: String, line: String) {
    let help = scratch.refusal(text)?.help
    #expect(help?.contains(line) == true, "\(help ?? "read")")
  }

  @Test("Ids of catalogues and of features have the same lines")
  func sideFiles() {
    let items = #expect(throws: InteractionError.self) {
      try ItemTable.read(path: scratch.file("id,title\n1,a\n,b\n"))
    }
    #expect(items?.help?.contains("t[t['id'] != '']") == true && items?.help?.contains("--id-column COLUMN") == true)
    let features = #expect(throws: InteractionError.self) {
      try FeatureTable.read(path: scratch.file("userId,age\n1,5\n,6\n"), of: .user)
    }
    #expect(features?.help?.contains("t[t['userId'] != '']") == true)
    #expect(features?.help?.contains("--user-feature-id COLUMN") == true)
  }

  @Test("A frame as Julia prints it is known, and rows with bars are not")
  func julia() throws {
    try scratch.expectKnown([
      (
        "2×3 DataFrame\n Row │ user   item   rating\n     │ Int64  Int64  Int64\n─────┼─────────────────────\n   1 │     4     18       1\n"
          + "   2 │     4     17       3\n", .juliaFrame, "CSV.write"
      ),
      (
        " Row │ user   item\n     │ Int64  Int64\n─────┼──────────────\n   1 │     4     18\n   2 │     4     17\n",
        .juliaFrame,
        "s/  +/,/g"
      ),
    ])
    #expect(try scratch.read("Row│item│rating\n1│2│3\n", bars).count == 1)
  }

  private var bars: InteractionFormat {
    var format = InteractionFormat()
    (format.text.separator, format.user, format.header) = (FieldSeparator("│"), .number(1), .present)
    return format
  }

  @Test("UTF-16 without a mark is converted by its order of bytes")
  func utf16() {
    let text = "user,item\n1,10\n2,11\n"
    let little = text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    for (bytes, content, name) in [(little, ForeignContent.utf16, "utf-16 "), (big, .utf16BigEndian, "utf-16be ")] {
      do {
        _ = try Interactions.read(path: scratch.file(bytes))
        Issue.record("\(name): read")
      } catch {
        let found = error as? InteractionError
        #expect(found?.problem == .notText(found: content) && found?.help?.contains("iconv -f \(name)") == true)
      }
    }
  }
}

extension InteractionError.Problem {
  fileprivate var isOfCommas: Bool { if case .decimalCommas = self { true } else { false } }
}
