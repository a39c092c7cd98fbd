import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTool

@Suite("evaluate and tune --model")
struct EvaluateModelTests {
  private let scratch: Scratch
  private let input: String

  /// Ratings with a taste in them: users like the items of their own third.
  init() throws {
    scratch = try Scratch()
    var text = "user,item,rating\n"
    for user in 0..<45 {
      for item in 0..<30 where (user * 11 + item * 7) % 5 != 0 {
        text += "\(user),\(item),\(user % 3 == item % 3 ? 5 : 1 + (user + item) % 3)\n"
      }
    }
    input = scratch.write(text, to: "in.csv")
  }

  /// What two towers learn from: which third a user or an item is of.
  private var features: [String] {
    let table = "id,third\n" + (0..<45).map { "\($0),t\($0 % 3)\n" }.joined()
    let path = scratch.write(table, to: "features.csv")
    return ["--user-features", path, "--item-features", path]
  }

  private func words(_ model: Objective.Model) -> [String] {
    let small = ["--dimensions", "4"]
    return switch model {
    case .wals, .mf, .bpr, .logistic, .contrastive, .elsa: small + ["--epochs", "6"]
    case .svd, .spectral, .random: small
    case .twoTower: small + ["--epochs", "6", "--hidden", "8"] + features
    case .popular: []
    }
  }

  @Test(
    "Every model can be asked about known users and about users whom it has not seen", arguments: ModelOptions.models)
  func everyModel(model: Objective.Model) {
    for split in [["--folds", "2"], ["--split", "strong", "--folds", "3"]] {
      let run = akin(
        ["evaluate", input, "--threshold", "4", "-k", "5", "-q", "--model", model.name] + split + words(model))
      #expect(run.code == 0, "\(run.messages)")
      let names = run.output.split(separator: "\n").dropFirst().compactMap { $0.split(separator: "\t").first }
      #expect(names.first.map(String.init) == model.name, "\(split)")
      let recalls = run.output.split(separator: "\n").filter { $0.hasPrefix("\(model.name)\trecall\t5\t") }
      #expect(recalls.count == 1, "a baseline that is evaluated stands there once")
      #expect(run.output.contains("\(model.name)\trmse\t") == [.mf, .twoTower].contains(model))
    }
  }

  private func value(_ output: String, _ model: String, _ metric: String) -> Double? {
    output.split(separator: "\n").first { $0.hasPrefix("\(model)\t\(metric)\t") }
      .flatMap { Double($0.split(separator: "\t", omittingEmptySubsequences: false)[3]) }
  }

  @Test("mf predicts ratings better than biases do, of users whom it knows and of users whom it has not seen")
  func ratings() throws {
    for split in [["--folds", "3"], ["--split", "strong", "--folds", "3"]] {
      let run = akin(
        ["evaluate", input, "--model", "mf", "--dimensions", "4", "--lambda", "0.5", "-q", "--no-auc"] + split)
      #expect(run.code == 0, "\(run.messages)")
      let (own, bias) = (value(run.output, "mf", "rmse"), value(run.output, "bias", "rmse"))
      #expect(try #require(own) < 0.8 * #require(bias), "\(split)")
    }
  }

  @Test("A preset is named by the model that it is of")
  func preset() {
    let run = akin(
      "evaluate", input, "--preset", "course-lab", "--epochs", "2", "--dimensions", "2", "--folds", "2", "--json", "-q")
    #expect(run.code == 0 && run.output.contains("--model mf --preset course-lab"), "\(run.messages)")
  }

  @Test("A search over mf goes by rmse; the line that it ends with trains")
  func tunesRatings() {
    let run = akin(
      "tune", input, "--model", "mf", "--dimensions", "4", "--epochs", "4", "--folds", "2", "--metric", "rmse", "-q",
      "--grid", "lambda=0.1,30")
    #expect(run.code == 0, "\(run.messages)")
    #expect(
      run.messages == "akin train \(input) --model mf --dimensions 4 --lambda 0.1 --epochs 4 -o model.emb\n",
      "\(run.messages)")
    let line = run.messages.split(whereSeparator: \.isWhitespace).dropFirst().dropLast().map(String.init)
    #expect(akin(line + [scratch["best.emb"], "-q"]).code == 0)
  }

  @Test("A model without epochs is searched in full, and its line has none")
  func withoutEpochs() {
    for way in ["grid", "halving"] {
      let run = akin(
        "tune", input, "--model", "svd", "--folds", "2", "-q", "--grid", "dimensions=1,2,3,4,5", "--search", way)
      #expect(run.code == 0 && run.output.split(separator: "\n").count == 6, "\(run.messages)")
      #expect(run.messages.hasPrefix("akin train \(input) --model svd --dimensions "), "\(run.messages)")
      #expect(!run.messages.contains("--epochs"))
    }
    let none = akin("tune", input, "--model", "wals", "--folds", "2", "--metric", "rmse", "-q", "--grid", "lambda=1")
    #expect(none.code == 2 && none.messages.contains("the model 'wals' predicts none"), "\(none.messages)")
  }
}
