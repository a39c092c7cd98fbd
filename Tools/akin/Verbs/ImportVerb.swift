import AkinFiles
import AkinInterchange
import AkinSupport
import AkinTraining
import AkinVectors

/// `akin import`: writes an embeddings file from vectors of other programs.
enum ImportVerb {
  static let verb = Verb(command, run: run)

  static let vectors = Argument(
    "VECTORS",
    "Item vectors: .npy, .npz, .fvecs, .fbin, .safetensors, word2vec text, text of numbers and related formats",
    completion: .anyFile)
  static let output = Option<String>.required(
    "output", short: "o", .output(usually: "emb"), "The embeddings file to write")

  static let ids = Option<String?>.optional(
    "ids", .file, "Item ids: one a line, or an .npy of integers or texts",
    default: "row numbers, or the words of a word2vec file")
  static let metadata = Option<String?>.optional(
    "metadata", .file, "Ids, titles and biases of the items, as akin export --metadata writes them")
  static let biases = Option<String?>.optional("biases", .file, "Item biases: one a line, or an .npy of floats")
  static let users = Option<String?>.optional("users", .file, "User vectors, of the same dimension as the items")
  static let userIDs = Option<String?>.optional("user-ids", .file, "User ids, in the format of --ids")
  static let attributes = Option<String?>.optional(
    "attributes", .stream,
    "Table of the items, as --items of akin train: a column of ids, and titles, categories and attributes")
  static let idColumn = Option<ColumnChoice?>.optional(
    "id-column", .column, "Column of ids of --attributes", default: "a known name like sku or id; without a header 1")
  static let attributeColumns = Option<[ColumnChoice]>(
    "attribute-columns", .columns, default: [], "Columns of --attributes to keep as attributes; none keeps none",
    described: "all others"
  )
  static let tensor = Option<String?>.optional(
    "tensor", .text("NAME"), "Tensor of a .safetensors or .npz file with the items",
    default: "a tensor with a common name")
  static let userTensor = Option<String?>.optional(
    "user-tensor", .text("NAME"), "Tensor with the users, of --users, else of VECTORS",
    default: "a tensor with a common name")
  static let format = Option<VectorFormat?>.optional(
    "format", .choice("FORMAT", VectorFormat.allCases.map { ($0.rawValue, $0) }),
    "Format of the vector files", default: "by their first bytes or names")
  static let metric = Option(
    "metric", .metric, default: Metric.innerProduct, "Metric that the vectors were made for")

