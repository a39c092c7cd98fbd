import AkinSupport
import AkinVectors

/// Makes attributes of the columns of a table of items. What a column holds follows from its fields, of which empty ones and
/// words for nothing (`NA`, `null`, `None`, …) do not count:
///
/// 1. *flags*, if each is `true`, `false`, `yes` or `no`, in any case;
/// 2. *numbers*, if each is a decimal number, none of three digits or more begins with a zero, as codes do, and none is a whole number
///    from 2⁵³ on, which would not stay exact; but *times*, if the column is named as one (`timestamp`, `date`, …) and each is a Unix
///    time of 1989 to 2100, in seconds or finer units;
/// 3. *times*, if each is a date like `2026-11-21`, with a time of day or without;
/// 4. *lists* of words, if one holds the separator `|`;
/// 5. *words* else.
///
/// A column without fields holds words. A column with a field too long for a word is left out.
struct AttributeReader {
  let path: String
  /// The line of each row.
  let lines: [Int]
  let format: ItemFormat

  /// The attributes of all columns, whose text is freed.
  ///
  /// - Throws: ``InteractionError`` for fields that are not UTF-8, or not of a kind that the format asks; `Cancelled`.
  func attributes(_ cells: inout [FeatureCells], _ execution: Execution) throws -> [Attribute] {
    var attributes: [Attribute] = []
    for place in cells.indices {
      try execution.checkCancellation()
      if let attribute = try attribute(cells[place], execution) { attributes.append(attribute) }
      cells[place] = FeatureCells(name: "")
    }
    if !attributes.isEmpty {
      let list = attributes.prefix(12).map { "\($0.name) (\($0.kind.plural))" }
      let rest = attributes.count > 12 ? " and \(attributes.count - 12) more" : ""
      execution.notice?(Notice("\(path): attributes \(list.joined(separator: ", "))\(rest)"))
    }
    return attributes
  }

  private func attribute(_ cells: FeatureCells, _ execution: Execution) throws -> Attribute? {
    var fields: [String?] = []
    fields.reserveCapacity(cells.count)
    var longest = (row: 0, bytes: 0)
    for row in 0..<cells.count {
      guard let text = unsafe cells.withField(row, { unsafe String(validating: $0, as: UTF8.self) }) else {
        throw InteractionError(path: path, line: lines[row], .notUTF8(column: cells.name))
      }
      let field = NullWord.isOne(text) || text == AttributeReader.noWords ? nil : text
      fields.append(field)
      if let field, field.utf8.count > longest.bytes { longest = (row, field.utf8.count) }
    }
    let kind = format.attributeKinds[cells.name] ?? kind(of: fields, named: cells.name, execution)
    switch kind {
    case .flag:
      return .flags(cells.name, try values(fields, cells, kind) { FlagWord.value(of: $0, allowsDigits: true) })
    case .number: return .numbers(cells.name, try values(fields, cells, kind) { number($0) })
    case .time:
      let unit = unixUnit(fields)
      return .times(
        cells.name,
        try values(fields, cells, kind) { field in
          secondsOfDate(field) ?? unit.flatMap { unit in number(field).map { $0 / unit } }
        })
    case .word:
      if longest.bytes > VectorLimits.idBytes { return leftOut(cells.name, longest, execution) }
      return .words(cells.name, fields)
    case .list:
      let lists = fields.map { field in
        field.map { $0.split(separator: "|").map { String($0).trimmed }.filter { !$0.isEmpty } } ?? []
      }
      if let row = lists.firstIndex(where: { $0.contains { $0.utf8.count > VectorLimits.idBytes } }) {
        return leftOut(cells.name, (row, lists[row].reduce(0) { max($0, $1.utf8.count) }), execution)
      }
      return .lists(cells.name, lists)
    }
  }

  /// The value of each field.
  ///
  /// - Throws: ``InteractionError`` for a field without one: only where the format asks for the kind.
  private func values<Value>(
    _ fields: [String?], _ cells: FeatureCells, _ kind: AttributeKind, _ value: (String) -> Value?
  ) throws(InteractionError) -> [Value?] {
    var values: [Value?] = []
    values.reserveCapacity(fields.count)
    for (row, field) in fields.enumerated() {
      let found = field.flatMap(value)
      if let field, found == nil {
        throw InteractionError(
          path: path, line: lines[row],
          .badAttribute(column: cells.name, found: String(field.prefix(40)), kind: kind))
      }
      values.append(found)
    }
    return values
  }

  private func leftOut(_ name: String, _ longest: (row: Int, bytes: Int), _ execution: Execution) -> Attribute? {
    execution.notice?(
      Notice(
        "\(path):\(lines[longest.row]): column \(name) is left out: a word of an attribute has at most "
          + "\(VectorLimits.idBytes) bytes, this one has \(longest.bytes)", isWarning: true))
    return nil
  }

  func number(_ field: String) -> Double? {
    var field = field
    return field.withUTF8 { unsafe $0.number(format.text.decimalMark) }.flatMap { $0.isFinite ? $0 : nil }
  }

  /// Whether a field is a whole number that float64 may not keep.
  func isInexact(_ field: String) -> Bool {
    let digits = field.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
    guard let exact = UInt64(String(digits) ?? "") else { return true }
    return UInt64(exactly: Double(exact)) != exact
  }

  func isDate(_ field: String) -> Bool {
    // A date begins with four digits and a dash; most words are told apart by that.
    field.utf8.count >= 10 && field.utf8.count <= 40 && field.utf8.dropFirst(4).first == UInt8(ascii: "-")
      && secondsOfDate(field) != nil
  }

  /// How many units a second has, if all numbers are Unix times of 1989 to 2100; `nil` else, and without numbers.
  func unixUnit(_ fields: [String?]) -> Double? {
    var range: (low: Double, high: Double)?
    for field in fields {
      guard let field, let value = number(field) else { continue }
      range = (min(range?.low ?? value, value), max(range?.high ?? value, value))
    }
    guard let range else { return nil }
    return UnixUnit.perSecond(low: range.low, high: range.high)
  }

  private static let noWords = "(no genres listed)"
}
