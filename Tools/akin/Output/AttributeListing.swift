import Akin
import AkinSupport
import AkinVectors

/// The attributes of items, and how their values are distributed.
enum AttributeListing {
  /// One row an attribute: numbers and times with their smallest, median and largest value, words with the most frequent.
  static func listing(of attributes: AttributeTable) -> Listing {
    var listing = Listing([
      .init("name", "Attribute"), .init("kind", "Holds"), .init("present", "Items"), .init("share", "Share"),
      .init("values", "Values", isFlexible: true),
    ])
    for position in attributes.entries.indices {
      let attribute = attributes.column(at: position)
      let summary = attribute.summary(words: 20)
      listing.append([
        .text(attribute.name), .text(attribute.kind.plural), .count(summary.presentCount),
        .number(share(summary, attribute), decimals: 3), .text(values(summary, attribute.kind)),
      ])
    }
    return listing
  }

  /// One object an attribute.
  static func objects(of attributes: AttributeTable) -> [JSONValue] {
    attributes.entries.indices.map { position in
      let attribute = attributes.column(at: position)
      let summary = attribute.summary(words: 20)
      var object: [String: JSONValue] = [
        "name": .string(attribute.name), "kind": .string(attribute.kind.rawValue),
        "present": .integer(Int64(summary.presentCount)), "share": .number(share(summary, attribute)),
      ]
      if let range = summary.range, let median = summary.median {
        (object["min"], object["median"], object["max"]) = (
          .number(range.lowerBound), .number(median), .number(range.upperBound)
        )
      }
      if attribute.kind == .word || attribute.kind == .list || attribute.kind == .flag {
        object["words"] = .integer(Int64(summary.wordCount))
        object["mostFrequent"] = .array(
          summary.mostFrequent.map { .object(["word": .string($0.word), "count": .integer(Int64($0.count))]) })
      }
      return .object(object)
    }
  }

  private static func share(_ summary: AttributeSummary, _ attribute: Attribute) -> Double {
    let share = Double(summary.presentCount) / Double(max(attribute.itemCount, 1))
    return (share * 1e6).rounded() / 1e6
  }

  private static func values(_ summary: AttributeSummary, _ kind: AttributeKind) -> String {
    if let range = summary.range, let median = summary.median {
      let shown = [range.lowerBound, median, range.upperBound].map {
        kind == .time ? dateOfSeconds($0) : shownNumber($0)
      }
      return "\(shown[0]) … \(shown[1]) … \(shown[2])"
    }
    let words = summary.mostFrequent.map { "\($0.word) \(Numbers.grouped($0.count))" }.joined(separator: ", ")
    let rest = summary.wordCount - summary.mostFrequent.count
    return rest > 0 ? "\(words) and \(Numbers.grouped(rest)) more" : words
  }
}
