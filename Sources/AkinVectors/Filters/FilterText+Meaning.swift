import AkinSupport

extension FilterText {
  /// The filter that the text means for the items of a table.
  ///
  /// - Parameter attributes: The table.
  /// - Throws: ``FilterError`` of kind bad input: an unknown attribute, or one that holds something else.
  /// - Complexity: that of reading the columns that the text names.
  public func filter(over attributes: AttributeTable) throws(FilterError) -> AttributeFilter {
    AttributeFilter(try FilterMeaning(text: text, attributes: attributes).node(root), itemCount: attributes.itemCount)
  }

  /// A word of the text that no item of a table has.
  public struct UnknownWord: Sendable, Equatable {
    /// The attribute.
    public let attribute: String
    /// The word.
    public let word: String
    /// A word of the attribute that is nearly the same, or `nil`.
    public let nearest: String?

    package init(attribute: String, word: String, nearest: String?) {
      self.attribute = attribute
      self.word = word
      self.nearest = nearest
    }
  }

  /// The words of the text that no item has, which are mistyped more often than not.
  ///
  /// - Parameter attributes: A table for which ``filter(over:)`` does not throw.
  /// - Complexity: O(*words* of the attribute) for each of them.
  public func unknownWords(in attributes: AttributeTable) -> [UnknownWord] {
    var found: [UnknownWord] = []
    func look(_ name: FilterToken, _ values: [FilterToken]) {
      guard let position = attributes.position(of: name.text) else { return }
      found += values.compactMap { attributes.unknownWord($0.text, of: position) }
    }
    func visit(_ node: Node) {
      switch node {
      case .any(let nodes), .all(let nodes): for node in nodes { visit(node) }
      case .not(let node): visit(node)
      case .comparison(let name, _, _, let value): look(name, [value])
      case .isIn(let name, let values): look(name, values)
      case .has, .flag: break
      }
    }
    visit(root)
    return found
  }
}

extension AttributeTable {
  /// The filter that a text means; see ``FilterText``.
  ///
  /// - Parameter text: The text.
  /// - Throws: ``FilterError``.
  public func filter(_ text: String) throws(FilterError) -> AttributeFilter {
    try FilterText(text).filter(over: self)
  }

  /// A word that no item has as an attribute of words, with the nearest; `nil` for a known word, and for other attributes.
  package func unknownWord(_ word: String, of position: Int) -> FilterText.UnknownWord? {
    guard entries[position].kind == .word || entries[position].kind == .list else { return nil }
    let words = self[position].words
    if words.contains(where: { $0.utf8.elementsEqual(word.utf8) }) { return nil }
    // Without case, as most mistyped words differ. Among many words the nearest would take long to find, and would be near
    // by chance.
    let folded = words.map { $0.lowercased() }
    let typed = word.lowercased()
    let place =
      folded.firstIndex(of: typed)
      ?? (words.count > 10_000 ? nil : nearest(to: typed, among: folded).flatMap { folded.firstIndex(of: $0) })
    let near = place.map { words[$0] }
    return FilterText.UnknownWord(attribute: entries[position].name, word: word, nearest: near)
  }

  /// The error that no attribute has a name.
  func unknown(_ name: String) -> AttributeError {
    let names = entries.map(\.name)
    return .unknown(name: name, nearest: nearest(to: name, among: names), present: names)
  }
}

/// Gives the words of a text their meaning in a table.
private struct FilterMeaning {
  let text: String
  let attributes: AttributeTable

  func node(_ node: FilterText.Node) throws(FilterError) -> AttributeFilter.Node {
    switch node {
    case .any(let nodes): return .any(try all(nodes))
    case .all(let nodes): return .all(try all(nodes))
    case .not(let node): return .not(try self.node(node))
    case .has(let name): return test(try attribute(name), .isPresent)
    case .flag(let name):
      let attribute = try attribute(name)
      guard attribute.kind == .flag else {
        throw error(name, .notAFlag(attribute: attribute.name, holds: attribute.holds))
      }
      return test(attribute, .isTrue)
    case .comparison(let name, .notEqual, let sign, let value):
      return .not(try equal(try attribute(name), sign, [value]))
    case .comparison(let name, .equal, let sign, let value): return try equal(try attribute(name), sign, [value])
    case .comparison(let name, let comparison, let sign, let value):
      let attribute = try attribute(name)
      switch attribute.kind {
      case .number, .time: return test(attribute, .number(comparison, try number(value, attribute)))
      case .word, .list, .flag:
        throw error(
          sign,
          .badComparison(sign.text, attribute: attribute.name, holds: attribute.holds, kind: attribute.kind))
      }
    case .isIn(let name, let values): return try equal(try attribute(name), name, values)
    }
  }

