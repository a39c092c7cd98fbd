/// At most so many items of a category in a list.
///
/// A list under a limit takes the items of a ranking one after the other: an item is taken while each of its categories has room, and
/// then takes a place in each of them. An item without a category is always taken. So scores fall along the list, and a longer list
/// begins with the shorter one.
///
///     let limit = try CategoryLimit(3, of: recommender.attributes)
///     let items = try recommender.recommend(for: user, SearchRequest(k: 20), categoryLimit: limit)
///
/// Made once, a limit serves any number of queries.
public struct CategoryLimit: Sendable {
  /// The largest number of items of a category.
  public let itemsPerCategory: Int
  fileprivate let categories: Attribute
  /// The items of each category, by its place among the words.
  fileprivate let members: History

  /// Creates a limit over the categories of items: those of the table, or else its first attribute of words named `category`,
  /// `categories`, `genre` or `genres`.
  ///
  /// - Parameters:
  ///   - itemsPerCategory: The largest number of items of a category, at least 1.
  ///   - attributes: The attributes of the items of an index.
  /// - Throws: ``SearchError/badCategoryLimit(_:)``, ``AttributeError/noCategories(present:)``.
  /// - Complexity: that of reading the attribute, the first time.
  public init(_ itemsPerCategory: Int, of attributes: AttributeTable) throws {
    guard itemsPerCategory >= 1 else { throw SearchError.badCategoryLimit(itemsPerCategory) }
    guard let position = attributes.categoryPosition else {
      throw AttributeError.noCategories(present: attributes.entries.map(\.name))
    }
    self.itemsPerCategory = itemsPerCategory
    categories = attributes[position]
    members = categories.members
  }

  /// The number of items whose categories the limit knows.
  public var itemCount: Int { categories.itemCount }

  /// The first `k` items of a ranking that the limit lets in.
  ///
  /// - Parameters:
  ///   - ranking: Items, best first.
  ///   - k: The length of the list.
  /// - Returns: Up to `k` items, in the order of the ranking.
  /// - Complexity: O(*items of the ranking* × *categories of an item*).
  public func list(from ranking: some Sequence<Neighbor>, k: Int) -> [Neighbor] {
    var list = LimitedList(k: k, self)
    list.take(ranking)
    return list.items
  }

  /// The limit, unless lists of `k` items cannot reach it.
  package func binding(k: Int) -> CategoryLimit? { itemsPerCategory < k ? self : nil }

  /// Throws unless the categories are those of `count` items.
  package func check(count: Int) throws(SearchError) {
    guard itemCount == count else { throw .categoryMismatch(expected: count, found: itemCount) }
  }
}

/// A list under a limit while it is made.
struct LimitedList: Sendable {
  /// The items so far.
  private(set) var items: [Neighbor] = []
  private let k: Int
  private let limit: CategoryLimit
  /// The number of items of each category, by its place among the words.
  private var taken: [UInt32: Int] = [:]

  init(k: Int, _ limit: CategoryLimit) { (self.k, self.limit) = (k, limit) }

  /// Whether the list has its length.
  var isFull: Bool { items.count >= k }

  /// Takes what the limit lets in of items that come behind those of the list.
  mutating func take(_ ranking: some Sequence<Neighbor>) {
    for one in ranking {
      if isFull { return }
      let own = limit.categories.wordPlaces(of: one.row)
      guard own.allSatisfy({ taken[$0, default: 0] < limit.itemsPerCategory }) else { continue }
      for category in own { taken[category, default: 0] += 1 }
      items.append(one)
    }
  }

  /// The items that cannot be taken any more: those of the list, and those of categories without room.
  var closed: RowSet {
    var rows = RowSet(items.lazy.map(\.row), capacity: limit.itemCount)
    for (category, count) in taken where count >= limit.itemsPerCategory {
      let range = Int(limit.members.offsets[Int(category)])..<Int(limit.members.offsets[Int(category) + 1])
      for row in limit.members.rows[range] { rows.insert(Row(row)) }
    }
    return rows
  }
}

extension Attribute {
  /// The items of each word.
  fileprivate var members: History {
    var members = History(offsets: Array(repeating: 0, count: words.count + 1), rows: [])
    for row in 0..<itemCount {
      for word in wordPlaces(of: Row(row)) { members.offsets[Int(word) + 1] += 1 }
    }
    for word in words.indices { members.offsets[word + 1] += members.offsets[word] }
    members.rows = Array(repeating: 0, count: Int(members.offsets.last ?? 0))
    var ends = members.offsets
    for row in 0..<itemCount {
      for word in wordPlaces(of: Row(row)) {
        members.rows[Int(ends[Int(word)])] = UInt32(row)
        ends[Int(word)] += 1
      }
    }
    return members
  }

  /// The places of an item's words among the words of the attribute; none for another kind of attribute.
  fileprivate func wordPlaces(of row: Row) -> ArraySlice<UInt32> {
    guard present.contains(row) else { return [] }
    let index = Int(row.index)
    switch storage {
    case .words(let places, _): return places[index...index]
    case .lists(let lists, _): return lists.rows[Int(lists.offsets[index])..<Int(lists.offsets[index + 1])]
    case .numbers, .times, .flags: return []
    }
  }
}
