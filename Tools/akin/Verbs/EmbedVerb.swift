import Akin
import AkinInterchange
import AkinSupport
import AkinTraining

/// `akin embed`: computes vectors from features with the towers of a trained model.
enum EmbedVerb {
  static let verb = Verb(command, run: run)

  static let model = Argument(
    "MODEL.emb", "The embeddings file that `akin train --model two-tower` wrote", completion: .files("emb"))
  static let output = Option<String>.required(
    "output", short: "o", .output(usually: "emb", "npy"),
    "Output: an embeddings file, or for a name ending in .npy a float32 table with one row for each row of features")

  static let command = Command(
    name: "embed",
    summary: "Compute vectors of new users or items from their features",
    discussion: [
      "Columns are matched by the names in the model. Words that the model has not seen are ignored; a "
        + "missing column is an "
        + "error. Leave a field empty for an unknown value."
    ],
    arguments: [model],
    options: [
      OptionGroup("Output", [output, Common.force]),
      OptionGroup("Input", FeatureOptions.all + InputOptions.ofText),
      OptionGroup("Run", [Common.threads, Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin embed towers.emb --item-features new-movies.csv -o new.emb"),
      Example("akin embed towers.emb --user-features new-users.csv -o users.npy"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    let path = arguments[output]
    let options: [any AnyOption] = [FeatureOptions.userFeatures, FeatureOptions.itemFeatures]
    guard options.contains(where: { arguments.has($0) }) else {
      throw arguments.error(
        .lonely(output.spelling, needs: spoken(options.map(\.spelling), last: "or")))
    }
    if path.hasSuffix(".npy") { try arguments.refuse(FeatureOptions.userFeatures, with: FeatureOptions.itemFeatures) }
    try AtomicFile.checkTarget(path, overwrite: arguments[Common.force])
    let file = try EmbeddingFile(path: arguments[model])
    var notes: [String] = []
    let embeddings = try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) {
      execution in
      let embeddings = try embed(with: file, arguments, notes: &notes, execution)
      try write(embeddings, towersOf: file, to: path, arguments, execution)
      return embeddings
    }
    if !arguments[Common.quiet] {
      for note in notes { console.say("akin: note: \(note)") }
    }
    try console.show(
      WrittenFile(
        path: path, content: embeddings.sentence, facts: embeddings.facts, seconds: monotonicSeconds() - start),
      asJSON: arguments[Common.json], quiet: arguments[Common.quiet])
    return .done
  }

  /// The vectors of the features that a command line names.
  private static func embed(
    with file: EmbeddingFile, _ arguments: Arguments, notes: inout [String], _ execution: Execution
  ) throws -> Embeddings {
    let features = try FeatureOptions.read(arguments, execution: execution)
    let users = try vectors(
      of: features.users, FeatureOptions.userFeatures, arguments, notes: &notes, execution
    ) { file.userTower }
    let items = try vectors(
      of: features.items, FeatureOptions.itemFeatures, arguments, notes: &notes, execution
    ) { file.itemTower }
    var embeddings = Embeddings(
      items: items ?? EmbeddingMatrix(uniformRows: [], dimension: file.dimension),
      itemIDs: features.items?.ids ?? .rowNumbers(count: 0), metric: file.metric)
    embeddings.users = users
    embeddings.userIDs = features.users?.ids
    embeddings.objective = file.objective
    embeddings.provenance = ["made": .string("embed"), "model": .string(file.digest.description)]
    return embeddings
  }

  /// The vectors of one table of features, with a note on unknown features; `nil` without a table.
  private static func vectors(
    of table: FeatureTable?, _ option: Option<String?>, _ arguments: Arguments, notes: inout [String],
    _ execution: Execution, by tower: () -> Tower?
  ) throws -> EmbeddingMatrix? {
    guard let table, let source = arguments[option] else { return nil }
    guard let tower = tower() else { throw EmbedError.noTower(path: arguments[model]) }
    let match = tower.match(table)
    guard match.missing.isEmpty else { throw EmbedError.missingColumns(path: source, names: match.missing) }
    if !match.unknown.isEmpty {
      notes.append(
        "\(source): ignored \(Numbers.counted(match.unknown.count, "features")) that the model does not know: "
          + match.unknown.prefix(5).joined(separator: ", ") + (match.unknown.count > 5 ? ", …" : ""))
    }
    return try tower.vectors(for: table, execution: execution)
  }

  /// Writes a float32 table for a name ending in `.npy`, otherwise an embeddings file.
  private static func write(
    _ embeddings: Embeddings, towersOf file: EmbeddingFile, to path: String, _ arguments: Arguments,
    _ execution: Execution
  ) throws {
    if path.hasSuffix(".npy") {
      return try NpyWriter.write(embeddings.users ?? embeddings.items, to: path, overwrite: arguments[Common.force])
    }
    var embeddings = embeddings
    if let users = file.userTower, let items = file.itemTower {
      embeddings.towers = Towers(users: users, items: items)
    }
    try embeddings.write(to: path, overwrite: arguments[Common.force], execution: execution)
  }
}

/// Features without vectors.
enum EmbedError: AkinError, Equatable {
  /// The file holds no usable towers.
  case noTower(path: String)
  /// Columns of the model are missing.
  case missingColumns(path: String, names: [String])

  var kind: TroubleKind { .badInput }

  var description: String {
    switch self {
    case .noTower(let path):
      "\(path): expected a model with towers, found none that can be used"
    case .missingColumns(let path, let names):
      "\(path): expected the columns of the model, did not find "
        + names.map { "'\($0)'" }.joined(separator: ", ")
    }
  }

  var help: String? {
    switch self {
    case .noTower: "train one with --model two-tower, or check the file for damage with `akin verify`"
    case .missingColumns: "add the columns; fields may be empty"
    }
  }
}
