import AkinSupport
import Synchronization

/// The attributes of the items of a file or of embeddings, found by name; each column is read at its first use and kept.
///
///     let attributes = index.facts.attributes
///     let year = try attributes.number("year")
///     let brand = try attributes.word("brand")
///     let filter = year >= 1990 && !brand.isIn(["A", "B"])
///     let request = SearchRequest(k: 10, filter: filter.rowFilter)
///
/// Any number of threads may use a table at once.
public final class AttributeTable: Sendable {
  /// The name of an attribute and what it holds.
  public struct Entry: Sendable, Equatable {
    /// The name.
    public let name: String
    /// What the attribute holds.
    public let kind: AttributeKind
    /// Whether these are the categories of the items, which also answer to `category`, `categories`, `genre` and `genres`.
    public let isCategories: Bool

    package init(name: String, kind: AttributeKind, isCategories: Bool = false) {
      self.name = name
      self.kind = kind
      self.isCategories = isCategories
    }
  }

  /// The number of items.
  public let itemCount: Int
  /// The attributes, in the order of the file.
  public let entries: [Entry]
  private let read: @Sendable (Int) -> Attribute
  private let columns: Mutex<[Int: Attribute]>

  /// Creates a table of columns in memory.
  ///
  /// - Parameters:
  ///   - attributes: The columns, each of `itemCount` items; another number traps.
  ///   - itemCount: The number of items.
  public convenience init(_ attributes: [Attribute], itemCount: Int) {
    precondition(attributes.allSatisfy { $0.itemCount == itemCount }, "attributes of \(itemCount) items")
    self.init(entries: attributes.map { Entry(name: $0.name, kind: $0.kind) }, itemCount: itemCount) {
      attributes[$0]
    }
  }

  /// Creates a table that reads a column when it is first used.
  package init(entries: [Entry], itemCount: Int, read: @escaping @Sendable (Int) -> Attribute) {
    self.entries = entries
    self.itemCount = itemCount
    self.read = read
    columns = Mutex([:])
  }

  /// The column at a position of ``entries``.
  ///
  /// - Parameter position: The position.
  /// - Complexity: O(*items*) and O(*words*) the first time, then O(1).
  public subscript(position: Int) -> Attribute {
    columns.withLock { columns in
      if let known = columns[position] { return known }
      let column = read(position)
      columns[position] = column
      return column
    }
  }

  /// The column at a position of ``entries``, without keeping it: for one pass over all.
  package func column(at position: Int) -> Attribute {
    columns.withLock { $0[position] } ?? read(position)
  }

  /// The attribute of a name: the same text, or else the only one that is the same without case, spaces, `_`, `-` and `.`, or
  /// else the only one that is the same without an `s` at the end. `category`, `categories`, `genre` and `genres` are the
  /// categories where no attribute has the name.
  ///
  /// - Parameter name: The name.
  /// - Returns: The position in ``entries``, or `nil`.
  public func position(of name: String) -> Int? {
    if let exact = entries.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) { return exact }
    let folded = AttributeTable.folded(name)
    let names = entries.map { AttributeTable.folded($0.name) }
    let same = names.indices.filter { names[$0] == folded }
    if let only = same.first { return same.count == 1 ? only : nil }
    let stem = AttributeTable.stem(folded)
    let alike = names.indices.filter { AttributeTable.stem(names[$0]) == stem }
    if let only = alike.first { return alike.count == 1 ? only : nil }
    return AttributeTable.categoryNames.contains(folded) ? entries.firstIndex(where: \.isCategories) : nil
  }

  /// The attribute that ``AttributeFilter/category(_:in:)`` asks: the categories, or else the first attribute of words named
  /// `category`, `categories`, `genre` or `genres`.
  public var categoryPosition: Int? {
    entries.firstIndex(where: \.isCategories)
      ?? entries.firstIndex {
        ($0.kind == .word || $0.kind == .list)
          && AttributeTable.categoryNames.contains(AttributeTable.folded($0.name))
      }
  }

  private static let categoryNames: Set<String> = ["category", "categories", "genre", "genres"]

  private static func folded(_ name: String) -> String {
    let kept = name.lowercased().unicodeScalars.filter { scalar in
      !scalar.properties.isWhitespace && !["_", "-", "."].contains(scalar)
    }
    return String(String.UnicodeScalarView(kept))
  }

  private static func stem(_ folded: String) -> Substring { folded.hasSuffix("s") ? folded.dropLast() : folded[...] }
}

/// An attribute that a table does not have, or that holds something else.
public enum AttributeError: AkinError, Equatable {
  /// No attribute has the name; the nearest that there is, and all names.
  case unknown(name: String, nearest: String?, present: [String])
  /// The attribute holds values of another kind.
  case otherKind(name: String, expected: AttributeKind, holds: String)
  /// There is no attribute of categories.
  case noCategories(present: [String])

  public var kind: TroubleKind { .badInput }

  public var description: String {
    switch self {
    case .unknown(let name, let nearest, _):
      "no attribute has the name '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .otherKind(let name, let expected, let holds): "expected \(expected.plural), but '\(name)' holds \(holds)"
    case .noCategories: "the items have no attribute of categories (category, categories, genre or genres)"
    }
  }

  public var help: String? {
    switch self {
    case .unknown(_, _, let present), .noCategories(let present): AttributeError.listing(present)
    case .otherKind: nil
    }
  }

  /// What a caller may choose from.
  static func listing(_ present: [String]) -> String {
    present.isEmpty
      ? "the items have no attributes: give akin train or akin import a table of items, then build the index again"
      : "the attributes are " + present.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
        + (present.count > 20 ? " and \(present.count - 20) more" : "")
  }
}
