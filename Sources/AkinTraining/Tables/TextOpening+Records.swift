import AkinVectors

// Rows and fields as programs write them one by one: objects, blocks, examples and tuples.

extension TextOpening {
  /// A word and an object of JSON in each line: `u1:{"item": 10}`.
  var isKeyedJSON: Bool { lines.count > 1 ? allButLast(TextOpening.isKeyedJSON) : TextOpening.isKeyedJSON(first) }

  private static func isKeyedJSON(_ line: String) -> Bool {
    guard let open = line.firstIndex(of: "{"), open > line.startIndex, line.last == "}", let mark = line[..<open].last,
      " \t:,;|".contains(mark),
      // Behind two fields an object is one more field.
      !line[..<open].dropLast().contains(where: { "\t,;|".contains($0) })
    else { return false }
    return line[line.index(after: open)...].drop { $0 == " " }.first == "\"" && line[open...].contains("\":")
  }

  /// A dictionary of Python behind a key in each line: `(("9206892", {'stars': 3.5}))`, `reviews[('1', 'ann')] = {'stars': 3.5}`.
  var areKeyedDictionaries: Bool {
    // A first line may make the empty dictionary.
    let entries = lines.count > 1 && first.hasSuffix("{}") ? lines.dropFirst() : lines[...]
    return entries.allSatisfy { line in
      guard let open = line.firstRange(of: "{'"), line.contains("}") else { return false }
      let key = line[..<open.lowerBound]
      return key.hasPrefix("(") || key.contains("[(") || key.contains("['") && key.contains("=")
    }
  }

  /// Names with a slash and values in the first lines: `product/productId: B00006HAXW`.
  var areLabelled: Bool {
    guard lines.count > 2 else { return false }
    return lines.prefix(3).allSatisfy { line in
      guard let colon = line.firstIndex(of: ":"), line[colon...].hasPrefix(": ") else { return false }
      let parts = line[..<colon].split(separator: "/", omittingEmptySubsequences: false)
      return parts.count == 2 && parts.allSatisfy { part in !part.isEmpty && part.allSatisfy(\.isLetter) }
    }
  }

  /// Blocks of lines of a name and a value, with empty lines between: `user: 1`, `item: 10`; or `user=1`, or `user 1`.
  var areBlocks: Bool {
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

  /// A user and a number of rows, `0|3`, and a row between tabs below.
  var isBlock: Bool {
    guard lines.count > 1, lines[1].contains("\t"), !lines[1].contains("|") else { return false }
    let parts = lines[0].split(separator: "|", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
  }

  /// A prediction as Surprise prints it.
  var isPrediction: Bool { first.hasPrefix("user: ") && first.contains(" item: ") && first.contains(" r_ui = ") }

  /// Examples of Vowpal Wabbit: a label, and namespaces directly behind bars: `1 |user u1 |item i1`.
  var areExamples: Bool {
    lines.allSatisfy { TextOpening.isExample($0) && $0.count { $0 == "|" } > 1 }
  }

  /// Examples with one namespace or none.
  var arePlainExamples: Bool { lines.allSatisfy(TextOpening.isExample) || all(TextOpening.isPlainExample) }

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

  /// Edges of two words and a dictionary: `1 10 {'weight': 3}`.
  var areEdges: Bool {
    lines.allSatisfy { line in
      guard line.last == "}", let open = line.firstIndex(of: "{") else { return false }
      let words = line[..<open].split { " \t,".contains($0) }
      let content = line[line.index(after: open)...].dropLast()
      return words.count == 2 && (content.isEmpty || content.contains("': "))
    }
  }

  /// Pairs that NCF has held out, before items that were not: `(0,25)<tab>1064<tab>174`.
  var isHeldOut: Bool {
    lines.allSatisfy { line in
      let fields = line.split(separator: "\t")
      guard fields.count > 2, let pair = fields.first, pair.first == "(", pair.last == ")" else { return false }
      let ids = pair.dropFirst().dropLast().split(separator: ",")
      return ids.count == 2 && (ids + fields.dropFirst()).allSatisfy { UInt64(canonical: String($0)) != nil }
    }
  }

  /// Tuples on one line, as `VALUES` of SQL has them: `(1,'a',5),(2,'b',4)`.
  var areTuplesOfOneLine: Bool {
    guard lines.count == 1, first.first == "(", let close = first.firstIndex(of: ")") else { return false }
    let behind = first[first.index(after: close)...].drop { $0 == " " }
    return first[..<close].contains(",") && behind.first == "," && behind.dropFirst().drop { $0 == " " }.first == "("
  }

  /// Records with names in braces: `Row { user: 1, item: 10 }`, `{User:1 Item:10}`, `{:user=>1, :item=>10}`, `Rating{user=1, item=10}`.
  var areNamedRecords: Bool { all(TextOpening.isNamedRecord) }

  private static func isNamedRecord(_ line: String) -> Bool {
    guard let open = line.firstIndex(of: "{"), let close = line.lastIndex(of: "}"), open < close,
      line[..<open].allSatisfy({ $0.isLetter || $0 == "_" || $0 == " " }),
      line[line.index(after: close)...].allSatisfy({ ",; ".contains($0) })
    else { return false }
    var rest = line[line.index(after: open)..<close].drop { $0 == " " }
    var count = 0
    while !rest.isEmpty {
      let name = rest.drop { $0 == ":" }.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      rest = rest.drop { $0 == ":" }.dropFirst(name.count).drop { $0 == " " }
      guard let first = name.first, first.isLetter || first == "_",
        let mark = ["=>", ":", "="].first(where: { rest.hasPrefix($0) })
      else { return false }
      rest = rest.dropFirst(mark.count).drop { $0 == " " }
      let value = rest.first == "\"" ? rest.dropFirst().prefix { $0 != "\"" } : rest.prefix { !", ".contains($0) }
      guard !value.isEmpty else { return false }
      rest = rest[value.endIndex...].drop { "\", ".contains($0) }
      count += 1
    }
    return count > 1
  }

  /// Lists in braces within braces: `{{1, 10, 5}, {2, 10, 4}}`.
  var areBraceLists: Bool {
    first.hasPrefix("{{")
      && first.dropFirst(2).drop { $0 == " " }.first.map { $0.isNumber || "-\"".contains($0) } ?? false
      && first.contains(",")
  }

  /// A row a line in brackets.
  var areBracketed: Bool { lines.count > 1 && TextOpening.isBracketed(first) }

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
