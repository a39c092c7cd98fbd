import Akin
import AkinSupport
import AkinTraining

/// `akin predict`: predicts the values of pairs of a user and an item.
enum PredictVerb {
  static let verb = Verb(command, run: run)

  static let embeddings = Argument("FILE.emb", "The embeddings file of a trained model", completion: .files("emb"))
  static let user = Argument("USER", "User id; omit it with --history or --pairs", isOptional: true)
  static let item = Argument("ITEM", "Ids, titles or parts of a title", isOptional: true, isRepeated: true)
  static let pairs = Option<String?>.optional(
    "pairs", .stream, "CSV or TSV file of user and item, in place of USER and ITEM: all its pairs, by user and item")
  static let items = Option<String?>.optional(
    "items", .stream,
    "Titles and categories of new items, in the format of akin train --items: an item that is not in the "
      + "file gets the mean vector of its categories")
  static let history = Option<String?>.optional(
    "history", .history, "Interactions of a new user, as ID:VALUE,ID:VALUE, in place of USER")
  static let explain = Option<Bool>.flag(
    "explain", "Show the terms of the score: the mean, both biases and the dot product")

  static let command = Command(
    name: "predict",
    summary: "Predict the values of pairs of a user and an item",
    discussion: [
      "The prediction is that of akin recommend: a rating on the scale of the training, a probability for logistic, closeness "
        + "to 1 for wals. The score before it is mean + user bias + item bias + dot product; --explain shows the terms."
    ],
    arguments: [embeddings, user, item],
    options: [
      OptionGroup("Options", [explain, Common.json]),
      OptionGroup("New users and items", [history, items, InputOptions.categorySeparator]),
      OptionGroup("Pairs", [pairs] + InputOptions.ofInteractions),
    ],
    examples: [
      Example("akin predict ml.emb 1 260 'Heat (1995)'"),
      Example("akin predict ml.emb --history 260:5,1:4 296 --explain"),
      Example("akin predict ml.emb --pairs test.csv --json"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let file = try EmbeddingFile(path: arguments[embeddings])
    guard file.metric != .euclidean else { throw PredictError.noPredictions(path: arguments[embeddings]) }
    let execution = Execution(cancellation: console.cancellation)
    let catalogue = try arguments[items].map { path in
      // Categories alone are features.
      var format = ItemFormat()
      format.text = InputOptions.text(arguments)
      format.categorySeparator = arguments[InputOptions.categorySeparator] ?? .pipe
      format.attributes = []
      return try ItemTable.read(path: path, format: format, execution: execution)
    }
    let model = try PredictModel(file, catalogue: catalogue, execution)
    let asked = try Asked(arguments)
    var listing = Listing(columns(asked, arguments[explain], hasTitles: file.titles != nil || catalogue != nil))
    var unknown = 0
    switch asked {
    case .pairs(let path):
      var format = try InputOptions.interactions(arguments)
      if !arguments.has(InputOptions.duplicates) { format.duplicates = .last }
      // Values are not used.
      format.allowsNegativeValues = true
      let read = try Interactions.read(path: path, format: format, execution: execution)
      try refuseStrangers(read, path, file, hasCatalogue: catalogue != nil, called: arguments[embeddings])
      if read.rowsRead > read.count {
        let repeated = read.rowsRead - read.count
        let rows = "\(Numbers.counted(repeated, "rows")) \(repeated == 1 ? "repeats" : "repeat") a pair"
        console.say("akin: note: \(path): \(rows); each pair has one line")
      }
      for row in 0..<read.userIDs.count {
        let id = read.userIDs[Row(row)]
        let user = model.user(id)
        for place in read.byUser.offsets[row]..<read.byUser.offsets[row + 1] {
          let item = model.item(read.itemIDs[Row(read.byUser.others[place])])
          let terms = user.flatMap { user in item.map { model.terms(user, $0) } }
          if terms == nil { unknown += 1 }
          listing.append(
            [.id(id), .id(read.itemIDs[Row(read.byUser.others[place])])] + cells(terms, item, arguments, listing))
        }
      }
    case .one(let user, let texts):
      let (vector, note) = try model.user(user, console)
      if let note { console.say("akin: note: \(note)") }
      for text in texts {
        let item = try model.item(named: text)
        listing.append([.id(item.id)] + cells(model.terms(vector, item), item, arguments, listing))
      }
    }
    if unknown > 0 {
      console.say(
        "akin: warning: \(Numbers.grouped(unknown)) of \(Numbers.counted(listing.rows.count, "pairs")) have no prediction: "
          + "the model does not know the user or the item")
    }
    guard arguments[Common.json] else {
      try console.show(listing)
      return .done
    }
    var object: [String: JSONValue] = ["schema": .integer(1), "predictions": .array(listing.objects)]
    if case .one(.id(let id), _) = asked { object["user"] = Cell.id(id).json }
    try console.show(.object(object))
    return .done
  }

  /// Refuses pairs none of whose users, or none of whose items, are in the file.
  private static func refuseStrangers(
    _ pairs: Interactions, _ path: String, _ file: EmbeddingFile, hasCatalogue: Bool, called name: String
  ) throws {
    func swapped() -> String? {
      guard let users = file.userIDs?.column(), let items = file.itemIDs.column() else { return nil }
      return Meeting.hintOfSwap((pairs.userIDs, pairs.itemIDs), in: (users, items))
    }
    if let users = file.userIDs?.column() {
      let meeting = Meeting("users", of: pairs.userIDs, in: users, called: name, hint: swapped())
      if meeting.isEmpty { throw InteractionError(path: path, .noneMeet(meeting)) }
    }
    // A catalogue names new items.
    guard !hasCatalogue, let items = file.itemIDs.column() else { return }
    let meeting = Meeting("items", of: pairs.itemIDs, in: items, called: name, hint: swapped())
    if meeting.isEmpty { throw InteractionError(path: path, .noneMeet(meeting)) }
  }

  private static func columns(_ asked: Asked, _ explains: Bool, hasTitles: Bool) -> [Listing.Column] {
    var columns: [Listing.Column] = [.init("item", "Item"), .init("prediction", "Prediction")]
    if case .pairs = asked { columns.insert(.init("user", "User"), at: 0) }
    if explains {
      columns += [
        .init("score", "Score"), .init("mean", "Mean"), .init("userBias", "User bias"), .init("itemBias", "Item bias"),
        .init("dot", "Dot product"),
      ]
    }
    return columns + (hasTitles ? [.init("title", "Title", isFlexible: true)] : [])
  }

  /// The cells behind the ids.
  private static func cells(
    _ terms: PredictModel.Terms?, _ item: PredictModel.Item?, _ arguments: Arguments, _ listing: Listing
  ) -> [Cell] {
    func number(_ value: Double?) -> Cell { value.map { .score(Float($0)) } ?? .missing }
    var cells = [number(terms?.prediction)]
    if arguments[explain] {
      cells += [
        number(terms?.score), number(terms?.mean), number(terms?.userBias), number(terms?.itemBias), number(terms?.dot),
      ]
    }
    if listing.columns.last?.key == "title" { cells.append(item?.title.map { .text($0) } ?? .missing) }
    return cells
  }

  /// The question of a command line.
  enum Asked {
    case pairs(String)
    case one(Who, items: [String])

    /// One user.
    enum Who {
      case id(UserID)
      case history(String)
    }

    init(_ arguments: Arguments) throws(UsageError) {
      let names = [arguments[ifGiven: PredictVerb.user]].compactMap { $0 } + arguments.all(PredictVerb.item)
      if let path = arguments[PredictVerb.pairs] {
        try arguments.refuse(PredictVerb.pairs, with: PredictVerb.history)
        if !names.isEmpty { throw arguments.error(.conflict(PredictVerb.user.name, PredictVerb.pairs.spelling)) }
        self = .pairs(path)
        return
      }
      let texts: ArraySlice<String>
      if let history = arguments[PredictVerb.history] {
        // Nobody has an id then: all names are items.
        texts = names[...]
        self = .one(.history(history), items: names)
      } else {
        guard let first = names.first else {
          throw arguments.error(.missingArgument(PredictVerb.user.name, meaning: "user id, or --history or --pairs"))
        }
        texts = names.dropFirst()
        self = .one(.id(UserID(parsing: first)), items: Array(texts))
      }
      if texts.isEmpty {
        throw arguments.error(.missingArgument(PredictVerb.item.name, meaning: PredictVerb.item.summary))
      }
    }
  }
}

/// Vectors that predict nothing.
enum PredictError: AkinError, Equatable {
  /// The vectors are compared by distance.
  case noPredictions(path: String)
  /// A user needs a model to be folded into.
  case unlearned(text: String)

  var kind: TroubleKind { .badInput }

  var description: String {
    switch self {
    case .noPredictions(let path): "\(path): expected vectors that predict values, found vectors that have distances"
    case .unlearned(let text): "the model has learned nothing of the item '\(text)', and knows none of its categories"
    }
  }

  var help: String? {
    switch self {
    case .noPredictions: "ask with akin related, or import the vectors with --metric \(Metric.innerProduct.name)"
    case .unlearned: nil
    }
  }
}
