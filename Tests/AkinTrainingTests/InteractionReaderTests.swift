import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Files of interactions")
struct InteractionReaderTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The pairs of a table as text, in order.
  private func pairs(_ x: Interactions) -> [String] {
    var out: [String] = []
    for user in 0..<x.byUser.rowCount {
      for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] {
        out.append("\(x.userIDs[Row(user)]) \(x.itemIDs[Row(x.byUser.others[place])]) \(x.byUser.values[place])")
      }
    }
    return out
  }

  private let plain = ["1 10 4.0", "1 20 2.5", "2 10 5.0"]

  @Test(
    "One content, many spellings",
    arguments: [
      "userId,movieId,rating,timestamp\n1,10,4.0,99\n1,20,2.5,98\n2,10,5,97\n",
      "1,10,4\n1,20,2.5\n2,10,5",
      "\u{FEFF}user,item,value\r\n1,10,4\r\n1,20,2.5\r\n\r\n2,10,5\r\n",
      "1\t10\t4\n1\t20\t2.5\n2\t10\t5\n",
      "1;10;4e0\n1;20;25e-1\n2;10;5\n",
      "1::10::4::7\n1::20::2.5::7\n2::10::5::7\n",
      "\"user\",\"item\",\"value\"\n\"1\",\"10\",\"4\"\n\"1\",\"20\",\"2.5\"\n\"2\",\"10\",\"5\"\n",
      "\n\nuser,item,value\n\n2,10,5\n\n1,20,2.5\n1,10,4\n\n",
      "note,rating,item,user\n\"a, \"\"b\"\" c\",5,10,2\n,2.5,20,1\nx,4,10,1",
      "customer,product,quantity\n1,10,4\n1,20,2.5\n2,10,5\n",
      "1|10|4\n1|20|2.5\n2|10|5\n",
      "1 10 4\n1  20 2.5 \n  2 10   5\r\n",
    ])
  func spellings(text: String) throws {
    #expect(pairs(try scratch.read(text)) == plain)
  }

  @Test("Columns by name and by number, with and without values")
  func columns() throws {
    let text = "when,what,who,much\n9,10,1,4\n9,20,1,2.5\n9,10,2,5\n"
    var format = InteractionFormat()
    format.user = ColumnChoice("WHO")
    format.item = ColumnChoice("2")
    format.value = ColumnChoice("much")
    #expect(pairs(try scratch.read(text, format)) == plain)
    format.ignoresValues = true
    #expect(pairs(try scratch.read(text, format)) == ["1 10 1.0", "1 20 1.0", "2 10 1.0"])
    #expect(pairs(try scratch.read("user,item,timestamp\n1,10,123\n")) == ["1 10 1.0"])
    #expect(pairs(try scratch.read("1,10\n")) == ["1 10 1.0"])
    format = InteractionFormat()
    format.header = .absent
    format.value = .number(4)
    #expect(pairs(try scratch.read("a,b,c,3\n", format)) == ["a b 3.0"])
    format.header = .present
    (format.user, format.item, format.value) = (.number(1), .number(2), .number(3))
    #expect(pairs(try scratch.read("1,2,3\n4,5,6\n", format)) == ["4 5 6.0"])
  }

  @Test("One id that is no number makes all of its column texts, sorted by bytes")
  func kinds() throws {
    let x = try scratch.read("10,7,1\n9,8,1\n010,7,1\n")
    #expect(x.userIDs == .texts(["010", "10", "9"]))
    #expect(x.itemIDs == .numbers([7, 8]))
    let y = try scratch.read("18446744073709551615,a,1\n0,é,1\n18446744073709551614,Z,1\n")
    #expect(y.userIDs == .numbers([0, .max - 1, .max]))
    #expect(y.itemIDs == .texts(["Z", "a", "é"]))
  }

  @Test("The order of rows changes nothing", arguments: [1, 2, 3])
  func permutation(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var rows = (0..<2000).map { "u\($0 % 83),\($0 % 97),\($0 % 5)" }
    let first = try scratch.read(rows.joined(separator: "\n"))
    rows.shuffle(using: &random)
    let second = try scratch.read(rows.joined(separator: "\n"))
    #expect(pairs(first) == pairs(second), "seed \(seed)")
    #expect(first.byItem == second.byItem, "seed \(seed)")
    #expect(first.digest == second.digest, "seed \(seed)")
    rows[7] = "u1,1,4.5"
    var sum = InteractionFormat()
    sum.duplicates = .sum
    #expect(try scratch.read(rows.joined(separator: "\n"), sum).digest != first.digest, "seed \(seed)")
  }

  @Test("The items' view holds the same pairs")
  func transposed() throws {
    let x = try scratch.read("3,1,5\n1,2,4\n2,1,3\n1,1,2\n")
    #expect(x.byItem.offsets == [0, 3, 4])
    #expect(x.byItem.others == [0, 1, 2, 0])
    #expect(x.byItem.values == [2, 3, 5, 4])
    #expect(x.valueRange == 2...5)
    #expect(x.history == History(offsets: [0, 2, 3, 4], rows: [0, 1, 0, 0]))
  }

  @Test("Rows of one pair are refused with both lines, summed, or the last one kept")
  func duplicates() throws {
    let text = "user,item,value\n1,10,4\n\n2,10,5\n1,20,2.5\n1,10,3\n"
    var format = InteractionFormat()
    let refused = try #require(try scratch.failure(text))
    #expect(refused == (6, .duplicatePair(user: .number(1), item: .number(10), firstLine: 2)))
    format.duplicates = .sum
    #expect(pairs(try scratch.read(text, format)) == ["1 10 7.0", "1 20 2.5", "2 10 5.0"])
    format.duplicates = .last
    let last = try scratch.read(text, format)
    #expect(pairs(last) == ["1 10 3.0", "1 20 2.5", "2 10 5.0"])
    #expect(last.rowsRead == 4 && last.count == 3)
    #expect(last.byItem.others == [0, 1, 0])
  }

  @Test("Bad rows are named by line")
  func bad() throws {
    func check(_ text: String, _ line: Int, _ problem: InteractionError.Problem) throws {
      let found = try #require(try scratch.failure(text), "\(text) was read")
      #expect(found == (line, problem))
    }
    try check("", 0, .noRows)
    try check("\n\r\n\n", 0, .noRows)
    try check("user,item,value\n", 0, .noRows)
    try check("alone\n", 1, .tooFewColumns(needed: 2, found: 1))
    try check("1,2,3\n1,3\n", 2, .ragged(expected: 3, found: 2))
    try check("1,2,3\n\"1\n1\",4,3\n1,2,3,4\n", 2, .quotedLineEnd)
    try check("1,2,3\n1,3,x\n", 2, .notANumber(found: "x"))
    try check("1,2,3\n1,3,\n", 2, .notANumber(found: ""))
    try check("1,2,3\n1,3,nan\n", 2, .notFinite(found: "nan"))
    try check("1,2,3\n1,3,-inf\n", 2, .notFinite(found: "-inf"))
    try check("1,2,3\n1,3,1e39\n", 2, .notFinite(found: "1e39"))
    try check("1,2,3\n1,3,-1\n", 2, .negative(found: "-1"))
    try check("1,2,3\n,3,1\n", 2, .emptyID(column: "user"))
    try check("1,2,3\n1,\"\",1\n", 2, .emptyID(column: "item"))
    try check("1,2,3\n1,\"3,1\n", 2, .quotedLineEnd)
    try check("1,2,3\n1,\"3,1", 2, .unclosedQuote)
    try check("1,2,3\n1,\"3\"x,1\n", 2, .textAfterQuote)
    var format = InteractionFormat()
    format.text.quoting = .double
    #expect(
      try #require(try scratch.failure("1,2,3\n\"1\n1\",4,3\n1,2,3,4\n", format))
        == (4, .ragged(expected: 3, found: 4)))
    #expect(try #require(try scratch.failure("1,2,3\n1,\"3,1\n", format)) == (2, .unclosedQuote))
    format.user = .name("who")
    let missing = try #require(try scratch.failure("user,item\n1,2\n", format))
    #expect(missing == (1, .missingColumn(name: "who", present: ["user", "item"])))
    format.user = .number(3)
    let beyond = try #require(try scratch.failure("user,item\n1,2\n", format))
    #expect(beyond == (1, .tooFewColumns(needed: 3, found: 2)))
    format.user = .name("who")
    let headless = try #require(try scratch.failure("1,2,3\n1,3,3\n", format))
    #expect(headless == (1, .noHeader(name: "who")))
  }

  @Test("Bytes that are no text, and files that are none")
  func files() throws {
    func problem(_ path: String) -> InteractionError.Problem? {
      do {
        _ = try Interactions.read(path: path)
        return nil
      } catch let error as InteractionError {
        return error.problem
      } catch {
        Issue.record("expected an InteractionError, found \(error)")
        return nil
      }
    }
    #expect(problem(scratch.file([0x1F, 0x8B, 8, 0])) == .notText(found: .gzip))
    #expect(problem(scratch.file([0xFF, 0xFE, 0x31, 0])) == .notText(found: .utf16))
    #expect(problem(scratch.file([0x31, 0x2C, 0xC3, 0x2C, 0x31, 0x0A])) == .notUTF8(column: "item"))
    #expect(problem(scratch.path) == .directory)
    #expect(problem(scratch.path + "/none.csv") == .system(action: "open the file", code: ENOENT))
    let missing = InteractionError(path: "none.csv", .system(action: "open the file", code: ENOENT))
    #expect(missing.kind == .io)
  }

  @Test("The sentence says where, what was expected and what was found")
  func sentences() {
    let ragged = InteractionError(path: "a.csv", line: 7, .ragged(expected: 4, found: 3))
    #expect("\(ragged)" == "a.csv:7: expected 4 columns as in the first row, found 3")
    #expect(ragged.kind == .badInput)
    let twice = InteractionError(
      path: "a.csv", line: 9, .duplicatePair(user: .text("ann"), item: .number(3), firstLine: 2))
    #expect("\(twice)" == "a.csv:9: expected each user and item once, found user 'ann' with item '3' as on line 2")
    #expect(twice.help == "sum such rows, or keep the last: --duplicates sum, --duplicates last")
  }

  @Test("A file larger than the buffer, with quotes across its borders", arguments: [0, 1, 2, 3])
  func borders(shift: Int) throws {
    // 40-byte rows drift over the buffer's 1 MiB border by a byte for each shift.
    var text = "user,item,value,note\n" + String(repeating: "\n", count: shift)
    let note = "\"say \"\"hi\"\", or\r\n not\""
    for row in 0..<60_000 { text += "user-\(row % 500),\(row),\(row % 7),\(note)\r\n" }
    var format = InteractionFormat()
    format.text.quoting = .double
    let x = try scratch.read(text, format)
    #expect(x.count == 60_000 && x.userIDs.count == 500 && x.itemIDs.count == 60_000)
    #expect(x.byItem.values.enumerated().allSatisfy { $0.element == Float($0.offset % 7) })
    text += "broken\n"
    let found = try #require(try scratch.failure(text, format))
    #expect(found == (120_002 + shift, .ragged(expected: 4, found: 1)))
  }

  @Test("Any bytes are read or refused, never worse", arguments: [1, 2, 3])
  func noise(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("1122a,,,\t;::\"\"\n\n\r.-e\u{FEFF}é".utf8) + [0, 0xFF]
    for _ in 0..<500 {
      let bytes = (0..<Int(random.next() % 40)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
      let path = scratch.file(bytes)
      do {
        let x = try Interactions.read(path: path)
        #expect(x.count > 0 && x.byUser.values.allSatisfy { $0.isFinite && $0 >= 0 }, "seed \(seed): \(bytes)")
      } catch is InteractionError {
      }
      do { _ = try ItemTable.read(path: path) } catch is InteractionError {}
    }
  }

  @Test("A row without an end is refused before it fills the memory")
  func endless() throws {
    let text = "1,2,3\n1,\"" + String(repeating: "x", count: RecordReader.rowLimit + 10)
    let found = try #require(try scratch.failure(text))
    #expect(found == (2, .rowTooLong(limit: RecordReader.rowLimit)))
  }

  @Test("Reading can be cancelled, and tells how far it is")
  func cancel() throws {
    let path = scratch.file(String(repeating: "1,2,3,0123456789012345678901234567890123456789\n", count: 200_000))
    let switchOff = Cancellation()
    let execution = Execution(
      threads: 1,
      progress: { event in
        if event.unit == "bytes", event.completed > 0, event.total == 9_400_000 { switchOff.cancel() }
      }, cancellation: switchOff)
    #expect(throws: Cancelled.self) { try Interactions.read(path: path, execution: execution) }
  }

  @Test("Numbers are read as the standard library reads them", arguments: [1, 2])
  func numbers(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func parse(_ text: String) -> Double? {
      unsafe Array(text.utf8).withUnsafeBufferPointer { unsafe $0.decimalNumber }
    }
    for _ in 0..<2000 {
      let scale = Int(random.next() % 12)
      let text = "\(Double(random.next() % 1_000_000_000_000) / pow(10, Double(scale)))"
      #expect(parse(text) == Double(text), "seed \(seed)")
    }
    for text in ["", ".", "-", "1.2.3", "1 ", " 1", "0x", "1,5", "--1", "e5", "\u{661}"] { #expect(parse(text) == nil) }
    for text in ["0", "-0.5", ".5", "5.", "1e3", "00012", "123456789012345678901234567890", "4.9406564584124654e-324"] {
      #expect(parse(text) == Double(text.hasSuffix(".") ? text + "0" : text.hasPrefix(".") ? "0" + text : text))
    }
  }
}
