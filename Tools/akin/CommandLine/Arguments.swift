/// The values of a parsed command line, by option and by argument.
struct Arguments: Sendable {
  /// The name of the command.
  let verb: String
  private let values: [String: any Sendable]
  private let positions: [String: String]
  /// The further texts of a last argument that is repeated.
  private let further: [String]

  /// Creates the result of parsing: values by option name, texts by argument name, and the further texts of a last argument
  /// that is repeated.
  init(verb: String, values: [String: any Sendable], positions: [String: String], further: [String] = []) {
    self.verb = verb
    self.values = values
    self.positions = positions
    self.further = further
  }

  /// All texts of the last argument, when it is repeated.
  func all(_ argument: Argument) -> [String] { positions[argument.name].map { [$0] + further } ?? [] }

  /// The value of an option, or its default. The command's table must hold the option.
  subscript<Value>(option: Option<Value>) -> Value {
    if let stored = values[option.name], let value = stored as? Value { return value }
    guard let fallback = option.fallback else {
      preconditionFailure("the parser rejects a command line without \(option.spelling)")
    }
    return fallback
  }

  /// The text of an argument. The command's table must hold the argument.
  subscript(argument: Argument) -> String {
    guard let text = positions[argument.name] else {
      preconditionFailure("the parser rejects a command line without \(argument.name)")
    }
    return text
  }

  /// The text of an optional argument, or `nil`.
  subscript(ifGiven argument: Argument) -> String? { positions[argument.name] }

  /// Whether the command line holds an option.
  func has(_ option: any AnyOption) -> Bool { values[option.name] != nil }

  /// An error about this command line.
  func error(_ problem: UsageError.Problem) -> UsageError { UsageError(problem, verb: verb) }

  /// Throws when the command line holds two options that exclude each other.
  func refuse(_ first: any AnyOption, with second: any AnyOption) throws(UsageError) {
    if has(first) && has(second) { throw error(.conflict(first.spelling, second.spelling)) }
  }
}
