import AkinSupport
import AkinTestSupport
import AkinVectors
import Synchronization
import Testing

@testable import AkinTraining

@Suite("Attributes of a table of items")
struct AttributeReaderTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func read(
    _ text: String, _ format: ItemFormat = ItemFormat()
  ) throws -> (table: ItemTable, notices: [Notice]) {
    let notices = Collected()
    let execution = Execution(threads: 1, notice: { notice in notices.all.withLock { $0.append(notice) } })
    let table = try ItemTable.read(path: scratch.file(text), format: format, execution: execution)
    return (table, notices.all.withLock { $0 })
  }

  /// The attribute of a column of some fields, beside a column of ids.
  private func column(_ fields: [String], named name: String = "x") throws -> Attribute {
    let rows = fields.enumerated().map { "\($0 + 1),\($1)\n" }.joined()
    return try #require(try read("movieId,\(name)\n" + rows).table.attributes.first)
  }

  @Test("What a column holds follows from its fields")
  func kinds() throws {
    let day = 86_400.0
    #expect(try column(["true", "No", "", "YES", "false"]) == .flags("x", [true, false, nil, true, false]))
    #expect(try column(["1", "0", "1"]) == .numbers("x", [1, 0, 1]), "digits are numbers, not flags")
    #expect(try column(["1.5", "-2e3", "NA", " 7 "]) == .numbers("x", [1.5, -2000, nil, 7]))
    #expect(try column(["inf", "1"]) == .words("x", ["inf", "1"]), "an infinity is no number")
    #expect(try column(["1970-01-02", "1970-01-03T12:00Z"]) == .times("x", [day, 2.5 * day]))
    #expect(try column(["1970-01-02", "soon"]) == .words("x", ["1970-01-02", "soon"]))
    #expect(try column(["A|B", "C", "", "B| A |B"]) == .lists("x", [["A", "B"], ["C"], [], ["A", "B"]]))
    #expect(try column(["1|2", "3"]) == .lists("x", [["1", "2"], ["3"]]))
    #expect(try column(["Sony", "null", "12"]) == .words("x", ["Sony", nil, "12"]))
    #expect(try column(["", "NaN"]) == .words("x", [nil, nil]), "no fields")
    #expect(try column(["true", "1"]) == .words("x", ["true", "1"]))
  }

  @Test(
    "Dates in another order, and numbers with points between thousands, are words, which is said",
    arguments: [
      (["01.02.2003", "31.12.2003"], "its dates are not like 2026-11-21, but like '01.02.2003'"),
      (["9/16/2006", "9/1/04"], "its dates are not like 2026-11-21, but like '9/16/2006'"),
      (["2006/09/16", ""], "its dates are not like 2026-11-21, but like '2006/09/16'"),
      (["\"1.299,00\"", "\"9,99\"", "5"], "its numbers have commas, signs or units, like '1.299,00'"),
    ])
  func otherSpellings(fields: [String], note: String) throws {
    let rows = fields.enumerated().map { "\($0 + 1),\($1)\n" }.joined()
    let (table, notices) = try read("movieId,x\n" + rows)
    #expect(table.attributes.first?.kind == .word)
    #expect(
      notices.contains { $0.isWarning && $0.text.contains("column x is kept as words, since \(note)") }, "\(notices)")
  }

  @Test(
    "Versions, fractions and parts of words are no dates", arguments: ["1.2.3", "10.0", "1/2", "12-34", "1.2.2003a"])
  func noDates(field: String) throws {
    #expect(!(try read("movieId,x\n1,\(field)\n")).notices.contains { $0.text.contains("dates") })
  }

  @Test("White space around a title is none of it, and without a header years are no titles where words follow")
  func titles() throws {
    let (padded, _) = try read("movieId, title, x\n1, Toy Story ,3\n2, Heat,4\n")
    #expect(padded.titles == ["Toy Story", "Heat"])
    let (years, notices) = try read("1,2003,Dinosaur Planet\n2,2004,Isle of Man\n")
    #expect(years.titles == ["Dinosaur Planet", "Isle of Man"] && years.categories == [[], []])
    #expect(
      notices.contains {
        $0.isWarning && $0.text.contains("title=column 3") && $0.text.contains("column 2 holds numbers")
      })
    #expect(try read("1,300\n2,1984\n").table.titles == ["300", "1984"])
    #expect(try read("1,300,1990\n2,1984,1991\n").table.titles == ["300", "1984"])
  }

  @Test("A column named as times holds Unix times, of any unit")
  func unixTimes() throws {
    for (unit, scale) in [("", 1.0), ("000", 1e3), ("000000", 1e6), ("000000000", 1e9)] {
      let fields = ["1000000000\(unit)", "", "1500000000\(unit)"]
      #expect(try column(fields, named: "timestamp") == .times("timestamp", [1e9, nil, 1.5e9]))
      #expect(try column(fields, named: "x") == .numbers("x", [1e9 * scale, nil, 1.5e9 * scale]))
    }
    #expect(try column(["1995", "2003"], named: "date") == .numbers("date", [1995, 2003]))
  }

  @Test("Id, title and categories are no attributes; names are as the header has them")
  func roles() throws {
    let text = "movieId,title,genres,Release Year:float,\n1,One,A|B,1995,z\n2,Two,,2003,z\n"
    let (table, notices) = try read(text)
    #expect(table.attributes == [.numbers("Release Year", [1995, 2003])])
    #expect(table.categoriesName == "genres" && table.categories == [["A", "B"], []])
    #expect(notices.contains { $0.text.hasSuffix("attributes Release Year (numbers)") && !$0.isWarning })
    #expect(try read("1,One,A,5\n2,Two,B,6\n").table.attributes.isEmpty, "no header, no names")
    var format = ItemFormat()
    format.attributes = []
    #expect(try read(text, format).table.attributes.isEmpty)
    format.attributes = [.name("c"), .number(2), .number(1)]
    let chosen = try read("movieId,a,b,c\n1,5,6,7\n", format).table.attributes
    #expect(chosen == [.numbers("a", [5]), .numbers("c", [7])], "the column of ids is none")
    format.attributes = [.name("d")]
    #expect(throws: InteractionError.self) { try read("movieId,a\n1,5\n", format) }
  }

  @Test("Attributes follow the ids, and items without a row have none")
  func gathered() throws {
    let table = try read("movieId,year,tag\n3,1999,a|b\n1,,c\n20,2001,\n").table
    let columns = table.columns(for: .numbers([1, 2, 3, 20]))
    #expect(columns.attributes[0] == .numbers("year", [nil, nil, 1999, 2001]))
    #expect(columns.attributes[1] == .lists("tag", [["c"], [], ["a", "b"], []]))
  }

  @Test("What is not kept as it looks is said")
  func notices() throws {
    let numbers = (1...20).map { "\($0),\($0 == 7 ? "unknown" : "\($0)")\n" }.joined()
    let (table, notices) = try read("movieId,year\n" + numbers)
    #expect(table.attributes[0].kind == .word)
    let path = notices[0].text.prefix { $0 != ":" }
    #expect(
      notices.map(\.text).contains("\(path):8: column year is kept as words, since one of its numbers is 'unknown'"))
    let long = try read("movieId,a,b\n1,x,5\n2,\(String(repeating: "y", count: 1_025)),6\n")
    #expect(long.table.attributes.map(\.name) == ["b"])
    #expect(long.notices.contains { $0.isWarning && $0.text.contains(":3: column a is left out") })
    let twice = try read("movieId,b,b\n1,5,6\n")
    #expect(twice.table.attributes == [.numbers("b", [5])])
    #expect(twice.notices.contains { $0.isWarning && $0.text.contains("a column 'b' is left out") })
  }

  @Test("A field of another kind than the one that is asked is an error with its line")
  func asked() throws {
    var format = ItemFormat()
    format.attributeKinds = ["year": .number, "brand": .word, "sold": .flag]
    let table = try read("movieId,year,brand,sold\n1,5,12,1\n2,,7,0\n", format).table
    #expect(
      table.attributes == [.numbers("year", [5, nil]), .words("brand", ["12", "7"]), .flags("sold", [true, false])])
    let path = scratch.file("movieId,year\n1,1995\n2,soon\n")
    #expect(
      throws: InteractionError(path: path, line: 3, .badAttribute(column: "year", found: "soon", kind: .number))
    ) { try ItemTable.read(path: path, format: format) }
    let wide = scratch.file(
      "movieId" + (0..<1_024).map { ",c\($0)" }.joined() + "\n1" + String(repeating: ",5", count: 1_024) + "\n")
    #expect(try ItemTable.read(path: wide).attributes.map(\.name) == (0..<1_023).map { "c\($0)" })
  }
}

/// Notices, gathered.
private final class Collected: Sendable {
  let all = Mutex<[Notice]>([])
}
