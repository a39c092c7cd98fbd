import Akin
import AkinInterchange
import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("Scores as people read them: recommend, predict, query --queries users")
struct PredictVerbTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    var ratings = "user,item,rating\n"
    for user in 1...20 {
      for item in 1...15 where (user * 5 + item * 3) % 4 != 0 {
        ratings += "\(user),\(item),\(Double(1 + (user * item + user) % 9) / 2 + 0.5)\n"
      }
    }
    scratch.write(ratings, to: "r.csv")
    scratch.write(
      "item,title,genres\n" + (1...15).map { "\($0),Film \($0),\($0 % 2 == 0 ? "Even" : "Odd")\n" }.joined(),
      to: "i.csv")
  }

  /// Trains and indexes a model; returns its files.
  private func model(_ words: String...) throws -> (emb: String, idx: String) {
    let (emb, idx) = (scratch["m.emb"], scratch["m.idx"])
    let train = akin(
      ["train", scratch["r.csv"], "--items", scratch["i.csv"], "--dimensions", "4", "-q", "-f", "-o", emb] + words)
    try #require(train.code == 0, "\(train.messages)")
    try #require(akin("index", emb, "-o", idx, "-q", "-f", "--with-users").code == 0)
    return (emb, idx)
  }

  private func rows(_ run: Run) -> [[String]] {
    run.output.split(separator: "\n").dropFirst().map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private static let models: [[String]] = [
    ["--model", "mf"], ["--model", "mf", "--optimiser", "sgd", "--range", "0,5.5"],
    ["--model", "logistic", "--positive-from", "3", "--epochs", "3"], ["--model", "wals", "--epochs", "3"],
    ["--model", "svd"],
  ]

  @Test("recommend shows predictions on the scale of the training, and --raw the scores before them", arguments: models)
  func scale(words: [String]) throws {
    let emb = scratch["m.emb"]
    let train = akin(
      ["train", scratch["r.csv"], "--items", scratch["i.csv"], "--dimensions", "4", "-q", "-f", "-o", emb] + words)
    try #require(train.code == 0, "\(train.messages)")
    try #require(akin("index", emb, "-o", scratch["m.idx"], "-q", "-f").code == 0)
    let objective = try #require(try EmbeddingFile(path: emb).objective)
    for user in [1, 7, 20] {
      let base = ["recommend", scratch["m.idx"], "--users", emb, "\(user)", "--include-seen", "-k", "15", "--exact"]
      let (shown, raw) = (rows(akin(base)), rows(akin(base + ["--raw"])))
      #expect(shown.map { $0[1] } == raw.map { $0[1] } && shown.count == 15)
      for (one, other) in zip(shown, raw) {
        let (prediction, score) = (try #require(Float(one[2])), try #require(Float(other[2])))
        #expect(prediction == Float(objective.prediction(ofScore: Double(score))), "\(words)")
        if words[1] == "mf" { #expect(prediction >= 0.5 && prediction <= 5.5) }
        if words[1] == "logistic" { #expect(prediction >= 0 && prediction <= 1) }
      }
      // A limit is compared with what is shown.
      let least = try #require(Float(shown[4][2]))
      let limited = rows(akin(base + ["--min-score", "\(least)"]))
      #expect(limited == shown.filter { (Float($0[2]) ?? 0) >= least }, "\(words)")
      // predict says the same of each pair.
      let asked = rows(akin(["predict", emb, "\(user)"] + shown.map { $0[1] }))
      for (one, other) in zip(asked, shown) {
        #expect(one[0] == other[1] && one[2] == other[3])
        #expect(abs((Float(one[1]) ?? .nan) - (Float(other[2]) ?? .nan)) <= 1e-5, "\(words): \(one) \(other)")
      }
    }
  }

  @Test(
    "query --queries users answers as recommend does, seen items out, with the file's users or the index's own",
    arguments: models)
  func queries(words: [String]) throws {
    let emb = scratch["m.emb"]
    let train = akin(["train", scratch["r.csv"], "--dimensions", "4", "-q", "-f", "-o", emb] + words)
    try #require(train.code == 0, "\(train.messages)")
    try #require(akin("index", emb, "-o", scratch["m.idx"], "-q", "-f", "--with-users").code == 0)
    let file = try EmbeddingFile(path: emb)
    for extra in [[], ["--include-seen"], ["--raw"]] {
      let (ids, scores) = (scratch["ids.npy"], scratch["scores.npy"])
      for queries in ["users:" + emb, "users"] {
        let run = akin(
          [
            "query", scratch["m.idx"], "--queries", queries, "-k", "4", "--ids", "-o", ids, "--scores", scores, "-q",
            "-f",
          ]
            + extra)
        #expect(run.code == 0, "\(run.messages)")
        let (idBytes, scoreBytes) = (
          scratch.bytes("ids.npy").dropFirst(128), scratch.bytes("scores.npy").dropFirst(128)
        )
        for user in 0..<file.userCount {
          let id = try #require(file.userIDs?.id(of: Row(user)))
          // The users may be the index's own here, too.
          let expected = rows(akin(["recommend", scratch["m.idx"], "\(id)", "-k", "4"] + extra))
          for (place, row) in expected.enumerated() {
            let at = user * 4 + place
            let number = (0..<8).reduce(UInt64(0)) { $0 | UInt64(idBytes[128 + at * 8 + $1]) << UInt64(8 * $1) }
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(scoreBytes[128 + at * 4 + $1]) << UInt32(8 * $1) }
            #expect(String(number) == row[1], "user \(id), \(words) \(extra)")
            #expect(Float(bitPattern: bits) == Float(row[2]), "user \(id), \(words) \(extra)")
          }
        }
      }
    }
  }

  @Test("--explain shows terms whose sum is the score")
  func explain() throws {
    let emb = try model("--model", "mf").emb
    let run = akin("predict", emb, "3", "1", "Film 2", "14", "--explain")
    #expect(run.output.hasPrefix("item\tprediction\tscore\tmean\tuserBias\titemBias\tdot\ttitle\n"), "\(run.output)")
    for row in rows(run) {
      let numbers = row[1...6].compactMap { Double($0) }
      #expect(numbers.count == 6 && abs(numbers[1] - numbers[2...5].reduce(0, +)) < 1e-5, "\(row)")
    }
    let json = akin("predict", emb, "3", "1", "--json").output
    #expect(json.contains(#""schema":1"#) && json.contains(#""user":3"#) && json.contains(#""prediction":"#))
  }

  @Test("New users come by their history, as in recommend, and new items by their categories")
  func fresh() throws {
    let (emb, idx) = try model("--model", "mf")
    let history = ["--history", "1:5,Film 2:1.5"]
    let recommended = rows(akin(["recommend", idx, "-k", "13", "--exact"] + history))
    let predicted = akin(["predict", emb] + history + recommended.map { $0[1] })
    #expect(predicted.messages.contains("basis is fold-in"))
    #expect(rows(predicted).count == 13)
    for (one, other) in zip(rows(predicted), recommended) {
      #expect(abs((Float(one[1]) ?? .nan) - (Float(other[2]) ?? .nan)) <= 1e-5)
    }
    scratch.write("item,title,genres\n99,New,Even\n98,Strange,Unheard\n", to: "new.csv")
    let new = akin("predict", emb, "3", "99", "--items", scratch["new.csv"], "--explain")
    #expect(new.code == 0 && rows(new)[0].last == "New" && Double(rows(new)[0][6]) != 0, "\(new.messages)")
    #expect(akin("predict", emb, "3", "99").code == 3)
    #expect(akin("predict", emb, "3", "98", "--items", scratch["new.csv"]).code == 3)
  }

  @Test("--pairs predicts every pair of a file, and says how many it cannot")
  func pairs() throws {
    let emb = try model("--model", "mf").emb
    let pairs = scratch.write("user,item\n7,2\n3,1\n3,5\n99,1\n3,77\n", to: "p.csv")
    let run = akin("predict", emb, "--pairs", pairs)
    #expect(run.code == 0 && run.messages.contains("akin: warning: 2 of 5 pairs have no prediction"), "\(run.messages)")
    #expect(rows(run).map { [$0[0], $0[1]] } == [["3", "1"], ["3", "5"], ["3", "77"], ["7", "2"], ["99", "1"]])
    #expect(rows(run)[0][2] == rows(akin("predict", emb, "3", "1"))[0][1] && rows(run)[2][2] == "")
    for (words, code) in [
      ([], 2), (["3"], 2), (["nobody", "1"], 3), (["3", "no such film"], 3), (["--pairs", pairs, "3", "1"], 2),
      (["--pairs", pairs, "--history", "1"], 2),
    ] as [([String], Int32)] {
      #expect(akin(["predict", emb] + words).code == code, "\(words)")
    }
  }

  @Test("Raw vectors stay raw: no item is left out, and --raw and --include-seen have no meaning")
  func vectors() throws {
    let (emb, idx) = try model("--model", "mf")
    let users = try #require(try EmbeddingFile(path: emb).users)
    try NpyWriter.write(users, to: scratch["q.npy"], overwrite: true)
    let base = ["query", idx, "--vectors", scratch["q.npy"], "-o", scratch["o.npy"], "-q", "-f"]
    #expect(akin(base).code == 0)
    for words in [["--raw"], ["--include-seen"], ["--queries", "users"]] { #expect(akin(base + words).code == 2) }
    #expect(akin("query", idx, "-o", scratch["o2.npy"]).code == 2)
    #expect(akin("recall", idx, "--queries", "users", "-q").code == 0)
  }

  @Test("A new user of mf may dislike: ratings below 0 are folded in, and lower what is alike; wals refuses them")
  func negativeRatings() throws {
    let (emb, idx) = try model("--model", "mf")
    func prediction(_ value: String) throws -> Float {
      let run = akin("predict", emb, "--history", "1:\(value)", "5", "--explain")
      #expect(run.code == 0, "\(run.messages)")
      return try #require(Float(rows(run)[0][2]))
    }
    #expect(try prediction("-5") < prediction("3"))
    #expect(akin("recommend", idx, "--history", "1:-2,2:5").code == 0)
    let wals = try model("--model", "wals")
    #expect(akin("recommend", wals.idx, "--history", "1:-2").code == 2)
  }

  @Test("Vectors of distances predict nothing, and the help names a metric that import takes")
  func distances() throws {
    try NpyWriter.write(normalMatrix(rows: 5, dimension: 3, seed: 1), to: scratch["v.npy"], overwrite: true)
    let made = ["import", scratch["v.npy"], "-q", "-f", "-o", scratch["v.emb"], "--metric"]
    #expect(akin(made + ["euclidean"]).code == 0)
    let run = akin("predict", scratch["v.emb"], "0", "1")
    #expect(
      run.code == 3 && run.messages.contains("import the vectors with --metric inner-product\n"), "\(run.messages)")
    #expect(akin(made + ["inner-product"]).code == 0)
  }
}
