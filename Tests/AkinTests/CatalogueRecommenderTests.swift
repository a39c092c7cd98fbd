import Akin
import AkinSupport
import AkinTestSupport
import Testing

/// A recommender over a catalogue answers as one over the embeddings, though its rows are other numbers.
@Suite("A recommender over a catalogue")
struct CatalogueRecommenderTests {
  private let scratch: Scratch
  private let file: EmbeddingFile
  private let catalogue: CatalogueIndex
  /// The items that were deleted.
  private let gone: Set<ItemID> = [.text("item-3"), .text("item-40"), .text("item-41")]
  private static let items = 60
  private static let users = 5

  init() throws {
    scratch = try Scratch()
    let vectors = normalMatrix(rows: Self.items, dimension: 5, seed: 41)
    var all = Embeddings(items: vectors, itemIDs: .texts((0..<Self.items).map { "item-\($0)" }))
    all.itemBiases = (0..<Self.items).map { Float($0 % 7) / 9 }
    all.titles = (0..<Self.items).map { "Number \($0)" }
    all.titles?[12] = "The Third Man"
    all.categories = Categories(
      names: ["even", "odd"],
      members: History(offsets: (0...UInt64(Self.items)).map { $0 }, rows: (0..<UInt32(Self.items)).map { $0 % 2 }))
    all.users = normalMatrix(rows: Self.users, dimension: 5, seed: 42)
    all.userIDs = .numbers((0..<UInt64(Self.users)).map { 100 + $0 })
    all.userBiases = (0..<Self.users).map { Float($0) / 4 }
    all.globalMean = 3.5
    var history = History(offsets: [0], rows: [])
    for user in 0..<Self.users {
      history.rows += (0..<UInt32(Self.items)).filter { ($0 * 7 + UInt32(user)) % 5 < 2 }
      history.offsets.append(UInt64(history.rows.count))
    }
    all.history = history
    all.objective = Objective(model: .wals, weighting: .constant, w0: 0.1, alpha: 1, lambdaUser: 1, lambdaItem: 1)
    all.objective?.training = .init(seed: 1, pairs: 120, users: 5, optimiser: .exact, popularity: 0)
    try all.write(to: scratch["a.emb"])
    file = try EmbeddingFile(path: scratch["a.emb"])

    // The items arrive in two parts and another order, as those of an update.
    let rows = (0..<Self.items).map { ($0 * 17 + 5) % Self.items }
    for (name, part) in [("b.emb", rows[..<35]), ("c.emb", rows[35...])] {
      var some = Embeddings(
        items: EmbeddingMatrix(uniformRows: part.map { vectors[Row($0)] }, dimension: 5),
        itemIDs: .texts(part.map { "item-\($0)" }))
      some.itemBiases = part.map { all.itemBiases?[$0] ?? 0 }
      some.titles = part.map { all.titles?[$0] ?? "" }
      some.globalMean = 3.5
      some.objective = all.objective
      some.provenance = ["updates": .array([.object(["source": .string(file.digest.description)])])]
      try some.write(to: scratch[name])
    }
    let writer = try CatalogueWriter.create(
      at: scratch["shop"], from: EmbeddingFile(path: scratch["b.emb"]),
      options: HNSWBuildOptions(m: 4, efConstruction: 24)
    ).writer
    try writer.add(EmbeddingFile(path: scratch["c.emb"]))
    try writer.delete(gone)
    catalogue = writer.current
  }

  private func ids(_ items: [Recommendation]) -> [String] { items.map { "\($0.id) \($0.score) \($0.title ?? "")" } }

  @Test("takes attributes of the embeddings by ids, where the catalogue has none and another order")
  func attributes() throws {
    var all = Embeddings(
      items: normalMatrix(rows: 30, dimension: 4, seed: 6), itemIDs: .texts((0..<30).map { "i\($0)" }))
    all.users = normalMatrix(rows: 3, dimension: 4, seed: 7)
    all.userIDs = .rowNumbers(count: 3)
    all.attributes = [.words("genre", (0..<30).map { "g\($0 % 4)" }), .numbers("place", (0..<30).map { Double($0) })]
    all.objective = Objective(model: .wals, weighting: .constant, w0: 0.1, alpha: 1, lambdaUser: 1, lambdaItem: 1)
    try all.write(to: scratch["with.emb"])
    let with = try EmbeddingFile(path: scratch["with.emb"])
    let order = (0..<30).map { ($0 * 7 + 3) % 30 }
    var bare = Embeddings(
      items: EmbeddingMatrix(uniformRows: order.map { all.items[Row($0)] }, dimension: 4),
      itemIDs: .texts(order.map { "i\($0)" }))
    bare.objective = all.objective
    bare.provenance = ["updates": .array([.object(["source": .string(with.digest.description)])])]
    try bare.write(to: scratch["bare.emb"])
    let writer = try CatalogueWriter.create(
      at: scratch["other"], from: EmbeddingFile(path: scratch["bare.emb"])
    ).writer
    let recommender = try Recommender(writer.current, embeddings: with)
    let table = recommender.attributes
    let place = try #require(table.position(of: "place"))
    #expect((0..<30).map { table[place][Row($0)] } == order.map { .number(Double($0)) })
    let exact = try Recommender(exactly: with)
    for user in (0..<UInt64(3)).map({ UserID.number($0) }) {
      let request = SearchRequest(k: 6, effort: .exact)
      let truth = try exact.recommend(for: user, request, categoryLimit: CategoryLimit(1, of: exact.attributes))
      let found = try recommender.recommend(for: user, request, categoryLimit: CategoryLimit(1, of: table))
      #expect(ids(found) == ids(truth) && truth.count == 4, "\(user)")
    }
  }

