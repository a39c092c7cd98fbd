import AkinVectors

/// What the fields of one column look like, in a sample of rows.
struct ColumnValues {
  private let texts: [String]
  private let kinds: [FieldKind]
  /// The numbers among them.
  private let numbers: [Double]

  init(_ texts: [String]) {
    self.texts = texts.filter { !NullWord.isOne($0) }
    kinds = self.texts.map { FieldKind($0) }
    numbers = self.texts.compactMap { text in
      var copy = text
      return copy.withUTF8 { unsafe $0.decimalNumber }
    }
  }

  /// Whether all fields are empty, or words for nothing.
  var areEmpty: Bool { texts.isEmpty }
  /// The field that all rows have, of three or more; `nil` else.
  var constant: String? { texts.count >= 3 && Set(texts).count == 1 ? texts[0] : nil }
  /// The mark without letters and digits that all rows have, of two or more: an arrow, or a sign of equality; `nil` else.
  var commonMark: String? {
    guard texts.count > 1, Set(texts).count == 1, !texts[0].contains(where: { $0.isLetter || $0.isNumber }) else {
      return nil
    }
    return texts[0]
  }
  /// Whether most fields are numbers, those with a decimal comma included.
  var areNumbers: Bool {
    let count = kinds.count { $0 == .integer || $0 == .fraction || $0 == .decimalComma }
    return count > 0 && 2 * count >= kinds.count
  }
  /// Whether most fields are numbers, and one or more have marks between thousands, which are not read: `1 000`. An underscore
  /// stands in keys.
  var areMarkedNumbers: Bool {
    let marked = texts.count { Misspelling.hasThousands($0) && !$0.contains("_") }
    let count = kinds.count { $0 == .integer || $0 == .fraction || $0 == .decimalComma }
    return marked > 0 && 2 * (marked + count) >= texts.count
  }
  /// Whether all fields are numbers behind or before white space, as where a space follows each separator.
  var areSpacedNumbers: Bool {
    !texts.isEmpty
      && texts.allSatisfy { text in
        let plain = text.trimmed
        return plain.utf8.count < text.utf8.count && [.integer, .fraction, .decimalComma].contains(FieldKind(plain))
      }
  }
  /// Whether all fields are ratings: whole or half numbers from 0 to 10.
  var areRatings: Bool {
    !numbers.isEmpty && numbers.count == texts.count
      && numbers.allSatisfy { (0...10).contains($0) && 2 * $0 == (2 * $0).rounded() }
  }
  /// Whether all fields are whole numbers from 1900 to 2100.
  var areYears: Bool {
    !texts.isEmpty && texts.allSatisfy { UInt64(canonical: $0).map { (1900...2100).contains($0) } ?? false }
  }
  /// Whether every field holds a digit.
  var holdDigits: Bool { texts.allSatisfy { $0.utf8.contains { (0x30...0x39).contains($0) } } }
  /// Whether most fields are dates.
  var areDates: Bool { 2 * kinds.count { $0 == .date } > kinds.count }
  /// Whether all fields are whole numbers in the range of Unix times between 1989 and 2100, in seconds or finer units.
  var areUnixTimes: Bool {
    guard !numbers.isEmpty, numbers.count == texts.count, kinds.allSatisfy({ $0 == .integer || $0 == .fraction })
    else { return false }
    return [1.0, 1e3, 1e6, 1e9].contains { unit in
      numbers.allSatisfy { (600_000_000 * unit...4_102_444_800 * unit).contains($0) }
    }
  }
  /// Whether the fields are most likely times: dates, or Unix times that hardly repeat and lie within ten years.
  var areTimes: Bool {
    if areDates { return true }
    guard areUnixTimes, let low = numbers.min(), let high = numbers.max() else { return false }
    let unit = low < 5e9 ? 1 : low < 5e12 ? 1e3 : low < 5e15 ? 1e6 : 1e9
    return 10 * Set(texts).count >= 9 * texts.count && high - low < 315_576_000 * unit
  }
  /// Whether all fields are whole numbers beyond any value: most likely ids.
  var areLargeIntegers: Bool {
    !numbers.isEmpty && numbers.count == texts.count
      && zip(kinds, numbers).allSatisfy { $0 == .integer && $1 >= 100_000 }
  }
  /// Whether a quarter of the fields or more are numbers with a fraction, and all others are numbers: no ids.
  var areFractions: Bool {
    numbers.count == texts.count && 4 * numbers.count { $0 != $0.rounded() } >= max(numbers.count, 1)
  }
  /// Whether all fields are whole numbers with an exponent and six decimals or more: `1.0000000e+01`, as numpy and Matlab write
  /// numbers. Spreadsheets write fewer decimals.
  var areScientific: Bool {
    !numbers.isEmpty && numbers.count == texts.count && numbers.allSatisfy { $0 == $0.rounded() }
      && texts.allSatisfy { text in
        let parts = text.utf8.split(separator: UInt8(ascii: "."))
        let decimals = parts.count == 2 ? parts[1].prefix { (0x30...0x39).contains($0) } : []
        return decimals.count >= 6 && decimals.count < parts[1].count
      }
  }
  /// Whether all fields are whole numbers and a number with colons between: `3:0.5`, as libsvm writes features, `0:3:0.5`, or `9:05`.
  var arePairs: Bool {
    !texts.isEmpty
      && texts.allSatisfy { text in
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return (2...3).contains(parts.count) && parts.dropLast().allSatisfy { FieldKind(String($0)) == .integer }
          && parts.last.map { [.integer, .fraction].contains(FieldKind(String($0))) } ?? false
      }
  }
  /// Whether all fields are `true`, `false` or their kin, and both occur.
  var areTruths: Bool {
    let found = Set(texts.filter { !$0.isEmpty }.map { FlagWord.value(of: $0) })
    return found == [true, false] || ColumnValues.opposites.contains(Set(texts.map { $0.lowercased() }))
  }
  /// Words of which one is no interaction.
  private static let opposites: [Set<String>] = [
    ["like", "dislike"], ["liked", "disliked"], ["positive", "negative"], ["pos", "neg"], ["up", "down"],
    ["upvote", "downvote"], ["recommended", "not recommended"], ["t", "f"], ["y", "n"],
  ]
  /// Whether the fields count on by 1, from row to row.
  var areCounts: Bool {
    guard numbers.count == texts.count, numbers.count >= 3, kinds.allSatisfy({ $0 == .integer }) else { return false }
    return zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 }
  }
  /// Whether all fields could be degrees of latitude or longitude: numbers up to 180 with four decimals or more.
  var areDegrees: Bool {
    !numbers.isEmpty && numbers.count == texts.count
      && zip(kinds, numbers).allSatisfy { $0 != .integer && abs($1) <= 180 }
      && texts.allSatisfy { ($0.split(separator: ".").dropFirst().first?.utf8.count ?? 0) >= 4 }
  }
}

