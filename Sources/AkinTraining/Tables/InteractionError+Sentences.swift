import AkinSupport
import AkinVectors

extension InteractionError.Problem {
  /// The problem in words.
  var sentence: String {
    switch self {
    case .system(_, ENOENT): "no such file"
    case .system(let action, let code): "cannot \(action): \(systemSentence(code))"
    case .directory: "expected a file, found a directory"
    case .notText(let found, _): "expected UTF-8 text, found \(found.rawValue)"
    case .noRows: "expected at least one row, found none"
    case .tooFewColumns(let needed, let found, _): "expected at least \(needed) columns, found \(found)"
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
    case .lineAbove(let found):
      "expected a header or data, found a line without separators above rows with some: '\(found.prefix(40))'"
    case .numberAbove(let found): "expected a header or data, found a number alone above the rows: '\(found)'"
    case .itemAlone(let found, _): "expected a user and an item in each row, found a row of the item alone: '\(found)'"
    case .itemColumns(let user, _?):
      "expected a row for each user and item, found a column for each item behind '\(user)'"
    case .itemColumns(let user, nil):
      "expected a row for each user and item, found a column for each \(InteractionError.across(user)) behind '\(user)'"
    case .twoHeaders(let name):
      "expected a row for each user and item, found a column for each item below two rows of names, the first all '\(name)'"
    case .otherSeparator(let header, let rows):
      "expected one separator, found '\(header == "\t" ? "\\t" : header)' in the header and '\(rows == "\t" ? "\\t" : rows)' in the rows"
    case .types(let found, _):
      "expected data below the header, found words above numbers, as types or units are: \(listed(found))"
    case .pairLists(let found): "expected one item in each row, found pairs of items and values, like \(found)"
    case .otherLineEnds(let found):
      "expected lines that end with LF or CR LF, found U+\(String(found.value, radix: 16, uppercase: true)) between rows"
    case .namedFields(let found, _, _): "expected a field without its name, found '\(found)'"
    case .baskets(let found):
      "expected a user at the beginning of each row, found an item that other rows have behind it: '\(found)'"
    case .eventsAsItems(let found, _, let column):
      "expected item ids in a file without a header, found events like '\(found)' in column \(column)"
    case .relationAsItem(let found, let next, let column):
      "expected item ids in a file without a header, found a relation in column \(column): '\(found.prefix(40))', before '\(next.prefix(40))'"
    case .eventsAsUsers(let found, let column):
      "expected user ids in a file without a header, found events like '\(found)' in column \(column)"
    case .scrobbles(let found):
      "expected a user and an item in each row, found artist, album, track and time, as Last.fm has them: '\(found)'"
    case .paddedLists(let found, _):
      "expected one item in each row, found rows that are filled up with zeros: '\(found.prefix(40))'"
    case .ratingMatrix(let found, _, _, _):
      "expected a user and an item in each row, found a row of ratings for each user: '\(found.prefix(40))'"
    case .decimalCommas(let found, _):
      "expected a separator, found a comma that may be a decimal comma: '\(found.prefix(40))'"
    case .listsInField(let found, _, _): "expected one item in each field, found several in one: '\(found.prefix(40))'"
    case .listsInRow(_, let column, let found, _):
      "expected one item in each row, found lists of ids in column \(column + 1), like '\(found.prefix(40))'"
    case .fixedWidth(let found):
      "expected fields with separators between, found lines of one length without any: '\(found.prefix(40))'"
    case .spacedQuotes(let found):
      "expected quotes at the beginning of a field, found a space before them: '\(found.prefix(40))'"
    case .itemsInRow(let found, let next): "expected one item in each row, found several: '\(found)', '\(next)'"
    case .twoOfWords(let first, let second, let column):
      "expected item ids in a file without a header, found two columns that may hold them: '\(first)' in column "
        + "\(column), and '\(second)' in column \(column + 1), which has more different ones"
    case .userAbove(let found, _): "expected a user and an item in each row, found a line of the user alone: '\(found)'"
    case .headerBelow(let names): "expected the header in the first row, found it here: \(listed(names))"
    case .countedLists(let found):
      "expected a user at the beginning of each line, found the number of its items: '\(found)'"
    case .emptyRow: "expected a row, found one of empty fields"
    case .repeatedHeader(let user, let item):
      "expected data, found the names of the header again: '\(user)', '\(item)'"
    case .otherHeader(let names): "expected data, found the names of another table: \(listed(names))"
    case .headerOrData(let found):
      "expected a header with known names, or data, found words that may be either: \(listed(found))"
    case .unnamedColumn(let names, _):
      "expected a name for each column, found \(names) names above \(names + 1) columns"
    case .foundLines(let found, _):
      "expected a user at the beginning of each row, found the name of a file or a number of a line before it: '\(found.prefix(40))'"
    case .separatorAtEnd(let names, let count):
      "expected as many names as columns, found \(names) names above rows that end with "
        + (count == 1 ? "a separator" : "\(count) separators")
    case .separatorAfterNames(let names):
      "expected as many names as columns, found \(names) names and a separator behind them"
    case .quotedFields(let separator):
      "expected fields without quotes between separators of \(separator), found every field in quotes"
    case .quotedSeparator(let separator):
      "expected fields without quotes between separators of \(separator), found a separator between quotes"
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
    case .duplicateItem(let item, let firstLine, _):
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
