import AkinSupport

/// An invalid command line. Exit code 2.
struct UsageError: AkinError, Equatable {
  /// The kind of error.
  enum Problem: Sendable, Equatable {
    case unknownVerb(String, nearest: String?)
    /// A command name of other programs, and the command to use instead.
    case missingVerb(String, instead: String)
    case unknownOption(String, nearest: String?)
    case missingValue(option: String, placeholder: String)
    case needlessValue(option: String, value: String)
    case repeated(option: String)
    case badValue(option: String, expected: String, found: String, nearest: String?)
    case missingArgument(String, meaning: String)
    case extraArgument(String)
    case missingOption(usage: String, meaning: String)
    case conflict(String, String)
    case lonely(String, needs: String)
    /// Two outputs are one file.
    case sameOutput(String)
    /// An output is the file of an input.
    case outputIsInput(output: String, input: String)
    /// `-` names a file that cannot be a stream.
    case noStream(String, isOutput: Bool)
    /// An id that names no item, and a file.
    case fileAsID(String, of: String, option: String)
    /// Options in one JSON value, which is none of options.
    case badOptions(found: String)
    /// Two inputs are standard input.
    case oneStream(String, String)
    /// Several settings need several files, so the name must hold a place for the setting.
    case oneOutputForMany(option: String, count: Int, of: String, name: String, example: String)
  }

  /// The error.
  let problem: Problem
  /// The name of the command, or `nil` before one is known.
  let verb: String?

  /// Creates an error.
  init(_ problem: Problem, verb: String?) {
    self.problem = problem
    self.verb = verb
  }

  var kind: TroubleKind { .usage }

  var help: String? {
    if case .oneOutputForMany(let option, _, _, _, let example) = problem {
      return "for example \(option) '\(example)'"
    }
    switch problem {
    case .outputIsInput: return "name another output; --force replaces an old output, never an input"
    case .noStream: return "name a file"
    case .fileAsID(let path, let catalogue, let option):
      return "ids from a file: akin \(verb ?? "delete") \(catalogue) \(option) \(path)"
    case .missingVerb(_, let instead): return instead
    default: break
    }
    return verb.map { "run 'akin \($0) --help'" } ?? "run 'akin --help'"
  }

  var description: String {
    switch problem {
    case .unknownVerb(let found, let nearest):
      "unknown command '\(found)'" + UsageError.suggestion(nearest)
    case .missingVerb(let found, _): "unknown command '\(found)'"
    case .unknownOption(let found, let nearest):
      (verb.map { "akin \($0) has no option '\(found)'" } ?? "unknown option '\(found)'")
        + UsageError.suggestion(nearest)
    case .missingValue(let option, let placeholder):
      "\(option) needs a value: \(option) \(placeholder)"
    case .needlessValue(let option, let value):
      "\(option) takes no value, found '\(value)'"
    case .repeated(let option):
      "\(option) may be given once, found twice"
    case .badValue(let option, let expected, let found, let nearest):
      "\(option) must be \(expected), found '\(found)'" + UsageError.suggestion(nearest)
    case .missingArgument(let name, let meaning):
      "\(name) is missing: \(meaning.lowercasedFirst)"
    case .extraArgument(let found):
      "unexpected argument '\(found)'"
    case .missingOption(let usage, let meaning):
      "\(usage) is missing: \(meaning.lowercasedFirst)"
    case .conflict(let first, let second):
      "\(first) and \(second) exclude each other"
    case .lonely(let option, let needed):
      "\(option) requires \(needed)"
    case .sameOutput(let name):
      "two outputs have the name '\(name)'"
    case .outputIsInput(let output, let input):
      "the output '\(output)' is the same file as the input \(input)"
    case .noStream(let name, isOutput: true):
      "\(name) cannot be standard output: the first page is written last, and all or nothing"
    case .noStream(let name, isOutput: false):
      "\(name) cannot be standard input: the format is not read front to back"
    case .fileAsID(let path, let catalogue, _):
      "\(catalogue) has no item '\(path)', which is the name of a file"
    case .badOptions(let found):
      "options must be one JSON object of texts, numbers, truth values or lists of these, found \(found)"
    case .oneStream(let first, let second):
      "\(first) and \(second) cannot both be standard input"
    case .oneOutputForMany(let option, let count, let of, let name, _):
      "\(count) values of \(of) write \(count) files, so \(option) must hold {ef}, found '\(name)'"
    }
  }

  private static func suggestion(_ nearest: String?) -> String {
    nearest.map { "; did you mean '\($0)'?" } ?? ""
  }
}
