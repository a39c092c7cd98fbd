import Akin
import AkinSupport

/// `akin recommend`: what a user should see next.
enum RecommendVerb {
  static let verb = Verb(command, run: run)

  static let index = Argument("FILE.idx", "The index file")
  static let user = Argument("USER", "The user's id; none with --history", isOptional: true)
  static let users = Option<String>.required(
    "users", .file, "The embeddings file that holds the users, from which the index was built")
  static let includeSeen = Option<Bool>.flag("include-seen", "Also list items that the user has seen")
  static let history = Option<String?>.optional(
    "history", .history, "In place of USER: what somebody new has to do with, as ID:VALUE,ID:VALUE")
  static let skipUnknown = Option<Bool>.flag(
    "skip-unknown", "Leave items of the history out that the file does not have")
  static let cold = Option<ColdPolicy?>.optional(
    "cold", .choice("POLICY", [("popularity", ColdPolicy.popularity), ("error", .error)]),
    "What to do when nothing is known of the user (default error for a USER, popularity for a --history)")

  /// What is done when nothing is known of a user, or nothing can be made of it.
  enum ColdPolicy: Sendable { case popularity, error }

  static let command = Command(
    name: "recommend",
    summary: "List the best items for a user, those seen already left out",
    discussion: [
      "The score is the model's own prediction, biases and mean included.",
      "Somebody whom the file does not have is told by --history: items with commas between, each an id, a title or a part "
        + "of one title, and after a colon a value as in the training (1 when left out). The user's vector is then what a "
        + "half-step of training makes of these items (fold-in).",
      "Where nothing is known, or the model makes nothing of it, popularity can answer: the share of the users who have an "
        + "item. An id that the file does not have is more often mistyped than new, so for a USER that has to be asked for. "
        + "Every answer but one by the user's own vector says what it rests on.",
    ],
    arguments: [index, user],
    options: [
      OptionGroup("Options", [users, includeSeen, Common.k, Common.ef, Common.recall, Common.exact, Common.json]),
      OptionGroup("Cold start", [history, skipUnknown, cold]),
    ],
    examples: [
      Example("akin recommend ml.idx --users ml.emb 1"),
      Example("akin recommend ml.idx --users ml.emb 1 -k 50 --exact --json"),
      Example("akin recommend ml.idx --users ml.emb 1 --recall 0.99"),
      Example("akin recommend ml.idx --users ml.emb --history '260:5,Heat (1995):4,1'"),
      Example("akin recommend ml.idx --users ml.emb nobody --cold popularity"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let effort = try Effort(arguments)
    let k = arguments[Common.k]
    let asked = try Asked(arguments)
    let recommender = try Recommender(index: arguments[index], embeddings: arguments[users])
    let chosen = try effort.chosen(by: recommender.index, k: k)
    let options = chosen.options(includesSeen: arguments[includeSeen])
    var told: [Interaction] = []
    if case .history(let text) = asked {
      told = try HistoryText.read(text, skip: arguments[skipUnknown], console: console) {
        text throws(RecommenderError) in try recommender.item(text)
      }
    }
    var basis: AnswerBasis
    var found: [Recommendation]
    var reason: String?
    do {
      switch asked {
      case .user(let id): (basis, found) = (.model, try recommender.recommend(for: id, k: k, options: options))
      case .history: (basis, found) = (.foldIn, try recommender.recommend(to: told, k: k, options: options))
      }
    } catch let error as any AkinError where isCold(error) {
      let policy = arguments[cold] ?? asked.policy
      guard policy == .popularity else { throw error }
      basis = .popularity
      found = try recommender.popular(beside: told, k: k, options: options)
      reason = error.description
    }
    try show(
      found, basis: basis, reason: reason, asked: asked, told: told, recommender: recommender, chosen: chosen,
      effort: effort, arguments, console)
    return .done
  }

  /// Whether an error says that nothing is known of a user, or nothing can be made of it.
  private static func isCold(_ error: any AkinError) -> Bool {
    switch error {
    case is FoldInError: true
    case let error as RecommenderError:
      switch error {
      case .unknownUser, .emptyHistory: true
      default: false
      }
    default: false
    }
  }

  private static func show(
    _ found: [Recommendation], basis: AnswerBasis, reason: String?, asked: Asked, told: [Interaction],
    recommender: Recommender, chosen: Effort, effort: Effort, _ arguments: Arguments, _ console: Console
  ) throws {
    if basis != .popularity, let objective = recommender.embeddings?.objective, objective.isObservedOnly {
      console.say(
        "akin: note: this model (\(objective.model.name)) was trained on observed pairs only: it predicts what a user "
          + "would say of an item, and ranks badly by construction; `akin train --model wals` ranks")
    }
    switch basis {
    case .model: break
    case .foldIn:
      let count = told.count
      console.say(
        "akin: note: by fold-in: the user is what a half-step of training makes of \(count) "
          + (count == 1 ? "item" : "items"))
    case .popularity: console.say("akin: note: by popularity, the share of users who have an item: \(reason ?? "")")
    }
    var question: [String: JSONValue] = [
      "includesSeen": .bool(arguments[includeSeen]), "basis": .string(basis.rawValue),
    ]
    question["reason"] = reason.map { .string($0) }
    var heading: String
    switch asked {
    case .user(let id):
      question["user"] = Cell.id(id).json
      heading = "For user \(Cell.id(id).shown)"
    case .history:
      question["history"] = .array(
        told.map { one in
          .object(["item": Cell.id(one.item).json ?? .null, "value": Cell.score(one.value).json ?? .null])
        })
      heading = "For somebody with \(told.count) \(told.count == 1 ? "item" : "items")"
    }
    if basis != .model { heading += ", by \(basis.rawValue)" }
    try console.show(
      Answer(
        question: question, heading: heading, items: found, k: arguments[Common.k],
        effort: basis == .popularity ? .exact : chosen, target: basis == .popularity ? nil : effort.target),
      asJSON: arguments[Common.json])
  }

  /// About whom the question is.
  enum Asked {
    case user(UserID)
    case history(String)

    init(_ arguments: Arguments) throws(UsageError) {
      switch (arguments[ifGiven: RecommendVerb.user], arguments[RecommendVerb.history]) {
      case (let id?, nil): self = .user(UserID(parsing: id))
      case (nil, let text?): self = .history(text)
      case (_?, _?): throw arguments.error(.conflict(RecommendVerb.user.name, RecommendVerb.history.spelling))
      case (nil, nil):
        throw arguments.error(
          .missingArgument(RecommendVerb.user.name, meaning: "The user's id, or --history for somebody new"))
      }
      if case .user = self, arguments.has(RecommendVerb.skipUnknown) {
        throw arguments.error(
          .lonely(RecommendVerb.skipUnknown.spelling, needs: RecommendVerb.history.spelling))
      }
    }

    /// What is done about a cold user when nobody has said it.
    var policy: ColdPolicy { if case .user = self { .error } else { .popularity } }
  }
}

extension Reading where Value == String {
  /// A history, which may be empty: nothing is known then.
  fileprivate static let history = Reading(
    placeholder: "LIST", expected: "a list like 1:5,260:4", isList: true, show: { $0 }, read: { $0 })
}
