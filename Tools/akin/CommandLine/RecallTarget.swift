/// A recall that a person asks for, and how it was typed: names of files repeat it.
struct RecallTarget: Sendable, Equatable {
  /// Above 0, at most 1.
  let value: Double
  let typed: String

  /// Creates a target from what was typed, or nothing where that is no recall.
  init?(_ typed: String) {
    guard let value = Double(typed), value > 0, value <= 1 else { return nil }
    self.value = value
    self.typed = typed
  }
}

extension Cell {
  /// A recall that was asked for, with the decimals that it was typed with.
  static func recall(_ target: RecallTarget) -> Cell {
    let fraction = target.typed.split(separator: ".").dropFirst().first?.count ?? 0
    return .number(target.value, decimals: min(fraction, 9))
  }
}

extension Reading where Value == RecallTarget {
  /// A recall.
  static let recall = Reading(
    placeholder: "R", expected: "a number above 0 and at most 1", show: { $0.typed }, read: { RecallTarget($0) })
}

extension Reading where Value == [RecallTarget] {
  /// Recalls, separated by commas.
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
