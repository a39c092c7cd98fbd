import AkinSupport
import AkinVectors

/// Content that is not written, because no reader would accept it.
public enum ContentError: AkinError, Equatable {
  /// A table has another number of rows than the table it belongs to.
  case countMismatch(what: String, expected: Int, found: Int)
  /// Ids, biases or a history of users were given, and no user vectors.
  case withoutUsers(what: String)
  /// User vectors were given, and no user ids.
  case usersWithoutIDs
  /// Item vectors and user vectors have different dimensions.
  case dimensionMismatch(items: Int, users: Int)
  /// The vectors have more components than the format allows.
  case dimensionAboveLimit(found: Int)
  /// A table has more rows than the format allows.
  case tooManyRows(what: String, found: Int)
  /// A component of a vector is NaN or infinite.
  case notFinite(what: String, row: Int, component: Int)
  /// A single number is NaN or infinite.
  case numberNotFinite(what: String)
  /// The value of a pair of the history is NaN or infinite, or below 0 where the model does not allow that.
  case badValue(place: Int, found: Float, allowsNegative: Bool = false)
  /// A float of the padding after a row's components is not zero.
  case paddingNotZero(what: String, row: Int)
  /// Two rows have the same id: the pair whose second row comes first.
  case duplicateID(what: String, id: ItemID, first: Int, second: Int)
  /// A text id is longer than the format allows.
  case idTooLong(what: String, row: Int, bytes: Int)
  /// A list column's offsets do not start at 0, fall, or do not end at the number of its rows.
  case badOffsets(what: String, row: Int)
  /// A list that must ascend strictly does not, or holds a row that does not exist.
  case badList(what: String, row: Int, value: Int)
  /// A name is empty, too long, or that of another column.
  case badName(what: String, name: String)
  /// A word of an attribute is empty or longer than the format allows.
  case badWord(attribute: String, bytes: Int)
  /// Metadata or provenance that no reader would accept: too long, nested too deep, too many keys.
  case unreadableJSON(what: String, JSONError)

  public var kind: TroubleKind { .badInput }

  public var description: String {
    switch self {
    case .countMismatch(let what, let expected, let found): "\(what): expected \(expected), found \(found)"
    case .withoutUsers(let what): "\(what) given, but no user vectors"
    case .usersWithoutIDs: "user vectors given, but no user ids"
    case .dimensionMismatch(let items, let users): "the items have \(items) dimensions, the users \(users)"
    case .dimensionAboveLimit(let found): "expected at most \(FileLimits.dimension) dimensions, found \(found)"
    case .tooManyRows(let what, let found): "\(what): expected at most \(FileLimits.rows) rows, found \(found)"
    case .notFinite(let what, let row, let component):
      "\(what) \(row): component \(component) is NaN or infinite; every component must be finite"
    case .numberNotFinite(let what): "\(what) is NaN or infinite; it must be finite"
    case .badValue(let place, let found, let allowsNegative):
      "history: expected a finite value\(allowsNegative ? "" : " of at least 0") at place \(place), found \(found)"
    case .paddingNotZero(let what, let row): "\(what) \(row): the padding after its components is not zero"
    case .duplicateID(let what, let id, let first, let second):
      "\(what)s \(first) and \(second) have the same id \(id); ids must differ"
    case .idTooLong(let what, let row, let bytes):
      "the id of \(what) \(row) has \(bytes) bytes; at most \(FileLimits.idBytes) are allowed"
    case .badOffsets(let what, let row): "\(what): the offsets of row \(row) fall, or leave the list of rows"
    case .badList(let what, let row, let value):
      "\(what): the list of row \(row) holds \(value), which is out of order or out of range"
    case .badName(let what, let name):
      "expected an \(what) with a name of its own, of 1 to \(FileLimits.idBytes) bytes, found '\(name)'"
    case .badWord(let attribute, let bytes):
      "attribute '\(attribute)': expected words of 1 to \(FileLimits.idBytes) bytes, found one of \(bytes)"
    case .unreadableJSON(let what, let error): "\(what): \(error.description)"
    }
  }

  public var help: String? {
    switch self {
    case .duplicateID: "give every row an id of its own"
    case .notFinite: "a diverged training gives such numbers: lower the learning rate, or raise the regularisation"
    default: nil
    }
  }
}
