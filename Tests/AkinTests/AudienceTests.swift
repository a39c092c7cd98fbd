import Akin
import AkinSupport
import AkinTestSupport
import Testing

@Suite("Who wants an item")
struct AudienceTests {
  private static let cases = Metric.allCases.flatMap { metric in
    Recommendable.Index.allCases.map { (metric, $0) }
  }

  /// The exact list of each user.
  private func lists(
    _ recommender: Recommender, _ users: [UserID], k: Int, filter: RowFilter? = nil, includesSeen: Bool = false
  ) throws -> [(id: UserID, list: [Recommendation])] {
    let request = SearchRequest(k: k, effort: .exact, filter: filter)
    return try users.map { ($0, try recommender.recommend(for: $0, request, includesSeen: includesSeen)) }
  }

  /// The members by their definition: a look into every user's own list.
  private func members(
    _ lists: [(id: UserID, list: [Recommendation])], _ item: ItemID
  ) -> [(id: UserID, score: Float)] {
    var found: [(id: UserID, score: Float)] = []
    for (id, list) in lists {
      if let one = list.first(where: { $0.id == item }) { found.append((id, one.score)) }
    }
    let ranked = found.enumerated().sorted { a, b in
      a.element.score == b.element.score ? a.offset < b.offset : a.element.score > b.element.score
    }
    return ranked.map(\.element)
  }

  @Test("Just the users whose own exact list has the item, best first; filters and seen items hold", arguments: cases)
  fileprivate func lists(metric: Metric, index: Recommendable.Index) throws {
    let world = try Recommendable(metric, index)
    let users = (0..<Recommendable.users).map { Recommendable.id(ofUser: $0) }
    let even = RowFilter.only(world.rows((0..<Recommendable.items).filter { $0 % 2 == 0 }))
    for (k, filter, includesSeen) in [
      (1, nil, false), (10, nil, false), (10, nil, true), (7, even, false), (39, even, true), (500, nil, false),
    ] as [(Int, RowFilter?, Bool)] {
      let audience = try world.recommender.audience(
        top: k, filter: filter, includesSeen: includesSeen, execution: Execution(threads: 2))
      #expect(audience.k == k && audience.userCount == Recommendable.users)
      let own = try lists(world.recommender, users, k: k, filter: filter, includesSeen: includesSeen)
      var total = 0
      for item in 0..<Recommendable.items {
        let id = ItemID.text("item-\(item)")
        let expected = members(own, id)
        let found = try audience.members(of: id)
        let note: Comment = "\(metric), item \(item), k \(k), includes seen: \(includesSeen)"
        #expect(found.map(\.id) == expected.map(\.id) && found.map(\.score) == expected.map(\.score), note)
        #expect(found.allSatisfy { $0.id == .number(100 + UInt64($0.row.index)) }, note)
        for limit in [0, 1, 3] {
          #expect(try audience.members(of: id, limit: limit) == Array(found.prefix(limit)), note)
        }
        total += found.count
      }
      // Each user's list has been told whole.
      #expect(total == own.map(\.list.count).reduce(0, +), "\(metric), k \(k)")
    }
  }

  /// Users and items with many equal scores, copies and zero vectors, over several blocks of users.
  private func crowd(_ metric: Metric, dimension: Int, seed: UInt64) throws -> Embeddings {
    let (users, items) = (600, 40)
    let wide = normalMatrix(rows: users, dimension: dimension, seed: seed)
    let small = normalMatrix(rows: items, dimension: dimension, seed: seed + 1)
    let userRows = (0..<users).map { user -> [Float] in
      if user % 97 == 0 { return [Float](repeating: 0, count: dimension) }
      let scale = Float(1 + user % 3)
      return wide[Row(user % 300)].map { $0 * scale }
    }
    let itemRows = (0..<items).map { item -> [Float] in
      item == 5 ? [Float](repeating: 0, count: dimension) : small[Row(item % 25)]
    }
    var embeddings = Embeddings(
      items: try EmbeddingMatrix(rows: itemRows), metric: metric)
    embeddings.users = try EmbeddingMatrix(rows: userRows)
    embeddings.userIDs = .rowNumbers(count: users)
    if metric == .innerProduct {
      embeddings.itemBiases = (0..<items).map { Float($0 % 25 % 4) - 1 }
      embeddings.userBiases = (0..<users).map { Float($0 % 5) }
      embeddings.globalMean = 2
    }
    return embeddings
  }

