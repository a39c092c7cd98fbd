import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinTraining
import AkinVectors
import Testing

@testable import AkinTool

@Suite("train --validate")
struct TrainValidationTests {
  private let world: SampleFiles
  private var scratch: Scratch { world.scratch }
  private var interactions: String { scratch["interactions.csv"] }

  init() throws { world = try SampleFiles() }

  private func validation(_ words: String...) throws -> TrainValidation {
    let all =
      ["x.csv", "-o", "y", "--dimensions", "8", "--validate"] + (words.contains("--model") ? [] : ["--epochs", "12"])
      + words
    guard case .run(let arguments) = try Parser.parse(all, for: TrainVerb.command) else {
      throw UsageError(.extraArgument("help"), verb: "train")
    }
    return try #require(try TrainValidation(arguments, ModelOptions.method(arguments)))
  }

  @Test(
    "Every model of epochs finds its number of them, the same at any number of threads",
    arguments: [
      "--model bpr --epochs 6", "--model logistic --epochs 6", "--model contrastive --epochs 6 --negatives 16",
      "--model logistic --epochs 6 --positive-from 2",
      "--model mf", "--model mf --optimiser sgd --epochs 9", "--model mf --optimiser adam --epochs 9",
      "--model mf --optimiser gd --epochs 40",
    ])
  func models(words: String) throws {
    let given = words.split(separator: " ").map(String.init)
    let metric = words.contains("mf") ? "rmse" : "ndcg@10"
    for (threads, name) in [("1", "a.emb"), ("3", "b.emb")] {
      let run = akin(
        ["train", interactions, "-o", scratch[name], "--dimensions", "4", "--validate", "--threads", threads] + given)
      #expect(run.code == 0 && run.messages.contains(", \(metric) "), "\(run.messages)")
      #expect(run.messages.contains("validate: epoch 1 \(metric) "), "\(run.messages)")
    }
    #expect(scratch.bytes("a.emb") == scratch.bytes("b.emb"))
    // The same number of epochs without validation trains the same vectors.
    guard case .object(let provenance)? = try EmbeddingFile(path: scratch["a.emb"]).container.provenance,
      case .integer(let epochs)? = provenance["options"]?["epochs"]
    else {
      Issue.record("no epochs")
      return
    }
    let own = given.firstIndex(of: "--epochs").map { Array(given[..<$0] + given[($0 + 2)...]) } ?? given
    let plain = akin(
      ["train", interactions, "-o", scratch["c.emb"], "--dimensions", "4", "-q", "--epochs", "\(epochs)"] + own)
    #expect(plain.code == 0, "\(plain.messages)")
    let (a, c) = (try EmbeddingFile(path: scratch["a.emb"]), try EmbeddingFile(path: scratch["c.emb"]))
    #expect(a.items.count == c.items.count && vectors(a.items) == vectors(c.items))
  }

  @Test("JSON has every measurement")
  func json() throws {
    let run = akin(
      "train", interactions, "-o", scratch["j.emb"], "--model", "mf", "--dimensions", "4", "--epochs", "3",
      "--validate",
      "--json", "-q")
    let object = try JSONValue(parsing: run.output)
    #expect(object["validation"]?["metric"] == .string("rmse"))
    guard case .array(let points)? = object["validation"]?["points"] else {
      Issue.record("no points: \(run.output)")
      return
    }
    #expect(points.map { $0["epoch"] } == [.integer(1), .integer(2), .integer(3)])
    for point in points {
      guard case .number(let value)? = point["value"] else {
        Issue.record("no value: \(point)")
        continue
      }
      #expect(value > 0 && value < 5)
    }
  }

  @Test("Ctrl-C gives the best so far for other models, too", arguments: ["bpr", "logistic", "mf", "contrastive"])
  func interruptedModels(name: String) throws {
    let x = try Interactions.read(path: interactions)
    let result = try validation("--model", name, "--on-interrupt", "best").train(
      x, execution: execution(cancelledAt: "train", 1))
    #expect(result.wasInterrupted && result.model.notes.last?.hasPrefix("interrupted") == true)
    for user in 0..<x.byUser.rowCount where x.byUser.count(ofRow: user) > 0 {
      #expect(result.model.users[Row(user)].contains { $0 != 0 }, "user \(user)")
    }
  }

