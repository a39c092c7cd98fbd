import Testing

@testable import AkinTool

private let commands = Tool.verbs.map(\.command)

@Suite("Completion scripts")
struct CompletionScriptTests {
  @Test("akin completions prints the script of each shell and nothing else", arguments: Shell.allCases)
  func verb(shell: Shell) {
    let run = akin("completions", shell.rawValue)
    #expect(run.code == 0 && run.messages.isEmpty)
    #expect(run.output == shell.script(of: Tool.chapters, version: Tool.version))
    #expect(run.output.hasSuffix("\n"))
    #expect(run.output.contains("akin \(Tool.version)"))
  }

  @Test("Another shell is refused, and the nearest one named")
  func otherShell() {
    let run = akin("completions", "zhs")
    #expect(run.code == 2)
    #expect(run.output.isEmpty)
    #expect(
      run.messages
        == "akin: error: SHELL must be bash, zsh or fish, found 'zhs'; did you mean 'zsh'?\n"
        + "akin: help: run 'akin completions --help'\n")
  }

  @Test("Every script has each verb, and within it each spelling of each option with its meaning and its words")
  func complete() throws {
    for shell in Shell.allCases {
      let script = akin("completions", shell.rawValue).output
      let all = script.split(separator: "\n")
      for command in commands {
        // zsh keeps a word and its meaning apart by a colon.
        let summary = shell == .zsh ? command.summary.replacing(":", with: "\\:") : command.summary
        #expect(script.contains(shell.quoted(summary).dropFirst().dropLast()), "\(shell) \(command.name)")
        let lines = try #require(section(of: command.name, in: all, of: shell))
        for option in command.allOptions {
          for spelling in option.spellings {
            let entry = entry(of: option, spelled: spelling, in: shell)
            #expect(lines.contains { $0.contains(entry) }, "\(shell) \(command.name) \(spelling)")
          }
          for word in option.choices {
            let values = shell == .bash ? all : lines
            let label = label(of: option, verb: command.name, in: shell)
            let named = values.filter { $0.contains(label) }
            #expect(named.contains { $0.contains(word) }, "\(shell) \(command.name) \(option.spelling) \(word)")
          }
        }
      }
    }
  }

  @Test("Each argument and option that takes Akin's files is completed by their extensions")
  func extensions() {
    for command in commands {
      for argument in command.arguments {
        for ending in ["emb", "idx"] where argument.name.hasSuffix("." + ending) {
          #expect(argument.completion == .files(ending), "\(command.name) \(argument.name)")
        }
      }
    }
    let bash = akin("completions", "bash").output
    #expect(bash.contains("    'index 1') printf '%s\\n' 'files emb' ;;\n"))
    #expect(bash.contains("    'index -o' | 'index --output') printf '%s\\n' 'files idx' ;;\n"))
    #expect(bash.contains("    'index --m') : ;;\n"))
    #expect(bash.contains("    'recall --queries') printf '%s\\n' 'words items users' 'files' ;;\n"))
    #expect(bash.contains("    'demo -o' | 'demo --out') printf '%s\\n' 'directories' ;;\n"))
    let zsh = akin("completions", "zsh").output
    #expect(zsh.contains(":_files -g \"*.(emb|idx)(-.)\"'"))
    let fish = akin("completions", "fish").output
    #expect(fish.contains("complete -c akin -n '__akin_argument info 1 --generation' -f -a '(__akin_files emb idx)'\n"))
  }

  @Test("Quotes and backslashes in a text stay what they are in every shell")
  func quoting() {
    #expect(Shell.bash.quoted(#"it's a \ $x"#) == #"'it'\''s a \ $x'"#)
    #expect(Shell.zsh.quoted(#"it's a \ $x"#) == #"'it'\''s a \ $x'"#)
    #expect(Shell.fish.quoted(#"it's a \ $x"#) == #"'it\'s a \\ $x'"#)
  }

  @Test("No name or word needs quoting, which the scripts rely on")
  func plainWords() {
    for command in commands {
      for option in command.allOptions {
        let words = [command.name, option.name] + option.completion.words
        for word in words {
          #expect(word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_@".contains($0)) }, "\(word)")
        }
      }
    }
  }

  /// The lines that a script has about a verb.
  private func section(of verb: String, in lines: [Substring], of shell: Shell) -> [Substring]? {
    let (first, end): (String, (Substring) -> Bool) =
      switch shell {
      case .bash: ("    '\(verb)')", { $0.hasSuffix(" ;;") })
      case .zsh: ("    \(verb))", { $0 == "      ;;" })
      case .fish: ("# \(verb)", { $0.hasPrefix("# ") })
      }
    guard let start = lines.firstIndex(where: { $0 == first }) else { return nil }
    let rest = lines[(start + 1)...]
    return Array(rest.prefix(through: rest.firstIndex(where: end) ?? rest.endIndex - 1))
  }

  /// How a script names one spelling of an option, its meaning with it where both are on one line.
  private func entry(of option: any AnyOption, spelled spelling: String, in shell: Shell) -> String {
    switch shell {
    case .bash: return "'\(spelling)' \(shell.quoted(option.summary))"
    case .zsh:
      let joint = option.placeholder == nil ? "" : spelling.hasPrefix("--") ? "=" : "+"
      let summary = option.summary.flatMap { "[]".contains($0) ? "\\\($0)" : "\($0)" }
      return spelling + joint + String(shell.quoted("[" + String(summary) + "]").dropFirst().dropLast())
    case .fish: return spelling.hasPrefix("--") ? " -l \(option.name) " : " -s \(spelling.dropFirst()) "
    }
  }

  /// What the lines that hold an option's words have in common.
  private func label(of option: any AnyOption, verb: String, in shell: Shell) -> String {
    switch shell {
    case .bash: "'\(verb) \(option.spelling)')"
    case .zsh: option.spelling + "="
    case .fish: " -l \(option.name) "
    }
  }
}

