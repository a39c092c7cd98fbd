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

  /// The titles of all items, for lookups by title; `nil` without titles.
  var titles: TextColumn? { get }
}

extension ItemCatalog {
  /// A table without attributes.
  public var attributes: AttributeTable { AttributeTable([], itemCount: itemCount) }

  /// The title of an item, or `nil` when it has none.
  ///
  /// - Parameter row: Below ``itemCount``.
  public func title(of row: Row) -> String? { titles?[row].flatMap { $0.isEmpty ? nil : $0 } }
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
