import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Files that are no rows of text")
struct ForeignContentTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func zip(_ name: String) -> [UInt8] {
    [0x50, 0x4B, 3, 4] + [UInt8](repeating: 20, count: 26) + Array(name.utf8)
  }

  @Test("Formats by their first bytes, in every reader of tables")
  func marks() throws {
    let cases: [(bytes: [UInt8], content: ForeignContent, help: String)] = [
      (Array("BZh91AY&SY".utf8), .bzip2, "bunzip2 -c"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], .xz, "xz -dc"),
      (Array("SQLite format 3\u{0}".utf8), .sqlite, "sqlite3 -csv -header"),
      (Array("ARROW1\u{0}\u{0}".utf8), .arrow, "read_feather"), ([0x89, 0x48, 0x44, 0x46, 13], .hdf5, "read_hdf"),
      ([0x80, 4, 0x95, 1], .pickle, "if you trust it"), (zip("[Content_Types].xml"), .excel, "read_excel"),
      (zip("indices.npy"), .numpyArchive, "load_npz"), (zip("ratings.csv"), .zip, "unzip -p"),
      (Array("%%MatrixMarket matrix coordinate real general\n%\n2 2 1\n1 1 5\n".utf8), .matrixMarket, "mmread"),
      (zip("docProps/app.xml"), .excel, "read_excel"),
      (zip("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"), .excel, "read_excel"),
    ]
    for (bytes, content, help) in cases {
      let path = scratch.file(bytes)
      let error = InteractionError(path: path, .notText(found: content))
      #expect(throws: error) { try Interactions.read(path: path) }
      #expect(throws: error) { try ItemTable.read(path: path) }
      #expect(throws: error) { try FeatureTable.read(path: path) }
      #expect(error.help?.contains(help) == true && "\(error)".contains(content.rawValue), "\(content)")
    }
  }

  @Test("JSON and dictionaries of Python are known by their first bytes, behind a byte order mark, too")
  func structured() throws {
    for (text, content) in [
      ("{\"user\": 1, \"item\": 2}\n{\"user\": 1, \"item\": 3}\n", ForeignContent.json),
      ("\u{FEFF}[\n  {\"user\": 1}]", .json), ("[[1, 2], [1, 3]]", .json),
      ("{'reviewerID': 'A', 'asin': 'B'}\n", .dictionaries), ("{1: [10, 11]}", .dictionaries),
    ] {
      for read in [{ try Interactions.read(path: $0) as Any }, { try ItemTable.read(path: $0) }] {
        do {
          _ = try read(scratch.file(text))
          Issue.record("\(text)")
        } catch {
          guard case .notText(content, _)? = (error as? InteractionError)?.problem else {
            Issue.record("\(text): \(error)")
            continue
          }
        }
      }
    }
  }

  @Test("Ids with brackets and braces are text")
  func brackets() throws {
    for text in ["[a],1\n[a],2\n", "{x},1\n{x},2\n", "[1],2\n[1],3\n", "(1),2\n(1),3\n"] {
      #expect(try scratch.read(text).count == 2, "\(text)")
    }
  }

  @Test("Comments at the beginning are refused with the line that leaves them out; such ids and headers are read")
  func comments() throws {
    for (text, mark) in [
      ("% bip weighted\n1 1 5\n1 2 3\n", "%"), ("# Directed graph\n# From To\n0\t11342\n0\t82\n", "#"),
      ("# a,b\n1,2\n1,3\n", "#"),
    ] {
      let found = try #require(try scratch.failure(text))
      #expect(found == (1, .comments(mark: mark)), "\(text)")
      #expect(
        InteractionError(path: "x", line: 1, found.1).help?.contains("grep -v '^\(mark)' x > rows.csv") == true)
    }
    // The first character of a header, of all ids, and of data by choice.
    #expect(try scratch.read("#user\titem\n1\t2\n1\t3\n").count == 2)
    #expect(try scratch.read("#a,i1\n#b,i1\n#a,i2\n").count == 3)
    var format = InteractionFormat()
    format.header = .absent
    #expect(try scratch.read("#a,i1\nb,i1\n", format).count == 2)
  }

  @Test("Excel's line of the separator is refused by name", arguments: ["sep=;", "sep=,", "SEP=\t", "sep=|"])
  func separatorLine(line: String) throws {
    let mark = String(line.last ?? ";")
    let rows = [["user", "item", "rating"], ["1", "10", "5"], ["1", "11", "3"]].map { $0.joined(separator: mark) }
    let found = try #require(try scratch.failure(([line] + rows).joined(separator: "\n")))
    #expect(found == (1, .separatorLine))
  }

  @Test("A space behind each separator: the help names both, and both are read")
  func spaces() throws {
    let text = "user, item, rating\n1, 10, 5\n1, 11, 4\n"
    let found = try #require(try scratch.failure(text))
    #expect(found == (2, .notANumber(found: " 5")))
    #expect(InteractionError(path: "x", line: 2, found.1).help?.contains("--delimiter ', '") == true)
    var format = InteractionFormat()
    format.text.separator = FieldSeparator(", ")
    let read = try scratch.read(text, format)
    #expect(read.itemIDs == .numbers([10, 11]) && read.byUser.values == [5, 4])
  }

  @Test("Seconds and milliseconds in one column are a warning; one unit is none")
  func units() throws {
    for (times, warns) in [
      ([1_500_000_000, 1_500_000_000_500], true), ([1_500_000_000, 1_600_000_000], false),
      ([1_500_000_000_000, 1_600_000_000_000], false), ([1, 5_000], false),
    ] {
      let notices = Notices()
      var format = InteractionFormat()
      format.readsTimes = true
      let path = scratch.file("user,item,timestamp\n1,10,\(times[0])\n1,11,\(times[1])\n")
      _ = try Interactions.read(path: path, format: format, execution: notices.execution)
      #expect(notices.warnings.contains { $0.contains("different units") } == warns, "\(times)")
    }
  }

  @Test("An unusual separator of one file is found in others, where their first lines hold it equally often")
  func otherSeparator() throws {
    var format = ItemFormat()
    format.text.otherSeparator = FieldSeparator("^")
    let titles = ["Film, the 1", "Film, the 2"]
    let carets = scratch.file("id^title\n1^\(titles[0])\n2^\(titles[1])\n")
    #expect(try ItemTable.read(path: carets, format: format).titles == titles)
    let tabs = scratch.file("id\ttitle\n1\t^a^\n2\tb\n")
    #expect(try ItemTable.read(path: tabs, format: format).titles == ["^a^", "b"])
  }
}
