import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Vectors below numbers, in one field, or without ids of their own")
struct ShapeOfVectorsTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func error(_ text: String, _ name: String = "v.txt") -> VectorFileError? {
    trouble(scratch, Array(text.utf8), as: name)
  }

  private func format(_ error: VectorFileError?) -> ForeignFormat? {
    if case .foreignFormat(_, let format)? = error { format } else { nil }
  }

  @Test("One number alone above word vectors is left out; word2vec's header, and matrices, are read")
  func counted() throws {
    for text in ["3\na 0.5 1\nb 1.5 2\nc 2.5 3\n", "3\n2\na 0.5 1\nb 1.5 2\nc 2.5 3\n", "2\r\na 0.5\r\nb 1.5\r\n"] {
      let found = error(text)
      #expect(
        format(found) == .counted && found?.help?.contains("grep -E '[^[:space:]][[:space:]]+[^[:space:]]'") == true,
        "\(text): \(found as Any)")
    }
    for text in ["2 2\na 0.5 1\nb 1.5 2\n", "3 0.5 1\nb 1.5 2\n", "0.5 1\n1.5 2\n", "7 0.5\n8 1.5\n"] {
      #expect(error(text) == nil, "\(text)")
    }
  }

  @Test("Fields with decimal commas below names are no vectors in a field")
  func decimalCommas() {
    for text in ["id;x;y\na;0,5;1,0\nb;1,5;2,0\n", "id|x|y\na|0,5|1,0\n"] {
      #expect(format(error(text)) != .brackets, "\(text)")
    }
    #expect(format(error("id\tv\na\t0.5,1.0\nb\t1.5,2.0\n")) == .brackets)
  }

  @Test("A header between commas above vectors between commas is one of word vectors with other separators")
  func header() throws {
    let found = error("3,2\na,0.5,1\nb,1.5,2\nc,2.5,3\n", "v.vec")
    #expect(format(found) == .separated, "\(found as Any)")
    let read = try VectorFile.read(path: scratch.write("3 2\na 0.5 1\nb 1.5 2\nc 2.5 3\n", to: "w.vec"))
    #expect(read.format == .word2vec && read.vectors.count == 3)
    #expect(format(error("a 0.5, 1.0,\nb 1.5, 2.0,\n")) == .separated)
    for text in ["3,2\n4,5\n6,7\n", "3,2,1\n4,5,6\n"] {
      #expect(format(error(text, "m.csv")) == nil, "\(text)")
    }
  }

  @Test("Numbers between commas in the last of fields between semicolons or bars are vectors in one field")
  func oneField() {
    for mark in [";", "|", "\t"] {
      let found = error("id\(mark)vec\na\(mark)0.5,1.0\nb\(mark)1.5,2.0\n", "v.csv")
      #expect(format(found) == .brackets && found?.help?.contains("sep=';'") == true, "\(mark): \(found as Any)")
    }
    #expect(format(error("id;x;y\na;0.5;1.0\nb;1.5;2.0\n", "t.csv")) == .table)
  }

  @Test("A table named as the transposed side of a decomposition is noted, and one of another name is not")
  func transposed() throws {
    for (name, isNoted) in [("VT", true), ("vh", true), ("components_", true), ("vectors", false)] {
      let array = npy(npyHeader("<f4", "(2, 3)"), le([1, 2, 3, 4, 5, 6] as [Float]))
      let read = try scratch.imported(npz([(name, array)]), "m.npz")
      #expect(read.read.vectors.count == 2)
      #expect(read.warnings.contains { $0.contains("a column for each item") } == isNoted, "\(read.warnings)")
    }
  }

  @Test("What helps against empty lines, repeated numbers, and ids of the columns")
  func advice() throws {
    let empty = VectorFileError.badID(path: "i.txt", place: .line(5), bytes: 0)
    #expect(empty.help?.contains("grep -v '^[[:space:]]*$' i.txt") == true)
    let twice = error("0 1 0\n1 0 0\n0 0 1\n1 1 0\n")
    #expect(twice?.help?.contains("--format matrix") == true, "\(twice as Any)")
    let words = error("2 1\na 0.5\na 1.5\n")
    #expect(words?.help == nil, "\(words as Any)")
    for found in [4, 9] {
      let count = VectorFileError.wrongCount(path: "i.txt", what: "ids", expected: 3, found: found)
      #expect(count.help?.contains("array.T") == true)
    }
    let position = VectorFileError.malformed(
      path: "d.npy", place: .row(1), expected: "a position below 20, the number of items", found: "20")
    #expect(position.help?.contains("numpy.savetxt('ids.txt', numpy.load('d.npy'), fmt='%d')") == true)
  }
}
