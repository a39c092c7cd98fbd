/// The completion script for zsh: a file `_akin` in a directory of `fpath`.
struct ZshScript {
  /// The tables of the commands.
  let commands: [Command]
  /// The version that the script's second line names.
  let version: String

  /// The script.
  var text: String {
    """
    #compdef akin
    # zsh completion for akin \(version), written by 'akin completions zsh'.

    _akin_verbs() {
      local -a verbs=(
    \(described(commands.map { ($0.name, $0.summary) }))
      )
      _describe -t verbs command verbs
    }

    _akin_first() {
      local -a others=(
    \(described(Shell.globalWords))
      )
      _akin_verbs
      _describe -t others other others
    }

    _akin() {
      local curcontext=$curcontext verb ret=1
      local -a state line
      local -A opt_args
      if (( CURRENT == 2 )); then
        _akin_first
        return
      fi
      verb=$words[2]
      shift words
      (( CURRENT-- ))
      curcontext="${curcontext%:*}-$verb:"
      case $verb in
        help) (( CURRENT == 2 )) && _akin_verbs && ret=0 ;;
    \(commands.map(branch).joined(separator: "\n"))
      esac
      return ret
    }

    # Sourced, the file says what completes akin; found in fpath, it completes at once.
    if [[ $funcstack[1] == _akin ]]; then _akin "$@"; else compdef _akin akin; fi

    """
  }

  private func quoted(_ text: String) -> String { Shell.zsh.quoted(text) }

  /// A text with backslashes before the characters of `special`, and before backslashes.
  private func escaped(_ text: String, _ special: String) -> String {
    String(text.flatMap { $0 == "\\" || special.contains($0) ? "\\\($0)" : "\($0)" })
  }

  /// Words with meanings, as `_describe` takes them.
  private func described(_ pairs: [(word: String, meaning: String)]) -> String {
    pairs.map { "    " + quoted(escaped($0.word, ":") + ":" + escaped($0.meaning, ":")) }.joined(separator: "\n")
  }

  /// The specifications of a command for `_arguments`.
  private func branch(of command: Command) -> String {
    let specifications =
      command.allOptions.flatMap(specifications)
      + command.arguments.enumerated().map { place, argument in
        let mark = argument.isOptional ? "::" : ":"
        return quoted("\(place + 1)\(mark)\(heading(argument.name, argument.summary)):\(action(argument.completion))")
      }
    return "    \(command.name))\n      _arguments -s -S"
      + specifications.map { " \\\n        \($0)" }.joined() + " && ret=0\n      ;;"
  }

  private func specifications(of option: any AnyOption) -> [String] {
    let summary = "[" + escaped(option.summary, "[]") + "]"
    let excluded = option.name == Command.help.name ? "(- *)" : "(\(option.spellings.joined(separator: " ")))"
    return option.spellings.map { spelling in
      guard let placeholder = option.placeholder else { return quoted(excluded + spelling + summary) }
      // After a letter the value may be joined, after a name it may follow an equals sign.
      let joint = spelling.hasPrefix("--") ? "=" : "+"
      return quoted(
        (option.isList ? "*" : excluded) + spelling + joint + summary + ":" + escaped(placeholder, ":") + ":"
          + action(option.completion))
    }
  }

  private func heading(_ name: String, _ summary: String) -> String { escaped("\(name) (\(summary))", ":") }

  /// What offers the values; a space offers nothing and shows the heading.
  private func action(_ completion: Completion) -> String {
    let words = completion.words.map { escaped($0, " ():") }.joined(separator: " ")
    let files =
      switch completion.files {
      case .any: "_files"
      case .ending(let extensions):
        "_files -g \"*.\(extensions.count == 1 ? extensions[0] : "(\(extensions.joined(separator: "|")))")(-.)\""
      case .directories: "_files -/"
      case nil: ""
      }
    if words.isEmpty { return files.isEmpty ? " " : files }
    if files.isEmpty { return "(\(words))" }
    return "_alternative \"words\\:word\\:(\(words))\" \"files\\:file\\:\(escaped(files, ":\""))\""
  }
}
