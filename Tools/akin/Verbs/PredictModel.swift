import Akin
import AkinSupport
import AkinTraining

/// The terms of a model's prediction, for users and items of a file and for new ones.
struct PredictModel {
  private let file: EmbeddingFile
  private let recommender: Recommender
  private let catalogue: ItemTable?
  private let rows: [ItemID: Int]
  private let means: CategoryMeans?

  /// A user: of the file, or made of a history.
  struct User {
    let vector: [Float]
    let bias: Float
  }

  /// An item: of the file, or made of its categories.
  struct Item {
    let id: ItemID
    let title: String?
    let vector: [Float]
    let bias: Float
  }

  /// What a prediction is made of.
  struct Terms {
    let mean: Double
    let userBias: Double
    let itemBias: Double
    /// The dot product of the vectors; for two-tower models their cosine.
    let dot: Double
    let score: Double
    let prediction: Double
  }

  init(_ file: EmbeddingFile, catalogue: ItemTable?, _ execution: Execution) throws {
    self.file = file
    self.catalogue = catalogue
    recommender = try Recommender(exactly: file)
    rows = Dictionary(
      (0..<(catalogue?.ids.count ?? 0)).compactMap { row in catalogue.map { ($0.ids[Row(row)], row) } },
      uniquingKeysWith: { first, _ in first })
    means = catalogue == nil ? nil : CategoryMeans(try file.embeddings(execution: execution))
  }

  /// A user of the file, or `nil`.
  func user(_ id: UserID) -> User? {
    guard let users = file.users, let row = file.userIDs?.row(of: id) else { return nil }
    return User(vector: users[row], bias: file.userBiases?[row] ?? 0)
  }

  /// The user of a command line, and a note on a new one.
  func user(_ who: PredictVerb.Asked.Who, _ console: Console) throws -> (User, note: String?) {
    switch who {
    case .id(let id):
      guard file.users != nil else { throw RecommenderError.noUsers }
      guard let user = user(id) else { throw recommender.unknown(id) }
      return (user, nil)
    case .history(let text):
      let told = try HistoryText.read(text, for: file, skip: false, console: console) {
        text throws(RecommenderError) in
        try recommender.item(text)
      }
      let made = try recommender.user(of: told)
      return (
        User(vector: made.vector, bias: made.bias),
        "basis is fold-in: a user vector made as in training from \(Numbers.counted(told.count, "items"))"
      )
    }
  }

  /// An item by its id: of the file, or by its categories; `nil` when nothing is known of it.
  func item(_ id: ItemID) -> Item? {
    let row = file.itemIDs.row(of: id)
    let known = row.map {
      Item(
        id: id, title: file.titles?[$0].flatMap { $0.isEmpty ? nil : $0 }, vector: file.items[$0],
        bias: file.itemBiases?[$0] ?? 0)
    }
    if let known, known.bias != 0 || known.vector.contains(where: { $0 != 0 }) { return known }
    guard let catalogue, let place = rows[id], let made = means?.item(in: catalogue.categories[place]) else {
      return known
    }
    let title = catalogue.titles[place]
    return Item(id: id, title: title.isEmpty ? known?.title : title, vector: made.vector, bias: made.bias)
  }

  /// The item that a text names.
  func item(named text: String) throws -> Item {
    let id = ItemID(parsing: text)
    if file.itemIDs.row(of: id) == nil, rows[id] != nil {
      guard let item = item(id) else { throw PredictError.unlearned(text: text) }
      return item
    }
    let found = try recommender.item(text)
    guard let item = item(found) else { throw RecommenderError.unknownItem(text) }
    return item
  }

  /// The terms of a prediction.
  func terms(_ user: User, _ item: Item) -> Terms {
    func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    var product = dot(user.vector, item.vector)
    let isCosine = file.metric == .cosine
    if isCosine {
      let norms = (dot(user.vector, user.vector) * dot(item.vector, item.vector)).squareRoot()
      product = norms > 0 ? product / norms : 0
    }
    // Biases and mean belong to inner products alone, as in searches.
    let (mean, userBias, itemBias) =
      isCosine ? (0, 0, 0) : (Double(file.globalMean), Double(user.bias), Double(item.bias))
    let score = mean + userBias + itemBias + product
    return Terms(
      mean: mean, userBias: userBias, itemBias: itemBias, dot: product, score: score,
      prediction: file.objective?.prediction(ofScore: score) ?? score)
  }
}