@Suite("The manual page")
struct ManualPageTests {
  @Test("The page has each verb with its discussion, arguments, options and examples")
  func complete() throws {
    let page = akin("manual").output
    let lines = Set(page.split(separator: "\n").map(String.init))
    #expect(lines.contains("\\fBakin\\fR \\fICOMMAND\\fR [ARGUMENTS] [OPTIONS]"))
    for command in commands {
      #expect(lines.contains(".SS \"akin \(command.name)\""))
      let text = try #require(section(of: command.name, in: page))
      func expect(_ line: String) { #expect(text.contains("\n" + line + "\n"), "\(command.name): \(line)") }
      for paragraph in command.discussion { expect(prose(paragraph)) }
      for argument in command.arguments {
        expect("\\fI\(Roff.escaped(argument.name))\\fR\n" + prose(argument.summary))
      }
      for example in command.examples { expect(Roff.escaped(example.line)) }
      for option in command.allOptions {
        for spelling in option.spellings {
          #expect(text.contains("\\fB\(Roff.escaped(spelling))\\fR"), "\(command.name) \(spelling)")
        }
        #expect(text.contains("\n" + prose(option.explanation) + "\n"), "\(command.name) \(option.spelling)")
      }
    }
    for (code, _) in ExitCode.meanings { #expect(lines.contains("\\fB\(code.rawValue)\\fR")) }
  }

  @Test("What roff reads as its own is escaped: backslashes, dashes, quotes, first dots, what is not ASCII")
  func escapes() {
    #expect(Roff.escaped(#"a\b --c 'd' "e" `f` ^~"#) == #"a\eb \-\-c \(aqd\(aq \(dqe\(dq \(gaf\(ga \(ha\(ti"#)
    #expect(Roff.escaped("k × n – é 😀") == "k \\[u00D7] n \\[u2013] \\[u00E9] \\[u1F600]")
    #expect(Roff.escaped("one\ntwo\tthree") == "one two three")
    var roff = Roff()
    roff.prose(".npy and \\fBbold\\fR")
    roff.prose("'quoted'")
    roff.line("'raw")
    roff.verbatim(String(repeating: "x ", count: 60))
    roff.macro("TH", "AKIN", "1", "", "a \"b\"")
    roff.entry(Roff.bold(".x"), ".y")
    #expect(
      roff.text == """
        \\&.npy and \\efBbold\\efR
        \\(aqquoted\\(aq
        \\&'raw
        \(String(repeating: "x ", count: 60))
        .TH AKIN 1 "" "a \\(dqb\\(dq"
        .TP
        \\fB.x\\fR
        \\&.y

        """)
  }

  @Test("Prose is broken between words, and no new line becomes a request")
  func wrapping() {
    var roff = Roff()
    roff.prose(String(repeating: "four ", count: 15) + ".npy is a file")
    let lines = roff.text.split(separator: "\n")
    #expect(lines.count == 2 && lines.allSatisfy { $0.utf8.count <= 80 })
    #expect(lines[1] == "\\&.npy is a file")
  }

  @Test("Every line is a macro of ours or text, and the page is ASCII")
  func lines() {
    let page = akin("manual").output
    #expect(page.utf8.allSatisfy { $0 == 10 || (32..<127).contains($0) })
    let macros: Set<Substring> = [".TH", ".SH", ".SS", ".PP", ".TP", ".nf", ".fi", ".RS", ".RE"]
    for line in page.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
      #expect(macros.contains(line.prefix { $0 != " " }), "\(line)")
    }
  }

  @Test("The page names the version, and the date that it is given")
  func date() {
    let version = Roff.escaped("akin \(Tool.version)")
    #expect(akin("manual").output.hasPrefix(".TH AKIN 1 \"\" \"\(version)\" \"User Commands\"\n"))
    #expect(
      akin("manual", "--date", "2026-01-31").output.hasPrefix(
        ".TH AKIN 1 2026-01-31 \"\(version)\" \"User Commands\"\n"))
    for date in ["today", "2026-13-01", "2026-1-1", "2026-01-32", "２026-01-01"] {
      let run = akin("manual", "--date", date)
      #expect(run.code == 2)
      #expect(run.messages.hasPrefix("akin: error: --date must be a date like 2026-01-31, found '\(date)'\n"))
    }
  }

  /// A text as the page has it, without the last line break.
  private func prose(_ plain: String) -> String {
    var roff = Roff()
    roff.prose(plain)
    return String(roff.text.dropLast())
  }

  /// The page from the verb's heading to the next one.
  private func section(of verb: String, in page: String) -> Substring? {
    guard let start = page.firstRange(of: "\n.SS \"akin \(verb)\"\n") else { return nil }
    let rest = page[start.lowerBound...].dropFirst()
    let ends = ["\n.SS ", "\n.SH "].compactMap { rest.firstRange(of: $0)?.lowerBound }
    // The line break stays, so that the last line has one.
    return rest[..<rest.index(after: ends.min() ?? rest.index(before: rest.endIndex))]
  }
}
