import Akin
import AkinInterchange
import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("index, related, recommend, query, recall")
struct AskingVerbTests {
  private let world: SampleFiles

  init() throws { world = try SampleFiles() }

  @Test("The same embeddings make the same index on any number of threads")
  func index() {
    let run = akin("index", world.emb, "-o", world.scratch["y.idx"], "--threads", "3")
    #expect(run.code == 0 && run.output.isEmpty)
    #expect(run.messages.contains("wrote \(world.scratch["y.idx"]): "))
    #expect(world.scratch.bytes("x.idx") == world.scratch.bytes("y.idx"))
    #expect(akin("verify", world.idx, "-q").code == 0)
    #expect(akin("info", world.idx).output.contains("\nm\t16\n"))
    let again = akin("index", world.emb, "-o", world.idx)
    #expect(again.code == 2)
    let low = akin("index", world.emb, "-o", world.scratch["z.idx"], "--ef-construction", "4")
    #expect(low.code == 2)
    #expect(low.messages == "akin: error: efConstruction must be 16 to 65536, found 4\n")
  }

  @Test("related lists k items without the item itself, the same by id and by title")
  func related() throws {
    let recommender = try Recommender(index: world.idx)
    let id = recommender.catalog.id(of: Row(0))
    let title = try #require(recommender.title(of: Row(0)))
    let byID = akin("related", world.idx, "\(id)", "-k", "5")
    #expect(byID.code == 0)
    let lines = byID.output.split(separator: "\n").map { $0.split(separator: "\t") }
    #expect(lines[0] == ["rank", "id", "score", "title"])
    #expect(lines.count == 6)
    #expect(lines.dropFirst().allSatisfy { $0[1] != "\(id)" })
    #expect(akin("related", world.idx, title, "-k", "5").output == byID.output)
    let json = akin("related", world.idx, "\(id)", "-k", "5", "--exact", "--json")
    #expect(json.output.contains(#""way":"exact"}"#) && json.output.contains(#""item":\#(id),"#))
    let terminal = akin("related", world.idx, "\(id)", terminal: Terminal(width: 60, hasColour: false))
    #expect(terminal.output.hasPrefix("Similar to \(title) [\(id)]\n"))
    #expect(terminal.output.split(separator: "\n").allSatisfy { String($0).terminalWidth <= 60 })
  }

  @Test("A text that fits several items lists them, one that fits none says so: exit 3")
  func ambiguous() throws {
    let several = akin("related", world.idx, "the")
    #expect(several.code == 3 && several.output.isEmpty)
    #expect(several.messages.hasPrefix("akin: error: 'the' fits "))
    #expect(several.messages.contains("\n  ") && !several.messages.contains("\u{FFFD}"))
    #expect(several.messages.hasSuffix("akin: help: give the id, or more of the title\n"))
    let none = akin("related", world.idx, "no such thing")
    #expect(none.code == 3)
    #expect(none.messages.hasPrefix("akin: error: no item has the id 'no such thing', and no title holds it\n"))
  }

  @Test("recommend never lists what the user has seen, and always k items while there are k")
  func recommend() throws {
    let file = try EmbeddingFile(path: world.emb)
    for user in 0..<file.userCount {
      let id = try #require(file.userIDs?.id(of: Row(user)))
      let run = akin("recommend", world.idx, "--users", world.emb, "\(id)", "-k", "20")
      let rows = run.output.split(separator: "\n").dropFirst().map { $0.split(separator: "\t")[1] }
      #expect(run.code == 0 && rows.count == 20)
      let seen = Set(file.history(of: Row(user)).map { "\(file.itemIDs.id(of: $0))" })
      #expect(rows.allSatisfy { !seen.contains(String($0)) }, "user \(id)")
    }
    let unknown = akin("recommend", world.idx, "--users", world.emb, "nobody")
    #expect(unknown.code == 3)
    #expect(unknown.messages.hasPrefix("akin: error: no user has the id 'nobody'\n"))
  }

