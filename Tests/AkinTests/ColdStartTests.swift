import Akin
import AkinSupport
import AkinTestSupport
import AkinTraining
import Testing

/// Ratings of 1 to 5 that a seed determines.
private func ratings(seed: UInt64) throws -> Interactions {
  var random = SeededGenerator(seed: seed)
  var rows: [(user: UserID, item: ItemID, value: Float)] = []
  for _ in 0..<500 {
    let user = Int(random.uniform() * random.uniform() * 40)
    let item = Int(random.uniform() * random.uniform() * 30)
    let taste = (user + item) % 3 == 0 ? 1.5 : -0.5
    rows.append(
      (
        .number(UInt64(user)), .number(UInt64(item + 100)),
        Float(min(5, max(1, (3 + taste + random.normal()).rounded())))
      ))
  }
  return try Interactions(rows: rows, duplicates: .last)
}

@Suite("Users that the file does not have")
struct ColdStartTests {
  private let scratch: Scratch
  private let x: Interactions

  init() throws {
    scratch = try Scratch()
    x = try ratings(seed: 5)
  }

  static let methods: [any TrainingMethod] = {
    var wals = WALSOptions()
    wals.dimensions = 6
    wals.epochs = 3
    var constant = wals
    constant.weighting = .constant
    var mf = MFOptions()
    mf.dimensions = 5
    var everywhere = mf
    everywhere.optimiser = .sgd
    everywhere.decay = .everywhere
    everywhere.epochs = 3
    var touched = mf
    touched.optimiser = .sgd
    touched.decay = .touched
    touched.range = 0.5...5.5
    touched.epochs = 3
    var bpr = BPROptions()
    bpr.dimensions = 4
    bpr.epochs = 3
    bpr.seed = 7
    bpr.positiveFrom = 4
    bpr.popularity = 0.5
    var logistic = LogisticOptions()
    logistic.dimensions = 4
    logistic.epochs = 3
    var svd = SVDOptions()
    svd.dimensions = 4
    var spectral = SpectralOptions()
    (spectral.dimensions, spectral.weighting) = (4, .value)
    var contrastive = ContrastiveOptions()
    (contrastive.dimensions, contrastive.epochs, contrastive.positiveFrom) = (4, 2, 3)
    var random = RandomOptions()
    random.seed = 3
    var elsa = ELSAOptions()
    (elsa.dimensions, elsa.epochs, elsa.weighting) = (4, 2, .value)
    return [
      wals, constant, mf, everywhere, touched, bpr, logistic, svd, spectral, contrastive, PopularOptions(), random,
      elsa,
    ]
  }()

  private func file(_ model: TrainedModel, _ name: String = "x") throws -> String {
    let path = scratch[name + ".emb"]
    try model.embeddings(for: x).write(to: path, overwrite: true)
    return path
  }

  private func recommender(_ method: any TrainingMethod) throws -> Recommender {
    let emb = try file(try method.train(x, execution: Execution(threads: 1)))
    _ = try HNSWIndex.build(from: EmbeddingFile(path: emb), to: scratch["x.idx"])
    return try Recommender(index: scratch["x.idx"], embeddings: emb)
  }

  @Test("A user made of a file is, to the bit, the user made of the model", arguments: methods.indices)
  func fromFile(index: Int) throws {
    let model = try Self.methods[index].train(x, execution: Execution(threads: 1))
    let ofModel = try #require(try model.foldIn(for: x, execution: Execution(threads: 1)))
    let file = try EmbeddingFile(path: file(model))
    let ofFile = try UserFoldIn(file.forFoldIn)
    for user in 0..<x.byUser.rowCount {
      let (items, values) = file.interactions(of: Row(user))
      let pairs = x.byUser.offsets[user]..<x.byUser.offsets[user + 1]
      #expect(items.map(\.index) == Array(x.byUser.others[pairs]) && values == Array(x.byUser.values[pairs]))
      let made = try ofFile.user(history: items.map(\.index), values: values)
      #expect(made == (try ofModel.user(history: items.map(\.index), values: values)), "model \(index), user \(user)")
    }
  }

