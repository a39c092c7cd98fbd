/// A filter as people write it, whose grammar was checked:
///
///     condition  = all {"or" all}
///     all        = one {"and" one}
///     one        = "not" one | "(" condition ")" | test
///     test       = name sign value | name ["not"] "in" "(" value {"," value} ")" | "has" name | name
///     sign       = "=" | "==" | "!=" | "<" | "<=" | ">" | ">="
///
/// Names and values are words without spaces and signs, or texts between quotes `'…'` or `"…"`. A name alone asks a flag.
/// Keywords may be in any case.
///
///     let text = try FilterText("genre = Comedy and year >= 1990 and not brand in (A, B)")
///     let filter = try text.filter(over: index.facts.attributes)
public struct FilterText: Sendable {
  /// The text.
  public let text: String
  let root: Node

  /// What the text says, with the place of each word.
  indirect enum Node: Sendable {
    case any([Node])
    case all([Node])
    case not(Node)
    case has(FilterToken)
    case flag(FilterToken)
    case comparison(FilterToken, Comparison, sign: FilterToken, FilterToken)
    case isIn(FilterToken, [FilterToken])
  }

  /// Bytes of a text at most.
  public static let byteLimit = 65_536
  /// Levels of parentheses and `not` at most.
  public static let depthLimit = 100

  /// Reads the grammar of a text. Whether the attributes exist is checked by ``filter(over:)``.
  ///
  /// - Parameter text: The text.
  /// - Throws: ``FilterError`` of kind usage, with the column of the text.
  /// - Complexity: O(*bytes*).
  public init(_ text: String) throws(FilterError) {
    guard text.utf8.count <= FilterText.byteLimit else {
      throw FilterError(text: "", column: 1, .tooLong(bytes: text.utf8.count, limit: FilterText.byteLimit))
    }
    let tokens = try FilterToken.all(of: text)
    guard tokens.count > 1 else { throw FilterError(text: text, column: 1, .empty) }
    var parser = FilterParser(text: text, tokens: tokens)
    self.text = text
    root = try parser.whole()
  }
}

/// A parser by recursive descent.
private struct FilterParser {
  let text: String
  let tokens: [FilterToken]
  var place = 0
  var depth = 0

  private var next: FilterToken { tokens[place] }

  private mutating func take() -> FilterToken {
    let token = tokens[place]
    if token.kind != .end { place += 1 }
    return token
  }

  private mutating func takes(keyword: String) -> Bool {
    guard next.isKeyword(keyword) else { return false }
    place += 1
    return true
  }

  private mutating func takes(sign: String) -> Bool {
    guard next.isSign(sign) else { return false }
    place += 1
    return true
  }

  private func expected(_ what: String) -> FilterError {
    FilterError(text: text, column: next.column, .expected(what, found: next.shown))
  }

  mutating func whole() throws(FilterError) -> FilterText.Node {
    let node = try any()
    guard next.kind == .end else { throw expected("and, or, or the end") }
    return node
  }

  private mutating func any() throws(FilterError) -> FilterText.Node {
    var nodes = [try all()]
    while takes(keyword: "or") { nodes.append(try all()) }
    return nodes.count == 1 ? nodes[0] : .any(nodes)
  }

  private mutating func all() throws(FilterError) -> FilterText.Node {
    var nodes = [try one()]
    while takes(keyword: "and") { nodes.append(try one()) }
    return nodes.count == 1 ? nodes[0] : .all(nodes)
  }

  private mutating func one() throws(FilterError) -> FilterText.Node {
    let start = next
    guard start.isKeyword("not") || start.isSign("(") else { return try test() }
    guard depth < FilterText.depthLimit else {
      throw FilterError(text: text, column: start.column, .tooDeep(limit: FilterText.depthLimit))
    }
    depth += 1
    defer { depth -= 1 }
    place += 1
    if start.isKeyword("not") { return .not(try one()) }
    let node = try any()
    guard takes(sign: ")") else { throw expected("and, or, or )") }
    return node
  }

  private mutating func test() throws(FilterError) -> FilterText.Node {
    if takes(keyword: "has") { return .has(try name()) }
    let name = try name()
    if next.kind == .sign, let comparison = Comparison(rawValue: next.text == "==" ? "=" : next.text) {
      let sign = take()
      guard next.isValue else { throw expected("a value to compare '\(name.text)' with") }
      return .comparison(name, comparison, sign: sign, take())
    }
    if next.isKeyword("not"), tokens[place + 1].isKeyword("in") {
      place += 2
      return .not(.isIn(name, try list()))
    }
    if takes(keyword: "in") { return .isIn(name, try list()) }
    let isEnd = next.kind == .end || next.isSign(")") || next.isKeyword("and") || next.isKeyword("or")
    guard isEnd else { throw expected("=, !=, <, <=, >, >= or in after '\(name.text)'") }
    return .flag(name)
  }

  private mutating func name() throws(FilterError) -> FilterToken {
    guard next.isValue else { throw expected("the name of an attribute") }
    return take()
  }

  private mutating func list() throws(FilterError) -> [FilterToken] {
    guard takes(sign: "(") else { throw expected("( and a list of values") }
    var values: [FilterToken] = []
    repeat {
      guard next.isValue else { throw expected("a value") }
      values.append(take())
    } while takes(sign: ",")
    guard takes(sign: ")") else { throw expected(", or )") }
    return values
  }
}