  @Test("query writes one file a setting, and one JSON line with the fields that benchmarks read")
  func query() throws {
    let file = try EmbeddingFile(path: world.emb)
    let users = try #require(file.users)
    try NpyWriter.write(users, to: world.scratch["q.npy"], overwrite: false)
    let base = ["query", world.idx, "--vectors", world.scratch["q.npy"], "-k", "10", "--threads", "1", "--jsonl", "-q"]
    let graph = akin(base + ["--ef", "16,150", "--repeat", "2", "-o", world.scratch["i-{ef}.npy"]])
    #expect(graph.code == 0, "\(graph.messages)")
    let lines = graph.output.split(separator: "\n")
    #expect(lines.count == 2)
    for (line, ef) in zip(lines, [16, 150]) {
      #expect(line.hasPrefix(#"{"ef":\#(ef),"k":10,"queries":60,"queriesPerSecond":"#))
      #expect(line.contains(#""seconds":"#) && line.hasSuffix(#""threads":1,"way":"graph"}"#))
    }
    let exact = akin(base + ["--exact", "-o", world.scratch["i-{ef}.npy"], "--scores", world.scratch["s-{ef}.npy"]])
    #expect(exact.code == 0 && !exact.output.contains(#""ef""#) && exact.output.contains(#""way":"exact""#))
    #expect(world.scratch.bytes("i-exact.npy").count == 128 + 60 * 10 * 8)
    #expect(world.scratch.bytes("s-exact.npy").count == 128 + 60 * 10 * 4)
    // An ef of the whole catalogue finds everything.
    #expect(world.scratch.bytes("i-exact.npy") == world.scratch.bytes("i-150.npy"))

    // An answer of the same size is replaced; any other file is not.
    let again = akin(base + ["--exact", "-o", world.scratch["i-{ef}.npy"]])
    #expect(again.code == 0 && world.scratch.bytes("i-exact.npy") == world.scratch.bytes("i-150.npy"))
    for (name, bytes) in [
      ("i-exact.npy", Array(world.scratch.bytes("i-exact.npy").dropLast())), ("q.npy", world.scratch.bytes("q.npy")),
    ] {
      world.scratch.write(bytes, to: "x-exact.npy")
      let kept = akin(base + ["--exact", "-o", world.scratch["x-{ef}.npy"]])
      #expect(kept.code == 2 && kept.messages.contains("x-exact.npy: the file exists already"), "\(name)")
      #expect(world.scratch.bytes("x-exact.npy") == bytes)
    }
    let more = akin(base.map { $0 == "10" ? "11" : $0 } + ["--exact", "-o", world.scratch["i-{ef}.npy"]])
    #expect(more.code == 2 && more.messages.contains("i-exact.npy: the file exists already"))
  }

  @Test("query takes recalls in place of ef: outputs and reports are named by what was typed")
  func recallTargets() throws {
    let users = try #require(try EmbeddingFile(path: world.emb).users)
    try NpyWriter.write(users, to: world.scratch["q.npy"], overwrite: false)
    let base = ["query", world.idx, "--vectors", world.scratch["q.npy"], "-k", "10", "--threads", "1", "-q"]
    let out = ["-o", world.scratch["r-{ef}.npy"]]
    let run = akin(base + out + ["--recall", "0.9,0.99", "--recall", "1", "--jsonl"])
    #expect(run.code == 0, "\(run.messages)")
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 3)
    for (line, target) in zip(lines, ["0.9", "0.99", "1"]) {
      #expect(!line.contains(#""ef":"#) && line.contains(#""recallTarget":\#(target),"#))
      #expect(line.contains(#""way":"graph""#) == line.contains(#""chosenEf":"#))
      #expect(world.scratch.bytes("r-\(target).npy").count == 128 + 60 * 10 * 8)
    }
    #expect(lines[2].contains(#""way":"exact""#))
    let exact = akin(base + ["--exact", "-o", world.scratch["e.npy"]])
    #expect(exact.code == 0 && world.scratch.bytes("e.npy") == world.scratch.bytes("r-1.npy"))
    let table = akin(base + ["--recall", "0.50", "-o", world.scratch["one.npy"]])
    #expect(table.output.hasPrefix("queries\tk\trecallTarget\tchosenEf\tcheckedQueries\tway\tthreads\t"))

