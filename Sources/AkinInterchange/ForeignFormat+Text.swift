import AkinSupport

// Texts that are known by their first lines, as tables of marks in the order in which they are looked for.

extension ForeignFormat {
  private typealias Mark = (format: ForeignFormat, mark: KeyPath<VectorOpening, Bool> & Sendable)

  /// Texts that could be read as word vectors or a matrix, and are none.
  private static let misleading: [Mark] = [
    (.separated, \.isSeparated), (.archive, \.isTar), (.redis, \.isProtocolOfRedis), (.settings, \.areSettings),
    (.respelled, \.isRespelled), (.glued, \.isGlued), (.libFM, \.isOfLibFM), (.xLearn, \.isOfXLearn),
    (.belowShape, \.isBelowShape), (.longTable, \.isLongTable),
  ]

  /// Texts that cannot be read as word vectors or a matrix.
  private static let others: [Mark] = [
    (.longTable, \.isLongTable), (.wordBehind, \.isBeforeWord), (.counted, \.isBelowNumber), (.quoted, \.isQuoted),
    (.separated, \.isSeparatedBehindTab),
    (.brackets, \.isBracketed),
    (.comments, \.isBelowComments), (.svmLight, \.isSVMLight), (.decimalCommas, \.hasDecimalCommas),
    (.encoded, \.isEncoded), (.text, \.isTableOfWords), (.namedMatrix, \.isNamedMatrix), (.table, \.isTable),
  ]

  /// The kind of a text that could be read as vectors, and would be misread; `nil` for others.
  static func misleading(_ opening: VectorOpening) -> ForeignFormat? {
    misleading.first { opening[keyPath: $0.mark] }?.format
  }

  /// The kind of a text that is neither word vectors nor a matrix; `nil` for what is no text.
  static func ofText(_ opening: VectorOpening) -> ForeignFormat? {
    guard opening.isText, !opening.first.isEmpty else { return nil }
    return others.first { opening[keyPath: $0.mark] }?.format ?? .text
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
