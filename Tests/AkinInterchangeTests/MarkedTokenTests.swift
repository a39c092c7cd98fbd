import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Tokens with marks, ids that are not read, and models of other programs")
struct MarkedTokenTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("Tokens that all end with a colon, stand in quotes or begin as lines of a list are noted; some of them are not")
  func tokens() throws {
    for (text, note) in [
      ("2 2\na: 1 2\nb: 3 4\n", "ends with a colon"), ("\"a\" 1 2\n\"b\" 3 4\n", "stands in double quotes"),
      ("2 2\n- a 1 2\n- b 3 4\n", "begins as a line of a list"),
      ("3 2\na -> 1 2\nb -> 3 4\nc -> 5 6\n", "ends with '->' behind a space"),
      ("2 2\n0 a 1 2\n1 b 3 4\n", "is a number and a word"), ("2 2\na\tx\t1\t2\nb\ty\t3\t4\n", "holds a tab"),
      ("the 10\nof 7\nand 3\n", "are these words and their counts?"),
    ] {
      let found = try scratch.imported(Array(text.utf8), "v.vec")
      #expect(found.warnings.count == 1 && found.warnings[0].contains(note), "\(text): \(found.warnings)")
    }
    for text in ["2 2\n: 1 2\nb: 3 4\n", "2 2\na: 1 2\nb 3 4\n", "2 2\n\" 1 2\n\"b\" 3 4\n", "2 2\n- 1 2\n* 3 4\n"] {
      #expect(try scratch.imported(Array(text.utf8), "v.vec").warnings == [], "\(text)")
    }
  }

  @Test("An archive with names or objects beside its vectors says how to take them as ids")
  func names() throws {
    let vectors = npy(npyHeader("<f4", "(2, 2)"), le([1, 2, 3, 4] as [Float]))
    let words = npy(npyHeader("<U1", "(2,)"), le([0x61, 0x62] as [UInt32]))
    let objects = npy("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", Array("pickled!".utf8))
    let named = try scratch.imported(npz([("vectors", vectors), ("names", words)]), "m.npz").warnings.first
    #expect(named?.contains("left: names; if names are the ids: numpy.save('ids.npy', numpy.load('") == true)
    #expect(named?.contains("['names']), and --ids ids.npy") == true)
    let held = try scratch.imported(npz([("vectors", vectors), ("ids", objects)]), "m.npz").warnings.first
    #expect(
      held?.contains("ids holds objects of Python") == true
        && held?.contains("allow_pickle=True)['ids'].astype('U')") == true)
    let taken = try scratch.imported(npz([("vectors", vectors), ("ids", words), ("names", words)]), "m.npz").warnings
      .first
    #expect(taken == "items=vectors users=none biases=none; left: names")
  }

  @Test("Models in ONNX, packed objects of R and text below other comments are known, with what helps")
  func foreign() throws {
    let onnx: [UInt8] = [0x08, 7, 0x12, 7] + Array("pytorch".utf8) + [0x1A, 3, 0x31, 0x2E, 0x39, 0x3A, 0x80]
    #expect(trouble(scratch, onnx, as: "m.bin")?.help?.contains("graph.initializer") == true)
    #expect(trouble(scratch, [8, 7, 0x12, 1, 0, 0, 0, 0, 0, 0], as: "m.onnx")?.help?.contains("onnx.load") == true)
    #expect(trouble(scratch, [0x1F, 0x8B, 8, 0], as: "m.RData")?.help?.contains("print(load('") == true)
    #expect(trouble(scratch, [0x1F, 0x8B, 8, 0], as: "m.vec.gz")?.help?.contains("gunzip") == true)
    for mark in [";", "//", "#"] {
      let error = trouble(scratch, Array("\(mark) made by x\na 1 2\nb 3 4\n".utf8), as: "v.txt")
      #expect(error?.help?.contains("grep -vE") == true, "\(mark): \(error?.help ?? "")")
    }
  }

  @Test(
    "Archives of an array for each vector, of objects or of three dimensions, empty lines and a glued comma have help of their own"
  )
  func advice() throws {
    let row = npy(npyHeader("<f4", "(2,)"), le([1, 2] as [Float]))
    let apart = trouble(scratch, npz([("a", row), ("b", row)]), as: "m.npz")
    #expect(apart?.help?.contains("numpy.stack([d[k] for k in d.files])") == true)
    let three = npz([("m", npy(npyHeader("<f4", "(1, 2, 1)"), le([1, 2] as [Float])))])
    #expect(trouble(scratch, three, as: "m.npz")?.help?.contains("reshape(-1, array.shape[-1])") == true)
    let objects = npz([("m", npy("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", Array("pickled!".utf8)))])
    #expect(trouble(scratch, objects, as: "m.npz")?.help?.contains("numpy.stack(array)") == true)
    #expect(
      trouble(scratch, Array("a 1 2\n\nb 3 4\n".utf8), as: "v.txt")?.help?.contains("grep -v '^[[:space:]]*$'") == true)
    let glued = trouble(scratch, Array("a,0.5 1 2\nb,0.25 3 4\n".utf8), as: "v.txt")
    #expect(glued?.help?.contains("s/^([^ ]*)[=:,]/") == true)
    #expect(
      trouble(scratch, Array("alpha 1 2\nbeta 1 2\ngamma 1\n".utf8), as: "v.txt")?.help?.contains(
        "equally many numbers") == true)
  }

  @Test(
    "Ids behind a colon or an arrow seem to be two columns; archives, documents and names above rows between spaces have help"
  )
  func columns() throws {
    for text in ["0: a\n1: b\n", "a -> 0\nb -> 1\n"] {
      let notices = Notices()
      _ = try IDFile.read(path: scratch.write(text, to: "i.txt"), execution: notices.execution)
      #expect(
        notices.warnings.contains { $0.contains("does the file have several columns?") }, "\(text): \(notices.warnings)"
      )
    }
    #expect(trouble(scratch, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4], as: "m.7z")?.help?.contains("7z x") == true)
    #expect(trouble(scratch, Array("%PDF-1.4\n".utf8), as: "m.pdf")?.help?.contains("as CSV") == true)
    for text in ["word d1 d2\na 0.5 1\nb 2 3\n", "\"V1\" \"V2\"\n\"a\" 0.5 1\n\"b\" 2 3\n"] {
      #expect(trouble(scratch, Array(text.utf8), as: "v.txt")?.help?.contains("tail -n +2") == true, "\(text)")
    }
  }
}
