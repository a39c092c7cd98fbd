import Akin
import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("Users of whom a model knows nothing, and histories on another scale than the training's")
struct NothingLearnedTests {
  private let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Trains on rows and indexes: the paths of both files.
  private func model(_ rows: String, _ options: String...) throws -> (emb: String, idx: String) {
    scratch.write(rows, to: "r.csv")
    let (emb, idx) = (scratch["m.emb"], scratch["m.idx"])
    let train = akin(["train", scratch["r.csv"], "-q", "-o", emb, "-f", "--dimensions", "2"] + options)
    try #require(train.code == 0, "\(train.messages)")
    try #require(akin("index", emb, "-o", idx, "-q", "-f").code == 0)
    return (emb, idx)
  }

  @Test("A user with a zero vector is answered by popularity without what was seen, whatever the way, and that is said")
  func zeroUser() throws {
    let (emb, idx) = try model("user,item,value\na,1,0\na,2,0\nb,1,1\nb,3,1\nc,2,1\nc,3,1\nc,4,1\n")
    let base = ["recommend", idx, "--users", emb, "a"]
    for way in [[], ["--exact"], ["--ef", "3"], ["--recall", "0.9"]] {
      let run = akin(base + way)
      // Item 3 has two users of three, and item 4 one.
      #expect(run.output == "rank\tid\tscore\n1\t3\t0.6666667\n2\t4\t0.33333334\n", "\(way): \(run.output)")
      #expect(run.messages.contains("basis is popularity") && run.messages.contains("user 'a': the vector is zero"))
    }
    #expect(akin(base + ["--json"]).output.contains(#""basis":"popularity""#))
    #expect(akin(base + ["--include-seen", "-k", "9"]).output.split(separator: "\n").count == 5)
    let strict = akin(base + ["--cold", "error"])
    #expect(strict.code == 3 && strict.messages.contains("the model has learned nothing of the user 'a'"))
    #expect(akin("recommend", idx, "--users", emb, "b", "--json").output.contains(#""basis":"model""#))
    let all = akin("recommend", idx, "--users", emb, "--all", "-o", scratch["l.tsv"])
    #expect(all.messages.contains("note: 1 user has a zero vector: popularity answers"), "\(all.messages)")
    let lists = String(decoding: scratch.bytes("l.tsv"), as: UTF8.self)
    #expect(lists.hasPrefix("user\trank\tid\tscore\na\t1\t3\t0.6666667\na\t2\t4\t0.33333334\nb\t"), "\(lists)")
    let words = ["--queries", "users:\(emb)", "--ids", "-k", "2", "-o", scratch["q.npy"], "-f"]
    for way in [[], ["--exact"], ["--raw"], ["--diversity", "0.5"]] {
      let query = akin(["query", idx] + words + way)
      #expect(query.code == 0 && query.messages.contains("1 user has a zero vector: popularity answers"))
      // The first row, of two int64, stands behind a header of 128 bytes.
      let row = Array(scratch.bytes("q.npy").dropFirst(128).prefix(16))
      #expect(row[0] == 3 && row[8] == 4, "\(way): \(row)")
    }
    let seen = akin(["query", idx] + words + ["--include-seen"])
    #expect(seen.code == 0 && scratch.bytes("q.npy").dropFirst(128).prefix(16).first == 1)
  }

  @Test("Without histories nothing says what is popular, and the order of the list is said")
  func withoutHistory() throws {
    for biases in [nil, [Float(1), 2, 3]] {
      var embeddings = Embeddings(items: EmbeddingMatrix(uniformRows: [[1, 0], [0, 1], [1, 1]], dimension: 2))
      embeddings.itemBiases = biases
      embeddings.users = EmbeddingMatrix(uniformRows: [[0, 0], [1, 0]], dimension: 2)
      embeddings.userIDs = .numbers([0, 1])
      try embeddings.write(to: scratch["z.emb"], overwrite: true)
      #expect(akin("index", scratch["z.emb"], "-o", scratch["z.idx"], "-q", "-f").code == 0)
      let run = akin("recommend", scratch["z.idx"], "--users", scratch["z.emb"], "0")
      let order = biases == nil ? "all items have the same score" : "items are ordered by their biases"
      #expect(run.code == 0 && run.messages.contains("the vector of the user is zero: \(order)"), "\(run.messages)")
      #expect(
        akin("recommend", scratch["z.idx"], "--users", scratch["z.emb"], "1").messages
          == "akin: note: the file has no histories of users: answers may hold what they have seen\n")
    }
  }

  @Test(
    "Ratings without a value count as 1, and far ones are of another scale: both are said for models of ratings alone")
  func scales() throws {
    let rows = "user,item,rating\n" + (0..<40).map { "u\($0 % 8),\($0 % 11),\(1 + $0 * 7 % 5)\n" }.joined()
    let (emb, idx) = try model(rows, "--model", "mf")
    func messages(_ history: String) -> String {
      akin("recommend", idx, "--users", emb, "--history", history, "-k", "1").messages
    }
    let bare = "without a value counts as rated 1, values from 1 to 5 in the training: write ID:VALUE"
    #expect(messages("1").contains("1 item of the history \(bare)"), "\(messages("1"))")
    #expect(messages("1,2,3:4").contains("2 items of the history without a value count as rated 1"))
    #expect(!messages("1:4").contains("without a value") && !messages("1:4").contains("another scale"))
    #expect(messages("1:100").contains("the history has the value 100, and values from 1 to 5 are in the training"))
    #expect(akin("predict", emb, "--history", "1", "2").messages.contains(bare))
    let weighed = try model(rows)
    let run = akin("recommend", weighed.idx, "--users", weighed.emb, "--history", "1,2:100", "-k", "1")
    #expect(run.code == 0 && !run.messages.contains("scale") && !run.messages.contains("without a value"))
  }

  @Test("Help that leads on: filters of other languages, few interactions, files for directories, names elsewhere")
  func help() throws {
    let (emb, idx) = try model("user,item,value\na,1,1\nb,2,2\n")
    for (filter, help) in [
      ("year between 1990 and 1995", "year >= 1990 and year <= 1995"),
      ("year => 1990", "the sign of comparison comes first"),
      ("year <> 1990", "write != for other values"), ("genre is null", "not has NAME"),
      ("genre in A", "brand in (A, B)"),
      ("genre contains A", "= asks for a whole one"), ("genre like A", "= asks for a whole one"),
      ("genre = A B", "quote words with spaces"),
    ] {
      let run = akin("related", idx, "1", "--where", filter)
      #expect(run.code == 2 && run.messages.contains(help), "\(filter): \(run.messages)")
    }
    scratch.write("1,2,3\n", to: "one.csv")
    let few = akin("evaluate", scratch["one.csv"], "--model", "popular")
    #expect(few.code == 3 && few.messages.contains("help: take more interactions"), "\(few.messages)")
    let taken = akin("catalogue", "create", scratch["r.csv"], emb)
    #expect(taken.code == 4 && taken.messages.contains("expected a directory to write into, found a file"))
    for (words, hint) in [
      (["train", "x", "--seperator", ","], "--delimiter"), (["train", "x", "--user-col", "u"], "--user-column"),
      (["train", "x", "--rating", "r"], "--value-column"), (["evaluate", "x", "--test-file", "t"], "--test"),
      (["recommendations"], "recommend"), (["predictions"], "predict"), (["dump"], "export"), (["create"], "catalogue"),
    ] {
      #expect(akin(words).messages.contains("did you mean '\(hint)'?"), "\(words): \(akin(words).messages)")
    }
  }
}
