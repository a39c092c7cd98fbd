/// The table of one command: its name, arguments, options and examples. Parsing, help, completions and the manual page read it.
struct Command: Sendable {
  /// The name: `train`.
  var name: String
  /// The effect, as one phrase without a full stop.
  var summary: String
  /// Paragraphs of plain prose; may be empty.
  var discussion: [String] = []
  /// The positional arguments, optional ones last.
  var arguments: [Argument] = []
  /// The options, by heading.
  var options: [OptionGroup]
  /// Example command lines.
  var examples: [Example] = []
  /// What to type in place of words that other programs have: names of options without dashes, letters, names of commands.
  var hints: [String: String] = [:]
  /// The argument whose file the output may replace: `update F.emb -o F.emb`.
  var replaced: Argument?
  /// The files that the name of an output stands for, where it is more than one.
  var outputNames: @Sendable (_ name: String, _ arguments: Arguments) throws -> [String] = { name, _ in [name] }

  /// All options, including `--help`.
  var allOptions: [any AnyOption] { options.flatMap(\.options) + [Command.help] }

  /// The option that every command has.
  static let help = Option<Bool>.flag("help", short: "h", "Show this help")
}

/// A positional argument.
struct Argument: Sendable {
  /// The name in usage lines: `INTERACTIONS`.
  var name: String
  /// The meaning, as one phrase.
  var summary: String
  /// Whether the argument is optional.
  var isOptional = false
  /// Completions that a shell offers. An argument that completes to files names an input.
  var completion = Completion.nothing
  /// Whether `-` means standard input.
  var isStream = false
  /// Whether the argument may be given several times; only the last one of a command.
  var isRepeated = false

  /// Creates an argument.
  init(
    _ name: String, _ summary: String, isOptional: Bool = false, completion: Completion = .nothing,
    isStream: Bool = false, isRepeated: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.isOptional = isOptional
    self.completion = completion
    self.isStream = isStream
    self.isRepeated = isRepeated
  }

  /// The name as usage lines show it; optional arguments stand in brackets.
  var usage: String {
    let text = isRepeated ? name + "..." : name
    return isOptional ? "[\(text)]" : text
  }
}

/// Options under one heading in help.
struct OptionGroup: Sendable {
  /// The heading.
  var heading: String
  /// The options, in the order of help.
  var options: [any AnyOption]

  /// Creates a group.
  init(_ heading: String = "Options", _ options: [any AnyOption]) {
    self.heading = heading
    self.options = options
  }
}

/// An example command line.
struct Example: Sendable {
  /// The command line.
  var line: String
  /// The effect, or `nil` when the line is clear by itself.
  var meaning: String?

  /// Creates an example.
  init(_ line: String, _ meaning: String? = nil) {
    self.line = line
    self.meaning = meaning
  }
}

/// A command's table and its implementation.
struct Verb: Sendable {
  /// The table that parsing, help, completions and the manual page read.
  let command: Command
  /// Runs the command; an error that it throws becomes a message and an exit code.
  let run: @Sendable (Arguments, Console, Program) throws -> ExitCode

  /// Creates a command.
  init(_ command: Command, run: @escaping @Sendable (Arguments, Console) throws -> ExitCode) {
    self.command = command
    self.run = { arguments, console, _ in try run(arguments, console) }
  }

  /// Creates a command that reads the program's tables or runs its other commands.
  init(_ command: Command, run: @escaping @Sendable (Arguments, Console, Program) throws -> ExitCode) {
    self.command = command
    self.run = run
  }
}

/// The exit code of the process.
enum ExitCode: Int32, Sendable {
  /// The command succeeded.
  case done = 0
  /// The command ran, and the answer is no.
  case no = 1
  /// The command line is invalid.
  case usage = 2
  /// The input is invalid.
  case badInput = 3
  /// An operation of the system failed.
  case io = 4
  /// The user interrupted the command.
  case cancelled = 130

  /// All codes and their meanings, for help and the manual page.
  static let meanings: [(code: ExitCode, meaning: String)] = [
    (.done, "done"), (.no, "answer is no"), (.usage, "usage"), (.badInput, "bad input"), (.io, "I/O"),
    (.cancelled, "cancelled"),
  ]
}
