import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Synchronization
import Testing

@Suite("Matrices as text, and text that is not binary")
struct TextMatrixTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func read(_ text: String, hasIDs: Bool = false, format: VectorFormat? = nil) throws -> ImportedVectors {
    var options = VectorFile.Options(format: format)
    options.hasIDs = hasIDs
    return try VectorFile.read(path: scratch.write(text, to: "m.txt"), options: options)
  }

  @Test(
    "Lines of numbers alone are rows without ids, if a first one is no whole number",
    arguments: [
      "1.5 -2 3e-1\n0.25 4 5\n", "1.5\t-2\t0.3\n0.25\t4\t5\n", "1.5,-2,0.3\n0.25,4,5\n", "1.5, -2, 0.3\n0.25, 4, 5\n",
      "1.5;-2;0.3\r\n0.25;4;5", "# saved\n 1.500e+00 -2 3.000e-01\n\n 2.5e-01 4 5\n", "\u{FEFF}1.5 -2 0.3\n0.25 4 5",
    ])
  func spellings(text: String) throws {
    let read = try read(text)
    #expect(read.format == .matrix && read.ids == nil)
    #expect(rows(read.vectors) == [[1.5, -2, 0.3], [0.25, 4, 5]])
    #expect(rows(try self.read(text, format: .matrix).vectors) == [[1.5, -2, 0.3], [0.25, 4, 5]])
  }

  @Test("Whole numbers in front are ids, unless ids come from elsewhere or the format is given")
  func wholeNumbers() throws {
    let text = "10 0.5 1\n7 1 2\n"
    #expect(try read(text).ids == .numbers([10, 7]))
    #expect(try read(text, hasIDs: true).format == .matrix)
    #expect(rows(try read(text, format: .matrix).vectors) == [[10, 0.5, 1], [7, 1, 2]])
    #expect(rows(try read("1,0\n0,1\n").vectors) == [[1, 0], [0, 1]])
    let notices = Mutex<[Notice]>([])
    let path = scratch.write(text, to: "m.txt")
    _ = try VectorFile.read(
      path: path, execution: Execution(notice: { notice in notices.withLock { $0.append(notice) } }))
    #expect(notices.withLock { $0.first?.text.contains("--format matrix") } == true)
    // Words are no matrix, and lines of unlike lengths are an error of one.
    #expect(try read("a 0.5 1\nb 1 2\n", hasIDs: true).format == .glove)
    #expect(throws: VectorFileError.self) { try read("0.5 1\n0.5 1 2\n") }
  }

  @Test(
    "A field that is no decimal number is named with its line",
    arguments: [
      ("1.5 2\n0,5 1\n", "m.txt:2: component 0: expected a decimal number, found '0,5'"),
      ("1,5 2,5\n0,5 1,5\n", "m.txt:1: component 0: expected a decimal number, found '1,5'"),
      ("1,5;2,5\n", "m.txt:1: component 0: expected a decimal number, found '1,5'"),
      ("1.5 2\n1 0x1p3\n", "m.txt:2: component 1: expected a decimal number, found '0x1p3'"),
      ("1.5,2\n1,,\n", "m.txt:2: component 1: expected a decimal number, found ''"),
      ("1.5 2\n1 2 3\n", "m.txt:2: expected 2 components as in the first row, found 3"),
      ("1.5 2\n1 inf\n", "m.txt:2: component 1 is NaN, infinite or beyond float32; every component must be finite"),
      ("1.5 2\n1 \u{1}2\n", "m.txt:2: expected text, found the control character 1"),
    ])
  func wrong(text: String, sentence: String) {
    let error = #expect(throws: VectorFileError.self) { try read(text, format: .matrix) }
    #expect(error?.description.hasSuffix("/" + sentence) == true, "\(error?.description ?? "none")")
  }

  @Test(
    "Text behind a line of two numbers is never taken as binary",
    arguments: [
      ("2 2\na 1,0 2,0\nb 3,0 4,0\n", "2: component 1: expected a decimal number, found '2,0'"),
      ("2 2\na 0x1p3 2\nb 3.0 4.0\n", "2: component 0: expected a decimal number, found '0x1p3'"),
      (
        "2 2\n1.5 2.5\nb 3.0 4.0\n",
        "2: expected a token and 2 numbers, found 2 numbers: the token or a number is missing"
      ),
      ("2 2\na 1.0\nb 3.0 4.0\n", "2: expected 2 components as in the first row, found 1"),
      ("2 2\na one two\nb 3.0 4.0\n", "2: expected 2 components as in the first row, found 0"),
      ("2 2\n  1.0 2.0\nb 3.0 4.0\n", "2: expected an id of 1 to 1024 bytes, found 0"),
    ])
  func notBinary(text: String, sentence: String) {
    let error = #expect(throws: VectorFileError.self) { try read(text) }
    #expect(error?.description.hasSuffix("m.txt:" + sentence) == true, "\(error?.description ?? "none")")
  }

  @Test("What is written is what is read", arguments: 1...3)
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for separator in [" ", "\t", ",", ", ", ";"] {
      let matrix = (0..<40).map { _ in (0..<7).map { _ in Float.random(in: -3...3, using: &random) } }
      let text = matrix.map { $0.map { "\($0)" }.joined(separator: separator) }.joined(separator: "\n")
      #expect(rows(try read(text).vectors) == matrix, "seed \(seed) '\(separator)'")
    }
  }
}
