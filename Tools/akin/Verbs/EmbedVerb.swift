import Akin
import AkinInterchange
import AkinSupport
import AkinTraining

/// `akin embed`: vectors of features, by the towers of a trained model.
enum EmbedVerb {
  static let verb = Verb(command, run: run)

  static let model = Argument(
    "MODEL.emb", "The embeddings file that `akin train --model two-tower` wrote", completion: .files("emb"))
  static let output = Option<String>.required(
    "output", short: "o", .file(usually: "emb", "npy"),
    "What to write: an embeddings file, or when the name ends in .npy a table of float32, a row for each of the file's")

  static let command = Command(
    name: "embed",
    summary: "Make vectors of new users or items from their features",
    discussion: [
      "Features are found by the names of the model's own; words that it has not seen are left out, and a column of its "
        + "own that is not there is an error. Leave a field empty for what is not known."
    ],
    arguments: [model],
    options: [
      OptionGroup("Output", [output, Common.force]),
      OptionGroup("Input", FeatureOptions.all),
      OptionGroup("Run", [Common.threads, Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin embed towers.emb --item-features new-movies.csv -o new.emb"),
      Example("akin embed towers.emb --user-features new-users.csv -o users.npy"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    let path = arguments[output]
    let isTable = path.hasSuffix(".npy")
    let options: [any AnyOption] = [FeatureOptions.userFeatures, FeatureOptions.itemFeatures]
    guard options.contains(where: { arguments.has($0) }) else {
      throw arguments.error(
        .lonely(output.spelling, needs: spoken(options.map(\.spelling), last: "or")))
    }
    if isTable { try arguments.refuse(FeatureOptions.userFeatures, with: FeatureOptions.itemFeatures) }
    try AtomicFile.checkTarget(path, overwrite: arguments[Common.force])
    let file = try EmbeddingFile(path: arguments[model])
    var notes: [String] = []
    let embeddings = try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) {
      execution in
      let features = try FeatureOptions.read(arguments, execution: execution)
      func vectors(
        _ table: FeatureTable?, _ option: Option<String?>, _ tower: () -> Tower?
      ) throws -> EmbeddingMatrix? {
        guard let table, let source = arguments[option] else { return nil }
        guard let tower = tower() else { throw EmbedError.noTower(path: arguments[model]) }
        let match = tower.match(table)
        guard match.missing.isEmpty else {
          throw EmbedError.missingColumns(path: source, names: match.missing)
        }
        if !match.unknown.isEmpty {
          notes.append(
            "\(source): \(Numbers.counted(match.unknown.count, "features")) that the model does not know were left out: "
              + match.unknown.prefix(5).joined(separator: ", ") + (match.unknown.count > 5 ? ", …" : ""))
        }
        return try tower.vectors(for: table, execution: execution)
      }
      let users = try vectors(features.users, FeatureOptions.userFeatures) { file.userTower }
      let items = try vectors(features.items, FeatureOptions.itemFeatures) { file.itemTower }
      let empty = EmbeddingMatrix(uniformRows: [], dimension: file.dimension)
      var embeddings = Embeddings(
        items: items ?? empty, itemIDs: features.items?.ids ?? .rowNumbers(count: 0), metric: file.metric)
      embeddings.users = users
      embeddings.userIDs = features.users?.ids
      embeddings.objective = file.objective
      embeddings.provenance = ["made": .string("embed"), "model": .string(file.digest.description)]
      if isTable {
        try NpyWriter.write(users ?? embeddings.items, to: path, overwrite: arguments[Common.force])
      } else {
        if let users = file.userTower, let items = file.itemTower {
          embeddings.towers = Towers(users: users, items: items)
        }
        try embeddings.write(to: path, overwrite: arguments[Common.force], execution: execution)
      }
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
}

/// Why features have no vectors.
enum EmbedError: AkinError, Equatable {
  /// The file holds no towers, or damaged ones.
  case noTower(path: String)
  /// Columns that the model was trained with are not there.
  case missingColumns(path: String, names: [String])

  var kind: TroubleKind { .badInput }

  var description: String {
    switch self {
    case .noTower(let path):
      "\(path): expected a model that makes vectors of features, found no towers that can be used"
    case .missingColumns(let path, let names):
      "\(path): expected the columns that the model was trained with, did not find "
        + names.map { "'\($0)'" }.joined(separator: ", ")
    }
  }

  var help: String? {
    switch self {
    case .noTower: "train one with --model two-tower; `akin verify` tells whether the file is damaged"
    case .missingColumns: "add the columns; a field may be empty"
    }
  }
}