extension ColumnValues {
  /// Whether no field is a number or a date.
  var areWords: Bool { !texts.isEmpty && kinds.allSatisfy { $0 == .word } }
  /// Whether all fields are numbers, or there are none.
  var areEmptyOrNumbers: Bool { kinds.allSatisfy { [.empty, .integer, .fraction, .decimalComma].contains($0) } }
  /// Whether all fields are whole numbers, and one is larger than a limit: 10 or 100, where scales of ratings end.
  func areIntegers(beyond limit: Double) -> Bool {
    !numbers.isEmpty && numbers.count == texts.count && kinds.allSatisfy { $0 == .integer }
      && numbers.contains { $0 > limit }
  }
  /// Whether all fields are whole numbers too small for Unix times that do not fall, as days and hours of events are.
  var areSmallTimes: Bool {
    areIntegers(beyond: 0) && !areUnixTimes && zip(numbers, numbers.dropFirst()).allSatisfy { $0 <= $1 }
  }
  /// Whether all fields are different fractions up to 1 of six decimals or more, within half a hundredth of the largest.
  var areCloseFractions: Bool {
    guard numbers.count > 4, numbers.count == texts.count, Set(texts).count == texts.count, let low = numbers.min(),
      let high = numbers.max(), low > 0, high <= 1, 200 * (high - low) < high
    else { return false }
    return texts.allSatisfy { ($0.split(separator: ".").dropFirst().first?.utf8.count ?? 0) >= 6 }
  }
  /// The smallest and the largest number, and the one in the middle; `nil` without numbers.
  var lowest: Double? { numbers.min() }
  var highest: Double? { numbers.max() }
  var median: Double? { numbers.isEmpty ? nil : numbers.sorted()[numbers.count / 2] }
  /// Whether a number is no whole one.
  var haveFractions: Bool { numbers.contains { $0 != $0.rounded() } }
  /// Whether all fields are 0 and 1, and both occur.
  var areBits: Bool { Set(texts) == ["0", "1"] }
  /// Whether all numbers are larger than all of another column.
  func exceed(_ other: ColumnValues) -> Bool {
    guard let low = numbers.min(), let high = other.numbers.max() else { return false }
    return low > high && other.numbers.count == other.texts.count
  }
  /// Whether all fields hold three words of letters or more, or an address of the web.
  var areTexts: Bool {
    !texts.isEmpty
      && texts.allSatisfy { text in
        text.hasPrefix("http") || text.split(separator: " ").count { $0.allSatisfy(\.isLetter) } > 2
      }
  }
  /// Whether fields are as short as ids, and hold no spaces.
  var areShort: Bool { texts.allSatisfy { $0.utf8.count <= 40 && !$0.utf8.contains(UInt8(ascii: " ")) } }
  /// The number of different fields.
  var differentCount: Int { Set(texts).count }
  /// Whether another column has a field of this one.
  func shares(with other: ColumnValues) -> Bool { !Set(texts).isDisjoint(with: other.texts) }
  /// Whether the fields count 1, 2, …, from row to row, and begin again: lines of orders or of carts.
  var countsWithinGroups: Bool {
    guard numbers.count == texts.count, numbers.count >= 3, numbers.first == 1 else { return false }
    let steps = zip(numbers, numbers.dropFirst())
    return steps.allSatisfy { $1 == $0 + 1 || $1 == 1 } && steps.contains { $1 == 1 } && numbers.contains { $0 > 1 }
  }
  /// Whether all fields are ids of products as Amazon gives them: ten capitals and digits, of which the first is a digit or a B.
  var areProductsOfAmazon: Bool {
    !texts.isEmpty
      && texts.allSatisfy { text in
        guard text.utf8.count == 10, let first = text.utf8.first else { return false }
        return (first == UInt8(ascii: "B") || (0x30...0x39).contains(first)) && ColumnValues.areCapitalsOrDigits(text)
      }
  }
  /// Whether all fields are ids of reviewers as Amazon gives them: an A, and twelve capitals and digits or more.
  var areReviewersOfAmazon: Bool {
    !texts.isEmpty
      && texts.allSatisfy { text in
        (12...30).contains(text.utf8.count) && text.utf8.first == UInt8(ascii: "A")
          && ColumnValues.areCapitalsOrDigits(text)
      }
  }

