import Akin
import AkinSupport

/// `akin related`: lists the items most similar to an item.
enum RelatedVerb {
  static let verb = Verb(command, run: run)

  static let index = Argument("FILE.idx", "The index file", completion: .files("idx"))
  static let item = Argument("ITEM", "An id, a title, or a part of one title")

  static let command = Command(
    name: "related",
    summary: "List the items most similar to an item",
    discussion: [
      "Similarity is the cosine of item vectors for a factor model, and the metric of the index for other vectors."
    ],
    arguments: [index, item],
    options: [
      OptionGroup("Options", [Common.k, Common.ef, Common.recall, Common.exact, Common.minimumScore, Common.json])
    ],
    examples: [
      Example("akin related ml.idx 'Toy Story (1995)'"),
      Example("akin related ml.idx 1 -k 20 --exact"),
      Example("akin related ml.idx 1 --recall 0.99"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let search = try SearchOptions(arguments)
    let recommender = try Recommender(index: arguments[index])
    let item = try recommender.item(arguments[item])
    let found = try recommender.related(to: item, search.request)
    let plan = try search.plan(of: recommender.index, for: .related)
    let title = recommender.catalog.row(of: item).flatMap { recommender.catalog.title(of: $0) }
    let id = Cell.id(item)
    var question: [String: JSONValue] = [:]
    question["item"] = id.json
    question["title"] = title.map { .string($0) }
    let name = title.map { "\($0) [\(id.shown)]" } ?? id.shown
    try console.show(
      Answer(
        question: question, heading: "Similar to \(name)", items: found, k: search.request.k, plan: plan,
        target: search.target),
      asJSON: arguments[Common.json])
    return .done
  }
}
