import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Foundation
import Testing

@testable import AkinTool

@Suite("Files of other programs, from the command line to what it says")
struct UnseenInputTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private let rows = "user,item,rating\n1,10,5\n1,11,4\n2,10,3\n2,12,4\n3,11,2\n3,12,5\n"

  private func train(_ words: String..., separator: String = ",") -> Run {
    let rows = rows.replacing(",", with: separator)
    return akin(
      [
        "train", scratch.write(rows, to: "r.csv"), "-o", scratch["x.emb"], "-f", "--dimensions", "2", "--epochs", "1",
        "-q",
      ]
        + words)
  }

  @Test("An unusual separator is found in catalogues and features when it is named")
  func separators() {
    let items = scratch.write("item^title\n10^One, two\n11^Three, four\n12^Five, six\n", to: "i.txt")
    let features = scratch.write("user^age\n1^3\n2^5\n3^7\n", to: "u.txt")
    #expect(train("--items", items).code == 3)
    let run = train("--items", items, "--user-features", features, "--delimiter", "^", separator: "^")
    #expect(run.code == 0, "\(run.messages)")
    #expect(akin("export", scratch["x.emb"], "--item", "Three, four").code == 0)
  }

  @Test("embed, predict and import read text in the encoding that is named")
  func encodings() throws {
    let latin: (String) -> [UInt8] = { $0.unicodeScalars.map { UInt8($0.value) } }
    let features = scratch.write(latin("item,mood\n10,fr\u{F6}h\n11,tr\u{FC}b\n12,fr\u{F6}h\n"), to: "f.csv")
    let users = scratch.write("user,age\n1,3\n2,5\n3,7\n", to: "u.csv")
    let towers = train(
      "--model", "two-tower", "--item-features", features, "--user-features", users, "--hidden", "4", "--encoding",
      "latin1")
    #expect(towers.code == 0, "\(towers.messages)")
    let embed = ["embed", scratch["x.emb"], "--item-features", features, "-o", scratch["e.emb"], "-f", "-q"]
    let refused = akin(embed)
    #expect(refused.code == 3 && refused.messages.contains("--encoding latin1"))
    let read = akin(embed + ["--encoding", "latin1"])
    #expect(read.code == 0 && read.messages == "", "\(read.messages)")
    #expect(train().code == 0)
    let catalogue = scratch.write(latin("item,title,genres\n99,Caf\u{E9},fr\u{F6}h\n"), to: "c.csv")
    let predict = ["predict", scratch["x.emb"], "1", "10", "--items", catalogue]
    #expect(akin(predict).code == 3 && akin(predict + ["--encoding", "latin1"]).code == 0)
    let vectors = scratch.write("0.5 1\n1.5 2\n2.5 3\n", to: "v.txt")
    let table = scratch.write(latin("id,title\n0,Caf\u{E9}\n1,B\n2,C\n"), to: "t.csv")
    let imported = akin("import", vectors, "--attributes", table, "--encoding", "latin1", "-o", scratch["i.emb"], "-q")
    #expect(imported.code == 0 && imported.messages == "", "\(imported.messages)")
    #expect(akin("export", scratch["i.emb"], "--item", "Caf\u{E9}").code == 0)
  }

  @Test("Queries of zeros by cosine are said; JSON has an object a setting, and escapes control characters, too")
  func queries() throws {
    let vectors = scratch.write("id\ttitle\tx0\tx1\n1\ta\\xc2\\x9bb\t1\t2\n2\tB\t2\t-1\n3\tC\t0.5\t3\n", to: "v.tsv")
    #expect(akin("import", vectors, "--metric", "cosine", "-o", scratch["v.emb"], "-q").code == 0)
    #expect(akin("index", scratch["v.emb"], "-o", scratch["v.idx"], "-q").code == 0)
    let zeros = EmbeddingMatrix(uniformRows: [[1, 0], [0, 0], [0, 1]], dimension: 2)
    try NpyWriter.write(zeros, to: scratch["q.npy"], overwrite: false)
    let query = [
      "query", scratch["v.idx"], "--vectors", scratch["q.npy"], "-k", "2", "-o", scratch["o-{ef}.npy"], "-f",
    ]
    let run = akin(query + ["--ef", "4,8", "--json", "-q"])
    #expect(run.code == 0 && run.messages.contains("1 of 3 queries are vectors of zeros, which have no direction"))
    // Of several settings a line each.
    let lines = try run.output.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    #expect(lines.map { $0?["ef"] as? Int } == [4, 8] && lines.allSatisfy { $0?["schema"] as? Int == 1 })
    let one = try JSONSerialization.jsonObject(with: Data(akin(query + ["--ef", "4", "--json", "-q"]).output.utf8))
    #expect((one as? [String: Any])?["ef"] as? Int == 4)
    let related = akin("related", scratch["v.idx"], "2", "--json")
    #expect(related.output.contains(#""title":"a\u009bb""#) && !related.output.unicodeScalars.contains("\u{9B}"))
  }

  @Test(
    "A file of a catalogue that is asked is no output, by whatever path; a wrong embeddings file gets the command that helps"
  )
  func catalogueAsOutput() throws {
    let world = try SampleFiles()
    let shop = world.scratch["shop"]
    #expect(akin("catalogue", "create", shop, world.emb, "-q").code == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: shop)
    let before = names.map { world.scratch.bytes("shop/" + $0) }
    try FileManager.default.linkItem(
      atPath: shop + "/" + (try #require(names.first { $0.hasSuffix(".idx") })), toPath: world.scratch["linked"])
    for output in names.map({ shop + "/" + $0 }) + [world.scratch["linked"]] {
      for words in [
        ["query", shop, "--queries", "users:" + world.emb, "-o", output, "-f"],
        ["recall", shop, "--html", output, "-f"],
        ["export", shop, "--format", "npz", "-o", output, "-f"],
      ] {
        let run = akin(words)
        #expect(run.code == 2 && run.messages.contains("is the same file as the input"), "\(words): \(run.messages)")
      }
    }
    #expect(names.map { world.scratch.bytes("shop/" + $0) } == before)
    #expect(akin("query", shop, "--queries", "users:" + world.emb, "-o", world.scratch["new.npy"], "-q").code == 0)
    let other = world.scratch["other.emb"]
    #expect(
      akin("train", world.scratch["interactions.csv"], "-o", other, "--dimensions", "8", "--seed", "9", "-q").code == 0)
    let wrong = akin("recommend", shop, "--users", other, "1")
    #expect(wrong.code == 3 && wrong.messages.contains("akin catalogue create \(shop) \(other) --force"))
    #expect(akin("catalogue", "create", shop, other, "--force", "-q").code == 0)
    #expect(akin("recommend", shop, "--users", other, "1").code == 0)
  }

  @Test("The only place in a name of answers is {ef}", arguments: ["a-{recall}.npy", "a-{k}.npy"])
  func places(name: String) throws {
    let world = try SampleFiles()
    let words = ["query", world.idx, "--queries", "users:" + world.emb, "--recall", "0.9", "-q"]
    let run = akin(words + ["-o", world.scratch[name]])
    #expect(run.code == 2 && run.messages.contains("{ef}"))
    #expect(!world.scratch.names.contains(name))
    #expect(akin(words + ["-o", world.scratch["a-{ef}.npy"]]).code == 0 && world.scratch.names.contains("a-0.9.npy"))
  }

  @Test("A half-life over dates in digits is a warning, which --quiet keeps")
  func datesInDigits() {
    let rows = "user,item,rating,date\n1,10,5,20200101\n1,11,4,20200103\n2,10,3,20200105\n"
    let words = ["train", scratch.write(rows, to: "d.csv"), "-o", scratch["d.emb"], "-q", "-f", "--dimensions", "2"]
    let run = akin(words + ["--half-life", "2", "--weighting", "value"])
    #expect(run.code == 0 && run.messages.contains("half-life: the newest time is 20200105"), "\(run.messages)")
    #expect(!akin(words).messages.contains("half-life"))
  }

  @Test("A part of a title is answered with the item that it was taken for; an id and a whole title say it themselves")
  func partOfTitle() throws {
    let rows = scratch.write("user,item,rating\n1,10,5\n1,11,4\n2,10,3\n2,12,4\n", to: "r.csv")
    let items = scratch.write("item,title\n10,\"Heat, The\"\n11,Heat\n12,Alien\n", to: "i.csv")
    let (emb, idx) = (scratch["t.emb"], scratch["t.idx"])
    #expect(akin("train", rows, "--items", items, "-o", emb, "-q", "--dimensions", "2").code == 0)
    #expect(akin("index", emb, "-o", idx, "-q").code == 0)
    for (text, note) in [
      ("lie", "akin: note: 'lie' is taken for item 12, 'Alien'\n"), ("alien", ""), ("12", ""), ("Heat", ""),
    ] {
      #expect(akin("related", idx, text, "-k", "1").messages == note)
      #expect(akin("audience", idx, "--users", emb, text, "-q").messages == note)
      #expect(akin("related", idx, text, "-k", "1", "--json").messages == "")
    }
    // A title with a comma is two parts of a history, and the answer says which items these were.
    let run = akin("recommend", idx, "--users", emb, "--history", "lie,The:4", "-k", "1", "--json")
    #expect(run.messages.contains("'The' is taken for item 10, 'Heat, The'"), "\(run.messages)")
  }
}
