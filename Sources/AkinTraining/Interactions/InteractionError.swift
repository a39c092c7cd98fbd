import AkinSupport
import AkinVectors

/// An error in a file of interactions or items, and its place.
public struct InteractionError: AkinError, Equatable {
  /// The path of the file, as the caller gave it.
  public let path: String
  /// The line where the problem starts, counted from 1; 0 for the file as a whole.
  public let line: Int
  /// The problem.
  public let problem: Problem

  /// Problems of such files.
  public enum Problem: Sendable, Equatable {
    /// A system call failed; `code` is its `errno`.
    case system(action: String, code: Int32)
    /// The path names a directory.
    case directory
    /// The first bytes are those of another format than UTF-8 text.
    case notText(found: String)
    /// The file has no rows.
    case noRows
    /// The first row has fewer columns than are needed.
    case tooFewColumns(needed: Int, found: Int)
    /// No column has the name.
    case missingColumn(name: String, present: [String])
    /// A column is chosen by name, but the first row holds data.
    case noHeader(name: String)
    /// A row has another number of columns than the first row.
    case ragged(expected: Int, found: Int)
    /// A value is not a decimal number.
    case notANumber(found: String)
    /// A value is a NaN, an infinity, or too large for a 32-bit float.
    case notFinite(found: String)
    /// A value is below 0.
    case negative(found: String)
    /// A time is neither a number nor a date.
    case notATime(found: String)
    /// Times are requested, and no column holds them.
    case noTimes(present: [String])
    /// An id is empty.
    case emptyID(column: String)
    /// An id is longer than an embeddings file can store.
    case idTooLong(column: String, bytes: Int)
    /// The bytes of an id or a title are not UTF-8.
    case notUTF8(column: String)
    /// A pair of user and item occurs in two rows.
    case duplicatePair(user: ItemID, item: ItemID, firstLine: Int)
    /// An item occurs in two rows of the items file.
    case duplicateItem(item: ItemID, firstLine: Int)
    /// A quoted field is not closed at the end of the file.
    case unclosedQuote
    /// There is text between a closing quote and the end of its field.
    case textAfterQuote
    /// A row has more bytes than the limit.
    case rowTooLong(limit: Int)
    /// There are more users, or items, than 32-bit rows can number.
    case tooMany(what: String)
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
    switch problem {
    case .system, .directory: .io
    case .missingColumn, .noHeader, .noTimes: .usage
    default: .badInput
    }
  }

  public var description: String {
    (line > 0 ? "\(path):\(line): " : "\(path): ") + problem.sentence
  }

  public var help: String? {
    switch problem {
    case .system(_, ENOENT): "check the path"
    case .system, .tooMany, .notUTF8, .idTooLong: nil
    case .directory: "name a file inside it"
    case .notText: "unpack or convert it to UTF-8 text first"
    case .noRows, .tooFewColumns: "a row is user,item or user,item,value, with a comma, tab or semicolon between"
    case .missingColumn: "name a column of the header, or give its number, counted from 1"
    case .noHeader: "give the number of the column, counted from 1, or declare the first row a header"
    case .ragged: "put a field that holds the separator between double quotes"
    case .notANumber, .notFinite: "leave the row out, or choose the column that holds the value"
    case .notATime: "a time is a number, or a date like 2026-11-21 05:06:45"
    case .noTimes: "name the column of times, or split in another way"
    case .negative: "leave dislikes out: a value is the strength of an interaction, at least 0"
    case .emptyID: "every row needs a user and an item"
    case .duplicatePair: "sum such rows, or keep the last: --duplicates sum, --duplicates last"
    case .duplicateItem: "keep one row for each item"
    case .unclosedQuote, .textAfterQuote, .rowTooLong: "a quote inside a quoted field is written twice"
    }
  }
}

extension InteractionError.Problem {
  fileprivate var sentence: String {
    switch self {
    case .system(_, ENOENT): "no such file"
    case .system(let action, let code): "cannot \(action): \(systemSentence(code))"
    case .directory: "expected a file, found a directory"
    case .notText(let found): "expected UTF-8 text, found \(found)"
    case .noRows: "expected at least one row, found none"
    case .tooFewColumns(let needed, let found): "expected at least \(needed) columns, found \(found)"
    case .missingColumn(let name, let present):
      "expected a column '\(name)', found \(present.map { "'\($0)'" }.joined(separator: ", "))"
    case .noHeader(let name): "expected a header with a column '\(name)', found a row of data"
    case .ragged(let expected, let found): "expected \(expected) columns as in the first row, found \(found)"
    case .notANumber(let found): "expected a number, found '\(found)'"
    case .notFinite(let found): "expected a finite number, found '\(found)'"
    case .negative(let found): "expected a value of 0 or more, found '\(found)'"
    case .notATime(let found): "expected a time, found '\(found)'"
    case .noTimes(let present):
      "expected a column of times (timestamp, time or date), found \(present.map { "'\($0)'" }.joined(separator: ", "))"
    case .emptyID(let column): "expected an id in the \(column) column, found nothing"
    case .idTooLong(let column, let bytes):
      "expected an id of at most \(VectorLimits.idBytes) bytes in the \(column) column, found one of \(bytes)"
    case .notUTF8(let column): "expected UTF-8 in the \(column) column, found other bytes"
    case .duplicatePair(let user, let item, let firstLine):
      "expected each user and item once, found user '\(user)' with item '\(item)' as on line \(firstLine)"
    case .duplicateItem(let item, let firstLine):
      "expected each item once, found '\(item)' as on line \(firstLine)"
    case .unclosedQuote: "expected a closing quote, found the end of the file"
    case .textAfterQuote: "expected a separator after the closing quote, found text"
    case .rowTooLong(let limit): "expected a row of at most \(limit) bytes, found a longer one"
    case .tooMany(let what): "expected fewer than \(UInt32.max) \(what), found more"
    }
  }
}
