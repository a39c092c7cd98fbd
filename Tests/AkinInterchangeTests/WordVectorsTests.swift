import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Word vectors")
struct WordVectorsTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  func read(_ text: String, format: VectorFormat? = nil) throws -> ImportedVectors {
    try VectorFile.read(path: scratch.write(text, to: "x.vec"), options: .init(format: format))
  }

  @Test("Spaces in tokens and after lines, tabs, CRLF, a byte order mark, empty lines at the end")
  func tolerated() throws {
    for text in [
      "2 2\nToy Story 2 0.5 -1\n. . . 1e-3 +2\n", "2 2\r\nToy Story 2 0.5 -1\r\n. . . 1e-3 +2\r\n",
      "\u{FEFF}2 2\nToy Story 2\t0.5\t-1 \n. . .\t.001  2. \n\n\n", "2 2\nToy Story 2 0.5 -1\n. . . 0.001 2",
    ] {
      let read = try read(text)
      #expect(read.format == .word2vec)
      #expect(read.ids == .texts(["Toy Story 2", ". . ."]))
      #expect(rows(read.vectors) == [[0.5, -1], [0.001, 2]])
    }
  }

  @Test("Tokens that are all numbers are numbers; one that is not makes all texts")
  func numbers() throws {
    #expect(try read("2 1\n10 0.5\n7 1\n").ids == .numbers([10, 7]))
    #expect(try read("3 1\n10 0.5\n7 1\nx 1\n").ids == .texts(["10", "7", "x"]))
    #expect(try read("10 0.5 0.5\n7 1 1\n").ids == .numbers([10, 7]))
    #expect(try read("0 5\n").vectors.count == 0)
  }

  @Test("A number above words is noted without a header, and a fraction below one")
  func numberAboveWords() throws {
    func warnings(_ text: String) throws -> [String] {
      let notices = Notices()
      _ = try VectorFile.read(path: scratch.write(text, to: "n.vec"), options: .init(), execution: notices.execution)
      return notices.warnings
    }
    let rows = "Dune 0.3 0.4\nEmma 0.5 0.6\n"
    #expect(try warnings("3 2\n1984 0.1 0.2\n" + rows) == [])
    for text in ["1984 0.1 0.2\n" + rows, "3 2\n0.5 0.1 0.2\n" + rows] {
      #expect(try warnings(text).first?.contains("a number, where all others are words") == true, "\(text)")
    }
  }

  @Test(
    "Wrong lines are named",
    arguments: [
      ("2 2\na 1 2\na 3 4\n", "x.vec:3: expected each id once, found 'a' as on line 2"),
      ("a 1 2\nb 1 2\na 3 4\n", "x.vec:3: expected each id once, found 'a' as on line 1"),
      ("2 2\na 1 2\nb 3\n", "x.vec:3: expected 2 components as in the first row, found 1"),
      (
        "2 2\na 1 2\n3 4.5\n",
        "x.vec:3: expected a token and 2 numbers, found 2 numbers: the token or a number is missing"
      ),
      ("2 2\na 1 2\nb 0.1 3 4\n", "x.vec:3: expected 2 components as in the first row, found 3"),
      ("2 2\na 1 2\nb 3 x\n", "x.vec:3: expected 2 components as in the first row, found 0"),
      (
        "2 2\na 1 2\nb 3 nan\n",
        "x.vec:3: component 1 is NaN, infinite or beyond float32; every component must be finite"
      ),
      (
        "2 2\na 1 2\nb 1e39 3\n",
        "x.vec:3: component 0 is NaN, infinite or beyond float32; every component must be finite"
      ),
      ("2 2\na 1 2\n     \nb 3 4\n", "x.vec:3: expected row 1 of 2, found no text"),
      ("2 2\na 1 200000000\n", "x.vec:3: expected row 1 of 2, found no text"),
      ("1 2\na 1 2\nb 3 4\n", "x.vec:3: expected the end after 1 rows, as the first line says, found more text"),
      ("9 2\na 1 2\nb 3 4\n", "x.vec: text of 9 rows × 2 dimensions needs 53 bytes, the file has 16"),
      ("4294967294 65536\na 1 2\n", nil), ("4294967295 1\na 1\n", nil), ("1 65537\na 1\n", nil), ("1 0\na\n", nil),
    ] as [(String, String?)])
  func wrong(text: String, expected: String?) throws {
    let path = scratch.write(text, to: "x.vec")
    let format: VectorFormat = text.hasPrefix("a") ? .glove : .word2vec
    let error = #expect(throws: VectorFileError.self) {
      _ = try VectorFile.read(path: path, options: .init(format: format))
    }
    if let expected {
      #expect(error?.description == "\(scratch.path)/\(expected)")
    }
  }

  @Test("Tokens that are not UTF-8, empty or too long are refused")
  func tokens() {
    let long = scratch.write("1 1\n\(String(repeating: "x", count: 1025)) 1\n", to: "x.vec")
    #expect(
      throws: VectorFileError.badID(path: long, place: .line(2), bytes: 1025)
    ) {
      _ = try VectorFile.read(path: long, options: .init(format: .word2vec))
    }
    let bytes = Array("1 1\n".utf8) + [0xFF, 0x20, 0x31, 10]
    let path = scratch.write(bytes, to: "x.vec")
    #expect(
      throws: VectorFileError.unsupported(
        path: path, place: .line(2), found: "an id that is not in UTF-8",
        advice: "convert the file: iconv -f latin1 -t utf-8 \(path) > utf8.txt")
    ) {
      _ = try VectorFile.read(path: path, options: .init(format: .word2vec))
    }
  }

  @Test("Many short lines behind a long one claim no memory")
  func amplified() {
    let first = "a" + String(repeating: " 1", count: 60_000) + "\n"
    let text = first + String(repeating: "b\n", count: 100_000)
    #expect(throws: VectorFileError.self) { try read(text, format: .glove) }
  }

  @Test("Many spaces in front of many numbers are stepped over once, not once a number")
  func spaces() {
    let line = String(repeating: " ", count: 200_000) + "a" + String(repeating: " 1", count: 60_000) + "\n"
    #expect(throws: VectorFileError.self) { try read(line) }
    #expect(throws: VectorFileError.self) { try read(line, format: .glove) }
  }

  @Test("Lines longer than the window and files of many windows")
  func long() throws {
    let dimension = 60_000
    let numbers = (0..<dimension).map { Float($0) * 0.125 - 77.3 }
    let text =
      "3 \(dimension)\n"
      + (0..<3).map { row in
        "t\(row) " + numbers.map { "\($0 + Float(row))" }.joined(separator: " ") + "\n"
      }.joined()
    let read = try read(text)
    #expect(rows(read.vectors) == (0..<3).map { row in numbers.map { $0 + Float(row) } })
  }

  @Test("Binary rows with and without newlines between them")
  func binary() throws {
    for end in [[], [10]] as [[UInt8]] {
      let bytes =
        Array("2 2\n".utf8) + Array("x ".utf8) + le([1, 2] as [Float]) + end + Array("y ".utf8)
        + le([3, 4] as [Float]) + end
      let read = try VectorFile.read(path: scratch.write(bytes, to: "x.bin"))
      #expect(read.format == .word2vecBinary)
      #expect(read.ids == .texts(["x", "y"]))
      #expect(rows(read.vectors) == [[1, 2], [3, 4]])
    }
    let twice = Array("2 1\nx ".utf8) + le([1] as [Float]) + Array("x ".utf8) + le([Float.nan])
    #expect(sentence(scratch, twice, as: "x.bin") == "x.bin: row 1: expected each id once, found 'x' as on row 0")
  }
}
