/// One option of a command: its spelling, value, meaning and default.
///
/// A command keeps its options as constants and reads their values from the parsed ``Arguments``, so each value has its
/// type and each name is written once:
///
///     static let k = Option("k", short: "k", .integer(in: 1...1000), default: 10, "Number of items to return")
///     let k: Int = arguments[k]
struct Option<Value: Sendable>: AnyOption {
  let name: String
  let short: Character?
  let summary: String
  /// The parser of the value; `nil` for a flag, which takes no value.
  let reading: Reading<Value>?
  /// The value when the option is absent; `nil` for a required option.
  let fallback: Value?

  /// The default that help shows in place of `fallback`, or `nil`.
  let describedDefault: String?

  private init(
    _ name: String, short: Character?, _ reading: Reading<Value>?, fallback: Value?, _ summary: String,
    describedDefault: String? = nil
  ) {
    self.name = name
    self.short = short
    self.reading = reading
    self.fallback = fallback
    self.summary = summary
    self.describedDefault = describedDefault
  }

  /// An option with a default.
  ///
  /// - Parameter described: The default in words, where its value says too little.
  init(
    _ name: String, short: Character? = nil, _ reading: Reading<Value>, default fallback: Value, _ summary: String,
    described: String? = nil
  ) {
    self.init(name, short: short, reading, fallback: fallback, summary, describedDefault: described)
  }

  /// A required option.
  static func required(_ name: String, short: Character? = nil, _ reading: Reading<Value>, _ summary: String) -> Option
  {
    Option(name, short: short, reading, fallback: nil, summary)
  }

  /// An option without a fixed value as its default.
  ///
  /// - Parameter described: The value that takes effect when the option is absent, in words; `nil` for none.
  static func optional<Wrapped>(
    _ name: String, short: Character? = nil, _ reading: Reading<Wrapped>, _ summary: String,
    default described: String? = nil
  ) -> Option where Value == Wrapped? {
    let optional = Reading<Wrapped?>(
      placeholder: reading.placeholder, expected: reading.expected, choices: reading.choices, isList: reading.isList,
      completion: reading.completion, role: reading.role,
      path: { value in value.flatMap { reading.path?($0) ?? reading.show($0) } }, show: { $0.map(reading.show) ?? "" },
      read: { text in reading.read(text).map { .some($0) } })
    return Option(name, short: short, optional, fallback: .some(nil), summary, describedDefault: described)
  }

  /// An option without a value.
  static func flag(_ name: String, short: Character? = nil, _ summary: String) -> Option where Value == Bool {
    Option(name, short: short, nil, fallback: false, summary)
  }
}

/// An option of any type, as parsing, help, completions and the manual page see it.
protocol AnyOption: Sendable {
  /// The name that follows two dashes.
  var name: String { get }
  /// The letter that follows one dash, or `nil`.
  var short: Character? { get }
  /// The meaning, as one phrase.
  var summary: String { get }
  /// The placeholder of the value in help, or `nil` for a flag.
  var placeholder: String? { get }
  /// The values that the option accepts.
  var expected: String { get }
  /// The accepted words, when there is a fixed set.
  var choices: [String] { get }
  /// Completions of the value.
  var completion: Completion { get }
  /// Whether the option may be repeated.
  var isList: Bool { get }
  /// Whether the option is required.
  var isRequired: Bool { get }
  /// The default as help shows it, or `nil` for none.
  var shownDefault: String? { get }
  /// The default in words, which help shows in place of a value; or `nil`.
  var describedDefault: String? { get }
  /// The value of a text, or `nil` for an invalid text; the text of a flag is empty.
  func value(of text: String) -> (any Sendable)?
  /// The file that the option names, or `nil`.
  func fileUse(in arguments: Arguments) -> FileUse?
  /// Whether `-` as the value means standard input.
  var isStream: Bool { get }
  /// The option and its value as typed, or `nil` when the option is absent.
  func typed(in arguments: Arguments) -> String?
}

extension AnyOption {
  /// The name in messages: `--ef`; `-k` when the name is that letter.
  var spelling: String { isLetter ? "-" + name : "--" + name }
  /// The name in usage lines: `-o FILE`.
  var usage: String {
    let spelling = short.map { "-\($0)" } ?? spelling
    return placeholder.map { "\(spelling) \($0)" } ?? spelling
  }
  /// The entry in help: `-o, --output FILE`, `    --ef N`, `-k N`.
  var entry: String {
    let spellings = isLetter ? spelling : (short.map { "-\($0), " } ?? "    ") + spelling
    return placeholder.map { "\(spellings) \($0)" } ?? spellings
  }
  /// The meaning, the accepted words and the default: the text of help and of the manual page.
  var explanation: String {
    let facts = [
      choices.isEmpty ? nil : spoken(choices, last: "or"), shownDefault.map { "default \($0)" },
    ].compactMap { $0 }
    return summary + (facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))")
  }

  /// The option and its value as one word, `--ef=16`, which is read whatever the value begins with; `nil` when the option is absent.
  func word(in arguments: Arguments) -> String? {
    typed(in: arguments).map { text in
      guard let space = text.firstIndex(of: " ") else { return text }
      return text[..<space] + "=" + text[text.index(after: space)...]
    }
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
    if let describedDefault { return describedDefault }
    guard let reading, let fallback else { return nil }
    let text = reading.show(fallback)
    return text.isEmpty ? nil : text
  }

  var isStream: Bool { reading?.role == .input(isStream: true) }

  func fileUse(in arguments: Arguments) -> FileUse? {
    guard let reading, let role = reading.role, arguments.has(self) else { return nil }
    let value = arguments[self]
    guard let path = reading.path?(value) ?? (reading.path == nil ? reading.show(value) : nil) else { return nil }
    return FileUse(name: spelling, path: path, role: role)
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
