import AkinVectors

/// Fields of one column that may hold several words each, between a separator that the reader does not know.
struct ListFields {
  /// Different fields, in their order, and the rows of each: as many as a look at them needs.
  private var fields: [String] = []
  private var rows: [String: Int] = [:]

  /// The number of different fields that are kept.
  static let limit = 10_000

  /// The rows that are enough to see whether a column holds lists.
  static let rowLimit = 100_000

  init() {}

  /// The fields of some rows.
  init(_ fields: some Sequence<String>) {
    for field in fields { add(field) }
  }

  /// Whether there are no fields.
  var isEmpty: Bool { fields.isEmpty }

  /// Adds the field of the next row.
  mutating func add(_ field: String) {
    if rows[field] != nil {
      rows[field, default: 0] += 1
    } else if fields.count < ListFields.limit {
      rows[field] = 1
      fields.append(field)
    }
  }

  /// A field in brackets, as most rows have one; `nil` for others.
  var bracketed: String? {
    let some = fields.filter { $0.first == "[" || $0.first == "{" }
    return isMost(some) ? some.first : nil
  }

  /// A field that looks like a list between another separator than `|`, and that separator; `nil` without such fields.
  var likelyLists: (example: String, mark: String)? {
    let hierarchical = [" > ", "::", "\u{2192}", "\u{203A}", "\u{BB}"]
    let marks = [",", ";"] + hierarchical + ["/", "\u{B7}", "\u{2022}", ":", "+", " - ", " & ", " and ", "\\n", " "]
    for mark in marks {
      let lists = fields(with: mark)
      guard let first = lists.first else { continue }
      // Between these, half of the parts of one field show enough; a slash without spaces stands in names.
      let isPlain = [",", ";"].contains(mark) || mark == "/" && first.contains(" / ")
      let hasPart = isPlain && lists.count == 1 && isMostlyFields(first, mark)
      if hasPart || ([",", ";"] + hierarchical).contains(mark) && isMost(lists) || isExplained(lists, by: mark) {
        return (first, mark)
      }
    }
    return joined
  }

  /// A field of words of three letters or more with a plus between them, beside others; `nil` without one. Nothing shows whether it is a
  /// list.
  private var joined: (example: String, mark: String)? {
    guard fields.count > 1 else { return nil }
    return fields.first { field in
      let parts = field.split(separator: "+", omittingEmptySubsequences: false)
      return parts.count > 1 && parts.allSatisfy { $0.utf8.count > 2 && $0.allSatisfy(\.isLetter) }
    }.map { ($0, "+") }
  }

  /// Whether all parts of a field are fields themselves, or half of them and more in one without `&` and `and`: `Clothing, Shoes &
  /// Jewelry` is one name.
  private func isMostlyFields(_ field: String, _ mark: String) -> Bool {
    let parts = ListFields.parts(of: field, mark)
    let known = parts.count { rows[$0] != nil }
    if known == 0 { return false }
    return known == parts.count || 2 * known >= parts.count && !field.contains("&") && !field.contains(" and ")
  }

  /// Whether each word of a field begins with `#`, as tags do.
  private static func areTagged(_ field: String) -> Bool {
    field.split(separator: " ").allSatisfy { $0.first == "#" && $0.count > 1 }
  }

  /// Whether all fields have equally many parts, each of which keeps its place if it recurs. These are compound values, such as a city
  /// and its state. Of two or three parts some may have two places, as in the sizes `S/M` and `M/L`: less than half of those that recur,
  /// one alone, or none of them in three fields.
  private func areCompounds(by mark: String) -> Bool {
    let parts = fields.map { ListFields.parts(of: $0, mark) }
    guard let count = parts.first?.count, count > 1, parts.allSatisfy({ $0.count == count }) else { return false }
    var places: [String: (places: Set<Int>, uses: Int)] = [:]
    for one in parts {
      for (place, part) in one.enumerated() {
        places[part, default: ([], 0)].places.insert(place)
        places[part, default: ([], 0)].uses += 1
      }
    }
    let recurring = places.values.filter { $0.uses > 1 }
    let moving = recurring.filter { $0.places.count > 1 }
    if count > 3 || moving.isEmpty { return moving.isEmpty }
    return 2 * moving.count < recurring.count || moving.count < 2 || !moving.contains { $0.uses > 2 }
  }

  /// The same of texts, which hold commas anyway: parts of most are fields themselves, or stand in several.
  var explainedLists: (example: String, mark: String)? {
    for mark in [",", ";", "/", "+"] {
      // Grades and names end with a plus: `A+`, `C++`.
      let lists = fields(with: mark).filter { mark != "+" || ListFields.parts(of: $0, mark).count > 1 }
      if let first = lists.first, isExplained(lists, by: mark),
        // Two or three lists of genres in order may look as sizes and colours do.
        mark == ";" && fields.count < 6 || !areCompounds(by: mark)
      {
        return (first, mark)
      }
    }
    if let first = fields.first(where: { $0.contains(" ") }), fields.allSatisfy(ListFields.areTagged) {
      return (first, " ")
    }
    return nil
  }

  /// The fields with a separator; a name does not begin with one, and sizes alone are no lists.
  private func fields(with mark: String) -> [String] {
    let some = fields.filter { $0.dropFirst().contains(mark) }
    return mark == "/" && some.allSatisfy(ListFields.isSize) ? [] : some
  }

  /// Whether a text is two sizes of clothes, the smaller one first, with a slash between: `S/M`, `36/38`.
  static func isSize(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    let places = parts.compactMap { part in
      sizes.firstIndex(of: part.uppercased())
        ?? (part.utf8.count == 2 ? UInt8(part).map { Int($0) + sizes.count } : nil)
    }
    return places.count == 2 && places[0] < places[1] && (places[0] < sizes.count) == (places[1] < sizes.count)
  }

  private static let sizes = ["XXS", "XS", "S", "M", "L", "XL", "XXL", "2XL", "XXXL", "3XL", "4XL", "5XL"]

  /// Whether most rows have one of these fields.
  private func isMost(_ some: [String]) -> Bool {
    2 * some.reduce(0) { $0 + rows[$1, default: 0] } > rows.values.reduce(0, +)
  }

  /// Whether fields that hold a separator are lists: parts of each also stand elsewhere, alone or in another field: most of all parts,
  /// and between spaces every part.
  private func isExplained(_ lists: [String], by mark: String) -> Bool {
    // One field alone is a list if all its parts are fields themselves: `Food & Wine` beside `Food` and `Wine`, not between spaces.
    if lists.count == 1, mark != " " {
      let parts = ListFields.parts(of: lists[0], mark)
      return parts.count > 1 && parts.allSatisfy { rows[$0] != nil }
    }
    guard lists.count > 1 else { return false }
    let parts = lists.map { ListFields.parts(of: $0, mark) }
    var uses: [String: Int] = [:]
    for one in parts { for part in Set(one) { uses[part, default: 0] += 1 } }
    func recurring(_ one: [String]) -> Int { one.count { rows[$0] != nil || uses[$0, default: 0] > 1 } }
    // The same words with more space between are no second list.
    if mark == " " { return Set(parts).count == parts.count && parts.allSatisfy { recurring($0) == $0.count } }
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
