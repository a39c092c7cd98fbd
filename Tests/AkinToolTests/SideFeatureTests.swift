import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinTraining
import AkinVectors
import Testing

@testable import AkinTool

@Suite("wals with features of users and items")
struct SideFeatureTests {
  private let scratch: Scratch
  private let input: String
  private let items: String
  private let catalogue: String
  private static let quick = ["--dimensions", "6", "--epochs", "4", "-q"]

  /// Users like the items of their own third; items 30 to 35 have features and no interactions.
  init() throws {
    scratch = try Scratch()
    var text = "user,item,rating\n"
    for user in 0..<45 {
      for item in 0..<30 where user % 3 == item % 3 && (user + item) % 4 != 0 { text += "\(user),\(item),5\n" }
    }
    input = scratch.write(text, to: "in.csv")
    let kinds = ["red", "green", "blue"]
    items = scratch.write(
      "item,kind,size\n" + (0..<36).map { "\($0),\(kinds[$0 % 3]),\($0 % 7)\n" }.joined(), to: "items.csv")
    catalogue = scratch.write(
      "itemId,title,genres\n" + (0..<36).map { "\($0),Film \($0),\(kinds[$0 % 3])\n" }.joined(), to: "catalogue.csv")
  }

  @Test("Items that only the features know are in the file, near their kind; info and verify know the sections")
  func train() throws {
    let emb = scratch["x.emb"]
    let run = akin(["train", input, "-o", emb, "--item-features", items, "--dimensions", "6", "--epochs", "4"])
    #expect(run.code == 0, "\(run.messages)")
    #expect(run.messages.contains("akin: note: 6 items without interactions got vectors from their features"))
    let file = try EmbeddingFile(path: emb)
    #expect(file.itemCount == 36 && file.itemFeatureCount == 4 && file.userFeatureCount == 0)
    #expect(file.itemFeatures?.names == ["kind=blue", "kind=green", "kind=red", "size"])
    let users = try #require(file.users)
    for user in 0..<45 {
      let p = users[Row(user)]
      let scores = (30..<36).map { item in
        zip(p, file.items[Row(item)]).reduce(Float(0)) { $0 + $1.0 * $1.1 }
      }
      let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
      #expect(best % 3 == user % 3, "user \(user)")
    }
    #expect(akin("verify", emb).code == 0)
    #expect(akin("info", emb).output.contains("itemFeatures\t4\n"))
    #expect(akin("info", emb).output.contains("provenance.options.itemFeatureWeight\t"))
  }

  @Test("The categories of the catalogue are features when asked to be")
  func categories() throws {
    let emb = scratch["c.emb"]
    let run = akin(["train", input, "-o", emb, "--items", catalogue, "--category-features"] + Self.quick)
    #expect(run.code == 0, "\(run.messages)")
    #expect(try EmbeddingFile(path: emb).itemFeatures?.names == ["category=blue", "category=green", "category=red"])
    let plain = scratch["p.emb"]
    #expect(akin(["train", input, "-o", plain, "--items", catalogue] + Self.quick).code == 0)
    #expect(try EmbeddingFile(path: plain).itemFeatures == nil)
  }

  @Test("--validate goes with features")
  func validate() throws {
    let run = akin(
      ["train", input, "-o", scratch["v.emb"], "--item-features", items, "--validate"] + Self.quick)
    #expect(run.code == 0, "\(run.messages)")
    #expect(try EmbeddingFile(path: scratch["v.emb"]).itemFeatureCount == 4)
  }

