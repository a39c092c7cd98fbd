import Akin
import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("akin export")
struct ExportVerbTests {
  private let world: SampleFiles
  private var scratch: Scratch { world.scratch }

  init() throws { world = try SampleFiles() }

  @Test("Each format, imported again, gives the same vectors", arguments: ["npy", "npz", "tsv", "vec", "safetensors"])
  func roundTrip(ending: String) throws {
    let (out, back) = (scratch["out." + ending], scratch["back.emb"])
    for source in [world.emb, world.idx] {
      let run = akin("export", source, "-o", out, "--metadata", scratch["m.tsv"], "-f")
      #expect(run.code == 0 && run.output.isEmpty, "\(run.messages)")
      #expect(run.messages.contains("wrote \(out): 150 items × 8, "), "\(run.messages)")
      let read = akin("import", out, "--metadata", scratch["m.tsv"], "-o", back, "-f", "-q")
      #expect(read.code == 0, "\(read.messages)")
      let (first, second) = (try EmbeddingFile(path: world.emb), try EmbeddingFile(path: back))
      for row in (0..<first.itemCount).map({ Row($0) }) {
        #expect(first.items[row] == second.items[row])
        #expect(first.itemIDs.id(of: row) == second.itemIDs.id(of: row) && first.titles?[row] == second.titles?[row])
      }
    }
  }

  @Test("A catalogue gives the items that are left, in order of arrival, with titles and attributes")
  func catalogue() throws {
    let shop = scratch["shop"]
    let ids = (0..<150).map { row in (try? EmbeddingFile(path: world.emb))?.itemIDs.id(of: Row(row)).description ?? "" }
    #expect(akin("catalogue", "create", shop, world.emb, "-q").code == 0)
    #expect(akin("delete", shop, ids[3], ids[70], "-q").code == 0)
    let (whole, left) = (scratch["whole.tsv"], scratch["left.tsv"])
    #expect(akin("export", world.idx, "-o", whole, "-q").code == 0)
    let run = akin("export", shop, "-o", left)
    #expect(run.code == 0 && run.messages.contains("148 items × 8"), "\(run.messages)")
    func lines(_ path: String) -> [Substring] {
      String(decoding: scratch.bytes(path.split(separator: "/").last.map(String.init) ?? ""), as: UTF8.self).split(
        separator: "\n")
    }
    let expected = lines(whole).filter { line in ![ids[3], ids[70]].contains { line.hasPrefix("\($0)\t") } }
    #expect(lines(left) == expected && expected.count == 149)
    #expect(akin("export", shop, "--item", ids[5]).output == akin("export", world.idx, "--item", ids[5]).output)
    #expect(akin("export", shop, "--item", ids[3]).code == 3)
    let users = akin("export", shop, "--what", "users", "-o", scratch["u.npy"])
    #expect(users.code == 3 && users.messages.contains("expected users, found items alone"), "\(users.messages)")
    #expect(akin("export", scratch["."], "-o", scratch["x.npy"]).messages.contains("expected a catalogue"))
  }

