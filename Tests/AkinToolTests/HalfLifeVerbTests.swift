import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinTraining
import AkinVectors
import Testing

@testable import AkinTool

@Suite("Values that halve with age, in commands")
struct HalfLifeVerbTests {
  private let scratch: Scratch
  private static let quick = ["--dimensions", "2", "--epochs", "2", "--force"]
  private static let day = 86_400

  init() throws {
    scratch = try Scratch()
    scratch.write(lines(days: 0..<8) { _ in 8 }, to: "r.csv")
  }

  /// Ten users with an item a day, each with a value and a time.
  private func lines(days: Range<Int>, value: (_ day: Int) -> Float) -> [UInt8] {
    var lines = "user,item,value,timestamp\n"
    for user in 0..<10 {
      for day in days {
        let time = 1_600_000_000 + day * HalfLifeVerbTests.day
        lines += "\(user),\((user * user + day) % 13),\(value(day)),\(time)\n"
      }
    }
    return Array(lines.utf8)
  }

  private func train(_ file: String, _ words: String...) -> Run {
    akin(["train", scratch[file], "-o", scratch["\(file).emb"]] + HalfLifeVerbTests.quick + words)
  }

  private func embeddings(_ file: String) throws -> Embeddings {
    try EmbeddingFile(path: scratch["\(file).emb"]).embeddings(execution: Execution())
  }

  private func rows(_ matrix: EmbeddingMatrix?) -> [[Float]] {
    matrix.map { matrix in (0..<matrix.count).map { matrix[Row($0)] } } ?? []
  }

  @Test("train learns from the values that are left, and the file says what has halved them")
  func training() throws {
    let run = train("r.csv", "--half-life", "2")
    #expect(run.code == 0, "\(run.messages)")
    scratch.write(lines(days: 0..<8) { Float(8 * exp2(Double($0 - 7) / 2)) }, to: "less.csv")
    #expect(train("less.csv").code == 0)
    let (aged, less) = (try embeddings("r.csv"), try embeddings("less.csv"))
    let (values, expected) = (try #require(aged.historyValues), try #require(less.historyValues))
    #expect(Set(values).count == 8 && zip(values, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    for (a, b) in zip(rows(aged.items).joined(), rows(less.items).joined()) { #expect(abs(a - b) < 1e-3) }
    let fact = try #require(aged.provenance["halfLife"])
    #expect(fact["days"] == .number(2) || fact["days"] == .integer(2))
    #expect(fact["newest"] == .number(1_600_604_800) || fact["newest"] == .integer(1_600_604_800))
    #expect(less.provenance["halfLife"] == nil)
  }

  @Test("Most interactions next to nothing are a warning: a half-life that is too short, or one time in the future")
  func faded() {
    let future = lines(days: 0..<8) { _ in 8 } + Array("0,99,8,\(1_600_000_000 + 9_000 * HalfLifeVerbTests.day)\n".utf8)
    scratch.write(future, to: "future.csv")
    let warning = "count less than a thousandth"
    #expect(train("future.csv", "--half-life", "30").messages.contains("half-life: 80 interactions of 81 \(warning)"))
    // Seven of eight days are more than ten hours old.
    #expect(train("r.csv", "--half-life", "0.01").messages.contains("half-life: 70 interactions of 80 \(warning)"))
    #expect(!train("r.csv", "--half-life", "0.7").messages.contains(warning))
  }

  @Test("mf weighs ratings by age, and update, evaluate and verify go on by the file's weights")
  func rated() throws {
    let words = ["--model", "mf", "--half-life", "2"]
    let run = akin(["train", scratch["r.csv"], "-o", scratch["m.emb"]] + HalfLifeVerbTests.quick + words)
    #expect(run.code == 0, "\(run.messages)")
    let file = try EmbeddingFile(path: scratch["m.emb"])
    #expect((file.objective?.alpha ?? 0) > 1)
    #expect(akin("verify", scratch["m.emb"]).code == 0)
    let whole = try file.embeddings(execution: Execution())
    let weights = try #require(whole.historyWeights)
    #expect(Set(weights).count == 8 && weights.max() == 1 && Set(whole.historyValues ?? []) == [8])
    scratch.write(lines(days: 8..<10) { _ in 6 }, to: "later.csv")
    let update = akin("update", scratch["m.emb"], scratch["later.csv"], "-o", scratch["n.emb"], "-q")
    #expect(update.code == 0, "\(update.messages)")
    let aged = try EmbeddingFile(path: scratch["n.emb"]).embeddings(execution: Execution())
    #expect(aged.historyWeights?.max() == 1 && Set(aged.historyValues ?? []) == [6, 8])
    for split in ["folds", "strong"] {
      let measured = akin(
        ["evaluate", scratch["r.csv"], "-k", "2", "--split", split, "--folds", "2", "--json"]
          + HalfLifeVerbTests.quick.dropLast() + words)
      #expect(
        measured.code == 0 && measured.output.contains("\"half-life of values\":\"2 days\""), "\(measured.messages)")
    }
  }

