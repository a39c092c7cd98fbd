import Akin
import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("Asking by id, by title, and with nothing known")
struct AskingByNameTests {
  private let scratch: Scratch
  private var idx: String { scratch["x.idx"] }
  private var emb: String { scratch["x.emb"] }

  init() throws {
    scratch = try Scratch()
    // Item 7 has no interactions, and user 9 none but with it in a catalogue of features.
    var pairs = "user,item,value\n"
    for user in 1...12 {
      for item in 1...6 where (user * 7 + item * 3) % 4 != 0 { pairs += "\(user),\(item),\(item)\n" }
    }
    scratch.write(pairs, to: "t.csv")
    scratch.write(
      "item,title,genres\n1,Apollo 13 (1995),A\n2,13 Going on 30 (2004),B\n3,1984,A\n4,Heat,A\n5,Seven,B\n6,8 1/2,A\n"
        + "7,Unseen 77,B\n8,Unseen too,B\n", to: "i.csv")
    let train = akin(
      "train", scratch["t.csv"], "--items", scratch["i.csv"], "--dimensions", "3", "--epochs", "3", "-q", "-o", emb)
    try #require(train.code == 0, "\(train.messages)")
    try #require(akin("index", emb, "-o", idx, "-q").code == 0)
  }

  @Test(
    "A number is an id and only an id: titles that hold it are offered, not taken",
    arguments: [
      ("13", "2 titles hold this number:\n  1  Apollo 13 (1995)\n  2  13 Going on 30 (2004)"),
      ("1984", "a title holds this number:\n  3  1984"), ("77", "a title holds this number:\n  7  Unseen 77"),
      ("2004", "a title holds this number:\n  2  13 Going on 30 (2004)"),
    ])
  func numbers(text: String, offered: String) {
    for run in [akin("related", idx, text), akin("recommend", idx, "--users", emb, "--history", text + ":5")] {
      #expect(run.code == 3 && run.output.isEmpty)
      #expect(run.messages.hasPrefix("akin: error: no item has the id '\(text)'; \(offered)\n"), "\(run.messages)")
    }
  }

  @Test(
    "A number that no id and no title holds is unknown, however it is written", arguments: ["998", "1.0", "-4", "+4"])
  func unknownNumbers(text: String) {
    let run = akin("related", idx, "--", text)
    #expect(run.code == 3 && run.messages.hasPrefix("akin: error: no item has the id '\(text)'"), "\(run.messages)")
  }

  @Test("Words, and words with numbers, find titles as before", arguments: ["heat", "Apollo 13", "13 going", "8 1/2"])
  func words(text: String) {
    #expect(akin("related", idx, text).code == 0)
  }

  @Test("A history of items that the model knows nothing of is answered by popularity, which is said")
  func unknownHistory() throws {
    let popular = akin("recommend", idx, "--users", emb, "--history", "")
    for history in ["7", "7:3", "7,8:2", "1:0", "Unseen too"] {
      let run = akin("recommend", idx, "--users", emb, "--history", history, "--include-seen")
      #expect(run.code == 0 && run.messages.contains("basis is popularity"), "\(history): \(run.messages)")
      #expect(run.messages.contains("the model has learned nothing of the "), "\(run.messages)")
      let json = akin("recommend", idx, "--users", emb, "--history", history, "--json").output
      #expect(json.contains(#""basis":"popularity""#), "\(json)")
      if history != "1:0" { #expect(run.output == popular.output) }
      let strict = akin("recommend", idx, "--users", emb, "--history", history, "--cold", "error")
      #expect(strict.code == 3 && strict.output.isEmpty)
    }
    let known = akin("recommend", idx, "--users", emb, "--history", "7,4:2", "--json").output
    #expect(known.contains(#""basis":"fold-in""#))
  }

  @Test("A user with a zero vector gets the same list by the graph, by a recall and exactly")
  func zeroUser() throws {
    let items = EmbeddingMatrix(
      uniformRows: (0..<400).map { row in (0..<4).map { Float((row * 31 + $0 * 17) % 23) - 11 } }, dimension: 4)
    for biases in [nil, (0..<400).map { Float(($0 * 37) % 101) }] {
      var embeddings = Embeddings(items: items)
      embeddings.itemBiases = biases
      embeddings.users = EmbeddingMatrix(uniformRows: [[0, 0, 0, 0], [1, 2, 3, 4]], dimension: 4)
      embeddings.userIDs = .numbers([5, 6])
      try embeddings.write(to: scratch["z.emb"], overwrite: true)
      #expect(akin("index", scratch["z.emb"], "-o", scratch["z.idx"], "-q", "-f").code == 0)
      let base = ["recommend", scratch["z.idx"], "--users", scratch["z.emb"], "5", "-k", "7"]
      let exact = akin(base + ["--exact"])
      #expect(exact.code == 0 && exact.output.split(separator: "\n").count == 8)
      for way in [[], ["--ef", "3"], ["--ef", "400"], ["--recall", "0.9"]] {
        #expect(akin(base + way).output == exact.output, "\(way), biases \(biases != nil)")
        #expect(akin(base + way + ["--json"]).output.contains(#""way":"exact""#))
      }
    }
  }
}
