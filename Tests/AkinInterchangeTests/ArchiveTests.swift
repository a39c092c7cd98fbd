import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Foundation
import Synchronization
import Testing

@Suite("Archives of arrays, text ids, wide headers, and files of other libraries")
struct ArchiveTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func array(_ shape: String, _ floats: [Float]) -> [UInt8] { npy(npyHeader("<f4", shape), le(floats)) }

  private func model(_ bytes: [UInt8], as name: String, tensor: String? = nil, userTensor: String? = nil) throws -> (
    ImportedVectors, [Notice]
  ) {
    let notices = Mutex<[Notice]>([])
    var options = VectorFile.Options(tensor: tensor)
    options.takesModel = true
    options.userTensor = userTensor
    let read = try VectorFile.read(
      path: scratch.write(bytes, to: name), options: options,
      execution: Execution(threads: 1, notice: { notice in notices.withLock { $0.append(notice) } }))
    return (read, notices.withLock { $0 })
  }

  @Test("Factors as implicit saves them: users and items, and what is left is named")
  func npzModel() throws {
    let bytes = npz([
      ("user_factors", array("(3, 2)", [1, 2, 3, 4, 5, 6])), ("item_factors", array("(2, 2)", [7, 8, 9, 10])),
      ("item_biases", array("(2,)", [0.5, -1])), ("user_biases", array("(3,)", [1, 2, 3])),
      ("factors", npy(npyHeader("<i8", "()"), le([2] as [Int64]))),
    ])
    let (read, notices) = try model(bytes, as: "m.npz")
    #expect(rows(read.vectors) == [[7, 8], [9, 10]] && read.itemBiases == [0.5, -1] && read.format == .npz)
    #expect(read.users.map { rows($0) } == [[1, 2], [3, 4], [5, 6]])
    #expect(
      notices == [
        Notice(
          "\(scratch["m.npz"]): items=item_factors users=user_factors biases=item_biases; left: user_biases",
          isWarning: true)
      ])
    // Without the wish for a model, the items alone.
    let items = try VectorFile.read(path: scratch["m.npz"])
    #expect(items.users == nil && items.itemBiases == nil)
    let (chosen, _) = try model(bytes, as: "m.npz", tensor: "user_factors", userTensor: "item_factors")
    #expect(rows(chosen.vectors).count == 3 && chosen.users.map { rows($0) } == [[7, 8], [9, 10]])
  }

  @Test("Columns in Fortran order, one array alone, and names that are missing")
  func npzArrays() throws {
    let fortran = npy(npyHeader("<f4", "(2, 3)", fortran: "True"), le([1, 4, 2, 5, 3, 6] as [Float]))
    #expect(
      rows(try VectorFile.read(path: scratch.write(npz([("arr_0", fortran)]), to: "a.npz")).vectors) == [
        [1, 2, 3], [4, 5, 6],
      ])
    let two = npz([("a", array("(1, 1)", [1])), ("b", array("(1, 1)", [2]))])
    #expect(
      sentence(scratch, two, as: "a.npz") == "a.npz: expected one 2-D tensor, or one with a usual name, found 'a', 'b'")
    #expect(sentence(scratch, two, as: "a.npz", tensor: "c") == "a.npz: expected a tensor 'c', found 'a', 'b'")
    let packed = npz([("items", [1, 2, 3])], method: 12)
    #expect(
      sentence(scratch, packed, as: "a.npz")
        == "a.npz: tensor 'items': akin does not read members of a zip archive that are encrypted, or not packed by DEFLATE"
    )
    #expect(trouble(scratch, packed, as: "a.npz")?.help?.contains("numpy.savez('stored.npz'") == true)
  }

  @Test("safetensors with users and items gives both; users of another width are left, and named")
  func safetensorsModel() throws {
    func bytes(_ userShape: String) -> [UInt8] {
      let json =
        #"{"item_embedding.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"#
        + #""user_embedding.weight":{"dtype":"F32","shape":\#(userShape),"data_offsets":[16,32]},"#
        + #""item_bias.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[32,40]}}"#
      return safetensors(json, le([1, 2, 3, 4, 5, 6, 7, 8, 0.5, 1.5] as [Float]))
    }
    let (read, notices) = try model(bytes("[2,2]"), as: "m.safetensors")
    #expect(rows(read.vectors) == [[1, 2], [3, 4]] && read.users.map { rows($0) } == [[5, 6], [7, 8]])
    #expect(read.itemBiases == [0.5, 1.5] && notices.map(\.isWarning) == [false])
    let (narrow, warned) = try model(bytes("[4,1]"), as: "m.safetensors")
    #expect(narrow.users == nil && warned.first?.text.hasSuffix("left: user_embedding.weight (width 1)") == true)
    #expect(warned.first?.isWarning == true)
  }

  @Test("Users that all end with 1, as implicit's BPR saves biases, are a warning with the way to take them apart")
  func biasesAsComponents() throws {
    let users = ("user_factors", array("(2, 2)", [3, 1, 4, 1]))
    let factors = npz([("item_factors", array("(2, 2)", [7, 8, 9, 10])), users])
    let (read, notices) = try model(factors, as: "b.npz")
    #expect(rows(read.vectors) == [[7, 8], [9, 10]], "nothing is guessed")
    #expect(notices.contains { $0.isWarning && $0.text.contains("item_biases=items[:, -1]") }, "\(notices)")
    for items in [[7, 1, 9, 1], [7, 8, 9, 10]] as [[Float]] {
      let others = items[1] == 1 ? users : ("user_factors", array("(2, 2)", [3, 1, 4, 2]))
      let (_, quiet) = try model(npz([("item_factors", array("(2, 2)", items)), others]), as: "c.npz")
      #expect(!quiet.contains { $0.isWarning })
    }
  }

  @Test("Factors with a row for each component are refused, with the way to turn them")
  func transposed() throws {
    let (items, users) = (array("(2, 3)", [1, 2, 3, 4, 5, 6]), array("(2, 4)", [1, 2, 3, 4, 5, 6, 7, 8]))
    let factors = npz([("item_factors", items), ("user_factors", users)])
    let found = #expect(throws: VectorFileError.self) { try model(factors, as: "t.npz") }
    #expect(found.map { "\($0)" }?.hasSuffix("a row for each component (2 × 3, users 2 × 4)") == true)
    #expect(found?.help?.contains("array.T") == true)
    // As many users as items, and wider vectors of theirs: no components, users of another width.
    let (narrow, wide) = (array("(3, 1)", [1, 2, 3]), array("(3, 2)", [1, 2, 3, 4, 5, 6]))
    #expect(try model(npz([("item_factors", narrow), ("user_factors", wide)]), as: "w.npz").0.users == nil)
  }

  @Test("Damaged archives are errors, never worse", arguments: 1...3)
  func damaged(seed: UInt64) throws {
    let whole = npz([("items", array("(2, 2)", [1, 2, 3, 4])), ("users", array("(1, 2)", [5, 6]))])
    var random = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
      var options = VectorFile.Options(format: .npz)
      options.takesModel = true
      do {
        _ = try VectorFile.read(path: scratch.write(bytes, to: "d.npz"), options: options)
      } catch {
        #expect(error is VectorFileError, "seed \(seed)")
      }
    }
  }

  @Test("Ids as texts of NumPy, in code points and in bytes")
  func textIDs() throws {
    func read(_ descr: String, _ shape: String, _ data: [UInt8]) throws -> IDColumn {
      try IDFile.read(path: scratch.write(npy(npyHeader(descr, shape), data), to: "ids.npy"))
    }
    func wide(_ text: String, _ width: Int) -> [UInt8] {
      let values = text.unicodeScalars.map(\.value)
      return le(values + [UInt32](repeating: 0, count: width - values.count))
    }
    #expect(try read("<U4", "(3,)", wide("aé", 4) + wide("😀", 4) + wide("abcd", 4)) == .texts(["aé", "😀", "abcd"]))
    #expect(try read("<U3", "(2, 1)", wide("10", 3) + wide("7", 3)) == .numbers([10, 7]))
    #expect(try read("|S3", "(2,)", [97, 0, 0, 98, 99, 100]) == .texts(["a", "bcd"]))
    for (descr, data) in [
      ("<U1", le([0x11_0000] as [UInt32])), ("|S1", [0xFF]), ("<U2", le([0, 97] as [UInt32])),
      ("<U1", le([0] as [UInt32])),
    ] {
      #expect(throws: VectorFileError.self, "\(descr)") { try read(descr, "(1,)", data) }
    }
  }

  @Test("Ids that other programs write for nothing, padded ids, and a header are found")
  func idFiles() throws {
    func message(_ text: String, _ count: Int? = nil) -> VectorFileError? {
      #expect(throws: VectorFileError.self) {
        try IDFile.read(path: scratch.write(text, to: "ids.txt"), expectedCount: count)
      }
    }
    #expect(
      message("1\nNaN\n3\n")?.description.hasSuffix("ids.txt:2: expected a number as in other lines, found 'NaN'")
        == true)
    #expect(message("a\nb \nb\n")?.description.hasSuffix("ids.txt:2: expected no white space, found 'b '") == true)
    let notices = Mutex<[Notice]>([])
    let columns = scratch.write("a,Ann\nb,Bob\n", to: "ids.txt")
    _ = try IDFile.read(
      path: columns, execution: Execution(notice: { notice in notices.withLock { $0.append(notice) } }))
    #expect(
      notices.withLock { $0.map(\.text) } == ["\(columns): every id holds ',': does the file have several columns?"])
    for (text, note) in [
      ("a\tAnn\nb\tBob\n", "every id holds a tab: does the file have several columns?"),
      ("\"1\"\n\"b\"\n", "every id stands in double quotes, which belong to it; without: tr -d '\"'"),
    ] {
      notices.withLock { $0 = [] }
      let path = scratch.write(text, to: "ids.txt")
      _ = try IDFile.read(
        path: path, execution: Execution(notice: { notice in notices.withLock { $0.append(notice) } }))
      #expect(notices.withLock { $0.map(\.text) } == ["\(path): \(note)"])
    }
    #expect(
      message("item\na\nb\n", 2)?.help?.hasPrefix("if the first line names the column, remove it: tail -n +2 ") == true)
  }

  @Test("Headers of two uint64 are read where the size says so", arguments: [VectorFormat.fbin, .u8bin, .i8bin, .ibin])
  func wideHeaders(format: VectorFormat) throws {
    let sample = try #require(VectorSample.all.first { $0.format == format })
    let bytes = le([4, 3] as [UInt64]) + sample.bytes.dropFirst(8)
    let read = try VectorFile.read(path: scratch.write(bytes, to: "x.\(format.rawValue)"))
    #expect(rows(read.vectors) == VectorSample.rows)
    #expect(throws: VectorFileError.self) {
      try VectorFile.read(path: scratch.write(bytes + [0], to: "x.\(format.rawValue)"))
    }
  }

  @Test("Indexes of other libraries are named, with a way to get the vectors out")
  func foreign() throws {
    let hnswlib =
      le([0, 100, 3, 156, 148, 132] as [UInt64]) + [UInt8](repeating: 1, count: 600)
    let usearch = le([2, 8] as [UInt32]) + [UInt8](repeating: 1, count: 16) + Array("usearch".utf8) + [2, 0]
    for (bytes, name, library, call) in [
      (Array("IxF2".utf8) + [0, 0], "a.bin", "faiss", "reconstruct_n"),
      (Array("IHNf".utf8) + [1], "a.index", "faiss", "reconstruct_n"),
      (Array("VOYA".utf8) + [1], "a.voy", "Voyager", "get_vectors"), (hnswlib, "a.bin", "hnswlib", "get_ids_list"),
      (usearch, "a.x", "USearch", "Index.restore"), ([7, 0, 0, 0, 1], "a.ann", "Annoy", "get_item_vector"),
      ([0x80, 4, 0x95, 1], "m.pkl", "a pickle", "numpy.save"),
    ] as [([UInt8], String, String, String)] {
      let error = trouble(scratch, bytes, as: name)
      #expect(error?.description.contains(library) == true, "\(name): \(error?.description ?? "none")")
      #expect(error?.help?.contains(call) == true, "\(name)")
      #expect(error?.kind == .badInput)
    }
  }
}
