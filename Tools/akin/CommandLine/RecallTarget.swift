/// A recall target and its text on the command line, which output file names repeat.
struct RecallTarget: Sendable, Equatable {
  /// Above 0, at most 1.
  let value: Double
  /// The text on the command line.
  let typed: String

  /// Creates a target from its text; `nil` unless the text is a number above 0 and at most 1.
  init?(_ typed: String) {
    guard let value = Double(typed), value > 0, value <= 1 else { return nil }
    self.value = value
    self.typed = typed
  }
}

extension Reading where Value == RecallTarget {
  /// One recall target.
  static let recall = Reading(
    placeholder: "R", expected: "a number above 0 and at most 1", show: { $0.typed }, read: { RecallTarget($0) })
}

extension Reading where Value == [RecallTarget] {
  /// Recall targets, separated by commas.
  static let recalls = Reading(
    placeholder: "LIST", expected: "a list like 0.9,0.95,0.99, each \(Reading<RecallTarget>.recall.expected)",
    isList: true, show: { $0.map(\.typed).joined(separator: ",") }
  ) { text in
    var targets: [RecallTarget] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let target = RecallTarget(String(part)) else { return nil }
      targets.append(target)
    }
    return targets
  }
}
