import Akin
import AkinInterchange
import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("Lists of all users and items")
struct ListVerbTests {
  private let world: SampleFiles
  private var scratch: Scratch { world.scratch }

  init() throws { world = try SampleFiles() }

  /// What the command prints for one user or item: ids and scores.
  private func single(_ words: [String]) throws -> [[String]] {
    let run = akin(words)
    try #require(run.code == 0, "\(words): \(run.messages)")
    return run.output.split(separator: "\n").dropFirst().map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private func lines(_ name: String) -> [[String]] {
    String(decoding: scratch.bytes(name), as: UTF8.self).split(separator: "\n").map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test(
    "Each user's lines are those of akin recommend",
    arguments: [
      ["--exact"], ["--ef", "40"], ["--exact", "--include-seen", "--raw"], ["--exact", "--min-score", "0.2"],
    ])
  func users(words: [String]) throws {
    let base = ["recommend", world.idx, "--users", world.emb, "-k", "7"] + words
    let run = akin(base + ["--all", "-o", scratch["l.tsv"], "--titles"])
    #expect(run.code == 0 && run.output.isEmpty && run.messages.contains("wrote \(scratch["l.tsv"]): 60 lists with "))
    let all = lines("l.tsv")
    #expect(all.first == ["user", "rank", "id", "score", "title"])
    for user in ["1", "17", "60"] {
      #expect(try single(base + [user]) == all.filter { $0[0] == user }.map { Array($0.dropFirst()) }, "user \(user)")
    }
  }

  @Test("Each item's lines are those of akin related", arguments: [["--exact"], ["--ef", "30"], []])
  func items(words: [String]) throws {
    let base = ["related", world.idx, "-k", "5"] + words
    let run = akin(base + ["--all", "-o", scratch["l.tsv"], "--titles", "--json"])
    #expect(run.output.contains(#""entries":750,"#) && run.output.contains(#""lists":150,"#), "\(run.output)")
    let all = lines("l.tsv")
    #expect(all.first == ["item", "rank", "id", "score", "title"])
    for item in ["1", "80", "150"] {
      #expect(try single(base + [item]) == all.filter { $0[0] == item }.map { Array($0.dropFirst()) }, "item \(item)")
    }
  }

  @Test("Arrays, lines and objects hold the same lists")
  func formats() throws {
    let base = ["recommend", world.idx, "--users", world.emb, "-k", "140", "--exact", "--all", "-q"]
    for words in [
      ["-o", scratch["p.npy"], "--scores", scratch["s.npy"]], ["-o", scratch["i.npy"], "--ids"],
      ["-o", scratch["l.tsv"]], ["-o", scratch["l.jsonl"]],
    ] {
      #expect(akin(base + words).code == 0, "\(words)")
    }
    let file = try EmbeddingFile(path: world.emb)
    let byUser = Dictionary(grouping: lines("l.tsv").dropFirst()) { $0[0] }
    let positions = try numbers("p.npy", size: 4).map { Int(Int32(truncatingIfNeeded: $0)) }
    let scores = try numbers("s.npy", size: 4).map { Float(bitPattern: UInt32($0)) }
    let ids = try numbers("i.npy", size: 8).map { Int64(bitPattern: $0) }
    let objects = String(decoding: scratch.bytes("l.jsonl"), as: UTF8.self).split(separator: "\n")
    #expect(positions.count == 60 * 140 && scores.count == 60 * 140 && ids.count == 60 * 140 && objects.count == 60)
    #expect(positions.contains(-1), "some users have seen so many items that fewer than k are left")
    for user in 0..<60 {
      let list = byUser[file.userIDs?.id(of: Row(user)).description ?? ""] ?? []
      for place in 0..<140 {
        let (position, score, id) = (positions[user * 140 + place], scores[user * 140 + place], ids[user * 140 + place])
        if place < list.count {
          #expect(list[place][1] == "\(place + 1)" && list[place][2] == "\(id)" && list[place][3] == "\(score)")
          #expect(file.itemIDs.id(of: Row(position)) == .number(UInt64(id)))
        } else {
          #expect(position == -1 && id == -1 && score == -.infinity)
        }
      }
      let text = list.map { "{\"id\":\($0[2]),\"score\":\($0[3])}" }.joined(separator: ",")
      #expect(objects[user] == "{\"user\":\(user + 1),\"items\":[\(text)]}")
    }
  }

  /// The numbers of an `.npy`, as bits.
  private func numbers(_ name: String, size: Int) throws -> [UInt64] {
    let bytes = scratch.bytes(name)
    let start = 10 + Int(bytes[8]) + 256 * Int(bytes[9])
    return stride(from: start, to: bytes.count, by: size).map { place in
      (0..<size).reduce(UInt64(0)) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
    }
  }

  @Test("The bytes do not depend on threads")
  func threads() {
    for (words, ending) in [
      (["recommend", world.idx, "--users", world.emb], "npy"), (["related", world.idx], "jsonl"),
    ] {
      for threads in ["1", "2"] {
        let out = scratch["\(threads).\(ending)"]
        #expect(akin(words + ["--all", "-o", out, "--threads", threads, "-q"]).code == 0)
      }
      #expect(!scratch.bytes("1.\(ending)").isEmpty && scratch.bytes("1.\(ending)") == scratch.bytes("2.\(ending)"))
    }
  }

  @Test("A user with a zero vector has the list of its biases, and one without history all items")
  func edges() throws {
    var embeddings = Embeddings(
      items: EmbeddingMatrix(uniformRows: (0..<200).map { [Float($0 % 17) - 8, Float($0 % 5)] }, dimension: 2),
      itemIDs: .texts((0..<200).map { "i\($0)" }))
    embeddings.itemBiases = (0..<200).map { Float(($0 * 37) % 101) / 10 }
    embeddings.users = EmbeddingMatrix(uniformRows: [[0, 0], [1, 0.5]], dimension: 2)
    embeddings.userIDs = .texts(["a\"b", "c\td"])
    embeddings.history = History(offsets: [0, 2, 2], rows: [3, 4])
    try embeddings.write(to: scratch["z.emb"])
    #expect(akin("index", scratch["z.emb"], "--with-users", "-o", scratch["z.idx"], "-q").code == 0)
    let base = ["recommend", scratch["z.idx"], "--all", "-k", "3", "-q", "-o"]
    #expect(akin(base + [scratch["z.jsonl"]]).code == 0 && akin(base + [scratch["z.tsv"]]).code == 0)
    let objects = String(decoding: scratch.bytes("z.jsonl"), as: UTF8.self)
    #expect(objects.hasPrefix(#"{"user":"a\"b","items":[{"id":"i30","score":10.0},"#), "\(objects)")
    #expect(lines("z.tsv").last?.first == "c\\td")
    let texts = akin(base + [scratch["z.npy"], "--ids"])
    #expect(texts.code == 2 && texts.messages.contains("expected item ids that are numbers"), "\(texts.messages)")
  }

  @Test("Wrong usage is said before any file is read, and nothing is written")
  func usage() {
    let before = scratch.names
    let recommend = ["recommend", "nowhere.idx"]
    for (words, sentence) in [
      (recommend + ["--all"], "-o FILE is missing: the file for the lists of all"),
      (recommend + ["1", "--all", "-o", "x.npy"], "USER and --all exclude each other"),
      (recommend + ["--all", "--history", "1", "-o", "x.npy"], "--all and --history exclude each other"),
      (recommend + ["1", "-o", "x.npy"], "--output requires --all"),
      (
        recommend + ["--all", "-o", "x.csv"], "--output must be a name that ends in .npy, .tsv or .jsonl, found 'x.csv'"
      ),
      (recommend + ["--all", "-o", "x.tsv", "--ids"], "--ids requires --output with a name in .npy"),
      (recommend + ["--all", "-o", "x.npy", "--titles"], "--titles requires --output with a name in .tsv or .jsonl"),
      (recommend + ["--all", "-o", "x.npy", "--ef", "3", "--exact"], "--ef and --exact exclude each other"),
      (["related", "nowhere.idx"], "ITEM is missing: an id or a title, or --all for every item"),
      (["related", "nowhere.idx", "1", "--all", "-o", "x.npy"], "ITEM and --all exclude each other"),
    ] {
      let run = akin(words)
      #expect(run.code == 2 && run.messages.contains(sentence), "\(words): \(run.messages)")
    }
    let users = akin("recommend", world.idx, "--all", "-o", scratch["x.npy"])
    #expect(users.code == 3, "\(users.messages)")
    #expect(scratch.names == before)
  }

  @Test("Lists that are cancelled leave nothing behind")
  func cancelled() {
    let cancellation = Cancellation()
    cancellation.cancel()
    let before = scratch.names
    for words in [["recommend", world.idx, "--users", world.emb], ["related", world.idx]] {
      #expect(akin(words + ["--all", "-o", scratch["x.npy"]], cancellation: cancellation).code == 130)
    }
    #expect(scratch.names == before)
  }
}
