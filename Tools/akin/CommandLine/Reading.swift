import AkinSupport
import AkinVectors

/// The parser of one kind of value, and its description in help and errors.
struct Reading<Value: Sendable>: Sendable {
  /// The placeholder in help: `N`, `FILE`.
  var placeholder: String
  /// The accepted values, to follow "must be": `a whole number of at least 1`.
  var expected: String
  /// The accepted words, when there is a fixed set.
  var choices: [String] = []
  /// Whether the option may be repeated; commas then join its values.
  var isList = false
  /// Completions, where there is no fixed set of words.
  var completion = Completion.nothing
  /// What the command does with the file that the value names; `nil` for other values.
  var role: FileRole?
  /// The path in the value, where that is not its text.
  var path: (@Sendable (Value) -> String?)?
  /// The text of a value, as typed.
  var show: @Sendable (Value) -> String
  /// The value of a text, or `nil` for an invalid text.
  var read: @Sendable (String) -> Value?
}

extension Reading where Value == String {
  /// Any non-empty text.
  static func text(_ placeholder: String) -> Reading {
    Reading(placeholder: placeholder, expected: "a non-empty text", show: { $0 }) { $0.isEmpty ? nil : $0 }
  }

  /// The name of a file to read.
  static let file = fileName(offering: .anyFile, .input(isStream: false))
  /// The name of a file to read front to back; `-` means standard input.
  static let stream = fileName(offering: .anyFile, .input(isStream: true))
  /// The name of a file to write.
  static let output = fileName(offering: .anyFile, .output)
  /// The name of a file to read and to write again.
  static let state = fileName(offering: .anyFile, .state)

  /// The name of a file to read. Completions offer files with one of `extensions`; any name is accepted.
  static func file(usually extensions: String...) -> Reading {
    fileName(offering: Completion(files: .ending(in: extensions)), .input(isStream: false))
  }

  /// The name of a file to write. Completions offer files with one of `extensions`; any name is accepted.
  static func output(usually extensions: String...) -> Reading {
    fileName(offering: Completion(files: .ending(in: extensions)), .output)
  }

  private static func fileName(offering completion: Completion, _ role: FileRole) -> Reading {
    Reading(placeholder: "FILE", expected: "the name of a file", completion: completion, role: role, show: { $0 }) {
      $0.isEmpty ? nil : $0
    }
  }

  /// The name of a directory.
  static let directory = Reading(
    placeholder: "DIR", expected: "the name of a directory", completion: .directories, show: { $0 }
  ) {
    $0.isEmpty ? nil : $0
  }
}

extension Reading where Value == Int {
  /// A whole number within bounds.
  static func integer(in range: ClosedRange<Int>) -> Reading {
    let bounds =
      range.upperBound == .max
      ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    return Reading(placeholder: "N", expected: "a whole number \(bounds)", show: { String($0) }) { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension Reading where Value == UInt64 {
  /// A seed: any 64-bit unsigned number.
  static let seed = Reading(placeholder: "N", expected: "a whole number from 0 to \(UInt64.max)", show: { String($0) })
  {
    UInt64($0)
  }
}

extension Reading where Value == Double {
  /// A finite number within bounds.
  static func number(in range: ClosedRange<Double>) -> Reading {
    let low = shown(range.lowerBound)
    let bounds =
      range.upperBound == .greatestFiniteMagnitude ? "of at least \(low)" : "from \(low) to \(shown(range.upperBound))"
    return Reading(placeholder: "X", expected: "a number \(bounds)", show: { shown($0) }) { text in
      Double(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  private static func shown(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : "\(value)"
  }
}

extension Reading where Value == [Int] {
  /// Whole numbers within bounds, separated by commas.
  static func integers(in range: ClosedRange<Int>) -> Reading {
    let one = Reading<Int>.integer(in: range)
    return Reading(
      placeholder: "LIST", expected: "a list like 16,32,64, each \(one.expected)", isList: true,
      show: { $0.map(String.init).joined(separator: ",") }
    ) { text in
      var values: [Int] = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard let value = one.read(String(part)) else { return nil }
        values.append(value)
      }
      return values
    }
  }
}

extension Reading {
  /// One of a fixed set of words, each with its value.
  static func choice(_ placeholder: String, _ choices: [(name: String, value: Value)]) -> Reading
  where Value: Equatable {
    Reading(
      placeholder: placeholder, expected: spoken(choices.map(\.name), last: "or"), choices: choices.map(\.name),
      show: { value in choices.first { $0.value == value }?.name ?? "" }
    ) { text in
      choices.first { $0.name == text }?.value
    }
  }
}

extension Reading where Value == Metric {
  /// A metric by its name.
  static let metric = Reading(
    placeholder: "METRIC", expected: spoken(Metric.allCases.map(\.name), last: "or"),
    choices: Metric.allCases.map(\.name), show: \.name, read: { Metric(name: $0) })
}

extension Reading where Value == Float {
  /// A score.
  static let score = Reading(
    placeholder: "X", expected: "a finite number", show: { "\($0)" },
    read: { Float($0).flatMap { $0.isFinite ? $0 : nil } })
}

/// Words as a sentence lists them: `a, b or c`.
func spoken(_ words: [String], last conjunction: String) -> String {
  guard let end = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " \(conjunction) " + end
}
