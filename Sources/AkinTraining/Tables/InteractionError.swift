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
    /// The first bytes are those of another format than UTF-8 text, and of JSON how to make rows of it, if that is known.
    indirect case notText(found: ForeignContent, frame: JSONFrame? = nil)
    /// The file has no rows.
    case noRows
    /// The first row has fewer columns than are needed.
    case tooFewColumns(needed: Int, found: Int)
    /// The first row is one field that holds separators: quotes may enclose it.
    case separatorsInField(found: String)
    /// No column has the name.
    case missingColumn(name: String, present: [String])
    /// No column of the header has a known name of a role: `user`, `item`, `id`.
    case unknownColumn(role: String, present: [String])
    /// Two columns have a name that is looked for.
    case ambiguousColumn(names: [String])
    /// Two roles have the same column.
    case sameColumn(first: String, second: String, column: String)
    /// Without a header, no column looks like one of a role.
    case noSuchColumn(role: String, why: String)
    /// Without a header, columns hold features of programs like libsvm, `3:1`, so many in the first row.
    case featurePairs(found: String, count: Int)
    /// Without a header, ids are whole numbers that are written with a fraction and an exponent.
    case scientificIDs(role: String, found: String)
    /// A number stands alone above the rows.
    case numberAbove(found: String)
    /// The first line is Excel's `sep=;`.
    case separatorLine
    /// The file begins with comments.
    case comments(mark: String)
    /// The first row names an item alone, for the rows behind it.
    case itemAlone(found: String, separator: String = ",")
    /// The first row has a name for each item: the table has a column for each.
    case itemColumns(user: String)
    /// Fields hold their names: `user=1`.
    case namedFields(found: String, mark: String)
    /// Rows hold items alone: one that others have behind it is the first of a row.
    case baskets(found: String)
    /// Without a header, the column of items holds events such as `likes`, and another follows.
    case eventsAsItems(found: String, next: String, column: Int)
    /// Without a header, the column of users holds events, and two others follow.
    case eventsAsUsers(found: String, column: Int)
    /// Rows of Last.fm: artist, album, track and time of one user, who is not in them.
    case scrobbles(found: String)
    /// Rows hold several items.
    case itemsInRow(found: String, next: String)
    /// Without a header, two columns of words may hold the items.
    case twoOfWords(first: String, second: String, column: Int)
    /// Rows stand above the header.
    case headerBelow(names: [String])
    /// Lines of a user and all items begin with the number of items.
    case countedLists(found: String)
    /// All fields of a row are empty.
    case emptyRow
    /// A row of data repeats the names of the header.
    case repeatedHeader(user: String, item: String)
    /// The first row holds words, as all rows do: it may be a header.
    case headerOrData(found: [String])
    /// The header has one name fewer than the rows have columns.
    case unnamedColumn(names: Int)
    /// The rows below the header end with a separator, and it does not.
    case separatorAtEnd(names: Int)
    /// Fields of a file without quotes stand in quotes.
    case quotedFields(separator: String)
    /// A column is chosen by name, but the first row holds data.
    case noHeader(name: String)
    /// A row has another number of columns than the first row.
    case ragged(expected: Int, found: Int)
    /// A row of fields between spaces has another number of columns than the first row.
    case raggedSpaces(expected: Int, found: Int, separator: String = " ")
    /// A value is not a decimal number.
    case notANumber(found: String)
    /// A value is a NaN, an infinity, or too large for a 32-bit float.
    case notFinite(found: String)
    /// A value is not 0, and so small that a 32-bit float makes it 0.
    case vanishing(found: String)
    /// A value is below 0, where these are not allowed.
    case negative(found: String)
    /// A time is neither a number nor a date.
    case notATime(found: String)
    /// Times are requested, and no column holds them.
    case noTimes(present: [String])
    /// An id is empty.
    case emptyID(column: String)
    /// An id among numbers is a word that stands for nothing.
    case nullID(column: String, found: String)
    /// An id has white space at an end, and another id is the same without.
    case paddedID(column: String, found: String)
    /// No id of a side file is among those of the interactions.
    case noneMeet(Meeting)
    /// An id is longer than an embeddings file can store.
    case idTooLong(column: String, bytes: Int)
    /// A field of an attribute is not what the attribute holds.
    case badAttribute(column: String, found: String, kind: AttributeKind)
    /// The bytes of an id or a title are not UTF-8.
    case notUTF8(column: String)
    /// A pair of user and item occurs in two rows.
    case duplicatePair(user: ItemID, item: ItemID, firstLine: Int)
    /// An item occurs in two rows of the items file.
    case duplicateItem(item: ItemID, firstLine: Int)
    /// A quoted field is not closed at the end of the file.
    case unclosedQuote
    /// Lines end with carriage returns alone.
    case loneReturns
    /// A line ends inside a quoted field.
    case quotedLineEnd
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
    case .missingColumn, .noHeader, .noTimes, .sameColumn: .usage
    default: .badInput
    }
  }

  public var description: String {
    (line > 0 ? "\(path):\(line): " : "\(path): ") + problem.sentence
  }
}

