import Akin
import AkinSupport

// The question of `akin recommend`, and what its answer is based on.

extension RecommendVerb {
  /// The basis of an answer, for notes, JSON and the heading.
  struct Basis {
    let basis: AnswerBasis
    let reason: String?
    let asked: Asked
    let told: [Interaction]

    private var items: String { told.count == 1 ? "1 item" : "\(told.count) items" }

    /// Prints notes on the basis of the answer to stderr.
    func note(model: Objective?, _ console: Console) {
      if basis != .popularity, let model, model.isObservedOnly {
        console.say(
          "akin: note: this model (\(model.model.name)) was trained on observed pairs only: it predicts ratings and "
            + "ranks badly by construction; use `akin train --model wals` for ranking")
      }
      switch basis {
      case .model: break
      case .foldIn:
        console.say("akin: note: basis is fold-in: a user vector made as in training from \(items)")
      case .popularity:
        console.say("akin: note: basis is popularity, the share of users who have an item: \(reason ?? "")")
      }
    }

    /// The question, for JSON.
    func question(includesSeen: Bool, filter: RowFilter?) -> [String: JSONValue] {
      var question: [String: JSONValue] = [
        "includesSeen": .bool(includesSeen), "basis": .string(basis.rawValue),
      ]
      question["reason"] = reason.map { .string($0) }
      question["allowed"] = filter.map { .integer(Int64($0.allowedCount)) }
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

    /// The line above the table.
    var heading: String {
      let start =
        switch asked {
        case .user(let id): "For user \(Cell.id(id).shown)"
        case .history: "For a new user with \(items)"
        }
      return basis == .model ? start : start + ", by \(basis.rawValue)"
    }
  }

  /// The user of the question.
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
          .missingArgument(RecommendVerb.user.name, meaning: "User id, or --history for a new user"))
      }
      if case .user = self, arguments.has(RecommendVerb.skipUnknown) {
        throw arguments.error(
          .lonely(RecommendVerb.skipUnknown.spelling, needs: RecommendVerb.history.spelling))
      }
    }

    /// The default of `--cold`.
    var policy: ColdPolicy { if case .user = self { .error } else { .popularity } }
  }
}

extension Reading where Value == String {
  /// A history, which may be empty.
  static let history = Reading(
    placeholder: "LIST", expected: "a list like 1:5,260:4", isList: true, show: { $0 }, read: { $0 })
}
