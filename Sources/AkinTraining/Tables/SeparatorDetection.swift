/// Finds the separator of a text from its first lines.
struct SeparatorDetection {
  /// The occurrences of each candidate in each line.
  private var counts: [FieldSeparator: [Int]] = [:]

  private static let lineLimit = 20

  /// Separators of several characters, longer ones first, and a tab as programs spell it that take `\t` for two characters.
  private static let long = [
    "||~||", "|~|", "~|~", "^|^", "#@#", "<|>", ":::", "|||", "||", "~~", "^^", "@@", "##", "$$", "\\t",
  ]
  .map { FieldSeparator($0) }

  /// Separators of databases (Hive's \u{1}, ASCII's unit separator) and others that hardly stand in ids.
  private static let unusual = ["\u{1}", "\u{2}", "\u{1F}", "\u{1E}", "^", "~"].map { FieldSeparator($0) }

  /// Counts the candidates in the first lines of a text.
  ///
  /// - Parameters:
  ///   - text: The text, whose last line may be cut unless it is the whole.
  ///   - isWhole: Whether nothing follows the text.
  @unsafe init(_ text: UnsafeBufferPointer<UInt8>, isWhole: Bool) {
    // Tabs, double colons and spaces know no quotes.
    unsafe count([.tab, .doubleColon, .space], text, isWhole, knowsQuotes: false)
    unsafe count([.comma, .semicolon, .pipe] + SeparatorDetection.unusual, text, isWhole, knowsQuotes: true)
  }

  /// The separator.
  ///
  /// Of the candidates that all lines hold equally often, the most frequent one is taken; on a tie tab, comma, semicolon, `::`,
  /// in this order; a double colon not where all lines agree on tabs. Where lines differ the first line decides alone, or if it
  /// has none, all others. A pipe often joins the words of one field: it separates if nothing else does, or if at least three
  /// lines agree on it and it is more frequent. Where nothing else does, unusual separators do on which all lines agree, two or
  /// more; and then spaces.
  ///
  /// - Parameter spaces: Whether spaces may separate fields.
  func separator(orSpaces spaces: Bool) -> FieldSeparator {
    let usual: [FieldSeparator] = [.tab, .comma, .semicolon, .doubleColon]
    let agreed = usual.filter { isEven($0) }
    // Ids hold double colons: Gene::2157.
    let best = most(agreed.isEmpty ? usual : agreed.contains(.tab) ? agreed.filter { $0 != .doubleColon } : agreed)
    if isEven(.pipe), (counts[.pipe]?.count ?? 0) >= 3, first(.pipe) > first(best ?? .pipe) { return .pipe }
    if let best { return best }
    // Lines of a title above the table have no separators.
    if let below = usual.first(where: { isEvenBelowTitle($0) }) { return below }
    if first(.pipe) > 0 { return .pipe }
    if let even = SeparatorDetection.unusual.first(where: { isEven($0) && counts[$0]?.count ?? 0 > 1 }) { return even }
    return spaces && (first(.space) > 0 || isEvenBelowTitle(.space)) ? .space : .comma
  }

  /// Whether the first lines of a text hold a separator equally often, and at least once.
  ///
  /// - Parameters:
  ///   - separator: The separator.
  ///   - text: The text, whose last line may be cut unless it is the whole.
  ///   - isWhole: Whether nothing follows the text.
  @unsafe static func isEven(
    _ separator: FieldSeparator, _ text: UnsafeBufferPointer<UInt8>, isWhole: Bool
  ) -> Bool {
    let counts = unsafe counts(of: separator, text, isWhole: isWhole)
    return counts.first.map { $0 > 0 } ?? false && counts.allSatisfy { $0 == counts[0] }
  }

  /// The occurrences of a separator in each of the first whole lines, or in the first line if it is cut.
  @unsafe private static func counts(
    of separator: FieldSeparator, _ text: UnsafeBufferPointer<UInt8>, isWhole: Bool
  ) -> [Int] {
    let lines = unsafe text.prefix(1 << 16).split(separator: newline, maxSplits: lineLimit)
    let whole = unsafe lines.count > 1 && !(isWhole && lines.count <= lineLimit) ? lines.dropLast() : lines[...]
    return unsafe whole.map { line in
      // Safe: the line is copied.
      let bytes = unsafe Array(line)
      var (count, place) = (0, 0)
      while place < bytes.count {
        let isHere = bytes[place] == separator.bytes[0] && bytes[place...].starts(with: separator.bytes)
        count += isHere ? 1 : 0
        place += isHere ? separator.bytes.count : 1
      }
      return count
    }
  }

