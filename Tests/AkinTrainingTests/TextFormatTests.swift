import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Separators, quotes, encodings and numbers of text files")
struct TextFormatTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func pairs(_ x: Interactions) -> [String] {
    (0..<x.byUser.rowCount).flatMap { user in
      (x.byUser.offsets[user]..<x.byUser.offsets[user + 1]).map {
        "\(x.userIDs[Row(user)]) \(x.itemIDs[Row(x.byUser.others[$0])]) \(x.byUser.values[$0])"
      }
    }
  }

  private func format(_ change: (inout InteractionFormat) -> Void) -> InteractionFormat {
    var format = InteractionFormat()
    change(&format)
    return format
  }

  @Test("Any separator that is given separates", arguments: [",", "\t", ";", "|", " ", "::", "||", "<->", "~", ", "])
  func given(separator: String) throws {
    let rows = [["1", "10", "4"], ["1", "20", "2.5"], ["22", "10", "5"]]
    let text = rows.map { $0.joined(separator: separator) }.joined(separator: "\r\n")
    let format = format { $0.text.separator = FieldSeparator(separator) }
    #expect(pairs(try scratch.read(text, format)) == ["1 10 4.0", "1 20 2.5", "22 10 5.0"])
  }

  @Test(
    "The separator that the first lines agree on is detected",
    arguments: [
      ("1,a|b,x\n2,a|c,y\n", FieldSeparator.comma), ("1,a|b|c,x\n2,a,y\n", .comma),
      ("10|Toy, The|x||1\n20|Heat|y||0\n30|Up|z||0\n", .pipe), ("10|Toy\n", .pipe), ("1;10;3,5\n1;11;4\n", .semicolon),
      ("1\ta, b\n2\tc\n", .tab), ("1::a, b\n2::c, d, e\n", .doubleColon), ("1 2 3\n4 5 6\n", .space),
      ("\"a;b\",\"c;d\"\n1,2\n", .comma), ("alone\n", .comma), ("a b,c\nd e f,g\n", .comma), ("12:30:00,5,1\n", .comma),
      ("u1\t\"x, y\nu2\tz\n", .tab),
    ])
  func detected(text: String, separator: FieldSeparator) throws {
    var reader = try RecordReader(path: scratch.file(text), detectsSpaces: true)
    _ = try reader.head()
    #expect(reader.separator == separator)
  }

  @Test("TSV has no quotes; quotes of one line are read elsewhere; more only when asked for")
  func quotes() throws {
    let tsv = "u1\t\"weird al\" yankovic\t29\nu1\t\"heroes\t3\nu2\tlast\"\t5\n"
    let names = pairs(try scratch.read(tsv))
    #expect(names == ["u1 \"heroes 3.0", "u1 \"weird al\" yankovic 29.0", "u2 last\" 5.0"])
    let csv = "user,item,rating\n1,\"a, \"\"b\"\"\",4\n1,\"c\nd\",3\n"
    let refused = try #require(try scratch.failure(csv))
    #expect(refused == (3, .quotedLineEnd))
    #expect(pairs(try scratch.read(csv, format { $0.text.quoting = .double })) == ["1 a, \"b\" 4.0", "1 c\nd 3.0"])
    let bare = "user,item,rating\n1,\"a,4\n1,b\",3\n"
    #expect(
      pairs(try scratch.read(bare, format { $0.text.quoting = FieldQuoting.none })) == ["1 \"a 4.0", "1 b\" 3.0"])
    let quoted = "\"user\"\t\"item\"\n\"1\"\t\"10\"\n"
    let doubt = try #require(try scratch.failure(quoted))
    #expect(doubt == (1, .quotedFields(separator: "tab")))
    #expect(pairs(try scratch.read(quoted, format { $0.text.quoting = .double })) == ["1 10 1.0"])
  }

  @Test("A file with a quote that is never closed is refused at its line, however long it is")
  func unclosed() throws {
    let rows = (0..<5000).map { "u\($0),i\($0),\($0 == 3000 ? "\"" : "")1" }
    let found = try #require(try scratch.failure("user,item,rating\n" + rows.joined(separator: "\n")))
    #expect(found == (3002, .quotedLineEnd))
  }

  @Test("Latin-1 and Windows-1252 become UTF-8, also across the buffer's border", arguments: [0, 1, 2, 3])
  func encodings(shift: Int) throws {
    let latin = [UInt8]("user,item\nJos".utf8) + [0xE9] + [UInt8](",Caf".utf8) + [0xE9, 0x0A]
    #expect(throws: InteractionError(path: scratch["rows.csv"], line: 2, .notUTF8(column: "user"))) {
      try Interactions.read(path: scratch.file(latin))
    }
    let read = try Interactions.read(path: scratch.file(latin), format: format { $0.text.encoding = .latin1 })
    #expect(read.userIDs == .texts(["José"]) && read.itemIDs == .texts(["Café"]))
    let windows = [UInt8]("user,item\n\u{7F}".utf8) + [0x80, 0x93, 0xFF, 0x2C, 0x31, 0x0A]
    let other = try Interactions.read(path: scratch.file(windows), format: format { $0.text.encoding = .windows1252 })
    #expect(other.userIDs == .texts(["\u{7F}€“ÿ"]))
    // 1 MiB and more of bytes that become two or three.
    var bytes = [UInt8]("user,item,note\n".utf8) + [UInt8](repeating: 0x0A, count: shift)
    let note = [UInt8]((0..<64).flatMap { _ in [0xE9, 0x80, 0xFF] }) + [0x0A]
    for row in 0..<5_600 {
      bytes += [UInt8]("\(row % 90),".utf8) + [0xE9, 0x80, 0xFF] + [UInt8]("\(row),".utf8) + note
    }
    #expect(bytes.count > 1 << 20)
    let long = try Interactions.read(path: scratch.file(bytes), format: format { $0.text.encoding = .windows1252 })
    #expect(long.count == 5_600 && long.itemIDs.count == 5_600)
    // Sorted as texts.
    #expect(long.itemIDs[Row(0)] == .text("é€ÿ0") && long.itemIDs[Row(5_599)] == .text("é€ÿ999"))
    #expect(
      InteractionError(path: "m.dat", line: 2, .notUTF8(column: "title")).help
        == "name the encoding: --encoding latin1, or --encoding windows-1252; of others convert the file: "
        + "iconv -f shift_jis -t utf-8 m.dat > utf8.csv")
  }

  @Test("Decimal commas by choice, in values, times and features")
  func commas() throws {
    let comma = format { $0.text.decimalMark = .comma }
    #expect(pairs(try scratch.read("1;10;3,5\n1;11;-0,0\n2;10;4e0\n", comma)) == ["1 10 3.5", "1 11 -0.0", "2 10 4.0"])
    #expect(try scratch.failure("user;item;rating\n1;10;3.5\n", comma)?.1 == .notANumber(found: "3.5"))
    let help = InteractionError(path: "x", line: 1, .notANumber(found: "3,5")).help
    #expect(help == "say so if it is a decimal comma: --decimal comma")
    let table = try FeatureTable.read(
      path: scratch.file("id;x\n1;0,5\n2;1,25\n"), format: TextFormat(decimalMark: .comma))
    #expect(table.values == [0.5, 1.25])
  }

  @Test("Lists of a user and all items of this user")
  func lists() throws {
    let format = format { $0.layout = .lists }
    for text in ["0 10 11 12\n1 10 12 \n2\n", "0 10 11 12\r\n1  10  12\r\n2 \r\n", "0\t10\t11\t12\n1\t10\t12\n"] {
      #expect(pairs(try scratch.read(text, format)) == ["0 10 1.0", "0 11 1.0", "0 12 1.0", "1 10 1.0", "1 12 1.0"])
    }
    // Their order is that of times where an order is enough.
    let ordered = self.format { ($0.layout, $0.readsTimes, $0.takesPlacesForTimes) = (.lists, true, true) }
    #expect(try scratch.read("0 12 10 11\n1 12 10 \n", ordered).times == [2, 3, 1, 2, 1])
    let timed = self.format { ($0.layout, $0.readsTimes) = (.lists, true) }
    #expect(
      try scratch.failure("0 12 10\n", timed)?.1 == .noTimes(present: ["lists, whose items have an order alone"]))
    let twice = try #require(try scratch.failure("0 10 11\n1 10 11 10\n", format))
    #expect(twice == (2, .duplicatePair(user: .number(1), item: .number(10), firstLine: 2)))
    // Without the choice such a file is refused, and the help names it.
    let found = try #require(try scratch.failure("0 10 11 12\n1 10 12\n"))
    #expect(found == (2, .raggedSpaces(expected: 4, found: 3)))
    #expect(InteractionError(path: "x", line: 2, found.1).help?.contains("--layout lists") == true)
  }

  @Test(
    "Times with offsets are instants",
    arguments: [
      ("2014-10-24T05:06:45+02:00", "2014-10-24T03:06:45Z"), ("2014-10-24 05:06:45-0530", "2014-10-24 10:36:45"),
      ("2014-10-24 05:06:45+02", "2014-10-24 03:06:45"), ("2014-10-24 05:06:45.25 +0200", "2014-10-24 03:06:45.25"),
      ("2014-10-24 05:06:45 UTC", "2014-10-24 05:06:45"), ("2014-10-24t05:06z", "2014-10-24 05:06"),
      ("2015-01-01T00:30:00+01:00", "2014-12-31T23:30:00Z"), ("20141024T050645+02", "2014-10-24T03:06:45Z"),
      ("20141024T0506Z", "2014-10-24 05:06"), ("2014-10-24 05:06:45,25", "2014-10-24 05:06:45.25"),
      ("20141024T050645.25Z", "2014-10-24 05:06:45.25"),
    ])
  func offsets(text: String, same: String) throws {
    #expect(try #require(secondsOfDate(text)) == #require(secondsOfDate(same)))
    for bad in [
      "2014-10-24T05:06:45+25:00", "2014-10-24T05:06:45+2", "2014-10-24T05:06:45+02:60", "2014-10-24+02:00",
      "20141024T05Z", "20141324T0506",
    ] {
      #expect(secondsOfDate(bad) == nil, "\(bad)")
    }
  }

  @Test("Lines that end with carriage returns alone, and UTF-16 without a mark, are refused")
  func otherLineEnds() throws {
    for text in ["1,10,4\r1,11,3\r", "user,item\r1,10\r2,11\r", "1\t10\t4\r1\t11\t3"] {
      let found = try #require(try scratch.failure(text))
      #expect(found == (1, .loneReturns), "\(text)")
    }
    let wide = "1,10,4\n1,11,3\n".utf8.flatMap { [$0, UInt8(0)] }
    #expect(throws: InteractionError(path: scratch["rows.csv"], .notText(found: .utf16))) {
      try Interactions.read(path: scratch.file(wide))
    }
    let binary = Array("ab,cd,ef\u{0}gh".utf8)
    #expect(throws: InteractionError(path: scratch["rows.csv"], .notText(found: .binary))) {
      try Interactions.read(path: scratch.file(binary))
    }
  }

  @Test("Compressed files are refused with a line that reads them")
  func compressed() throws {
    let path = scratch.file([0x1F, 0x8B, 8, 0])
    let error = InteractionError(path: path, .notText(found: .gzip))
    #expect(throws: error) { try Interactions.read(path: path) }
    // A catalogue cannot come through the pipe of interactions.
    #expect(
      error.help
        == "unpack it: gunzip -c \(path) > new-rows.csv; interactions also on the way: gunzip -c \(path) | akin train - …"
    )
  }
}
