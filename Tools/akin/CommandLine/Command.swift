/// What one verb is: its name, what it takes, its options and examples. Parsing and help both read this table.
struct Command: Sendable {
  /// The verb: `train`.
  var name: String
  /// What it does, as one phrase without a full stop.
  var summary: String
  /// More about it, paragraphs of plain prose; may be empty.
  var discussion: [String] = []
  /// What it takes by position, those that may be left out last.
  var arguments: [Argument] = []
  /// Its options, by heading.
  var options: [OptionGroup]
  /// Command lines that work, with what each does.
  var examples: [Example] = []

  /// All options, that for help included.
  var allOptions: [any AnyOption] { options.flatMap(\.options) + [Command.help] }

  /// The option that every verb has.
  static let help = Option<Bool>.flag("help", short: "h", "Show this help")
}

/// Something a verb takes by position.
struct Argument: Sendable {
  /// How usage names it: `INTERACTIONS`.
  var name: String
  /// What it is, as one phrase.
  var summary: String
  /// Whether it may be left out.
  var isOptional = false
  /// What a shell may offer for it.
  var completion = Completion.nothing

  /// Creates an argument.
  init(_ name: String, _ summary: String, isOptional: Bool = false, completion: Completion = .nothing) {
    self.name = name
    self.summary = summary
    self.isOptional = isOptional
    self.completion = completion
  }

  /// How a usage line names it.
  var usage: String { isOptional ? "[\(name)]" : name }
}

/// Options that belong together in help.
struct OptionGroup: Sendable {
  /// The heading over them.
  var heading: String
  /// The options, in the order of help.
  var options: [any AnyOption]

  /// Creates a group.
  init(_ heading: String = "Options", _ options: [any AnyOption]) {
    self.heading = heading
    self.options = options
  }
}

/// A command line worth showing.
struct Example: Sendable {
  /// What is typed.
  var line: String
  /// What it does, or `nil` when the line says it all.
  var meaning: String?

  /// Creates an example.
  init(_ line: String, _ meaning: String? = nil) {
    self.line = line
    self.meaning = meaning
  }
}

/// A verb of the command: one table and one body.
struct Verb: Sendable {
  /// What parsing and help know of it.
  let command: Command
  /// Does the work; what it throws becomes a message and an exit code.
  let run: @Sendable (Arguments, Console) throws -> ExitCode

  /// Creates a verb.
  init(_ command: Command, run: @escaping @Sendable (Arguments, Console) throws -> ExitCode) {
    self.command = command
    self.run = run
  }
}

/// What the process says when it ends.
enum ExitCode: Int32, Sendable {
  /// Done.
  case done = 0
  /// It ran, and the answer is no.
  case no = 1
  /// The command line has no meaning.
  case usage = 2
  /// The input is not what it has to be.
  case badInput = 3
  /// The machine said no.
  case io = 4
  /// Interrupted.
  case cancelled = 130

  /// All codes and what they say, for help and the manual page.
  static let meanings: [(code: ExitCode, meaning: String)] = [
    (.done, "done"), (.no, "the answer is no"), (.usage, "usage"), (.badInput, "bad input"), (.io, "I/O"),
    (.cancelled, "cancelled"),
  ]
}
