import AkinVectors

// Lists that are text for people, and no rows: by their first lines.

extension ForeignContent {
  /// What lines without spaces around them are, if they are a list, an answer or a table for people; `nil` for others.
  static func list(_ lines: some Collection<String>) -> ForeignContent? {
    guard let first = lines.first else { return nil }
    if isAnswer(first) { return .redis }
    if isLaTeX(lines) { return .latex }
    if let metrics = metrics(lines) { return metrics }
    if lines.count > 1, lines.allSatisfy(isLogged) { return .programLog }
    if isProgram(first) { return .program }
    if first.hasPrefix("@prefix ") { return .turtle }
    if lines.count > 1, first.hasPrefix("||") || first == "|===" { return .drawing }
    if isKeyedLists(lines) { return .keyedLists }
    if isYAMLLists(lines) { return .yamlLists }
    return isBulleted(lines) ? .bullets : nil
  }

  /// Whether a line begins an answer of redis-cli: `1) "a"`, `1) 1) "a"`, `1) (integer) 3`.
  private static func isAnswer(_ line: String) -> Bool {
    var rest = line[...]
    guard rest.hasPrefix("1) ") else { return false }
    while rest.hasPrefix("1) ") { rest = rest.dropFirst(3).drop { $0 == " " } }
    return rest.first == "\"" && rest.last == "\"" && rest.count > 1 || rest.hasPrefix("(integer) ") || rest == "(nil)"
  }

  /// Whether lines begin a table of LaTeX, or are rows of one: cells between `&`, and two backslashes behind.
  private static func isLaTeX(_ lines: some Collection<String>) -> Bool {
    if let first = lines.first,
      ["\\begin{", "\\documentclass", "\\toprule", "\\hline"].contains(where: first.hasPrefix)
    {
      return true
    }
    let rows = lines.filter { !$0.hasPrefix("\\") && !$0.isEmpty }
    return rows.count > 1 && rows.allSatisfy { $0.contains("&") && $0.hasSuffix("\\\\") }
  }

  /// Whether each line is a word, a colon or an arrow, and items: `u1: a, b`, `u1 -> a, b`, `u1: [a, b]`. Some have commas.
  private static func isKeyedLists(_ lines: some Collection<String>) -> Bool {
    var hasLists = false
    var rests: [Substring] = []
    for line in lines where !line.isEmpty {
      let marks = [": ", ":\t", " -> ", " => ", " \u{2192} "]
      guard let (key, rest) = marks.lazy.compactMap({ mark in split(line, at: mark) }).first, !key.isEmpty,
        !key.contains(where: { " ,;|\t\"=".contains($0) }), !rest.isEmpty, !rest.contains(": "), !rest.contains("\t")
      else { return false }
      if rest.contains(", ") || rest.hasPrefix("[") { hasLists = true }
      rests.append(rest)
    }
    // Between commas without spaces, equally many fields of which the last are numbers are rows: `Alien: Covenant,5`.
    let counts = Set(rests.map { rest in rest.count { $0 == "," } })
    let areRows = rests.allSatisfy { $0.split(separator: ",").last.map { Double($0) != nil } ?? false }
    return rests.count > 1 && (hasLists || counts.count > 1 || counts != [0] && !areRows)
  }

  /// Whether lines are a name with a colon, and items behind dashes below it: `u1:`, `- a`, `- b`.
  private static func isYAMLLists(_ lines: some Collection<String>) -> Bool {
    let lines = Array(lines.drop { $0 == "---" })
    guard lines.count > 2, lines[0].count > 1, lines[0].last == ":", !lines[0].contains(" ") else { return false }
    return lines[1].hasPrefix("- ")
      && lines.allSatisfy { $0.hasPrefix("- ") && !$0.contains(": ") || $0.last == ":" && !$0.contains(" ") }
  }

  /// Whether each line begins with a mark, `- a`, and other separators or nothing follow; or with its number, `1. a`, `2) b`.
  private static func isBulleted(_ lines: some Collection<String>) -> Bool {
    guard lines.count > 1 else { return false }
    if let mark = ["- ", "* ", "\u{2022} ", "+ ", "> ", "==>"].first(where: { mark in
      lines.allSatisfy { $0.hasPrefix(mark) }
    }) {
      // Rows between spaces have the mark as a column of its own, which is none.
      let contents = lines.map { $0.dropFirst(mark.count) }
      return contents.allSatisfy { text in text.contains { ",;|\t".contains($0) } }
        || contents.allSatisfy { !$0.contains(" ") && !$0.isEmpty }
    }
    return [". ", ") "].contains { mark in
      lines.enumerated().allSatisfy { place, line in
        line.hasPrefix("\(place + 1)\(mark)") && line.count > "\(place + 1)\(mark)".count
      }
    }
  }

