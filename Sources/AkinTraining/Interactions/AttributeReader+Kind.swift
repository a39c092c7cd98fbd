import AkinSupport
import AkinVectors

// What a column of attributes holds: a table of cases, in the order in which they are looked for.

extension AttributeReader {
  /// A property of the fields of a column, what the column holds then, and what the caller should know.
  private struct Case: Sendable {
    let property: KeyPath<AttributeFields, Bool> & Sendable
    let kind: AttributeKind
    let note: (KeyPath<AttributeFields, String?> & Sendable)?

    init(_ property: KeyPath<AttributeFields, Bool> & Sendable, _ kind: AttributeKind) {
      (self.property, self.kind, note) = (property, kind, nil)
    }

    init(
      _ property: KeyPath<AttributeFields, Bool> & Sendable, _ kind: AttributeKind,
      _ note: KeyPath<AttributeFields, String?> & Sendable
    ) {
      (self.property, self.kind, self.note) = (property, kind, note)
    }
  }

  private static let cases = [
    Case(\.areNone, .word),
    Case(\.areFlags, .flag),
    Case(\.areFlagsAndNumbers, .word, \.flagNote),
    Case(\.areCodes, .word, \.codeNote),
    Case(\.areTooLong, .word, \.lengthNote),
    Case(\.areUnixTimes, .time),
    Case(\.areNumbers, .number, \.placeholderNote),
    Case(\.areDates, .time),
    Case(\.haveBars, .list),
    Case(\.areBracketed, .word, \.bracketNote),
    Case(\.areMarkedNumbers, .word, \.markedNote),
    Case(\.areDurations, .word, \.durationNote),
    Case(\.areOtherDates, .word, \.dateNote),
    Case(\.areLists, .word, \.listNote),
    Case(\.areMostlyOfOneKind, .word, \.strayNote),
  ]

  /// What a column holds, by its fields; the first case that is met decides.
  func kind(of fields: [String?], named name: String, _ execution: Execution) -> AttributeKind {
    let fields = AttributeFields(fields, named: name, reader: self)
    guard let found = AttributeReader.cases.first(where: { fields[keyPath: $0.property] }) else { return .word }
    if let note = found.note.flatMap({ fields[keyPath: $0] }) {
      execution.notice?(Notice(note, isWarning: true))
    }
    return found.kind
  }
}
