import Akin
import AkinSupport
import AkinTestSupport
import AkinTraining
import Synchronization
import Testing

@testable import AkinTool

@Suite("Commands in another program's process")
struct InProcessTests {
  private static let options: [(words: [String], object: JSONValue)] = [
    (["--dimensions", "8", "--epochs", "3"], .object(["dimensions": .integer(8), "epochs": .integer(3)])),
    (
      ["--model", "bpr", "--epochs", "2", "--learning-rate", "0.5", "--positive-from", "2"],
      .object([
        "model": .string("bpr"), "epochs": .integer(2), "learning_rate": .number(0.5), "positive_from": .integer(2),
        "quiet": .bool(false), "lambda": .null,
      ])
    ),
    (
      ["--model", "mf", "--range", "0,6", "--optimiser", "sgd", "--epochs", "2", "--duplicates", "mean"],
      .object([
        "model": .string("mf"), "range": .array([.integer(0), .integer(6)]), "optimiser": .string("sgd"),
        "epochs": .integer(2), "duplicates": .string("mean"),
      ])
    ),
    (
      ["--dimensions", "4", "--epochs", "2", "--min-user-count", "8", "--top-items", "25"],
      .object([
        "dimensions": .integer(4), "epochs": .integer(2), "min_user_count": .integer(8), "top_items": .integer(25),
      ])
    ),
  ]

  @Test("train in memory what the command trains from a file, byte for byte")
  func training() throws {
    let rows = (0..<400).map { (user: $0 % 23, item: ($0 * $0 + $0 / 23) % 37, value: $0 % 5 + 1) }
    let scratch = try Scratch()
    let lines = rows.map { "\($0.user),\($0.item),\($0.value)\n" }.joined()
    scratch.write(Array("user,item,value\n\(lines)".utf8), to: "r.csv")
    for (number, (words, object)) in Self.options.enumerated() {
      let sums = words.contains("--duplicates") ? [] : ["--duplicates", "sum"]
      let file = scratch["\(number).emb"]
      let run = akin(["train", scratch["r.csv"], "-o", file, "-q"] + words + sums)
      try #require(run.code == 0, "\(run.messages)")
      var members: [String: JSONValue] = ["duplicates": .string("sum")]
      if case .object(let own) = object { members.merge(own) { $1 } }
      let trained = try Tool.train(.object(members), execution: Execution()) { rule, allowsNegative in
        let isRating = words.contains("mf")
        #expect(rule == (isRating ? .mean : .sum) && allowsNegative == isRating)
        return try Interactions(
          rows: rows.lazy.map { (.number(UInt64($0.user)), .number(UInt64($0.item)), Float($0.value)) },
          duplicates: rule, allowsNegativeValues: allowsNegative)
      }
      let digest = try trained.write(to: scratch["memory.emb"], overwrite: true)
      #expect(try digest == EmbeddingFile(path: file).digest, "options \(number)")
    }
  }

  @Test("throw the errors that the command prints")
  func errors() throws {
    let none: (DuplicateRule, Bool) throws -> Interactions = { _, _ in
      try Interactions(rows: [(.number(1), .number(1), 1)])
    }
    let wrong: [(JSONValue, String)] = [
      (.object(["dimensions": .integer(0)]), "--dimensions must be a whole number from 1 to 1024, found '0'"),
      (.object(["dimension": .integer(8)]), "akin train has no option '--dimension'; did you mean '--dimensions'?"),
      (.object(["rounds": .integer(8)]), "--rounds requires --model svd or spectral"),
      (
        .array([]),
        "options must be one JSON object of texts, numbers, truth values or lists of these, found []"
      ),
      (
        .object(["seed": .array([.array([.integer(1)])])]),
        "options must be one JSON object of texts, numbers, truth values or lists of these, found [[1]]"
      ),
      (
        .object(["seed": .object([:])]),
        "options must be one JSON object of texts, numbers, truth values or lists of these, found {}"
      ),
    ]
    for (options, sentence) in wrong {
      let error = #expect(throws: UsageError.self) { try Tool.train(options, execution: Execution(), on: none) }
      #expect(error?.description == sentence)
    }
  }

  @Test("report progress, answer in memory, and can be cancelled")
  func running() throws {
    let world = try SampleFiles()
    let info = try Tool.run(["info", world.emb, "--json"], progress: { _ in }, cancellation: Cancellation())
    #expect(info.code == 0 && info.output.contains("\"items\":150") && info.messages.isEmpty)
    let stages = Heard()
    let words = ["index", world.emb, "-o", world.scratch["new.idx"]]
    _ = try Tool.run(words, progress: { stages.hear($0.stage) }, cancellation: Cancellation())
    #expect(stages.all.contains("index"))
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(throws: Cancelled.self) {
      try Tool.run(words + ["-f"], progress: { _ in }, cancellation: cancellation)
    }
  }
}

/// What a listener heard.
private final class Heard: Sendable {
  private let stages = Mutex<Set<String>>([])
  func hear(_ stage: String) { stages.withLock { _ = $0.insert(stage) } }
  var all: Set<String> { stages.withLock { $0 } }
}
