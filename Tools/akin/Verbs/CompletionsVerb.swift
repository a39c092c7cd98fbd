import AkinSupport

/// `akin completions`: prints the completion script of a shell.
enum CompletionsVerb {
  static let verb = Verb(command, run: run)

  static let shell = Argument(
    "SHELL", spoken(Shell.allCases.map(\.rawValue), last: "or"), completion: .words(Shell.allCases.map(\.rawValue)))

  static let command = Command(
    name: "completions",
    summary: "Print a script that completes command lines in a shell",
    discussion: [
      "The script completes commands, options with their meanings, fixed values, and files by their "
        + "extensions. It takes "
        + "effect in new shells. The Debian package installs all three scripts."
    ],
    arguments: [shell],
    options: [],
    examples: [
      Example("akin completions bash > ~/.local/share/bash-completion/completions/akin"),
      Example("akin completions zsh > ~/.zfunc/_akin", "~/.zfunc is a directory of fpath"),
      Example("akin completions fish > ~/.config/fish/completions/akin.fish"),
    ])

  static func run(_ arguments: Arguments, _ console: Console, _ program: Program) throws -> ExitCode {
    let name = arguments[shell]
    let names = Shell.allCases.map(\.rawValue)
    guard let shell = Shell(rawValue: name) else {
      throw arguments.error(
        .badValue(
          option: CompletionsVerb.shell.name, expected: spoken(names, last: "or"), found: name,
          nearest: nearest(to: name, among: names)))
    }
    try console.print(shell.script(of: program.chapters, version: program.version))
    return .done
  }
}