  @Test("evaluate holds items out whole: features find them, the baselines do not, at any number of threads")
  func evaluate() throws {
    let words = ["evaluate", input, "--split", "cold-items", "--folds", "3", "-k", "5"] + Self.quick
    for candidates in ["all", "held-out"] {
      let asked = words + ["--candidates", candidates, "--item-features", items]
      let run = akin(asked + ["--threads", "1"])
      #expect(run.code == 0, "\(run.messages)")
      #expect(akin(asked + ["--threads", "3"]).output == run.output)
      func value(_ model: String, _ metric: String) -> Double {
        run.output.split(separator: "\n").first { $0.hasPrefix("\(model)\t\(metric)\t") }
          .flatMap { Double($0.split(separator: "\t", omittingEmptySubsequences: false)[3]) } ?? -1
      }
      #expect(value("wals", "auc") > 0.9, "\(candidates)")
      #expect(value("group-mean", "auc") > 0.5, "\(candidates)")
      #expect(value("popular", "auc") == 0, "nobody has them: all alike, or below all others")
      #expect(value("wals", "recall") > value("random", "recall"))
    }
    // Users held out whole are folded in with their features and interactions.
    let users = scratch.write(
      "user,team\n" + (0..<45).map { "\($0),\(["x", "y", "z"][$0 % 3])\n" }.joined(), to: "users.csv")
    let strong = akin(
      ["evaluate", input, "--split", "strong", "--folds", "3", "--item-features", items, "--user-features", users]
        + Self.quick)
    #expect(strong.code == 0, "\(strong.messages)")
    #expect(
      akin(
        ["tune", input, "--item-features", items, "--grid", "item-feature-weight=1,10", "--folds", "2"] + Self.quick
      ).code == 0)
  }

  @Test("Bad input is a sentence and an exit code")
  func bad() {
    let others = scratch.write("item,kind\n900,red\n901,red\n", to: "others.csv")
    let features = ["--item-features", items]
    for (words, code, sentence) in [
      (["--item-features", others], 3, "expected items that occur in the interactions, found none among 2"),
      (features + ["--item-feature-weight", "nan"], 2, "--item-feature-weight must be"),
      (features + ["--item-feature-weight", "-1"], 2, "--item-feature-weight must be"),
      (features + ["--item-feature-weight", "0"], 2, "--item-feature-weight must be"),
      (
        features + ["--item-feature-weight", "2", "--item-feature-background", "3"], 2,
        "item feature background: expected a number from 0 to the weight, 2.0, found 3.0"
      ),
      (
        ["--item-feature-weight", "2"], 2,
        "--item-feature-weight requires --item-features"
      ),
      (
        features + ["--user-feature-background", "2"], 2,
        "--user-feature-background requires --user-features"
      ),
      (["--category-features"], 2, "--category-features requires --items"),
      (
        ["--items", catalogue, "--category-features", "--model", "mf"], 2,
        "--category-features requires --model wals"
      ),
      (["--model", "bpr"] + features, 2, "--item-features requires --model"),
      (features + ["--items", catalogue, "--category-features"], 2, "--category-features"),
    ] as [([String], Int32, String)] {
      let run = akin(["train", input, "-o", scratch["bad.emb"]] + words)
      #expect(run.code == code && run.messages.contains(sentence), "\(words): \(run.code) \(run.messages)")
    }
    let run = akin("evaluate", input, "--candidates", "held-out")
    #expect(run.code == 2 && run.messages.contains("--candidates requires --split cold-items"))
  }

  @Test("A number that never changes and rows without features are read past")
  func constants() throws {
    let odd = scratch.write(
      "item,kind,same\n" + (0..<33).map { "\($0),\($0 % 4 == 0 ? "" : ["red", "green", "blue"][$0 % 3]),7\n" }.joined(),
      to: "odd.csv")
    let run = akin(["train", input, "-o", scratch["odd.emb"], "--item-features", odd] + Self.quick)
    #expect(run.code == 0, "\(run.messages)")
    let file = try EmbeddingFile(path: scratch["odd.emb"])
    #expect(file.itemFeatures?.scales.last == 0)
    // Item 32 has neither a kind nor interactions.
    #expect(file.items.isZero(Row(32)))
    #expect(!file.items.isZero(Row(31)))
  }
}
