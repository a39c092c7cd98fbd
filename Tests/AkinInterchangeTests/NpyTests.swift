import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("NumPy's array files")
struct NpyTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }
  let data = le([1, 2, 3, 4, 5, 6] as [Float])

  func read(_ bytes: [UInt8]) throws -> [[Float]] {
    rows(try VectorFile.read(path: scratch.write(bytes, to: "x.npy")).vectors)
  }

  @Test("Versions 1, 2 and 3; any order, quotes, spaces; the data at any byte", arguments: [1, 2, 3] as [UInt8])
  func variants(version: UInt8) throws {
    let headers = [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
      "{'shape':(2,3),'fortran_order':False,'descr':'<f4'}",
      "{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (2L, 3L)}   ",
      "  {  'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 2 , 3 , ) , }  ",
    ]
    for header in headers {
      for padding in 0..<8 {
        let bytes = npy(header + String(repeating: " ", count: padding), data, version: version)
        #expect(try read(bytes) == [[1, 2, 3], [4, 5, 6]], "\(header)")
      }
    }
  }

  @Test("Fortran's order is transposed; one dimension is one vector; no rows are no rows")
  func shapes() throws {
    #expect(try read(npy(npyHeader("<f4", "(2, 3)", fortran: "True"), data)) == [[1, 3, 5], [2, 4, 6]])
    #expect(try read(npy(npyHeader("<f4", "(6,)"), data)) == [[1, 2, 3, 4, 5, 6]])
    #expect(try read(npy(npyHeader("<f4", "(0, 3)"), [])) == [])
  }

  @Test("Big-endian arrays are read as little-endian ones: numbers in both orders, ids, texts and archives")
  func bigEndian() throws {
    func swapped(_ bytes: [UInt8], _ size: Int) -> [UInt8] {
      stride(from: 0, to: bytes.count, by: size).flatMap { bytes[$0..<$0 + size].reversed() }
    }
    let doubles = le([1.5, -2, 3, 4, 5, 6].map { ($0 as Double).bitPattern })
    for fortran in ["True", "False"] {
      let expected = try read(npy(npyHeader("<f4", "(2, 3)", fortran: fortran), data))
      #expect(try read(npy(npyHeader(">f4", "(2, 3)", fortran: fortran), swapped(data, 4))) == expected)
    }
    #expect(try read(npy(npyHeader(">f8", "(2, 3)"), swapped(doubles, 8))) == [[1.5, -2, 3], [4, 5, 6]])
    #expect(try read(npy(npyHeader(">i2", "(1, 2)"), swapped(le([-300, 7] as [Int16]), 2))) == [[-300, 7]])
    #expect(try read(npy(npyHeader(">u1", "(1, 2)"), [3, 7])) == [[3, 7]])
    let ids = swapped(le([5, 70_000, 1 << 40] as [Int64]), 8)
    #expect(
      try IDFile.read(path: scratch.write(npy(npyHeader(">i8", "(3,)"), ids), to: "i.npy"))
        == .numbers([5, 70_000, 1 << 40]))
    let texts = swapped(le([0x61, 0x1F600, 0x62, 0] as [UInt32]), 4)
    #expect(
      try IDFile.read(path: scratch.write(npy(npyHeader(">U2", "(2,)"), texts), to: "t.npy")) == .texts(["a😀", "b"]))
    let archive = npz([
      ("item_factors", npy(npyHeader(">f4", "(2, 3)"), swapped(data, 4))),
      ("item_ids", npy(npyHeader(">i8", "(2,)"), swapped(le([9, 8] as [Int64]), 8))),
      ("item_biases", npy(npyHeader(">f4", "(2,)"), swapped(le([0.5, 2] as [Float]), 4))),
    ])
    var options = VectorFile.Options()
    options.takesIDs = true
    options.takesModel = true
    let model = try VectorFile.read(path: scratch.write(archive, to: "m.npz"), options: options)
    #expect(
      rows(model.vectors) == [[1, 2, 3], [4, 5, 6]] && model.ids == .numbers([9, 8]) && model.itemBiases == [0.5, 2])
  }

  @Test(
    "Header attacks",
    arguments: [
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "a shape that fits the file"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 1), }", "a shape that fits the file"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (18446744073709551615, 1), }", "a shape that fits the file"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (18446744073709551616, 1), }", "a larger number"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 18446744073709551615), }", "of 4 bytes each"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }", "an integer of at least 0"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (2.0, 3), }", "expected ')'"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 1), }", "an array of 1 or 2 dimensions"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", "an array of 1 or 2 dimensions"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), }", "shape (2, 4) of 4 bytes each"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (6, 0), }", "shape (6, 0) of 4 bytes each"),
      ("{'descr': '<f4', 'fortran_order': False, 'fortran_order': False, 'shape': (2, 3), }", "each once"),
      ("{'descr': '<f4', 'shape': (2, 3), }", "found not all of them"),
      ("{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3), }", "expected True or False"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'x': 1}", "found 'x'"),
      ("{'descr': '<f4\\'', 'fortran_order': False, 'shape': (2, 3), }", "a plain string"),
      ("{'descr': \"<f4', 'fortran_order': False, 'shape': (2, 3), }", "plain string"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } x", "nothing after the last brace"),
      ("{{{{{{{{", "a string in quotes"),
      ("", "expected '{'"),
      ("{'descr': '>c8', 'fortran_order': False, 'shape': (2, 3), }", "akin does not read dtype '>c8'"),
      ("{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }", "akin does not read an object array"),
      (
        "{'descr': '<U1', 'fortran_order': False, 'shape': (2, 3), }", "akin does not read an array of texts as numbers"
      ),
      ("{'descr': '<U0', 'fortran_order': False, 'shape': (2, 3), }", "akin does not read dtype '<U0'"),
      ("{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (2, 3), }", "akin does not read dtype '<M8[ns]'"),
      ("{'descr': '<V2', 'fortran_order': False, 'shape': (2, 3), }", "akin does not read two bytes without a type"),
      ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }", "akin does not read a structured dtype"),
    ])
  func attacks(header: String, words: String) throws {
    let found = try #require(sentence(scratch, npy(header, data), as: "x.npy"))
    #expect(found.contains(words), "\(found)")
    #expect(found.hasPrefix("x.npy: "))
  }

  @Test("A header longer than the file or than any header")
  func headerLength() {
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8)
    #expect(
      sentence(scratch, start + [2, 0] + le(UInt32.max) + data, as: "x.npy")
        == "x.npy: header: expected a header of at most 24 bytes, found one of 4294967295")
    let long = npy(npyHeader("<f4", "(2, 3)") + String(repeating: " ", count: 1 << 20), data, version: 2)
    #expect(sentence(scratch, long, as: "x.npy")?.contains("at most 1048576 bytes") == true)
    #expect(
      sentence(scratch, start + [4, 0, 0, 0] + data, as: "x.npy")
        == "x.npy: header: expected version 1.0, 2.0 or 3.0, found 4.0")
    #expect(
      sentence(scratch, data, as: "x.npy") == "x.npy: header: expected the .npy magic 93 'NUMPY', found other bytes")
  }

  @Test("What is written is read back")
  func roundTrip() throws {
    let matrix = EmbeddingMatrix(uniformRows: [[1.5, -2], [0.1, .leastNonzeroMagnitude], [5, 6]], dimension: 2)
    try NpyWriter.write(matrix, to: scratch["m.npy"], overwrite: false)
    #expect(rows(try VectorFile.read(path: scratch["m.npy"]).vectors) == rows(matrix))
    try NpyWriter.write([1, -1, 3, 4], rows: 2, columns: 2, to: scratch["i.npy"], overwrite: false)
    #expect(rows(try VectorFile.read(path: scratch["i.npy"]).vectors) == [[1, -1], [3, 4]])
    try NpyWriter.write([0.5, 0.25] as [Float], to: scratch["b.npy"], overwrite: false)
    #expect(try FloatFile.read(path: scratch["b.npy"], expectedCount: 2) == [0.5, 0.25])
    try NpyWriter.write([7, 5] as [Int64], to: scratch["ids.npy"], overwrite: false)
    #expect(try IDFile.read(path: scratch["ids.npy"]) == .numbers([7, 5]))
    try NpyWriter.write([], rows: 0, columns: 3, to: scratch["e.npy"], overwrite: false)
    #expect(rows(try VectorFile.read(path: scratch["e.npy"]).vectors) == [])
  }

  @Test("The bytes are those of numpy.save (2.3)")
  func bytes() throws {
    try NpyWriter.write([1, -1], rows: 1, columns: 2, to: scratch["i.npy"], overwrite: false)
    let text = "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 2), }"
    let header = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(text.utf8)
    let filled = header + [UInt8](repeating: 32, count: 127 - header.count) + [10]
    #expect(scratch.bytes("i.npy") == filled + le([1, -1] as [Int64]))
  }

  @Test("Rows of answers: −1 where there are fewer; never over a file that is there")
  func answers() throws {
    var table = NeighborTable(queryCount: 2, k: 3)
    table[0] = [Neighbor(row: Row(7), score: 2), Neighbor(row: Row(3), score: 1)]
    try NpyWriter.write(table, to: scratch["a.npy"], overwrite: false)
    #expect(rows(try VectorFile.read(path: scratch["a.npy"]).vectors) == [[7, 3, -1], [-1, -1, -1]])
    let before = scratch.bytes("a.npy")
    #expect(throws: OutputError.exists(path: scratch["a.npy"])) {
      try NpyWriter.write([1] as [Float], to: scratch["a.npy"], overwrite: false)
    }
    #expect(scratch.bytes("a.npy") == before)
    try NpyWriter.write([1] as [Float], to: scratch["a.npy"], overwrite: true)
    #expect(scratch.bytes("a.npy") != before)
  }
}