    for (words, sentence) in [
      (["--recall", "0.9", "--ef", "64"], "--ef and --recall exclude each other"),
      (["--recall", "0.9", "--exact"], "--recall and --exact exclude each other"),
      (
        ["--recall", "0"], "--recall must be a list like 0.9,0.95,0.99, each a number above 0 and at most 1, found '0'"
      ),
      (["--recall", "0.9,1.1"], "each a number above 0 and at most 1, found '0.9,1.1'"),
      (["--recall", "nan"], "found 'nan'"),
      (["--recall", "0.9,0.9"], "two outputs have the name"),
    ] {
      let refused = akin(base + out + words)
      #expect(refused.code == 2 && refused.messages.contains(sentence), "\(words): \(refused.messages)")
    }
    let shared = akin(base + ["-o", world.scratch["s.npy"], "--recall", "0.9,0.99"])
    #expect(shared.code == 2 && shared.messages.contains("2 values of --recall write 2 files, so -o must hold {ef}"))
  }

  @Test("related, recommend and recall take a recall, and say which way it led")
  func byRecall() throws {
    let file = try EmbeddingFile(path: world.emb)
    let user = try #require(file.userIDs?.id(of: Row(0)))
    let item = file.itemIDs.id(of: Row(0))
    for words in [["related", world.idx, "\(item)"], ["recommend", world.idx, "--users", world.emb, "\(user)"]] {
      let run = akin(words + ["--recall", "0.9", "--json"])
      #expect(run.code == 0, "\(run.messages)")
      #expect(run.output.contains(#""recallTarget":0.9"#) && run.output.contains(#""way":""#))
      #expect(akin(words + ["--recall", "1"]).output == akin(words + ["--exact"]).output)
      let refused = akin(words + ["--recall", "2"])
      #expect(refused.code == 2)
      #expect(refused.messages.contains("--recall must be a number above 0 and at most 1, found '2'"))
      #expect(akin(words + ["--recall", "0.9", "--ef", "50"]).code == 2)
    }
    let recall = akin("recall", world.idx, "--queries", "users:" + world.emb, "--recall", "0.9,1", "-q")
    #expect(recall.code == 0, "\(recall.messages)")
    let lines = recall.output.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    #expect(lines[0].prefix(3) == ["recallTarget", "way", "ef"])
    #expect(lines.dropFirst().map { $0[0] } == ["0.9", "1", ""] && lines[2][1] == "exact")
    #expect(akin("recall", world.idx, "--recall", "0.9", "--ef", "64").code == 2)
  }

  @Test("info shows what the index measured of itself")
  func certificate() throws {
    let json = akin("info", world.idx, "--json").output
    #expect(json.contains(#""measured":[{"#) && json.contains(#""family":"users""#))
    #expect(json.contains(#""recallLow":"#) && json.contains(#""hopsPerQuery":"#))
    let page = akin("info", world.idx, terminal: Terminal(width: 120, hasColour: false)).output
    #expect(page.contains("\nMeasured  Query family  Queries"))
    #expect(page.contains("\nnearest   users"))
  }

  @Test("-k is cut to the items there are, places without an answer hold -1, and ids may take the place of positions")
  func places() throws {
    try NpyWriter.write(
      EmbeddingMatrix(uniformRows: [[1, 0], [0, 1], [1, 1]], dimension: 2), to: world.scratch["v.npy"], overwrite: false
    )
    let ids = world.scratch.write("a\tb\nc\nd\n", to: "ids.txt")
    let emb = world.scratch["v.emb"]
    let idx = world.scratch["v.idx"]
    #expect(akin("import", world.scratch["v.npy"], "--ids", ids, "-o", emb, "--metric", "euclidean", "-q").code == 0)
    #expect(akin("index", emb, "-o", idx, "-q").code == 0)
    for way in [["--exact"], ["--ef", "64"]] {
      let out = world.scratch["out\(way.count)"]
      let base = ["query", idx, "--vectors", world.scratch["v.npy"], "-q"] + way
      let cut = akin(base.filter { $0 != "-q" } + ["-k", "5000", "-o", out + ".npy"])
      #expect(cut.code == 0)
      #expect(cut.messages == "akin: note: -k 5,000 is cut to 3: the index has no more items\n")
      #expect(cut.output.split(separator: "\n")[1].split(separator: "\t")[1] == "3")
      #expect(world.scratch.bytes("out\(way.count).npy").count == 128 + 3 * 3 * 8)
      #expect(akin(base + ["-k", "3", "--min-score", "0", "-f", "-o", out + ".npy"]).code == 0)
      let bytes = world.scratch.bytes("out\(way.count).npy")
      #expect(bytes.count == 128 + 3 * 3 * 8)
      #expect(bytes[(128 + 8)..<(128 + 3 * 8)].allSatisfy { $0 == 0xFF })
      let named = akin(base + ["-k", "2", "--ids", "-f", "-o", out + ".npy"])
      #expect(
        named.code == 2 && named.messages.contains("expected item ids that are numbers, for an .npy; found texts"))
      #expect(akin(base + ["-k", "2", "--ids", "-o", out + ".txt"]).code == 0)
      let text = String(decoding: world.scratch.bytes("out\(way.count).txt"), as: UTF8.self)
      #expect(text == "a\\tb\td\nc\td\nd\ta\\tb\n")
    }
    let wrong = akin("query", idx, "--vectors", world.emb, "-o", world.scratch["w.npy"])
    #expect(wrong.code == 3)
  }

  @Test("recall measures items, users and vectors, and --fail-under decides the exit code")
  func recall() throws {
    let users = akin("recall", world.idx, "--queries", "users:" + world.emb, "-q")
    #expect(users.code == 0, "\(users.messages)")
    let lines = users.output.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    #expect(lines.count == 7)
    #expect(lines[0].prefix(4) == ["way", "ef", "k", "recall"])
    #expect(lines.dropFirst().map { $0[1] } == ["16", "32", "64", "128", "256", ""])
    #expect(lines[5][3] == "1", "an ef above the catalogue finds everything")
    let items = akin("recall", world.idx, "--ef", "200", "--fail-under", "1", "--jsonl", "-q")
    #expect(items.code == 0, "\(items.output)")
    #expect(items.output.split(separator: "\n").count == 2)
    // A k of which no graph with ef = k finds all, or if it does the test has nothing to say.
    let strict = akin("recall", world.idx, "--ef", "1", "-k", "1", "--fail-under", "1", "-q")
    #expect(strict.code == 0 || strict.messages.hasPrefix("akin: recall@1 is 0."))
    #expect(strict.code == (strict.messages.isEmpty ? 0 : 1))
  }
}

