import Akin
import AkinSupport
import AkinTestSupport
import Testing

/// A recommender over a small file, and what it has to answer, by plain float64 loops.
struct Recommendable {
  /// What answers.
  enum Index: CaseIterable {
    /// `Recommender(index:embeddings:)` with an index file.
    case graph
    /// `Recommender(exactly:)`.
    case exactly
    /// `Recommender(index:catalog:embeddings:)` over an exhaustive index.
    case catalogue
  }

  static let items = 80
  static let users = 6

  let catalogue: Catalogue
  let embeddings: Embeddings
  let file: EmbeddingFile
  let recommender: Recommender
  private let scratch: Scratch

  /// Text ids and titles but for every fifth; all users but number 4 have seen a part, number 5 all but three items.
  init(_ metric: Metric, _ index: Index) throws {
    catalogue = .normal(rows: Self.items, dimension: 5, metric: metric, seed: 31)
    var embeddings = Embeddings(
      items: catalogue.items, itemIDs: .texts((0..<Self.items).map { "item-\($0)" }), metric: metric)
    embeddings.titles = (0..<Self.items).map { $0 % 5 == 0 ? "" : "Number \($0)" }
    embeddings.titles?[11] = "The Third Man"
    embeddings.titles?[12] = "third"
    embeddings.titles?[13] = "A Third and a Fourth"
    embeddings.users = normalMatrix(rows: Self.users, dimension: 5, seed: 32)
    embeddings.userIDs = .numbers((0..<UInt64(Self.users)).map { 100 + $0 })
    if metric == .innerProduct {
      embeddings.itemBiases = catalogue.biases
      embeddings.userBiases = (0..<Self.users).map { Float($0) * 0.3 - 0.7 }
      embeddings.globalMean = 3.5
    }
    var history = History(offsets: [0], rows: [])
    for user in 0..<Self.users {
      history.rows += Self.seen(by: user).sorted().map { UInt32($0) }
      history.offsets.append(UInt64(history.rows.count))
    }
    embeddings.history = history
    self.embeddings = embeddings
    scratch = try Scratch()
    try embeddings.write(to: scratch["a.emb"])
    file = try EmbeddingFile(path: scratch["a.emb"])
    switch index {
    case .graph:
      _ = try HNSWIndex.build(
        from: file, to: scratch["a.idx"], options: HNSWBuildOptions(m: 4, efConstruction: 24, seed: 1))
      recommender = try Recommender(index: scratch["a.idx"], embeddings: scratch["a.emb"])
    case .exactly: recommender = try Recommender(exactly: file)
    case .catalogue:
      recommender = try Recommender(index: ExhaustiveIndex(embeddings), catalog: file, embeddings: file)
    }
  }

  static func seen(by user: Int) -> Set<Int> {
    switch user {
    case 4: []
    case 5: Set(0..<items).subtracting([2, 40, 79])
    default: Set((0..<items).filter { ($0 * 7 + user) % 5 < 2 })
    }
  }

  static func id(ofUser user: Int) -> UserID { .number(100 + UInt64(user)) }

  /// What is added to each score of a user.
  func offset(_ user: Int) -> Float {
    catalogue.metric == .innerProduct ? embeddings.globalMean + (embeddings.userBiases?[user] ?? 0) : 0
  }

  /// The best items for a user, of those let in, with a score that is shown of at least `least`.
  func truth(_ user: Int, k: Int, without: Set<Int>, least: Float = -.infinity) -> [Recommendation] {
    let query = embeddings.users.map { $0[Row(user)] } ?? []
    return catalogue.nearest(to: query, k: k, excluding: without).map { shown($0, offset(user)) }
      .filter { $0.score >= least }
  }

  func shown(_ neighbor: Neighbor, _ offset: Float) -> Recommendation {
    let row = Int(neighbor.row.index)
    let title = embeddings.titles?[row] ?? ""
    return Recommendation(
      row: neighbor.row, id: .text("item-\(row)"), title: title.isEmpty ? nil : title, score: neighbor.score + offset)
  }

