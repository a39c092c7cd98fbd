import AkinFiles
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTool

@Suite("train --model two-tower, and embed")
struct TowerVerbTests {
  private let scratch: Scratch
  private let world: FeatureWorld

  init() throws {
    scratch = try Scratch()
    world = FeatureWorld(scratch)
  }

  @Test("Users and items of whom only features are known have vectors, and can be asked about")
  func cold() throws {
    let emb = scratch["t.emb"]
    let run = akin(["train", world.input, "-o", emb, "--epochs", "4"] + world.words)
    #expect(run.code == 0, "\(run.messages)")
    let file = try EmbeddingFile(path: emb)
    #expect(file.userCount == 13 && file.itemCount == 10 && file.metric == .cosine)
    #expect(file.itemIDs.id(of: Row(9)) == .number(10) && file.history(of: Row(12)).isEmpty)
    #expect(akin("verify", emb, "-q").code == 0)
    let info = akin("info", emb)
    #expect(info.output.contains("userFeatures\t2\n") && info.output.contains("itemLayers\t8-4\n"), "\(info.output)")
    #expect(akin("index", emb, "-o", scratch["t.idx"], "-q").code == 0)
    let answer = akin("recommend", scratch["t.idx"], "--users", emb, "13", "-k", "10")
    #expect(answer.code == 0 && answer.output.split(separator: "\n").count >= 10, "\(answer)")
  }

  @Test("An option of another model, or of the other loss, counts beside two towers for the models that take it")
  func compared() {
    for words in [
      ["bpr,two-tower", "--positive-from", "3"], ["logistic,two-tower", "--negatives", "4"],
      ["contrastive,two-tower", "--temperature", "0.2", "--dimensions", "4"],
      ["mf,two-tower", "--loss", "absolute", "--optimiser", "sgd"],
      ["contrastive,two-tower", "--loss", "cosine-contrastive"],
      ["contrastive,two-tower", "--loss", "sampled-softmax", "--temperature", "0.2"],
    ] {
      let run = akin(
        ["evaluate", world.input, "--folds", "2", "--epochs", "2", "-k", "3", "-q", "--model"] + words + world.features)
      #expect(run.code == 0 && run.output.contains("\ntwo-tower\t"), "\(words): \(run.messages)")
    }
    let alone = akin(["evaluate", world.input, "-q", "--model", "two-tower", "--negatives", "4"] + world.features)
    #expect(alone.code == 2 && alone.messages.contains("sampled-softmax"), "\(alone.messages)")
  }

  @Test("embed makes the vectors that training makes, as a file and as a table")
  func embed() throws {
    let emb = scratch["t.emb"]
    #expect(akin(["train", world.input, "-o", emb, "--epochs", "4", "-q"] + world.words).code == 0)
    let model = try EmbeddingFile(path: emb)
    let new = scratch.write("item,genre,color,year\nz,odd,red,3\n5,odd,,5\n", to: "new.csv")
    let run = akin("embed", emb, "--item-features", new, "-o", scratch["new.emb"])
    #expect(run.code == 0, "\(run.messages)")
    #expect(run.messages.contains("new.csv: ignored 1 feature that the model does not know"), "\(run.messages)")
    let made = try EmbeddingFile(path: scratch["new.emb"])
    #expect(made.itemIDs.id(of: Row(0)) == .text("z") && made.items[Row(1)] == model.items[Row(4)])
    #expect(made.itemTower == model.itemTower && made.objective == model.objective)
    #expect(akin("verify", scratch["new.emb"], "-q").code == 0)

    let users = scratch.write("user,age,group\n90,30,a\n", to: "newusers.csv")
    #expect(akin("embed", emb, "--user-features", users, "-o", scratch["u.npy"], "-q").code == 0)
    #expect(akin("import", scratch["u.npy"], "-o", scratch["u.emb"], "-q").code == 0)
    #expect(try EmbeddingFile(path: scratch["u.emb"]).dimension == 4)
  }