  @Test(
    "Ties of copies go by the order of items; blocks of users, zero vectors and wide vectors keep the answer",
    arguments: Metric.allCases, [7, 300])
  func ties(metric: Metric, dimension: Int) throws {
    for seed in dimension < 256 ? [UInt64(3), 4] : [5] {
      let embeddings = try crowd(metric, dimension: dimension, seed: seed)
      try withDirectory { directory in
        try embeddings.write(to: directory + "/a.emb")
        let recommender = try Recommender(exactly: try EmbeddingFile(path: directory + "/a.emb"))
        for k in dimension < 256 ? [1, 6, 40, 41] : [6] {
          let lists = try recommender.recommend(
            toEach: 0..<600, SearchRequest(k: k, effort: .exact), includesSeen: true)
          let audience = try recommender.audience(top: k)
          for item in [0, 1, 5, 12, 25, 39] {
            var expected: [(user: Int, score: Float)] = []
            for user in 0..<600 {
              if let one = lists[user].first(where: { $0.row == Row(item) }) { expected.append((user, one.score)) }
            }
            expected.sort { a, b in a.score == b.score ? a.user < b.user : a.score > b.score }
            let found = try audience.members(of: .number(UInt64(item)))
            #expect(
              found.map { Int($0.row.index) } == expected.map(\.user) && found.map(\.score) == expected.map(\.score),
              "\(metric), dimension \(dimension), seed \(seed), k \(k), item \(item)")
          }
        }
      }
    }
  }

  @Test("A catalogue's audience leaves deleted items out, and items meet by their ids")
  func catalogue() throws {
    try withDirectory { directory in
      var embeddings = Embeddings(
        items: normalMatrix(rows: 60, dimension: 4, seed: 1), itemIDs: .texts((0..<60).map { "i\($0)" }))
      embeddings.users = normalMatrix(rows: 30, dimension: 4, seed: 2)
      embeddings.userIDs = .rowNumbers(count: 30)
      embeddings.history = History(offsets: (0...30).map { UInt64($0) }, rows: (0..<30).map { UInt32($0 * 2) })
      try embeddings.write(to: directory + "/a.emb")
      let file = try EmbeddingFile(path: directory + "/a.emb")
      let path = directory + "/c"
      _ = try CatalogueWriter.create(at: path, from: file).writer.delete([.text("i3"), .text("i10")])
      let recommender = try Recommender(opened: try IndexFile.open(path), embeddings: file)
      let audience = try recommender.audience(top: 8)
      let own = try lists(recommender, (0..<30).map { UserID.number($0) }, k: 8)
      var total = 0
      for item in 0..<60 where item != 3 && item != 10 {
        let id = ItemID.text("i\(item)")
        let expected = members(own, id)
        #expect(try audience.members(of: id).map(\.id) == expected.map(\.id), "item \(item)")
        total += expected.count
      }
      #expect(total == 240)
      #expect(throws: RecommenderError.unknownItem("i3")) { try audience.members(of: .text("i3")) }
    }
  }

  @Test(
    "No users, no such item, no list and a cancelled preparation are errors; what a filter leaves out has no audience")
  func refused() throws {
    let world = try Recommendable(.innerProduct, .graph)
    let bare = try Recommender(index: world.recommender.index, catalog: world.file)
    #expect(throws: RecommenderError.noUsers) { try bare.audience(top: 3) }
    #expect(throws: SearchError.badCount(k: 0)) { try world.recommender.audience(top: 0) }
    let audience = try world.recommender.audience(top: 3, filter: .excluding(world.rows([4])), includesSeen: true)
    #expect(throws: RecommenderError.unknownItem("item-80")) { try audience.members(of: .text("item-80")) }
    #expect(try audience.members(of: .text("item-4")).isEmpty)
    let cancellation = Cancellation()
    cancellation.cancel()
    let execution = Execution(threads: 1, cancellation: cancellation)
    #expect(throws: Cancelled.self) { try world.recommender.audience(top: 3, execution: execution) }
  }
}
