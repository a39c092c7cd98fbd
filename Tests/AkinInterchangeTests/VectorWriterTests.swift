import AkinSupport
import AkinTestSupport
import AkinVectors
import Foundation
import Testing

@testable import AkinInterchange

/// Tables that are unlike each other: kinds of ids, titles that need escapes, biases, numbers at the ends of float32.
enum TableSample: String, CaseIterable {
  case plain, numbered, wideNumbers, texts, awkward, long, one

  func table(_ role: VectorTable.Role = .item) -> VectorTable {
    switch self {
    case .plain: VectorTable(role, vectors: vectors(40, 3), ids: .rowNumbers(count: 40))
    case .numbered:
      VectorTable(
        role, vectors: vectors(7, 16), ids: .numbers([9, 4, 0, 77, 3, 2, 1]),
        biases: (0..<7).map { Float($0) / 7 - 0.3 })
    case .wideNumbers:
      VectorTable(role, vectors: vectors(2, 17), ids: .numbers([.max, 1 << 63]), biases: [-0.0, 0x1p-149])
    case .texts:
      VectorTable(
        role, vectors: vectors(3, 5), ids: .texts(["a", "bé", "e\u{301}"]), titles: ["", "Heat (1995)", "七人の侍"])
    case .awkward:
      VectorTable(
        role, vectors: vectors(4, 1), ids: .texts(["x0", "01", "c,d", "e;f"]),
        biases: [.greatestFiniteMagnitude, 0, -1, 0.1],
        titles: ["tab\tand\\slash", "line\nbreak\r", "\u{7F}\u{85}\u{202E}", "\\t"])
    case .long:
      VectorTable(role, vectors: vectors(2_103, 33), ids: .numbers((0..<2_103).map { UInt64($0 * 3 + 1) }))
    case .one: VectorTable(role, vectors: vectors(1, 1), ids: .texts(["only"]), titles: ["One"])
    }
  }

  /// Numbers of every size, each with other last bits.
  private func vectors(_ count: Int, _ dimension: Int) -> EmbeddingMatrix {
    let edges: [Float] = [
      0, -0.0, 1, -1, 0.1, 0x1p-149, -.leastNormalMagnitude, .greatestFiniteMagnitude, 16_777_216, 1 / 3, 1e10, -2.5e-7,
    ]
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    return EmbeddingMatrix(
      uniformRows: (0..<count).map { row in
        (0..<dimension).map { component in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          let random = Float(bitPattern: UInt32(truncatingIfNeeded: state >> 32))
          let place = row * dimension + component
          return place < edges.count ? edges[place] : random.isFinite ? random : Float(place)
        }
      }, dimension: dimension)
  }
}