  func rows(_ rows: some Sequence<Int>) -> RowSet { RowSet(rows.map { Row($0) }, capacity: Self.items) }
}

@Suite("A recommender answers alike over any index")
struct RecommenderTests {
  private static let cases = Metric.allCases.flatMap { metric in
    Recommendable.Index.allCases.map { (metric, $0) }
  }

  private static func exact(_ k: Int, _ filter: RowFilter? = nil, least: Float? = nil) -> SearchRequest {
    SearchRequest(k: k, effort: .exact, filter: filter, minimumScore: least)
  }

  @Test("The best that a user has not seen, with ids, titles and the model's own scores", arguments: cases)
  fileprivate func unseen(metric: Metric, index: Recommendable.Index) throws {
    let world = try Recommendable(metric, index)
    #expect(world.recommender.index.metric == metric && world.recommender.index.count == Recommendable.items)
    for user in 0..<Recommendable.users {
      let seen = Recommendable.seen(by: user)
      let id = Recommendable.id(ofUser: user)
      #expect(try world.recommender.recommend(for: id, Self.exact(10)) == world.truth(user, k: 10, without: seen))
      let all = try world.recommender.recommend(for: id, Self.exact(10), includesSeen: true)
      #expect(all == world.truth(user, k: 10, without: []), "user \(user)")
      // More than there are: all that are left, whether the graph is walked or not.
      let left = world.truth(user, k: 500, without: seen)
      #expect(left.count == Recommendable.items - seen.count)
      for effort in [SearchEffort.exact, .ef(500), .recall(1)] {
        let found = try world.recommender.recommend(for: id, SearchRequest(k: 500, effort: effort))
        #expect(found == left, "user \(user), \(effort)")
      }
      // The default effort finds as many, each with its own score, none of them seen.
      let usual = try world.recommender.recommend(for: id, k: 10)
      #expect(usual.count == min(10, left.count) && Set(usual.map(\.row)).count == usual.count)
      #expect(usual.allSatisfy { left.contains($0) }, "user \(user)")
      #expect(zip(usual, usual.dropFirst()).allSatisfy { $0.score >= $1.score }, "user \(user)")
    }
  }

