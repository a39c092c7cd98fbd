import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Vectors of other programs that are no text, or hold more than vectors")
struct ForeignVectorTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func help(_ bytes: [UInt8], _ name: String) -> String { trouble(scratch, bytes, as: name)?.help ?? "" }

  @Test("Floats without a header are no text, whatever their bytes and names")
  func raw() {
    // Bytes of letters, commas and tabs among others that no text has.
    let floats = le([0.034_192_767, 1.359_747_5, 1.224_721_1, -0.510_307_1, -0.297_969_5, -0.527_384_2] as [Float])
    for name in ["v.bin", "v.f32", "tensors.bytes", "variables.data-00000-of-00001", "v.npy", "v.fbin"] {
      #expect(help(floats, name).contains("numpy.fromfile("), "\(name): \(help(floats, name))")
    }
    #expect(
      help(le([1, 2] as [Float]) + Array("a,b,c,d,e,f,g,h".utf8) + [0xC3, 0x28], "w.bin").contains("numpy.fromfile("))
    let swapped: [UInt8] = [0, 0, 0, 4] + [UInt8](repeating: 7, count: 16)
    #expect(help(swapped, "v.fvecs").contains("little-endian"))
  }

  @Test("Files of MATLAB, R, Avro, ORC, Excel and text in UTF-16 are known by their first bytes")
  func marks() {
    let cases: [(bytes: [UInt8], help: String)] = [
      (Array("MATLAB 5.0 MAT-file, Platform: GLNXA64".utf8), "scipy.io.loadmat"),
      (Array("RDX3\nX\n".utf8), "write.table"), ([0x58, 0x0A, 0, 0, 0, 3], "write.table"),
      (Array("Obj".utf8) + [1, 4], "fastavro"), (Array("ORC".utf8) + [8, 3], "read_orc"),
      ([0xFF, 0xFE] + Array("a b".utf8).flatMap { [$0, 0] }, "iconv -f utf-16"),
      (Array("\"a\",\"0.5\",\"1.5\"\n\"b\",\"2.5\",\"3.5\"\n".utf8), "tr -d '\"'"),
      (npy("{'descr': '|O', 'fortran_order': False, 'shape': (), }", Array("pickled!".utf8)), "allow_pickle=True"),
    ]
    for (bytes, words) in cases {
      #expect(help(bytes, "m.dat").contains(words), "\(words): \(help(bytes, "m.dat"))")
    }
  }

  @Test(
    "ids beside the only table of an archive are its ids; ids of another number are refused, and other widths are said")
  func archives() throws {
    let vectors = npy(npyHeader("<f4", "(2, 2)"), le([1, 2, 3, 4] as [Float]))
    let texts = npy(npyHeader("<U1", "(2,)"), le([97, 98] as [UInt32]))
    for name in ["ids", "IDs"] {
      let found = try scratch.imported(npz([("data", vectors), (name, texts)]), "m.npz")
      #expect(found.read.ids == .texts(["a", "b"]) && found.warnings == [], "\(found.warnings)")
    }
    let three = npy(npyHeader("<i8", "(3,)"), le([5, 6, 7] as [Int64]))
    let error = #expect(throws: VectorFileError.self) {
      try scratch.imported(npz([("item_factors", vectors), ("item_ids", three)]), "m.npz")
    }
    #expect(error?.description.contains("tensor 'item_ids': expected 2 ids, one per row, found 3") == true)
    let wide = npy(npyHeader("<f4", "(1, 3)"), le([1, 2, 3] as [Float]))
    let long = npy(npyHeader("<f4", "(3,)"), le([1, 2, 3] as [Float]))
    let left = try scratch.imported(
      npz([("item_factors", vectors), ("user_factors", wide), ("item_biases", long)]), "m.npz")
    #expect(
      left.warnings == ["items=item_factors users=none biases=none; left: user_factors (width 3), item_biases (3)"]
    )
  }

  @Test("Positions of neighbours are noted")
  func doubts() throws {
    let answers = try scratch.imported(le([2, 7, 8] as [Int32]) + le([2, 9, 1] as [Int32]), "gt.ivecs")
    #expect(answers.warnings.contains { $0.contains("answers of a benchmark") })
  }

  @Test("Text whose numbers stand in one field with a word, or as percentages, is called what it is")
  func glued() {
    for text in ["w0=0.5 0.25\nw1=-1.5 2.5\nw2=0.75 1\n", "w0:0.5 0.25\nw1:-1.5 2.5\n"] {
      #expect(help(Array(text.utf8), "v.txt").contains("put a space between: sed"), "\(text)")
    }
    #expect(help(Array("w0\t0.5,0.25\nw1\t1.5,2.5\n".utf8), "v.txt").contains("tr ',;|'"))
    #expect(help(Array("w0,5%,25%\nw1,15%,2%\n".utf8), "v.csv").contains("s/%//g"))
    #expect(help([0x78, 0x9C, 1, 2, 3], "m.joblib").contains("joblib.load"))
    #expect(help(Array("GGUF".utf8) + [3, 0, 0, 0], "m.gguf").contains("gguf.GGUFReader"))
    // Ids of times and of ratios are ids.
    #expect(trouble(scratch, Array("a:b 0.5 0.25\nc=d 1.5 2.5\n".utf8), as: "v.txt") == nil)
  }
}
