import Akin
import AkinSupport
import AkinTestSupport
import Testing

@Suite("At most so many items of a category")
struct CategoryLimitTests {
  /// How the categories of items lie.
  enum Kind: CaseIterable {
    /// One word each, some more frequent than others, every ninth item without one.
    case words
    /// None to three of a few words each.
    case lists
    /// One word for all.
    case same
    /// A word each.
    case different
  }

  /// Items with categories, users and what they have seen.
  private struct CategorizedItems {
    static let (items, users) = (140, 4)
    let categories: [[String]]
    let embeddings: Embeddings
    let attributes: AttributeTable

    init(_ kind: Kind, _ metric: Metric, seed: UInt64) {
      var numbers = SeededNumbers(seed: seed)
      categories = (0..<CategorizedItems.items).map { row in
        switch kind {
        case .words: row % 9 == 0 ? [] : ["c\(min(numbers.below(9), numbers.below(9)))"]
        case .lists: Set((0..<numbers.below(4)).map { _ in "c\(numbers.below(7))" }).sorted()
        case .same: ["all"]
        case .different: ["c\(row)"]
        }
      }
      let column: Attribute =
        kind == .lists ? .lists("genres", categories) : .words("Category", categories.map(\.first))
      var embeddings = Embeddings(
        items: normalMatrix(rows: CategorizedItems.items, dimension: 6, seed: seed + 10), metric: metric)
      embeddings.attributes = [.numbers("year", (0..<CategorizedItems.items).map { Double($0) }), column]
      embeddings.users = normalMatrix(rows: CategorizedItems.users, dimension: 6, seed: seed + 20)
      embeddings.userIDs = .rowNumbers(count: CategorizedItems.users)
      var history = History(offsets: [0], rows: [])
      for user in 0..<CategorizedItems.users {
        history.rows += (0..<CategorizedItems.items).filter { ($0 + user) % 6 < user }.map { UInt32($0) }
        history.offsets.append(UInt64(history.rows.count))
      }
      embeddings.history = history
      if metric == .innerProduct {
        embeddings.itemBiases = (0..<CategorizedItems.items).map { Float($0 % 7) / 5 }
        embeddings.userBiases = (0..<CategorizedItems.users).map { Float($0) - 2 }
        embeddings.globalMean = 1.5
      }
      self.embeddings = embeddings
      attributes = AttributeTable(embeddings.attributes, itemCount: CategorizedItems.items)
    }

    /// The list by its definition, for any ranking.
    func capped<Item>(_ ranking: [Item], _ most: Int, k: Int, row: (Item) -> Row) -> [Item] {
      var list: [Item] = []
      var taken: [String: Int] = [:]
      for one in ranking where list.count < k {
        let own = categories[Int(row(one).index)]
        if own.contains(where: { taken[$0, default: 0] >= most }) { continue }
        for category in own { taken[category, default: 0] += 1 }
        list.append(one)
      }
      return list
    }
  }

  private static let cases: [(Kind, Metric)] = Kind.allCases.flatMap { kind in
    Metric.allCases.map { (kind, $0) }
  }
  /// Lengths of lists and limits.
  private static let sizes = [(1, 1), (5, 1), (10, 3), (40, 4), (150, 1), (500, 7)]