  @Test("bpr learns from what is left of the values, in train and update")
  func ranking() throws {
    let words = ["--model", "bpr", "--weighting", "value", "--half-life", "2"]
    let run = akin(["train", scratch["r.csv"], "-o", scratch["b.emb"]] + HalfLifeVerbTests.quick + words)
    #expect(run.code == 0, "\(run.messages)")
    let file = try EmbeddingFile(path: scratch["b.emb"])
    #expect(file.objective?.weighting == .value && (file.objective?.alpha ?? 0) > 0)
    scratch.write(lines(days: 8..<9) { _ in 8 }, to: "later.csv")
    let update = akin("update", scratch["b.emb"], scratch["later.csv"], "-o", scratch["c.emb"], "-q")
    #expect(update.code == 0, "\(update.messages)")
    let aged = try EmbeddingFile(path: scratch["c.emb"]).embeddings(execution: Execution()).historyValues ?? []
    #expect(aged.max() == 8 && aged.contains { abs($0 - Float(8 / exp2(0.5))) < 1e-5 })
  }

  @Test("update goes on with the half-life of the training, and then needs times")
  func update() throws {
    scratch.write(lines(days: 0..<5) { _ in 8 }, to: "old.csv")
    #expect(train("old.csv", "--half-life", "3").code == 0)
    scratch.write(lines(days: 5..<8) { _ in 8 }, to: "new.csv")
    let run = akin("update", scratch["old.csv.emb"], scratch["new.csv"], "-o", scratch["up.emb"], "-q")
    #expect(run.code == 0, "\(run.messages)")
    #expect(train("r.csv", "--half-life", "3").code == 0)
    let (updated, whole) = (try embeddings("up").historyValues ?? [], try embeddings("r.csv").historyValues ?? [])
    #expect(updated.count == 80 && zip(updated, whole).allSatisfy { abs($0 - $1) < 1e-5 })
    scratch.write(Array("user,item,value\n1,3,2\n".utf8), to: "timeless.csv")
    let bad = akin("update", scratch["old.csv.emb"], scratch["timeless.csv"], "-o", scratch["no.emb"], "-q")
    #expect(bad.code == 2 && bad.messages.contains("half-life: expected a column of times"), "\(bad.messages)")
  }

  @Test("evaluate and tune let values age, say it, and the best line does too")
  func measuring() throws {
    let words = ["--split", "leave-out", "--order", "last", "--half-life", "1.5"]
    let run = akin(["evaluate", scratch["r.csv"], "-k", "2", "--json"] + HalfLifeVerbTests.quick.dropLast() + words)
    #expect(run.code == 0, "\(run.messages)")
    #expect(run.output.contains("\"half-life of values\":\"1.5 days\""), "\(run.output)")
    let plain = akin(
      ["evaluate", scratch["r.csv"], "-k", "2", "--json"] + HalfLifeVerbTests.quick.dropLast() + words.dropLast(2))
    #expect(plain.code == 0 && plain.output != run.output)
    let strong = akin(
      ["evaluate", scratch["r.csv"], "-k", "2", "--split", "strong", "--folds", "2", "--half-life", "1.5"]
        + HalfLifeVerbTests.quick.dropLast())
    #expect(strong.code == 0, "\(strong.messages)")
    let tuned = akin(
      ["tune", scratch["r.csv"], "--grid", "lambda=0.1,1", "--metric", "hitRate@2"] + HalfLifeVerbTests.quick.dropLast()
        + words)
    #expect(tuned.code == 0 && tuned.messages.contains(" --half-life 1.5 "), "\(tuned.messages)")
    // A predefined split: the newest training pair is day 6, so nothing of day 7 decides.
    scratch.write(lines(days: 0..<7) { _ in 8 }, to: "train.csv")
    scratch.write(Array("user,item\n1,12\n2,12\n3,5\n".utf8), to: "test.csv")
    let parts = akin(
      ["evaluate", scratch["train.csv"], "--test", scratch["test.csv"], "--half-life", "2", "-k", "2"]
        + HalfLifeVerbTests.quick.dropLast())
    #expect(parts.code == 0, "\(parts.messages)")
  }

