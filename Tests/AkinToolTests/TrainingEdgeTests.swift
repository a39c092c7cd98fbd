import AkinFiles
import AkinTestSupport
import AkinTraining
import AkinVectors
import Testing

@testable import AkinTool

/// Interactions that are hardly any, or all alike: each model says what is missing, or makes a file that is sound.
@Suite("Training at the edge")
struct TrainingEdgeTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let inputs: [(name: String, rows: String)] = [
    ("one pair", "1,1,3\n"),
    ("one user", "1,1,3\n1,2,5\n1,3,1\n"),
    ("one item", "1,1,3\n2,1,5\n3,1,1\n"),
    ("constant", (0..<40).map { "\($0 % 8),\($0 / 8 + $0 % 3 * 5),4\n" }.joined()),
    ("zeros", "1,1,0\n1,2,0\n2,1,0\n"),
    ("one positive", "1,1,1\n1,2,0\n2,1,0\n"),
  ]

  /// What is refused, and how; all else is trained.
  private static func sentence(_ model: Objective.Model, _ input: String) -> String? {
    switch (model, input) {
    case (.bpr, "one pair"), (.bpr, "one user"), (.bpr, "one item"), (.contrastive, "one pair"),
      (.contrastive, "one item"), (.contrastive, "one positive"), (.elsa, "one pair"), (.elsa, "one item"),
      (.elsa, "one positive"):
      "expected a user with a positive item and an item to rank below it, found none"
    case (.bpr, "zeros"), (.logistic, "zeros"), (.contrastive, "zeros"): "or more), the largest is 0.0"
    case (.wals, "zeros"), (.svd, "zeros"), (.spectral, "zeros"), (.elsa, "zeros"):
      "expected at least one value above 0, found none"
    default: nil
    }
  }

  @Test(
    "Every model of interactions trains on it or says what is missing, and what it writes is sound",
    arguments: inputs.indices,
    ModelOptions.models.filter { $0 != .twoTower })
  func everyModel(index: Int, model: Objective.Model) throws {
    let (name, rows) = Self.inputs[index]
    let input = scratch.write(rows, to: "in.csv")
    let out = scratch["out.emb"]
    let run = akin("train", input, "-o", out, "--model", model.name, "-q", "--header", "no")
    if let sentence = Self.sentence(model, name) {
      #expect(run.code == 3 && run.messages.contains(sentence), "\(name): \(run.messages)")
      #expect(!scratch.names.contains("out.emb"))
      return
    }
    #expect(run.code == 0, "\(name): \(run.messages)")
    #expect(akin("verify", out, "-q").code == 0)
    let file = try EmbeddingFile(path: out)
    for row in 0..<file.itemCount {
      #expect(file.items[Row(row)].allSatisfy { $0.isFinite })
    }
    #expect(akin("index", out, "-o", scratch["out.idx"], "-q").code == 0)
    #expect(akin("recommend", scratch["out.idx"], "--users", out, "1").code == 0)
  }

  @Test("Constant ratings are predicted as they are; what needs a range says so")
  func constant() throws {
    let input = scratch.write(Self.inputs[3].rows, to: "in.csv")
    for optimiser in MFOptions.Optimiser.allCases where optimiser != .adamw {
      let out = scratch["\(optimiser).emb"]
      #expect(akin("train", input, "-o", out, "--model", "mf", "--optimiser", optimiser.rawValue, "-q").code == 0)
      let file = try EmbeddingFile(path: out)
      #expect(file.globalMean == 4)
      for row in 0..<file.itemCount {
        #expect(
          file.items[Row(row)].allSatisfy { $0.magnitude < 0.2 } && (file.itemBiases?[Row(row)] ?? 0).magnitude < 0.02)
      }
    }
    let run = akin(
      "train", input, "-o", scratch["x.emb"], "--model", "mf", "--optimiser", "sgd", "--loss", "logistic", "-q")
    #expect(run.code == 3)
    #expect(
      run.messages == "akin: error: expected values that differ, to take their range, found 4.0 everywhere\n"
        + "akin: help: say which values are possible: --range LOW,HIGH\n")
  }

  @Test("lambda 0, a range beside the ratings, a step too long, a value that is no number: code and sentence")
  func sentences() {
    let short = scratch.write("1,1,3\n1,2,5\n2,1,1\n", to: "short.csv")
    let nan = scratch.write("1,1,3\n1,2,nan\n", to: "nan.csv")
    let minus = scratch.write("1,1,3\n1,2,-1\n", to: "minus.csv")
    for (words, code, sentence, help) in [
      (
        [short, "--lambda", "0"], 2, "lambda: expected a number above 0, found 0.0",
        "raise lambda: with lambda 0 a row with fewer interactions than dimensions has no single solution"
      ),
      (
        [short, "--model", "mf", "--lambda", "0"], 3, "users '1': the normal equations of 2 pairs are singular",
        "raise lambda: with lambda 0 a row with fewer interactions than dimensions has no single solution"
      ),
      (
        [short, "--model", "mf", "--optimiser", "adam", "--range", "2,6"], 3,
        "user '2', item '1': expected a value from 2.0 to 6.0, the range of predictions, found 1.0",
        "widen the range beyond the smallest and the largest value"
      ),
      (
        [short, "--model", "mf", "--optimiser", "sgd", "--learning-rate", "1e25"], 3,
        "epoch 1: the loss diverged, also with the step size halved 24 times",
        "lower the learning rate, or scale the values down"
      ),
      (
        [short, "--model", "bpr", "--positive-from", "6"], 3,
        "expected at least one positive value (6.0 or more), the largest is 5.0",
        "lower positive-from"
      ),
      ([nan], 3, "\(nan):2: expected a finite number, found 'nan'", "leave the row out, choose the column"),
      ([minus], 3, "\(minus):2: expected a value of 0 or more, found '-1'", ""),
    ] as [([String], Int32, String, String)] {
      let run = akin(["train", "-o", scratch["out.emb"], "-q", "--header", "no"] + words)
      #expect(run.code == code && run.output == "", "\(words)")
      #expect(run.messages.hasPrefix("akin: error: \(sentence)"), "\(run.messages)")
      #expect(run.messages.contains("akin: help: \(help)") || help == "", "\(run.messages)")
      #expect(!scratch.names.contains("out.emb"))
    }
  }
}
