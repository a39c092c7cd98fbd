import AkinSupport

// Content that is text, and no rows: by its first lines.

extension ForeignContent {
  /// JSON begins with an object, or with an array of objects, arrays or texts; Python's dictionaries and lists of tuples are alike.
  static func structured(_ start: ArraySlice<UInt8>) -> ForeignContent? {
    guard let open = start.first, open == UInt8(ascii: "{") || open == UInt8(ascii: "[") else { return nil }
    let rest = start.dropFirst().drop { " \t\r\n".utf8.contains($0) }
    if open == UInt8(ascii: "["), isSection(start) { return .toml }
    if isMapOfEDN(start) { return .edn }
    switch (open, rest.first) {
    case (UInt8(ascii: "{"), UInt8(ascii: "'")?): return .dictionaries
    case (UInt8(ascii: "{"), UInt8(ascii: "\"")?): return isOfMongo(start) ? .documents : .json
    case (UInt8(ascii: "{"), let digit?) where isDigit(digit):
      return rest.drop(while: isDigit).first == UInt8(ascii: ":") ? .dictionaries : nil
    case (UInt8(ascii: "["), let next?) where "{[\"".utf8.contains(next): return .json
    case (UInt8(ascii: "["), _): return isListOfTuples(rest) ? .tuples : nil
    default: return nil
    }
  }

  /// Whether a map with a keyword begins, perhaps within a list: `{:user 1 :item 10}`, `[{:user 1, :item 10}`.
  private static func isMapOfEDN(_ start: ArraySlice<UInt8>) -> Bool {
    let map = start.drop { "[ \t\r\n".utf8.contains($0) }
    let key = map.dropFirst().drop { " \t\r\n".utf8.contains($0) }
    return map.first == UInt8(ascii: "{") && key.first == UInt8(ascii: ":")
      && key.dropFirst().first.map { (0x61...0x7A).contains($0 | 0x20) } ?? false
      && key.first { " }\n".utf8.contains($0) } == UInt8(ascii: " ")
  }

