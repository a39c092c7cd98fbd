import Akin
import AkinSupport

/// `akin recommend`: what a user should see next.
enum RecommendVerb {
  static let verb = Verb(command, run: run)

  static let index = Argument("FILE.idx", "The index file")
  static let user = Argument("USER", "The user's id")
  static let users = Option<String>.required(
    "users", .file, "The embeddings file that holds the users, from which the index was built")
  static let includeSeen = Option<Bool>.flag("include-seen", "Also list items that the user has seen")

  static let command = Command(
    name: "recommend",
    summary: "List the best items for a user, those seen already left out",
    discussion: ["The score is the model's own prediction, biases and mean included."],
    arguments: [index, user],
    options: [
      OptionGroup("Options", [users, includeSeen, Common.k, Common.ef, Common.recall, Common.exact, Common.json])
    ],
    examples: [
      Example("akin recommend ml.idx --users ml.emb 1"),
      Example("akin recommend ml.idx --users ml.emb 1 -k 50 --exact --json"),
      Example("akin recommend ml.idx --users ml.emb 1 --recall 0.99"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let effort = try Effort(arguments)
    let k = arguments[Common.k]
    let recommender = try Recommender(index: arguments[index], embeddings: arguments[users])
    let user = UserID(parsing: arguments[user])
    let chosen = try effort.chosen(by: recommender.index, k: k)
    let found = try recommender.recommend(
      for: user, k: k, options: chosen.options(includesSeen: arguments[includeSeen]))
    if let objective = recommender.embeddings?.objective, objective.isObservedOnly {
      console.say(
        "akin: note: this model (\(objective.model.name)) was trained on observed pairs only: it predicts what a user "
          + "would say of an item, and ranks badly by construction; `akin train --model wals` ranks")
    }
    let id = Cell.id(user)
    var question: [String: JSONValue] = ["includesSeen": .bool(arguments[includeSeen])]
    question["user"] = id.json
    try console.show(
      Answer(
        question: question, heading: "For user \(id.shown)", items: found, k: k, effort: chosen, target: effort.target),
      asJSON: arguments[Common.json])
    return .done
  }
}
