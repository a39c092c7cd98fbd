import Akin
import AkinSupport

/// A list of items and the question that it answers.
struct Answer {
  /// The question, for JSON: `item` or `user`, and more.
  let question: [String: JSONValue]
  /// The line above the table on a terminal.
  let heading: String
  let items: [Recommendation]
  let k: Int
  /// The search plan that was used.
  let plan: SearchPlan
  /// The recall target, or `nil`.
  let target: RecallTarget?
}

extension Console {
  /// Writes an answer: a table under a heading, tab-separated lines, or one JSON object.
  func show(_ answer: Answer, asJSON: Bool) throws(StreamError) {
    let hasTitles = answer.items.contains { $0.title != nil }
    var listing = Listing(
      [.init("rank", "#"), .init("id", "Id"), .init("score", "Score")]
        + (hasTitles ? [.init("title", "Title", isFlexible: true)] : []))
    for (index, item) in answer.items.enumerated() {
      listing.append(
        [.integer(index + 1), .id(item.id), .score(item.score)]
          + (hasTitles ? [item.title.map { .text($0) } ?? .missing] : []))
    }
    if asJSON {
      var object = answer.question
      object["schema"] = .integer(1)
      object["k"] = .integer(Int64(answer.k))
      object["way"] = .string(answer.plan.wayName)
      object["ef"] = answer.plan.ef.map { .integer(Int64($0)) }
      object["recallTarget"] = answer.target.map { .number($0.value) }
      object["checkedQueries"] = answer.plan.checkedQueries.map { .integer(Int64($0)) }
      object["recallBasis"] = answer.plan.basis.map { .string($0.rawValue) }
      object["items"] = .array(listing.objects)
      return try show(.object(object))
    }
    if tableWidth != nil { try print(output.style.bold(answer.heading.printable) + "\n") }
    if answer.items.isEmpty, tableWidth != nil { return try print("no items\n") }
    try show(listing)
  }
}