  private func all(_ nodes: [FilterText.Node]) throws(FilterError) -> [AttributeFilter.Node] {
    var all: [AttributeFilter.Node] = []
    for node in nodes { all.append(try self.node(node)) }
    return all
  }

  /// The test that the value is one of some.
  private func equal(
    _ attribute: Attribute, _ sign: FilterToken, _ values: [FilterToken]
  ) throws(FilterError) -> AttributeFilter.Node {
    switch attribute.kind {
    case .word, .list: return test(attribute, .hasWord(values.map(\.text)))
    case .number, .time:
      var numbers: [Double] = []
      for value in values { numbers.append(try number(value, attribute)) }
      return test(attribute, numbers.count == 1 ? .number(.equal, numbers[0]) : .isOneOf(numbers))
    case .flag:
      var nodes: [AttributeFilter.Node] = []
      for value in values {
        let isTrue = test(attribute, .isTrue)
        nodes.append(try flag(value, attribute) ? isTrue : .all([test(attribute, .isPresent), .not(isTrue)]))
      }
      return nodes.count == 1 ? nodes[0] : .any(nodes)
    }
  }

  private func test(_ attribute: Attribute, _ question: AttributeTest.Question) -> AttributeFilter.Node {
    .test(AttributeTest(attribute: attribute, question: question))
  }

  private func attribute(_ name: FilterToken) throws(FilterError) -> Attribute {
    guard let position = attributes.position(of: name.text) else {
      throw error(name, .unknownAttribute(attributes.unknown(name.text)))
    }
    return attributes[position]
  }

  private func number(_ value: FilterToken, _ attribute: Attribute) throws(FilterError) -> Double {
    let number = attribute.kind == .time ? FilterMeaning.time(value.text) : FilterMeaning.number(value.text)
    guard let number else { throw badValue(value, attribute) }
    return number
  }

  private func flag(_ value: FilterToken, _ attribute: Attribute) throws(FilterError) -> Bool {
    guard let flag = FlagWord.value(of: value.text, allowsDigits: true) else { throw badValue(value, attribute) }
    return flag
  }

  private func badValue(_ value: FilterToken, _ attribute: Attribute) -> FilterError {
    error(value, .badValue(value.text, attribute: attribute.name, holds: attribute.holds, kind: attribute.kind))
  }

  private func error(_ token: FilterToken, _ problem: FilterError.Problem) -> FilterError {
    FilterError(text: text, column: token.column, problem)
  }

  /// A decimal number.
  private static func number(_ text: String) -> Double? {
    let isDecimal = text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
    return isDecimal ? Double(text).flatMap { $0.isFinite ? $0 : nil } : nil
  }

  /// The first moment of a year, a month or a date; a date with a time of day; five digits and more are seconds since 1970.
  private static func time(_ text: String) -> Double? {
    if let seconds = secondsOfDate(text) { return seconds }
    switch text.utf8.count {
    case 4: return secondsOfDate(text + "-01-01")
    case 7: return secondsOfDate(text + "-01") ?? number(text)
    default: return text.utf8.count > 4 ? number(text) : nil
    }
  }
}

/// The words of a flag.
package enum FlagWord {
  /// The flag that a word means, in any case: `true` or `yes`, `false` or `no`, and 1 and 0 where digits are flags.
  package static func value(of text: String, allowsDigits: Bool = false) -> Bool? {
    guard text.utf8.count <= 5 else { return nil }
    switch text.lowercased() {
    case "true", "yes": return true
    case "false", "no": return false
    case "1": return allowsDigits ? true : nil
    case "0": return allowsDigits ? false : nil
    default: return nil
    }
  }
}
