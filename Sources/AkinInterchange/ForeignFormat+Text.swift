import AkinSupport

// Texts that are neither word vectors nor a matrix, by their first lines.

extension ForeignFormat {
  /// The kind of a text that is neither word vectors nor a matrix, by its first bytes; `nil` for another text.
  static func ofText(_ head: [UInt8]) -> ForeignFormat? {
    let text = String(decoding: head, as: UTF8.self)
    // Floats without a header have bytes that no text has.
    if head.contains(where: { $0 < 0x20 && !(0x09...0x0D).contains($0) }) || !isUTF8(head) { return nil }
    guard let line = text.split(separator: "\n", maxSplits: 1).first.map(String.init) else { return nil }
    if isQuoted(line) { return .quoted }
    let fields = line.split(separator: "\t")
    if fields.count == 2, Double(fields[0]) == nil {
      let numbers = fields[1].split(whereSeparator: { ",;|\r".contains($0) })
      if numbers.count > 1, numbers.allSatisfy({ Double($0) != nil }) { return .separated }
    }
    if let open = text.firstIndex(where: { $0 == "[" || $0 == "{" }), let next = text[open...].dropFirst().first,
      next.isNumber || next == "-",
      text[open...].contains(",") || text[open...].contains(" ")
    {
      return .brackets
    }
    if let mark = line.first, mark == "#" || mark == "%" { return .comments }
    if CommentLine.mark(head) != nil { return .comments }
    let names = line.split(whereSeparator: { ",;\t|".contains($0) })
    if let kind = ofNumbers(line) { return kind }
    if names.count > 1, !names.contains(where: { Double($0) != nil }) {
      let below = text.split(separator: "\n").dropFirst().first?.split(whereSeparator: { ",;\t|\r".contains($0) }) ?? []
      let last = text.split(separator: "\n").dropFirst().first?.split(separator: "\t").last ?? ""
      let isOneField =
        line.contains("\t") && last.contains(",") && last.split(separator: ",").allSatisfy { Double($0) != nil }
      if isOneField { return .brackets }
      if !below.isEmpty, !below.contains(where: { Double($0) != nil }) { return .text }
      // An id is no fraction.
      let isMatrix = below.count == names.count && below[0].contains(".") && below.allSatisfy { Double($0) != nil }
      return isMatrix ? .namedMatrix : .table
    }
    let words = line.split(whereSeparator: { " \r".contains($0) })
    let numbers = text.split(separator: "\n").dropFirst().first?.split(whereSeparator: { " \r".contains($0) }) ?? []
    if words.count > 1, !words.contains(where: { Double($0) != nil }), numbers.count >= words.count,
      numbers.dropFirst().allSatisfy({ Double($0) != nil })
    {
      return .namedMatrix
    }
    // pandas writes an index under an empty name, and columns by their numbers.
    if names.count > 1, line.first.map({ ",;\t".contains($0) }) == true { return .table }
    if names.count > 2, names.dropFirst().enumerated().allSatisfy({ $1 == String($0) }) { return .table }
    return .text
  }

  /// Whether bytes are UTF-8, but for a last character that may be cut.
  private static func isUTF8(_ head: [UInt8]) -> Bool {
    (0...3).contains { String(validating: head.dropLast($0), as: UTF8.self) != nil }
  }

