import Akin
import AkinSupport

/// `akin recommend`: what a user should see next.
enum RecommendVerb {
  static let verb = Verb(command, run: run)

  static let index = Argument("FILE.idx", "The index file", completion: .files("idx"))
  static let user = Argument("USER", "The user's id; none with --history", isOptional: true)
  static let users = Option<String>.required(
    "users", .file(usually: "emb"), "The embeddings file that holds the users, from which the index was built")
  static let includeSeen = Option<Bool>.flag("include-seen", "Also list items that the user has seen")
  static let history = Option<String?>.optional(
    "history", .history, "In place of USER: the interactions of a new user, as ID:VALUE,ID:VALUE")
  static let skipUnknown = Option<Bool>.flag(
    "skip-unknown", "Skip items of the history that the file does not have")
  static let cold = Option<ColdPolicy?>.optional(
    "cold", .choice("POLICY", [("popularity", ColdPolicy.popularity), ("error", .error)]),
    "What to do when nothing is known of the user (default error for a USER, popularity for a --history)")

  /// What is done when nothing is known of a user, or nothing can be made of it.
  enum ColdPolicy: Sendable { case popularity, error }

  static let command = Command(
    name: "recommend",
    summary: "List the best items for a user, excluding items already seen",
    discussion: [
      "The score is the model's own prediction, biases and mean included.",
      "For a user who is not in the file, pass --history instead: items with commas between, each an id, a title or a part "
        + "of one title, and after a colon a value as in the training (1 when left out). The user's vector is then what a "
        + "half-step of training makes of these items (fold-in).",
      "When nothing is known of the user, or the model can make nothing of the history, popularity can answer: the share "
        + "of users who have an item. An unknown id is more often mistyped than new, so for a USER --cold popularity must "
        + "be given. Answers state their basis unless they use the trained user vector.",
    ],
    arguments: [index, user],
    options: [
      OptionGroup(
        "Options",
        [
          users, includeSeen, Common.k, Common.ef, Common.recall, Common.exact, Common.minimumScore, Common.json,
        ]),
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
    var search = try SearchOptions(arguments)
    let asked = try Asked(arguments)
    let recommender = try Recommender(index: arguments[index], embeddings: arguments[users])
    let plan = try search.choose(by: recommender.index)
    let (request, includesSeen) = (search.request, arguments[includeSeen])
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
      case .user(let id):
        (basis, found) = (.model, try recommender.recommend(for: id, request, includesSeen: includesSeen))
      case .history:
        (basis, found) = (.foldIn, try recommender.recommend(to: told, request, includesSeen: includesSeen))
      }
    } catch let error as any AkinError where isCold(error) {
      let policy = arguments[cold] ?? asked.policy
      guard policy == .popularity else { throw error }
      basis = .popularity
      found = try recommender.popular(beside: told, request, includesSeen: includesSeen)
      reason = error.description
    }
    let rest = Basis(basis: basis, reason: reason, asked: asked, told: told)
    rest.note(model: recommender.embeddings?.objective, console)
    try console.show(
      Answer(
        question: rest.question(includesSeen: includesSeen), heading: rest.heading, items: found, k: request.k,
        plan: basis == .popularity ? .exact : plan, target: basis == .popularity ? nil : search.target),
      asJSON: arguments[Common.json])
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

  /// What an answer is based on, and how that is told.
  private struct Basis {
    let basis: AnswerBasis
    let reason: String?
    let asked: Asked
    let told: [Interaction]

    private var items: String { told.count == 1 ? "1 item" : "\(told.count) items" }

    /// Says on stderr what a reader should know of the answer.
    func note(model: Objective?, _ console: Console) {
      if basis != .popularity, let model, model.isObservedOnly {
        console.say(
          "akin: note: this model (\(model.model.name)) was trained on observed pairs only: it predicts what a user "
            + "would say of an item, and ranks badly by construction; `akin train --model wals` ranks")
      }
      switch basis {
      case .model: break
      case .foldIn:
        console.say("akin: note: by fold-in: the user is what a half-step of training makes of \(items)")
      case .popularity: console.say("akin: note: by popularity, the share of users who have an item: \(reason ?? "")")
      }
    }

    /// The question, for JSON.
    func question(includesSeen: Bool) -> [String: JSONValue] {
      var question: [String: JSONValue] = [
        "includesSeen": .bool(includesSeen), "basis": .string(basis.rawValue),
      ]
      question["reason"] = reason.map { .string($0) }
      switch asked {
      case .user(let id): question["user"] = Cell.id(id).json
      case .history:
        question["history"] = .array(
          told.map { one in
            .object(["item": Cell.id(one.item).json ?? .null, "value": Cell.score(one.value).json ?? .null])
          })
      }
      return question
    }

    /// The line over the table.
    var heading: String {
      let start =
        switch asked {
        case .user(let id): "For user \(Cell.id(id).shown)"
        case .history: "For a new user with \(items)"
        }
      return basis == .model ? start : start + ", by \(basis.rawValue)"
    }
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