  @Test("A filter and what was seen together: both leave out", arguments: cases)
  fileprivate func filters(metric: Metric, index: Recommendable.Index) throws {
    let world = try Recommendable(metric, index)
    let all = Set(0..<Recommendable.items)
    let thirds = Set(all.filter { $0 % 3 == 0 })
    for user in 0..<Recommendable.users {
      let seen = Recommendable.seen(by: user)
      let id = Recommendable.id(ofUser: user)
      for (filter, without) in [
        (RowFilter.excluding(world.rows(thirds)), thirds), (.only(world.rows(thirds)), all.subtracting(thirds)),
        (.only(world.rows([2, 3, 40])), all.subtracting([2, 3, 40])), (.only(world.rows([])), all),
        (.excluding(world.rows([])), []), (.excluding(world.rows(all)), all),
      ] {
        for effort in [SearchEffort.exact, .ef(100)] {
          let request = SearchRequest(k: 100, effort: effort, filter: filter)
          let found = try world.recommender.recommend(for: id, request)
          let expected = world.truth(user, k: 100, without: without.union(seen))
          #expect(found == expected, "user \(user), \(filter.allowedCount) let in, \(effort)")
          let withSeen = try world.recommender.recommend(for: id, request, includesSeen: true)
          #expect(
            withSeen == world.truth(user, k: 100, without: without), "user \(user), \(filter.allowedCount) let in")
        }
      }
    }
    #expect(throws: SearchError.filterMismatch(expected: Recommendable.items, found: 3)) {
      // Of user 4, who has seen nothing: the filter is as it was given.
      try world.recommender.recommend(
        for: Recommendable.id(ofUser: 4), Self.exact(1, .only(RowSet([Row(0)], capacity: 3))))
    }
  }

  @Test("The minimum score is one of the scores that are shown, and the score itself is enough", arguments: cases)
  fileprivate func minimumScore(metric: Metric, index: Recommendable.Index) throws {
    let world = try Recommendable(metric, index)
    for user in 0..<Recommendable.users {
      let seen = Recommendable.seen(by: user)
      let id = Recommendable.id(ofUser: user)
      let all = world.truth(user, k: 100, without: seen)
      for place in [0, 1, 2, all.count / 2, all.count - 1] {
        for least in [all[place].score, all[place].score.nextUp, all[place].score.nextDown] {
          let expected = all.filter { $0.score >= least }
          for effort in [SearchEffort.exact, .ef(100)] {
            let request = SearchRequest(k: 100, effort: effort, minimumScore: least)
            #expect(try world.recommender.recommend(for: id, request) == expected, "user \(user), at least \(least)")
          }
          let few = try world.recommender.recommend(for: id, Self.exact(2, least: least))
          #expect(few == Array(expected.prefix(2)), "user \(user), at least \(least)")
        }
      }
      let none = Self.exact(100, least: all[0].score + 1)
      #expect(try world.recommender.recommend(for: id, none).isEmpty, "user \(user)")
      #expect(try world.recommender.recommend(for: id, Self.exact(100, least: -.infinity)) == all, "user \(user)")
    }
    let nan = try #require(throws: SearchError.self) {
      try world.recommender.recommend(for: Recommendable.id(ofUser: 4), Self.exact(1, least: .nan))
    }
    guard case .badMinimumScore(let found) = nan, found.isNaN else { throw nan }
  }

  @Test("Related items are the likest by the index's own measure, never the item itself", arguments: cases)
  fileprivate func related(metric: Metric, index: Recommendable.Index) throws {
    let world = try Recommendable(metric, index)
    let likeness = Catalogue(items: world.catalogue.items, metric: world.recommender.index.relatedMetric)
    #expect(likeness.metric == (metric == .innerProduct ? .cosine : metric))
    for row in [0, 11, 79] {
      let id = ItemID.text("item-\(row)")
      let all = likeness.nearest(to: world.catalogue.items[Row(row)], k: 100, excluding: [row])
        .map { world.shown($0, 0) }
      #expect(all.count == Recommendable.items - 1)
      #expect(try world.recommender.related(to: id, Self.exact(7)) == Array(all.prefix(7)), "\(id)")
      for effort in [SearchEffort.exact, .ef(100), .recall(1)] {
        #expect(try world.recommender.related(to: id, SearchRequest(k: 100, effort: effort)) == all, "\(id), \(effort)")
      }
      let usual = try world.recommender.related(to: id, k: 7)
      #expect(usual.count == 7 && usual.allSatisfy { all.contains($0) && Int($0.row.index) != row }, "\(id)")
      // A filter that lets the item itself in does not bring it back.
      let only = Self.exact(100, .only(world.rows([row, 5, 6])))
      #expect(
        try world.recommender.related(to: id, only) == all.filter { [5, 6].contains($0.row.index) }, "\(id)")
      let least = Self.exact(100, least: all[3].score)
      #expect(try world.recommender.related(to: id, least) == Array(all.prefix(4)), "\(id)")
    }
    #expect(throws: RecommenderError.unknownItem("item-80")) {
      try world.recommender.related(to: .text("item-80"), k: 3)
    }
  }

  @Test("Items are looked up by id, by whole title, or by the one title that holds a text", arguments: cases)
  fileprivate func lookup(metric: Metric, index: Recommendable.Index) throws {
    let recommender = try Recommendable(metric, index).recommender
    #expect(try recommender.item("item-0") == .text("item-0"))
    #expect(try recommender.item("number 79") == .text("item-79"))
    #expect(try recommender.item("THIRD MAN") == .text("item-11"))
    // Three titles hold it; one of them is no more than that.
    #expect(try recommender.item("Third") == .text("item-12"))
    #expect(recommender.title(of: Row(11)) == "The Third Man" && recommender.title(of: Row(10)) == nil)
    let two = try #require(throws: RecommenderError.self) { try recommender.item("third ") }
    guard case .ambiguousItem("third ", let titles, 2) = two else { throw two }
    #expect(titles.map(\.id) == [.text("item-11"), .text("item-13")])
    #expect(titles.map(\.title) == ["The Third Man", "A Third and a Fourth"])
    let many = try #require(throws: RecommenderError.self) { try recommender.item("number") }
    guard case .ambiguousItem("number", let candidates, let total) = many else { throw many }
    #expect(total == 61 && candidates.count == 10)
    #expect(candidates[0].id == .text("item-1") && candidates[0].title == "Number 1")
    for text in ["", "no such title", "item-80"] {
      #expect(throws: RecommenderError.unknownItem(text)) { try recommender.item(text) }
    }
  }

  @Test("Who is unknown, and what does not belong together, is named", arguments: Metric.allCases)
  func errors(metric: Metric) throws {
    let world = try Recommendable(metric, .graph)
    for index in Recommendable.Index.allCases {
      let recommender = try Recommendable(metric, index).recommender
      #expect(throws: RecommenderError.unknownUser(.number(99))) { try recommender.recommend(for: .number(99), k: 1) }
      #expect(throws: RecommenderError.unknownUser(.text("x"))) { try recommender.recommend(for: .text("x"), k: 1) }
      #expect(throws: SearchError.badCount(k: 0)) { try recommender.recommend(for: .number(100), k: 0) }
      #expect(throws: SearchError.badCount(k: 0)) { try recommender.related(to: .text("item-1"), k: 0) }
      #expect(throws: SearchError.badEffort(ef: 0)) {
        try recommender.recommend(for: .number(100), SearchRequest(effort: .ef(0)))
      }
    }

    // Without embeddings there are items and no users; so it is with embeddings that have none.
    try withDirectory { directory in
      let (path, indexPath) = ("\(directory)/b.emb", "\(directory)/b.idx")
      try Embeddings(items: world.catalogue.items, metric: metric).write(to: path)
      let other = try EmbeddingFile(path: path)
      _ = try HNSWIndex.build(from: other, to: indexPath)
      for recommender in [
        try Recommender(index: indexPath), try Recommender(index: indexPath, embeddings: path),
        try Recommender(exactly: other),
      ] {
        #expect(throws: RecommenderError.noUsers) { try recommender.recommend(for: .number(100), k: 1) }
        #expect(try recommender.related(to: .number(3), k: 4).count == 4)
        #expect(try recommender.item("3") == .number(3))
      }
      #expect(throws: RecommenderError.noUsers) { try Recommender(index: indexPath).foldIn() }

      // The same items in another file are other embeddings: an index names its source by digest.
      let index = try HNSWIndex(path: indexPath)
      let error = RecommenderError.otherEmbeddings(index: indexPath, embeddings: world.file.container.path)
      #expect(throws: error) { try Recommender(index: indexPath, embeddings: world.file.container.path) }
      #expect(throws: error) { try Recommender(index, embeddings: world.file) }

      let few = ExhaustiveIndex(Embeddings(items: normalMatrix(rows: 7, dimension: 5, seed: 1), metric: metric))
      #expect(throws: RecommenderError.otherCount(index: 7, catalog: Recommendable.items)) {
        try Recommender(index: few, catalog: world.file)
      }
      let sevenIDs = Names(itemCount: 7)
      #expect(throws: RecommenderError.otherCount(index: 7, catalog: Recommendable.items)) {
        try Recommender(index: few, catalog: sevenIDs, embeddings: world.file)
      }
      // A catalogue of the caller's own: its ids, no titles.
      let own = try Recommender(index: few, catalog: sevenIDs)
      let found = try own.related(to: .text("name 3"), k: 10)
      #expect(found.count == 6 && found.allSatisfy { $0.id == .text("name \($0.row.index)") && $0.title == nil })
      #expect(throws: RecommenderError.unknownItem("name")) { try own.item("name") }
    }
  }
}

/// A catalogue that no file holds.
private struct Names: ItemCatalog {
  let itemCount: Int
  let titles: TextColumn? = nil

  func id(of row: Row) -> ItemID { .text("name \(row.index)") }
  func row(of id: ItemID) -> Row? { (0..<itemCount).map { Row($0) }.first { self.id(of: $0) == id } }
}