extension InteractionError.Problem {
  fileprivate var sentence: String {
    switch self {
    case .system(_, ENOENT): "no such file"
    case .system(let action, let code): "cannot \(action): \(systemSentence(code))"
    case .directory: "expected a file, found a directory"
    case .notText(let found, _): "expected UTF-8 text, found \(found.rawValue)"
    case .noRows: "expected at least one row, found none"
    case .tooFewColumns(let needed, let found): "expected at least \(needed) columns, found \(found)"
    case .separatorsInField(let found):
      "expected at least 2 columns, found one field with separators inside it: '\(found.prefix(40))'"
    case .missingColumn(let name, let present): "expected a column '\(name)', found \(listed(present))"
    case .unknownColumn(let role, let present):
      "expected a header with a known name of the \(role) column, found \(listed(present))"
    case .ambiguousColumn(let names): "expected one column of this name, found \(listed(names))"
    case .sameColumn(let first, let second, let column):
      "expected different columns of \(first) and \(second), found \(column) for both"
    case .noSuchColumn(let role, let why): "expected \(role) ids in a file without a header, found \(why)"
    case .separatorLine: "expected a header or data, found the separator as Excel names it (sep=)"
    case .comments(let mark): "expected a header or data, found a comment that begins with '\(mark)'"
    case .featurePairs(let found, _):
      "expected ids of users and items in a file without a header, found features with their values, like \(found)"
    case .scientificIDs(let role, let found):
      "expected \(role) ids in a file without a header, found numbers with an exponent, like \(found)"
    case .numberAbove(let found): "expected a header or data, found a number alone above the rows: '\(found)'"
    case .itemAlone(let found, _): "expected a user and an item in each row, found a row of the item alone: '\(found)'"
    case .itemColumns(let user):
      "expected a row for each user and item, found a column for each \(InteractionError.across(user)) behind '\(user)'"
    case .namedFields(let found, _): "expected a field without its name, found '\(found)'"
    case .baskets(let found):
      "expected a user at the beginning of each row, found an item that other rows have behind it: '\(found)'"
    case .eventsAsItems(let found, _, let column):
      "expected item ids in a file without a header, found events like '\(found)' in column \(column)"
    case .eventsAsUsers(let found, let column):
      "expected user ids in a file without a header, found events like '\(found)' in column \(column)"
    case .scrobbles(let found):
      "expected a user and an item in each row, found artist, album, track and time, as Last.fm has them: '\(found)'"
    case .itemsInRow(let found, let next): "expected one item in each row, found several: '\(found)', '\(next)'"
    case .twoOfWords(let first, let second, let column):
      "expected item ids in a file without a header, found two columns that may hold them: '\(first)' in column "
        + "\(column), and '\(second)' in column \(column + 1), which has more different ones"
    case .headerBelow(let names): "expected the header in the first row, found it here: \(listed(names))"
    case .countedLists(let found):
      "expected a user at the beginning of each line, found the number of its items: '\(found)'"
    case .emptyRow: "expected a row, found one of empty fields"
    case .repeatedHeader(let user, let item):
      "expected data, found the names of the header again: '\(user)', '\(item)'"
    case .headerOrData(let found):
      "expected a header with known names, or data, found words that may be either: \(listed(found))"
    case .unnamedColumn(let names): "expected a name for each column, found \(names) names above \(names + 1) columns"
    case .separatorAtEnd(let names):
      "expected as many names as columns, found \(names) names above rows that end with a separator"
    case .quotedFields(let separator):
      "expected fields without quotes between separators of \(separator), found every field in quotes"
    case .noHeader(let name): "expected a header with a column '\(name)', found a row of data"
    case .ragged(let expected, let found), .raggedSpaces(let expected, let found, _):
      "expected \(expected) columns as in the first row, found \(found)"
    case .notANumber(let found): "expected a number, found '\(found)'"
    case .notFinite(let found): "expected a finite number, found '\(found)'"
    case .vanishing(let found): "expected 0 or a number of at least 1e-45, found '\(found)'"
    case .negative(let found): "expected a value of 0 or more, found '\(found)'"
    case .notATime(let found): "expected a time, found '\(found)'"
    case .noTimes(let present):
      "expected a column of times (timestamp, time or date), found \(listed(present))"
    case .nullID(let column, let found):
      "expected numbers in the \(column) column as in its other rows, found '\(found)'"
    case .paddedID(let column, let found):
      "expected an id without white space around it in the \(column) column, found '\(found)', and another without"
    case .noneMeet(let meeting): meeting.sentence
    case .emptyID(let column): "expected an id in the \(column) column, found nothing"
    case .idTooLong(let column, let bytes):
      "expected an id of at most \(VectorLimits.idBytes) bytes in the \(column) column, found one of \(bytes)"
    case .badAttribute(let column, let found, let kind):
      "expected \(kind.plural) in the \(column) column, as in the embeddings, found '\(found)'"
    case .notUTF8(let column): "expected UTF-8 in the \(column) column, found other bytes"
    case .duplicatePair(let user, let item, let firstLine):
      "expected each user and item once, found user '\(user)' with item '\(item)' as on line \(firstLine)"
    case .duplicateItem(let item, let firstLine):
      "expected each item once, found '\(item)' as on line \(firstLine)"
    case .loneReturns: "expected lines that end with LF or CR LF, found carriage returns alone"
    case .quotedLineEnd: "expected the closing quote on the line of the opening quote, found the end of the line"
    case .unclosedQuote: "expected a closing quote, found the end of the file"
    case .textAfterQuote: "expected a separator after the closing quote, found text"
    case .rowTooLong(let limit): "expected a row of at most \(limit) bytes, found a longer one"
    case .tooMany(let what): "expected fewer than \(UInt32.max) \(what), found more"
    }
  }
  /// Names in quotes, at most 20.
  private func listed(_ names: [String]) -> String {
    names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
      + (names.count > 20 ? " and \(names.count - 20) more" : "")
  }
}
