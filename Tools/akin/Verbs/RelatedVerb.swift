import Akin
import AkinSupport

/// `akin related`: lists the items most similar to an item.
enum RelatedVerb {
  static let verb = Verb(command, run: run)

  static let index = CatalogueOptions.index
  static let item = Argument("ITEM", "An id, a title, or a part of one title; omit it with --all", isOptional: true)

  static let command = Command(
    name: "related",
    summary: "List the items most similar to an item",
    discussion: [
      "Similarity is the cosine of item vectors for a factor model, and the metric of the index for other vectors."
    ],
    arguments: [index, item],
    options: [
      OptionGroup(
        "Options",
        [
          Common.k, Common.ef, Common.recall, Common.exact, Common.noFallback, Common.minimumScore, Common.diversity,
          Common.perCategory, Common.json,
        ]),
      FilterOptions.group,
      CatalogueOptions.group,
      ListOptions.group,
    ],
    examples: [
      Example("akin related ml.idx 'Toy Story (1995)'"),
      Example("akin related ml.idx 1 -k 20 --exact"),
      Example("akin related ml.idx 1 --recall 0.99"),
      Example("akin related ml.idx 1 --where 'genre = Comedy and not genre = Children'"),
      Example("akin related ml.idx 1 -k 20 --per-category 3"),
      Example("akin related ml.idx --all -k 20 -o related.tsv --titles", "The list of every item"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    try FilterOptions.check(arguments)
    if let asked = try ListOptions.asked(arguments, excluded: [], argument: item) {
      let recommender = try CatalogueOptions.recommender(arguments[index], arguments, console)
      let limit = try asked.search.categoryLimit(recommender.attributes)
      return try ListOptions.write(
        asked, arguments, console, recommender, for: .related, owner: "item",
        count: recommender.index.count, ids: { recommender.catalog.id(of: $0) }
      ) {
        try recommender.related(
          toEach: $0, $1, diversity: asked.search.diversity, categoryLimit: limit, execution: $2)
      }
    }
    guard let text = arguments[ifGiven: item] else {
      throw arguments.error(.missingArgument(item.name, meaning: "An id or a title, or --all for every item"))
    }
    var search = try SearchOptions(arguments)
    let recommender = try CatalogueOptions.recommender(arguments[index], arguments, console)
    search = search.reaching(recommender.index.count)
    let item = try recommender.item(text)
    // The heading of a table says it, and so does JSON.
    if !arguments[Common.json], console.tableWidth == nil { console.sayMeant(text, item, of: recommender) }
    search.request.filter = try FilterOptions.filter(arguments, of: recommender, console)
    let rules = ListRules(
      diversity: search.diversity, categoryLimit: try search.categoryLimit(recommender.attributes))
    let found = try console.answering { try recommender.related(to: item, search.request, rules) }
    console.sayEmpty(found.items, of: recommender.index.count, least: arguments[Common.minimumScore])
    let plan = try search.plan(of: recommender.index, for: .related, asked: found.asked)
    let title = recommender.catalog.row(of: item).flatMap { recommender.catalog.title(of: $0) }
    let id = Cell.id(item)
    var question: [String: JSONValue] = [:]
    question["item"] = id.json
    question["title"] = title.map { .string($0) }
    question["diversity"] = search.diversity > 0 ? .number(search.diversity) : nil
    question["store"] = StoreFacts.object(of: recommender.index)
    question["perCategory"] = search.perCategory.map { .integer(Int64($0)) }
    question["allowed"] = search.request.filter.map { .integer(Int64($0.allowedCount)) }
    let name = title.map { "\($0) [\(id.shown)]" } ?? id.shown
    try console.show(
      Answer(
        question: question, heading: "Similar to \(name)", items: found.items, k: search.request.k, plan: plan,
        target: search.target),
      asJSON: arguments[Common.json])
    return .done
  }
}