  /// Whether lines are numbers of a monitoring program: `plays{user="u1",item="10"} 5`, or `rating,user=u1,item=10 value=5 146583`.
  private static func metrics(_ lines: some Collection<String>) -> ForeignContent? {
    let labelled = lines.filter { !$0.hasPrefix("#") }
    let areLabelled = labelled.allSatisfy { line in
      guard let open = line.firstIndex(of: "{"), let close = line.lastIndex(of: "}"), open < close else { return false }
      return line[..<open].allSatisfy { $0.isLetter || "_:".contains($0) } && line[open...].contains("=\"")
        && line[line.index(after: close)...].split(separator: " ").first.map { Double($0) != nil } ?? false
    }
    if areLabelled, labelled.count > 1 { return .prometheus }
    let arePoints = lines.allSatisfy { line in
      let parts = line.split(separator: " ")
      let tags = parts.first?.split(separator: ",").dropFirst() ?? []
      return (2...3).contains(parts.count) && !tags.isEmpty && tags.allSatisfy { $0.contains("=") }
        && parts[1].contains("=")
    }
    return arePoints && lines.count > 1 ? .lineProtocol : nil
  }

  /// Whether a line begins with a time and a level or a process: `2023-01-01T10:00:00Z INFO …`, `Jan  1 10:00:00 host app[1]: …`,
  /// `<34>1 2023-10-11T22:14:15.003Z host app …`.
  private static func isLogged(_ line: String) -> Bool {
    let words = line.split(separator: " ", maxSplits: 6)
    guard words.count > 3 else { return false }
    // RFC 5424: <34>1 2023-10-11T22:14:15.003Z host app …
    if line.first == "<", words[0].drop(while: { $0 != ">" }).count > 1, String(words[1].prefix(10)).isDay {
      return true
    }
    let levels: Set<Substring> = [
      "INFO", "WARN", "WARNING", "ERROR", "DEBUG", "TRACE", "[INFO]", "[WARN]", "[ERROR]", "[DEBUG]",
    ]
    if words[..<3].contains(where: levels.contains), String(words[0].prefix(10)).isDay { return true }
    return words.count > 4 && words[0].count == 3 && words[0].allSatisfy(\.isLetter) && Int(words[1]) != nil
      && words[2].split(separator: ":").count == 3 && words[4].hasSuffix(":")
  }

  /// Whether a line begins a program: `var r = [[1,10,5]]`, `r = [`, `structure(list(`, `rating {`.
  private static func isProgram(_ line: String) -> Bool {
    if ["structure(", "library(", "#include ", "module.exports", "#!"].contains(where: line.hasPrefix) { return true }
    if line.hasSuffix(" {"), line.dropLast(2).allSatisfy({ $0.isLetter || $0 == "_" }) { return true }
    let words = line.split(separator: " ", maxSplits: 3)
    let named =
      words.count > 1 && ["var", "let", "const", "export"].contains(words[0]) ? words.dropFirst() : words[...]
    guard named.count > 1, named[named.startIndex].allSatisfy({ $0.isLetter || $0 == "_" }) else { return false }
    let rest = named.dropFirst()
    return ["=", "<-"].contains(rest[rest.startIndex]) && rest.count > 1
      && rest[rest.startIndex + 1].first.map { "[({".contains($0) || $0 == "c" || $0 == "d" } ?? false
  }

  /// Whether a text is blocks of lines of a name and a value, with empty lines between: `user: 1`, `item: 10`; or `user=1`, or `user 1`.
  static func areBlocks(_ text: String) -> Bool {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { String($0).trimmed }
    let blocks = lines.split { $0.isEmpty }
    guard blocks.count > 1, let first = blocks.first, first.count > 1 else { return false }
    func name(_ line: String) -> Substring? {
      let name = line.prefix { $0.isLetter || $0.isNumber || "_/-".contains($0) }
      let rest = line.dropFirst(name.count)
      guard let mark = rest.first, name.first?.isLetter ?? false, "=: \t".contains(mark), !rest.contains(","),
        rest.count > 1
      else {
        return nil
      }
      return name
    }
    let names = first.compactMap(name)
    guard names.count == first.count, Set(names).count == names.count else { return false }
    return name(blocks[blocks.startIndex + 1].first ?? "") == names[0]
  }

  /// The texts before and behind the first mark; `nil` without it.
  private static func split(_ line: String, at mark: String) -> (key: Substring, rest: Substring)? {
    var place = line.startIndex
    while place < line.endIndex {
      if line[place...].hasPrefix(mark) {
        let rest = line[line.index(place, offsetBy: mark.count)...].drop { $0 == " " }
        return (line[..<place], rest)
      }
      place = line.index(after: place)
    }
    return nil
  }
}

extension String {
  /// Whether the text is a date: `2023-01-01`.
  fileprivate var isDay: Bool { utf8.count == 10 && secondsOfDate(self) != nil }
}
