import AkinSupport

/// Labelled values under headings: aligned on a terminal, `key<tab>value` lines on a pipe, one object in JSON.
struct Facts: Sendable {
  private struct Fact {
    let key: String
    let label: String
    let cell: Cell
  }

  private var groups: [(heading: String?, facts: [Fact])] = [(nil, [])]

  /// Creates a page without facts.
  init() {}

  /// Begins a group of facts under a heading.
  mutating func begin(_ heading: String) { groups.append((heading, [])) }

  /// Adds a fact, unless its value is missing.
  mutating func add(_ key: String, _ label: String? = nil, _ cell: Cell) {
    guard cell != .missing else { return }
    groups[groups.count - 1].facts.append(Fact(key: key, label: label ?? key, cell: cell))
  }

  /// The aligned page. Values that are too long for `columns` go on in further lines.
  func page(style: Style, columns: Int = .max) -> String {
    let width = groups.flatMap(\.facts).map(\.label.terminalWidth).max() ?? 0
    var out = ""
    for group in groups where !group.facts.isEmpty {
      if let heading = group.heading { out += (out.isEmpty ? "" : "\n") + style.bold(heading) + "\n" }
      for fact in group.facts {
        let pieces = fact.cell.shown.pieces(ofWidth: max(columns - width - 2, 20))
        for (number, piece) in pieces.enumerated() {
          out += (number == 0 ? fact.label : "").padded(toWidth: width) + "  " + piece + "\n"
        }
      }
    }
    return out
  }

  /// One line a fact.
  var tabSeparated: String {
    groups.flatMap(\.facts).map { "\($0.key)\t\($0.cell.field)\n" }.joined()
  }

  /// All facts by key.
  var object: [String: JSONValue] {
    let pairs = groups.flatMap(\.facts).compactMap { fact in fact.cell.json.map { (fact.key, $0) } }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }
}

extension Console {
  /// Writes facts: aligned on a terminal, otherwise tab-separated.
  func show(_ facts: Facts) throws(StreamError) {
    try print(tableWidth == nil ? facts.tabSeparated : facts.page(style: output.style, columns: tableWidth ?? .max))
  }
}
