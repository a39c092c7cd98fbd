import AkinFiles
import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinTraining
import AkinVectors
import Testing

@testable import AkinTool

@Suite("import, info, verify")
struct FileVerbTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let rows: [[Float]] = [[1, 0, 2], [0, 3, 0], [0, 0, 0], [1, 1, 1]]
    try NpyWriter.write(EmbeddingMatrix(uniformRows: rows, dimension: 3), to: scratch["items.npy"], overwrite: false)
    try NpyWriter.write(
      EmbeddingMatrix(uniformRows: Array(rows.prefix(2)), dimension: 3), to: scratch["users.npy"], overwrite: false)
    try NpyWriter.write(
      EmbeddingMatrix(uniformRows: [[1, 2]], dimension: 2), to: scratch["narrow.npy"], overwrite: false)
  }

  @Test("Vectors, ids, biases and users become one file that holds them all")
  func importAll() throws {
    let run = akin(
      "import", scratch["items.npy"], "--ids", scratch.write("a\nb\nc\nd\n", to: "ids.txt"), "--biases",
      scratch.write("0.5\n1\n-1\n0\n", to: "biases.txt"), "--users", scratch["users.npy"], "--metric", "innerProduct",
      "-o", scratch["x.emb"])
    #expect(run.code == 0 && run.output.isEmpty)
    #expect(run.messages.hasPrefix("wrote \(scratch["x.emb"]): 4 items, 2 users × 3, inner-product, "))
    let file = try EmbeddingFile(path: scratch["x.emb"])
    #expect(file.itemCount == 4 && file.userCount == 2 && file.dimension == 3)
    #expect(file.itemIDs.row(of: .text("c")) == Row(2))
    #expect(file.itemBiases?[Row(0)] == 0.5)
    #expect(file.items[Row(1)] == [0, 3, 0])
  }

  @Test("Queries to measure recall with: bad ones leave no index")
  func queries() throws {
    let world = try SampleFiles()
    let out = world.scratch["q.idx"]
    let narrow = akin("index", world.emb, "-o", out, "--queries", scratch["narrow.npy"], "-q")
    #expect(narrow.code == 3)
    #expect(narrow.messages.hasPrefix("akin: error: the items have 8 dimensions, the query has 2\n"))
    let missing = akin("index", world.emb, "-o", out, "--queries", scratch["none.npy"], "-q")
    #expect(missing.code == 4 && !world.scratch.names.contains("q.idx"))
    try NpyWriter.write(normalMatrix(rows: 50, dimension: 8, seed: 1), to: scratch["q.npy"], overwrite: false)
    #expect(akin("index", world.emb, "-o", out, "--queries", scratch["q.npy"], "-q").code == 0)
    #expect(akin("info", out, "--json").output.contains("given queries"))
    let asked = akin("recommend", out, "--users", world.emb, "1", "--recall", "0.9", "--json")
    #expect(asked.output.contains("\"recallBasis\":"), "\(asked.messages)")
  }

  @Test("What cannot be imported leaves no file and says why")
  func refusals() {
    let out = scratch["x.emb"]
    let items = scratch["items.npy"]
    let narrow = akin("import", items, "--users", scratch["narrow.npy"], "-o", out)
    #expect(narrow.code == 3)
    #expect(
      narrow.messages
        == "akin: error: \(scratch["narrow.npy"]): expected vectors of 3 components as in \(items), found 2\n"
        + "akin: help: use users and items of the same model\n")
    let lonely = akin("import", items, "--user-ids", items, "-o", out)
    #expect(lonely.code == 2)
    #expect(lonely.messages.hasPrefix("akin: error: --user-ids requires --users\n"))
    let few = akin("import", items, "--ids", scratch.write("a\nb\n", to: "few.txt"), "-o", out)
    #expect(few.code == 3)
    let missing = akin("import", scratch["missing.npy"], "-o", out)
    #expect(missing.code == 4)
    let nowhere = akin("import", items, "-o", scratch["no/where.emb"])
    #expect(nowhere.code == 4)
    #expect(scratch.names == ["few.txt", "items.npy", "narrow.npy", "users.npy"])
  }

  @Test("A file that exists is replaced only with --force")
  func force() {
    let words = ["import", scratch["items.npy"], "-o", scratch["x.emb"]]
    #expect(akin(words).code == 0)
    let before = scratch.bytes("x.emb")
    let again = akin(words + ["--metric", "euclidean"])
    #expect(again.code == 2)
    #expect(
      again.messages
        == "akin: error: \(scratch["x.emb"]): the file exists already\nakin: help: use --force to replace it\n")
    #expect(scratch.bytes("x.emb") == before)
    #expect(akin(words + ["--metric", "euclidean", "--force"]).code == 0)
    #expect(scratch.bytes("x.emb") != before)
  }

  @Test("--json answers on stdout with one object, and zero vectors under cosine are counted")
  func importJSON() {
    let run = akin("import", scratch["items.npy"], "--metric", "cosine", "-o", scratch["x.emb"], "--json")
    #expect(run.code == 0)
    #expect(run.messages == "akin: note: 1 zero vector, never returned by cosine\n")
    #expect(run.output.hasPrefix(#"{"bytes":"#) && run.output.hasSuffix("}\n"))
    for part in [#""dimension":3"#, #""items":4"#, #""metric":"cosine""#, #""schema":1"#, #""users":0"#] {
      #expect(run.output.contains(part))
    }
  }

  @Test("info says the same on a terminal, on a pipe and in JSON")
  func info() {
    _ = akin("import", scratch["items.npy"], "-o", scratch["x.emb"])
    let pipe = akin("info", scratch["x.emb"])
    #expect(pipe.code == 0)
    #expect(pipe.output.contains("items\t4\n") && pipe.output.contains("metric\tinner-product\n"))
    #expect(pipe.output.contains("provenance.made\timport\n"))
    let json = akin("info", scratch["x.emb"], "--json")
    #expect(json.output.contains(#""provenance":{"format":"npy","made":"import"}"#))
    #expect(json.output.contains(#"{"bytes":256,"count":4,"name":"IVEC","offset":4096}"#))
    let terminal = akin("info", scratch["x.emb"], terminal: Terminal(width: 80, hasColour: false))
    #expect(terminal.output.contains("\nVectors\n") && terminal.output.contains("IVEC         4    256   4,096\n"))
  }

  @Test("verify exits with 0 for a sound file, 1 for a damaged one, 3 for a foreign one, 4 for none")
  func verify() {
    _ = akin("import", scratch["items.npy"], "-o", scratch["x.emb"])
    let sound = akin("verify", scratch["x.emb"])
    #expect(sound.code == 0)
    #expect(sound.output.hasPrefix("\(scratch["x.emb"]): sound, ") && sound.messages.isEmpty)

    var bytes = scratch.bytes("x.emb")
    bytes[4100] ^= 1
    let flipped = akin("verify", scratch.write(bytes, to: "flipped.emb"))
    #expect(flipped.code == 1)
    #expect(
      flipped.output == "\(scratch["flipped.emb"]): section IVEC, bytes 4096..<4352: checksum mismatch in chunk 0\n")
    let json = akin("verify", scratch["flipped.emb"], "--json")
    #expect(json.code == 1)
    #expect(json.output.contains(#""schema":1,"sections":4,"sound":false}"#) || json.output.contains(#""sound":false"#))

    let cut = akin("verify", scratch.write(Array(bytes.prefix(4200)), to: "cut.emb"))
    #expect(cut.code == 1)
    #expect(cut.output.hasPrefix("\(scratch["cut.emb"]): the file has 4200 of its "))
    #expect(akin("verify", scratch["items.npy"]).code == 3)
    #expect(akin("verify", scratch["missing"]).code == 4)
  }
}