  @Test("A grid of half-lives has the values that evaluate reports for each, none of them too")
  func grid() throws {
    let words = ["--split", "leave-out", "--order", "last", "--dimensions", "2", "--epochs", "1"]
    let run = akin(["tune", scratch["r.csv"], "--grid", "half-life=none,1.5", "--metric", "ndcg@2", "-q"] + words)
    #expect(run.code == 0 && run.messages.contains(" --half-life "), "\(run.messages)")
    let trials = run.output.split(separator: "\n").dropFirst().map { $0.split(separator: "\t").map(String.init) }
    #expect(trials.count == 2 && Set(trials.map { $0[3] }).count == 2, "\(run.output)")
    for trial in trials {
      let measured = akin(
        ["evaluate", scratch["r.csv"], "-k", "2", "--no-auc", "-q", "--half-life", trial[0]] + words)
      #expect(measured.output.contains("wals\tndcg\t2\t\(trial[3])\t"), "\(trial)\n\(measured.output)")
    }
  }

  @Test("Without a grid, tune varies the half-life of an age, and no weighting that ignores the values")
  func ownGrid() throws {
    func axes(_ words: String...) throws -> [String: [String]] {
      guard case .run(let arguments) = try Parser.parse(["x.csv"] + words, for: TuneVerb.command) else { return [:] }
      return Dictionary(uniqueKeysWithValues: try TuneGrid.axes(arguments).map { ($0.name, $0.values) })
    }
    let days = try axes("--age", "days")
    #expect(days["half-life"] == ["none", "30", "180", "720"] && days["weighting"] == ["value", "bm25"])
    let own = try axes("--model", "contrastive", "--weighting", "value", "--age", "interactions")
    #expect(own["half-life"] == ["none", "2", "8", "32"] && own["weighting"] == nil && own["temperature"] != nil)
    let given = try axes("--half-life", "3")
    #expect(given["half-life"] == nil && given["weighting"] == ["value", "bm25"])
    #expect(try axes()["weighting"] == ["constant", "bm25"] && axes()["half-life"] == nil)
  }

  @Test("--auto holds out the newest interaction of each user, and the file says what has halved the values")
  func auto() throws {
    let words = ["train", scratch["r.csv"], "--auto", "--half-life", "2", "--age", "interactions", "--dimensions", "2"]
    let run = akin(words + ["-o", scratch["auto.emb"], "--budget", "1s", "--threads", "1"])
    #expect(run.code == 0, "\(run.messages)")
    #expect(run.messages.contains(" on the newest interaction of 10 users"), "\(run.messages)")
    #expect(run.messages.contains(" --half-life=2 --age=interactions "), "\(run.messages)")
    let made = try EmbeddingFile(path: scratch["auto.emb"]).embeddings(execution: Execution())
    #expect(made.provenance["halfLife"]?["interactions"] != nil)
    #expect(Set(made.historyValues ?? []).count == 8)
    let again = akin(words + ["-o", scratch["more.emb"], "--budget", "1s", "--threads", "3", "-q"])
    #expect(again.code == 0 && scratch.bytes("auto.emb") == scratch.bytes("more.emb"), "\(again.messages)")
  }

