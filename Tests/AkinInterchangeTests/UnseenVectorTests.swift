import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Vectors and ids as other programs write them")
struct UnseenVectorTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func error(_ text: String, _ name: String = "v.txt") -> VectorFileError? {
    trouble(scratch, Array(text.utf8), as: name)
  }

  @Test("The first line of word2vec may have a tab; a row of two numbers with a tab is a row")
  func tabbedHeader() throws {
    for text in ["2\t3\na\t1\t2\t3\nb\t4\t5\t6\n", "2\t3\na 1 2 3\nb 4 5 6\n"] {
      let read = try VectorFile.read(path: scratch.write(text, to: "v.vec"))
      #expect(
        read.format == .word2vec && read.ids == .texts(["a", "b"]) && rows(read.vectors) == [[1, 2, 3], [4, 5, 6]])
    }
    let pairs = try VectorFile.read(path: scratch.write("1\t2\n3\t4\n5\t6\n", to: "p.tsv"))
    #expect(pairs.format == .glove && rows(pairs.vectors) == [[2], [4], [6]])
    #expect(error("2 4\na 1.5 2.5\nb 3.5 4.5\n", "v.vec")?.help?.contains("rows, then components") == true)
  }

  @Test("An array of one dimension is one vector, and importing says so; more than two are refused with what helps")
  func dimensions() throws {
    let one = try scratch.imported(npy(npyHeader("<f4", "(3,)"), le([1, 2, 3] as [Float])), "v.npy")
    #expect(rows(one.read.vectors) == [[1, 2, 3]])
    #expect(one.warnings.first?.contains("one vector of 3 components") == true && one.warnings.count == 1)
    #expect(try scratch.imported(npy(npyHeader("<f4", "(1, 3)"), le([1, 2, 3] as [Float])), "v.npy").warnings == [])
    let three = trouble(scratch, npy(npyHeader("<f4", "(1, 2, 2)"), le([1, 2, 3, 4] as [Float])), as: "v.npy")
    #expect(three?.help?.contains("reshape(-1, array.shape[-1])") == true)
  }

  @Test("Members of an archive that are not read are named, and users alone are no items")
  func archives() throws {
    let vectors = npy(npyHeader("<f4", "(2, 2)"), le([1, 2, 3, 4] as [Float]))
    let objects = npy("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", Array("pickled!".utf8))
    let found = try scratch.imported(npz([("vectors", vectors), ("ids", objects)]), "m.npz")
    #expect(
      found.warnings.first?.hasPrefix("items=vectors users=none biases=none; left: ids; ids holds objects") == true)
    #expect(throws: VectorFileError.self) { try scratch.imported(npz([("user_factors", vectors)]), "u.npz") }
    let users = trouble(scratch, npz([("users", vectors)]), as: "q.npz")
    #expect(users == nil, "queries may be users")
    let both = try scratch.imported(
      npz([("embedding_user.weight", vectors), ("embedding_item.weight", vectors)]), "l.npz")
    #expect(both.read.users?.count == 2 && both.warnings == [])
  }

  @Test("Whole numbers between commas may be ids before components, which is said")
  func wholeNumbers() throws {
    #expect(
      try scratch.imported(Array("10,255,3\n11,2,3\n".utf8), "v.csv").warnings.first?.contains("taken as a component")
        == true)
    #expect(try scratch.imported(Array("1.5,255,3\n1,2,3\n".utf8), "v.csv").warnings == [])
  }

  @Test("A first line that counts from 0 above fractions may name columns, which is said")
  func countedLine() throws {
    #expect(
      try scratch.imported(Array("0,1,2\n0.5,1,2\n1.5,2,3\n".utf8), "v.csv").warnings.first?.contains("tail -n +2")
        == true)
    for text in ["0,1,3\n0.5,1,2\n", "0,1\n0.5,1\n", "0.0,1,2\n0.5,1,2\n"] {
      #expect(try scratch.imported(Array(text.utf8), "v.csv").warnings == [], "\(text)")
    }
  }

  @Test("Tables under numbers, vectors in braces, printed arrays: known, with lines that read them")
  func known() {
    for (text, format) in [
      ("id,0,1,2\na,0.5,1,2\nb,3,4,5\n", ForeignFormat.table), ("10\t{0.5,1.5}\n11\t{2,3}\n", .brackets),
      ("10,\"{0.5,1.5}\"\n", .brackets), ("[[ 0.1  0.2]\n [ 0.3  0.4]]\n", .printed),
      ("tensor([[0.1, 0.2]])\n", .printed),
      ("[[0.1, 0.2], [0.3, 0.4]]", .json),
    ] {
      #expect(error(text) == .foreignFormat(path: scratch["v.txt"], format), "\(text)")
    }
    let help = VectorFileError.foreignFormat(path: "v", .brackets).help
    #expect(help?.contains("re.findall(r'[[{]([-+0-9.eE, ]+)[]}]'") == true)
  }

  @Test("Ids: a word and a number in each line, archives and compressed files, and lines of one list")
  func ids() throws {
    let notices = Notices()
    func ids(_ bytes: [UInt8]) throws -> IDColumn {
      try IDFile.read(path: scratch.write(bytes, to: "i.txt"), expectedCount: 2, execution: notices.execution)
    }
    _ = try ids(Array("the 10\nof 7\n".utf8))
    #expect(notices.warnings.count == 1 && notices.warnings[0].contains("several columns"))
    _ = try ids(Array("New York\nSan Jose\n".utf8))
    #expect(notices.warnings.count == 1)
    #expect(throws: VectorFileError.foreignFormat(path: scratch["i.txt"], .gzip)) { try ids([0x1F, 0x8B, 8, 0, 1]) }
    #expect(throws: VectorFileError.self) { try ids([0x50, 0x4B, 3, 4, 0, 0]) }
    #expect(try ids(Array("PAR1\nBZh9\n".utf8)) == .texts(["PAR1", "BZh9"]))
    #expect(VectorFileError.wrongCount(path: "i", what: "ids", expected: 2, found: 1).help == "write one id a line")
    #expect(VectorFileError.badID(path: "i", place: .line(2), bytes: 0).help != nil)
  }
}
