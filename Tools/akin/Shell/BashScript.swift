/// The completion script for bash 4 and newer. Needs no other package.
///
/// bash completes to bare words; its lists of several words (the second tab) show meanings.
struct BashScript {
  /// The tables of the commands.
  let commands: [Command]
  /// The version in the first line of the script.
  let version: String

  /// The script.
  var text: String {
    """
    # bash completion for akin \(version), written by 'akin completions bash'.

    # The commands, one a line: a word, a tab, its meaning.
    _akin_verbs() {
      \(lines(commands.map { ($0.name, $0.summary) }))
    }

    # The options of command $1, in the same form.
    _akin_options() {
      case $1 in
    \(commands.map(options).joined(separator: "\n"))
      esac
    }

    # Values of option $2 of command $1. Fails for an option without a value.
    _akin_value() {
      case "$1 $2" in
    \(commands.flatMap(values).joined(separator: "\n"))
        *) return 1 ;;
      esac
    }

    # Values of argument number $2 of command $1. Fails when the command has fewer arguments.
    _akin_argument() {
      case "$1 $2" in
    \(commands.flatMap(arguments).joined(separator: "\n"))
        *) return 1 ;;
      esac
    }

    \(functions)
    """
  }

  private func quoted(_ text: String) -> String { Shell.bash.quoted(text) }

  /// A call that prints pairs, one a line.
  private func lines(_ pairs: [(word: String, meaning: String)]) -> String {
    "printf '%s\\t%s\\n'" + pairs.map { " \\\n      \(quoted($0.word)) \(quoted($0.meaning))" }.joined()
  }

  private func options(of command: Command) -> String {
    let pairs = command.allOptions.flatMap { option in option.spellings.map { ($0, option.summary) } }
    return "    \(quoted(command.name)))\n      \(lines(pairs)) ;;"
  }

  private func values(of command: Command) -> [String] {
    command.allOptions.filter { $0.placeholder != nil }.map { option in
      let patterns = option.spellings.map { quoted(command.name + " " + $0) }.joined(separator: " | ")
      return "    \(patterns)) \(call(option.completion)) ;;"
    }
  }

  private func arguments(of command: Command) -> [String] {
    command.arguments.enumerated().map { place, argument in
      "    \(quoted("\(command.name) \(place + 1)"))) \(call(argument.completion)) ;;"
    }
  }

  /// A call that prints the completions: lines of a kind and its words.
  private func call(_ completion: Completion) -> String {
    var lines: [String] = []
    if !completion.words.isEmpty { lines.append((["words"] + completion.words).joined(separator: " ")) }
    switch completion.files {
    case .any: lines.append("files")
    case .ending(let extensions): lines.append((["files"] + extensions).joined(separator: " "))
    case .directories: lines.append("directories")
    case nil: break
    }
    return lines.isEmpty ? ":" : "printf '%s\\n' " + lines.map(quoted).joined(separator: " ")
  }

  /// The fixed part of the script.
  private var functions: String {
    #"""
    # Offers the words on stdin that begin with $cur: a word, a tab, its meaning. Only lists show meanings.
    _akin_offer() {
      local word meaning first= count=0
      while IFS=$'\t' read -r word meaning; do
        case $word in "$cur"*) ;; *) continue ;; esac
        count=$((count + 1))
        [ "$count" = 1 ] && first=$word
        case ${COMP_TYPE:-9} in
          33 | 63 | 64)
            printf -v word '%-24s %s' "$word" "$meaning"
            COMPREPLY+=("${word:0:$((${COLUMNS:-80} - 1))}")
            ;;
          *) COMPREPLY+=("$word") ;;
        esac
      done
      if [ "$count" = 1 ]; then COMPREPLY=("$first"); fi
    }

    # Offers the entries of $1: words, files with these extensions, directories.
    _akin_offer_value() {
      local kind words name
      while read -r kind words; do
        case $kind in
          words) while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -W "$words" -- "$cur") ;;
          files | directories)
            compopt -o filenames 2> /dev/null
            cur=${cur#[\"\']}
            cur=${cur//\\/}
            while IFS= read -r name; do COMPREPLY+=("$name"); done < <(
              for name in $words; do compgen -f -X "!*.$name" -- "$cur"; done
              if [ "$kind" = files ] && [ -z "$words" ]; then compgen -f -- "$cur"; else compgen -d -- "$cur"; fi
            )
            ;;
        esac
      done <<< "$1"
    }

    _akin() {
      local -a words=()
      local cur piece glue= verb place=1 pending= ended= value i
      COMPREPLY=()
      # bash splits words at '=' and ':'; this loop joins them again.
      for ((i = 0; i <= COMP_CWORD; i++)); do
        piece=${COMP_WORDS[i]}
        case $piece in
          = | : | := | =:) [ "$i" -gt 1 ] && glue=1 ;;
        esac
        if [ -n "$glue" ] && [ "${#words[@]}" -gt 0 ]; then
          words[${#words[@]} - 1]+=$piece
        else
          words+=("$piece")
        fi
        case $piece in *[=:]) ;; *) glue= ;; esac
      done
      cur=${words[${#words[@]} - 1]}
      verb=${words[1]}
      if [ "${#words[@]}" -le 2 ]; then
        _akin_offer < <(_akin_verbs; printf '%s\t%s\n' \#(globalWords))
        return
      fi
      if [ "$verb" = help ]; then
        [ "${#words[@]}" = 3 ] && _akin_offer < <(_akin_verbs)
        return
      fi
      for ((i = 2; i < ${#words[@]} - 1; i++)); do
        piece=${words[i]}
        if [ -n "$pending" ]; then
          pending=
        elif [ -n "$ended" ]; then
          place=$((place + 1))
        else
          case $piece in
            --) ended=1 ;;
            --*=*) ;;
            -?*) if _akin_value "$verb" "$piece" > /dev/null; then pending=$piece; fi ;;
            *) place=$((place + 1)) ;;
          esac
        fi
      done
      if [ -z "$pending$ended" ]; then
        case $cur in
          --*=*)
            pending=${cur%%=*}
            case $COMP_WORDBREAKS in
              *=*) cur=${cur#*=} ;;
              *) return ;;
            esac
            ;;
          -*)
            _akin_offer < <(_akin_options "$verb")
            return
            ;;
        esac
      fi
      case $COMP_WORDBREAKS in *:*) cur=${cur##*:} ;; esac
      if [ -n "$pending" ]; then
        value=$(_akin_value "$verb" "$pending") && _akin_offer_value "$value"
      elif value=$(_akin_argument "$verb" "$place"); then
        _akin_offer_value "$value"
      elif [ -z "$ended" ]; then
        _akin_offer < <(_akin_options "$verb")
      fi
    }

    complete -F _akin akin

    """#
  }

  private var globalWords: String {
    Shell.globalWords.map { quoted($0.word) + " " + quoted($0.meaning) }.joined(separator: " ")
  }
}
