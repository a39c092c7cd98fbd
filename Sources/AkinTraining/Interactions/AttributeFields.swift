import AkinSupport
import AkinVectors

/// The fields of a column of attributes, counted by what each may be: each property of a case of what the column holds, and its note.
struct AttributeFields {
  private let fields: [String?]
  private let name: String
  private let reader: AttributeReader
  /// The fields that are not empty, and how many of them are flags, numbers, dates and spellings that are not read.
  private var all = 0
  private var flags = 0
  private var numbers = 0
  private var dates = 0
  private var commas = 0
  private var decorated = 0
  private var otherDates = 0
  private var durations = 0
  /// Whether a field has the separator of lists.
  private(set) var haveBars = false
  /// The first number that begins with zeros, the first with more digits than a number keeps, and the first field that is none.
  private var firstCode: String?
  private var firstLong: String?
  private var firstWord: (row: Int, text: String)?

  init(_ fields: [String?], named name: String, reader: AttributeReader) {
    self.fields = fields
    self.name = name
    self.reader = reader
    for (row, field) in fields.enumerated() { if let field { count(field, row) } }
  }

  private mutating func count(_ field: String, _ row: Int) {
    all += 1
    if FlagWord.value(of: field) != nil {
      flags += 1
    } else if reader.number(field) != nil {
      numbers += 1
      if firstCode == nil, field.utf8.count > 2, IDSpelling.withoutZeros(field) != nil { firstCode = field }
      if firstLong == nil, field.utf8.count > 15, reader.isInexact(field) { firstLong = field }
    } else if reader.isDate(field) {
      dates += 1
    } else {
      if firstWord == nil { firstWord = (row, field) }
      if field.utf8.contains(UInt8(ascii: "|")) { haveBars = true }
      let isDuration = FieldKind.isDuration(field)
      if isDuration { durations += 1 }
      if FieldKind.isOtherDate(field) {
        otherDates += 1
      } else if reader.format.text.decimalMark == .point, FieldKind.hasDecimalComma(field) {
        commas += 1
      } else if FieldKind.isDecoratedNumber(field) || Misspelling.isOfScale(field) {
        decorated += 1
        // 45min beside 1h 5min.
        if !isDuration, field.last?.isLetter ?? false { durations += 1 }
      }
    }
  }
}

// The cases, in the order of their table.

extension AttributeFields {
  var areNone: Bool { all == 0 }
  var areFlags: Bool { flags == all }
  var areFlagsAndNumbers: Bool { flags > 0 && flags + numbers == all }
  /// Whether all are numbers, of which one begins with zeros.
  var areCodes: Bool { areNumbers && firstCode != nil }
  /// Whether all are numbers, of which one has more digits than a number keeps, and no times.
  var areTooLong: Bool { areNumbers && firstLong != nil && !areUnixTimes }
  /// Whether the column is named as one of times, and all are Unix times.
  var areUnixTimes: Bool {
    areNumbers && ColumnNames.time.contains(ColumnNames.fold(name)) && reader.unixUnit(fields) != nil
  }
  var areNumbers: Bool { numbers == all }
  var areDates: Bool { dates == all }
  var areBracketed: Bool {
    firstWord != nil && fields.allSatisfy { $0.map { ["{", "["].contains($0.prefix(1)) } ?? true }
  }
  /// Whether all are numbers, with commas, signs or units.
  var areMarkedNumbers: Bool { firstWord != nil && commas + decorated + numbers == all }
  var areDurations: Bool { firstWord != nil && durations == all }
  var areOtherDates: Bool { firstWord != nil && otherDates == all }
  var areLists: Bool { explainedLists != nil }
  /// Whether more than half are numbers, or dates, and one is none.
  var areMostlyOfOneKind: Bool { firstWord != nil && 2 * max(numbers, dates) > all }
}

// What the caller should know of them.

extension AttributeFields {
  var flagNote: String? {
    keptAsWords("it holds numbers and words like yes and no: write one kind, for flags true and false")
  }

  var codeNote: String? {
    firstCode.flatMap { keptAsWords("its numbers begin with zeros, as codes do, like '\($0.prefix(40))'") }
  }

  var lengthNote: String? {
    firstLong.flatMap { keptAsWords("whole numbers like '\($0.prefix(40))' have more digits than numbers keep") }
  }

  var bracketNote: String? {
    firstWord.map {
      "\(place) is kept as words, each of which is one, like '\($0.text.prefix(40))': write its parts into columns, or "
        + "with | between"
    }
  }

  var markedNote: String? {
    let (what, remedy) =
      decorated == 0
      ? ("commas", "if these are decimal commas, say --decimal comma")
      : ("commas, signs or units", "write plain numbers to compare them")
    return firstWord.flatMap { keptAsWords("its numbers have \(what), like '\($0.text.prefix(40))': \(remedy)") }
  }

  var durationNote: String? {
    firstWord.flatMap {
      keptAsWords("it holds lengths of time, like '\($0.text)': write numbers of one unit to compare them")
    }
  }

  var dateNote: String? {
    firstWord.flatMap { keptAsWords("its dates are not like 2026-11-21, but like '\($0.text)'") }
  }

  var listNote: String? {
    explainedLists.map {
      "\(place) is kept as words, each of which is one, like '\($0.example.prefix(40))': several have | between them"
    }
  }

  var strayNote: String? {
    firstWord.map {
      "\(reader.path):\(reader.lines[$0.row]): column \(name) is kept as words, since one of its "
        + "\(numbers > dates ? "numbers" : "dates") is '\($0.text.prefix(40))'"
    }
  }

  /// A sentence on numbers below 0 that stand for none in many files.
  var placeholderNote: String? {
    PlaceholderNumber(fields.lazy.compactMap { $0 }.compactMap(reader.number)).map { "\(place): \($0.sentence)" }
  }

  private var explainedLists: (example: String, mark: String)? {
    ListFields(fields.prefix(ListFields.rowLimit).lazy.compactMap { $0 }).explainedLists
  }

  private var place: String { "\(reader.path): column \(name)" }

  private func keptAsWords(_ reason: String) -> String? { "\(place) is kept as words, since \(reason)" }
}
