/// A condition on the attributes of items: comparisons, joined by `&&`, `||` and `!`.
///
/// It is true or false for each item. A comparison of an item without a value is false, whatever the comparison: so
/// `!(year < 1990)` lets items without a year in, and `year >= 1990` does not. `a != b` is `!(a == b)`.
///
///     let year = try attributes.number("year")
///     let genres = try attributes.list("genres")
///     let filter = year >= 1990 && genres.contains("Comedy")
///     let request = SearchRequest(k: 10, filter: filter.rowFilter)
///
/// The attributes of a filter belong to one table; joining those of tables of different lengths traps.
public struct AttributeFilter: Sendable {
  /// The tree; conditions of one operator stand side by side, however many they are.
  indirect enum Node: Sendable {
    case test(AttributeTest)
    case all([Node])
    case any([Node])
    case not(Node)
  }

  let node: Node
  /// The number of items.
  public let itemCount: Int

  init(_ node: Node, itemCount: Int) {
    self.node = node
    self.itemCount = itemCount
  }

  init(_ attribute: Attribute, _ question: AttributeTest.Question) {
    self.init(.test(AttributeTest(attribute: attribute, question: question)), itemCount: attribute.itemCount)
  }

  /// The items that meet the condition.
  ///
  /// - Complexity: O(*items*) for each comparison, O(*items* / 64) for each operator.
  public func rows() -> RowSet { node.rows(itemCount) }

  /// The filter of requests, which lets in the items that meet the condition. Made once, it serves any number of queries.
  ///
  /// - Complexity: as ``rows()``.
  public var rowFilter: RowFilter { .only(rows()) }

  /// The condition that both conditions hold.
  ///
  /// - Parameters:
  ///   - a: A condition.
  ///   - b: A condition on attributes of the same items.
  public static func && (a: AttributeFilter, b: AttributeFilter) -> AttributeFilter {
    joined(a, b) { a, b in
      switch (a, b) {
      case (.all(let some), .all(let more)): .all(some + more)
      case (.all(let some), _): .all(some + [b])
      case (_, .all(let more)): .all([a] + more)
      default: .all([a, b])
      }
    }
  }

  /// The condition that one of two conditions holds, or both.
  ///
  /// - Parameters:
  ///   - a: A condition.
  ///   - b: A condition on attributes of the same items.
  public static func || (a: AttributeFilter, b: AttributeFilter) -> AttributeFilter {
    joined(a, b) { a, b in
      switch (a, b) {
      case (.any(let some), .any(let more)): .any(some + more)
      case (.any(let some), _): .any(some + [b])
      case (_, .any(let more)): .any([a] + more)
      default: .any([a, b])
      }
    }
  }

  /// The opposite condition.
  ///
  /// - Parameter a: A condition.
  public static prefix func ! (a: AttributeFilter) -> AttributeFilter {
    if case .not(let inner) = a.node { return AttributeFilter(inner, itemCount: a.itemCount) }
    return AttributeFilter(.not(a.node), itemCount: a.itemCount)
  }

  private static func joined(
    _ a: AttributeFilter, _ b: AttributeFilter, _ join: (Node, Node) -> Node
  ) -> AttributeFilter {
    precondition(a.itemCount == b.itemCount, "conditions on \(a.itemCount) and \(b.itemCount) items")
    return AttributeFilter(join(a.node, b.node), itemCount: a.itemCount)
  }

  /// The condition that an item has a category: a word of the categories of the table, or else of its first attribute of words
  /// named `category`, `categories`, `genre` or `genres`.
  ///
  /// - Parameters:
  ///   - name: The category.
  ///   - attributes: The table.
  /// - Throws: ``AttributeError/noCategories(present:)``.
  public static func category(
    _ name: String, in attributes: AttributeTable
  ) throws(AttributeError) -> AttributeFilter {
    guard let position = attributes.categoryPosition else {
      throw .noCategories(present: attributes.entries.map(\.name))
    }
    return AttributeFilter(attributes[position], .hasWord([name]))
  }
}

extension AttributeFilter.Node {
  fileprivate func rows(_ itemCount: Int) -> RowSet {
    switch self {
    case .test(let test): return test.rows()
    case .not(let node): return node.rows(itemCount).complement
    case .all(let nodes):
      var rows = RowSet(capacity: itemCount).complement
      for node in nodes where rows.count > 0 { rows.formIntersection(node.rows(itemCount)) }
      return rows
    case .any(let nodes):
      var rows = RowSet(capacity: itemCount)
      for node in nodes where rows.count < itemCount { rows.formUnion(node.rows(itemCount)) }
      return rows
    }
  }
}
