import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTool

@Suite("Ratings below 0: mf takes them everywhere, other models refuse them")
struct NegativeRatingTests {
  private let scratch: Scratch
  private var input: String { scratch["r.csv"] }
  private var emb: String { scratch["m.emb"] }

  /// Ratings from −10 to 10, as jokes have them.
  init() throws {
    scratch = try Scratch()
    var text = "user,item,rating\n"
    for user in 1...20 {
      for item in 1...12 where (user * 5 + item * 3) % 4 != 0 {
        text += "\(user),\(item),\(Double((user * 7 + item * 5 + user * item) % 41) / 2 - 10)\n"
      }
    }
    scratch.write(text, to: "r.csv")
  }

  private func done(_ words: String...) throws -> Run {
    let run = akin(words)
    try #require(run.code == 0, "\(words): \(run.messages)")
    return run
  }

  private func train(_ words: String...) throws {
    let run = akin(["train", input, "--model", "mf", "--dimensions", "3", "-o", emb, "-f", "-q"] + words)
    try #require(run.code == 0, "\(run.messages)")
  }

  /// The cells of the rows of an answer.
  private func rows(_ run: Run) -> [[Substring]] {
    run.output.split(separator: "\n").dropFirst().map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
  }

  @Test("The file is sound, holds the ratings, and answers histories with ratings below 0")
  func file() throws {
    try train()
    #expect(try done("verify", emb).code == 0)
    let file = try EmbeddingFile(path: emb)
    let all = (0..<file.userCount).flatMap { file.interactions(of: Row($0)).values }
    #expect(all.min() == -10 && all.max() == 10 && all.count == 180)
    _ = try done("index", emb, "-o", scratch["m.idx"], "--with-users", "-q")
    let told = rows(try done("recommend", scratch["m.idx"], "--history", "1:-7.5,2:-9", "-k", "20"))
    #expect(told.count == 10 && told.allSatisfy { (-10...10).contains(Double($0[2]) ?? .nan) }, "\(told)")

    // Who hates everything is told of lower ratings than who loves everything, and both on the scale.
    func predictions(_ history: String) throws -> [Double] {
      rows(try done("predict", emb, "--history", history, "3", "4", "5", "--explain")).compactMap { Double($0[1]) }
    }
    let (hates, loves) = (try predictions("1:-10,2:-10"), try predictions("1:10,2:10"))
    #expect(hates.count == 3 && zip(hates, loves).allSatisfy { $0 < $1 })
    #expect((hates + loves).allSatisfy { (-10...10).contains($0) })

    let bad = akin("recommend", scratch["m.idx"], "--history", "1:nan")
    #expect(bad.code == 2)
    #expect(bad.messages.contains("'1' in the history has the value 'nan'; expected a finite number\n"))
  }

  @Test("An update learns ratings below 0, and the pairs of predict may hold them")
  func update() throws {
    try train()
    let new = scratch.write("user,item,rating\n99,1,-7.5\n99,2,-8\n1,3,-2.25\n", to: "new.csv")
    _ = try done("update", emb, new, "-o", scratch["u.emb"], "-q")
    #expect(try done("verify", scratch["u.emb"]).code == 0)
    let file = try EmbeddingFile(path: scratch["u.emb"])
    let row = try #require(file.userIDs?.row(of: .number(99)))
    #expect(file.interactions(of: row).values == [-7.5, -8])
    #expect(rows(try done("predict", scratch["u.emb"], "--pairs", new)).count == 3)
  }

  @Test("evaluate and tune measure them; a threshold may be below 0")
  func measure() throws {
    let run = try done("evaluate", input, "--model", "mf", "--folds", "2", "--threshold", "-2.5", "--json", "-q")
    #expect(run.output.contains("\"rmse\""))
    let test = scratch.write("user,item,rating\n1,1,-3\n2,2,5\n40,1,-4\n", to: "t.csv")
    let known = scratch.write("user,item,rating\n40,2,-7.5\n40,3,-8\n", to: "k.csv")
    _ = try done("evaluate", input, "--test", test, "--fold-in", known, "--model", "mf", "-q")
    let tuned = try done(
      "tune", input, "--model", "mf", "--folds", "2", "--metric", "rmse", "--grid", "lambda=1,3", "--epochs", "3", "-q")
    #expect(rows(tuned).count == 2)
    _ = try done(
      "train", input, "--model", "mf", "--dimensions", "3", "--optimiser", "sgd", "--range", "-10.5,10.5",
      "--validate", "--epochs", "5", "-o", scratch["v.emb"], "-q")
    let file = try EmbeddingFile(path: scratch["v.emb"])
    #expect(file.objective?.range == -10.5...10.5 && file.objective?.scale == -10...10)
  }

  @Test("A value below 0 is an error of models that take it for a strength, also in an update and among trials")
  func refused() throws {
    let sentence = "expected a value of 0 or more, found '-7.5'"
    let low = scratch.write("user,item,rating\n1,2,-7.5\n", to: "low.csv")
    let help =
      "leave dislikes and returns out: t = pandas.read_csv('\(low)', dtype=str); t[t['rating'].astype(float) >= 0].to_csv('rows.csv', "
      + "index=False); a value is the strength of an interaction, at least 0; ratings of any scale are for --model mf"
    let counts = scratch.write("user,item,count\n1,1,1\n1,2,3\n2,1,2\n2,3,1\n3,2,1\n3,3,2\n", to: "c.csv")
    _ = try done("train", counts, "--dimensions", "2", "-o", scratch["w.emb"], "-q")
    let models = ["wals", "bpr", "logistic", "svd", "spectral", "contrastive", "elsa", "popular", "random"]
    var lines = models.map { ["train", low, "--model", $0, "-o", scratch["n.emb"]] }
    lines += models.map { ["evaluate", low, "--model", $0] }
    lines.append(["update", scratch["w.emb"], low, "-o", scratch["n.emb"]])
    lines.append(["tune", low, "--grid", "model=mf,wals"])
    for words in lines {
      let run = akin(words)
      #expect(run.code == 3, "\(words)")
      #expect(run.messages.contains("akin: error: \(low):2: \(sentence)\nakin: help: \(help)\n"), "\(words)")
    }
    let file = akin("recommend", scratch["w.emb"], "--history", "1:-7.5")
    #expect(file.code != 0)
  }
}
