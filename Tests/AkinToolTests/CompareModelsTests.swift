import AkinSupport
import AkinTestSupport
import AkinTraining
import Testing

@testable import AkinTool

@Suite("evaluate --model of several models, and its baselines")
struct CompareModelsTests {
  private let world: SampleFiles
  private var scratch: Scratch { world.scratch }
  private static let quick = ["--folds", "2", "--dimensions", "8", "-k", "5", "-q"]

  init() throws { world = try SampleFiles() }

  private func evaluate(_ words: String...) -> Run {
    akin(["evaluate", scratch["interactions.csv"]] + CompareModelsTests.quick + words)
  }

  /// The numbers of one model of an answer on a pipe.
  private func numbers(_ output: String, _ model: String) -> [String] {
    output.split(separator: "\n").map(String.init).filter { $0.hasPrefix(model + "\t") }
  }

  @Test("Each model has the numbers that it has alone, on the same questions, the same at any number of threads")
  func together() throws {
    let both = evaluate("--model", "wals,svd", "--epochs", "3", "--threads", "2")
    #expect(both.code == 0, "\(both.messages)")
    #expect(evaluate("--model", "wals,svd", "--epochs", "3", "--threads", "1").output == both.output)
    let alone = evaluate("--model", "wals", "--epochs", "3")
    #expect(numbers(both.output, "wals") == numbers(alone.output, "wals"))
    // svd has no epochs: the option counts for wals alone. Diversity goes by the vectors of the first model.
    let second = evaluate("--model", "svd")
    #expect(second.code == 0, "\(second.messages)")
    let plain = { (lines: [String]) in lines.filter { !$0.contains("\tdiversity\t") } }
    #expect(plain(numbers(both.output, "svd")) == plain(numbers(second.output, "svd")))
    for baseline in ["popular", "random", "bias", "item-knn", "ease"] {
      #expect(
        plain(numbers(both.output, baseline)) == plain(numbers(alone.output, baseline))
          && !numbers(both.output, baseline).isEmpty)
    }
    #expect(numbers(both.output, "popular").contains { $0.hasPrefix("popular\tserendipity\t5\t0\t") })
  }

  @Test("JSON says by how much the best is ahead of each other, and how long training took")
  func json() throws {
    let run = evaluate("--model", "random,wals", "--json")
    #expect(run.code == 0, "\(run.messages)")
    let object = try JSONValue(parsing: run.output, limits: JSONLimits(keys: 1 << 16))
    guard case .array(let models)? = object["models"] else { throw TestFailure() }
    #expect(models[0]["model"] == .string("random") && models[1]["behindBy"] == nil)
    let lead = try #require(models[0]["behindBy"])
    #expect(lead["model"] == .string("wals"))
    guard case .number(let value)? = lead["value"], case .number(let low)? = lead["low"],
      case .number(let high)? = lead["high"]
    else { throw TestFailure() }
    #expect(low < value && value < high && low > 0)
    #expect(models[0]["trainSeconds"] != nil && models[2]["trainSeconds"] == nil)
    #expect(
      models.compactMap { $0["model"] }
        == ["random", "wals", "popular", "bias", "item-knn", "ease"].map { .string($0) })
    let page = akin(
      ["evaluate", scratch["interactions.csv"], "--model", "wals,svd,spectral", "--html", scratch["m.html"]]
        + CompareModelsTests.quick)
    #expect(page.code == 0, "\(page.messages)")
    let html = String(decoding: scratch.bytes("m.html"), as: UTF8.self)
    for part in ["is ahead by", "Quality and training time", "seconds of training", "by popularity", "spectral"] {
      #expect(html.contains(part), "\(part)")
    }
  }

  @Test("A terminal gets a sentence for each other model, and lists name their model")
  func sentences() throws {
    let run = akin(
      ["evaluate", scratch["interactions.csv"], "--model", "wals,popular", "--lists", scratch["l.tsv"]]
        + CompareModelsTests.quick,
      terminal: Terminal(width: 100, hasColour: false))
    #expect(run.code == 0, "\(run.messages)")
    #expect(
      run.output.contains(" is ahead of ") && run.output.contains(" of NDCG@5, user by user (95 %: "), "\(run.output)")
    let lines = String(decoding: scratch.bytes("l.tsv"), as: UTF8.self).split(separator: "\n")
    #expect(lines[0] == "model\tfold\tuser\trank\titem\tscore\trelevant")
    #expect(Set(lines.dropFirst().map { $0.prefix { $0 != "\t" } }) == ["wals", "popular"])
  }

  @Test("Baselines are those that are asked for; ease is left out with a reason where it is too large")
  func baselines() {
    let some = evaluate("--baselines", "ease,random")
    let names = Set(some.output.split(separator: "\n").dropFirst().map { $0.prefix { $0 != "\t" } })
    #expect(some.code == 0 && names == ["wals", "ease", "random"], "\(some.messages)")
    let none = evaluate("--baselines", "none")
    #expect(Set(none.output.split(separator: "\n").dropFirst().map { $0.prefix { $0 != "\t" } }) == ["wals"])
    let large = EvaluateBaselines(
      EvaluateBaseline.allCases, users: 5_000, items: 6_000, hasRatings: false, present: 1 << 40)
    #expect(large.chosen == [.popular, .random, .neighbors])
    #expect(
      large.notice?.text == "ease is left out: a table of 5,000 × 5,000 numbers, at most 4,096 users or items have one")
    let poor = EvaluateBaselines(
      EvaluateBaseline.allCases, users: 4_000, items: 6_000, hasRatings: true, present: 100_000_000)
    #expect(
      poor.notice?.text == "ease is left out: a table of 4,000 × 4,000 numbers, half of the free memory is 50 MB")
    let fits = EvaluateBaselines(
      EvaluateBaseline.allCases, users: 9_000, items: 3_000, hasRatings: true, present: 1 << 40)
    #expect(fits.chosen == EvaluateBaseline.allCases)
    #expect(fits.notice?.text == "ease: a table of 3,000 × 3,000 numbers, 72 MB of memory")
    #expect(fits.fact == "item-knn: 100 neighbours, shrinkage 10; ease: lambda \(JSONValue.number(EASE.lambda).text)")
  }

  @Test("A model that is no model, one twice, an option that none of them takes are errors of evaluate")
  func refusals() {
    let usage = "akin: help: run 'akin evaluate --help'\n"
    let twice = evaluate("--model", "wals,wals")
    #expect(
      twice.code == 2 && twice.messages.contains("--model must be one of wals, mf") && twice.messages.hasSuffix(usage))
    let none = evaluate("--model", "wals,fish")
    #expect(none.code == 2 && none.messages.contains("found 'wals,fish'"), "\(none.messages)")
    let option = evaluate("--model", "wals,svd", "--temperature", "0.5")
    #expect(
      option.code == 2
        && option.messages == "akin: error: --temperature requires --model contrastive or two-tower\n" + usage,
      "\(option.messages)")
    let preset = evaluate("--model", "mf,svd", "--preset", "course-lab")
    #expect(preset.code == 2 && preset.messages.contains("--preset and several models exclude each other"))
    let bad = evaluate("--baselines", "best")
    #expect(bad.code == 2 && bad.messages.contains("--baselines must be a list of popular"), "\(bad.messages)")
  }

  private struct TestFailure: Error {}
}
