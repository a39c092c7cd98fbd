import AkinVectors

/// What the titles and categories of a catalogue look like: traces of how other programs write nothing and lists.
struct CatalogueSpelling {
  /// Titles that other programs write for nothing, and the first of them.
  private var nullCount = 0
  private var firstNull: String?
  private var titleCount = 0
  /// Fields of categories that look like lists without `|`, and the first of them.
  private var listCount = 0
  private var firstList: String?
  private var fieldCount = 0
  /// Whether a field has the separator of categories.
  private var hasBar = false

  /// Looks at the next row.
  mutating func add(title: String, categories: String) {
    if !title.isEmpty {
      titleCount += 1
      if NullWord.isOne(title) {
        nullCount += 1
        firstNull = firstNull ?? title
      }
    }
    // One separator shows that the others belong to names.
    if categories.isEmpty || hasBar { return }
    fieldCount += 1
    var (hasSeparator, place) = (false, 0)
    for byte in categories.utf8 {
      if byte == UInt8(ascii: "|") { hasBar = true }
      // A name does not begin with a separator.
      if place > 0, byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") { hasSeparator = true }
      place += 1
    }
    if hasSeparator || categories.utf8.first == UInt8(ascii: "[") {
      listCount += 1
      firstList = firstList ?? categories
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
    if let firstList, !hasBar, 2 * listCount > fieldCount {
      notes.append("fields like '\(firstList.prefix(60))' are one category each; several have | between them")
    }
    return notes
  }
}
