import AkinFiles
import AkinHNSW
import AkinVectors

/// The ids and titles of the items of an index, by row.
public protocol ItemCatalog: Sendable {
  /// The number of items.
  var itemCount: Int { get }

  /// The id of an item.
  ///
  /// - Parameter row: Below ``itemCount``.
  func id(of row: Row) -> ItemID

  /// The row of an item, or `nil` for an unknown id.
  ///
  /// - Parameter id: The id of the item.
  func row(of id: ItemID) -> Row?

  /// The title of an item, or `nil` when it has none.
  ///
  /// - Parameter row: Below ``itemCount``.
  func title(of row: Row) -> String?

  /// The attributes of the items, the categories among them; a table without any by default.
  var attributes: AttributeTable { get }

  /// The titles of all items as the file holds them; `nil` without titles, or where several files hold them.
  var titles: TextColumn? { get }

  /// Whether any item has a title.
  var hasTitles: Bool { get }

  /// Calls `body` with each item and its title, in the order of rows, for lookups by title.
  ///
  /// - Parameter body: Receives a row and the title of the item.
  func forEachTitle(_ body: (_ row: Row, _ title: String) -> Void)
}

extension ItemCatalog {
  /// A table without attributes.
  public var attributes: AttributeTable { AttributeTable([], itemCount: itemCount) }

  /// The title of an item, or `nil` when it has none.
  ///
  /// - Parameter row: Below ``itemCount``.
  public func title(of row: Row) -> String? { titles?[row].flatMap { $0.isEmpty ? nil : $0 } }

  /// Whether any item has a title.
  public var hasTitles: Bool { titles != nil }

  /// Calls `body` with each item and its title, in the order of rows.
  ///
  /// - Parameter body: Receives a row and the title of the item.
  public func forEachTitle(_ body: (_ row: Row, _ title: String) -> Void) {
    unsafe titles?.forEach { row, bytes in body(Row(row), unsafe String(decoding: bytes, as: UTF8.self)) }
  }
}

extension IndexFacts: ItemCatalog {
  public var itemCount: Int { itemIDs.count }
  public func id(of row: Row) -> ItemID { itemIDs.id(of: row) }
  public func row(of id: ItemID) -> Row? { itemIDs.row(of: id) }
}

extension EmbeddingFile: ItemCatalog {
  public func id(of row: Row) -> ItemID { itemIDs.id(of: row) }
  public func row(of id: ItemID) -> Row? { itemIDs.row(of: id) }
}