  @Test("Attributes go into tables and metadata, and come back from there")
  func attributes() throws {
    let lines = String(decoding: scratch.bytes("items.csv"), as: UTF8.self).split(separator: "\n")
    let fields = [
      "year,x3,kind,fresh,since,bias", "1990,0.5,a b|c,true,2024-02-29T05:06:07Z,-1.25", ",2,,false,2024-03-01,1e300",
    ]
    let more = lines.enumerated().map { "\($1),\(fields[$0 == 0 ? 0 : 1 + $0 % 2])" }
    scratch.write(more.joined(separator: "\n") + "\n", to: "more.csv")
    let columns = "year,x3 attribute,kind,fresh,since,bias attribute"
    for words in [
      [
        "train", scratch["interactions.csv"], "--items", scratch["more.csv"], "-o", scratch["a.emb"], "--dimensions",
        "4",
        "--epochs", "1",
      ],
      ["index", scratch["a.emb"], "-o", scratch["a.idx"]],
      ["export", scratch["a.idx"], "-o", scratch["a.npy"], "--metadata", scratch["a.tsv"]],
      ["export", scratch["a.emb"], "-o", scratch["b.tsv"]],
    ] {
      let run = akin(words + ["-q"])
      try #require(run.code == 0, "\(words): \(run.messages)")
    }
    let note = "akin: note: the format npz has no place for attributes: add --metadata FILE\n"
    #expect(akin("export", scratch["a.emb"], "-o", scratch["a.npz"]).messages.contains(note))
    let first = try EmbeddingFile(path: scratch["a.emb"]).attributes
    for (vectors, table) in [("a.npy", "a.tsv"), ("b.tsv", "b.tsv")] {
      let ids = vectors == "a.npy" ? ["--metadata", scratch[table]] : []
      let run = akin(
        [
          "import", scratch[vectors], "--attributes", scratch[table], "--attribute-columns", columns, "-o",
          scratch["c.emb"],
        ]
          + ids + ["-q", "-f"])
      try #require(run.code == 0, "\(run.messages)")
      let second = try EmbeddingFile(path: scratch["c.emb"]).attributes
      for name in ["year", "x3", "kind", "fresh", "since", "bias"] {
        let old = first[try #require(first.position(of: name))]
        let new = second[try #require(second.position(of: name + " attribute") ?? second.position(of: name))]
        #expect((0..<150).allSatisfy { old[Row($0)] == new[Row($0)] }, "\(name) by \(vectors)")
      }
    }
  }

  @Test("An .npz of all gives items, users and their ids back")
  func model() throws {
    #expect(akin("export", world.emb, "--what", "all", "-o", scratch["m.npz"], "-q").code == 0)
    #expect(akin("import", scratch["m.npz"], "-o", scratch["m.emb"], "-q").code == 0)
    let (first, second) = (try EmbeddingFile(path: world.emb), try EmbeddingFile(path: scratch["m.emb"]))
    #expect(second.userCount == first.userCount && second.titles?[Row(3)] == first.titles?[Row(3)])
    for row in (0..<first.userCount).map({ Row($0) }) {
      #expect(first.users?[row] == second.users?[row] && first.userIDs?.id(of: row) == second.userIDs?.id(of: row))
    }
  }

  @Test("An index that holds its embeddings has users, another has not")
  func usersOfIndex() throws {
    #expect(akin("index", world.emb, "--with-users", "-o", scratch["w.idx"], "-q").code == 0)
    let whole = akin("export", scratch["w.idx"], "--what", "users", "-o", scratch["u.tsv"])
    #expect(whole.code == 0 && whole.messages.contains("60 users × 8, tsv"), "\(whole.messages)")
    #expect(akin("export", world.emb, "--what", "users", "-o", scratch["v.tsv"], "-q").code == 0)
    #expect(scratch.bytes("u.tsv") == scratch.bytes("v.tsv"))
    let bare = akin("export", world.idx, "--what", "users", "-o", scratch["none.tsv"])
    #expect(bare.code == 3 && bare.messages.contains("x.idx: expected users, found items alone"), "\(bare.messages)")
    #expect(!scratch.names.contains("none.tsv"))
  }

  @Test("One vector is printed: by id, by title, as JSON, of a user")
  func one() throws {
    let file = try EmbeddingFile(path: world.emb)
    let title = try #require(file.titles?[Row(2)])
    let line = file.items[Row(2)].map { "\($0)" }.joined(separator: "\t") + "\n"
    for source in [world.emb, world.idx] {
      #expect(akin("export", source, "--item", "3").output == line)
      #expect(akin("export", source, "--item", title).output == line)
      let json = akin("export", source, "--item", "3", "--json").output
      #expect(json.hasPrefix(#"{"item":3,"schema":1,"title":"\#(title)","vector":["#), "\(json)")
    }
    let user = try #require(file.users)[Row(4)].map { "\($0)" }.joined(separator: "\t") + "\n"
    #expect(akin("export", world.emb, "--user", "5").output == user)
    #expect(akin("export", world.emb, "--user", "nobody").code == 3)
    #expect(akin("export", world.emb, "--item", "nothing of the kind").code == 3)
    #expect(akin("export", world.idx, "--user", "5").code == 3)
  }

  @Test("What a format has no place for is said, unless it is written beside")
  func notes() {
    func note(_ words: String...) -> String { akin(["export", world.emb, "-f"] + words).messages }
    #expect(
      note("-o", scratch["a.npy"]).contains(
        "akin: note: the format npy has no place for ids, titles and attributes: add --metadata"))
    #expect(!note("-o", scratch["a.npy"], "--metadata", scratch["m.tsv"]).contains("note:"))
    #expect(note("-o", scratch["a.npy"], "--ids", scratch["i.txt"]).contains("no place for titles and attributes:"))
    #expect(
      note("-o", scratch["a.safetensors"], "--what", "all").contains(
        "no place for titles and attributes: akin export --metadata FILE writes them"))
    #expect(note("-o", scratch["a.npz"]).contains("no place for attributes: add --metadata"))
    #expect(!note("-o", scratch["a.tsv"]).contains("note:"))
  }

  @Test("Wrong usage is said before anything is read, and nothing is written")
  func usage() {
    let before = scratch.names
    for (words, sentence) in [
      (
        ["-o", scratch["a.xyz"]], "--output must be a name that ends in .npy, .npz, .tsv, .vec or .safetensors, unless"
      ),
      ([], "-o FILE is missing: the file to write, or --item or --user"),
      (["-o", scratch["a.npy"], "--what", "all"], "--what all and --format npy exclude each other"),
      (["-o", scratch["a.npz"], "--what", "all", "--ids", scratch["i"]], "--what all and --ids exclude each other"),
      (["-o", scratch["a.npz"], "--item", "1"], "--item and --output exclude each other"),
      (["--user", "1", "--item", "1"], "--item and --user exclude each other"),
      (["-o", scratch["a.npy"], "--ids", scratch["a.npy"]], "two outputs have the name"),
    ] {
      let run = akin(["export", world.emb] + words)
      #expect(run.code == 2 && run.messages.contains(sentence), "\(words): \(run.messages)")
    }
    #expect(scratch.names == before)
  }

  @Test("A damaged file is not copied into one that looks sound")
  func damaged() throws {
    var bytes = scratch.bytes("x.emb")
    bytes[8_192 + 5] ^= 1
    let bad = scratch.write(bytes, to: "bad.emb")
    let run = akin("export", bad, "-o", scratch["a.npy"])
    #expect(run.code == 3 && !scratch.names.contains("a.npy"), "\(run.messages)")
  }
}
