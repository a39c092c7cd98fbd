import AkinSupport
import AkinTestSupport
import AkinTraining
import Testing

@testable import AkinTool

@Suite("A training that its regularisation smothers, and advice that works when it is followed")
struct CollapseTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let sample = akin(
      "sample", "--out", scratch.path, "-q", "--users", "80", "--items", "60", "--interactions", "900")
    try #require(sample.code == 0)
  }

  private func train(_ lambda: Double, _ words: String...) -> Run {
    akin(
      [
        "train", scratch["interactions.csv"], "--lambda", "\(lambda)", "--dimensions", "8", "-q", "-f", "-o",
        scratch["x.emb"],
      ]
        + words)
  }

  @Test(
    "It says so at the training, even when quiet, and the advice is a lower lambda",
    arguments: [15.0, 30, 60, 150, 1000, 1e9])
  func tooHigh(lambda: Double) {
    let run = train(lambda)
    let text = run.messages
    #expect(text.contains("shrunk to"), "lambda \(lambda): \(text)")
    #expect(text.contains("lower lambda") && !text.contains("raise"), "lambda \(lambda): \(text)")
    #expect(text.hasPrefix(run.code == 0 ? "akin: warning: " : "akin: error: "), "\(text)")
    #expect(run.code == 0 || run.code == 3)
    // No file holds nothing but zeros.
    if run.code != 0 { #expect(!scratch.names.contains("x.emb")) }
  }

  @Test("A training that learns says nothing", arguments: [0.01, 0.3, 1])
  func fine(lambda: Double) {
    let run = train(lambda)
    #expect(run.code == 0 && run.messages == "", "lambda \(lambda): \(run.messages)")
  }

  @Test("So does mf, whose biases remain")
  func biasesOnly() {
    let run = train(1e6, "--model", "mf", "--epochs", "6")
    #expect(run.code == 0 && run.messages.contains("lower lambda"), "\(run.messages)")
    #expect(train(1.4, "--model", "mf", "--epochs", "2").messages == "")
  }

  @Test("So do models of orders and labels", arguments: ["bpr", "logistic"])
  func sampled(model: String) {
    let run = train(50, "--model", model, "--epochs", "3")
    #expect(run.code == 0 && run.messages.contains("lower lambda"), "\(run.messages)")
    #expect(train(0.01, "--model", model, "--epochs", "3").messages == "")
  }

  @Test("--range and --loss with als name the optimisers that take them, and these do")
  func optimisers() {
    for words in [["--range", "0,30"], ["--loss", "absolute"], ["--loss", "logistic"]] {
      let base = [
        "train", scratch["interactions.csv"], "--model", "mf", "--epochs", "1", "-q", "-f", "-o", scratch["y.emb"],
      ]
      let run = akin(base + words)
      #expect(
        run.code == 2 && run.messages.contains("akin: help: add --optimiser sgd, adam, gd or adamw\n"),
        "\(run.messages)")
      for optimiser in ["sgd", "adam", "gd"] {
        let taken = akin(base + words + ["--optimiser", optimiser])
        #expect(taken.code == 0, "\(words) \(optimiser): \(taken.messages)")
      }
    }
  }

  @Test("Values that are all the same: the range that the advice asks for is taken by two-tower")
  func constantValues() throws {
    let pairs = scratch.write("user,item,value\n1,10,10\n2,20,10\n3,10,10\n", to: "r.csv")
    let users = scratch.write("user,age\n1,20\n2,30\n3,40\n", to: "u.csv")
    let items = scratch.write("item,colour\n10,red\n20,blue\n", to: "i.csv")
    let base = [
      "train", pairs, "--model", "two-tower", "--user-features", users, "--item-features", items, "--epochs", "2", "-q",
      "-f",
      "-o", scratch["t.emb"],
    ]
    let refused = akin(base)
    #expect(refused.code == 3 && refused.messages.contains("--range LOW,HIGH"), "\(refused.messages)")
    let taken = akin(base + ["--range", "0,10"])
    #expect(taken.code == 0, "\(taken.messages)")
    #expect(akin("info", scratch["t.emb"]).output.contains("largestRating\t10\n"))
    let narrow = akin(base + ["--range", "0,9"])
    #expect(narrow.code == 3 && narrow.messages.contains("expected a value from 0.0 to 9.0"), "\(narrow.messages)")
  }

  @Test(
    "What other programs call it gets a hint",
    arguments: [
      (["similar"], "did you mean 'related'?"), (["search"], "did you mean 'query'?"),
      (["fit"], "did you mean 'train'?"),
      (["serve"], "akin-serve, a command of the Python package"),
      (["train", "x", "--factors", "3"], "did you mean '--dimensions'?"),
      (["train", "x", "--iterations=3"], "did you mean '--epochs'?"),
      (["related", "x", "1", "--topk", "3"], "did you mean '-k'?"),
      (["tune", "x", "-k", "20"], "did you mean '--metric ndcg@20'?"),
      (["tune", "x", "-k20"], "did you mean '--metric ndcg@20'?"),
      (["train", "x", "--reg", "1"], "did you mean '--lambda'?"), (["index", "x", "--M", "1"], "did you mean '--m'?"),
    ])
  func hints(words: [String], hint: String) {
    let run = akin(words)
    #expect(run.code == 2 && run.messages.contains(hint), "\(run.messages)")
  }

  @Test("No help is wider than 80 columns")
  func width() {
    for verb in Tool.verbs {
      let page = akin(verb.command.name, "--help", terminal: Terminal(width: 80, hasColour: false)).output
      for line in page.split(separator: "\n") {
        #expect(String(line).terminalWidth <= 80, "\(verb.command.name): \(line)")
      }
    }
  }
}
