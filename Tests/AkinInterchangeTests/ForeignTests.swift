import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Files of vectors that are refused with a way to get the vectors out")
struct ForeignTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func error(_ bytes: [UInt8], _ name: String) -> VectorFileError? {
    do {
      _ = try VectorFile.read(path: scratch.write(bytes, to: name))
      return nil
    } catch {
      return error as? VectorFileError
    }
  }

  @Test("Formats by their first bytes and their first line")
  func formats() throws {
    let torch = [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 26) + Array("archive/data.pkl".utf8)
    let cases: [(bytes: [UInt8], name: String, format: ForeignFormat, help: String)] = [
      (Array("BZh91AY".utf8), "v.npy.bz2", .bzip2, "bunzip2 -k"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "v.xz", .xz, "xz -dk"),
      (Array("SQLite format 3\u{0}".utf8), "v.db", .sqlite, "numpy.frombuffer"),
      (torch, "v.pt", .torch, "weights_only=True"),
      (le(Int32(793_712_314), 12, 100) + [0, 0], "m.bin", .fastText, "get_word_vector"),
      (Array("{\"a\": [0.1, 0.2]}".utf8), "v.json", .json, "numpy.save"),
      (Array("[[0.1, 0.2], [0.3, 0.4]]".utf8), "v.json", .json, "numpy.save"),
      (Array("[0.1, 0.2]\n[0.3, 0.4]\n".utf8), "v.jsonl", .json, "numpy.save"),
      (Array("id,text,embedding\n1,a,\"[0.1, 0.2]\"\n".utf8), "v.csv", .brackets, "numpy.fromstring"),
      (Array("1\t[-0.1,0.2]\n2\t[0.3,0.1]\n".utf8), "v.tsv", .brackets, "numpy.fromstring"),
      (Array("item_id,f0,f1\n10,0.1,0.2\n".utf8), "v.csv", .table, "id, x0, x1"),
      (Array("a,0.5,0.25\nb,1.5,2.25\n".utf8), "v.csv", .separated, "tr ',;|' ' '"),
      (Array("a | 0.5 | -1e-3\nb | 1 | 2\n".utf8), "v.txt", .separated, "tr ',;|' ' '"),
    ]
    for (bytes, name, format, help) in cases {
      let found = error(bytes, name)
      #expect(found == .foreignFormat(path: scratch[name], format), "\(name): \(found.map { "\($0)" } ?? "read")")
      #expect(found?.help?.contains(help) == true, "\(format)")
    }
  }

  @Test("Tokens that look like brackets are word vectors")
  func brackets() throws {
    for text in ["the 0.1 0.2\n[ 0.3 0.4\n] 0.5 0.6\n", "[ 0.1 0.2\nthe 0.3 0.4\n", "{ 0.1 0.2\n} 0.3 0.4\n"] {
      #expect(try VectorFile.read(path: scratch.write(text, to: "g.txt")).format == .glove, "\(text)")
    }
  }

  @Test("A whole number before fractions between commas may be an id: refused, unless the format is named")
  func idOrComponent() throws {
    let text = "10,0.5,0.25\n11,1.5,2.25\n"
    #expect("\(try #require(error(Array(text.utf8), "v.csv")))".contains("which may be an id or a component"))
    #expect(try VectorFile.read(path: scratch["v.csv"], options: .init(format: .matrix)).vectors.dimension == 3)
    // The help, followed.
    let spaced = String(text.map { $0 == "," ? " " : $0 })
    let read = try VectorFile.read(path: scratch.write(spaced, to: "vectors.txt"))
    #expect(read.ids == .numbers([10, 11]) && read.vectors.dimension == 2)
    // That of words, followed.
    let words = try VectorFile.read(path: scratch.write("a 0.5 0.25\nb 1.5 2.25\n", to: "vectors.txt"))
    #expect(words.ids == .texts(["a", "b"]) && words.vectors.dimension == 2)
    // Whole numbers alone, and fractions first, are components.
    for (text, dimension) in [("1,2,3\n4,5,6\n", 3), ("0.5,1,2\n1,2,3\n", 3)] {
      #expect(try VectorFile.read(path: scratch.write(text, to: "w.csv")).vectors.dimension == dimension, "\(text)")
    }
  }

  @Test("Decimal commas are an error of their line", arguments: ["0,1;0,2\n0,4;0,5\n", "0,1\t-0,2\n0,4\t0,5\n"])
  func decimalCommas(text: String) throws {
    let path = scratch.write(text, to: "m.csv")
    let found = try #require(error(Array(text.utf8), "m.csv"))
    #expect(found == .notANumber(path: path, place: .line(1), found: "0,1", component: 0))
    #expect(found.help == "write decimal points: sed 's/,/./g'")
  }

  @Test(
    "Words with commas, semicolons and pipes are words where spaces or tabs separate",
    arguments: [", 0.5 0.25\n; 1.5 2.25\n", "a,b 0.5 0.25\nc 1 2\n", "a|\t0.5\t0.25\n|b\t1\t2\n", "a 1 2\nb, 3 4\n"])
  func punctuation(text: String) throws {
    let read = try VectorFile.read(path: scratch.write(text, to: "w.txt"))
    #expect(read.format == .glove && read.vectors.dimension == 2, "\(text)")
  }

  @Test("Numbers without a header are an unknown format, with the line of Python that gives them one")
  func headerless() throws {
    let found = try #require(error(le([0.5, -0.25, 1.5, 2, 3, 0.75] as [Float]), "v.bin"))
    #expect(found == .unknownFormat(path: scratch["v.bin"]))
    #expect(found.help?.contains("numpy.fromfile('\(scratch["v.bin"])', '<f4')") == true)
  }

  @Test("Archives without a table: a sparse matrix is named, compressed members beside others are said")
  func archives() throws {
    let one = npy(npyHeader("<f8", "(1,)"), le([(1 as Double).bitPattern]))
    let sparse = try #require(error(npz([("indices", one), ("indptr", one), ("data", one)]), "s.npz"))
    #expect("\(sparse)".contains("a sparse matrix of SciPy") && sparse.help?.contains("toarray()") == true)
    let none = try #require(error(npz([("a", one)]), "n.npz"))
    #expect("\(none)".contains("tensor 'a': akin does not read an array of 1 dimension"))
    #expect(none.help?.contains("reshape(-1, DIMENSION)") == true)
  }
}