@Suite("Files for other programs")
struct VectorWriterTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func bits(_ matrix: EmbeddingMatrix) -> [[UInt32]] {
    (0..<matrix.count).map { matrix[Row($0)].map(\.bitPattern) }
  }

  /// The ids as texts; numbers and their texts are one id.
  private func names(_ ids: IDColumn?) -> [String]? {
    ids.map { ids in (0..<ids.count).map { ids[Row($0)].description } }
  }

  @Test(
    "Every format gives the vectors back bit for bit, and what it holds beside them", arguments: TableSample.allCases,
    VectorWriter.Format.allCases)
  func roundTrip(sample: TableSample, format: VectorWriter.Format) throws {
    let table = sample.table()
    let path = scratch["t." + format.rawValue]
    try VectorWriter.write([table], as: format, to: path, overwrite: false)
    var options = VectorFile.Options()
    (options.takesIDs, options.takesModel) = (true, true)
    let read = try VectorFile.read(path: path, options: options)
    #expect(read.format.rawValue == format.rawValue)
    #expect(bits(read.vectors) == bits(table.vectors))
    let hasTexts = if case .texts = table.ids { true } else { false }
    let hasRowNumbers = if case .rowNumbers = table.ids { true } else { false }
    switch format {
    case .npy, .matrix: #expect(read.ids == nil)
    case .safetensors: #expect(names(read.ids) == (hasTexts || hasRowNumbers ? nil : names(table.ids)))
    case .npz: #expect(names(read.ids) == (hasRowNumbers ? nil : names(table.ids)))
    case .tsv, .word2vec: #expect(names(read.ids) == names(table.ids))
    }
    let holdsAll = format == .npz || format == .tsv
    #expect(read.titles == (holdsAll ? table.titles : nil))
    #expect(
      read.itemBiases?.map(\.bitPattern)
        == (holdsAll || format == .safetensors ? table.biases?.map(\.bitPattern) : nil))
  }

  @Test("Items and users of one file come back as such", arguments: [VectorWriter.Format.npz, .safetensors])
  func model(format: VectorWriter.Format) throws {
    let (items, users) = (
      TableSample.numbered.table(),
      VectorTable(
        .user, vectors: TableSample.numbered.table().vectors, ids: .numbers([3, 1, 4, 15, 9, 2, 6]), biases: nil)
    )
    try VectorWriter.write([items, users], as: format, to: scratch["m"], overwrite: false)
    var options = VectorFile.Options(format: VectorFormat(rawValue: format.rawValue))
    (options.takesIDs, options.takesModel) = (true, true)
    let read = try VectorFile.read(path: scratch["m"], options: options)
    #expect(bits(read.vectors) == bits(items.vectors) && names(read.ids) == names(items.ids))
    #expect(read.users.map(bits) == bits(users.vectors) && names(read.userIDs) == names(users.ids))
    #expect(read.itemBiases == items.biases)
  }

  @Test("A file of ids, and metadata, give ids, titles and biases back", arguments: TableSample.allCases)
  func sideFiles(sample: TableSample) throws {
    let table = sample.table()
    let execution = Execution(threads: 2)
    for name in ["ids.txt", "ids.npy"] {
      try VectorWriter.prepareIDs(of: table, to: scratch[name], overwrite: false, execution: execution).commit()
      #expect(names(try IDFile.read(path: scratch[name])) == names(table.ids), "\(name)")
    }
    try VectorWriter.prepareMetadata(of: table, to: scratch["m.tsv"], overwrite: false, execution: execution).commit()
    let read = try MetadataFile.read(path: scratch["m.tsv"], expectedCount: table.count)
    #expect(names(read.ids) == names(table.ids))
    #expect(read.titles == table.titles)
    #expect(read.biases?.map(\.bitPattern) == table.biases?.map(\.bitPattern))
    #expect(throws: VectorFileError.self) {
      try MetadataFile.read(path: scratch["m.tsv"], expectedCount: table.count + 1)
    }
  }

  @Test("The bytes do not depend on threads")
  func threads() throws {
    for format in VectorWriter.Format.allCases {
      for threads in [1, 3] {
        try VectorWriter.write(
          [TableSample.long.table()], as: format, to: scratch["\(threads)"], overwrite: true,
          execution: Execution(threads: threads))
      }
      #expect(scratch.bytes("1") == scratch.bytes("3"), "\(format)")
    }
  }

  @Test("A table as text, byte by byte")
  func text() throws {
    let table = VectorTable(
      .item, vectors: EmbeddingMatrix(uniformRows: [[0.1, -2], [1e-9, 3]], dimension: 2), ids: .numbers([7, 8]),
      biases: [0.5, 0], titles: ["a\tb", ""])
    let wanted: [(VectorWriter.Format, String)] = [
      (.tsv, "id\ttitle\tbias\tx0\tx1\n7\ta\\tb\t0.5\t0.1\t-2.0\n8\t\t0.0\t1e-09\t3.0\n"),
      (.matrix, "0.1\t-2.0\n1e-09\t3.0\n"), (.word2vec, "2 2\n7 0.1 -2.0\n8 1e-09 3.0\n"),
    ]
    for (format, text) in wanted {
      try VectorWriter.write([table], as: format, to: scratch["t"], overwrite: true)
      #expect(String(decoding: scratch.bytes("t"), as: UTF8.self) == text)
    }
  }

  @Test("The checksum of zip archives is that of the standard, whatever the lengths")
  func checksum() {
    var known = CRC32()
    known.add(Array("123456789".utf8))
    #expect(known.value == 0xCBF4_3926)
    for count in 0..<40 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 5) }
      var (whole, pieces) = (CRC32(), CRC32())
      whole.add(bytes)
      for byte in bytes { pieces.add([byte]) }
      #expect(whole.value == pieces.value, "\(count)")
    }
  }

  @Test(
    "An id that a format would split is refused, and nothing is written",
    arguments: [("a b", true), ("a\u{A0}b", true), ("a\tb", true), ("a\nb", true), (" a", true), ("a-b", false)])
  func unwritable(id: String, isRefused: Bool) throws {
    let table = VectorTable(
      .item, vectors: EmbeddingMatrix(uniformRows: [[1], [2]], dimension: 1), ids: .texts(["ok", id]))
    let path = scratch["w.vec"]
    let error = ExportError.unwritableID(path: path, row: 1, id: id, format: "word2vec")
    if isRefused {
      #expect(throws: error) { try VectorWriter.write([table], as: .word2vec, to: path, overwrite: false) }
      #expect(scratch.names.isEmpty)
      #expect(
        "\(error)" == "\(path): word2vec ends an id at white space, found the id '\(id)' of row 1"
          && error.help == "write another format: --format tsv")
    } else {
      try VectorWriter.write([table], as: .word2vec, to: path, overwrite: false)
    }
  }

  @Test("An export that is cancelled leaves nothing behind", arguments: VectorWriter.Format.allCases)
  func cancelled(format: VectorWriter.Format) throws {
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(throws: Cancelled.self) {
      try VectorWriter.write(
        [TableSample.long.table()], as: format, to: scratch["x"], overwrite: false,
        execution: Execution(threads: 2, cancellation: cancellation))
    }
    #expect(scratch.names.isEmpty)
  }

  @Test(
    "A damaged table is refused with its line",
    arguments: [
      ("id\tx0\n1\n", "2: expected 2 fields as in line 1, found 1"),
      ("id\tx0\n1\t2\n1\t3\n", "3: expected each id once, found '1' as on line 2"),
      ("id\tx0\n1\tz\n", "2: component 0: expected a decimal number, found 'z'"),
      ("id\tx0\n1\t1e99\n", "2: component 0 is NaN, infinite or beyond float32; every component must be finite"),
      (
        "id\ttitle\tx0\n1\ta\\qb\t1\n",
        "2: expected the escapes \\t, \\n, \\r, \\\\ and \\x with two digits, found another one"
      ),
      ("title\tx0\na\t1\n", "1: akin does not read a table without the names of columns between tabs, with 'id'"),
      ("id\tid\tx0\n1\t1\t1\n", "1: expected the column 'id' once, found it twice"),
      ("id\tx0\tx2\n1\t1\t1\n", "1: expected the column 'x1', found 'x2'"),
      ("id\ttitle\n1\ta\n", "1: expected columns 'x0', 'x1', … with the vectors, found none"),
    ])
  func damaged(text: String, sentence: String) {
    let path = scratch.write(text, to: "t.tsv")
    var options = VectorFile.Options(format: .tsv)
    options.takesIDs = true
    do {
      _ = try VectorFile.read(path: path, options: options)
      Issue.record("\(text) was read")
    } catch {
      #expect("\(error)" == "\(path):\(sentence)")
    }
  }

  @Test("Columns that a reader does not know are left out")
  func furtherColumns() throws {
    let path = scratch.write("year\tid\tprice\tx0\tx1\n1995\ta\t2.5\t1\t2\n1996\tb\t\t3\t4\n", to: "t.tsv")
    let read = try VectorFile.read(path: path)
    #expect(read.format == .tsv && names(read.ids) == ["a", "b"] && read.vectors[Row(1)] == [3, 4])
  }
}
