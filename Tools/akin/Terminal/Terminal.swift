import AkinSupport

/// The environment variables that the program reads; tests supply their own.
struct Environment: Sendable {
  /// `NO_COLOR`, `CLICOLOR_FORCE`, `TERM`: the value, or `nil` when unset.
  let value: @Sendable (String) -> String?

  /// The environment of this process.
  static let process = Environment { name in
    guard let text = unsafe getenv(name) else { return nil }
    // Safe: getenv returns a string that ends with a zero byte; this process never changes the environment.
    return unsafe String(cString: text)
  }

  /// An environment with the given values only.
  static func fixed(_ values: [String: String]) -> Environment { Environment { values[$0] } }
}

/// The width and colour support of a terminal.
struct Terminal: Sendable, Equatable {
  /// Columns.
  var width: Int
  /// Whether to use colours.
  var hasColour: Bool

  /// Creates a description.
  init(width: Int, hasColour: Bool) {
    self.width = width
    self.hasColour = hasColour
  }

  /// Asks the system about a descriptor; `nil` unless it is a terminal.
  init?(descriptor: Int32, environment: Environment) {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    let known = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    width = known ? Int(size.ws_col) : 80
    hasColour = Terminal.wantsColour(environment)
  }

  /// Whether to use colours: `NO_COLOR` decides first, then `CLICOLOR_FORCE`, then `TERM`.
  static func wantsColour(_ environment: Environment) -> Bool {
    if environment.value("NO_COLOR").map({ !$0.isEmpty }) ?? false { return false }
    if environment.value("CLICOLOR_FORCE").map({ !$0.isEmpty && $0 != "0" }) ?? false { return true }
    return environment.value("TERM") != "dumb"
  }
}

/// Adds terminal styles to text, if enabled.
struct Style: Sendable {
  /// Whether styles are enabled.
  let isOn: Bool

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func red(_ text: String) -> String { wrap(text, "1;31") }
  func cyan(_ text: String) -> String { wrap(text, "1;36") }

  private func wrap(_ text: String, _ code: String) -> String {
    isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
