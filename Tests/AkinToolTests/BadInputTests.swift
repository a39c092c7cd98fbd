import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTool

/// Each trouble that a user can bring along: its sentence, the next step, the exit code, and no half output.
@Suite("Bad input")
struct BadInputTests {
  private let world: SampleFiles
  private var scratch: Scratch { world.scratch }

  init() throws { world = try SampleFiles() }

  /// Runs a command that must fail so, and must leave no file.
  private func refuses(
    _ words: String..., code: Int32, says sentence: String, help: String? = nil,
    at location: SourceLocation = #_sourceLocation
  ) {
    let before = scratch.names
    let run = akin(words)
    let message = "akin: error: \(sentence)\n" + (help.map { "akin: help: \($0)\n" } ?? "")
    #expect(run.code == code && run.messages == message && run.output == "", "\(words)", sourceLocation: location)
    #expect(scratch.names == before, "\(words)", sourceLocation: location)
  }

  private var out: String { scratch["out"] }
  private var interactions: String { scratch["interactions.csv"] }

  @Test("A missing file")
  func missing() {
    let none = scratch["none"]
    refuses(
      "train", none, "-o", out, "-q", code: 4, says: "\(none): no such file", help: "check the path")
    refuses("import", none, "-o", out, "-q", code: 4, says: "\(none): no such file", help: "check the path")
    for words in [["index", none, "-o", out], ["related", none, "1"], ["info", none], ["verify", none]] {
      let run = akin(words)
      #expect(
        run.code == 4 && run.messages.hasSuffix("\(none): no such file\nakin: help: check the path\n"), "\(words)")
    }
    refuses(
      "recommend", world.idx, "--users", none, "1", code: 4, says: "\(none): no such file", help: "check the path")
    refuses(
      "demo", "--movielens", none, "--out", out, code: 4,
      says: "\(none)/ratings.csv: no such file", help: "check the path")
  }

  @Test("An empty file")
  func empty() {
    let empty = scratch.write("", to: "empty")
    refuses(
      "train", empty, "-o", out, "-q", code: 3, says: "\(empty): expected at least one row, found none",
      help: "a row is user,item or user,item,value, with a comma, tab or semicolon between")
    refuses("import", empty, "-o", out, "-q", code: 3, says: "\(empty): the file is empty")
    refuses("index", empty, "-o", out, "-q", code: 3, says: "\(empty): the file is empty")
    refuses("related", empty, "1", code: 3, says: "\(empty): the file is empty")
    refuses("query", world.idx, "--vectors", empty, "-o", out, "-q", code: 3, says: "\(empty): the file is empty")
  }

  @Test("Another kind of file, and another version of ours")
  func kinds() {
    refuses(
      "index", world.idx, "-o", out, "-q", code: 3,
      says: "\(world.idx): expected an embeddings file, found an index file",
      help: "give the .emb file that `akin train` or `akin import` wrote")
    refuses(
      "related", world.emb, "1", code: 3, says: "\(world.emb): expected an index file, found an embeddings file",
      help: "give the .idx file that `akin index` wrote, or make one from an embeddings file with `akin index`")
    refuses(
      "train", world.emb, "-o", out, "-q", code: 3,
      says: "\(world.emb): expected UTF-8 text, found one of Akin's own files",
      help: "give the file of interactions that it was made from")
    for (name, words) in [("x.emb", ["index", "-o", out, "-q"]), ("x.idx", ["related", "1"])] {
      let newer = scratch.write(scratch.bytes(name).with(UInt16(2), at: 12).sealed, to: "newer")
      let run = akin([words[0], newer] + words.dropFirst())
      #expect(run.code == 3)
      #expect(
        run.messages == "akin: error: \(newer): the file has format version 2.0; this Akin reads version 1\n"
          + "akin: help: use a newer Akin, or write the file again with this one\n")
    }
  }

  @Test("A file that was cut short")
  func truncated() {
    for (name, words) in [("x.emb", ["index", "-o", out, "-q"]), ("x.idx", ["related", "1"])] {
      let whole = scratch.bytes(name)
      let cut = scratch.write(Array(whole.prefix(5000)), to: "cut")
      let run = akin([words[0], cut] + words.dropFirst())
      #expect(run.code == 3)
      #expect(
        run.messages.hasPrefix("akin: error: \(cut): the file has 5000 of its \(whole.count) bytes; it ends before"))
      #expect(run.messages.hasSuffix("akin: help: copy the file again from where it was written\n"))
      #expect(akin("verify", cut, "-q").code == 1)
    }
    #expect(!scratch.names.contains("out"))
  }

  @Test("A ragged row, a value that is no finite number, an id too long: by line")
  func rows() {
    func row(_ row: String, _ sentence: String, help: String?, at location: SourceLocation = #_sourceLocation) {
      let path = scratch.write("user,item,value\n1,1,1\n\(row)\n", to: "rows.csv")
      refuses("train", path, "-o", out, "-q", code: 3, says: "\(path):3: \(sentence)", help: help, at: location)
    }
    row(
      "1,2", "expected 3 columns as in the first row, found 2",
      help: "complete the row, or leave it out: sed '3d' \(scratch["rows.csv"]) > new-rows.csv")
    row(
      "1,2,3,4", "expected 3 columns as in the first row, found 4",
      help: "put a field that holds the separator between double quotes")
    let choose =
      "leave the row out, choose the column that holds the value (--value-column), or say that there is none (--value none)"
    row("1,2,NaN", "expected a finite number, found 'NaN'", help: choose)
    row("1,2,1e99", "expected a finite number, found '1e99'", help: choose)
    row("1,2,0x10", "expected a number, found '0x10'", help: choose)
    row(
      "1,\(String(repeating: "x", count: 1025)),1",
      "expected an id of at most 1024 bytes in the item column, found one of 1025", help: nil)
    row(
      "1,1,2", "expected each user and item once, found user '1' with item '1' as on line 2",
      help: "sum such rows, or keep the last: --duplicates sum, --duplicates last")
  }

  @Test("Vectors that are not finite, or of another dimension")
  func vectors() throws {
    var row = [Float](repeating: 1, count: 8)
    row[3] = .infinity
    let bad = scratch["bad.npy"]
    try NpyWriter.write(EmbeddingMatrix(uniformRows: [row], dimension: 8), to: bad, overwrite: false)
    let sentence = "\(bad): row 0: component 3 is NaN, infinite or beyond float32; every component must be finite"
    let help = "leave such rows out, with their ids: array[numpy.isfinite(array).all(axis=1)], or write numbers"
    refuses("import", bad, "-o", out, "-q", code: 3, says: sentence, help: help)
    refuses("query", world.idx, "--vectors", bad, "-o", out, "-q", code: 3, says: sentence, help: help)
    let narrow = scratch["narrow.npy"]
    try NpyWriter.write(EmbeddingMatrix(uniformRows: [[1, 2]], dimension: 2), to: narrow, overwrite: false)
    refuses(
      "query", world.idx, "--vectors", narrow, "-o", out, "-q", code: 3,
      says: "the items have 8 dimensions, the query has 2",
      help: "query with vectors from the model that the items came from")
  }

  @Test("Ids that nobody has")
  func unknown() {
    refuses(
      "related", world.idx, "999999", code: 3, says: "no item has the id '999999', and no title holds it",
      help: "give an id, or a part of a title")
    refuses(
      "recommend", world.idx, "--users", world.emb, "nobody", code: 3, says: "no user has the id 'nobody'",
      help: "ids are written as in the interactions that were trained on")
  }

  @Test("Numbers without meaning, and numbers beyond all measure")
  func numbers() {
    for k in ["0", "-1", "4611686018427387904", "99999999999999999999"] {
      refuses(
        "related", world.idx, "1", "-k", k, code: 2, says: "-k must be a whole number from 1 to 1000000, found '\(k)'",
        help: "run 'akin related --help'")
    }
    refuses(
      "related", world.idx, "1", "--ef", "0", code: 2, says: "--ef must be a whole number from 1 to 1000000, found '0'",
      help: "run 'akin related --help'")
    refuses(
      "train", interactions, "-o", out, "--dimensions", "1000000000", code: 2,
      says: "--dimensions must be a whole number from 1 to 1024, found '1000000000'", help: "run 'akin train --help'")
    refuses(
      "train", interactions, "-o", out, "--threads", "-1", code: 2,
      says: "--threads must be a whole number from 0 to 1024, found '-1'", help: "run 'akin train --help'")
    refuses(
      "sample", "--out", out, "--users", "1000000000000", code: 2,
      says: "--users must be a whole number from 1 to 100000000, found '1000000000000'",
      help: "run 'akin sample --help'")
  }

  @Test("More threads than there is work, and more places than items, cost nothing but patience")
  func excess() throws {
    #expect(akin("train", interactions, "-o", out, "--threads", "1024", "--epochs", "1", "-q").code == 0)
    try NpyWriter.write(
      EmbeddingMatrix(uniformRows: [[Float](repeating: 1, count: 8)], dimension: 8), to: scratch["q.npy"],
      overwrite: false)
    let run = akin(
      "query", world.idx, "--vectors", scratch["q.npy"], "-o", scratch["a.npy"], "-k", "1000000", "--ef", "1000000",
      "-q")
    #expect(run.code == 0, "\(run.messages)")
    #expect(scratch.bytes("a.npy").count == 128 + 150 * 8)
  }

  @Test("An output that cannot be written is refused before the work; two of one name are refused")
  func outputs() throws {
    let deep = scratch["none/x"]
    for words in [
      ["train", interactions], ["import", scratch["none.npy"]], ["index", world.emb],
      ["query", world.idx, "--vectors", scratch["none.npy"]],
    ] {
      let run = akin(words + ["-o", deep])
      #expect(run.code == 4, "\(words)")
      #expect(
        run.messages == "akin: error: \(deep): there is no directory \(scratch["none"]) to write into\n"
          + "akin: help: create it first\n")
    }
    refuses(
      "index", world.emb, "-o", scratch.path, code: 4,
      says: "\(scratch.path): expected the name of a file to write, found a directory or a device",
      help: "choose another name")
    refuses(
      "index", world.emb, "-o", world.idx, code: 2, says: "\(world.idx): the file exists already",
      help: "use --force to replace it")
    refuses(
      "query", world.idx, "--vectors", out, "-o", out, "--scores", out, code: 2,
      says: "two outputs have the name '\(out)'", help: "run 'akin query --help'")
    if geteuid() != 0 {
      #expect(unsafe chmod(scratch.path, 0o500) == 0)
      defer { _ = unsafe chmod(scratch.path, 0o700) }
      refuses(
        "index", world.emb, "-o", out, code: 4, says: "\(out): no permission to write there",
        help: "write to a directory that you may write to")
    }
  }

  @Test("An index that was built from other embeddings")
  func otherEmbeddings() {
    let other = scratch["other.emb"]
    #expect(akin("train", interactions, "-o", other, "--epochs", "1", "-q").code == 0)
    refuses(
      "recommend", world.idx, "--users", other, "1", code: 3,
      says: "\(world.idx) was built from other embeddings than \(other)",
      help: "build the index again: akin index \(other) -o \(world.idx) --force")
  }
}
