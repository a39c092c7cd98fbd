import AkinVectors

/// What the titles and categories of a catalogue look like: traces of how other programs write nothing and lists.
struct CatalogueSpelling {
  /// Titles that other programs write for nothing, and the first of them.
  private var nullCount = 0
  private var firstNull: String?
  private var titleCount = 0
  /// Titles in quotes, or with escapes of web pages, and the first of them.
  private var quotedCount = 0
  private var firstQuoted: String?
  private var escapedCount = 0
  private var firstEscaped: String?
  /// The categories by their small letters, the first spelling of each, and the first two that differ by the case of letters alone.
  private var spellings: [String: String] = [:]
  private var names: Set<String> = []
  private var firstCases: (String, String)?
  /// The first category that other programs write for nothing.
  private var firstNothing: String?
  /// A field with separators that is closed in brackets.
  private var firstBracketed: String?
  /// Different fields of categories, in their order, and the rows of each: as many as a look at them needs.
  private var fields: [String] = []
  private var rows: [String: Int] = [:]
  /// Whether a field has the separator of categories.
  private var hasSeparator = false
  private let separator: String

  private static let fieldLimit = 10_000

  /// - Parameter separator: What stands between several categories of a field.
  init(separator: String) { self.separator = separator }

  /// Looks at the next row.
  mutating func add(title: String, categories: String) {
    if !title.isEmpty {
      titleCount += 1
      if NullWord.isOne(title) {
        nullCount += 1
        firstNull = firstNull ?? title
      }
      if IDSpelling.isQuoted(title) {
        quotedCount += 1
        firstQuoted = firstQuoted ?? title
      }
      if title.utf8.contains(UInt8(ascii: "&")), PlainSpelling.hasEntities(title) {
        escapedCount += 1
        firstEscaped = firstEscaped ?? title
      }
    }
    if firstBracketed == nil, let open = categories.utf8.first, open == UInt8(ascii: "[") || open == UInt8(ascii: "{"),
      let close = categories.utf8.last, close == UInt8(ascii: "]") || close == UInt8(ascii: "}"),
      categories.contains(separator)
    {
      firstBracketed = categories
    }
    // One separator shows that the others belong to names.
    if categories.isEmpty || hasSeparator { return }
    if categories.contains(separator) {
      hasSeparator = true
    } else if rows[categories] != nil {
      rows[categories, default: 0] += 1
    } else if fields.count < CatalogueSpelling.fieldLimit {
      rows[categories] = 1
      fields.append(categories)
    }
  }

  /// Looks at the categories of the next row, as they are kept.
  mutating func add(categories: [String]) {
    for name in categories where names.count < CatalogueSpelling.fieldLimit && names.insert(name).inserted {
      if NullWord.isOne(name), firstNothing == nil { firstNothing = name }
      if let other = spellings.updateValue(name, forKey: name.lowercased()), firstCases == nil {
        firstCases = (other, name)
      }
    }
  }

  /// Sentences on what may be an accident.
  var notes: [String] {
    var notes: [String] = []
    // A film may be called None.
    if let firstNull, 20 * nullCount >= titleCount {
      notes.append(
        "\(nullCount) \(nullCount == 1 ? "title" : "titles") like '\(firstNull)', which other programs write for nothing"
      )
    }
    if let firstQuoted, 2 * quotedCount > titleCount {
      notes.append(
        "\(quotedCount) \(quotedCount == 1 ? "title" : "titles") in quotes, which belong to them, like \(firstQuoted.prefix(60))"
      )
    }
    if let firstEscaped {
      notes.append(
        "\(escapedCount) \(escapedCount == 1 ? "title" : "titles") with escapes of web pages, like '\(firstEscaped.prefix(60))': "
          + "html.unescape(text)")
    }
    if let (one, two) = firstCases {
      notes.append(
        "categories that differ by upper and lower case alone, and are two, like '\(one.prefix(40))' and '\(two.prefix(40))'"
      )
    }
    if let firstNothing {
      notes.append("categories like '\(firstNothing)', which other programs write for nothing")
    }
    if let firstBracketed {
      notes.append(
        "categories in brackets, which belong to the first and the last, like '\(firstBracketed.prefix(60))'")
    }
    if hasSeparator || fields.isEmpty { return notes }
    if separator != "|" {
      notes.append("no field of categories holds '\(separator)', the separator that --category-separator names")
    } else if let note = listNote {
      notes.append(note)
    }
    return notes
  }

