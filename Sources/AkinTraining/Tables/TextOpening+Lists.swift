import AkinVectors

// Lists for people: users with their items, marks and numbers before lines.

extension TextOpening {
  /// A word, a colon or an arrow, and items in each line: `u1: a, b`, `u1 -> a, b`, `u1: [a, b]`. Some have commas.
  var areKeyedLists: Bool {
    var hasLists = false
    var rests: [Substring] = []
    for line in lines {
      let marks = [": ", ":\t", " -> ", " => ", " \u{2192} "]
      guard let (key, rest) = marks.lazy.compactMap({ mark in TextOpening.split(line, at: mark) }).first, !key.isEmpty,
        !key.contains(where: { " ,;|\t\"=".contains($0) }), !rest.isEmpty, !rest.contains(": "), !rest.contains("\t")
      else { return false }
      if rest.contains(", ") || rest.hasPrefix("[") { hasLists = true }
      rests.append(rest)
    }
    // A user and numbers of items between spaces, more of them in some lines than in others.
    let words = rests.map { $0.split(separator: " ") }
    if Set(words.map(\.count)).count > 1, words.joined().allSatisfy({ UInt64(canonical: String($0)) != nil }) {
      hasLists = true
    }
    // Between commas without spaces, equally many fields of which the last are numbers are rows: `Alien: Covenant,5`.
    let counts = Set(rests.map { rest in rest.count { $0 == "," } })
    let areRows = rests.allSatisfy { $0.split(separator: ",").last.map { Double($0) != nil } ?? false }
    return rests.count > 1 && (hasLists || counts.count > 1 || counts != [0] && !areRows)
  }

  /// Sequences of SPMF: `1 -1 2 3 -1 -2`, perhaps below lines of names.
  var areSequences: Bool {
    let sequences = first.hasPrefix("@CONVERTED") ? lines.drop { $0.first == "@" } : lines[...]
    return !sequences.isEmpty
      && sequences.allSatisfy { line in
        let words = line.split(separator: " ")
        return words.count > 2 && words.last == "-2" && words.contains("-1")
          && words.allSatisfy { ["-1", "-2"].contains($0) || UInt64(canonical: String($0)) != nil }
      } || first.hasPrefix("@CONVERTED_FROM_TEXT")
  }

  /// A name with a colon, and items behind dashes below it: `u1:`, `- a`, `- b`.
  var areYAMLLists: Bool {
    let lines = Array(lines.drop { $0 == "---" })
    guard lines.count > 2, lines[0].count > 1, lines[0].last == ":", !lines[0].contains(" ") else { return false }
    return lines[1].hasPrefix("- ")
      && lines.allSatisfy { $0.hasPrefix("- ") && !$0.contains(": ") || $0.last == ":" && !$0.contains(" ") }
  }

  /// A list of YAML: `- user: 1`, `  item: 10`; or a map a line.
  var isYAML: Bool {
    let lines = raw.drop { $0 == "---" || $0 == "%YAML 1.2" }
    // A map a line: - {user: 1, item: 10}
    if lines.count > 1, lines.dropLast().allSatisfy({ $0.hasPrefix("- {") && $0.contains(": ") }) { return true }
    guard lines.count > 1, let first = lines.first, first.hasPrefix("- ") else { return false }
    func isField(_ text: Substring) -> Bool {
      guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else { return false }
      let behind = text[text.index(after: colon)...]
      return text[..<colon].allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        && (behind.isEmpty || behind.first == " ")
    }
    let second = lines.dropFirst().first ?? ""
    return isField(first.dropFirst(2)) && second.hasPrefix("  ") && isField(second.drop { $0 == " " })
  }

  /// A mark before each line, `- a`, with other separators or nothing behind; a box, `[x] a` and `[ ] b`; or its number, `1. a`, `2) b`.
  var areBulleted: Bool {
    guard lines.count > 1 else { return false }
    let boxes = ["[ ] ", "[x] ", "[X] "].flatMap { [$0, "- " + $0, "* " + $0] }
    if lines.contains(where: { $0.contains("[ ] ") }), lines.allSatisfy({ boxes.contains(where: $0.hasPrefix) }) {
      return true
    }
    if let mark = ["- ", "* ", "\u{2022} ", "+ ", "> ", "==>"].first(where: { mark in
      lines.allSatisfy { $0.hasPrefix(mark) }
    }) {
      // Rows between spaces have the mark as a column of its own, which is none.
      let contents = lines.map { $0.dropFirst(mark.count) }
      return contents.allSatisfy { text in text.contains { ",;|\t".contains($0) } || text.contains(": ") }
        || contents.allSatisfy { !$0.contains(" ") && !$0.isEmpty }
    }
    return [". ", ") "].contains { mark in
      lines.enumerated().allSatisfy { place, line in
        line.hasPrefix("\(place + 1)\(mark)") && line.count > "\(place + 1)\(mark)".count
      }
    }
  }

  /// The texts before and behind the first mark; `nil` without it.
  private static func split(_ line: String, at mark: String) -> (key: Substring, rest: Substring)? {
    guard let place = line.firstRange(of: mark) else { return nil }
    return (line[..<place.lowerBound], line[place.upperBound...].drop { $0 == " " })
  }
}
