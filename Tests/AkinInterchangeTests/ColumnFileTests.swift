import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Files of ids and of numbers")
struct ColumnFileTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  func message(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch { return "\(error)".replacing(scratch.path + "/", with: "") }
  }

  func ids(_ text: String, _ count: Int? = nil) throws -> IDColumn {
    try IDFile.read(path: scratch.write(text, to: "ids.txt"), expectedCount: count)
  }

  @Test("Numbers when all are canonical, else texts; CRLF, a byte order mark, no newline at the end")
  func column() throws {
    #expect(try ids("3\n1\n18446744073709551615\n") == .numbers([3, 1, .max]))
    #expect(try ids("\u{FEFF}3\r\n1") == .numbers([3, 1]))
    #expect(try ids("3\n01\n") == .texts(["3", "01"]))
    #expect(try ids("a b\n é \n", 2) == .texts(["a b", " é "]))
    #expect(try ids("caf\u{E9}\ncafe\u{301}\n").count == 2)
    #expect(try ids("\u{FEFF}").count == 0)
  }

  @Test("What is refused, and where")
  func refused() {
    #expect(message { _ = try ids("a\nb\nc\nb\n") } == "ids.txt:4: expected each id once, found 'b' as on line 2")
    #expect(message { _ = try ids("1\n2\n2\n") } == "ids.txt:3: expected each id once, found '2' as on line 2")
    #expect(message { _ = try ids("1\n2\nx\n1\n") } == "ids.txt:4: expected each id once, found '1' as on line 1")
    #expect(message { _ = try ids("a\n\nb\n") } == "ids.txt:2: expected an id of 1 to 1024 bytes, found 0")
    #expect(message { _ = try ids("a\nb\n", 3) } == "ids.txt: expected 3 ids, one per row, found 2")
    #expect(message { _ = try ids("") } == "ids.txt: the file is empty")
  }

  @Test("Ids from whole numbers of any size, never from floats or negative ones")
  func arrays() throws {
    func read(_ descr: String, _ shape: String, _ data: [UInt8], _ count: Int? = nil) throws -> IDColumn {
      try IDFile.read(path: scratch.write(npy(npyHeader(descr, shape), data), to: "ids.npy"), expectedCount: count)
    }
    #expect(try read("<i8", "(2,)", le([5, .max] as [Int64])) == .numbers([5, UInt64(Int64.max)]))
    #expect(try read("<u8", "(2, 1)", le([5, .max] as [UInt64]), 2) == .numbers([5, .max]))
    #expect(try read("<i4", "(2,)", le([5, 6] as [Int32])) == .numbers([5, 6]))
    #expect(try read("|u1", "(2,)", [5, 250]) == .numbers([5, 250]))
    #expect(
      message { _ = try read("<i4", "(2,)", le([5, -6] as [Int32])) }
        == "ids.npy: row 1: expected an id of at least 0, found a negative number")
    let negative = VectorFileError.malformed(
      path: "ids.npy", place: .row(1), expected: "an id of at least 0", found: "a negative number")
    #expect(negative.help == "save ids as texts: numpy.save('ids.npy', ids.astype(str))")
    #expect(
      message { _ = try read("<i4", "(2,)", le([5, 5] as [Int32])) }
        == "ids.npy: row 1: expected each id once, found '5' as on row 0")
    #expect(
      message { _ = try read("<i4", "(2,)", le([5, 6] as [Int32]), 3) }
        == "ids.npy: expected 3 ids, one per row, found 2")
    #expect(
      message { _ = try read("<f4", "(1,)", le([5] as [Float])) }
        == "ids.npy: header: akin does not read an array of floats as ids")
    #expect(
      message { _ = try read("<i4", "(1, 2)", le([5, 6] as [Int32])) }?.contains("an array of one dimension") == true)
  }

  @Test("Biases")
  func floats() throws {
    func read(_ text: String, _ count: Int? = nil) throws -> [Float] {
      try FloatFile.read(path: scratch.write(text, to: "b.txt"), expectedCount: count)
    }
    #expect(try read("0.5\r\n -1 \n1e3", 3) == [0.5, -1, 1000])
    #expect(message { _ = try read("0.5\n\n") } == "b.txt:2: expected one number, found something else")
    #expect(message { _ = try read("0.5\n1 2\n") } == "b.txt:2: expected one number, found something else")
    #expect(message { _ = try read("0.5\n-inf\n") }?.hasPrefix("b.txt:2: component 0 is NaN") == true)
    #expect(message { _ = try read("0.5\n", 2) } == "b.txt: expected 2 biases, one per row, found 1")
    let array = scratch.write(npy(npyHeader("<f8", "(3,)"), le([1, 2, 0.5].map(\.bitPattern))), to: "b.npy")
    #expect(try FloatFile.read(path: array) == [1, 2, 0.5])
    let bad = scratch.write(npy(npyHeader("<f4", "(2,)"), le([1, .nan] as [Float])), to: "b.npy")
    #expect(throws: VectorFileError.notFinite(path: bad, place: .row(1), component: 0)) {
      _ = try FloatFile.read(path: bad)
    }
  }

  @Test("Rows by a truth value each, or by positions in any order")
  func rows() throws {
    func read(_ descr: String, _ shape: String, _ data: [UInt8], _ count: Int) throws -> RowSet {
      try RowSetFile.read(path: scratch.write(npy(npyHeader(descr, shape), data), to: "r.npy"), count: count)
    }
    #expect(try read("|b1", "(4,)", [1, 0, 0, 1], 4) == RowSet([Row(0), Row(3)], capacity: 4))
    #expect(try read("|b1", "(0,)", [], 0).count == 0)
    #expect(try read("<i8", "(3,)", le([3, 1, 3] as [Int64]), 4) == RowSet([Row(1), Row(3)], capacity: 4))
    #expect(try read("|u1", "(1,)", [0], 1) == RowSet([Row(0)], capacity: 1))
    #expect(
      message { _ = try read("|b1", "(4,)", [1, 0, 0, 1], 5) }
        == "r.npy: expected 5 truth values, one per row, found 4")
    #expect(
      message { _ = try read("|b1", "(3,)", [1, 0, 2], 3) }
        == "r.npy: row 2: expected a truth value, 0 or 1, found 2")
    #expect(
      message { _ = try read("<i8", "(2,)", le([3, 4] as [Int64]), 4) }
        == "r.npy: row 1: expected a position below 4, the number of items, found 4")
    #expect(
      message { _ = try read("<i8", "(1,)", le([-1] as [Int64]), 4) }
        == "r.npy: row 0: expected a position of at least 0, found a negative number")
    #expect(
      message { _ = try read("<f4", "(1,)", le([1] as [Float]), 4) }
        == "r.npy: header: akin does not read an array of floats as positions")
    // A number for each item that is 0 or 1 is no position.
    #expect(
      message { _ = try read("|u1", "(4,)", [1, 0, 0, 1], 4) }
        == "r.npy: header: akin does not read 0 or 1 for each item as positions")
    #expect(try read("|u1", "(4,)", [1, 0, 0, 1], 5) == RowSet([Row(0), Row(1)], capacity: 5))
    #expect(try read("|u1", "(2,)", [1, 0], 2) == RowSet([Row(0), Row(1)], capacity: 2))
    _ = scratch.write(npy(npyHeader("<f4", "(1,)"), le([1] as [Float])), to: "r.npy")
    // Truth values are neither ids nor numbers.
    #expect(
      message { _ = try IDFile.read(path: scratch["r.npy"]) }?.contains("an array of floats as ids") == true)
    _ = scratch.write(npy(npyHeader("|b1", "(1,)"), [1]), to: "r.npy")
    #expect(
      message { _ = try IDFile.read(path: scratch["r.npy"]) }
        == "r.npy: header: akin does not read dtype '|b1' as numbers")
    #expect(try RowSetFile.isArray(path: scratch["r.npy"]))
    #expect(try !RowSetFile.isArray(path: scratch.write("7\n", to: "r.txt")))
  }

  @Test("Damaged columns never trap")
  func damaged() {
    let samples: [[UInt8]] = [
      npy(npyHeader("<i8", "(3,)"), le([1, 2, 3] as [Int64])), npy(npyHeader("<f4", "(3,)"), le([1, 2, 3] as [Float])),
      npy(npyHeader("|b1", "(3,)"), [1, 0, 1]),
      Array("1\n2\n3.5\n".utf8),
    ]
    for sample in samples {
      for place in sample.indices {
        var damaged = [Array(sample[..<place])]
        for mask in [0x01, 0x80, 0xFF] as [UInt8] {
          damaged.append(sample)
          damaged[damaged.count - 1][place] ^= mask
        }
        for bytes in damaged {
          let path = scratch.write(bytes, to: "x")
          // Either reader accepts the bytes or throws its own error.
          do { _ = try IDFile.read(path: path) } catch { #expect(error is VectorFileError, "\(bytes)") }
          do { _ = try FloatFile.read(path: path) } catch { #expect(error is VectorFileError, "\(bytes)") }
          do { _ = try RowSetFile.read(path: path, count: 3) } catch { #expect(error is VectorFileError, "\(bytes)") }
        }
      }
    }
  }
}
