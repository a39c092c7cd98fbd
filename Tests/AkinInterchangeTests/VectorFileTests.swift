import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Vectors made elsewhere arrive as they are")
struct VectorFileTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("Every format, named and found out", arguments: VectorSample.all)
  func everyFormat(sample: VectorSample) throws {
    let path = scratch.write(sample.bytes, to: sample.name)
    for format in [nil, sample.format] {
      let read = try VectorFile.read(path: path, options: .init(format: format))
      #expect(read.format == sample.format)
      #expect(rows(read.vectors) == VectorSample.rows)
      let tokens = sample.format == .word2vecBinary ? ["a", "bé", "c_d", "e"] : VectorSample.tokens
      let hasTokens = [.word2vec, .glove, .tsv, .word2vecBinary].contains(sample.format)
      #expect(read.ids == (hasTokens ? .texts(tokens) : nil))
    }
  }

  @Test(
    "What has a magic or is text is found out under any name",
    arguments: VectorSample.all.filter {
      [.npy, .safetensors, .word2vec, .glove, .tsv, .word2vecBinary].contains($0.format)
    })
  func anyName(sample: VectorSample) throws {
    for name in ["vectors", "vectors.data", "dir.ectory"] {
      let read = try VectorFile.read(path: scratch.write(sample.bytes, to: name))
      #expect(read.format == sample.format)
      #expect(rows(read.vectors) == VectorSample.rows)
    }
  }

  @Test("Every number type", arguments: [1, 3])
  func numberTypes(threads: Int) throws {
    let signed: [Int64] = [-3, 0, 7, 100, -128, 127]
    let small: [Int64] = [3, 0, 7, 100, 255, 128]
    func check(_ descr: String, _ data: [UInt8], _ expected: [Int64]) throws {
      let path = scratch.write(npy(npyHeader(descr, "(2, 3)"), data), to: "x.npy")
      let read = try VectorFile.read(path: path, execution: Execution(threads: threads))
      #expect(rows(read.vectors).flatMap(\.self) == expected.map { Float($0) }, "\(descr)")
    }
    try check("|i1", le(signed.map { Int8($0) }), signed)
    try check("<i2", le(signed.map { Int16($0) }), signed)
    try check("<i4", le(signed.map { Int32($0) }), signed)
    try check("<i8", le(signed), signed)
    try check("|u1", le(small.map { UInt8($0) }), small)
    try check("<u2", le(small.map { UInt16($0) }), small)
    try check("<u4", le(small.map { UInt32($0) }), small)
    try check("<u8", le(small.map { UInt64($0) }), small)
    try check("<f4", le(signed.map { Float($0) }), signed)
    try check("<f8", le(signed.map { Double($0).bitPattern }), signed)
    try check("<f2", le([0xC200, 0, 0x4700, 0x5640, 0xD800, 0x57F0] as [UInt16]), signed)
  }

  @Test("Tables larger than a chunk, at any thread count, in both orders", arguments: [1, 2, 5])
  func large(threads: Int) throws {
    let (count, dimension) = (20_000, 9)
    let value = { (row: Int, component: Int) in Float(row * dimension + component) }
    let byRows = (0..<count).flatMap { row in (0..<dimension).map { value(row, $0) } }
    let byColumns = (0..<dimension).flatMap { component in (0..<count).map { value($0, component) } }
    for (name, order, data) in [("c.npy", "False", byRows), ("f.npy", "True", byColumns)] {
      let header = npyHeader("<f4", "(\(count), \(dimension))", fortran: order)
      let path = scratch.write(npy(header, le(data)), to: name)
      let matrix = try VectorFile.read(path: path, execution: Execution(threads: threads)).vectors
      #expect(matrix.count == count && matrix.dimension == dimension)
      for row in stride(from: 0, to: count, by: 379) {
        #expect(matrix[Row(row)] == (0..<dimension).map { value(row, $0) }, "row \(row) of \(name)")
      }
    }
  }

  @Test("The earliest NaN is named at any thread count", arguments: [1, 4])
  func notFinite(threads: Int) throws {
    var bytes = le([UInt32(300_000), 4]) + [UInt8](repeating: 0, count: 300_000 * 16)
    for component in [1_000_003, 600_001, 600_002] {
      bytes.replaceSubrange(
        (8 + component * 4)..<(12 + component * 4), with: le([component % 2 == 0 ? .infinity : .nan]))
    }
    let path = scratch.write(bytes, to: "x.fbin")
    #expect(throws: VectorFileError.notFinite(path: path, place: .row(150_000), component: 1)) {
      _ = try VectorFile.read(path: path, execution: Execution(threads: threads))
    }
  }

  @Test("A float64 beyond float32 and a whole number that is not exact are refused")
  func notExact() {
    let huge = npy(npyHeader("<f8", "(1, 2)"), le([1.0, 1e39].map(\.bitPattern)))
    #expect(
      sentence(scratch, huge, as: "x.npy")
        == "x.npy: row 0: component 1 is NaN, infinite or beyond float32; every component must be finite")
    let odd = npy(npyHeader("<i8", "(1, 2)"), le([16_777_216, 16_777_217] as [Int64]))
    #expect(
      sentence(scratch, odd, as: "x.npy")
        == "x.npy: row 0: component 1 is an integer beyond 2^24 that float32 cannot represent")
    let most = npy(npyHeader("<u8", "(1, 1)"), le([UInt64.max]))
    #expect(trouble(scratch, most, as: "x.npy") != nil)
  }

  @Test("Cancelled before it starts, reading stops")
  func cancelled() {
    let cancellation = Cancellation()
    cancellation.cancel()
    for sample in VectorSample.all {
      let path = scratch.write(sample.bytes, to: sample.name)
      #expect(throws: Cancelled.self) {
        _ = try VectorFile.read(path: path, execution: Execution(threads: 1, cancellation: cancellation))
      }
    }
  }

  @Test("Missing, empty, not a file, unknown, known elsewhere")
  func notThere() throws {
    let missing = scratch["none.npy"]
    let error = #expect(throws: VectorFileError.self) { _ = try VectorFile.read(path: missing) }
    #expect(error == .io(path: missing, call: "open", errno: ENOENT))
    #expect(error?.kind == .io)
    #expect(error?.description == "\(missing): no such file")
    #expect(trouble(scratch, [], as: "x.npy") == .empty(path: scratch["x.npy"]))
    for path in [scratch.path, "/dev/zero"] {
      #expect(throws: VectorFileError.notRegular(path: path)) { _ = try VectorFile.read(path: path) }
    }
    #expect(
      sentence(scratch, [1, 2, 3], as: "x.data")
        == "x.data: expected one of npy, fvecs, bvecs, ivecs, fbin, u8bin, i8bin, ibin, safetensors, word2vec, glove, "
        + "word2vec-bin, matrix, tsv, npz, found none of them")
    let npz = sentence(scratch, Array("PK\u{3}\u{4}....".utf8), as: "x.npz")
    #expect(npz == "x.npz: expected the end of a zip archive, found none: the file was cut short")
    #expect(
      sentence(scratch, Array("a,b,c\n1,2,3\n".utf8), as: "x.csv")
        == "x.csv: akin does not read a table with such names of columns")
  }
}