  /// A sentence on fields that look like lists without the separator.
  private var listNote: String? {
    let bracketed = fields.filter { $0.first == "[" || $0.first == "{" }
    if let list = bracketed.first, isMost(bracketed) {
      return
        "fields like '\(list.prefix(60))' are one category each; several have | between them: t = pandas.read_csv(…, dtype=str); "
        + "t['NAME'] = ['|'.join(d['name'] if isinstance(d, dict) else str(d) for d in ast.literal_eval(x)) for x in t['NAME']]"
    }
    return likelyLists.map { first, mark in
      "fields like '\(first.prefix(60))' are one category each; several have | between them, or say --category-separator "
        + "'\(mark)'"
    }
  }

  /// A field that looks like a list between another separator than `|`, and that separator; `nil` without such fields.
  var likelyLists: (example: String, mark: String)? {
    if hasSeparator { return nil }
    for mark in [",", ";", " > ", "::", "/", ":", "+", " - ", " & ", " "] {
      // A name does not begin with a separator.
      let lists = fields.filter { $0.dropFirst().contains(mark) }
      guard let first = lists.first else { continue }
      if [",", ";", " > ", "::"].contains(mark) && isMost(lists) || isExplained(lists, by: mark) {
        return (first, mark)
      }
    }
    return nil
  }

  /// Whether most rows have one of these fields.
  private func isMost(_ some: [String]) -> Bool {
    2 * some.reduce(0) { $0 + rows[$1, default: 0] } > rows.values.reduce(0, +)
  }

  /// Whether fields that hold a separator are lists: parts of each also stand elsewhere, alone or in another field: most of all parts,
  /// and between spaces every part.
  private func isExplained(_ lists: [String], by mark: String) -> Bool {
    // One field alone is a list if all its parts are fields themselves: `Food & Wine` beside `Food` and `Wine`, not between spaces.
    if lists.count == 1, mark != " " {
      let parts = CatalogueSpelling.parts(of: lists[0], mark)
      return parts.count > 1 && parts.allSatisfy { rows[$0] != nil }
    }
    guard lists.count > 1 else { return false }
    let parts = lists.map { CatalogueSpelling.parts(of: $0, mark) }
    var uses: [String: Int] = [:]
    for one in parts { for part in Set(one) { uses[part, default: 0] += 1 } }
    func recurring(_ one: [String]) -> Int { one.count { rows[$0] != nil || uses[$0, default: 0] > 1 } }
    if mark == " " { return parts.allSatisfy { recurring($0) == $0.count } }
    let all = parts.reduce(0) { $0 + $1.count }
    return parts.allSatisfy { recurring($0) > 0 } && 2 * parts.reduce(0) { $0 + recurring($1) } > all
  }

  /// The parts of a field between separators, without space around them.
  static func parts(of field: String, _ separator: String) -> [String] {
    var parts: [String] = []
    var (start, place) = (field.utf8.startIndex, field.utf8.startIndex)
    let mark = Array(separator.utf8)
    func end(at place: String.Index) {
      let part = String(field[start..<place]).trimmed
      if !part.isEmpty { parts.append(part) }
    }
    while place < field.utf8.endIndex {
      if field.utf8[place...].starts(with: mark) {
        end(at: place)
        place = field.utf8.index(place, offsetBy: mark.count)
        start = place
      } else {
        place = field.utf8.index(after: place)
      }
    }
    end(at: field.utf8.endIndex)
    return parts
  }
}
