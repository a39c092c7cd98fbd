import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinTraining
import AkinVectors
import Testing

@testable import AkinTool

@Suite("akin train --auto")
struct AutoTrainingTests {
  private let world: SampleFiles
  private var scratch: Scratch { world.scratch }

  init() throws { world = try SampleFiles() }

  private func train(_ output: String, _ words: String...) -> Run {
    akin(["train", scratch["interactions.csv"], "-o", scratch[output], "--auto"] + words)
  }

  @Test(
    "It trains the setting that ranked best for held-out users, and says why; the same bytes at any number of threads")
  func choice() throws {
    let run = train("a.emb", "--dimensions", "4", "--budget", "3s", "--threads", "1", "--json")
    #expect(run.code == 0, "\(run.messages)")
    #expect(train("b.emb", "--dimensions", "4", "--budget", "3s", "--threads", "3", "-q").code == 0)
    #expect(scratch.bytes("a.emb") == scratch.bytes("b.emb"))
    let object = try JSONValue(parsing: run.output, limits: JSONLimits(keys: 1 << 16))
    guard case .array(let tried)? = object["auto"]?["tried"], case .string(let options)? = tried.first?["options"],
      case .integer(let epochs)? = tried.first?["epochs"]
    else { throw TestFailure() }
    let values = tried.compactMap { one -> Double? in if case .number(let value)? = one["value"] { value } else { nil }
    }
    #expect(values.count == tried.count && values == values.sorted(by: >) && tried.count > 2, "\(tried.count)")
    #expect(run.messages.contains("akin: note: chose \(options) "), "\(run.messages)")
    // The line that it names trains the same vectors.
    let words =
      options.split(separator: " ").map(String.init) + (options.contains("spectral") ? [] : ["--epochs=\(epochs)"])
    let line = akin(["train", scratch["interactions.csv"], "-o", scratch["c.emb"], "-q"] + words)
    #expect(line.code == 0, "\(line.messages)")
    let files = try ["a", "c"].map { try EmbeddingFile(path: scratch["\($0).emb"]).embeddings(execution: Execution()) }
    #expect(files[0].objective == files[1].objective)
    for row in 0..<files[0].items.count { #expect(files[0].items[Row(row)] == files[1].items[Row(row)], "row \(row)") }
    #expect(files[0].provenance["auto"] == object["auto"])
  }

  @Test("A plan is the longest beginning of the settings that fits the budget, and at least one")
  func plans() throws {
    let x = try Interactions.read(path: scratch["interactions.csv"])
    var before: [String] = []
    var counts: Set<Int> = []
    for seconds in [1e-6, 0.1, 1, 3, 10, 1e6] {
      let plan = try AutoPlan(x, given: [], seconds: seconds, testedUsers: 6)
      let names = plan.tried.map(\.name)
      #expect(names.starts(with: before) && !names.isEmpty, "\(seconds) s")
      #expect(names.count == 1 || plan.work <= seconds * AutoPlan.workPerSecond, "\(seconds) s: \(plan.work)")
      before = names
      counts.insert(names.count)
    }
    #expect(before.count == 12 && counts.count > 2, "\(counts)")
    #expect(Set(before).count == before.count)
    let narrow = try AutoPlan(x, given: ["--dimensions=4"], seconds: 1e6, testedUsers: 6)
    #expect(narrow.tried.count == 10 && narrow.tried.allSatisfy { $0.name.contains("--dimensions=4") })
  }

  @Test("Work grows with the data and with what a setting asks for")
  func work() throws {
    let x = try Interactions.read(path: scratch["interactions.csv"])
    var (small, large) = (WALSOptions(), WALSOptions())
    (small.epochs, large.epochs) = (2, 4)
    #expect(AutoPlan.training(large, x) == 2 * AutoPlan.training(small, x))
    large.weighting = .constant
    large.w0 = 0.01
    small.epochs = 4
    #expect(AutoPlan.training(large, x) > AutoPlan.training(small, x))
    var contrastive = ContrastiveOptions()
    (contrastive.epochs, contrastive.negatives, contrastive.dimensions) = (2, 10, 8)
    let products = Double(x.userIDs.count * min(10, x.itemIDs.count)) / 4
    #expect(AutoPlan.training(contrastive, x) == 2 * (products + 20 * Double(x.count)) * 8)
  }

  @Test("The work of wals is that of the options that the data choose")
  func adaptedWork() throws {
    let rows = (0..<100).map {
      (user: UserID.number(UInt64($0 / 10)), item: ItemID.number(UInt64($0 % 10)), value: Float(1))
    }
    let x = try Interactions(rows: rows)
    var (set, fixed) = (WALSOptions(), WALSOptions())
    (set.weighting, set.w0) = (.constant, 1)
    fixed.adaptive = []
    #expect(AutoPlan.training(WALSOptions(), x) == AutoPlan.training(set, x))
    #expect(AutoPlan.training(WALSOptions(), x) != AutoPlan.training(fixed, x))
  }

  @Test("With features of users and items two towers are among the settings, and their line trains the same vectors")
  func features() throws {
    let films = FeatureWorld(scratch)
    let files = ["--user-features", films.users, "--item-features", films.items]
    let words = ["train", films.input, "--dimensions", "4", "-o", scratch["f.emb"], "--auto"]
    let run = akin(words + files + ["--json", "--budget", "1s"])
    #expect(run.code == 0, "\(run.messages)")
    let object = try JSONValue(parsing: run.output, limits: JSONLimits(keys: 1 << 16))
    guard case .array(let tried)? = object["auto"]?["tried"] else { throw TestFailure() }
    let names = tried.compactMap { if case .string(let name)? = $0["options"] { name } else { nil } }
    let towers = names.filter { $0.hasPrefix("--model=two-tower --loss=sampled-softmax ") }
    #expect(towers.count == 2 && towers.allSatisfy { $0.contains("--item-features=\(films.items)") }, "\(names)")
    #expect(names.contains { $0.hasPrefix("--model=wals ") && !$0.contains("features") })
    let line = akin(
      ["train", films.input, "-o", scratch["g.emb"], "-q", "--epochs=1"]
        + towers[0].split(separator: " ").map(String.init))
    #expect(line.code == 0, "\(line.messages)")
    for half in [files.prefix(2), files.suffix(2)] {
      let run = akin(words + half)
      #expect(run.code == 2 && run.messages.contains("--auto with \(half.first ?? "") requires "), "\(run.messages)")
    }
  }

  @Test("The work of two towers grows with pairs and weights")
  func towerWork() throws {
    let films = FeatureWorld(scratch)
    let x = try Interactions.read(path: films.input)
    let tables = try [films.users, films.items].map { try FeatureTable.read(path: $0) }
    var options = TwoTowerOptions(loss: .softmax)
    (options.hidden, options.dimensions, options.epochs, options.batch, options.negatives) = ([3], 2, 5, 4, 2)
    let method = TwoTower(options: options, userFeatures: tables[0], itemFeatures: tables[1])
    let weights = tables.map { Double(($0.featureCount + 1) * 3 + 4 * 2) }
    let pairs = 5 * Double(x.count)
    #expect(AutoPlan.training(method, x) == pairs * (weights[0] + 6 * (weights[1] / 4 + 2)) / 4)
  }

  @Test("What belongs to one model, a budget alone, and too few users are errors")
  func refusals() {
    for option in [
      ["--model", "wals"], ["--lambda", "1"], ["--validate"], ["--preset", "course-lab"],
    ] {
      let run = akin(["train", scratch["interactions.csv"], "-o", scratch["x2.emb"], "--auto"] + option)
      #expect(run.code == 2 && run.messages.contains("--auto and \(option[0]) exclude each other"), "\(run.messages)")
    }
    let ageless = akin("train", scratch["interactions.csv"], "-o", scratch["x2.emb"], "--auto", "--age", "interactions")
    #expect(ageless.code == 2 && ageless.messages.contains("--age requires --half-life"), "\(ageless.messages)")
    let lonely = akin("train", scratch["interactions.csv"], "-o", scratch["x2.emb"], "--budget", "5s")
    #expect(lonely.code == 2 && lonely.messages.contains("--budget requires --auto"), "\(lonely.messages)")
    scratch.write(Array("user,item\n1,1\n1,2\n2,1\n2,2\n".utf8), to: "few.csv")
    let few = akin("train", scratch["few.csv"], "-o", scratch["x2.emb"], "--auto")
    #expect(
      few.code == 3 && few.messages.contains("--auto holds out a tenth of the users: expected at least 10, found 2"),
      "\(few.messages)")
    #expect(!scratch.names.contains("x2.emb"))
  }

  private struct TestFailure: Error {}
}
