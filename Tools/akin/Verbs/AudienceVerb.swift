import Akin
import AkinSupport

/// `akin audience`: lists the users who have an item among their own best.
enum AudienceVerb {
  static let verb = Verb(command, run: run)

  static let index = CatalogueOptions.index
  static let items = Argument("ITEM", "An id, a title, or a part of one title", isRepeated: true)
  static let top = Option(
    "top", .integer(in: 1...1_000_000), default: 100,
    "Length of each user's list: a user counts when the item is among the best N")
  static let limit = Option<Int?>.optional(
    "limit", .integer(in: 1...100_000_000), "List only so many users, those with the best scores",
    default: "all users")

  static let command = Command(
    name: "audience",
    summary: "List the users for whom an item is among their best",
    discussion: [
      "A user is listed when akin recommend --exact -k N, with N from --top, lists the item for the user: items that the user has "
        + "seen are in no list, unless --include-seen is given, and under a filter only the items that it lets in compete. The best "
        + "score comes first, as recommend shows it.",
      "The list of every user is made once, on all processors, before the first item is asked; further items then take a few "
        + "milliseconds each. So ask for several items in one run, and by an Audience in Swift.",
    ],
    arguments: [index, items],
    options: [
      OptionGroup(
        "Options",
        [
          RecommendVerb.users, top, limit, RecommendVerb.includeSeen, Common.raw, Common.threads, Common.json,
          Common.jsonLines,
          Common.quiet,
        ]),
      FilterOptions.group,
      CatalogueOptions.group,
    ],
    examples: [
      Example("akin audience ml.idx --users ml.emb 'Toy Story (1995)' --top 20"),
      Example("akin audience ml.idx --users ml.emb 1 --limit 50 --json"),
      Example("akin audience ml.idx --users ml.emb 1 260 318", "Three items, for one preparation"),
      Example("akin audience ml.idx --users ml.emb 1 --where 'genre = Comedy'", "Among comedies alone"),
    ], hints: ["k": "--top N, or --limit N for fewer users"])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    try FilterOptions.check(arguments)
    try arguments.refuse(Common.json, with: Common.jsonLines)
    let isJSON = arguments[Common.json] || arguments[Common.jsonLines]
    let recommender = try CatalogueOptions.recommender(
      arguments[index], embeddings: arguments[RecommendVerb.users], arguments, console)
    let items = try arguments.all(AudienceVerb.items).map { text in
      let item = try recommender.item(text)
      if !isJSON, console.tableWidth == nil { console.sayMeant(text, item, of: recommender) }
      return item
    }
    let filter = try FilterOptions.filter(arguments, of: recommender, console)
    let k = arguments[top]
    var made: Audience?
    try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) { execution in
      if !arguments[RecommendVerb.includeSeen], let note = recommender.usersWithoutHistory {
        execution.notice?(Notice(note, isWarning: true))
      }
      made = try recommender.audience(
        top: k, filter: filter, includesSeen: arguments[RecommendVerb.includeSeen], execution: execution)
    }
    guard let audience = made else { return .done }
    let isTable = !isJSON && console.tableWidth != nil
    var objects: [JSONValue] = []
    var lines = Group.listing(withItem: items.count > 1)
    for (number, item) in items.enumerated() {
      let start = monotonicSeconds()
      let members = try console.answering { try audience.members(of: item) }
      let seconds = monotonicSeconds() - start
      let group = Group(
        item: item, title: recommender.catalog.row(of: item).flatMap { recommender.catalog.title(of: $0) },
        size: members.count,
        members: members.prefix(arguments[limit] ?? .max).map { one in
          (one.id, arguments[Common.raw] ? one.score : recommender.prediction(ofScore: one.score))
        })
      if isJSON {
        var object = group.object
        object["top"] = .integer(Int64(k))
        object["includesSeen"] = .bool(arguments[RecommendVerb.includeSeen])
        object["allowed"] = filter.map { .integer(Int64($0.allowedCount)) }
        object["of"] = .integer(Int64(audience.userCount))
        object["seconds"] = .number(seconds)
        if arguments[Common.jsonLines] {
          object["schema"] = .integer(1)
          try console.show(.object(object))
          try console.output.flush()
        } else {
          objects.append(.object(object))
        }
      } else if isTable {
        let heading = group.heading(top: k, of: audience.userCount)
        try console.print((number > 0 ? "\n" : "") + console.output.style.bold(heading.printable) + "\n")
        var listing = Group.listing(withItem: false)
        group.append(to: &listing, withItem: false)
        if group.members.isEmpty { try console.print("no users\n") } else { try console.show(listing) }
      } else {
        group.append(to: &lines, withItem: items.count > 1)
      }
    }
    if arguments[Common.json] { return try console.showOne(of: objects, as: "audiences") }
    if !isJSON, !isTable { try console.show(lines) }
    return .done
  }

  /// The users of one item.
  private struct Group {
    let item: ItemID
    let title: String?
    /// The number of users in whose lists the item is.
    let size: Int
    /// The users to list, with scores as they are shown.
    let members: [(id: UserID, score: Float)]

    /// The answer in JSON.
    var object: [String: JSONValue] {
      var object: [String: JSONValue] = ["audience": .integer(Int64(size))]
      object["item"] = Cell.id(item).json
      object["title"] = title.map { .string($0) }
      object["users"] = .array(
        members.enumerated().map { place, one in
          .object([
            "rank": .integer(Int64(place + 1)), "id": Cell.id(one.id).json ?? .null,
            "score": Cell.score(one.score).json ?? .null,
          ])
        })
      return object
    }

    /// The line above the table.
    func heading(top: Int, of users: Int) -> String {
      let name = title.map { "\($0) [\(Cell.id(item).shown)]" } ?? Cell.id(item).shown
      return "\(name): among the best \(top) of \(Numbers.grouped(size)) of \(Numbers.counted(users, "users"))"
    }

    /// An empty table.
    static func listing(withItem: Bool) -> Listing {
      Listing(
        (withItem ? [.init("item", "Item")] : []) + [
          .init("rank", "#"), .init("user", "User"), .init("score", "Score"),
        ]
      )
    }

    /// Adds the users to a table.
    func append(to listing: inout Listing, withItem: Bool) {
      for (place, one) in members.enumerated() {
        listing.append((withItem ? [.id(item)] : []) + [.integer(place + 1), .id(one.id), .score(one.score)])
      }
    }
  }
}