  @Test("Lists in order weigh the newest most, by newer interactions; a user who comes back is folded in by that")
  func lists() throws {
    let lists = (0..<8).map { user in
      "\(user) " + (0..<6).map { step in "\((user + step * step) % 11)" }.joined(separator: " ")
    }
    // A place has an item twice in some lists; the later one counts.
    scratch.write(Array((lists.joined(separator: "\n") + "\n").utf8), to: "l.txt")
    let words = [
      "--layout", "lists", "--duplicates", "last", "--model", "contrastive", "--weighting", "value", "--half-life", "1",
      "--age",
      "interactions",
    ]
    let run = akin(
      ["train", scratch["l.txt"], "-o", scratch["l.emb"], "--dimensions", "2", "--epochs", "2", "--force"] + words)
    #expect(run.code == 0 && run.messages.contains("time=place in the list"), "\(run.messages)")
    let made = try EmbeddingFile(path: scratch["l.emb"]).embeddings(execution: Execution())
    let (history, values) = (try #require(made.history), try #require(made.historyValues))
    for user in 0..<8 {
      let own = values[Int(history.offsets[user])..<Int(history.offsets[user + 1])]
      #expect(own.sorted() == (0..<own.count).map { Float(exp2(Double($0 + 1 - own.count))) })
    }
    let fact = try #require(made.provenance["halfLife"])
    #expect(fact["interactions"] == .number(1) || fact["interactions"] == .integer(1))
    scratch.write(Array("0 7\n".utf8), to: "more.txt")
    let update = akin([
      "update", scratch["l.emb"], scratch["more.txt"], "-o", scratch["m.emb"], "--layout", "lists", "--force",
    ])
    #expect(update.code == 0, "\(update.messages)")
    let after = try EmbeddingFile(path: scratch["m.emb"]).embeddings(execution: Execution())
    let measured = akin(
      [
        "evaluate", scratch["l.txt"], "--split", "leave-out", "--order", "last", "-k", "2", "--dimensions", "2",
        "--epochs", "2",
      ]
        + words)
    #expect(measured.code == 0 && measured.messages.contains("time=place in the list"), "\(measured.messages)")
    let count = Int(try #require(after.history).offsets[1])
    let first = try #require(after.historyValues)[..<count]
    #expect(first.sorted() == (0..<count).map { Float(exp2(Double($0 + 1 - count))) })
  }

  @Test("Days of lists, ages without a half-life, and a threshold that ageing would cross are refused")
  func mistakes() throws {
    scratch.write(Array("0 1 2 3\n1 2 3\n".utf8), to: "l.txt")
    let base = ["train", scratch["l.txt"], "-o", scratch["x.emb"], "--layout", "lists", "--model", "contrastive"]
    let days = akin(base + ["--weighting", "value", "--half-life", "3"])
    #expect(days.code == 2 && days.messages.contains("--age interactions"), "\(days.messages)")
    let alone = akin(base + ["--age", "interactions"])
    #expect(alone.code == 2 && alone.messages.contains("--age requires --half-life"), "\(alone.messages)")
    let crossed = akin(base + ["--weighting", "value", "--half-life", "3", "--positive-from", "2"])
    #expect(crossed.code == 2 && crossed.messages.contains("--positive-from"), "\(crossed.messages)")
    let power = akin(base + ["--weighting", "bm25"])
    #expect(power.code == 2 && power.messages.contains("expected constant or value, found bm25"), "\(power.messages)")
  }

  @Test("A file without times, a half-life of 0, and a model that ignores values are errors that name the option")
  func refusals() throws {
    scratch.write(Array("user,item,value\n1,3,2\n2,3,1\n".utf8), to: "timeless.csv")
    let timeless = train("timeless.csv", "--half-life", "2")
    #expect(
      timeless.code == 2 && timeless.messages.contains("half-life: expected a column of times"), "\(timeless.messages)")
    #expect(timeless.messages.contains("--time-column"))
    let zero = train("r.csv", "--half-life", "0")
    #expect(
      zero.code == 2 && zero.messages.contains("half-life: expected a number above 0"), "\(zero.messages)")
    for words in [
      ["--model", "logistic"], ["--model", "bpr"], ["--weighting", "constant"], ["--model", "spectral"],
      ["--model", "contrastive"],
    ] {
      let run = akin(["train", scratch["r.csv"], "-o", scratch["x.emb"], "--half-life", "2"] + words)
      #expect(
        run.code == 2 && run.messages.contains("--half-life requires a model whose weights follow"), "\(run.messages)")
    }
    let memory = #expect(throws: (any Error).self) {
      try Tool.train(.object(["half_life": .integer(2)]), execution: Execution()) { _, _ in
        try Interactions(rows: [(.number(1), .number(1), 1)])
      }
    }
    #expect("\(memory.map { "\($0)" } ?? "")".hasPrefix("half-life: expected a time"))
  }
}
