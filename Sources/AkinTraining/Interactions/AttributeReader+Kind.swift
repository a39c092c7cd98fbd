import AkinSupport
import AkinVectors

// What a column of attributes holds, and what its fields may mean besides.

extension AttributeReader {
  /// What a column holds, by its fields.
  func kind(of fields: [String?], named name: String, _ execution: Execution) throws -> AttributeKind {
    var counts = (all: 0, flags: 0, numbers: 0, dates: 0, commas: 0, decorated: 0, otherDates: 0, durations: 0)
    var hasBar = false
    var firstCode: String?
    var firstLong: String?
    var firstWord: (row: Int, text: String)?
    for (row, field) in fields.enumerated() {
      guard let field else { continue }
      counts.all += 1
      if FlagWord.value(of: field) != nil {
        counts.flags += 1
      } else if number(field) != nil {
        counts.numbers += 1
        if firstCode == nil, field.utf8.count > 2, IDSpelling.withoutZeros(field) != nil { firstCode = field }
        if firstLong == nil, field.utf8.count > 15, isInexact(field) { firstLong = field }
      } else if isDate(field) {
        counts.dates += 1
      } else {
        if firstWord == nil { firstWord = (row, field) }
        if field.utf8.contains(UInt8(ascii: "|")) { hasBar = true }
        let isDuration = FieldKind.isDuration(field)
        if isDuration { counts.durations += 1 }
        if FieldKind.isOtherDate(field) {
          counts.otherDates += 1
        } else if format.text.decimalMark == .point, FieldKind.hasDecimalComma(field) {
          counts.commas += 1
        } else if FieldKind.isDecoratedNumber(field) {
          counts.decorated += 1
          // 45min beside 1h 5min.
          if !isDuration, field.last?.isLetter ?? false { counts.durations += 1 }
        }
      }
    }
    if counts.all == 0 { return .word }
    if counts.flags == counts.all { return .flag }
    if counts.flags > 0, counts.flags + counts.numbers == counts.all {
      execution.notice?(
        Notice(
          "\(path): column \(name) is kept as words, since it holds numbers and words like yes and no: write one kind, for flags true and "
            + "false", isWarning: true))
      return .word
    }
    if let firstCode, counts.numbers == counts.all {
      execution.notice?(
        Notice(
          "\(path): column \(name) is kept as words, since its numbers begin with zeros, as codes do, like '\(firstCode.prefix(40))'",
          isWarning: true))
      return .word
    }
    if let firstLong, counts.numbers == counts.all,
      !(ColumnNames.time.contains(ColumnNames.fold(name)) && unixUnit(fields) != nil)
    {
      execution.notice?(
        Notice(
          "\(path): column \(name) is kept as words, since whole numbers like '\(firstLong.prefix(40))' have more digits than numbers "
            + "keep", isWarning: true))
      return .word
    }
    if counts.numbers == counts.all, let note = placeholderNote(fields) {
      execution.notice?(Notice("\(path): column \(name): \(note)", isWarning: true))
    }
    if counts.numbers == counts.all {
      return ColumnNames.time.contains(ColumnNames.fold(name)) && unixUnit(fields) != nil ? .time : .number
    }
    if counts.dates == counts.all { return .time }
    if hasBar { return .list }
    if let firstWord, fields.allSatisfy({ $0.map { ["{", "["].contains($0.prefix(1)) } ?? true }) {
      execution.notice?(
        Notice(
          "\(path): column \(name) is kept as words, each of which is one, like '\(firstWord.text.prefix(40))': write its parts into columns, or "
            + "with | between", isWarning: true))
      return .word
    }
    if let firstWord, counts.commas + counts.decorated + counts.numbers == counts.all {
      let (what, remedy) =
        counts.decorated == 0
        ? ("commas", "if these are decimal commas, say --decimal comma")
        : ("commas, signs or units", "write plain numbers to compare them")
      execution.notice?(
        Notice(
          "\(path): column \(name) is kept as words, since its numbers have \(what), like '\(firstWord.text.prefix(40))': \(remedy)",
          isWarning: true))
      return .word
    }
    if let firstWord, counts.durations == counts.all {
      execution.notice?(
        Notice(
          "\(path): column \(name) is kept as words, since it holds lengths of time, like '\(firstWord.text)': write numbers of one unit to "
            + "compare them", isWarning: true))
      return .word
    }
    if let firstWord, counts.otherDates == counts.all {
      execution.notice?(
        Notice(
          "\(path): column \(name) is kept as words, since its dates are not like 2026-11-21, but like '\(firstWord.text)'",
          isWarning: true))
      return .word
    }
    if let list = listExample(fields) {
      execution.notice?(
        Notice(
          "\(path): column \(name) is kept as words, each of which is one, like '\(list.prefix(40))': several have | between them",
          isWarning: true))
      return .word
    }
    if let firstWord, 2 * max(counts.numbers, counts.dates) > counts.all {
      let most = counts.numbers > counts.dates ? "numbers" : "dates"
      execution.notice?(
        Notice(
          "\(path):\(lines[firstWord.row]): column \(name) is kept as words, since one of its \(most) is "
            + "'\(firstWord.text.prefix(40))'", isWarning: true))
    }
    return .word
  }

  /// A sentence on numbers below 0 that stand for none in many files, where all others are at least 0: -1, -9, -99, -999, -9999.
  private func placeholderNote(_ fields: [String?]) -> String? {
    var (low, high, placeholder, count, all) = (Double.infinity, -Double.infinity, 0.0, 0, 0)
    for case let field? in fields {
      guard let value = number(field) else { continue }
      all += 1
      if value >= 0 {
        (low, high) = (min(low, value), max(high, value))
      } else if [-1, -9, -99, -999, -9999].contains(value), count == 0 || value == placeholder {
        (placeholder, count) = (value, count + 1)
      } else {
        return nil
      }
    }
    // -1, 0 and 1 are values.
    guard count > 0, high > 1 else { return nil }
    func shown(_ value: Double) -> String { JSONValue.number(value).text }
    return
      "\(count) of \(all) numbers are \(shown(placeholder)), all others from \(shown(low)) to \(shown(high)): if it stands for none, leave "
      + "the field empty"
  }

  /// A field that seems to hold several words between other separators than `|`; `nil` without such fields.
  private func listExample(_ fields: [String?]) -> String? {
    var lists = ListFields()
    for case let field? in fields.prefix(100_000) { lists.add(field) }
    return lists.explainedLists?.example
  }
}
