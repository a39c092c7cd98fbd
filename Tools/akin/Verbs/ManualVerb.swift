import AkinSupport

/// `akin manual`: prints the manual page.
enum ManualVerb {
  static let verb = Verb(command, run: run)

  static let date = Option<String?>.optional("date", .date, "Date in the last line of the page")

  static let command = Command(
    name: "manual",
    summary: "Print the manual page, in roff for man",
    discussion: ["The page holds the help of every command."],
    options: [OptionGroup("Options", [date])],
    examples: [
      Example("akin manual > akin.1"),
      Example("akin manual --date 2026-01-31 > ~/.local/share/man/man1/akin.1"),
    ])

  static func run(_ arguments: Arguments, _ console: Console, _ program: Program) throws -> ExitCode {
    let page = ManualPage(program: program, date: arguments[date] ?? "")
    try console.print(page.text)
    return .done
  }
}

extension Reading where Value == String {
  /// A date in ISO 8601.
  static let date = Reading(placeholder: "DATE", expected: "a date like 2026-01-31", show: { $0 }) { text in
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let isDigits = parts.allSatisfy { $0.allSatisfy { "0"..."9" ~= $0 } }
    guard isDigits, parts.map(\.count) == [4, 2, 2], let month = Int(parts[1]), let day = Int(parts[2]) else {
      return nil
    }
    return (1...12).contains(month) && (1...31).contains(day) ? text : nil
  }
}