  private static func areCapitalsOrDigits(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) }
  }
}

extension ColumnValues {
  /// Whether all fields are words for what users do with items.
  var areEvents: Bool {
    !texts.isEmpty
      && texts.allSatisfy { text in
        let name = ColumnValues.eventName(text)
        return ColumnValues.events.contains(name) || ColumnValues.undoings.contains(name)
      }
  }

  private static func eventName(_ text: String) -> String {
    text.lowercased().filter { $0 != "_" && $0 != " " && $0 != "-" }
  }

  /// The first field that takes an interaction back, or shows that there was none; `nil` without one.
  var undoing: String? {
    texts.first { ColumnValues.undoings.contains(ColumnValues.eventName($0)) }
  }

  private static let undoings: Set<String> = [
    "removefromcart", "removefromwishlist", "remove", "removed", "delete", "deleted", "unlike", "unliked", "cancel",
    "cancelled", "canceled", "return", "returned", "refund", "refunded", "dislike", "dislikes", "disliked", "skip",
    "skipped", "uninstall", "uninstalled", "unfollow", "unfollowed", "downvote", "impression", "impressions", "hide",
    "hidden", "block", "blocked", "rejected", "reject", "unstar", "unstarred", "unsubscribe", "unsubscribed",
  ]

  private static let events: Set<String> = [
    "like", "likes", "liked", "dislike", "dislikes", "love", "loves", "loved", "view", "views", "viewed", "pageview",
    "itemview", "viewitem", "productview", "detailview", "click", "clicks", "clicked", "impression", "play", "plays",
    "played", "watch", "watches", "watched", "listen", "listens", "listened", "skip", "skipped", "read", "reads", "buy",
    "buys", "bought", "purchase", "purchases", "purchased", "order", "ordered", "transaction", "cart", "addtocart",
    "added", "add", "rate", "rates", "rated", "rating", "review", "reviewed", "follow", "follows", "followed", "share",
    "shared", "save", "saved", "bookmark", "bookmarked", "favorite", "favorites", "favourite", "download", "downloaded",
    "install", "installed", "visit", "visits", "visited", "checkin", "wishlist", "pv", "fav", "star", "stars",
    "starred", "fork",
    "forked", "comment", "comments", "commented", "reply", "upvote", "downvote",
  ]

  /// Whether all fields are days and times as Last.fm shows them: `01 Jan 2023 10:00`.
  var areScrobbleTimes: Bool {
    !texts.isEmpty
      && texts.allSatisfy { text in
        let parts = text.split { $0 == " " || $0 == "," }
        guard parts.count == 4, parts[1].count == 3, parts[1].allSatisfy(\.isLetter), parts[3].contains(":") else {
          return false
        }
        return parts[0].count == 2 && Int(parts[0]) != nil && parts[2].count == 4 && Int(parts[2]) != nil
      }
  }
}
