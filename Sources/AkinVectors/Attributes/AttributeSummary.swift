/// How the values of an attribute are distributed.
public struct AttributeSummary: Sendable, Equatable {
  /// A word, and the number of items that have it.
  public struct WordCount: Sendable, Equatable {
    /// The word.
    public let word: String
    /// The number of items that have it.
    public let count: Int
  }

  /// The number of items with a value.
  public let presentCount: Int
  /// The smallest and the largest number or time; `nil` for other attributes, and without values.
  public let range: ClosedRange<Double>?
  /// The median of the numbers or times, the mean of the two in the middle for an even count; `nil` as ``range``.
  public let median: Double?
  /// The number of different words; of flags 2 or fewer; 0 for numbers and times.
  public let wordCount: Int
  /// The words that most items have, most first, words of equal counts in the order of their bytes. Flags are `true` and
  /// `false`.
  public let mostFrequent: [WordCount]
}

extension Attribute {
  /// How the values are distributed.
  ///
  /// - Parameter limit: The number of words at most.
  /// - Complexity: O(*items* log *items*).
  public func summary(words limit: Int = 5) -> AttributeSummary {
    switch storage {
    case .numbers(let values), .times(let values):
      let sorted = values.indices.filter { present.contains(Row($0)) }.map { values[$0] }.sorted()
      let middle = sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2] / 2 + sorted[sorted.count / 2] / 2
      return AttributeSummary(
        presentCount: present.count, range: sorted.first.map { $0...sorted[sorted.count - 1] }, median: middle,
        wordCount: 0, mostFrequent: [])
    case .flags(let rows):
      return summary([present.count - rows.count, rows.count], ["false", "true"], limit)
    case .words(let codes, let names):
      var counts = [Int](repeating: 0, count: names.count)
      for row in codes.indices where present.contains(Row(row)) { counts[Int(codes[row])] += 1 }
      return summary(counts, names, limit)
    case .lists(let lists, let names):
      var counts = [Int](repeating: 0, count: names.count)
      for code in lists.rows { counts[Int(code)] += 1 }
      return summary(counts, names, limit)
    }
  }

  private func summary(_ counts: [Int], _ names: [String], _ limit: Int) -> AttributeSummary {
    let used = counts.indices.filter { counts[$0] > 0 }
    let order = used.sorted { (counts[$1], $0) < (counts[$0], $1) }
    return AttributeSummary(
      presentCount: present.count, range: nil, median: nil, wordCount: used.count,
      mostFrequent: order.prefix(limit).map { .init(word: names[$0], count: counts[$0]) })
  }

  /// What the attribute holds, in words: `numbers from 1902 to 2018`, `words like 'Sony'`.
  public var holds: String {
    let summary = summary(words: 1)
    if summary.presentCount == 0 { return "no values (\(kind.plural))" }
    if let range = summary.range {
      let ends = [range.lowerBound, range.upperBound].map { kind == .time ? dateOfSeconds($0) : shownNumber($0) }
      return "\(kind.plural) from \(ends[0]) to \(ends[1])"
    }
    switch kind {
    case .flag: return "flags, true or false"
    case .list: return "lists of words like '\(summary.mostFrequent[0].word)'"
    default: return "words like '\(summary.mostFrequent[0].word)'"
    }
  }
}

/// A number as people write it: a whole number without a fraction.
package func shownNumber(_ value: Double) -> String {
  value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : "\(value)"
}