  /// Whether a value is a call of MongoDB's shell: `"_id" : ObjectId("5f…")`.
  private static func isOfMongo(_ start: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: start, as: UTF8.self)
    return ["ObjectId(", "ISODate(", "NumberInt(", "NumberLong("].contains { call in
      text.contains(": \(call)") || text.contains(":\(call)")
    }
  }

  /// Whether the first line is a name in brackets, and the next assigns a value: `[[rating]]`, `user = 1`.
  private static func isSection(_ start: ArraySlice<UInt8>) -> Bool {
    let lines = String(decoding: start, as: UTF8.self).split(whereSeparator: \.isNewline).map { String($0).trimmed }
    guard lines.count > 1, let name = lines.first?.drop(while: { $0 == "[" }), name.last == "]" else { return false }
    let isName = name.allSatisfy { $0.isLetter || $0.isNumber || "]_-. \"".contains($0) }
    return isName && lines[1].contains("=") && !lines[1].contains(",")
  }

  /// Whether a tuple or a call begins behind a bracket, and another or the other bracket follows: `(1, 10), (1, 11)]`.
  private static func isListOfTuples(_ rest: ArraySlice<UInt8>) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
    let tuple = rest.drop(while: isLetter)
    guard tuple.first == UInt8(ascii: "("), let close = tuple.firstIndex(of: UInt8(ascii: ")")) else { return false }
    guard tuple[..<close].contains(UInt8(ascii: ",")) else { return false }
    let behind = tuple[close...].dropFirst().drop { ", \r\n".utf8.contains($0) }
    if behind.first == UInt8(ascii: "]") { return behind.dropFirst().allSatisfy { " \r\n".utf8.contains($0) } }
    return behind.drop(while: isLetter).first == UInt8(ascii: "(")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// What databases and programs show or dump as text: rows in brackets, statements, drawings, and lines of other programs.
  static func shown(_ start: [UInt8]) -> ForeignContent? {
    let text = String(decoding: start, as: UTF8.self)
    // The last line may be cut.
    let raw = text.split(maxSplits: 12, omittingEmptySubsequences: true, whereSeparator: \.isNewline).map(String.init)
    let lines = raw.map(\.trimmed)
    guard let first = lines.first(where: { !$0.isEmpty }) else { return nil }
    if first.hasPrefix("# A tibble: ") || first.hasPrefix("# Source: ") && lines.count > 1 { return .tibble }
    if words(first, begin: "@relation ") { return .arff }
    if lines.count > 1, lines.dropLast().allSatisfy(isElement) { return .elements }
    if lines.count > 1 ? lines.dropLast().allSatisfy(isKeyedJSON) : isKeyedJSON(first) { return .keyedJSON }
    if first.hasPrefix("{|"), lines.contains(where: { $0.hasPrefix("|-") }) { return .wikiTable }
    if first.hasPrefix("[table"), let close = first.firstIndex(of: "]"),
      ["", "["].contains(first[first.index(after: close)...].prefix(1))
    {
      return .bbCode
    }
    if let rule = lines.prefix(4).first(where: isRule) {
      return rule.contains(" ") && !rule.contains { !"-= ".contains($0) } ? .columns : .drawing
    }
    if isRecord(first) { return .drawing }
    if isLabelled(lines) { return .labelled }
    if isRequest(first) { return .log }
    if areBlocks(text) { return .fieldBlocks }
    let words = first.lowercased()
    if first == "--" || statements.contains(where: { words.hasPrefix($0) }) { return .sql }
    if words.hasPrefix("graph [") || words.hasPrefix("*vertices ") || words.hasPrefix("*network ") { return .graph }
    if words == "graph", lines.count > 1, lines[1] == "[" { return .graph }
    if words.contains("{"), ["digraph ", "graph ", "strict ", "digraph{", "graph{"].contains(where: words.hasPrefix) {
      return .dot
    }
    if first.hasPrefix("user: "), first.contains(" item: "), first.contains(" r_ui = ") { return .predictions }
    if isYAML(raw) { return .yaml }
    // The last line may be cut.
    let full = lines.count > 12 || lines.count > 2 && start.last != newline ? lines.dropLast() : lines[...]
    if let list = list(full) { return list }
    if isBlock(lines) { return .blocks }
    let whole = lines.count > 1 && start.last != newline ? lines.dropLast() : lines[...]
    if whole.allSatisfy(isExample) {
      return whole.allSatisfy { line in line.count { $0 == "|" } > 1 } ? .vowpal : .vowpalPlain
    }
    if whole.count > 1, whole.allSatisfy(isPlainExample) { return .vowpalPlain }
    if whole.allSatisfy(isEdge) { return .edges }
    return lines.count > 1 && isBracketed(first) ? .brackets : nil
  }

  private static func words(_ line: String, begin start: String) -> Bool { line.lowercased().hasPrefix(start) }

  /// Whether a line is an element with attributes, or a row of a table: `<r u="1" i="10"/>`, `<tr><td>1</td></tr>`.
  private static func isElement(_ line: String) -> Bool {
    line.hasSuffix("/>") && line.first == "<" && line.contains("=\"")
      || line.hasPrefix("<tr") && line.hasSuffix("</tr>")
  }

  /// Whether a line is a word and an object of JSON: `u1:{"item": 10}`.
  private static func isKeyedJSON(_ line: String) -> Bool {
    guard let open = line.firstIndex(of: "{"), open > line.startIndex, line.last == "}", let mark = line[..<open].last,
      " \t:,;|".contains(mark),
      // Behind two fields an object is one more field.
      !line[..<open].dropLast().contains(where: { "\t,;|".contains($0) })
    else { return false }
    return line[line.index(after: open)...].drop { $0 == " " }.first == "\"" && line[open...].contains("\":")
  }

  /// Whether a line begins a record whose fields stand below each other, as mysql's \\G and psql's \\x show them.
  private static func isRecord(_ line: String) -> Bool {
    line.hasPrefix("-[ RECORD ") || line.hasPrefix("*****") && line.hasSuffix(". row ***************************")
  }

  /// Whether the first lines are names with a slash and values: `product/productId: B00006HAXW`.
  private static func isLabelled(_ lines: [String]) -> Bool {
    guard lines.count > 2 else { return false }
    return lines.prefix(3).allSatisfy { line in
      guard let colon = line.firstIndex(of: ":"), line[colon...].hasPrefix(": ") else { return false }
      let parts = line[..<colon].split(separator: "/", omittingEmptySubsequences: false)
      return parts.count == 2 && parts.allSatisfy { part in !part.isEmpty && part.allSatisfy(\.isLetter) }
    }
  }

  /// Whether a line is a request: `1.2.3.4 - - [10/Oct/2026:13:55:36 +0000] "GET / HTTP/1.0" 200 2326`.
  private static func isRequest(_ line: String) -> Bool {
    let fields = line.split(separator: " ", omittingEmptySubsequences: false)
    guard fields.count > 6, fields[3].hasPrefix("["), fields[4].hasSuffix("]"), fields[5].hasPrefix("\"") else {
      return false
    }
    let date = fields[3].dropFirst().split(separator: "/")
    return date.count == 3 && date[0].count == 2 && date[1].count == 3 && date[2].split(separator: ":").count == 4
  }

  /// Whether lines are a list of YAML: `- user: 1`, `  item: 10`.
  private static func isYAML(_ lines: [String]) -> Bool {
    let lines = lines.drop { $0 == "---" || $0 == "%YAML 1.2" }
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

  /// Whether the first line is a user and a number of rows, `0|3`, and a row between tabs follows.
  private static func isBlock(_ lines: [String]) -> Bool {
    guard lines.count > 1, lines[1].contains("\t"), !lines[1].contains("|") else { return false }
    let parts = lines[0].split(separator: "|", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }
  }

  /// Whether a line is an example of Vowpal Wabbit: a label, and namespaces directly behind bars: `1 |user u1 |item i1`.
  private static func isExample(_ line: String) -> Bool {
    let parts = line.split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count > 1, let label = parts[0].split(separator: " ").first, Double(label) != nil else { return false }
    return parts[0].contains(" ")
      && parts.dropFirst().allSatisfy { $0.first.map { $0 != " " } ?? false && $0.contains(" ") }
      && parts.dropFirst().dropLast().allSatisfy { $0.last == " " }
  }

  /// Whether a line is an example without namespaces, `1 | user_1 item_2`, or with a tag, `1 2.0 tag| a:1 b:2`: labels are -1, 0 or 1,
  /// and every feature has a digit or a mark. Titles do not.
  private static func isPlainExample(_ line: String) -> Bool {
    let parts = line.split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count == 2, let label = parts[0].split(separator: " ").first, ["-1", "0", "1"].contains(label),
      parts[0].contains(" ")
    else { return false }
    let features = parts[1].split(separator: " ")
    return features.count > 1
      && features.allSatisfy { feature in feature.contains { $0.isNumber || "_:=^".contains($0) } }
  }

  /// Whether a line is an edge of two words and a dictionary: `1 10 {'weight': 3}`.
  private static func isEdge(_ line: String) -> Bool {
    guard line.last == "}", let open = line.firstIndex(of: "{") else { return false }
    let words = line[..<open].split { " \t,".contains($0) }
    let content = line[line.index(after: open)...].dropLast()
    return words.count == 2 && (content.isEmpty || content.contains("': "))
  }

  /// The beginnings of a dump, in small letters.
  private static let statements = [
    "insert into ", "create table ", "drop table ", "begin transaction;", "pragma foreign_keys", "copy public.", "/*!",
    "-- mysql", "-- mariadb", "-- postgresql", "-- phpmyadmin", "-- dumped", "-- host:",
  ]

  /// Whether a line draws an edge, or the rule below names: `---------+--------`, `|----|----|`, `┌────┬────┐`.
  private static func isRule(_ line: String) -> Bool {
    let strokes = line.unicodeScalars.count { $0 == "-" || $0 == "=" || (0x2500...0x257F).contains($0.value) }
    guard strokes > 4 else { return false }
    return line.unicodeScalars.allSatisfy {
      "-=+|: \t".unicodeScalars.contains($0) || (0x2500...0x257F).contains($0.value)
    }
  }

  /// Whether one pair of brackets holds a whole line and a comma or space, perhaps behind a name: `(1,10,5.0)`, `rating(1,10,5).`
  private static func isBracketed(_ line: String) -> Bool {
    let line = line.utf8.drop { (0x41...0x5A).contains($0 & 0xDF) }
    guard let open = line.first, let kind = "([{".utf8.firstIndex(of: open) else { return false }
    let close = ")]}".utf8[kind]
    var depth = 0
    var hasComma = false
    for (place, byte) in line.enumerated() {
      if byte == open { depth += 1 }
      if byte == UInt8(ascii: ",") || byte == UInt8(ascii: " ") { hasComma = true }
      guard byte == close else { continue }
      depth -= 1
      if depth == 0 { return hasComma && line.dropFirst(place + 1).allSatisfy { ",;. ".utf8.contains($0) } }
    }
    return false
  }
}
