import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("What update and import say of numbers that most likely are a mistake")
struct InputTraceVerbTests {
  private let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Ratings from 1 to 5 of 8 users.
  private var ratings: String {
    var text = "user,item,rating\n"
    for user in 1...8 {
      for item in 1...6 where (user + item) % 3 != 0 { text += "\(user),\(item),\((user * item) % 5 + 1)\n" }
    }
    return scratch.write(text, to: "r.csv")
  }

  @Test("New ratings far outside of the training's are said: they have another scale")
  func scale() {
    let (emb, out) = (scratch["m.emb"], scratch["n.emb"])
    #expect(akin("train", ratings, "--model", "mf", "--dimensions", "2", "--epochs", "2", "-q", "-o", emb).code == 0)
    func update(_ rows: String) -> String {
      akin("update", emb, scratch.write("user,item,rating\n" + rows, to: "new.csv"), "-q", "-f", "-o", out).messages
    }
    let note = "\(scratch["new.csv"]): values from 80 to 100, and from 1 to 5 in the training: is this another scale?"
    #expect(update("20,1,80\n20,2,100\n").contains(note))
    #expect(update("20,1,-20\n20,2,5\n").contains("values from -20 to 5"))
    // A little beyond is the same scale.
    #expect(update("20,1,0.5\n20,2,5.5\n") == "")
    // Counts grow, but not all at once; none of a scale to 5 are all beyond 10.
    #expect(akin("train", ratings, "--dimensions", "2", "--epochs", "2", "-q", "-f", "-o", emb).code == 0)
    #expect(update("20,1,8\n20,2,2000\n") == "")
    #expect(update("20,1,80\n20,2,100\n").contains(note))
    #expect(update("20,1,40\n20,2,50\n").contains("values from 40 to 50"))
    #expect(update("20,1,0.05\n20,2,0.09\n").contains("values from 0.05"))
  }

  @Test("Biases under a metric that does not add them are said", arguments: ["cosine", "euclidean", "inner-product"])
  func biases(metric: String) {
    let vectors = scratch.write("0.5 0.25\n-1.5 2\n", to: "v.txt")
    let biases = scratch.write("0.5\n1\n", to: "b.txt")
    let run = akin("import", vectors, "--biases", biases, "--metric", metric, "-f", "-o", scratch["v.emb"])
    #expect(run.code == 0, "\(run.messages)")
    let note = "akin: note: biases are kept, and change no score by \(metric)\n"
    #expect(run.messages.contains(note) == (metric != "inner-product"), "\(run.messages)")
  }

  /// An index of three vectors and its embeddings.
  private func index() -> (emb: String, index: String) {
    let vectors = scratch.write("0.5 0.25\n-1.5 2\n1 0.5\n", to: "v.txt")
    let paths = (emb: scratch["v.emb"], index: scratch["v.idx"])
    #expect(akin("import", vectors, "-q", "-f", "-o", paths.emb).code == 0)
    #expect(akin("index", paths.emb, "-q", "-f", "-o", paths.index).code == 0)
    return paths
  }

  @Test("Akin's own files are no vectors, and the advice says what they are for", arguments: ["import", "query"])
  func ownFiles(verb: String) {
    let (emb, index) = index()
    let run =
      verb == "import"
      ? akin("import", emb, "-o", scratch["x.emb"]) : akin("query", index, "--vectors", emb, "-o", scratch["x.npy"])
    #expect(run.code == 3 && run.messages.contains("akin export \(emb) -o vectors.npy"), "\(run.messages)")
    #expect(akin("export", emb, "-o", scratch["vectors.npy"], "-q").code == 0)
    #expect(akin("query", index, "--vectors", scratch["vectors.npy"], "-o", scratch["x.npy"], "-q").code == 0)
  }

  @Test("Answers as numbers do not go under the name of a text", arguments: ["a.csv", "a.tsv", "a.json", "{ef}.jsonl"])
  func names(name: String) {
    let (_, index) = index()
    let run = akin("query", index, "--vectors", scratch["v.txt"], "--ef", "8,16", "-o", scratch["{ef}" + name])
    #expect(run.code == 2 && run.messages.contains("expected the name of an .npy"), "\(run.messages)")
  }

  @Test("A catalogue that is a file, and deletions that meet nothing, are said")
  func catalogue() {
    let (emb, _) = index()
    let shop = scratch["shop"]
    let file = akin("catalogue", "info", emb)
    #expect(file.code == 4 && file.messages.contains("\(emb): expected a directory, found a file"), "\(file.messages)")
    #expect(akin("catalogue", "create", shop, emb, "-q").code == 0)
    let none = akin("delete", shop, "01", "7", "-q")
    #expect(
      none.messages == "akin: note: nothing is deleted: the catalogue has none of 2 ids, like '01'\n",
      "\(none.messages)")
    let some = akin("delete", shop, "1", "7", "-q")
    #expect(some.messages == "" && some.code == 0, "\(some.messages)")
    // A file is no id, unless an item has its name.
    let list = scratch.write("0\n", to: "gone.txt")
    let listed = akin("delete", shop, list)
    #expect(listed.code == 2 && listed.messages.contains("\(shop) has no item '\(list)', which is the name of a file"))
    #expect(listed.messages.contains("akin delete \(shop) --from \(list)"), "\(listed.messages)")
    #expect(akin("delete", shop, "--from", list, "-q").code == 0)
  }
}
