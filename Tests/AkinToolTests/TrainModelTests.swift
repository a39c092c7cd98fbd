import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinTraining
import AkinVectors
import Testing

@testable import AkinTool

@Suite("train --model")
struct TrainModelTests {
  private let scratch: Scratch
  private let input: String

  init() throws {
    scratch = try Scratch()
    var text = "user,item,rating\n"
    for user in 1...12 {
      for item in 1...9 where (user + item) % 2 == 0 { text += "\(user),\(item),\(1 + (user * item) % 5)\n" }
    }
    input = scratch.write(text, to: "in.csv")
  }

  private func method(_ words: String...) throws -> any TrainingMethod {
    guard case .run(let arguments) = try Parser.parse(["x.csv", "-o", "y"] + words, for: TrainVerb.command) else {
      throw UsageError(.extraArgument("help"), verb: "train")
    }
    return try ModelOptions.method(arguments)
  }

  @Test("Options of wals follow the data unless the command line sets them")
  func adaptive() throws {
    #expect(try method() as? WALSOptions == WALSOptions())
    let all = WALSOptions.Adaptive.all
    for (words, left) in [
      (["--w0", "1"], all.subtracting(.w0)), (["--weighting", "bm25"], all.subtracting(.weighting)),
      (["--lambda", "0.05"], all.subtracting(.lambda)),
      (["--w0", "1", "--weighting", "constant", "--lambda", "2"], [.nu, .userExponent, .epochs]),
      (["--nu", "1", "--user-weight-exponent", "0", "--epochs", "15"], [.weighting, .w0, .lambda]),
    ] as [([String], WALSOptions.Adaptive)] {
      guard case .run(let arguments) = try Parser.parse(["x.csv", "-o", "y"] + words, for: TrainVerb.command) else {
        Issue.record("\(words)")
        continue
      }
      #expect((try ModelOptions.method(arguments) as? WALSOptions)?.adaptive == left, "\(words)")
    }
    let words = ["train", input, "-o", scratch["a.emb"], "--dimensions", "4", "--epochs", "2", "-f"]
    let sentence = "akin: note: all values are equal, so these follow the data: weighting constant, w0 1, lambda 0.3"
    #expect(akin(words + ["--value", "none"]).messages.contains(sentence))
    #expect(!akin(words).messages.contains("all values are equal"))
  }

  @Test("Every model's defaults on the command line are the library's")
  func defaults() throws {
    #expect(try method("--model", "mf") as? MFOptions == MFOptions())
    #expect(try method("--model", "bpr") as? BPROptions == BPROptions())
    #expect(try method("--model", "logistic") as? LogisticOptions == LogisticOptions())
    #expect(try method("--model", "svd") as? SVDOptions == SVDOptions())
    #expect(try method("--model", "spectral") as? SpectralOptions == SpectralOptions())
    #expect(try method("--model", "contrastive") as? ContrastiveOptions == ContrastiveOptions())
    #expect(try method("--model", "elsa") as? ELSAOptions == ELSAOptions())
    #expect(try method("--model", "popular") is PopularOptions)
    #expect(try method("--model", "random") as? RandomOptions == RandomOptions())
  }

  @Test("The preset of courses is its options spelled out, and one that is given changes it")
  func preset() throws {
    let spelled = try method(
      "--model", "mf", "--dimensions", "100", "--optimiser", "adam", "--biases", "user", "--mean-damping", "0",
      "--lambda", "1", "--bias-lambda", "0", "--nu", "0", "--epochs", "200", "--learning-rate", "0.1", "--start",
      "normal")
    #expect(try method("--preset", "course-lab") as? MFOptions == .courseLab)
    #expect(spelled as? MFOptions == .courseLab)
    var changed = MFOptions.courseLab
    changed.lambda = 2
    #expect(try method("--preset", "course-lab", "--lambda", "2") as? MFOptions == changed)
  }

  @Test("So is that of the embeddings of courses")
  func embeddings() throws {
    let spelled = try method(
      "--model", "mf", "--dimensions", "128", "--runs", "2", "--optimiser", "adamw", "--range", "0,5.5", "--start",
      "tiny")
    #expect(spelled as? MFOptions == .courseEmbeddings)
    #expect(try method("--preset", "course-embeddings") as? MFOptions == .courseEmbeddings)
    var changed = MFOptions.courseEmbeddings
    (changed.batch, changed.weightDecay, changed.learningRate) = (64, 0.1, 0.005)
    let found = try method(
      "--preset", "course-embeddings", "--batch", "64", "--weight-decay", "0.1", "--learning-rate", "0.005")
    #expect(found as? MFOptions == changed)
  }

