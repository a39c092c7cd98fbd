/// What a command line said, by option and by argument.
struct Arguments: Sendable {
  /// The verb.
  let verb: String
  private let values: [String: any Sendable]
  private let positions: [String: String]

  /// Creates the result of a parse: values by option name, texts by argument name.
  init(verb: String, values: [String: any Sendable], positions: [String: String]) {
    self.verb = verb
    self.values = values
    self.positions = positions
  }

  /// The value of an option, or its default. The verb's table must hold the option.
  subscript<Value>(option: Option<Value>) -> Value {
    if let stored = values[option.name], let value = stored as? Value { return value }
    guard let fallback = option.fallback else {
      preconditionFailure("the parser lets no command line pass that lacks \(option.spelling)")
    }
    return fallback
  }

  /// The text at an argument's position. The verb's table must hold the argument.
  subscript(argument: Argument) -> String {
    guard let text = positions[argument.name] else {
      preconditionFailure("the parser lets no command line pass that lacks \(argument.name)")
    }
    return text
  }

  /// The text at the position of an argument that may be left out.
  subscript(ifGiven argument: Argument) -> String? { positions[argument.name] }

  /// Whether an option stood on the command line.
  func has(_ option: any AnyOption) -> Bool { values[option.name] != nil }

  /// An error about this command line.
  func error(_ problem: UsageError.Problem) -> UsageError { UsageError(problem, verb: verb) }

  /// Throws when two options that exclude each other both stand on the command line.
  func refuse(_ first: any AnyOption, with second: any AnyOption) throws(UsageError) {
    if has(first) && has(second) { throw error(.conflict(first.spelling, second.spelling)) }
  }
}
