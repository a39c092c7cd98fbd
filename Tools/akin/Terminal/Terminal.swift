import AkinSupport

/// What the environment says, as far as the command listens: read once, and given by tests.
struct Environment: Sendable {
  /// `NO_COLOR`, `CLICOLOR_FORCE`, `TERM`: the value, or `nil` when unset.
  let value: @Sendable (String) -> String?

  /// The environment of this process.
  static let process = Environment { name in
    guard let text = unsafe getenv(name) else { return nil }
    // Safe: getenv returns a string that ends with a zero byte; nobody here changes the environment.
    return unsafe String(cString: text)
  }

  /// An environment of the given values only.
  static func fixed(_ values: [String: String]) -> Environment { Environment { values[$0] } }
}

/// A terminal that a stream goes to: how wide it is, and whether it shows colour.
struct Terminal: Sendable, Equatable {
  /// Columns.
  var width: Int
  /// Whether to send it colours.
  var hasColour: Bool

  /// Creates a description.
  init(width: Int, hasColour: Bool) {
    self.width = width
    self.hasColour = hasColour
  }

  /// Asks the system about a descriptor; `nil` when it is no terminal.
  init?(descriptor: Int32, environment: Environment) {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    let known = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    width = known ? Int(size.ws_col) : 80
    hasColour = Terminal.wantsColour(environment)
  }

  /// Whether a terminal in this environment is to have colours: `NO_COLOR` wins, then `CLICOLOR_FORCE`, then `TERM`.
  static func wantsColour(_ environment: Environment) -> Bool {
    if environment.value("NO_COLOR").map({ !$0.isEmpty }) ?? false { return false }
    if environment.value("CLICOLOR_FORCE").map({ !$0.isEmpty && $0 != "0" }) ?? false { return true }
    return environment.value("TERM") != "dumb"
  }
}

/// Makes text stand out on a terminal, or leaves it as it is.
struct Style: Sendable {
  /// Whether anything is added.
  let isOn: Bool

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func red(_ text: String) -> String { wrap(text, "1;31") }
  func cyan(_ text: String) -> String { wrap(text, "1;36") }

  private func wrap(_ text: String, _ code: String) -> String {
    isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