@Suite("train")
struct TrainVerbTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("The command line's defaults are the library's")
  func defaults() throws {
    guard case .run(let arguments) = try Parser.parse(["x.csv", "-o", "y"], for: TrainVerb.command) else { return }
    #expect(try ModelOptions.method(arguments) as? WALSOptions == WALSOptions())
    #expect(try InputOptions.interactions(arguments) == .init())
  }

  @Test("A generated catalogue is trained, with titles, and the same bytes at any thread count")
  func sample() throws {
    let sizes = ["--users", "60", "--items", "80", "--interactions", "900"]
    #expect(akin(["sample", "--out", scratch.path, "-q"] + sizes).code == 0)
    for threads in ["1", "3"] {
      let run = akin(
        "train", scratch["interactions.csv"], "--items", scratch["items.csv"], "-o", scratch["\(threads).emb"],
        "--dimensions", "8", "--epochs", "3", "--threads", threads)
      #expect(run.code == 0 && run.output.isEmpty)
      #expect(run.messages.contains("epoch 3 items loss "))
      #expect(run.messages.contains("wrote \(scratch["\(threads).emb"]): "))
    }
    #expect(scratch.bytes("1.emb") == scratch.bytes("3.emb"))
    let file = try EmbeddingFile(path: scratch["1.emb"])
    #expect(file.userCount == 60 && file.dimension == 8 && file.titles != nil && file.hasHistory)
    #expect(akin("verify", scratch["1.emb"], "-q").code == 0)
  }

  @Test(
    "Bad input is a sentence, an exit code, and no file",
    arguments: [
      ("user,item,value\n1,2,3\n1,3\n", [], 3, ":3: expected 3 columns as in the first row, found 2"),
      ("user,item,value\n1,2,x\n", [], 3, ":2: expected a number, found 'x'"),
      (
        "user,item,value\n1,2,3\n1,2,4\n", [], 3,
        ":3: expected each user and item once, found user '1' with item '2' as on line 2"
      ),
      (
        "user,item,value\n1,2,3\n", ["--value-column", "stars"], 2,
        ":1: expected a column 'stars', found 'user', 'item', 'value'"
      ),
      ("user,item,value\n1,2,3\n", ["--lambda", "0"], 2, "lambda: expected a number above 0, found 0.0"),
      ("", [], 3, "expected at least one row, found none"),
    ] as [(String, [String], Int32, String)])
  func badInput(text: String, options: [String], code: Int32, sentence: String) {
    let run = akin(["train", scratch.write(text, to: "in.csv"), "-o", scratch["out.emb"], "-q"] + options)
    #expect(run.code == code)
    #expect(run.output.isEmpty)
    #expect(run.messages.hasPrefix("akin: error: ") && run.messages.contains(sentence), "\(run.messages)")
    #expect(scratch.names == ["in.csv"])
  }

  @Test("A missing file is an I/O error")
  func missing() {
    let run = akin("train", scratch["missing.csv"], "-o", scratch["out.emb"])
    #expect(run.code == 4)
    #expect(scratch.names.isEmpty)
  }

  @Test("Cancelled training leaves no file")
  func cancelled() {
    let cancellation = Cancellation()
    cancellation.cancel()
    let input = scratch.write("user,item\n1,2\n2,3\n", to: "in.csv")
    let run = akin("train", input, "-o", scratch["out.emb"], "-q", cancellation: cancellation)
    #expect(run.code == 130)
    #expect(run.messages == "akin: cancelled; nothing was written\n")
    #expect(scratch.names == ["in.csv"])
  }
}
