import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTool

private let plain = Style(isOn: false)

@Suite("Showing an answer")
struct OutputTests {
  private var listing: Listing {
    var listing = Listing([
      .init("rank", "#"), .init("id", "Id"), .init("score", "Score"), .init("title", "Title", isFlexible: true),
    ])
    listing.append([.integer(1), .id(.number(3114)), .score(0.91234565), .text("Toy Story 2 (1999)")])
    listing.append([.integer(10), .id(.text("b\tc")), .score(-0.5), .missing])
    return listing
  }

  @Test("A terminal shows an aligned table")
  func table() {
    #expect(
      listing.table(width: 80, style: plain) == """
         #  Id      Score  Title
         1  3114   0.9123  Toy Story 2 (1999)
        10  b�c   -0.5000  -

        """)
  }

  @Test("The heading is bold where there is colour")
  func bold() {
    let table = listing.table(width: 80, style: Style(isOn: true))
    #expect(table.hasPrefix("\u{1B}[1m #  Id "))
    #expect(table.filter { $0 == "\u{1B}" }.count == 2)
  }

  @Test("Long titles give way so that every line fits", arguments: 30...60)
  func narrow(width: Int) {
    for line in listing.table(width: width, style: plain).split(separator: "\n") {
      #expect(String(line).terminalWidth <= width, "\(line)")
    }
  }

  @Test("A pipe gets tab-separated lines, in full, with tabs inside texts escaped")
  func tabs() {
    #expect(
      listing.tabSeparated
        == "rank\tid\tscore\ttitle\n1\t3114\t0.91234565\tToy Story 2 (1999)\n10\tb\\tc\t-0.5\t\n")
    #expect(Cell.text("a\\b\n\r").field == "a\\\\b\\n\\r")
  }

  @Test("JSON has one object a row, numbers in full, and no key for what is missing")
  func json() {
    #expect(
      listing.objects.map(\.text) == [
        #"{"id":3114,"rank":1,"score":0.91234565,"title":"Toy Story 2 (1999)"}"#,
        #"{"id":"b\tc","rank":10,"score":-0.5}"#,
      ])
  }

  @Test("An id that JSON readers would round is written as text")
  func wideID() {
    #expect(Cell.id(.number(UInt64.max)) == .text("18446744073709551615"))
    #expect(Cell.id(.number((1 << 53) + 1)) == .text("9007199254740993"))
    #expect(Cell.id(.number(1 << 53)) == .integer(1 << 53))
  }

  @Test("A score is written as the shortest number that reads back the same", arguments: 0..<100)
  func scores(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let score = Float(random.normal())
    #expect(Float(Cell.score(score).field) == score, "seed \(seed)")
    #expect(Cell.score(score).field == "\(score)" || score == score.rounded(), "seed \(seed)")
  }

  @Test("Facts are aligned under headings, one a line on a pipe, one object in JSON")
  func facts() {
    var facts = Facts()
    facts.add("kind", "Kind", .text("embeddings"))
    facts.begin("Items")
    facts.add("items", "Count", .integer(9724))
    facts.add("titles", "Titles", .missing)
    #expect(facts.page(style: plain) == "Kind   embeddings\n\nItems\nCount  9724\n")
    #expect(facts.tabSeparated == "kind\tembeddings\nitems\t9724\n")
    #expect(JSONValue.object(facts.object).text == #"{"items":9724,"kind":"embeddings"}"#)
  }
}

@Suite("The width of text")
struct TextWidthTests {
  @Test(
    "Wide characters take two columns, marks none",
    arguments: [
      ("", 0), ("abc", 3), ("Amélie", 6), ("Ame\u{301}lie", 6), ("千と千尋", 8), ("한국", 4), ("🎬", 2), ("❤️", 2), ("…", 1),
    ])
  func width(text: String, columns: Int) {
    #expect(text.terminalWidth == columns)
  }

  @Test("A text is cut to fit, never through a character", arguments: ["Toy Story", "千と千尋の神隠し", "a🎬b🎬c"])
  func truncation(text: String) {
    for width in 1...12 {
      let cut = text.truncated(toWidth: width)
      #expect(cut.terminalWidth <= width)
      #expect(cut == text || cut.hasSuffix("…"))
      #expect(cut.padded(toWidth: width).terminalWidth == width)
    }
  }

  @Test("What commands a terminal is made harmless, letters of every script are kept")
  func printable() {
    #expect("\u{1B}[31mred\u{9B}\u{202E}\n".printable == "\u{FFFD}[31mred\u{FFFD}\u{FFFD}\u{FFFD}")
    #expect("Амели 千と千尋 🎬".printable == "Амели 千と千尋 🎬")
  }
}

@Suite("Numbers for people")
struct NumbersTests {
  @Test("Counts, sizes and times in few digits")
  func short() {
    #expect(
      [0, 7, 950, 9_300, 9_960, 118_000, 999_499, 999_500, 1_234_567].map { Numbers.compact($0) }
        == ["0", "7", "950", "9.3k", "10k", "118k", "999k", "1.0M", "1.2M"])
    #expect(Numbers.compact(0.25) == "0.3")
    #expect([0, 999, 1_000, 2_123_456].map(Numbers.bytes) == ["0 B", "999 B", "1.0 kB", "2.1 MB"])
    #expect(
      [0.00042, 0.153, 0.9996, 12.34, 59.96, 125, 3725].map(Numbers.duration)
        == ["420 µs", "153 ms", "1.0 s", "12.3 s", "1 min 0 s", "2 min 5 s", "1 h 2 min"])
    #expect([0, 7.2, 61, 3723].map(Numbers.clock) == ["0:00", "0:08", "1:01", "1:02:03"])
    #expect([0, 999, 1_000, -1_234_567].map(Numbers.grouped) == ["0", "999", "1,000", "-1,234,567"])
    #expect(Numbers.counted(1, "items") == "1 item")
    #expect(Numbers.counted(2_000, "items") == "2,000 items")
  }

  @Test("Fixed decimals are the nearest ones")
  func fixed() {
    #expect(Numbers.fixed(0.97125, decimals: 3) == "0.971")
    #expect(Numbers.fixed(0.9996, decimals: 3) == "1.000")
    #expect(Numbers.fixed(-0.00001, decimals: 2) == "0.00")
    #expect(Numbers.fixed(-1.5, decimals: 1) == "-1.5")
    #expect(Numbers.fixed(2.05, decimals: 0) == "2")
    #expect(Numbers.fixed(.infinity, decimals: 2) == "inf")
    #expect(Numbers.fixed(.nan, decimals: 2) == "nan")
  }
}
