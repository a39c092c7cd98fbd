/// One option of a verb: how it is spelled, what it takes, what it means, and what it is when absent.
///
/// A verb keeps its options as constants and asks the parsed ``Arguments`` for them, so that a value has its type
/// and no name is written twice:
///
///     static let k = Option("k", short: "k", .integer(in: 1...1000), default: 10, "How many to return")
///     let k: Int = arguments[k]
struct Option<Value: Sendable>: AnyOption {
  let name: String
  let short: Character?
  let summary: String
  /// `nil` for a flag, which takes no value.
  let reading: Reading<Value>?
  /// The value when the option is absent; `nil` when it must be present.
  let fallback: Value?

  private init(_ name: String, short: Character?, _ reading: Reading<Value>?, fallback: Value?, _ summary: String) {
    self.name = name
    self.short = short
    self.reading = reading
    self.fallback = fallback
    self.summary = summary
  }

  /// An option that has a value when it is absent.
  init(
    _ name: String, short: Character? = nil, _ reading: Reading<Value>, default fallback: Value, _ summary: String
  ) {
    self.init(name, short: short, reading, fallback: fallback, summary)
  }

  /// An option that must be given.
  static func required(_ name: String, short: Character? = nil, _ reading: Reading<Value>, _ summary: String) -> Option
  {
    Option(name, short: short, reading, fallback: nil, summary)
  }

  /// An option that may be left out.
  static func optional<Wrapped>(
    _ name: String, short: Character? = nil, _ reading: Reading<Wrapped>, _ summary: String
  ) -> Option where Value == Wrapped? {
    let optional = Reading<Wrapped?>(
      placeholder: reading.placeholder, expected: reading.expected, choices: reading.choices, isList: reading.isList,
      completion: reading.completion, show: { $0.map(reading.show) ?? "" },
      read: { text in reading.read(text).map { .some($0) } })
    return Option(name, short: short, optional, fallback: .some(nil), summary)
  }

  /// An option without a value: there or not there.
  static func flag(_ name: String, short: Character? = nil, _ summary: String) -> Option where Value == Bool {
    Option(name, short: short, nil, fallback: false, summary)
  }
}

/// An option of any type: what parsing and help need of it.
protocol AnyOption: Sendable {
  /// The name that follows two dashes.
  var name: String { get }
  /// The letter that follows one dash, or `nil`.
  var short: Character? { get }
  /// What it means, as one phrase.
  var summary: String { get }
  /// What stands for its value in help, or `nil` for a flag.
  var placeholder: String? { get }
  /// What its value must be.
  var expected: String { get }
  /// The words it takes, when there is a fixed set.
  var choices: [String] { get }
  /// What a shell may offer for its value.
  var completion: Completion { get }
  /// Whether it may be repeated.
  var isList: Bool { get }
  /// Whether it must be given.
  var isRequired: Bool { get }
  /// The default as a person would type it, or `nil` when there is none to show.
  var shownDefault: String? { get }
  /// The value of a text, or `nil` when the text is none; a flag's text is empty.
  func value(of text: String) -> (any Sendable)?
  /// The option and its value as a person would type them, or `nil` when it does not stand on the command line.
  func typed(in arguments: Arguments) -> String?
}

extension AnyOption {
  /// How messages name it: `--ef`; `-k` when the name is that letter.
  var spelling: String { isLetter ? "-" + name : "--" + name }
  /// How a usage line names it: `-o FILE`.
  var usage: String {
    let spelling = short.map { "-\($0)" } ?? spelling
    return placeholder.map { "\(spelling) \($0)" } ?? spelling
  }
  /// How help names it: `-o, --output FILE`, `    --ef N`, `-k N`.
  var entry: String {
    let spellings = isLetter ? spelling : (short.map { "-\($0), " } ?? "    ") + spelling
    return placeholder.map { "\(spellings) \($0)" } ?? spellings
  }
  /// What it means, with the words that it takes and its default: the text of help and of the manual page.
  var explanation: String {
    let facts = [
      choices.isEmpty ? nil : spoken(choices, last: "or"), shownDefault.map { "default \($0)" },
    ].compactMap { $0 }
    return summary + (facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))")
  }

  private var isLetter: Bool { short.map { String($0) } == name }
}

extension Option {
  var placeholder: String? { reading?.placeholder }
  var expected: String { reading?.expected ?? "" }
  var choices: [String] { reading?.choices ?? [] }
  var completion: Completion { choices.isEmpty ? reading?.completion ?? .nothing : .words(choices) }
  var isList: Bool { reading?.isList ?? false }
  var isRequired: Bool { fallback == nil }

  var shownDefault: String? {
    guard let reading, let fallback else { return nil }
    let text = reading.show(fallback)
    return text.isEmpty ? nil : text
  }

  func typed(in arguments: Arguments) -> String? {
    guard arguments.has(self) else { return nil }
    return reading.map { spelling + " " + $0.show(arguments[self]) } ?? spelling
  }

  func value(of text: String) -> (any Sendable)? {
    guard let reading else { return true }
    return reading.read(text).map { $0 }
  }
}
