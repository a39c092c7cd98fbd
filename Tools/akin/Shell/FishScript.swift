/// The completion script for fish 3.0 and newer.
struct FishScript {
  /// The tables of the commands.
  let commands: [Command]
  /// The version in the first line of the script.
  let version: String

  /// The script.
  var text: String {
    "# fish completion for akin \(version), written by 'akin completions fish'.\n\n" + FishScript.functions
      + "\ncomplete -c akin -f\n"
      + (commands.map { ($0.name, $0.summary) } + Shell.globalWords).map { word, meaning in
        "complete -c akin -n '__akin_verb' -a \(quoted(word)) -d \(quoted(meaning))\n"
      }.joined()
      + commands.map { command in
        "complete -c akin -n '__akin_argument help 1' -a \(command.name) -d \(quoted(command.summary))\n"
      }.joined()
      + commands.map(lines).joined()
  }

  private func quoted(_ text: String) -> String { Shell.fish.quoted(text) }

  private func lines(of command: Command) -> String {
    let options = command.allOptions.map { option in
      let names =
        (option.short.map { " -s \($0)" } ?? "")
        + (option.spelling.hasPrefix("--") ? " -l \(option.name)" : "")
      let value = option.placeholder == nil ? "" : " -r" + offers(option.completion)
      return "complete -c akin -n '__akin_verb \(command.name)'\(names)\(value) -d \(quoted(option.summary))\n"
    }
    let valued = command.allOptions.filter { $0.placeholder != nil }.flatMap(\.spellings).joined(separator: " ")
    let arguments = command.arguments.enumerated().filter { !$1.completion.isEmpty }.map { place, argument in
      "complete -c akin -n '__akin_argument \(command.name) \(place + 1) \(valued)'\(offers(argument.completion))\n"
    }
    return "\n# \(command.name)\n" + (options + arguments).joined()
  }

  /// The completions of a value; files come from the function of the script or from fish.
  private func offers(_ completion: Completion) -> String {
    let words = completion.words.isEmpty ? "" : " -a \(quoted(completion.words.joined(separator: " ")))"
    return switch completion.files {
    case .any: " -F" + words
    case .ending(let extensions): " -f" + words + " -a '(__akin_files \(extensions.joined(separator: " ")))'"
    case .directories: " -f" + words + " -a '(__fish_complete_directories)'"
    case nil: " -f" + words
    }
  }

  /// The fixed part of the script.
  private static let functions = #"""
    function __akin_verb --description 'Whether the command is $argv[1]; without an argument, whether there is no command yet'
        set -l words (commandline -opc)
        if test (count $argv) -eq 0
            test (count $words) -eq 1
        else
            test (count $words) -gt 1; and test "$words[2]" = $argv[1]
        end
    end

    function __akin_argument --description 'Whether argument $argv[2] of command $argv[1] is typed; the rest are options with values'
        __akin_verb $argv[1]; or return 1
        set -l words (commandline -opc)
        set -e words[1..2]
        set -l valued $argv
        set -e valued[1..2]
        set -l place 1
        set -l pending 0
        set -l ended 0
        for word in $words
            if test $pending -eq 1
                set pending 0
            else if test $ended -eq 1; or not string match -qr -- '^-.' $word
                set place (math $place + 1)
            else if test $word = --
                set ended 1
            else if contains -- $word $valued
                set pending 1
            end
        end
        test $pending -eq 0; and test $place -eq $argv[2]
    end

    function __akin_files --description 'Files with one of the extensions $argv, and directories'
        set -l token (commandline -ct | string replace -r -- '^--[^=]*=' '')
        set -l endings (string join '|' $argv)
        complete -C "__akin_no_such_command $token" | string match -r -- '^[^\t]*(?:/|\.(?:'$endings'))(?:\t.*)?$'
    end

    """#
}
