import Akin
import AkinSupport

/// `akin recommend`: lists the best items for a user.
enum RecommendVerb {
  static let verb = Verb(command, run: run)

  static let index = CatalogueOptions.index
  static let user = Argument("USER", "User id; omit it with --history or --all", isOptional: true)
  static let users = Option<String?>.optional(
    "users", .file(usually: "emb"),
    "The embeddings file with the users: that from which the index was built, or one of the training of the catalogue",
    default: "the one inside the index, from akin index --with-users")
  static let includeSeen = Option<Bool>.flag("include-seen", "Include items that the user has seen")
  static let history = Option<String?>.optional(
    "history", .history, "Interactions of a new user, as ID:VALUE,ID:VALUE, in place of USER")
  static let skipUnknown = Option<Bool>.flag(
    "skip-unknown", "Skip items of the history that are not in the file")
  static let cold = Option<ColdPolicy?>.optional(
    "cold", .choice("POLICY", [("popularity", ColdPolicy.popularity), ("error", .error)]),
    "Answer for a user without known interactions", default: "error for USER, popularity for --history")

  /// The answer when a user has no known interactions, or fold-in cannot use them.
  enum ColdPolicy: Sendable { case popularity, error }

  static let command = Command(
    name: "recommend",
    summary: "List the best items for a user, excluding items already seen",
    discussion: [
      "The score is the model's own prediction, biases and mean included: a rating on the scale of the training, a "
        + "probability for logistic, closeness to 1 for wals. --raw shows what is ordered by: before the sigmoid, and "
        + "beyond the scale.",
      "For a user who is not in the file, pass --history instead: items separated by commas, each an id, a title or a part "
        + "of one title, with an optional value after a colon, as in the training data (default 1). Fold-in then computes "
        + "the user vector as training would, from these items.",
      "When the user has no known interactions, or fold-in cannot use the history, akin can rank by popularity, the share "
        + "of users who have an item. An unknown USER is more often a typing error than a new user, so it is an error "
        + "without --cold popularity. Answers state their basis unless they use the trained user vector.",
    ],
    arguments: [index, user],
    options: [
      OptionGroup(
        "Options",
        [
          users, includeSeen, Common.k, Common.ef, Common.recall, Common.exact, Common.noFallback,
          Common.minimumScore, Common.diversity, Common.perCategory, Common.raw, Common.json,
        ]),
      FilterOptions.group,
      OptionGroup("Cold start", [history, skipUnknown, cold]),
      CatalogueOptions.group,
      ListOptions.group,
    ],
    examples: [
      Example("akin recommend ml.idx --users ml.emb 1"),
      Example("akin recommend ml.idx --users ml.emb 1 -k 50 --exact --json"),
      Example("akin recommend ml.idx --users ml.emb 1 --recall 0.99"),
      Example("akin recommend ml.idx --users ml.emb 1 --where 'genre = Comedy' --deny sold-out.txt"),
      Example("akin recommend ml.idx --users ml.emb 1 --per-category 2"),
      Example("akin recommend ml.idx --users ml.emb --history '260:5,Heat (1995):4,1'"),
      Example("akin recommend ml.idx --users ml.emb nobody --cold popularity"),
      Example("akin recommend ml.idx --users ml.emb --all -k 100 -o lists.npy", "The list of every user"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    try FilterOptions.check(arguments)
    if let asked = try ListOptions.asked(arguments, excluded: [history, skipUnknown, cold], argument: user) {
      return try writeAll(asked, arguments, console)
    }
    let asked = try Asked(arguments)
    let given = try SearchOptions(arguments)
    let recommender = try CatalogueOptions.recommender(
      arguments[index], embeddings: arguments[users], arguments, console)
    var search = given.reaching(recommender.index.count)
    let includesSeen = arguments[includeSeen]
    search.request.filter = try FilterOptions.filter(arguments, of: recommender, console)
    var request = search.request
    // The limit is compared with what is shown.
    let least = arguments[Common.raw] ? nil : request.minimumScore
    if !arguments[Common.raw] { request.minimumScore = nil }
    let rules = ListRules(
      includesSeen: includesSeen, diversity: search.diversity,
      categoryLimit: try search.categoryLimit(recommender.attributes), minimumPrediction: least)
    var told: [Interaction] = []
    if case .history(let text) = asked {
      told = try HistoryText.read(
        text, for: recommender.embeddings, skip: arguments[skipUnknown], console: console
      ) {
        text throws(RecommenderError) in
        let item = try recommender.item(text)
        console.sayMeant(text, item, of: recommender)
        return item
      }
    }
    var basis: AnswerBasis
    var found: FoundList
    var reason: String?
    do {
      switch asked {
      case .user(let id):
        basis = .model
        if let seen = recommender.historyWithoutVector(of: id) {
          told = seen
          throw RecommenderError.nothingLearnedOfUser(id)
        }
        found = try console.answering { try recommender.recommend(for: id, request, rules) }
      case .history:
        basis = .foldIn
        found = try console.answering { try recommender.recommend(to: told, request, rules) }
      }
    } catch let error as any AkinError where isCold(error) {
      // An unknown id may be a typing error; a known id is not.
      let isKnown = if case RecommenderError.nothingLearnedOfUser? = error as? RecommenderError { true } else { false }
      let policy = arguments[cold] ?? (isKnown ? .popularity : asked.policy)
      guard policy == .popularity else { throw error }
      basis = .popularity
      let items = try recommender.popular(
        beside: told, search.request, includesSeen: includesSeen, categoryLimit: rules.categoryLimit)
      found = FoundList(items: items, asked: search.request.k)
      reason = error.description
    }
    if basis != .popularity, !arguments[Common.raw] {
      found.items = found.items.map { recommender.predicted($0) }
    }
    let plan = recommender.isWithoutVector(asked) ? .exact : try search.plan(of: recommender.index, asked: found.asked)
    let rest = Basis(basis: basis, reason: reason, asked: asked, told: told)
    rest.note(model: recommender.embeddings?.objective, console)
    if basis == .model, recommender.isWithoutVector(asked) {
      console.say("akin: note: the vector of the user is zero: \(recommender.orderWithoutVector)")
    }
    if basis == .model, !includesSeen, let note = recommender.usersWithoutHistory { console.say("akin: note: \(note)") }
    console.sayEmpty(found.items, of: recommender.index.count, least: arguments[Common.minimumScore])
    var question = rest.question(includesSeen: includesSeen, filter: request.filter)
    question["diversity"] = search.diversity > 0 && basis != .popularity ? .number(search.diversity) : nil
    question["store"] = StoreFacts.object(of: recommender.index)
    question["perCategory"] = search.perCategory.map { .integer(Int64($0)) }
    try console.show(
      Answer(
        question: question, heading: rest.heading, items: found.items, k: request.k,
        plan: basis == .popularity ? .exact : plan, target: basis == .popularity ? nil : search.target),
      asJSON: arguments[Common.json])
    return .done
  }

  /// Writes the lists of all users, as one list would show them.
  private static func writeAll(
    _ asked: ListOptions.Asked, _ arguments: Arguments, _ console: Console
  ) throws -> ExitCode {
    let recommender = try CatalogueOptions.recommender(
      arguments[index], embeddings: arguments[users], arguments, console)
    guard let ids = recommender.embeddings?.userIDs else { throw RecommenderError.noUsers }
    if let note = recommender.zeroUsers { console.say("akin: note: \(note)") }
    if !arguments[includeSeen], let note = recommender.usersWithoutHistory { console.say("akin: note: \(note)") }
    let fills = recommender.answersZeroUsersByPopularity
    var popular: PopularList?
    let isRaw = arguments[Common.raw]
    var rules = ListRules(
      includesSeen: arguments[includeSeen], diversity: asked.search.diversity,
      categoryLimit: try asked.search.categoryLimit(recommender.attributes))
    return try ListOptions.write(
      asked, arguments, console, recommender, for: .nearest, owner: "user", count: ids.count,
      ids: { ids.id(of: $0) }
    ) { users, request, execution in
      var scored = request
      if !isRaw { scored.minimumScore = nil }
      rules.minimumPrediction = isRaw ? nil : request.minimumScore
      let lists = try recommender.recommend(toEach: users, scored, rules, execution: execution)
      let shown = isRaw ? lists : recommender.predicted(lists)
      if !fills { return shown }
      let ranking = try popular ?? recommender.popularList(request)
      popular = ranking
      return recommender.byPopularity(
        shown, from: users.lowerBound, ranking, request, includesSeen: rules.includesSeen, rules.categoryLimit)
    }
  }

  /// Whether an error means that a user has no known interactions, or that fold-in cannot use them.
  private static func isCold(_ error: any AkinError) -> Bool {
    switch error {
    case is FoldInError: true
    case let error as RecommenderError:
      switch error {
      case .unknownUser, .emptyHistory, .nothingLearned, .nothingLearnedOfUser: true
      default: false
      }
    default: false
    }
  }
}