  @Test("A history is answered as its user would be, seen items left out", arguments: [0, 2, 7])
  func recommend(index: Int) throws {
    let recommender = try recommender(Self.methods[index])
    let file = try #require(recommender.embeddings)
    let fold = try recommender.foldIn()
    let (rows, values) = file.interactions(of: Row(3))
    let history = zip(rows, values).map { Interaction(file.itemIDs.id(of: $0), value: $1) }
    let user = try fold.user(history: rows.map(\.index), values: values)
    let request = SearchRequest(k: 5, effort: .exact)
    let found = try recommender.recommend(to: history, request)
    #expect(found.count == 5 && found.allSatisfy { !rows.contains($0.row) })
    for item in found {
      let vector = file.items[item.row]
      let score = zip(vector, user.vector).reduce(
        Double(file.globalMean + user.bias + (file.itemBiases?[item.row] ?? 0))
      ) { $0 + Double($1.0) * Double($1.1) }
      #expect((Double(item.score) - score).magnitude < 1e-4)
    }
    #expect(try recommender.recommend(to: history.reversed(), request) == found)
    let seen = try recommender.recommend(to: history, SearchRequest(k: 30, effort: .exact), includesSeen: true)
    #expect(seen.count == file.itemCount)
  }

  @Test("Popularity is the share of the users, best first, equal ones by row")
  func popular() throws {
    let recommender = try recommender(Self.methods[0])
    let file = try #require(recommender.embeddings)
    let counts = try #require(file.popularity())
    #expect(counts.map(Int.init) == (0..<x.byItem.rowCount).map { x.byItem.count(ofRow: $0) })
    let top = try recommender.popular(SearchRequest(k: 40))
    #expect(top.count == file.itemCount)
    #expect(zip(top, top.dropFirst()).allSatisfy { $0.score > $1.score || ($0.score == $1.score && $0.row < $1.row) })
    #expect(top[0].score == Float(counts.max() ?? 0) / Float(file.userCount))
    let rest = try recommender.popular(beside: [Interaction(top[0].id)], SearchRequest(k: 40))
    #expect(rest == Array(top.dropFirst()))
  }

  @Test("What is wrong with a history, or with the file, is said")
  func errors() throws {
    let recommender = try recommender(Self.methods[0])
    let id = ItemID.number(100)
    func trouble(_ history: [Interaction]) -> RecommenderError? {
      do {
        _ = try recommender.recommend(to: history)
        return nil
      } catch {
        return error as? RecommenderError
      }
    }
    #expect(trouble([]) == .emptyHistory)
    #expect(trouble([Interaction(.number(1)), Interaction(id)]) == .unknownItems([.number(1)]))
    #expect(trouble([Interaction(id), Interaction(.text("100"))]) == .repeatedItem(.text("100")))
    #expect(trouble([Interaction(id, value: -1)]) == .badValue(item: id, found: -1))
    if case .badValue = trouble([Interaction(id, value: .nan)]) {} else { Issue.record("NaN went through") }
    // Vectors made elsewhere, a file of before the record, and towers.
    var elsewhere = Embeddings(items: EmbeddingMatrix(uniformRows: [[1, 2]], dimension: 2))
    #expect(throws: FoldInError.noObjective) { try UserFoldIn(elsewhere) }
    elsewhere.objective = Objective(model: .wals, weighting: .value)
    #expect(throws: FoldInError.noRecord) { try UserFoldIn(elsewhere) }
    elsewhere.objective = Objective(model: .twoTower, weighting: .rating)
    #expect(throws: FoldInError.needsFeatures) { try UserFoldIn(elsewhere) }
    elsewhere.objective = Objective(model: .logistic, weighting: .label)
    elsewhere.objective?.training = .init(pairs: .max, users: .max)
    elsewhere.objective?.negatives = 1e300
    #expect(throws: FoldInError.badRecord(field: "negatives", found: "1e+300")) { try UserFoldIn(elsewhere) }
    elsewhere.objective?.negatives = 1
    elsewhere.objective?.training?.popularity = -7
    #expect(throws: FoldInError.badRecord(field: "popularity", found: "-7.0")) { try UserFoldIn(elsewhere) }
    elsewhere.objective = nil
    try elsewhere.write(to: scratch["e.emb"])
    _ = try HNSWIndex.build(from: EmbeddingFile(path: scratch["e.emb"]), to: scratch["e.idx"])
    let imported = try Recommender(index: scratch["e.idx"], embeddings: scratch["e.emb"])
    #expect(throws: FoldInError.noObjective) { try imported.recommend(to: [Interaction(.number(0))]) }
    #expect(throws: RecommenderError.noPopularity) { try imported.popular() }
  }
}
