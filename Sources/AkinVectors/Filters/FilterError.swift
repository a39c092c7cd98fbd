import AkinSupport

/// A filter text that has no meaning, and where.
public struct FilterError: AkinError, Equatable {
  /// The text.
  public let text: String
  /// The byte of the text where the trouble starts, counted from 1; one more than its bytes for its end.
  public let column: Int
  /// What is wrong.
  public let problem: Problem

  /// What is wrong with a filter.
  public enum Problem: Sendable, Equatable {
    /// The text has no words.
    case empty
    /// The text is longer than the limit.
    case tooLong(bytes: Int, limit: Int)
    /// Parentheses and `not` are nested deeper than the limit.
    case tooDeep(limit: Int)
    /// Something else belongs here.
    case expected(String, found: String)
    /// A quote is opened and not closed.
    case unclosedQuote
    /// No attribute has the name.
    case unknownAttribute(AttributeError)
    /// The attribute is not compared so: `brand < A`.
    case badComparison(String, attribute: String, holds: String, kind: AttributeKind)
    /// The value is of another kind than those of the attribute.
    case badValue(String, attribute: String, holds: String, kind: AttributeKind)
    /// The attribute stands alone and is no flag.
    case notAFlag(attribute: String, holds: String)
  }

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - text: The text of the filter.
  ///   - column: The byte where the trouble starts, counted from 1.
  ///   - problem: What is wrong.
  public init(text: String, column: Int, _ problem: Problem) {
    self.text = text
    self.column = column
    self.problem = problem
  }

  /// What does not depend on a file is the caller's mistake.
  public var kind: TroubleKind {
    switch problem {
    case .empty, .tooLong, .tooDeep, .expected, .unclosedQuote: .usage
    case .unknownAttribute, .badComparison, .badValue, .notAFlag: .badInput
    }
  }

  public var description: String {
    switch problem {
    case .empty, .tooLong: "filter: \(sentence)"
    default: "filter, column \(column): \(sentence)\n\(pointer)"
    }
  }

  public var help: String? {
    switch problem {
    case .empty, .tooLong, .tooDeep: "for example 'genre = Comedy and year >= 1990 and not brand in (A, B)'"
    case .expected("( and a list of values", _): "for example: brand in (A, B)"
    case .expected(_, let found) where instead(of: found) != nil: instead(of: found)
    case .expected: "quote words with spaces or signs, and words like and, or, not, in, has: genre = 'Film Noir'"
    case .unclosedQuote: "a quote inside quotes is written twice"
    case .unknownAttribute(let error): error.help
    case .badComparison(_, _, _, .list), .badComparison(_, _, _, .word): "words are compared by =, != and in"
    case .badComparison: "flags are compared by = and !="
    case .badValue(_, _, _, .time):
      "a time is a date like 2026-11-21, 2026-11 or 2026, with a time of day like T05:06 if any"
    case .badValue: nil
    case .notAFlag: "compare it with a value, or ask whether an item has one: has NAME"
    }
  }

  /// How to write what other languages write in another way; `nil` for what they do not.
  private func instead(of found: String) -> String? {
    let before = text.utf8.prefix(column - 1).last
    switch (before, found.lowercased()) {
    case (UInt8(ascii: "=")?, "'>'"), (UInt8(ascii: "=")?, "'<'"): return "the sign of comparison comes first: >= or <="
    case (UInt8(ascii: "<")?, "'>'"): return "write != for other values"
    case (_, "'between'"): return "write both bounds: year >= 1990 and year <= 1995"
    case (_, "'is'"): return "whether an item has a value: has NAME, or not has NAME"
    case (_, "'contains'"), (_, "'like'"), (_, "'includes'"):
      return "of words, = asks for a whole one, also in a list: genre = Comedy"
    default: return nil
    }
  }

  private var sentence: String {
    switch problem {
    case .empty: "expected a condition, found nothing"
    case .tooLong(let bytes, let limit): "expected at most \(limit) bytes, found \(bytes)"
    case .tooDeep(let limit): "expected at most \(limit) levels of parentheses and not, found more"
    case .expected(let expected, let found): "expected \(expected), found \(found)"
    case .unclosedQuote: "expected a closing quote, found the end"
    case .unknownAttribute(let error): error.description
    case .badComparison(let sign, let attribute, let holds, _):
      "'\(attribute)' holds \(holds), which '\(sign)' does not compare"
    case .badValue(let value, let attribute, let holds, let kind):
      "expected \(kind.noun), since '\(attribute)' holds \(holds); found '\(value)'"
    case .notAFlag(let attribute, let holds): "expected a comparison, since '\(attribute)' holds \(holds)"
    }
  }

  /// The text around the column, and a line that points to it; each begins with two spaces.
  public var pointer: String {
    let before = Array(String(decoding: text.utf8.prefix(column - 1), as: UTF8.self))
    let after = Array(String(decoding: text.utf8.dropFirst(column - 1), as: UTF8.self))
    let width = 36
    let left = before.suffix(width).map(FilterError.shown)
    let right = after.prefix(width).map(FilterError.shown)
    let start = before.count > width ? "…" : ""
    let blanks = String(repeating: " ", count: start.count + left.count)
    return "  \(start)\(String(left))\(String(right))\(after.count > width ? "…" : "")\n  \(blanks)^"
  }

  /// A character that takes one place: line breaks and the like become spaces.
  private static func shown(_ character: Character) -> Character {
    character.isWhitespace || character.unicodeScalars.contains { $0.properties.generalCategory == .control }
      ? " " : character
  }
}

extension AttributeKind {
  /// One value, with its article.
  fileprivate var noun: String {
    switch self {
    case .number: "a number"
    case .word, .list: "a word"
    case .flag: "true or false"
    case .time: "a time"
    }
  }
}
