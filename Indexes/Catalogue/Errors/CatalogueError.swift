import AkinFiles
import AkinSupport
import AkinVectors

/// An error of a catalogue that changes.
public enum CatalogueError: AkinError, Equatable {
  /// The directory holds no catalogue.
  case notACatalogue(path: String)
  /// A file, where only a catalogue has what was asked for.
  case isFile(path: String)
  /// The directory holds a catalogue already.
  case exists(path: String, generation: UInt64)
  /// Another process is writing the catalogue.
  case locked(path: String)
  /// Another process has written a generation meanwhile, on a file system without locks.
  case overtaken(path: String, generation: UInt64)
  /// The newest generation is damaged, so nothing can follow it.
  case newestIsDamaged(FileError)
  /// The catalogue does not hold this generation any more, or not yet.
  case noGeneration(path: String, asked: UInt64, oldest: UInt64, newest: UInt64)
  /// The vectors are not of the model that the catalogue holds: which fact differs.
  case otherModel(path: String, fact: ModelFact, expected: String, found: String)
  /// A segment is not like the others of its catalogue: which fact differs.
  case unlikeSegment(path: String, fact: ModelFact, expected: String, found: String)
  /// Two segments, or two rows of one, have the same id.
  case repeatedID(ItemID, first: String, second: String)
  /// The new items have no ids, so their row numbers would replace items that they are not.
  case withoutIDs(path: String)
  /// The catalogue would have more rows than a catalogue holds.
  case tooManyRows(path: String, found: UInt64, limit: UInt64)
  /// The catalogue would have more segments than a catalogue holds.
  case tooManySegments(path: String, limit: Int)
  /// Vectors in fewer bytes: a merge would take rounded vectors for true ones.
  case roundedVectors(VectorStore)
  /// A number that the caller chose is too small.
  case badOption(name: String, found: Int, least: Int)

  public var kind: TroubleKind {
    switch self {
    case .exists, .isFile, .badOption, .roundedVectors: .usage
    case .locked, .overtaken: .io
    case .notACatalogue, .newestIsDamaged, .noGeneration, .otherModel, .unlikeSegment, .repeatedID, .withoutIDs,
      .tooManyRows, .tooManySegments:
      .badInput
    }
  }

  public var description: String {
    switch self {
    case .notACatalogue(let path): "\(path): expected a catalogue, found a directory without one"
    case .isFile(let path): "\(path): expected a catalogue, found a file; only a catalogue has generations and segments"
    case .exists(let path, let generation): "\(path): holds a catalogue already, of generation \(generation)"
    case .locked(let path): "\(path): another process is writing this catalogue"
    case .overtaken(let path, let generation):
      "\(path): another process has written generation \(generation) meanwhile; nothing was changed"
    case .newestIsDamaged(let error): "the newest generation is damaged: \(error.description)"
    case .noGeneration(let path, let asked, let oldest, let newest):
      "\(path): has no generation \(asked); it holds \(oldest) to \(newest)"
    case .otherModel(let path, let fact, let expected, let found):
      "\(path): vectors of another model: the catalogue has \(fact.noun) \(expected), these have \(found)"
    case .unlikeSegment(let path, let fact, let expected, let found):
      "\(path): segments of one catalogue must be alike: expected \(fact.noun) \(expected), found \(found)"
    case .repeatedID(let id, let first, let second): "the id \(id) has a row in \(first) and in \(second)"
    case .withoutIDs(let path): "\(path): the items have no ids; their row numbers would replace other items"
    case .tooManyRows(let path, let found, let limit):
      "\(path): a catalogue has at most \(limit) rows, expected by this change: \(found)"
    case .tooManySegments(let path, let limit): "\(path): a catalogue has at most \(limit) segments; merge them first"
    case .roundedVectors(let store):
      "a catalogue keeps vectors as they are, since merges copy them; found \(store.name)"
    case .badOption(let name, let found, let least): "\(name) must be at least \(least), found \(found)"
    }
  }

  public var help: String? {
    switch self {
    case .notACatalogue(let path): "make one: akin catalogue create \(path) FILE.emb"
    case .exists: "add to it with `akin add`, or use --force to replace all of it, as its next generation"
    case .locked: "wait until it has finished; a lock ends with its process"
    case .overtaken: "run the command again"
    case .newestIsDamaged: "restore a good copy of that file; remove it to go on from the generation before it"
    case .noGeneration: "see `akin catalogue history`"
    case .otherModel(let path, _, _, _):
      "replace all vectors at once: akin catalogue create DIR \(path) --force"
    case .unlikeSegment: "build all segments from vectors of one model, with the same options"
    case .repeatedID: "give each id to one segment, once"
    case .withoutIDs: "import the vectors with --ids"
    case .tooManyRows, .tooManySegments: "compact it first: akin compact DIR"
    case .roundedVectors: "leave --store out, or keep an index file of its own"
    case .badOption, .isFile: nil
    }
  }
}

/// A fact in which the vectors of two models differ.
public enum ModelFact: String, Sendable, Equatable {
  /// The training that the vectors come from.
  case lineage
  /// The number of components.
  case dimension
  /// The metric.
  case metric
  /// Whether items have biases.
  case biases
  /// The constant of every score.
  case globalMean
  /// How graphs are built.
  case options

  /// The fact as a sentence names it.
  var noun: String {
    switch self {
    case .lineage: "the training"
    case .dimension: "the dimension"
    case .metric: "the metric"
    case .biases: "the biases"
    case .globalMean: "the global mean"
    case .options: "the build options"
    }
  }
}
