import AkinSupport
import AkinVectors

extension InteractionError {
  public var help: String? { advice?.sparing(path) }

  private var advice: String? {
    switch problem {
    case .system(_, ENOENT): "check the path"
    case .system, .tooMany, .idTooLong: nil
    case .notUTF8:
      "name the encoding: --encoding latin1, or --encoding windows-1252; of others convert the file: iconv -f shift_jis -t utf-8 "
        + "\(path) > utf8.csv"
    case .directory: "name a file inside it"
    case .notText(let found, let frame): found.remedy(path, frame: frame)
    case .noRows: "a row is user,item or user,item,value, with a comma, tab or semicolon between"
    case .tooFewColumns(_, _, let mark?) where !mark.isASCII:
      "if \(InteractionError.shown(mark)) separates fields, write commas: awk '{gsub(/\(mark.unicodeScalars.first.map(InteractionError.octal) ?? "")/,\",\")}1' "
        + "\(path) > rows.csv"
    case .tooFewColumns(_, _, let mark?):
      "if \(InteractionError.shown(mark)) separates fields, name it: --delimiter \(InteractionError.quoted(mark))"
    case .tooFewColumns:
      "a row is user,item or user,item,value, with a comma, tab or semicolon between; "
        + "name another separator: --delimiter NAME"
    case .separatorsInField: "take the quotes around whole lines away: sed -E 's/^\"//; s/\"$//' \(path) > rows.csv"
    case .missingColumn: "name a column of the header, or give its number, counted from 1"
    case .unknownColumn(_, let present) where present.contains(where: { $0.unicodeScalars.contains("\u{FFFD}") }):
      "the names are not in UTF-8: convert the file, iconv -f gbk -t utf-8 \(path) > utf8.csv, or name the encoding: --encoding latin1"
    case .unknownColumn(let role, let present)
    where present.contains(where: { FieldKind($0) == .integer || FieldKind($0) == .fraction }):
      (role.hasSuffix("feature id")
        ? "add a first row with the names of the columns: id,age,group; " : "if the first row is data: --header no; ")
        + InteractionError.remedy(role)
    case .unknownColumn("user", let present) where TableHead.areGenerated(present):
      "the names tell no roles; if the first is the user and the second the item: --user-column "
        + "\(present[0]) --item-column \(present[1])"
    case .unknownColumn("user", _):
      InteractionError.remedy("user")
        + "; if all rows are of one user, put it before them: sed '1s/^/user,/; 1!s/^/u1,/' \(path) > rows.csv, with the file's separator"
    case .unknownColumn(let role, _): InteractionError.remedy(role)
    case .noSuchColumn(let role, _):
      InteractionError.remedy(role)
        + "; a table with a column for each item, and lists of features, need a row for each pair"
    case .featurePairs(let found, 2) where found.split(separator: ":").count == 2:
      "if the first is the user and the second the item: awk '{split($2,a,\":\");split($3,b,\":\");"
        + "print a[1]\",\"b[1]\",\"$1}' \(path) > rows.csv"
    case .featurePairs: "write a row for each user and item: user,item,value"
    case .scientificIDs:
      "write whole numbers: awk '{for(i=1;i<=NF;i++)$i=$i+0}1' \(path) > rows.txt, with -F, and -v OFS=, between commas, "
        + "or numpy.savetxt('rows.txt', array, fmt='%.17g')"
    case .numberAbove, .lineAbove: "leave it out: tail -n +\(line + 1) \(path) > rows.txt"
    case .itemAlone(_, let separator):
      "write the item into each row: awk -F'\(separator.awkText)' '/:$/{i=substr($0,1,length($0)-1);next}"
        + "{print $1\",\"i\",\"$2\",\"$3}' \(path) | akin train - …"
    case .userAbove(let found, let separator):
      "write the user into each row: awk -F'\(separator.awkText)' -v OFS='\(separator.awkText)' "
        + "'{sub(/\\r$/,\"\")}$1==\"\(found.prefix { !"\"\\'".contains($0) })\"{u=$2;next}{print u,$0}' \(path) > rows.txt"
    case .itemColumns(let user, let stem?):
      "make a row of each answer: t = pandas.read_csv('\(path)'); t.melt(\(user.pythonText), [c for c in t if c.startswith("
        + "\(stem.pythonText))], var_name='item', value_name='value').dropna().to_csv('rows.csv', index=False)"
    case .itemColumns(let user, nil):
      "make a row of each pair: pandas.read_csv('\(path)').melt(\(user.pythonText), var_name='\(InteractionError.across(user))', "
        + "value_name='value').dropna()"
        + ".to_csv('rows.csv', index=False)"
    case .twoHeaders(let name):
      "make a row of each pair: t = pandas.read_csv('\(path)', header=[0, 1], index_col=0)[\(name.pythonText)]; "
        + "t.rename_axis(index='user', columns='item').stack().rename('value').dropna().reset_index()"
        + ".to_csv('rows.csv', index=False)"
    case .namedFields(_, let mark, let separator?):
      "take the names away, of names without \(separator) and \(mark): sed -E 's/[^\(separator)\(mark)]+\(mark)//g; s/\(separator)/,/g' "
        + "\(path) > rows.csv; if they are parts of ids, name the columns: --user-column, --item-column"
    case .types(_, let count):
      (count == 1
        ? "leave it out: sed '\(line)d'" : "leave them out: sed '\(line),\(line + count - 1)d'")
        + " \(path) > rows.csv; if this is data, name the columns: --user-column, --item-column"
    case .otherSeparator(let header, let rows):
      "write that of the rows into the header: sed '\(line)s/\(header == "|" ? "[|]" : header.awkText)/\(rows.awkText)/g' \(path) > rows.csv"
    case .pairLists:
      "write a row for each pair: awk -F'[][ \\t,;|]+' '{for(i=2;i<=NF;i++){n=split($i,a,\":\");if(n==2)print $1\",\"a[1]\",\"a[2]}}' "
        + "\(path) > rows.csv"
    case .otherLineEnds(let found):
      "end lines with LF: awk '{gsub(/\(InteractionError.octal(found))/,\"\\n\")}1' \(path) > rows.csv"
    case .namedFields(_, let mark, nil):
      "take the names away: sed -E 's/^tskv\\t//; s/(^|[ ,;\\t])[A-Za-z_]+\(mark)/\\1/g' \(path) > rows.txt; "
        + "if they are parts of ids, name the columns: --user-column, --item-column"
    case .baskets:
      "number the rows in their place, and read each as a user and all items: awk '{print NR\",\"$0}' \(path) > lists.csv, with "
        + "--layout lists; if they are users: --layout lists alone"
    case .eventsAsItems(_, _, let column), .relationAsItem(_, _, let column):
      "name the column behind it: --item-column \(column + 1)"
    case .eventsAsUsers(_, let column):
      "name the columns behind it: --user-column \(column + 1) --item-column \(column + 2)"
    case .scrobbles:
      "put the user before each row: sed 's/^/u1,/' \(path) > rows.csv, and name a column of items, such as the artist: "
        + "--item-column 2 --duplicates sum; if the first column is a user: --user-column 1"
    case .paddedLists(_, let separator):
      "leave the zeros out, and read lines of a user and all items of this user with --layout lists: awk -F'\(separator.awkText)' "
        + "'{o=$1;for(i=2;i<=NF;i++)if($i!=\"0\")o=o\"\(separator.awkText)\"$i;print o}' \(path) > lists.csv"
    case .ratingMatrix(_, let separator, let isCounted, let nothing):
      "make a row of each rating: t = pandas.read_csv('\(path)', header=None, sep='\(separator.awkText)')\(InteractionError.melted(isCounted, nothing)); "
        + "t[t['rating'] != \(nothing)].dropna().to_csv('rows.csv', index=False)"
    case .listsInRow(let user, let column, _, let separator):
      "make a row of each: t = pandas.read_csv('\(path)', header=None, sep='\(separator.awkText)', dtype=str); "
        + "t[\(column)] = t[\(column)].str.split(' '); t.explode(\(column))[[\(user), \(column)]].dropna().drop_duplicates()"
        + ".to_csv('rows.csv', index=False, header=['user', 'item'])"
    case .decimalCommas(_, let mark):
      "if \(mark == " " ? "spaces separate" : "\(InteractionError.shown(Character(mark))) separates") fields, say so: --delimiter "
        + "\(mark == " " ? "space" : InteractionError.quoted(Character(mark))) --decimal comma; if commas do: --delimiter comma"
    case .listsInField(_, let mark, let separator):
      "write one separator everywhere: tr '\(separator.awkText)' '\(mark)' < \(path) > lists.txt, with --delimiter "
        + "\(mark == " " ? "space" : "'\(mark)'"); if each field is one item, say so: --delimiter "
        + "\(separator == "\t" ? "tab" : separator == " " ? "space" : "'\(separator)'")"
    case .fixedWidth:
      "if columns have fixed widths: pandas.read_fwf('\(path)', widths=[WIDTH, WIDTH, …], header=None, dtype=str)"
        + ".to_csv('rows.csv', index=False, header=False)"
    case .spacedQuotes: "take the space before the quotes away: sed -E 's/([,;|]) +\"/\\1\"/g' \(path) > rows.csv"
    case .itemsInRow: "lines of a user and all items of this user are read with --layout lists"
    case .twoOfWords(_, _, let column): "name it: --item-column \(column), or --item-column \(column + 1)"
    case .headerBelow: "leave the lines above it out: tail -n +\(line) \(path) > rows.csv"
    case .countedLists:
      "number the users in their place: awk '{$1=NR-1}1' \(path) | akin train - --layout lists …"
    case .emptyRow: "leave such rows out: grep '[^,;|[:space:]]' \(path) > rows.csv"
    case .repeatedHeader:
      "leave this row out: sed '\(line)d' \(path) > rows.csv; of files that are joined, the header of the first is enough"
    case .otherHeader: "take the rows above it: head -n \(line - 1) \(path) > rows.csv"
    case .ambiguousColumn: "choose one by its number, counted from 1"
    case .sameColumn: "choose different columns"
    case .separatorLine: "remove it: tail -n +2 \(path) | akin train - …"
    case .comments(let mark) where !["#", "%"].contains(mark):
      "leave comments out: grep -v '^\(mark)' \(path) > rows.csv"
    case .comments(let mark):
      "leave comments out: grep -v '^\(mark)' \(path) > rows.csv; if such rows are data: --header no"
    case .headerOrData: "say whether the first row names the columns: --header yes, or --header no"
    case .foundLines(_, let prefix):
      "leave them out: sed -E 's/^\(prefix)//' \(path) > rows.csv; if they are users, say so: --user-column 1"
    case .unnamedColumn(_, let separator?):
      "name the first column, which numbers the rows: sed '1s/^ */row\(separator.awkText)/' \(path) > rows.csv; R leaves it "
        + "out with row.names = FALSE, pandas with index=False"
    case .unnamedColumn:
      "name every column; R does with write.csv(…, row.names = FALSE), or write.table(…, col.names = NA)"
    case .separatorAtEnd(_, 1): "take it away: sed -E 's/[,;|\\t](\\r?)$/\\1/' \(path) > rows.csv"
    case .separatorAtEnd(_, let count):
      "take them away: sed -E 's/[,;|\\t]{\(count)}(\\r?)$/\\1/' \(path) > rows.csv"
    case .separatorAfterNames: "take it away: sed -E '1s/[,;|\\t](\\r?)$/\\1/' \(path) > rows.csv"
    case .quotedFields, .quotedSeparator:
      "say whether quotes enclose fields: --quote double, or belong to the text: --quote none"
    case .noHeader: "give the number of the column, counted from 1, or declare the first row a header"
    case .ragged(let expected, let found) where found < expected && line > 0:
      "complete the row, or leave it out: sed '\(line)d' \(path) > rows.csv"
        + (found == 1 && line == 2
          ? "; if the first row alone has another separator than all others, write theirs into it" : "")
    case .ragged(let expected, let found) where found < expected: "complete the row, or leave it out"
    case .ragged: "put a field that holds the separator between double quotes"
    case .raggedSpaces(_, _, let separator):
      "lines of a user and all items of this user are read with --layout lists, and lines of items alone behind their numbers: "
        + (separator == " "
          ? "awk '{print NR,$0}' \(path) > lists.txt"
          : "awk '{print NR\"\(separator.awkText)\"$0}' \(path) > lists.csv")
        + "; for other separators: --delimiter NAME"
    case .notANumber(let found): numberAdvice(found)
    case .vanishing: "multiply all values by the same large number, or write 0"
    case .notFinite: InteractionError.otherValues
    case .notATime(let found) where Misspelling.isTimeOfDay(found):
      "a time of day needs its date: name a column of dates: --time-column COLUMN"
    case .notATime(let found) where Misspelling.isWeekDate(found):
      "write the day: "
        + changed(
          "pandas.to_datetime(t['COLUMN']" + (found.trimmed.utf8.count == 8 ? " + '-1'" : "") + ", format='%G-W%V-%u')")
    case .notATime(let found) where Double(found).map({ abs($0) >= 1e24 }) ?? false:
      "leave the row out, or write the time: such numbers stand for none"
    case .notATime(let found):
      "a time is a number, or a date like 2026-11-21 05:06:45 or 2026-11-21T05:06:45+02:00; others: "
        + dateAdvice(found)
    case .noTimes: "name the column of times (--time-column), or split in another way"
    case .negative:
      "leave dislikes and returns out: "
        + (place.map {
          "t = pandas.read_csv('\(path)', dtype=str\($0.reading)); t[t[\($0.key)].astype(float) >= 0].to_csv('rows.csv', "
            + "index=False\($0.writing)); "
        } ?? "")
        + "a value is the strength of an interaction, at least 0; ratings of any scale are for --model mf"
    case .emptyID(let column) where line > 0:
      "give it one, or leave the row out: sed '\(line)d' \(path) > rows.csv; of many such rows, "
        + rowsWith("''", column)
    case .emptyID: "every row needs a user and an item"
    case .nullID(let column, let found):
      "leave out rows without an id: \(rowsWith(found.pythonText, column))"
    case .paddedID: InteractionError.spaces
    case .badAttribute: "correct the field, or leave it empty"
    case .noneMeet(let meeting):
      meeting.hint ?? meeting.difference?.remedy ?? "use the same ids in both files, or name the column that holds them"
    case .duplicatePair: "sum such rows, or keep the last: --duplicates sum, --duplicates last"
    case .duplicateItem(_, _, true): "its columns are those of interactions: give a table with a row for each item"
    case .duplicateItem:
      "keep one row for each item, and write several categories into one field: t = pandas.read_csv('\(path)', dtype=str); "
        + "t.groupby(t.columns[0], as_index=False).agg(lambda x: '|'.join(x.dropna().unique())).to_csv('items.csv', index=False), where the "
        + "first column has the ids"
    case .loneReturns: "convert them: tr '\\r' '\\n' < \(path) > lines.csv"
    case .quotedLineEnd, .unclosedQuote:
      "say whether quotes belong to the text (--quote none) or fields go over several lines (--quote double)"
    case .textAfterQuote, .rowTooLong:
      "a quote inside a quoted field is written twice; if a backslash stands before it: sed 's/\\\\\"/\"\"/g'; "
        + "without quoting: --quote none"
    }
  }

  /// A character for people: itself, or its number where it is a control character or a space.
  private static func shown(_ mark: Character) -> String {
    guard let scalar = mark.unicodeScalars.first, scalar.value < 0x21 || scalar.properties.isWhitespace else {
      return "'\(mark)'"
    }
    return "U+\(String(scalar.value, radix: 16, uppercase: true))"
  }

  /// A character as an argument of a shell.
  private static func quoted(_ mark: Character) -> String {
    let text = shown(mark)
    return text.hasPrefix("U+") ? "$'\\x\(text.dropFirst(2))'" : text
  }

  /// The bytes of a character as octal escapes.
  private static func octal(_ scalar: Unicode.Scalar) -> String {
    String(scalar).utf8.map { byte in "\\" + String(0o1000 + Int(byte), radix: 8).dropFirst() }.joined()
  }

  /// What makes a row of each rating of a matrix: behind users, behind the number of ratings, or without either.
  private static func melted(_ isCounted: Bool, _ nothing: Int) -> String {
    let names = "var_name='item', value_name='rating'"
    return isCounted && nothing == 0
      ? ".rename(columns={0: 'user'}).melt('user', \(names))"
      : "\(isCounted ? ".drop(columns=0)" : "").melt(\(names), ignore_index=False).rename_axis('user').reset_index()"
  }

  /// What the columns are in a table with a column for each item, or for each user.
  static func across(_ first: String) -> String {
    (ColumnNames.item + ColumnNames.title).contains(ColumnNames.fold(first)) ? "user" : "item"
  }

  static let spaces =
    "remove the white space around fields; if spaces stand around each separator, name all: --delimiter ', ', or --delimiter ' | '"

  /// The option that names the column of a role.
  private static func remedy(_ role: String) -> String {
    switch role {
    case "id": "name it by its name or number: --id-column COLUMN"
    case "user feature id": "name it by its name or number: --user-feature-id COLUMN"
    case "item feature id": "name it by its name or number: --item-feature-id COLUMN"
    default: "name it by its name or number: --\(role)-column COLUMN"
    }
  }
}

extension String {
  /// A separator as awk, sed and Python write it.
  fileprivate var awkText: String { self == "\t" ? "\\t" : self }
}
