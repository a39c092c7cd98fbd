/// The pages that `--help` shows, made from the verbs' tables.
struct Help {
  /// Columns to fill at most.
  let width: Int
  /// How headings stand out.
  let style: Style

  /// Creates the writer of pages; lines are kept between 60 and 100 columns, which read well.
  init(width: Int?, style: Style) {
    self.width = min(max(width ?? 80, 60), 100)
    self.style = style
  }

  /// A verb's page.
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
        out += "  \(example.line)\n"
      }
    }
    return out
  }

  /// The page of the whole command.
  func page(of chapters: [Chapter], version: String) -> String {
    var out = "\(style.bold("akin")) \(version): \(Tool.summary)\n\n"
    out += "\(style.bold("Usage:")) akin VERB [ARGUMENTS] [OPTIONS]\n"
    out += entries(chapters.map { ($0.heading, $0.verbs.map { ($0.command.name, $0.command.summary) }) })
    let codes = ExitCode.meanings.map { "\($0.code.rawValue) \($0.meaning)" }.joined(separator: ", ")
    out += "\n\(style.bold("Exit codes")) \(codes)\n"
    out += "\nRun 'akin VERB --help' for its options and examples, 'akin demo' to see it all at work.\n"
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

  /// Text in lines that fit, each after `indent` spaces.
  private func wrapped(_ text: String, indent: Int, style: (String) -> String = { $0 }) -> String {
    let margin = String(repeating: " ", count: indent)
    return text.lines(ofWidth: width - indent).map { margin + style($0) }.joined(separator: "\n")
  }
}

extension String {
  /// The text in lines that fit, broken between words.
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

  /// The text with its first letter large.
  var uppercasedFirst: String { prefix(1).uppercased() + dropFirst() }

  /// The text as it goes on after a colon: its first letter small, unless the first word is all capitals (`CSV`).
  var lowercasedFirst: String {
    let word = prefix { $0.isLetter }
    return word.count > 1 && word == word.uppercased() ? self : prefix(1).lowercased() + dropFirst()
  }
}

/// Verbs that belong together in the help of the whole command.
struct Chapter: Sendable {
  /// The heading over them.
  let heading: String
  /// The verbs.
  let verbs: [Verb]

  /// Creates a chapter.
  init(_ heading: String, _ verbs: [Verb]) {
    self.heading = heading
    self.verbs = verbs
  }
}