@Suite("demo")
struct DemoTests {
  @Test("A quoted word is one word for a shell")
  func quoting() {
    #expect(Shell.word("a-b.c/d:e") == "a-b.c/d:e")
    #expect(Shell.word("Toy Story (1995)") == "'Toy Story (1995)'")
    #expect(Shell.word("It's") == #"'It'\''s'"#)
    #expect(Shell.word("") == "''")
  }

  @Test("Files laid out as MovieLens has them go the whole way, every command shown and done")
  func movieLens() throws {
    let scratch = try Scratch()
    var ratings = "userId,movieId,rating,timestamp\n"
    for user in 1...30 {
      for movie in 1...40 where (user + movie) % 4 == 0 { ratings += "\(user),\(movie),4.0,964982703\n" }
    }
    _ = scratch.write(ratings, to: "ratings.csv")
    let titles = (2...40).map { "\($0),\"Film \($0), The (1990)\",Drama|Comedy\n" }.joined()
    _ = scratch.write("movieId,title,genres\n1,Toy Story (1995),Animation\n" + titles, to: "movies.csv")
    let run = akin("demo", "--movielens", scratch.path, "--out", scratch["demo"])
    #expect(run.code == 0, "\(run.messages)")
    #expect(run.messages.isEmpty)
    for step in ["train", "index", "related", "recommend", "recall"] {
      #expect(run.output.contains("\n$ akin \(step) "))
    }
    #expect(run.output.contains("Similar to Toy Story (1995) [1]\n") && run.output.contains("Next steps:"))
    #expect(!scratch.bytes("demo/demo.emb").isEmpty && !scratch.bytes("demo/demo.idx").isEmpty)
    let again = akin("demo", "--movielens", scratch.path, "--out", scratch["demo"])
    #expect(again.code == 2 && again.messages.contains("demo.emb: the file exists already"))
  }
}
