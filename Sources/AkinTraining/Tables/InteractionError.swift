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
  /// The column of the field, where it is known.
  let place: FieldPlace?

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
    /// The first row has fewer columns than are needed; a character that all rows hold equally often may separate them.
    case tooFewColumns(needed: Int, found: Int, separator: Character? = nil)
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
    /// A line without separators stands alone above rows that all have some.
    case lineAbove(found: String)
    /// The first line is Excel's `sep=;`.
    case separatorLine
    /// The file begins with comments.
    case comments(mark: String)
    /// The first row names an item alone, for the rows behind it.
    case itemAlone(found: String, separator: String = ",")
    /// The first row has a name for each item: the table has a column for each.
    case itemColumns(user: String, stem: String? = nil)
    /// Two rows of names, of a value and of items, stand above a column for each item.
    case twoHeaders(name: String)
    /// Fields hold their names: `user=1`.
    case namedFields(found: String, mark: String, separator: String? = nil)
    /// One or two rows of types or units stand between the header and the data.
    case types(found: [String], count: Int = 1)
    /// The rows have another separator than the header.
    case otherSeparator(header: String, rows: String)
    /// Lines hold a user and pairs of items and values: `u1 i1:5 i2:4`.
    case pairLists(found: String)
    /// Rows end with another character than a line end.
    case otherLineEnds(found: Unicode.Scalar)
    /// Rows hold items alone: one that others have behind it is the first of a row.
    case baskets(found: String)
    /// Without a header, the column of items holds events such as `likes`, and another follows.
    case eventsAsItems(found: String, next: String, column: Int)
    /// Without a header, the column of items holds one relation of triples, and what users are related to follows.
    case relationAsItem(found: String, next: String, column: Int)
    /// Without a header, the column of users holds events, and two others follow.
    case eventsAsUsers(found: String, column: Int)
    /// Rows of Last.fm: artist, album, track and time of one user, who is not in them.
    case scrobbles(found: String)
    /// Rows of a user and items are filled up with zeros.
    case paddedLists(found: String, separator: String)
    /// Rows hold ratings alone, one column for each item, perhaps behind the number of the ratings; `nothing` stands for none.
    case ratingMatrix(found: String, separator: String, isCounted: Bool, nothing: Int = 99)
    /// A column behind users, counted from 0, holds lists of ids.
    case listsInRow(user: Int, column: Int, found: String, separator: String)
    /// Lines of a user and all items of this user have these in one field, between other marks.
    case listsInField(found: String, mark: String, separator: String)
    /// Commas that separate two columns may be decimal commas: another mark stands in all first fields equally often.
    case decimalCommas(found: String, mark: String)
    /// Lines of one length have no separator.
    case fixedWidth(found: String)
    /// A field has a space before its quotes, which do not enclose it then.
    case spacedQuotes(found: String)
    /// Rows hold several items.
    case itemsInRow(found: String, next: String)
    /// Without a header, two columns of words may hold the items.
    case twoOfWords(first: String, second: String, column: Int)
    /// A line names a user, for the rows below it: `user 1`.
    case userAbove(found: String, separator: String)
    /// Rows stand above the header.
    case headerBelow(names: [String])
    /// Lines of a user and all items begin with the number of items.
    case countedLists(found: String)
    /// All fields of a row are empty.
    case emptyRow
    /// A row of data repeats the names of the header.
    case repeatedHeader(user: String, item: String)
    /// A row of data holds names of other columns.
    case otherHeader(names: [String])
    /// The first row holds words, as all rows do: it may be a header.
    case headerOrData(found: [String])
    /// The header has one name fewer than the rows have columns. The first column counts the rows, before that separator.
    case unnamedColumn(names: Int, countsBefore: String? = nil)
    /// Rows stand behind the name of their file, or their number, as grep shows them: a regular expression of that prefix.
    case foundLines(found: String, prefix: String)
    /// The rows below the header end with so many separators more than it.
    case separatorAtEnd(names: Int, count: Int = 1)
    /// The header ends with a separator, and the rows below it do not.
    case separatorAfterNames(names: Int)
    /// Fields of a file without quotes stand in quotes.
    case quotedFields(separator: String)
    /// A separator stands between quotes, in a file without quotes.
    case quotedSeparator(separator: String)
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
    /// An item occurs in two rows of the items file, which may be one of interactions.
    case duplicateItem(item: ItemID, firstLine: Int, areInteractions: Bool = false)
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
    place = nil
  }

  /// The same error of a field in a known column.
  init(_ error: InteractionError, at place: FieldPlace) {
    (path, line, problem) = (error.path, error.line, error.problem)
    self.place = place
  }

  /// Whether both say the same of the same place.
  public static func == (one: InteractionError, other: InteractionError) -> Bool {
    (one.path, one.line) == (other.path, other.line) && one.problem == other.problem
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