  /// Whether lines begin with a word and a number in one, of which all other numbers stand apart: `w0=0.5 0.25`, `w1:-1.5 2`,
  /// `w2,0.5 1`.
  static func isGlued(_ head: [UInt8]) -> Bool {
    let lines = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline).prefix(8)
    // The last line may be cut.
    let whole = lines.count > 2 ? lines.dropLast() : lines
    return whole.count > 1
      && whole.allSatisfy { line in
        let fields = line.split(whereSeparator: { " \t".contains($0) })
        guard let first = fields.first, fields.count > 1, let mark = first.lastIndex(where: { "=:,".contains($0) }),
          mark > first.startIndex, Double(first[..<mark]) == nil
        else { return false }
        let number = first[first.index(after: mark)...]
        return number.contains(".") && Double(number) != nil && fields.dropFirst().allSatisfy { Double($0) != nil }
      }
  }

  /// Whether all lines have as many fields, and each has a number in another spelling than decimals: `True`, `50%`, `0x1p-1`, `(1+2j)`.
  static func isRespelled(_ head: [UInt8]) -> Bool {
    let lines = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline).prefix(8)
    // The last line may be cut.
    let rows = (lines.count > 2 ? lines.dropLast() : lines).map { $0.split(whereSeparator: { " \t,;".contains($0) }) }
    func isRespelled(_ field: Substring) -> Bool {
      if field == "True" || field == "False" { return true }
      if field.last == "%" { return Double(field.dropLast()) != nil }
      if field.hasSuffix("j)") || field.hasSuffix("j") {
        return field.contains { $0.isNumber } && field.contains { "+-".contains($0) }
      }
      return (field.first == "-" ? field.dropFirst() : field).hasPrefix("0x")
    }
    return rows.count > 1
      && rows.allSatisfy { row in
        row.count == rows[0].count && row.dropFirst().contains(where: isRespelled)
          && row.dropFirst().allSatisfy { isRespelled($0) || Double($0) != nil }
      }
  }

  /// Whether all fields of a line stand in double quotes, and all but the first are numbers: `"a","0.5","0.25"`, `"a","0.5 0.25"`.
  private static func isQuoted(_ line: String) -> Bool {
    let fields = line.split(whereSeparator: { ",;\t\r".contains($0) })
    return fields.count > 1
      && fields.enumerated().allSatisfy { place, field in
        field.count > 2 && field.first == "\"" && field.last == "\""
          && (place == 0 || field.dropFirst().dropLast().split(separator: " ").allSatisfy { Double($0) != nil })
      }
  }

  /// The kind of a line of numbers in a spelling that is not read; `nil` for others.
  private static func ofNumbers(_ line: String) -> ForeignFormat? {
    let fields = line.split(whereSeparator: { " \t;\r".contains($0) }).dropFirst()
    guard !fields.isEmpty else { return nil }
    func areDigits(_ text: Substring) -> Bool { !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    func parts(_ field: Substring, _ mark: Character) -> [Substring] {
      field.split(separator: mark, omittingEmptySubsequences: false)
    }
    if fields.allSatisfy({
      parts($0, ":").count == 2 && areDigits(parts($0, ":")[0]) && Double(parts($0, ":")[1]) != nil
    }) {
      return .svmLight
    }
    func hasComma(_ field: Substring) -> Bool {
      let sides = parts(field.first == "-" ? field.dropFirst() : field, ",")
      return sides.count == 2 && sides.allSatisfy(areDigits)
    }
    return fields.count > 1 && fields.allSatisfy(hasComma) ? .decimalCommas : nil
  }

  /// Whether a text begins with a word and numbers, between separators of one kind that word vectors do not have.
  ///
  /// Between `a | 0.5 | 0.25` spaces are separators, too: it could be read as the words `a | 0.5 |` and one number.
  static func isSeparated(_ head: [UInt8]) -> Bool {
    let text = String(decoding: head, as: UTF8.self)
    let line = text.prefix { $0 != "\n" && $0 != "\r\n" }
    let kinds = Set(line.filter { ",;|".contains($0) })
    guard kinds.count == 1, let kind = kinds.first else { return false }
    var fields = line.split(separator: kind, omittingEmptySubsequences: false).map(String.init).map(\.trimmed)
    // pandas names columns by their numbers.
    if fields.count > 2, fields.dropFirst().enumerated().allSatisfy({ $1 == String($0) }) { return false }
    // The last field may be cut.
    if line.endIndex == text.endIndex, fields.count > 2 { fields.removeLast() }
    guard let word = fields.first, !word.isEmpty, !word.contains("\t"), Double(word) == nil else { return false }
    return fields.count > 1 && fields.dropFirst().allSatisfy { Double($0) != nil }
  }

  /// Whether a text begins as Python prints an array: `[[0.1 0.2]`, `tensor([[0.1, 0.2]])`, `array([…])`.
  static func isPrinted(_ head: [UInt8]) -> Bool {
    let first = head.prefix { $0 != UInt8(ascii: "\n") }.drop { $0 == UInt8(ascii: " ") }
    if first.starts(with: "[,1]".utf8) || first.starts(with: "OrderedDict(".utf8) { return true }
    if ["tensor(", "array("].contains(where: { head.starts(with: $0.utf8) }) { return true }
    let row = head.prefix { $0 != UInt8(ascii: "]") }
    return head.starts(with: "[[".utf8) && !row.contains(UInt8(ascii: ",")) && row.contains(UInt8(ascii: " "))
      && row.dropFirst(2).allSatisfy { " \r\n+-.0123456789e".utf8.contains($0) }
  }

  /// Whether bytes begin a JSON object, or an array of objects, arrays, texts or numbers.
  static func isJSON(_ head: [UInt8]) -> Bool {
    let rest = head.drop { " \t\r\n".utf8.contains($0) }
    guard let open = rest.first, let next = rest.dropFirst().first(where: { !" \t\r\n".utf8.contains($0) }) else {
      return false
    }
    if open == UInt8(ascii: "{") { return next == UInt8(ascii: "\"") }
    // A token of word vectors can be a bracket; a space follows it.
    let isNumber = (0x30...0x39).contains(next) || next == UInt8(ascii: "-")
    return open == UInt8(ascii: "[")
      && ("{[\"".utf8.contains(next) || isNumber && rest.dropFirst().first == next && rest.contains(UInt8(ascii: ",")))
  }
}