  @Test("Towers of retrieval say that a score is an order, and their file serves, predicts and embeds")
  func retrieval() throws {
    let emb = scratch["t.emb"]
    let words = world.words + ["--loss", "sampled-softmax", "--batch", "16", "--negatives", "6"]
    let train = ["train", world.input, "--epochs", "3", "--positive-from", "2"] + words
    for (threads, path) in [("1", emb), ("2", scratch["u.emb"])] {
      let run = akin(train + ["-o", path, "--hard-negatives", "2", "--temperature", "0.2", "--threads", threads])
      #expect(run.code == 0, "\(run.messages)")
    }
    #expect(scratch.bytes("t.emb") == scratch.bytes("u.emb"))
    #expect(akin("verify", emb, "-q").code == 0)
    let file = try EmbeddingFile(path: emb)
    let objective = try #require(file.objective)
    #expect(objective.loss == .softmax && objective.positiveFrom == 2 && objective.negatives == 6)
    #expect(objective.scale == nil && objective.weighting == .label && file.itemTower != nil)
    let info = akin("info", emb).output
    for line in [
      "scoreMeaning\torder only: the cosine of the two towers' vectors\n", "loss\tsoftmax\n", "positiveFrom\t2\n",
      "negatives\t6\n",
    ] { #expect(info.contains(line), "\(info)") }
    // The prediction is the cosine as it is.
    let user = try #require(file.users)[Row(0)]
    let score = zip(user, file.items[Row(0)]).reduce(Float(0)) { $0 + $1.0 * $1.1 }
    let prediction = akin("predict", emb, "1", "1").output.split(whereSeparator: \.isWhitespace).compactMap {
      Float($0)
    }
    #expect(prediction.contains { abs($0 - score) < 1e-3 }, "\(prediction), \(score)")
    #expect(akin("index", emb, "-o", scratch["t.idx"], "-q").code == 0)
    let answer = akin("recommend", scratch["t.idx"], "--users", emb, "13", "-k", "3")
    #expect(answer.code == 0 && !answer.messages.contains("ranks badly"), "\(answer)")
    let new = scratch.write("item,genre,year\n5,odd,5\n", to: "new.csv")
    #expect(akin("embed", emb, "--item-features", new, "-o", scratch["new.emb"], "-q").code == 0)
    #expect(try EmbeddingFile(path: scratch["new.emb"]).items[Row(0)] == file.items[Row(4)])
    // It is measured as a ranking, on positives, and tuned by one.
    let measured = akin(["evaluate", world.input, "--epochs", "2", "-q", "--threshold", "2"] + words)
    #expect(measured.code == 0 && !measured.output.contains("two-tower\trmse"), "\(measured)")
    let tuned = akin(["tune", world.input, "--epochs", "1", "--search", "grid", "--json"] + words)
    #expect(tuned.code == 0 && tuned.output.contains("ndcg@10") && tuned.output.contains("temperature"), "\(tuned)")
  }

  @Test("An option of the other loss is refused, with the loss that has it")
  func losses() throws {
    for (words, sentence) in [
      (["--temperature", "0.1"], "--temperature requires --loss sampled-softmax"),
      (["--negatives", "8"], "--negatives requires --loss sampled-softmax"),
      (["--hard-negatives", "8"], "--hard-negatives requires --loss sampled-softmax"),
      (["--positive-from", "2"], "--positive-from requires --loss sampled-softmax"),
      (["--loss", "sampled-softmax", "--range", "1,5"], "--range requires --loss squared"),
      (["--loss", "absolute"], "loss: expected squared or sampled-softmax, found absolute"),
      (
        ["--loss", "sampled-softmax", "--hard-negatives", "512"],
        "hard-negatives: expected at least 1, and fewer than the 512 negatives, found 512"
      ),
      (
        ["--loss", "sampled-softmax", "--half-life", "3"],
        "--half-life requires a model whose weights follow the values"
      ),
    ] {
      let run = akin(["train", world.input, "-o", scratch["out.emb"]] + world.words + words)
      #expect(run.code == 2 && run.messages.contains(sentence), "\(words): \(run.messages)")
      #expect(!scratch.names.contains("out.emb"))
    }
    let same = scratch.write("user,item\n1,1\n2,2\n", to: "same.csv")
    let run = akin(["train", same, "-o", scratch["out.emb"]] + world.words)
    #expect(run.code == 3 && run.messages.contains("or learn who has what: --loss sampled-softmax"))
  }

  @Test("What has no meaning, or no towers, is a sentence and no file")
  func refused() throws {
    let emb = scratch["t.emb"]
    #expect(akin(["train", world.input, "-o", emb, "--epochs", "1", "-q"] + world.words).code == 0)
    let plain = scratch["plain.emb"]
    #expect(akin("train", world.input, "-o", plain, "-q", "--epochs", "1").code == 0)
    let half = scratch.write("item,genre\n1,odd\n", to: "half.csv")
    for (words, code, sentence) in [
      (
        ["train", world.input, "--model", "two-tower", "--user-features", world.users], 2,
        "--model two-tower requires --user-features and --item-features"
      ),
      (
        ["train", world.input, "--model", "mf", "--hidden", "4"], 2,
        "--hidden requires --model two-tower"
      ),
      (
        ["train", world.input, "--item-feature-columns", "a"], 2,
        "--item-feature-columns requires --item-features"
      ),
      (
        ["train", world.input, "--model", "two-tower", "--user-features", world.users, "--item-features", world.items]
          + ["--item-feature-columns", "genre,price"], 2, "expected a column 'price', found 'item', 'genre', 'year'"
      ),
      (["embed", emb], 2, "--output requires --user-features or --item-features"),
      (["embed", plain, "--item-features", half], 3, "expected a model with towers, found none that can be used"),
      (
        ["embed", emb, "--item-features", half], 3,
        "half.csv: expected the columns of the model, did not find 'year'"
      ),
    ] as [([String], Int32, String)] {
      let run = akin(words + ["-o", scratch["out.emb"]])
      #expect(run.code == code && run.messages.contains(sentence), "\(words): \(run.messages)")
      #expect(!scratch.names.contains("out.emb"))
    }
    let both = akin(
      "embed", emb, "--item-features", world.items, "--user-features", world.users, "-o", scratch["x.npy"])
    #expect(both.code == 2 && both.messages.contains("exclude each other"))
  }
}

/// Ratings of 12 users with 9 items, and features of these and of one more each.
struct FeatureWorld {
  let input: String
  let users: String
  let items: String

  init(_ scratch: Scratch) {
    var text = "user,item,rating\n"
    for user in 1...12 {
      for item in 1...9 where (user + item) % 2 == 0 { text += "\(user),\(item),\(1 + (user * item) % 5)\n" }
    }
    input = scratch.write(text, to: "ratings.csv")
    users = scratch.write(
      "user,age,group\n" + (1...13).map { "\($0),\(20 + $0 * 7 % 30),a\n" }.joined(), to: "users.csv")
    items = scratch.write(
      "item,genre,year\n" + (1...10).map { "\($0),\($0 % 2 == 0 ? "even" : "odd"),\($0)\n" }.joined(), to: "films.csv")
  }

  /// The options of a small model.
  var words: [String] { ["--model", "two-tower"] + features + ["--dimensions", "4"] }
  /// The options of its features and layers.
  var features: [String] { ["--user-features", users, "--item-features", items, "--hidden", "8"] }
}