  @Test("leaves out what a user has seen and what is deleted, and adds all terms of the score")
  func recommending() throws {
    let exact = try Recommender(exactly: file)
    let recommender = try Recommender(index: scratch["shop"], embeddings: scratch["a.emb"])
    for user in (0..<UInt64(Self.users)).map({ UserID.number(100 + $0) }) {
      for includesSeen in [false, true] {
        let request = SearchRequest(k: 100, effort: .exact)
        let truth = try exact.recommend(for: user, request, includesSeen: includesSeen).filter { !gone.contains($0.id) }
        let found = try recommender.recommend(for: user, request, includesSeen: includesSeen)
        #expect(ids(found) == ids(truth), "\(user)")
        for item in found {
          #expect(
            recommender.categories(of: item)
              == exact.categories(
                of: Recommendation(row: file.itemIDs.row(of: item.id)!, id: item.id, title: nil, score: 0)))
        }
      }
    }
    let popular = try exact.popular(SearchRequest(k: 100)).filter { !gone.contains($0.id) }
    // Of equally popular items the first to arrive comes first.
    #expect(Set(ids(try recommender.popular(SearchRequest(k: 100)))) == Set(ids(popular)))
    let told = [Interaction(.text("item-7")), Interaction(.text("item-20"), value: 2)]
    let folded = try exact.recommend(to: told, SearchRequest(k: 100, effort: .exact)).filter { !gone.contains($0.id) }
    #expect(ids(try recommender.recommend(to: told, SearchRequest(k: 100, effort: .exact))) == ids(folded))
  }

  @Test("finds items by id and title, and related ones")
  func items() throws {
    let recommender = try Recommender(index: scratch["shop"])
    #expect(try recommender.item("third man") == .text("item-12") && recommender.item("item-9") == .text("item-9"))
    #expect(throws: RecommenderError.unknownItem("item-40")) { try recommender.item("item-40") }
    #expect(throws: RecommenderError.unknownItem("Number 40")) { try recommender.item("Number 40") }
    let request = SearchRequest(k: 100, effort: .exact)
    let truth = try Recommender(exactly: file).related(to: .text("item-9"), request).filter { !gone.contains($0.id) }
    #expect(ids(try recommender.related(to: .text("item-9"), request)) == ids(truth))
    #expect(throws: RecommenderError.unknownItem("item-3")) { try recommender.related(to: .text("item-3"), k: 3) }
  }

  @Test("takes embeddings of the same training only")
  func otherTraining() throws {
    var other = try file.embeddings()
    other.provenance = ["other": .bool(true)]
    try other.write(to: scratch["o.emb"])
    let error = RecommenderError.otherEmbeddings(index: scratch["shop"], embeddings: scratch["o.emb"])
    #expect(throws: error) { try Recommender(index: scratch["shop"], embeddings: scratch["o.emb"]) }
    #expect(throws: error) { try Recommender(catalogue, embeddings: EmbeddingFile(path: scratch["o.emb"])) }
  }

  @Test("An index file and a catalogue open alike, and only a catalogue has generations")
  func opening() throws {
    _ = try HNSWIndex.build(from: file, to: scratch["a.idx"], options: HNSWBuildOptions(m: 4, efConstruction: 24))
    let index = try IndexFile.open(scratch["a.idx"])
    #expect(index.liveCount == 60 && index.liveRows.count == 60 && index.itemCount == 60 && !index.hasNumbersAsIDs)
    let shop = try IndexFile.open(scratch["shop"])
    #expect(shop.count == 60 && shop.liveCount == 57 && shop.liveRows.count == 57 && shop.path == scratch["shop"])
    #expect(try IndexFile.open(scratch["shop"], generation: 1).liveCount == 35)
    #expect(throws: CatalogueError.isFile(path: scratch["a.idx"])) {
      try IndexFile.open(scratch["a.idx"], generation: 1)
    }
    #expect(throws: CatalogueError.isFile(path: scratch["a.idx"])) {
      try IndexFile.open(scratch["a.idx"], degraded: true)
    }
  }
}
