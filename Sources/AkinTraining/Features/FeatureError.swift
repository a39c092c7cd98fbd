import AkinSupport
import AkinVectors

/// What is wrong with a file of features, and where; what is wrong with its rows as rows is an ``InteractionError``.
public struct FeatureError: AkinError, Equatable {
  /// The file, as the caller named it.
  public let path: String
  /// The line where the trouble starts, counted from 1; 0 when it is about the file as a whole.
  public let line: Int
  /// The trouble itself.
  public let problem: Problem

  /// What can be wrong.
  public enum Problem: Sendable, Equatable {
    /// The first row holds numbers where names should be.
    case noHeader(found: String)
    /// There is no column beside the ids and the titles.
    case noFeatures(present: [String])
    /// The column of the ids was named as a feature.
    case idAsFeature(name: String)
    /// Two features would have one name.
    case duplicateName(name: String)
    /// A row's id is that of an earlier row.
    case duplicateID(id: ItemID, firstLine: Int)
    /// A field of a column of numbers is none.
    case notANumber(column: String, found: String)
    /// A field of a column of numbers is a NaN, an infinity, or too large for a 32-bit float.
    case notFinite(column: String, found: String)
    /// A value of a column of words is longer than a name can be.
    case valueTooLong(column: String, bytes: Int, limit: Int)
    /// A column of words has more different values than a table can have features.
    case tooManyValues(column: String, limit: Int)
    /// A column of words tells the rows apart: hardly a value stands in two of them.
    case valuesNotShared(column: String, different: Int, all: Int)
    /// All columns together have more features than a table can have.
    case tooManyFeatures(found: Int, limit: Int)
  }

  /// Creates an error.
  public init(path: String, line: Int = 0, _ problem: Problem) {
    self.path = path
    self.line = line
    self.problem = problem
  }

  public var kind: TroubleKind {
    if case .idAsFeature = problem { .usage } else { .badInput }
  }

  public var description: String {
    (line > 0 ? "\(path):\(line): " : "\(path): ") + problem.sentence
  }

  public var help: String? {
    switch problem {
    case .noHeader: "put a row with the columns' names first: id,year,genre"
    case .noFeatures: "a file of features has a column of ids and at least one of numbers or words"
    case .idAsFeature, .valueTooLong: nil
    case .duplicateName: "give each column a name of its own"
    case .duplicateID: "keep one row for each id; several words in one field have | between"
    case .notANumber, .notFinite: "leave the field empty, or name the columns to use without this one"
    case .tooManyValues, .valuesNotShared, .tooManyFeatures: "name the columns to use without this one"
    }
  }
}

extension FeatureError.Problem {
  fileprivate var sentence: String {
    switch self {
    case .noHeader(let found): "expected a header that names the columns, found the numbers \(found)"
    case .noFeatures(let present):
      "expected a column of features beside the ids, found \(present.map { "'\($0)'" }.joined(separator: ", "))"
    case .idAsFeature(let name): "expected columns beside the ids, found '\(name)', which holds them"
    case .duplicateName(let name): "expected each feature once, found '\(name)' twice"
    case .duplicateID(let id, let firstLine): "expected each id once, found '\(id)' as on line \(firstLine)"
    case .notANumber(let column, let found):
      "column '\(column)': expected a number as in most of its rows, found '\(found)'"
    case .notFinite(let column, let found): "column '\(column)': expected a finite number, found '\(found)'"
    case .valueTooLong(let column, let bytes, let limit):
      "column '\(column)': expected values of at most \(limit) bytes, found one of \(bytes)"
    case .tooManyValues(let column, let limit):
      "column '\(column)': expected at most \(limit) different values, found more"
    case .valuesNotShared(let column, let different, let all):
      "column '\(column)': expected words that rows share, found \(different) different ones among \(all)"
    case .tooManyFeatures(let found, let limit): "expected at most \(limit) features, found \(found)"
    }
  }
}
