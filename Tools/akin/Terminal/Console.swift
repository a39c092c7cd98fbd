import AkinSupport

/// What a verb may do to the world besides its files: answer on stdout, speak on stderr, and hear that it should stop.
struct Console: Sendable {
  /// Data goes here.
  let output: TextStream
  /// Messages and progress go here.
  let messages: TextStream
  /// Turned when the user interrupts.
  let cancellation: Cancellation
  /// Whether a person reads all of it wherever it goes: tables even on a pipe, and no notes along the way.
  var isNarrated = false
  /// What somebody types, or a program sends.
  var input = LineInput.standard

  /// The process's own streams.
  static func standard(cancellation: Cancellation) -> Console {
    Console(
      output: TextStream(descriptor: STDOUT_FILENO, name: "standard output", environment: .process),
      messages: TextStream(descriptor: STDERR_FILENO, name: "standard error", environment: .process),
      cancellation: cancellation)
  }

  /// The terminal to lay tables out for, or `nil` when programs read them.
  var tableWidth: Int? { output.terminal?.width ?? (isNarrated ? 100 : nil) }

  /// Writes data.
  func print(_ text: String) throws(StreamError) { try output.write(text) }

  /// Says something about the work, on a line of its own.
  func say(_ line: String) {
    try? messages.write(line.printable + "\n")
    try? messages.flush()
  }

  /// Says what went wrong, and what to do about it.
  func complain(_ sentence: String, help: String?) {
    let style = messages.style
    // A sentence may go on in indented lines (a list of items to choose from); any other break is part of a name.
    var lines: [String] = []
    for line in sentence.split(separator: "\n", omittingEmptySubsequences: false) {
      if lines.isEmpty || line.hasPrefix("  ") {
        lines.append(String(line))
      } else {
        lines[lines.count - 1] += "\n\(line)"
      }
    }
    var text = "akin: \(style.red("error:")) \(lines.map(\.printable).joined(separator: "\n"))\n"
    if let help { text += "akin: \(style.cyan("help:")) \(help.printable)\n" }
    try? messages.write(text)
    try? messages.flush()
  }

  /// Runs long work on some threads, its progress shown unless `quiet`, and leaves a clean line behind.
  func working<R>(threads: Int = 0, quiet: Bool, _ body: (Execution) throws -> R) rethrows -> R {
    if quiet || (isNarrated && messages.terminal == nil) {
      return try body(Execution(threads: threads, cancellation: cancellation))
    }
    let reporter = ProgressReporter(to: messages, withNotes: !isNarrated)
    defer { reporter.finish() }
    return try body(Execution(threads: threads, progress: { reporter.report($0) }, cancellation: cancellation))
  }
}
