import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("akin evaluate")
struct EvaluateTests {
  private let world: SampleFiles
  private var scratch: Scratch { world.scratch }
  private var interactions: String { scratch["interactions.csv"] }
  private static let quick = ["--dimensions", "8", "--epochs", "3", "-q"]

  init() throws { world = try SampleFiles() }

  /// The lines of an answer on a pipe, by the names of the columns.
  private func rows(_ run: Run) -> [[String: String]] {
    let lines = run.output.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    guard let names = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(names, $0), uniquingKeysWith: { a, _ in a }) }
  }

  private func value(_ rows: [[String: String]], _ model: String, _ metric: String, _ k: String = "10") -> Double? {
    rows.first { $0["model"] == model && $0["metric"] == metric && $0["k"] == k }?["value"].flatMap { Double($0) }
  }

  @Test(
    "Every split has an answer, with the baselines beside it, within bounds, the same at any number of threads",
    arguments: [
      ["--split", "folds", "--folds", "3"], ["--split", "leave-out", "--held-out", "2"],
      ["--split", "strong", "--folds", "3", "--known", "0.5"],
    ])
  func splits(split: [String]) throws {
    let runs = ["1", "2", "4"].map {
      akin(["evaluate", interactions, "--threads", $0] + split + EvaluateTests.quick)
    }
    #expect(runs[0].code == 0 && runs[0].messages == "", "\(runs[0].messages)")
    #expect(runs[1].output == runs[0].output && runs[2].output == runs[0].output)
    let rows = rows(runs[0])
    for model in ["wals", "popular", "random"] {
      for metric in ["ndcg", "recall", "recallMin", "precision", "map", "hitRate", "mrr", "coverage", "gini"] {
        let found = try #require(value(rows, model, metric), "\(model) \(metric)")
        #expect((0...1).contains(found), "\(model) \(metric): \(found)")
      }
      let area = try #require(value(rows, model, "auc", ""))
      #expect((0...1).contains(area))
    }
    let (own, chance) = (value(rows, "wals", "ndcg"), value(rows, "random", "ndcg"))
    #expect(try #require(own) > #require(chance))
  }

  @Test("Splits by time read the times")
  func time() throws {
    let text = akinLines(users: 12, items: 9)
    let file = scratch.write(text, to: "timed.csv")
    for split in [["--split", "time", "--test-share", "0.3"], ["--split", "leave-out", "--order", "last"]] {
      let run = akin(["evaluate", file] + split + EvaluateTests.quick)
      #expect(run.code == 0, "\(run.messages)")
    }
  }

  @Test("Equal times that leave the last interactions open are noted")
  func ties() throws {
    let command = ["--split", "leave-out", "--order", "last"] + EvaluateTests.quick
    let plain = akin(["evaluate", scratch.write(akinLines(users: 12, items: 9), to: "plain.csv")] + command)
    #expect(plain.code == 0 && !plain.messages.contains("not decided"), "\(plain.messages)")
    var lines = "userId,itemId,rating,timestamp\n"
    // The last two of every third user have one time; those of the others do not.
    for user in 0..<12 {
      for step in 0..<5 { lines += "\(user),\((user + step) % 9),3,\(user % 3 == 0 ? min(step, 3) : step)\n" }
    }
    let tied = akin(["evaluate", scratch.write(lines, to: "tied.csv")] + command)
    #expect(tied.code == 0 && tied.messages.contains("in time of 4 of 12 users are not decided"), "\(tied.messages)")
    let two = akin(["evaluate", scratch.write(lines, to: "tied.csv"), "--held-out", "2"] + command)
    #expect(two.code == 0 && !two.messages.contains("not decided"), "\(two.messages)")
  }

  /// Users who take items one after the other, each with a time.
  private func akinLines(users: Int, items: Int) -> String {
    var lines = "userId,itemId,rating,timestamp\n"
    for user in 0..<users {
      for step in 0..<5 {
        lines += "\(user),\((user + step * (user % 2 + 1)) % items),\(step % 5 + 1),\(step * 100 + user)\n"
      }
    }
    return lines
  }

  @Test("The lists that are written score what the report says")
  func lists() throws {
    let path = scratch["lists.tsv"]
    let run = akin(
      ["evaluate", interactions, "--split", "leave-out", "--held-out", "3", "-k", "5", "--lists", path]
        + EvaluateTests.quick)
    #expect(run.code == 0, "\(run.messages)")
    var hits: [String: Double] = [:]
    for line in String(decoding: scratch.bytes("lists.tsv"), as: UTF8.self).split(separator: "\n").dropFirst() {
      let fields = line.split(separator: "\t")
      #expect(fields.count == 6)
      hits[String(fields[1]), default: 0] += Double(String(fields[5])) ?? 0
    }
    // Three are held out of every user, so recall is the hits over three.
    let recall = hits.values.map { $0 / 3 }.reduce(0, +) / Double(hits.count)
    let reported = try #require(value(rows(run), "wals", "recall", "5"))
    #expect((recall - reported).magnitude < 1e-12)
  }

  @Test("A page with charts is written whole, and never over another without --force")
  func html() throws {
    let path = scratch["report.html"]
    let words = ["evaluate", interactions, "--folds", "2", "--html", path] + EvaluateTests.quick
    #expect(akin(words).code == 0)
    let page = String(decoding: scratch.bytes("report.html"), as: UTF8.self)
    #expect(page.hasPrefix("<!doctype html>") && page.hasSuffix("</html>\n"))
    #expect(page.contains("Training loss") && page.contains("interactions.csv"))
    let again = akin(words)
    #expect(again.code == 2 && again.messages.contains("report.html"), "\(again.messages)")
    #expect(akin(words + ["--force"]).code == 0)
    #expect(String(decoding: scratch.bytes("report.html"), as: UTF8.self) == page, "the same bytes again")
  }

  @Test("JSON holds every model, its protocol, and by how much the others are behind")
  func json() throws {
    let run = akin(["evaluate", interactions, "--folds", "2", "--json"] + EvaluateTests.quick)
    let object = try JSONValue(parsing: run.output, limits: JSONLimits(keys: 1 << 16))
    #expect(object["schema"] == .integer(1))
    guard case .array(let models)? = object["models"] else {
      Issue.record("no models")
      return
    }
    #expect(models.compactMap { $0["model"] }.prefix(3) == [.string("wals"), .string("popular"), .string("random")])
    #expect(models[1]["behindBy"] != nil && models[0]["behindBy"] == nil && models[0]["losses"] != nil)
    #expect(object["protocol"]?["split"] == .string("2 random folds of interactions, each held out once"))
  }

  @Test("A terminal gets a table with a column a model")
  func table() {
    let run = akin(
      ["evaluate", interactions, "--folds", "2"] + EvaluateTests.quick, terminal: Terminal(width: 100, hasColour: false)
    )
    #expect(run.code == 0)
    let heading = run.output.split(separator: "\n").first { $0.hasPrefix("Metric") }
    #expect(heading?.split(separator: " ").map(String.init).prefix(4) == ["Metric", "wals", "popular", "random"])
    #expect(run.output.contains("NDCG@10") && run.output.contains(" ± "))
    let narrow = akin(
      ["evaluate", interactions, "--folds", "2", "--split", "strong"] + EvaluateTests.quick,
      terminal: Terminal(width: 80, hasColour: false))
    #expect(narrow.code == 0)
    for line in narrow.output.split(separator: "\n") {
      #expect(line.count <= 80, "\(line)")
    }
  }

  @Test("A split that is made already: the parts keep their places, whatever was known stays out of lists")
  func files() throws {
    let train = scratch.write("1,10,1\n1,11,1\n2,10,1\n2,11,1\n3,12,1\n3,10,1\n", to: "train.csv")
    let known = scratch.write("9,10,1\n", to: "known.csv")
    let test = scratch.write("9,11,1\n1,12,1\n", to: "test.csv")
    let run = akin(
      ["evaluate", train, "--test", test, "--fold-in", known, "-k", "1", "--lists", scratch["l.tsv"]]
        + EvaluateTests.quick)
    #expect(run.code == 0, "\(run.messages)")
    let lines = String(decoding: scratch.bytes("l.tsv"), as: UTF8.self).split(separator: "\n").dropFirst()
    #expect(lines.map { $0.split(separator: "\t").prefix(4).joined(separator: " ") } == ["1 1 1 12", "1 9 1 11"])
  }

  /// Runs a command that must fail so.
  private func refuses(
    _ words: [String], code: Int32, says sentence: String, help: String?, at location: SourceLocation = #_sourceLocation
  ) {
    let run = akin(words + EvaluateTests.quick)
    let message = "akin: error: \(sentence)\n" + (help.map { "akin: help: \($0)\n" } ?? "")
    #expect(run.code == code && run.messages == message && run.output == "", "\(words)", sourceLocation: location)
  }

  @Test("What has no answer says so")
  func badInput() {
    let usage = "run 'akin evaluate --help'"
    let one = scratch.write("userId,itemId,rating\n1,1,3\n1,2,4\n1,3,4\n", to: "one.csv")
    refuses(
      ["evaluate", one, "--threshold", "5"], code: 3,
      says: "expected positives, values of at least 5.0; found none: the largest is 4.0", help: "lower --threshold")
    refuses(
      ["evaluate", one, "--split", "strong"], code: 3,
      says: "expected at least 5 users, one for each fold, found 1", help: "take more interactions")
    refuses(
      ["evaluate", one], code: 3, says: "expected at least 5 interactions, one for each fold, found 3",
      help: "use fewer folds")
    refuses(
      ["evaluate", one, "--split", "leave-out", "--held-out", "3"], code: 3,
      says: "expected interactions to test on, found none: the split holds out none of them",
      help: "split in another way, or take more interactions")
    refuses(
      ["evaluate", one, "--split", "time"], code: 2,
      says: "\(one):1: expected a column of times (timestamp, time or date), found 'userId', 'itemId', 'rating'",
      help: "name the column of times (--time-column), or split in another way")
    // The user's only positive is held out in one of the folds, so nothing positive is known.
    let poor = scratch.write("userId,itemId,rating\n1,1,3\n1,2,5\n", to: "poor.csv")
    refuses(
      ["evaluate", poor, "--split", "folds", "--folds", "2", "--threshold", "4"], code: 3,
      says: "expected users with a known and a held-out positive, found none among 1 user",
      help: "lower --threshold, or use another --split")
    let broken = scratch.write("userId,itemId,rating\n1,1,nan\n", to: "broken.csv")
    refuses(
      ["evaluate", broken], code: 3, says: "\(broken):2: expected a finite number, found 'nan'",
      help: "leave the row out, choose the column that holds the value (--value-column), or say that there is none "
        + "(--value none)")
    let two = scratch.write("1,2,4\n", to: "two.csv")
    refuses(
      ["evaluate", one, "--test", two], code: 3,
      says: "expected each user and item in one of the files, found user '1' with item '2' in two",
      help: "remove it from one file: test pairs must not be known")
    let stranger = scratch.write("7,2,4\n", to: "stranger.csv")
    refuses(
      ["evaluate", one, "--test", stranger], code: 3,
      says:
        "\(stranger): expected users that occur in \(one), found none among 1 (\(one): 1 users; ids like '7' here, like '1' there)",
      help: "use the same ids in both files, or name the column that holds them")
    refuses(
      ["evaluate", one, "--known", "0.5"], code: 2, says: "--known requires --split strong", help: usage)
    refuses(
      ["evaluate", one, "--split", "time", "--folds", "3"], code: 2,
      says: "--folds requires --split folds, --split strong or --split cold-items", help: usage)
    refuses(
      ["evaluate", one, "--fold-in", two], code: 2, says: "--fold-in requires --test", help: usage)
    refuses(
      ["evaluate", one, "--test", two, "--split", "time"], code: 2, says: "--test and --split exclude each other",
      help: usage)
    refuses(
      ["evaluate", one, "--html", scratch["x"], "--lists", scratch["x"]], code: 2,
      says: "two outputs have the name '\(scratch["x"])'", help: usage)
    refuses(
      ["evaluate", one, "--lambda", "0"], code: 2, says: "lambda: expected a number above 0, found 0.0",
      help: "raise lambda: with lambda 0 a row with fewer interactions than dimensions has no single solution")
  }
}