  private func first(_ candidate: FieldSeparator) -> Int { counts[candidate]?.first ?? 0 }

  /// The separator of several characters that all lines, two or more, hold equally often, and that no usual one explains better: each
  /// of its bars, tildes or colons belongs to it.
  ///
  /// - Parameters:
  ///   - text: The text, whose last line may be cut unless it is the whole.
  ///   - isWhole: Whether nothing follows the text.
  @unsafe func longSeparator(_ text: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> FieldSeparator? {
    if [.tab, .comma, .semicolon].contains(where: isEven) { return nil }
    return SeparatorDetection.long.first { long in
      guard unsafe SeparatorDetection.isEven(long, text, isWhole: isWhole) else { return false }
      let all = unsafe SeparatorDetection.counts(of: long, text, isWhole: isWhole)
      guard all.count > 1 else { return false }
      let mark = FieldSeparator(String(long.text.prefix(1)))
      let perLong = long.bytes.count { $0 == mark.bytes[0] }
      let marks = unsafe SeparatorDetection.counts(of: mark, text, isWhole: isWhole)
      return zip(all, marks).allSatisfy { $1 == perLong * $0 }
    }
  }

  /// Whether all lines hold a candidate equally often, and at least once.
  private func isEven(_ candidate: FieldSeparator) -> Bool {
    first(candidate) > 0 && (counts[candidate] ?? []).allSatisfy { $0 == first(candidate) }
  }

  /// Whether all lines behind the first few, two or more, hold a candidate equally often, and these do not hold it.
  private func isEvenBelowTitle(_ candidate: FieldSeparator) -> Bool {
    let below = (counts[candidate] ?? []).drop { $0 == 0 }
    return (1...5).contains(below.startIndex) && below.count > 1 && below.allSatisfy { $0 == below.first }
  }

  /// The candidate that is most frequent in the first line, the earlier of equals; `nil` if there is none.
  private func most(_ candidates: [FieldSeparator]) -> FieldSeparator? {
    var best: FieldSeparator?
    for candidate in candidates where first(candidate) > (best.map { first($0) } ?? 0) { best = candidate }
    return best
  }

  @unsafe private mutating func count(
    _ candidates: [FieldSeparator], _ text: UnsafeBufferPointer<UInt8>, _ isWhole: Bool, knowsQuotes: Bool
  ) {
    var line = [Int](repeating: 0, count: candidates.count)
    var lines: [[Int]] = []
    var inQuotes = false
    var isEmpty = true
    var wasSpace = true
    let firstBytes = candidates.map { $0.bytes[0] }
    var place = 0
    while place < text.count, lines.count < SeparatorDetection.lineLimit {
      let byte = unsafe text[place]
      if byte == newline, !inQuotes {
        if !isEmpty { lines.append(line) }
        line = [Int](repeating: 0, count: candidates.count)
        isEmpty = true
        wasSpace = true
      } else if byte == quote, knowsQuotes {
        inQuotes.toggle()
        isEmpty = false
      } else if byte != carriageReturn, !inQuotes {
        isEmpty = false
        for index in 0..<firstBytes.count where byte == firstBytes[index] {
          let candidate = candidates[index]
          if candidate == .doubleColon {
            guard place + 1 < text.count, unsafe text[place + 1] == byte else { continue }
            place += 1
          }
          // Spaces in a row are one separator, and none at the ends of a line.
          if candidate == .space, unsafe wasSpace || isLineEnd(text, place + 1) { continue }
          line[index] += 1
        }
        wasSpace = byte == UInt8(ascii: " ")
      }
      place += 1
    }
    // A line that is cut counts only if it is the first.
    if !isEmpty, isWhole && !inQuotes || lines.isEmpty { lines.append(line) }
    for (index, candidate) in candidates.enumerated() { counts[candidate] = lines.map { $0[index] } }
  }

  /// Whether only spaces lie between a place and the next line end.
  @unsafe private func isLineEnd(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    var place = start
    while place < text.count, unsafe text[place] == UInt8(ascii: " ") { place += 1 }
    return unsafe place == text.count || text[place] == newline || text[place] == carriageReturn
  }
}
