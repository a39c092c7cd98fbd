import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

/// Small embeddings of every shape that the format has.
enum Sample: String, CaseIterable, CustomTestStringConvertible {
  /// Items only, no ids.
  case plain
  /// u64 ids, users, biases, history, objective.
  case numbers
  /// Text ids, users, titles, categories, history.
  case texts
  /// Features of items and of users.
  case features
  /// Attributes of every kind, and categories with a name.
  case attributes
  case empty

  var testDescription: String { rawValue }

  var embeddings: Embeddings {
    switch self {
    case .plain:
      return Embeddings(items: normalMatrix(rows: 3, dimension: 2, seed: 1), metric: .euclidean)
    case .empty:
      return Embeddings(items: EmbeddingMatrix(uniformRows: [], dimension: 7), metric: .cosine)
    case .numbers:
      var sample = Embeddings(
        items: normalMatrix(rows: 5, dimension: 3, seed: 2), itemIDs: .numbers([7, .max, 0, 3, 1 << 40]))
      sample.users = normalMatrix(rows: 3, dimension: 3, seed: 3)
      sample.userIDs = .numbers([30, 10, 20])
      sample.itemBiases = [0.5, -1, 0, 2, 1e-30]
      sample.userBiases = [1, 2, -3]
      sample.globalMean = 3.5
      sample.history = History(offsets: [0, 2, 2, 5], rows: [0, 4, 1, 2, 3])
      sample.objective = Objective(
        model: .wals, weighting: .bm25, w0: 0.1, alpha: 40, lambdaUser: 0.01, lambdaItem: 0.02, nu: 1)
      sample.provenance = ["trainer": .string("sample"), "seed": .integer(3)]
      return sample
    case .features:
      var sample = Sample.numbers.embeddings
      sample.itemFeatures = FeatureVectors(
        names: ["genre=Drama", "année", ""], centres: [0, 1995.5, 0], scales: [1, 12.25, 0],
        vectors: normalMatrix(rows: 3, dimension: 3, seed: 8), weight: 10, background: 1)
      sample.userFeatures = FeatureVectors(
        names: ["age", "genre=Drama"], centres: [40, 0], scales: [9, 1],
        vectors: normalMatrix(rows: 2, dimension: 3, seed: 9), weight: 0.5, background: 0)
      return sample
    case .attributes:
      var sample = Sample.plain.embeddings
      sample.attributes = [
        .numbers("year", [1995, nil, -0.5]), .words("brand", ["Sony", "Apple", nil]),
        .lists("tag", [["new", "blue"], [], ["blue"]]), .flags("in stock", [true, nil, false]),
        .times("released", [nil, 86_400, 1.5e9]), .words("langue", [nil, "fran\u{E7}ais", nil]),
        .numbers("none", [nil, nil, nil]),
      ]
      sample.categories = Categories(
        names: ["Comedy", "Drama"], members: History(offsets: [0, 2, 2, 3], rows: [0, 1, 1]), attributeName: "genres")
      return sample
    case .texts:
      var sample = Embeddings(
        items: normalMatrix(rows: 4, dimension: 17, seed: 4),
        itemIDs: .texts(["caf\u{E9}", "", "cafe\u{301}", "10"]), metric: .cosine)
      sample.users = normalMatrix(rows: 2, dimension: 17, seed: 5)
      sample.userIDs = .texts(["ursula", "anna"])
      sample.titles = ["Toy Story (1995)", "", "Amélie 🎬", "Heat"]
      sample.categories = Categories(
        names: ["Comedy", "Drama"], members: History(offsets: [0, 1, 1, 3, 4], rows: [0, 0, 1, 1]))
      sample.history = History(offsets: [0, 0, 4], rows: [0, 1, 2, 3])
      var objective = Objective(model: .mf, weighting: .rating, lambdaUser: 1.5, lambdaItem: 1.25, nu: 0.5)
      objective.loss = .absolute
      objective.biases = [.user, .item]
      objective.decay = .everywhere
      objective.isObservedOnly = true
      objective.lambdaBias = 5
      objective.range = 0...5.5
      objective.meanDamping = 0
      objective.scale = 0.5...5
      objective.positiveFrom = 4
      objective.negatives = 3
      objective.training = .init(seed: .max, pairs: 1 << 40, users: 2, optimiser: .sgd, popularity: 0.75)
      sample.objective = objective
      sample.historyValues = [1, 0, 4.5, 1e30]
      return sample
    }
  }

  var bytes: [UInt8] { get throws { try encoded(embeddings) } }
}

/// The bytes that a file of these embeddings has.
func encoded(_ embeddings: Embeddings, threads: Int = 1) throws -> [UInt8] {
  try encoded(embeddings.builder(execution: Execution(threads: threads)))
}

/// The bytes that a builder writes.
func encoded(_ builder: ContainerBuilder) throws -> [UInt8] {
  let disk = MemoryDisk()
  _ = try builder.write(
    to: "/nowhere/sample", overwrite: true, execution: Execution(threads: 1), ops: disk.ops)
  return disk["/nowhere/sample"] ?? []
}

/// An open file of these bytes.
func opened(_ bytes: [UInt8]) throws(FileError) -> EmbeddingFile {
  try EmbeddingFile(container: ContainerFile(bytes: bytes, format: .embeddings))
}

/// What is wrong with a file of these bytes, or `nil` when it opens.
func problem(_ bytes: [UInt8], format: ContainerFormat = .embeddings) -> FileProblem? {
  do throws(FileError) {
    let file = try ContainerFile(bytes: bytes, format: format)
    if format.kind == .embeddings { _ = try EmbeddingFile(container: file) }
    return nil
  } catch {
    return error.problem
  }
}

extension FileKind {
  /// A kind that AkinFiles knows nothing of.
  static let ledger = FileKind(code: 0x4C, name: "ledger", pathExtension: "led")
}

extension ContainerFormat {
  /// A format that only these tests have: a third kind needs no line in AkinFiles.
  static let ledger = ContainerFormat(
    kind: .ledger, requiredFeatures: 1 << 5, sections: [("LEDG", "entries"), ("LNK0", "links")] + itemSections,
    wrongKindHelp: "give a ledger")
}