  static let command = Command(
    name: "import",
    summary: "Convert vectors of other programs to an embeddings file",
    discussion: [
      "A .safetensors or .npz file may hold users and item biases beside the items: without --users and --biases they are "
        + "taken too, and the names of all arrays are printed; so are the ids and titles that akin export writes. Text of "
        + "numbers alone (numpy.savetxt, vectors.tsv) is a matrix without ids where a line begins with a fraction, or "
        + "with --ids or --metadata."
    ],
    arguments: [vectors],
    options: [
      OptionGroup("Output", [output, Common.force]),
      OptionGroup(
        "Input",
        [
          ids, metadata, attributes, idColumn, InputOptions.categorySeparator, attributeColumns, biases, users, userIDs,
          metric, format, tensor,
          userTensor,
        ]),
      OptionGroup("Text of --attributes", InputOptions.ofText),
      OptionGroup("Run", [Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin import base.npy -o base.emb --metric euclidean"),
      Example("akin import base.npy --ids ids.txt --attributes items.csv -o base.emb", "Titles and attributes by id"),
      Example("akin import items.npy --ids items.txt --users users.npy --user-ids users.txt -o model.emb"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    let path = arguments[output]
    try AtomicFile.checkTarget(path, overwrite: arguments[Common.force])
    let embeddings = try console.working(quiet: arguments[Common.quiet]) { execution in
      let embeddings = try read(arguments, execution)
      try embeddings.write(to: path, overwrite: arguments[Common.force], execution: execution)
      return embeddings
    }
    let zeros = embeddings.metric == .cosine ? embeddings.items.zeroRowCount : 0
    if zeros > 0, !arguments[Common.quiet] {
      console.say("akin: note: \(Numbers.counted(zeros, "zero vectors")), never returned by cosine")
    }
    if let note = embeddings.items.oddities, zeros == 0 { console.say("akin: note: \(arguments[vectors]): \(note)") }
    // Ids of the rows say which way is meant.
    if case .rowNumbers = embeddings.itemIDs, let note = embeddings.items.squareness, !arguments[Common.quiet] {
      console.say("akin: note: \(arguments[vectors]): \(note)")
    }
    if embeddings.itemBiases != nil, embeddings.metric != .innerProduct, !arguments[Common.quiet] {
      console.say("akin: note: biases are kept, and change no score by \(embeddings.metric.name)")
    }
    try console.show(
      WrittenFile(
        path: path, content: embeddings.sentence, facts: embeddings.facts, seconds: monotonicSeconds() - start),
      asJSON: arguments[Common.json], quiet: arguments[Common.quiet])
    return .done
  }

  private static func read(_ arguments: Arguments, _ execution: Execution) throws -> Embeddings {
    var options = VectorFile.Options(format: arguments[format], tensor: arguments[tensor])
    try arguments.refuse(ids, with: metadata)
    options.hasIDs = arguments.has(ids) || arguments.has(metadata)
    options.takesIDs = true
    options.takesModel = !arguments.has(users)
    options.userTensor = options.takesModel ? arguments[userTensor] : nil
    let items = try VectorFile.read(path: arguments[vectors], options: options, execution: execution)
    let count = items.vectors.count
    var embeddings = Embeddings(items: items.vectors, itemIDs: items.ids, metric: arguments[metric])
    embeddings.provenance = ["made": .string("import"), "format": .string(items.format.rawValue)]
    if let path = arguments[ids] {
      embeddings.itemIDs = try IDFile.read(path: path, expectedCount: count, execution: execution)
    }
    embeddings.titles = items.titles
    if let path = arguments[metadata] {
      let read = try MetadataFile.read(path: path, expectedCount: count, execution: execution)
      embeddings.itemIDs = read.ids
      (embeddings.titles, embeddings.itemBiases) = (read.titles ?? items.titles, read.biases)
    }
    if let path = arguments[biases] {
      embeddings.itemBiases = try FloatFile.read(path: path, expectedCount: count, execution: execution)
    }
    if embeddings.itemBiases == nil { embeddings.itemBiases = items.itemBiases }
    for option in [idColumn, InputOptions.categorySeparator, attributeColumns] as [any AnyOption]
    where arguments.has(option) && !arguments.has(attributes) {
      throw arguments.error(.lonely(option.spelling, needs: attributes.spelling))
    }
    if let path = arguments[attributes] { try describe(&embeddings, by: path, arguments, execution) }
    var userVectors = items.users
    var ids = items.userIDs
    if let path = arguments[users] {
      var options = VectorFile.Options(
        format: arguments[format], tensor: arguments[userTensor], usualTensors: VectorFile.userTensors)
      options.hasIDs = arguments.has(userIDs)
      options.takesIDs = true
      let read = try VectorFile.read(path: path, options: options, execution: execution)
      (userVectors, ids) = (read.vectors, read.ids)
    }
    guard let userVectors else {
      if arguments.has(userIDs) { throw arguments.error(.lonely(userIDs.spelling, needs: users.spelling)) }
      return embeddings
    }
    guard userVectors.dimension == items.vectors.dimension else {
      throw ImportError.dimensionMismatch(
        items: arguments[vectors], dimension: items.vectors.dimension, users: arguments[users] ?? arguments[vectors],
        found: userVectors.dimension)
    }
    embeddings.users = userVectors
    embeddings.userIDs = ids ?? .rowNumbers(count: userVectors.count)
    if let path = arguments[userIDs] {
      embeddings.userIDs = try IDFile.read(path: path, expectedCount: userVectors.count, execution: execution)
    }
    return embeddings
  }
}

extension ImportVerb {
  /// Gives the items the titles, categories and attributes of a table, by id.
  ///
  /// - Throws: `InteractionError` for a table that cannot be read, or has none of the items.
  private static func describe(
    _ embeddings: inout Embeddings, by path: String, _ arguments: Arguments, _ execution: Execution
  ) throws {
    var format = ItemFormat()
    format.text = InputOptions.text(arguments)
    format.id = arguments[idColumn]
    format.categorySeparator = arguments[InputOptions.categorySeparator] ?? .pipe
    format.attributes = InputOptions.chosenAttributes(arguments)
    let table = try ItemTable.read(path: path, format: format, execution: execution)
    let meeting = Meeting("items", of: table.ids, in: embeddings.itemIDs, called: arguments[vectors])
    if meeting.isEmpty { throw InteractionError(path: path, .noneMeet(meeting)) }
    if meeting.met < meeting.sideCount {
      let unknown = Numbers.grouped(meeting.sideCount - meeting.met)
      let example = meeting.examples.first.map { ", like '\($0)'" } ?? ""
      execution.notice?(
        Notice(
          "\(path): \(unknown) of \(Numbers.grouped(meeting.sideCount)) rows are of items that \(meeting.other) does not "
            + "have\(example)", isWarning: true))
    }
    if meeting.met < meeting.otherCount {
      let missing = Numbers.grouped(meeting.otherCount - meeting.met)
      execution.notice?(
        Notice(
          "\(path): \(missing) of \(Numbers.grouped(meeting.otherCount)) items have no row, and so no attributes",
          isWarning: true))
    }
    if case .rowNumbers(let count) = embeddings.itemIDs, meeting.met == count - 1,
      table.ids.contains(number: UInt64(count))
    {
      execution.notice?(
        Notice(
          "\(path): ids from 1 to \(count) beside row numbers from 0 to \(count - 1): each row may have the attributes of the next; give "
            + "the ids in the order of the rows: --ids", isWarning: true))
    }
    let columns = table.columns(for: embeddings.itemIDs)
    if columns.titles.contains(where: { !$0.isEmpty }) { embeddings.titles = columns.titles }
    if !columns.categories.names.isEmpty { embeddings.categories = columns.categories }
    embeddings.attributes = columns.attributes
  }
}

/// Vector files that do not match.
enum ImportError: AkinError, Equatable {
  /// User and item vectors differ in dimension.
  case dimensionMismatch(items: String, dimension: Int, users: String, found: Int)

  var kind: TroubleKind { .badInput }
  var description: String {
    switch self {
    case .dimensionMismatch(let items, let dimension, let users, let found):
      "\(users): expected vectors of \(dimension) components as in \(items), found \(found)"
    }
  }
  var help: String? { "use users and items of the same model" }
}

extension Embeddings {
  /// The content, as a phrase.
  var sentence: String {
    let counts = [Numbers.counted(items.count, "items")] + (users.map { [Numbers.counted($0.count, "users")] } ?? [])
    return counts.joined(separator: ", ") + " × \(items.dimension), \(metric.name)"
  }

  /// The content, for JSON.
  var facts: [String: JSONValue] {
    [
      "items": .integer(Int64(items.count)), "users": .integer(Int64(users?.count ?? 0)),
      "dimension": .integer(Int64(items.dimension)), "metric": .string(metric.name),
    ]
  }
}

extension IDColumn {
  /// Whether an id is this number.
  fileprivate func contains(number: UInt64) -> Bool {
    let wanted = ItemID(parsing: String(number))
    return (0..<count).contains { self[Row($0)] == wanted }
  }
}

extension EmbeddingMatrix {
  /// The number of zero rows.
  var zeroRowCount: Int { (0..<count).reduce(0) { $0 + (isZero(Row($1)) ? 1 : 0) } }
}