  private func vectors(_ matrix: EmbeddingMatrix) -> [[Float]] { (0..<matrix.count).map { matrix[Row($0)] } }

  @Test("The model is that of all interactions after the epochs that were best; the same at any number of threads")
  func trains() throws {
    for (threads, name) in [("1", "a.emb"), ("3", "b.emb")] {
      let run = akin(
        "train", interactions, "-o", scratch[name], "--dimensions", "8", "--epochs", "12", "--validate", "--threads",
        threads)
      #expect(run.code == 0, "\(run.messages)")
      #expect(run.messages.contains("akin: note: validated on "), "\(run.messages)")
    }
    #expect(scratch.bytes("a.emb") == scratch.bytes("b.emb"))
    let x = try Interactions.read(path: interactions)
    let result = try validation().train(x, execution: Execution())
    #expect(!result.wasInterrupted && result.model.notes.count == 1)
    guard case .integer(let epochs)? = result.model.options["epochs"] else {
      Issue.record("no epochs")
      return
    }
    #expect(
      (1...12).contains(epochs) && result.model.notes[0].contains("after \(Numbers.counted(Int(epochs), "epochs"))"))
    var options = WALSOptions()
    options.dimensions = 8
    options.epochs = Int(epochs)
    let plain = try WALS.train(x, options: options)
    #expect(vectors(plain.users) == vectors(result.model.users) && vectors(plain.items) == vectors(result.model.items))
  }

  /// An execution that is cancelled at a stage's report with some number.
  private func execution(cancelledAt stage: String, _ completed: Int) -> Execution {
    let cancellation = Cancellation()
    return Execution(
      threads: 1,
      progress: { if $0.stage == stage, $0.completed >= completed { cancellation.cancel() } },
      cancellation: cancellation)
  }

  @Test(
    "Ctrl-C gives the best so far, with a vector for everybody, or nothing", arguments: [("validate", 5), ("train", 1)])
  func interrupted(stage: String, completed: Int) throws {
    let x = try Interactions.read(path: interactions)
    #expect(throws: Cancelled.self) {
      try validation().train(x, execution: execution(cancelledAt: stage, completed))
    }
    let result = try validation("--on-interrupt", "best").train(
      x, execution: execution(cancelledAt: stage, completed))
    #expect(result.wasInterrupted && result.model.notes.last?.hasPrefix("interrupted") == true)
    for user in 0..<x.byUser.rowCount where x.byUser.count(ofRow: user) > 0 {
      #expect(result.model.users[Row(user)].contains { $0 != 0 }, "user \(user)")
    }
    // Before anything was measured there is nothing to keep.
    #expect(throws: Cancelled.self) {
      try validation("--on-interrupt", "best").train(x, execution: execution(cancelledAt: "validate", 1))
    }
  }

  @Test("What it has no meaning with, and what cannot be held out")
  func badInput() {
    let few = scratch.write("1,1,3\n2,2,4\n3,3,4\n", to: "few.csv")
    let single = scratch.write((0..<20).map { "\($0),\($0 % 3),1\n" }.joined(), to: "single.csv")
    for (words, code, sentence) in [
      ([few, "--validate"], 3, "validation holds out a tenth of the users: expected at least 10, found 3"),
      (
        [single, "--validate"], 3,
        "validation holds out a tenth of the users: expected one with a known and a held-out positive, found none"
      ),
      (
        [few, "--validate", "--model", "mf"], 3,
        "validation holds out a tenth of the interactions: expected at least 10, found 3"
      ),
      (
        [few, "--validate", "--model", "svd"], 2,
        "--validate requires a model with epochs"
      ),
      ([few, "--on-interrupt", "best"], 2, "--on-interrupt requires --validate"),
    ] as [([String], Int32, String)] {
      let run = akin(["train", "-o", scratch["out.emb"], "-q"] + words)
      #expect(run.code == code && run.messages.contains("akin: error: \(sentence)\n"), "\(run.messages)")
      #expect(!scratch.names.contains("out.emb"))
    }
  }
}
