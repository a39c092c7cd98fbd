import AkinVectors

/// A difference of spelling between ids that most likely mean the same.
public enum IDDifference: String, Sendable, CaseIterable {
  /// ` 10` and `10`.
  case space = "white space"
  /// `10.0` and `10`.
  case fraction = "a fraction of zeros"
  /// `="10"` or `'10`, and `10`.
  case quotes = "quotes, as spreadsheets and programs write them"
  /// `007` and `7`.
  case zeros = "leading zeros"
  /// Letters with accents as one character, and as two.
  case unicode = "the Unicode form of letters"
  /// `B00X` and `b00x`.
  case letterCase = "upper and lower case"

  /// What makes the ids equal.
  var remedy: String {
    switch self {
    case .space: "remove the white space around fields"
    case .fraction: "write whole numbers without a fraction: pandas does if columns of ids are read as text (dtype=str)"
    case .quotes:
      "take the quotes away, of spreadsheets: sed -E 's/(^|[,;\\t])\"?=\"+([^\",;]*)\"+/\\1\\2/g' FILE > plain.csv; of other programs by their "
        + "options, or with tr -d, as tr -d \\' < FILE > plain.csv, where no field needs them"
    case .zeros: "keep the zeros: spreadsheets and pandas drop them unless columns of ids are read as text (dtype=str)"
    case .unicode: "write both files in the same form: unicodedata.normalize('NFC', text)"
    case .letterCase: "write ids in the same case in both files"
    }
  }

  /// Ids of each file that differ by their spelling alone, and how; `nil` if none is found.
  ///
  /// At most 200,000 ids of the other file are looked at: many more cost time, and some are enough.
  ///
  /// - Parameters:
  ///   - strangers: Some ids of one file that the other lacks.
  ///   - known: The ids of the other file.
  ///   - all: The same, as a set.
  static func between(
    _ strangers: [ItemID], _ known: IDColumn, _ all: Set<ItemID>
  ) -> (difference: IDDifference, examples: [String])? {
    if strangers.isEmpty { return nil }
    // A plain form that is an id itself.
    for id in strangers {
      guard case .text(let text) = id else { continue }
      for difference in [space, fraction, quotes, zeros] {
        let plain = ItemID(parsing: difference.plain(text))
        if plain.description != text, all.contains(plain) { return (difference, [text, plain.description]) }
      }
    }
    // Strings compare by canonical equivalence: only their forms differ then.
    var texts: [String: String] = [:]
    for row in 0..<min(known.count, 200_000) {
      guard case .text(let text) = known[Row(row)] else { continue }
      texts[IDDifference.folded(text)] = text
    }
    if texts.isEmpty { return nil }
    for id in strangers {
      guard let other = texts[IDDifference.folded(id.description)] else { continue }
      let difference = allCases.first { difference in
        let (one, two) = (difference.plain(id.description), difference.plain(other))
        return difference == .unicode ? one == two : one.utf8.elementsEqual(two.utf8)
      }
      return (difference ?? .letterCase, [id.description, other])
    }
    return nil
  }

  /// A text without all differences of spelling.
  private static func folded(_ text: String) -> String {
    allCases.reduce(text) { $1.plain($0) }
  }

  /// A text without this difference.
  private func plain(_ text: String) -> String {
    switch self {
    case .space: text.trimmed
    case .fraction:
      IDSpelling.isWholeFraction(text) ? String(text.prefix { $0 != "." }) : text
    case .quotes where IDSpelling.isQuoted(text): String(text.drop { $0 == "=" || $0 == "b" }.dropFirst().dropLast())
    // Spreadsheets keep a number as text by an apostrophe before it.
    case .quotes
    where text.utf8.first == UInt8(ascii: "'") && text.utf8.dropFirst().allSatisfy({ (0x30...0x39).contains($0) }):
      String(text.dropFirst())
    case .quotes: text
    case .zeros: IDSpelling.withoutZeros(text) ?? text
    case .unicode: text
    case .letterCase: text.lowercased()
    }
  }
}
