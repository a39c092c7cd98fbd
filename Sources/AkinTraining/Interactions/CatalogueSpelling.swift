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
  /// The first title, whether all are the same, the first one with tags of web pages, and the first with letters that are lost or doubled.
  private var firstTitle: String?
  private var areSame = true
  private var firstTagged: String?
  private var firstMisread: String?
  /// The categories by their letters and digits, the first spelling of each, and the first two that differ by case, spaces or dashes alone.
  private var spellings: [String: String] = [:]
  private var names: Set<String> = []
  private var firstTwins: (String, String)?
  /// The first category that other programs write for nothing.
  private var firstNothing: String?
  /// A field with separators that is closed in brackets.
  private var firstBracketed: String?
  /// The fields of categories, up to the first with the separator.
  private var fields = ListFields()
  /// Whether a field has the separator of categories.
  private var hasSeparator = false
  private let separator: String

  /// - Parameter separator: The separator of the categories of a field.
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
      if firstTitle == nil { firstTitle = title }
      areSame = areSame && title == firstTitle
      if firstTagged == nil, PlainSpelling.hasTags(title) { firstTagged = title }
      if firstMisread == nil, PlainSpelling.isMisread(title) { firstMisread = title }
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
    } else {
      fields.add(categories)
    }
  }

  /// Looks at the categories of the next row, as they are kept.
  mutating func add(categories: [String]) {
    for name in categories where names.count < ListFields.limit && names.insert(name).inserted {
      if NullWord.isOne(name), firstNothing == nil { firstNothing = name }
      if firstTagged == nil, PlainSpelling.hasTags(name) { firstTagged = name }
      if firstMisread == nil, PlainSpelling.isMisread(name) { firstMisread = name }
      if let other = spellings.updateValue(name, forKey: CatalogueSpelling.folded(name)), firstTwins == nil {
        firstTwins = (other, name)
      }
    }
  }

  /// Sentences on what may be an accident.
  ///
  /// - Parameter hasTitles: Whether the file has a column of titles.
  func notes(hasTitles: Bool) -> [String] {
    var notes: [String] = []
    if hasTitles, titleCount == 0 { notes.append("all titles are empty") }
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
    if let firstTagged {
      notes.append(
        "titles or categories with tags of web pages, which belong to them, like '\(firstTagged.prefix(60))'")
    }
    if let firstMisread {
      notes.append(
        "titles or categories whose letters an earlier conversion has lost or doubled, like '\(firstMisread.prefix(60))'"
      )
    }
    if let firstTitle, areSame, titleCount > 2 {
      notes.append("all \(titleCount) titles are '\(firstTitle.prefix(60))'")
    }
    if let (one, two) = firstTwins {
      let what = one.lowercased() == two.lowercased() ? "upper and lower case" : "spaces, dashes or case"
      notes.append(
        "categories that differ by \(what) alone, and are two, like '\(one.prefix(40))' and '\(two.prefix(40))'")
    }
    if names.count > 1, names.allSatisfy(IDSpelling.isQuoted), let name = names.min() {
      notes.append("categories in quotes, which belong to them, like \(name.prefix(60))")
    }
    if let counted {
      notes.append(
        "categories that all end with a number in brackets, which belongs to them, like '\(counted.prefix(60))'")
    }
    if let firstNothing {
      notes.append("categories like '\(firstNothing)', which other programs write for nothing")
    }
    if let firstBracketed {
      notes.append(
        "categories in brackets, which belong to the first and the last, like '\(firstBracketed.prefix(60))'")
    }
    if let (name, mark) = unsplit {
      notes.append(
        "a category '\(name.prefix(60))' beside those between '\(separator)': its parts between '\(mark)' are categories, too"
      )
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
    if let list = fields.bracketed {
      return
        "fields like '\(list.prefix(60))' are one category each; several have | between them: t = pandas.read_csv(…, dtype=str); "
        + "t['NAME'] = ['|'.join(d['name'] if isinstance(d, dict) else str(d) for d in ast.literal_eval(x)) for x in t['NAME']]"
    }
    return fields.likelyLists.map { first, mark in
      "fields like '\(first.prefix(60))' are one category each; several have | between them, or say --category-separator "
        + "'\(mark)'"
    }
  }

  /// A category whose parts between another separator are categories, too, where some fields have the separator; `nil` for none.
  private var unsplit: (name: String, mark: String)? {
    guard hasSeparator else { return nil }
    for mark in [",", ";", "/"] where mark != separator {
      let lists = names.filter { name in
        let parts = name.contains(mark) ? ListFields.parts(of: name, mark) : []
        return parts.count > 1 && parts.allSatisfy(names.contains)
      }
      // Their order is that of bytes, whatever the order of the set.
      if let first = lists.min(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) { return (first, mark) }
    }
    return nil
  }

  /// A category, if all of two or more end with a number in brackets: `Drama (12)`.
  private var counted: String? {
    func isCounted(_ name: String) -> Bool {
      guard name.utf8.last == UInt8(ascii: ")"), let open = name.lastIndex(of: "("), open > name.startIndex else {
        return false
      }
      let digits = name[name.index(after: open)...].dropLast()
      return !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
    guard names.count > 1, names.allSatisfy(isCounted) else { return nil }
    return names.min { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// A name in small letters without spaces and dashes, if it has a letter.
  private static func folded(_ name: String) -> String {
    guard name.contains(where: \.isLetter) else { return name }
    return String(
      String.UnicodeScalarView(
        name.lowercased().unicodeScalars.filter { scalar in
          !scalar.properties.isWhitespace && scalar != "_" && scalar.properties.generalCategory != .dashPunctuation
        }))
  }
}
