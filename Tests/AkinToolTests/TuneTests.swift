import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("akin tune")
struct TuneTests {
  private let world: SampleFiles
  private var scratch: Scratch { world.scratch }
  private var interactions: String { scratch["interactions.csv"] }

  init() throws { world = try SampleFiles() }

  private func tune(_ words: String...) -> Run {
    akin(["tune", interactions, "--folds", "2", "--dimensions", "8", "--epochs", "4", "-q"] + words)
  }

  /// The trials without their times, which differ from run to run.
  private func trials(_ run: Run) -> [String] {
    run.output.split(separator: "\n").dropFirst().map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).dropLast().joined(separator: " ")
    }
  }

  @Test("It tries every combination, and gives the line that trains the best; the same at any number of threads")
  func grid() throws {
    let runs = ["1", "3"].map { tune("--grid", "lambda=0.01,1", "--grid", "alpha=1,4", "--threads", $0) }
    #expect(runs[0].code == 0, "\(runs[0].messages)")
    #expect(trials(runs[0]) == trials(runs[1]) && trials(runs[0]).count == 4)
    #expect(runs[0].messages.hasPrefix("akin train \(interactions) --dimensions 8 --lambda "))
    let values = trials(runs[0]).compactMap { Double($0.split(separator: " ")[4]) }
    #expect(values == values.sorted(by: >) && values.count == 4)
    // The line trains.
    let line = runs[0].messages.split(separator: " ").dropFirst().map(String.init)
    let out = scratch["best.emb"]
    #expect(akin(line.dropLast() + [out, "-q"]).code == 0)
  }

  @Test("A value of the trials is what evaluate reports for the same options")
  func agrees() throws {
    let run = akin(
      "tune", interactions, "--folds", "2", "--dimensions", "8", "--grid", "epochs=1", "--grid", "lambda=0.1",
      "--metric", "recall@5", "-q")
    let value = try #require(trials(run).first?.split(separator: " ")[4])
    let evaluated = akin(
      "evaluate", interactions, "--folds", "2", "--dimensions", "8", "--epochs", "1", "--lambda", "0.1", "-k", "5",
      "--no-auc", "-q")
    #expect(evaluated.output.contains("wals\trecall\t5\t\(value)\t"), "\(value)\n\(evaluated.output)")
  }

  @Test("A search goes on from its state: what is done is not done again, and the answer is the same")
  func resumes() throws {
    let path = scratch["x.tune"]
    let first = tune("--grid", "lambda=0.01,1", "--state", path)
    #expect(first.code == 0, "\(first.messages)")
    let bytes = scratch.bytes("x.tune")
    let second = tune("--grid", "lambda=0.01,1", "--state", path)
    #expect(second.output == first.output, "times and all, so nothing was trained again")
    #expect(scratch.bytes("x.tune") == bytes)
    // More values: the old trials stay, the new ones are added.
    let third = tune("--grid", "lambda=0.01,0.1,1", "--state", path)
    #expect(trials(third).count == 3 && Set(trials(first)).isSubset(of: trials(third)))
    #expect(scratch.names.filter { $0.contains(".tmp.") } == [])
  }

  @Test("Halving tries all for a few epochs and the best third for longer")
  func halving() {
    let run = akin(
      "tune", interactions, "--folds", "2", "--dimensions", "4", "--epochs", "9", "-q", "--search", "halving", "--grid",
      "lambda=0.001,0.01,0.1,0.3,1,3,10", "--json")
    #expect(run.code == 0, "\(run.messages)")
    guard let object = try? JSONValue(parsing: run.output), case .array(let trials)? = object["trials"] else {
      Issue.record("no trials: \(run.output)")
      return
    }
    #expect(object["complete"] == .bool(true))
    let limits = trials.compactMap { if case .integer(let limit)? = $0["limit"] { limit } else { nil } }
    #expect(limits == Array(repeating: 9, count: 3) + Array(repeating: 4, count: 7), "\(limits)")
  }

  @Test("Each model's halving starts where its settings are in order, and says so")
  func starts() {
    for (options, words) in [
      (["--model", "mf", "--epochs", "36"], "rungs of 4, 12 and 36 epochs: with fewer than 4,"),
      (["--model", "mf", "--optimiser", "sgd", "--epochs", "60"], "rungs of 32 and 60 epochs: with fewer than 32,"),
      (
        ["--model", "mf", "--optimiser", "sgd", "--epochs", "40"],
        "one rung of 40 epochs, as a grid has it: with fewer than 32,"
      ),
      (
        ["--model", "mf", "--optimiser", "sgd", "--epochs", "8"],
        "one rung of 8 epochs, as a grid has it: with fewer than 32,"
      ),
      (["--model", "mf", "--grid", "optimiser=als,sgd", "--epochs", "60"], "rungs of 32 and 60 epochs"),
    ] {
      // The note comes before the first trial, which a budget of nothing ends.
      let run = akin(
        [
          "tune", interactions, "--folds", "2", "--dimensions", "2", "--search", "halving", "--budget", "0.001",
          "--grid",
          "lambda=0.1,0.3,1,3,10,30,100,300,900,2000",
        ] + options)
      #expect(run.messages.contains(words), "\(options): \(run.messages)")
    }
  }

  @Test("Rungs begin where the order of settings is that of full trainings")
  func rungsOfTowers() {
    let rows = scratch.write("user,item,rating\n1,10,5\n1,11,4\n2,10,3\n2,12,4\n3,11,2\n3,12,5\n", to: "r.csv")
    let users = scratch.write("user,age\n1,3\n2,5\n3,7\n", to: "u.csv")
    let items = scratch.write("item,year\n10,3\n11,5\n12,7\n", to: "i.csv")
    let rates = (1...12).map { "0.00\($0)" }.joined(separator: ",")
    let run = akin(
      "tune", rows, "--model", "two-tower", "--user-features", users, "--item-features", items, "--hidden", "2",
      "--folds", "2", "--grid", "learning-rate=\(rates)", "--search", "halving", "--budget", "0.001")
    #expect(run.messages.contains("rungs of 10 and 30 epochs: with fewer than 10"), "\(run.messages)")
    let one = akin("tune", rows, "--model", "contrastive", "--folds", "2", "--budget", "0.001")
    #expect(one.messages.contains("one rung of 24 epochs, as a grid has it: with fewer than 20"), "\(one.messages)")
    let logistic = akin("tune", rows, "--model", "logistic", "--folds", "2", "--budget", "0.001")
    #expect(logistic.messages.contains("rungs of 16 and 40 epochs: with fewer than 16"), "\(logistic.messages)")
  }

  @Test("Rungs follow from the trials alone")
  func rungs() {
    let points = (0..<10).map { ["\($0)"] }
    let search = TuneSearch(points: points, way: .halving, epochs: 20)
    #expect(search.limits == [2, 6, 20])
    func trial(_ point: [String], _ value: Double) -> TuneTrial {
      TuneTrial(point: point, limit: 2, epochs: 2, value: value, standardError: 0, seconds: 1)
    }
    let done = [trial(["3"], 0.1), trial(["1"], 0.4), trial(["2"], 0.4), trial(["0"], 0.2)]
    for order in [done, done.reversed()] {
      let ranked = order.ranked(by: .ranking(.ndcg, k: 10), order: points)
      #expect(ranked.map(\.point) == [["1"], ["2"], ["0"], ["3"]])
      #expect(search.rung(1) { _ in ranked } == .init(limit: 6, points: [["1"], ["2"]]))
      #expect(order.ranked(by: .rmse, order: points).first?.point == ["3"], "of errors the smallest")
    }
    for (least, limits) in [
      (1, [2, 6, 20]), (4, [4, 6, 20]), (6, [6, 20]), (13, [13, 20]), (14, [20]), (20, [20]), (30, [20]),
    ] {
      #expect(TuneSearch(points: points, way: .halving, epochs: 20, least: least).limits == limits, "least \(least)")
    }
    #expect(TuneSearch(points: points, way: .grid, epochs: 20).limits == [20])
    #expect(TuneSearch(points: Array(points.prefix(2)), way: .halving, epochs: 20).limits == [20])
    #expect(TuneSearch(points: points, way: .halving, epochs: 1).limits == [1])
  }

  @Test("Lists of values and times read as people write them")
  func readings() {
    let axes = Reading<[TuneAxis]>.axes
    #expect(axes.read("a=1,2") == [TuneAxis(name: "a", values: ["1", "2"])])
    #expect(axes.read("a=1,2,--b=x") == [TuneAxis(name: "a", values: ["1", "2"]), TuneAxis(name: "b", values: ["x"])])
    for text in ["", "a", "a=", "=1", "a=1,,2", "a=1,a=2", "1,a=2"] { #expect(axes.read(text) == nil, "\(text)") }
    let time = Reading<Double>.duration
    #expect(time.read("90s") == 90 && time.read("10m") == 600 && time.read("1.5h") == 5400 && time.read("30") == 30)
    for text in ["", "m", "-1s", "0", "1d", "nan", "infs", "1e30h"] { #expect(time.read(text) == nil, "\(text)") }
    let metric = Reading<TuneMetric>.tuneMetric
    #expect(metric.read("ndcg@10") == .ranking(.ndcg, k: 10) && metric.read("rmse") == .rmse)
    for text in ["ndcg", "ndcg@0", "ndcg@", "auc@3", "rmse@2", "ndcg@10@2"] {
      #expect(metric.read(text) == nil, "\(text)")
    }
  }

  @Test("What makes no sense says so")
  func badInput() {
    func refuses(_ run: Run, code: Int32, says: String, at location: SourceLocation = #_sourceLocation) {
      #expect(run.code == code && run.output == "", sourceLocation: location)
      #expect(run.messages.hasPrefix("akin: error: \(says)\n"), "\(run.messages)", sourceLocation: location)
    }
    refuses(
      tune("--grid", "lamda=1"), code: 2,
      says: "--grid must be an option of the model and its values, found 'lamda'; did you mean 'lambda'?")
    refuses(tune("--grid", "dimensions=4"), code: 2, says: "--dimensions and --grid exclude each other")
    refuses(tune("--grid", "lambda=0.1,x"), code: 2, says: "--lambda must be a number from 0 to 1e+30, found 'x'")
    refuses(tune("--grid", "lambda=0.1,0"), code: 2, says: "lambda: expected a number above 0, found 0.0")
    refuses(
      tune("--grid", "lambda=1", "--metric", "rmse"), code: 2,
      says: "rmse needs predicted values, and the model 'wals' predicts none")
    refuses(
      tune("--grid", "lambda=1", "--budget", "1e-6s"), code: 2, says: "no trial finished within 1 µs")
    let halving = akin("tune", interactions, "--grid", "epochs=1,2", "--search", "halving", "-q")
    refuses(halving, code: 2, says: "--grid epochs and --search halving exclude each other")
    let many = (1...200).map(String.init).joined(separator: ",")
    refuses(
      tune("--grid", "lambda=\(many)", "--grid", "alpha=\(many)"), code: 2,
      says: "--grid must be at most 10000 combinations, found 'more'")
  }

  @Test("An interrupted search shows what is done, says so, and goes on from there")
  func interrupted() throws {
    let cancellation = Cancellation()
    let path = scratch["z.tune"]
    let words = [
      "tune", interactions, "--folds", "2", "--dimensions", "4", "--epochs", "2", "--grid", "lambda=0.01,0.1,1",
      "--state", path,
    ]
    let console = Console(
      output: TextStream(inMemoryAs: "standard output", terminal: nil),
      messages: TextStream(inMemoryAs: "standard error", terminal: nil), cancellation: cancellation)
    // The first trial is in the file already; the search is cancelled before the next.
    #expect(akin(words.map { $0 == "lambda=0.01,0.1,1" ? "lambda=0.01" : $0 } + ["-q"]).code == 0)
    cancellation.cancel()
    #expect(Tool.run(words + ["-q"], console: console) == 130)
    let whole = akin(words + ["-q"])
    #expect(whole.code == 0 && trials(whole).count == 3)
    #expect(!whole.messages.contains("the search is incomplete"))
    let late = akin(words.map { $0 == "lambda=0.01,0.1,1" ? "lambda=0.01,0.1,1,2" : $0 } + ["--budget", "1e-6s", "-q"])
    #expect(late.code == 0 && trials(late).count == 3)
    #expect(
      late.messages.hasSuffix(
        "akin: note: time limit reached after 3 trials; the search is incomplete; the same command continues it\n"),
      "\(late.messages)")
  }

  @Test("A state file that is none, or another search's, is not touched")
  func states() {
    let path = scratch["y.tune"]
    #expect(tune("--grid", "lambda=1", "--state", path).code == 0)
    let bytes = scratch.bytes("y.tune")
    let other = tune("--grid", "lambda=1", "--state", path, "--seed", "5")
    #expect(other.code == 3 && other.output == "")
    #expect(
      other.messages
        == "akin: error: \(path): expected a search with the options '--dimensions=8 --epochs=4 --seed=5', found "
        + "'--dimensions=8 --epochs=4'\nakin: help: use another file for another search\n", "\(other.messages)")
    #expect(scratch.bytes("y.tune") == bytes)
    let whole = String(decoding: bytes, as: UTF8.self)
    for text in [
      "", "{}", "[1", "x", String(whole.dropLast(20)), whole.split(separator: "limit").joined(separator: "x"),
    ] {
      scratch.write(text, to: "y.tune")
      let run = tune("--grid", "lambda=1", "--state", path)
      #expect(run.code == 3 && run.messages.contains("expected a state file of akin tune"), "\(text)")
      #expect(scratch.bytes("y.tune") == Array(text.utf8))
    }
    let directory = tune("--grid", "lambda=1", "--state", scratch["none"] + "/x")
    #expect(directory.code == 4, "\(directory.messages)")
  }
}
