import AkinSupport

/// The streams of a command: answers on stdout, messages on stderr, input from stdin; and its cancellation.
struct Console: Sendable {
  /// The stream of answers.
  let output: TextStream
  /// The stream of messages and progress.
  let messages: TextStream
  /// Cancelled when the user interrupts.
  let cancellation: Cancellation
  /// Whether a person reads the output even on a pipe: tables everywhere, and no progress notes.
  var isNarrated = false
  /// The standard input.
  var input = LineInput.standard
  /// Hears of progress in place of the stream of messages; `nil` where people read it.
  var progress: (@Sendable (ProgressEvent) -> Void)?

  /// The streams of the process.
  static func standard(cancellation: Cancellation) -> Console {
    Console(
      output: TextStream(descriptor: STDOUT_FILENO, name: "standard output", environment: .process),
      messages: TextStream(descriptor: STDERR_FILENO, name: "standard error", environment: .process),
      cancellation: cancellation)
  }

  /// The width for tables, or `nil` when a program reads the output.
  var tableWidth: Int? { output.terminal?.width ?? (isNarrated ? 100 : nil) }

  /// Writes data.
  func print(_ text: String) throws(StreamError) { try output.write(text) }

  /// Writes one line to stderr.
  func say(_ line: String) {
    try? messages.write(line.printable + "\n")
    try? messages.flush()
  }

  /// Writes an error and its remedy to stderr.
  func complain(_ sentence: String, help: String?) {
    let style = messages.style
    // Indented lines continue a sentence (a list of items to choose from); any other line break is part of a name.
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

  /// Runs a search or a check that does not hear of cancellation everywhere: an interrupt ends the process at once, since no file is
  /// being written.
  ///
  /// - Throws: `Cancelled` after an interrupt before it, and what the search throws.
  func answering<R>(_ body: () throws -> R) throws -> R { try Signals.leaving(cancellation, body) }

  /// Runs long work with progress on stderr unless `quiet`, and erases the progress line at the end. With `verbose` each step
  /// of a training keeps its line on a terminal.
  ///
  /// Notices are written where they arise: guesses and likely mistakes even to those who want only errors.
  func working<R>(
    threads: Int = 0, quiet: Bool, verbose: Bool = false, _ body: (Execution) throws -> R
  ) rethrows -> R {
    if let progress {
      return try body(
        Execution(threads: threads, progress: progress, cancellation: cancellation) { say($0.line) })
    }
    if quiet || (isNarrated && messages.terminal == nil) {
      return try body(
        Execution(threads: threads, cancellation: cancellation) { notice in
          if notice.isWarning { say(notice.line) }
        })
    }
    let reporter = ProgressReporter(to: messages, notes: isNarrated ? .none : verbose ? .lines : .live)
    defer { reporter.finish() }
    return try body(
      Execution(threads: threads, progress: { reporter.report($0) }, cancellation: cancellation) { notice in
        if notice.isWarning || !isNarrated { reporter.say(notice.line) }
      })
  }
}

extension Notice {
  /// The line on stderr.
  fileprivate var line: String { "akin: " + (isWarning ? "note: " : "") + text }
}
