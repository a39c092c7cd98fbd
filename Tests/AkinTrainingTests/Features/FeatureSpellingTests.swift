import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTraining

@Suite("Features that are not what their fields look like")
struct FeatureSpellingTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The names of the features of one column, and the warnings.
  private func read(_ fields: [String]) throws -> (names: [String], warnings: [String]) {
    let notices = Notices()
    let path = scratch.file("id\tx\n" + fields.enumerated().map { "\($0)\t\($1)\n" }.joined())
    let table = try FeatureTable.read(path: path, execution: notices.execution)
    return (table.names, notices.warnings.map { String($0.dropFirst(path.utf8.count + 2)) })
  }

  @Test("Numbers that begin with zeros are codes, and words")
  func codes() throws {
    let (names, warnings) = try read(["007", "010", "123", "007"])
    #expect(names == ["x=007", "x=010", "x=123"])
    #expect(warnings == ["column x is taken as words, since its numbers begin with zeros, as codes do, like '007'"])
    for numbers in [["0.50", "0", "00"], ["01", "12"], ["-007.5", "2"]] {
      #expect(try read(numbers).names == ["x"], "\(numbers)")
    }
  }

  @Test("Words for nothing are as good as empty fields, of numbers and of words")
  func nothing() throws {
    let numbers = try read(["20", "NA", "", "\\N", "30"])
    #expect(numbers.names == ["x"])
    #expect(
      numbers.warnings == ["column x: 2 fields like 'NA', which other programs write for nothing, taken as empty"])
    #expect(try read(["doctor", "None", "null", "doctor"]).names == ["x=doctor"])
    #expect(try read(["", "", ""]).warnings == ["column x is empty"])
  }

  @Test("Space around a bar belongs to no word")
  func trimmed() throws {
    #expect(try read(["A | B", "B", "A|", " |B |"]) == (["x=A", "x=B"], []))
  }

  @Test("Words that may be numbers, dates or lists are noted; names and ranges are not")
  func noted() throws {
    for (fields, part) in [
      (["$50", "$60", "$50"], "numbers with signs, units or commas, like '$50', are words"),
      (["1,250,000", "60,000", "60,000"], "numbers with signs, units or commas, like '1,250,000', are words"),
      (["2020-01-01", "2020-01-02", "2020-01-01"], "dates like '2020-01-01' are words"),
      (["20", "30", "unknown", "40"], "its numbers are words, since one field is 'unknown'"),
      (["A/B", "B", "A"], "fields like 'A/B' are one word each; several have | between them"),
      (["['A', 'B']", "['A']"], "fields like '['A', 'B']' are one word each"),
      (["A, B", "B"], "fields like 'A, B' are one word each"),
      (["a b", "b c", "c a"], "several have | between them: t = pandas.read_csv("),
      (["A;B", "B;C"], ".str.replace(';', '|', regex=False)"),
      (["a@x", "b@x", "c@x"], "no two rows share a word, so nothing can be learned from them"),
    ] {
      #expect(try read(fields).warnings.first?.contains(part) == true, "\(fields)")
    }
    for fields in [
      ["18-24", "25-34", "45+", "18-24"], ["F", "M"], ["S/M", "M", "S", "M/L", "S/M"], ["A|B, C", "D"],
      ["true", "false"],
    ] {
      #expect(try read(fields).warnings == [], "\(fields)")
    }
    #expect(
      FeatureError(path: "f", line: 2, .decimalComma(column: "x", found: "50,000")).help?.hasPrefix(
        "remove commas between thousands")
        == true)
  }
}
