/// The pages that `--help` shows, made from the option tables.
struct Help {
  /// The longest line, in columns.
  let width: Int
  /// The style of headings.
  let style: Style

  /// Creates the writer of pages, with lines of 60 to 100 columns; 80 when `width` is `nil`.
  init(width: Int?, style: Style) {
    self.width = min(max(width ?? 80, 60), 100)
    self.style = style
  }

  /// The page of one command.
  func page(of command: Command) -> String {
    let title = wrapped("akin \(command.name): \(command.summary.lowercasedFirst)", indent: 0)
    let name = "akin \(command.name)"
    var out = style.bold(name) + title.dropFirst(name.count) + "\n\n"
    out += "\(style.bold("Usage:")) \(usage(of: command))\n"
    for paragraph in command.discussion { out += "\n" + wrapped(paragraph, indent: 0) + "\n" }
    let groups =
      (command.arguments.isEmpty ? [] : [("Arguments", command.arguments.map { ($0.name, $0.summary) })])
      + command.options.map { ($0.heading, $0.options.map { ($0.entry, $0.explanation) }) } + [
        ("Help", [(Command.help.entry, Command.help.explanation)])
      ]
    out += entries(groups)
    if !command.examples.isEmpty {
      out += "\n\(style.bold("Examples"))\n"
      for example in command.examples {
        if let meaning = example.meaning { out += wrapped("# " + meaning, indent: 2, style: style.dim) + "\n" }
        out += broken(example.line, width: width - 2).map { "  \($0)\n" }.joined()
      }
    }
    return out
  }

  /// The page of the program.
  func page(of program: Program) -> String {
    var out = "\(style.bold("akin")) \(program.version): \(program.summary)\n\n"
    out += "\(style.bold("Usage:")) akin COMMAND [ARGUMENTS] [OPTIONS]\n"
    out += entries(program.chapters.map { ($0.heading, $0.verbs.map { ($0.command.name, $0.command.summary) }) })
    let codes = ExitCode.meanings.map { "\($0.code.rawValue) \($0.meaning)" }.joined(separator: ", ")
    out += "\n\(style.bold("Exit codes")) \(codes)\n"
    out += "\nRun 'akin COMMAND --help' for options and examples, 'akin demo' for a full run.\n"
    return out
  }

  private func usage(of command: Command) -> String {
    let required = command.allOptions.filter(\.isRequired)
    let words = ["akin", command.name] + command.arguments.map(\.usage) + required.map(\.usage)
    return words.joined(separator: " ") + " [OPTIONS]"
  }

  private func entries(_ groups: [(String, [(String, String)])]) -> String {
    let widest = groups.flatMap { $0.1 }.map { $0.0.count }.max() ?? 0
    let column = min(widest, 26) + 4
    var out = ""
    for (heading, lines) in groups {
      out += "\n\(style.bold(heading))\n"
      for (name, summary) in lines {
        let text = wrapped(summary, indent: column)
        if name.count + 4 <= column {
          out += "  " + name + String(repeating: " ", count: column - name.count - 2) + text.dropFirst(column) + "\n"
        } else {
          out += "  " + name + "\n" + text + "\n"
        }
      }
    }
    return out
  }

  /// A command line in lines of at most `width` columns, broken before options as a shell reads it.
  private func broken(_ line: String, width: Int) -> [String] {
    var lines: [String] = []
    var current = ""
    for (number, part) in line.split(separator: " -").enumerated() {
      let text = number == 0 ? String(part) : "-" + part
      if !current.isEmpty, current.count + 1 + text.count + 2 > width {
        lines.append(current + " \\")
        current = "  " + text
      } else {
        current += (current.isEmpty ? "" : " ") + text
      }
    }
    return lines + [current]
  }

  /// The text in lines of at most `width` columns, each indented by `indent` spaces.
  private func wrapped(_ text: String, indent: Int, style: (String) -> String = { $0 }) -> String {
    let margin = String(repeating: " ", count: indent)
    return text.lines(ofWidth: width - indent).map { margin + style($0) }.joined(separator: "\n")
  }
}

extension String {
  /// The text in lines of at most `width` characters, broken between words.
  func lines(ofWidth width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [line]
  }

  /// The text with an uppercase first letter.
  var uppercasedFirst: String { prefix(1).uppercased() + dropFirst() }

  /// The text with a lowercase first letter, unless the first word is all capitals (`CSV`). For use after a colon.
  var lowercasedFirst: String {
    let word = prefix { $0.isLetter }
    return word.count > 1 && word == word.uppercased() ? self : prefix(1).lowercased() + dropFirst()
  }
}
