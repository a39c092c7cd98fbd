import AkinSupport
import AkinVectors

/// An error in a file of features, and its place. Errors of rows and fields are ``InteractionError``.
public struct FeatureError: AkinError, Equatable {
  /// The path of the file, as the caller gave it.
  public let path: String
  /// The line where the problem starts, counted from 1; 0 for the file as a whole.
  public let line: Int
  /// The problem.
  public let problem: Problem

  /// Problems of such files.
  public enum Problem: Sendable, Equatable {
    /// The first row holds numbers in place of column names.
    case noHeader(found: String)
    /// There is no column besides ids and titles.
    case noFeatures(present: [String])
    /// The column of ids is chosen as a feature.
    case idAsFeature(name: String)
    /// Two features have the same name.
    case duplicateName(name: String)
    /// Two rows have the same id.
    case duplicateID(id: ItemID, firstLine: Int)
    /// A field of a column of numbers is not a number.
    case notANumber(column: String, found: String)
    /// All fields of a column that are no numbers would be with decimal commas.
    case decimalComma(column: String, found: String)
    /// A field of a column of numbers is a NaN, an infinity, or too large for a 32-bit float.
    case notFinite(column: String, found: String)
    /// A value of a column of words is longer than a name can be.
    case valueTooLong(column: String, bytes: Int, limit: Int)
    /// A column of words has more different words than a table can have features.
    case tooManyValues(column: String, limit: Int)
    /// A column of words distinguishes rows: hardly any word occurs in two of them.
    case valuesNotShared(column: String, different: Int, all: Int)
    /// All columns together have more features than the limit.
    case tooManyFeatures(found: Int, limit: Int)
  }

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - line: The line, counted from 1; 0 for the file as a whole.
  ///   - problem: The problem.
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
    case .noHeader: "add a first row with the names of the columns: id,year,genre"
    case .noFeatures: "add a column of numbers or words"
    case .idAsFeature, .valueTooLong: nil
    case .duplicateName: "give each column a different name"
    case .duplicateID:
      "keep one row per id, and separate several words in a field by |: t = pandas.read_csv('\(path)', dtype=str); "
        + "t.groupby(t.columns[0], as_index=False).agg(lambda x: '|'.join(x.dropna().unique())).to_csv('features.csv', index=False), where "
        + "the first column has the ids"
    case .decimalComma(_, let found) where FieldKind.mayHaveThousands(found):
      "remove commas between thousands; if it is a decimal comma: --decimal comma; several words have | between them"
    case .decimalComma: "say so if it is a decimal comma: --decimal comma; several words have | between them"
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
      "expected a column of features besides the ids, found \(present.map { "'\($0)'" }.joined(separator: ", "))"
    case .idAsFeature(let name): "expected columns other than that of the ids, found '\(name)'"
    case .duplicateName(let name): "expected each feature once, found '\(name)' twice"
    case .duplicateID(let id, let firstLine): "expected each id once, found '\(id)' as on line \(firstLine)"
    case .notANumber(let column, let found):
      "column '\(column)': expected a number as in most of its rows, found '\(found)'"
    case .decimalComma(let column, let found):
      "column '\(column)': expected numbers with decimal points, or words, found '\(found)'"
    case .notFinite(let column, let found): "column '\(column)': expected a finite number, found '\(found)'"
    case .valueTooLong(let column, let bytes, let limit):
      "column '\(column)': expected values of at most \(limit) bytes, found one of \(bytes)"
    case .tooManyValues(let column, let limit):
      "column '\(column)': expected at most \(limit) different values, found more"
    case .valuesNotShared(let column, let different, let all):
      "column '\(column)': expected words that rows share, found \(different) different words among \(all)"
    case .tooManyFeatures(let found, let limit): "expected at most \(limit) features, found \(found)"
    }
  }
}
