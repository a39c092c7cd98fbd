import AkinVectors

// What helps with fields that are no numbers, by what they look like.

extension InteractionError {
  /// What helps with a field in the place of a value.
  func numberAdvice(_ found: String) -> String {
    switch found {
    case _ where FieldKind.mayHaveThousands(found):
      "remove commas between thousands"
        + (FieldKind.hasDecimalComma(found) ? "; say so if it is a decimal comma: --decimal comma" : "")
    case _ where Misspelling.hasCommas(found): "remove commas between digits"
    case _ where Misspelling.hasOtherMinus(found):
      "write a hyphen in place of the minus sign: sed 's/\(found.trimmed.prefix(1))/-/g' \(path) > rows.csv"
    case _ where found.utf8.contains(UInt8(ascii: ".")) && found.utf8.contains(UInt8(ascii: ",")):
      "remove the points or commas between thousands"
    case _ where FieldKind.hasDecimalComma(found):
      "say so if it is a decimal comma: --decimal comma"
    case _ where found.trimmed.utf8.count != found.utf8.count && !found.trimmed.isEmpty:
      InteractionError.spaces
    case _ where found.count > 1 && (found.hasPrefix("\"") != found.hasSuffix("\"")):
      "if quotes enclose fields: --quote double"
    case _ where FlagWord.value(of: found) != nil:
      "write 1 and 0 for them, or leave rows of no interaction out"
    case _ where Misspelling.isWrapped(found):
      "take what is around the number away: sed -E 's#(^|[,;|\\t\"])\(found.prefix { $0.isLetter })[( ]([-0-9.e]+)[)]?#\\1\\2#g' "
        + "\(path) > rows.csv"
    case _ where Misspelling.hasOtherDigits(found):
      "write digits from 0 to 9: " + changed("t['COLUMN'].map(float)")
    case _ where Misspelling.hasMinusBehind(found):
      "write the minus sign before the number: sed -E 's#([0-9.]+)-([,;|\\t]|\\r?$)#-\\1\\2#g' \(path) > rows.csv"
    case _ where Misspelling.hasMarks(found): "remove the marks between thousands"
    case _ where Misspelling.marks(of: found) != nil:
      "keep the number alone: sed -E '\(Misspelling.marks(of: found) ?? "")' \(path) > rows.csv"
    case _ where !found.isEmpty && found.allSatisfy({ "\u{2605}\u{2606}\u{2B50}".contains($0) }):
      "count the stars: sed -E 's/\u{2606}//g; s/\u{2B50}/\u{2605}/g; s/★★★★★/5/g; s/★★★★/4/g; s/★★★/3/g; s/★★/2/g; s/★/1/g' \(path) > rows.csv"
    case _ where FieldKind.isDuration(found) || Misspelling.isTimeOfDay(found):
      "write numbers of one unit: "
        + changed(
          "pandas.to_timedelta(\(found.split(separator: ":").count == 2 ? "'00:' + " : "")t['COLUMN']).dt.total_seconds()"
        )
        + ", with hours before minutes and seconds"
    case _ where line > 0 && found.utf8.count > 2 && found.allSatisfy({ "-=_".contains($0) }):
      "leave the line out, which is drawn below names: sed '\(line)d' \(path) > rows.csv"
    case _ where found.unicodeScalars.contains(where: { Misspelling.shares[$0] != nil }):
      "write shares with a point: sed '\(Misspelling.decimals)' \(path) > rows.csv"
    case _ where Misspelling.holdsNumber(found):
      "keep the first number of each, if it is the value: "
        + changed("t['COLUMN'].str.extract(r'(\\d+(?:\\.\\d+)?)')[0]")
        + "; other columns: --value-column, or --value none"
    case _ where !NullWord.isOne(found) && !found.contains(where: { $0.isNumber || $0 == "'" || $0 == "\\" }):
      "write a number for each word: " + changed("t['COLUMN'].map({'\(found.filter { $0 != "'" })': 1, …})")
        + "; other columns: --value-column, or --value none"
    case _ where FieldKind(found) == .fraction:
      "the file has decimal points: leave --decimal comma out"
    default: InteractionError.otherValues
    }
  }

  /// What makes a date that is read of another, by what stands first and last: a year, the name of a zone.
  func dateAdvice(_ found: String) -> String {
    let zone = found.split(separator: " ").last.map(String.init) ?? ""
    let hasZone = (3...5).contains(zone.utf8.count) && zone.utf8.allSatisfy { (0x41...0x5A).contains($0) }
    let text = "t['COLUMN']" + (hasZone ? ".str.rpartition(' ')[0]" : "")
    let shift = hasZone ? ".dt.tz_localize('\(zone)')" : ""
    // Behind a year, the month is first.
    let isYearFirst = found.trimmed.prefix { $0.isNumber }.utf8.count == 4
    return changed("pandas.to_datetime(\(text)\(isYearFirst ? "" : ", dayfirst=True"))\(shift)")
      + (isYearFirst ? "" : ", without dayfirst where the month is first")
      + (hasZone ? ", with the name of the zone as Python has it, such as America/New_York" : "")
  }

  /// What helps with a value of no known kind.
  static let otherValues =
    "leave the row out, choose the column that holds the value (--value-column), or say that there is none (--value none)"
}