  @Test("Lists of an index are those of the whole ranking under the limit; one query or a batch", arguments: cases)
  fileprivate func rankings(kind: Kind, metric: Metric) throws {
    let seed: UInt64 = 3
    let made = CategorizedItems(kind, metric, seed: seed)
    let users = try #require(made.embeddings.users)
    let thirds = RowFilter.excluding(RowSet(capacity: CategorizedItems.items) { $0.index % 3 == 0 })
    let seen: @Sendable (Int) -> RowFilter? = { query in
      query == 2 ? nil : .excluding(RowSet(capacity: CategorizedItems.items) { Int($0.index) % 4 == query % 4 })
    }
    let exact = ExhaustiveIndex(made.embeddings)
    for index in [exact, try HNSWIndex(made.embeddings)] as [any VectorIndex] {
      for (k, most) in Self.sizes {
        let limit = try CategoryLimit(most, of: made.attributes)
        let plain: RowFilter? = k % 2 == 0 ? thirds : nil
        for effort in index is HNSWIndex ? [SearchEffort.ef(600)] : [.exact] {
          let request = SearchRequest(k: k, effort: effort, filter: plain)
          let whole = SearchRequest(k: CategorizedItems.items, effort: .exact, filter: plain)
          let note: Comment = "\(kind), \(metric), seed \(seed), k \(k), limit \(most), \(effort)"
          let batch = try index.nearest(toEach: users, request, categoryLimit: limit, filter: seen)
          for user in 0..<CategorizedItems.users {
            let query = users[Row(user)]
            let all = try exact.nearest(to: query, whole)
            let list = try index.nearest(to: query.span, request, categoryLimit: limit)
            #expect(list == made.capped(all, most, k: k, row: \.row), note)
            let unseen = all.filter { seen(user)?.allows($0.row) ?? true }
            #expect(Array(batch[user]) == made.capped(unseen, most, k: k, row: \.row), note)
            let related = try index.related(to: Row(user), request, categoryLimit: limit)
            #expect(
              related == made.capped(try exact.related(to: Row(user), whole), most, k: k, row: \.row), note)
          }
        }
      }
    }
  }

  @Test("A limit of k or more is none, whatever the effort, and a longer list begins with the shorter one")
  func bounds() throws {
    let made = CategorizedItems(.lists, .innerProduct, seed: 8)
    let index = try HNSWIndex(made.embeddings)
    let users = try #require(made.embeddings.users)
    for effort in [SearchEffort?.none, .ef(3), .recall(0.9), .exact] {
      let request = SearchRequest(k: 12, effort: effort)
      for most in [12, 13, 1000] {
        let limit = try CategoryLimit(most, of: made.attributes)
        #expect(
          try index.nearest(toEach: users, request, categoryLimit: limit) == index.nearest(toEach: users, request))
        let query = users[Row(1)]
        #expect(
          try index.nearest(to: query.span, request, categoryLimit: limit) == index.nearest(to: query, request))
      }
    }
    let limit = try CategoryLimit(2, of: made.attributes)
    let ranking = try index.nearest(to: users[Row(0)], SearchRequest(k: CategorizedItems.items, effort: .exact))
    let long = limit.list(from: ranking, k: CategorizedItems.items)
    #expect(long.count > 14 && zip(long, long.dropFirst()).allSatisfy { $0.score >= $1.score })
    for k in 0...long.count { #expect(limit.list(from: ranking, k: k) == Array(long.prefix(k))) }
  }

  @Test(
    "A recommender's lists: seen items, filters, scores to reach and diversity compose, alone and for all",
    arguments: Kind.allCases, [Metric.innerProduct, .cosine])
  func recommender(kind: Kind, metric: Metric) throws {
    let made = CategorizedItems(kind, metric, seed: 5)
    try withDirectory { directory in
      try made.embeddings.write(to: directory + "/a.emb")
      let file = try EmbeddingFile(path: directory + "/a.emb")
      let filter = RowFilter.only(RowSet(capacity: CategorizedItems.items) { $0.index % 5 != 1 })
      for recommender in [
        try Recommender(exactly: file), try Recommender(HNSWIndex(made.embeddings), embeddings: file),
      ] {
        for (k, most, diversity) in [(8, 1, 0), (8, 2, 0.6), (30, 3, 0), (4, 4, 0.5)] {
          let limit = try CategoryLimit(most, of: recommender.attributes)
          let request = SearchRequest(k: k, effort: .exact, filter: filter)
          let lists = try recommender.recommend(
            toEach: 0..<CategorizedItems.users, request, diversity: diversity, categoryLimit: limit)
          let whole = SearchRequest(k: CategorizedItems.items, effort: .exact, filter: filter)
          for user in 0..<CategorizedItems.users {
            let note: Comment = "\(kind), \(metric), user \(user), k \(k), limit \(most), diversity \(diversity)"
            let id = UserID.number(UInt64(user))
            let all = try recommender.recommend(for: id, whole)
            let candidates = made.capped(
              all, most < k ? most : .max, k: diversity > 0 ? 5 * k : k, row: \.row)
            let expected = try recommender.index.diversified(
              candidates.map { Neighbor(row: $0.row, score: $0.score) }, k: k, diversity: diversity)
            let list = try recommender.recommend(for: id, request, diversity: diversity, categoryLimit: limit)
            #expect(list.map(\.row) == expected.map(\.row) && list.map(\.score) == expected.map(\.score), note)
            #expect(Array(lists[user]) == expected, note)
            guard diversity == 0, list.count > 2 else { continue }
            var least = request
            least.minimumScore = list[2].score
            let few = list.filter { $0.score >= list[2].score }
            #expect(try recommender.recommend(for: id, least, categoryLimit: limit) == few, note)
            let table = try recommender.recommend(toEach: user..<user + 1, least, categoryLimit: limit)
            #expect(table[0].map(\.row) == few.map(\.row), note)
          }
          let related = try recommender.related(toEach: 3..<9, request, categoryLimit: limit)
          for item in 3..<9 {
            let id = ItemID.number(UInt64(item))
            let all = try recommender.related(to: id, whole)
            let list = try recommender.related(to: id, request, categoryLimit: limit)
            #expect(list == made.capped(all, most, k: k, row: \.row), "item \(item), k \(k), limit \(most)")
            #expect(related[item - 3].map(\.row) == list.map(\.row), "item \(item), k \(k), limit \(most)")
          }
        }
        let limit = try CategoryLimit(2, of: recommender.attributes)
        let popular = try recommender.popular(SearchRequest(k: CategorizedItems.items))
        #expect(
          try recommender.popular(SearchRequest(k: 9), categoryLimit: limit)
            == made.capped(popular, 2, k: 9, row: \.row))
      }
    }
  }

  @Test("A limit below 1, items without categories, and those of another index are errors")
  func refused() throws {
    let made = CategorizedItems(.words, .cosine, seed: 1)
    #expect(throws: SearchError.badCategoryLimit(0)) { try CategoryLimit(0, of: made.attributes) }
    #expect("\(SearchError.badCategoryLimit(0))" == "a limit of items per category must be at least 1, found 0")
    let bare = AttributeTable([.numbers("year", [1, 2])], itemCount: 2)
    #expect(throws: AttributeError.noCategories(present: ["year"])) { try CategoryLimit(1, of: bare) }
    let two = try CategoryLimit(1, of: AttributeTable([.words("genre", ["a", "b"])], itemCount: 2))
    let index = ExhaustiveIndex(made.embeddings)
    let error = SearchError.categoryMismatch(expected: CategorizedItems.items, found: 2)
    #expect("\(error)" == "the limit has the categories of 2 items, the index has 140 items")
    let request = SearchRequest(k: 5)
    #expect(throws: error) { try index.related(to: Row(0), request, categoryLimit: two) }
    #expect(throws: error) { try index.nearest(toEach: made.embeddings.items, request, categoryLimit: two) }
  }
}

/// Small random numbers.
private struct SeededNumbers {
  var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}