  @Test("An option that the model does not take is refused, with the models that do")
  func lonely() {
    for (words, sentence) in [
      (["--power", "2"], "--power requires --weighting power"),
      (["--model", "spectral", "--power", "2"], "--power requires --weighting power"),
      (["--model", "contrastive", "--lambda", "1"], "--lambda requires --model wals, mf, bpr or logistic"),
      (["--model", "contrastive", "--loss", "squared"], "loss: expected sampled-softmax or cosine-contrastive"),
      (["--model", "mf", "--loss", "sampled-softmax"], "loss: expected squared, absolute or logistic"),
      (["--score-degree-exponent", "0.4"], "--score-degree-exponent requires --model spectral"),
      (["--model", "elsa", "--weighting", "bm25"], "weighting: expected constant or value, found bm25"),
      (["--model", "mf", "--rounds", "3"], "--rounds requires --model svd or spectral"),
      (["--model", "mf", "--w0", "1"], "--w0 requires --model wals"),
      (["--range", "0,6"], "--range requires --model mf"),
      (
        ["--model", "svd", "--positive-from", "4"],
        "--positive-from requires --model bpr, logistic, contrastive or two-tower"
      ),
      (["--model", "bpr", "--preset", "course-lab"], "--preset requires --model mf"),
      (
        ["--model", "mf", "--range", "6,0"],
        "--range must be two numbers separated by a comma, the first below the second, found '6,0'"
      ),
    ] {
      let run = akin(["train", input, "-o", scratch["out.emb"]] + words)
      #expect(run.code == 2 && run.messages.contains(sentence), "\(run.messages)")
    }
  }

  @Test("Every model writes a whole file that info describes and an index serves", arguments: ModelOptions.models)
  func whole(model: Objective.Model) throws {
    let emb = scratch["a.emb"]
    for (threads, path) in [("1", emb), ("2", scratch["b.emb"])] {
      // Two towers need features; the others take none.
      let words = model == .twoTower ? FeatureWorld(scratch).words : ["--model", model.name]
      let run = akin(["train", input, "-o", path, "--threads", threads, "--json"] + words)
      #expect(run.code == 0, "\(run.messages)")
      #expect(run.output.contains("\"model\":\"\(model.name)\""))
    }
    #expect(scratch.bytes("a.emb") == scratch.bytes("b.emb"))
    #expect(akin("verify", emb, "-q").code == 0)
    let objective = try #require(try EmbeddingFile(path: emb).objective)
    #expect(objective.model == model)
    let info = akin("info", emb)
    #expect(info.output.contains("model\t\(model.name)\n") && info.output.contains("scoreMeaning\t"))
    #expect(akin("index", emb, "-o", scratch["a.idx"], "-q").code == 0)
    let answer = akin("recommend", scratch["a.idx"], "--users", emb, "1", "-k", "3")
    #expect(answer.code == 0 && answer.output.split(separator: "\n").count >= 3, "\(answer)")
    // Who saw only what people said ranks badly, and says so.
    #expect(answer.messages.contains("ranks badly by construction") == [.mf, .twoTower].contains(model))
  }

  @Test("Weights are recorded, and info tells of them")
  func weights() throws {
    let emb = scratch["a.emb"]
    let run = akin(
      "train", input, "-o", emb, "--weighting", "power", "--power", "0.75", "--user-weight-exponent", "0.25", "-q")
    #expect(run.code == 0, "\(run.messages)")
    #expect(akin("verify", emb, "-q").code == 0)
    let objective = try #require(try EmbeddingFile(path: emb).objective)
    #expect(objective.weighting == .power && objective.power == 0.75 && objective.userExponent == 0.25)
    let info = akin("info", emb).output
    #expect(info.contains("weighting\tpower\n") && info.contains("power\t0.75") && info.contains("userExponent\t0.25"))
  }

  @Test("Bad input for a model is a sentence and no file")
  func badInput() {
    for (words, code, sentence) in [
      (["--model", "bpr", "--positive-from", "6"], 3, "expected at least one positive value (6.0 or more)"),
      (
        ["--model", "mf", "--optimiser", "sgd", "--range", "0,4"], 3,
        "expected a value from 0.0 to 4.0, the range of predictions, found 5.0"
      ),
      (["--model", "mf", "--lambda", "0", "--bias-lambda", "0"], 3, "pairs are singular"),
      (
        ["--model", "mf", "--optimiser", "gd", "--learning-rate", "1e30"], 3,
        "the loss diverged, also with the step size halved 24 times"
      ),
      (["--model", "mf", "--loss", "absolute"], 2, "loss: expected squared for als, or another optimiser"),
    ] as [([String], Int32, String)] {
      let run = akin(["train", input, "-o", scratch["out.emb"], "-q"] + words)
      #expect(run.code == code && run.messages.contains(sentence), "\(words): \(run.messages)")
      #expect(!scratch.names.contains("out.emb"))
    }
  }
}
