import AkinSupport

// Content that begins with a brace or a bracket: JSON, and what programs write like it.

extension ForeignContent {
  /// JSON begins with an object, or with an array of objects, arrays or texts; Python's dictionaries and lists of tuples are alike.
  static func structured(_ start: ArraySlice<UInt8>) -> ForeignContent? {
    guard let open = start.first, open == UInt8(ascii: "{") || open == UInt8(ascii: "[") else { return nil }
    let rest = start.dropFirst().drop { " \t\r\n".utf8.contains($0) }
    if open == UInt8(ascii: "["), isSection(start) { return .toml }
    if isMapOfEDN(start) { return .edn }
    if isKeyedArray(start) { return .keyedArrays }
    if start.starts(with: "[[1]]\n[1] ".utf8) || start.starts(with: "[[1]]\r\n[1] ".utf8) { return .program }
    if isPrintedArray(start) { return .printedArray }
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
    // Ruby writes {:user=>1}.
    if key.firstRange(of: Array("=>".utf8)) != nil { return false }
    return map.first == UInt8(ascii: "{") && key.first == UInt8(ascii: ":")
      && key.dropFirst().first.map { (0x61...0x7A).contains($0 | 0x20) } ?? false
      && key.first { " }\n".utf8.contains($0) } == UInt8(ascii: " ")
  }

  /// Whether numbers with spaces between stand in two brackets: `[[ 1 10  5]`.
  private static func isPrintedArray(_ start: ArraySlice<UInt8>) -> Bool {
    guard start.starts(with: "[[".utf8) else { return false }
    let row = start.dropFirst(2).prefix { $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "\n") }
    return row.split(separator: UInt8(ascii: " ")).count > 1
      && row.allSatisfy { isDigit($0) || " .-+e".utf8.contains($0) }
  }

  /// Whether an array of JSON begins with a number or a text, and an object behind it, perhaps in a list of such: `[1, {"item": 10}]`.
  private static func isKeyedArray(_ start: ArraySlice<UInt8>) -> Bool {
    let quote = UInt8(ascii: "\"")
    let inner = start.drop { "[ \t\r\n".utf8.contains($0) }
    guard (1...2).contains(start[..<inner.startIndex].count { $0 == UInt8(ascii: "[") }), let first = inner.first,
      first == quote || isDigit(first)
    else { return false }
    let key = inner.dropFirst().prefix { first == quote ? $0 != quote : isDigit($0) || $0 == UInt8(ascii: ".") }
    let rest = inner[key.endIndex...].dropFirst(first == quote ? 1 : 0).drop { " \t".utf8.contains($0) }
    guard rest.first == UInt8(ascii: ",") else { return false }
    let object = rest.dropFirst().drop { " \t\r\n".utf8.contains($0) }
    return object.first == UInt8(ascii: "{") && object.dropFirst().drop { " \t".utf8.contains($0) }.first == quote
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
}
