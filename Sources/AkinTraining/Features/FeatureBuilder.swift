import AkinSupport
import AkinVectors

/// Turns columns of text into features.
struct FeatureBuilder {
  let path: String
  let lines: [Int]
  let decimalMark: DecimalMark
  private var names: [String] = []
  private var columns: [FeatureColumn] = []
  /// Sentences on fields that may mean something else.
  private(set) var notes: [String] = []

  private enum FeatureColumn {
    /// One number per row, of the feature `at`.
    case numbers([Float], at: Int)
    /// The features of each row, ascending, counted from the first feature of the column.
    case flags(offsets: [Int], members: [UInt32], first: Int)
  }

  init(path: String, lines: [Int], decimalMark: DecimalMark = .point) {
    self.path = path
    self.lines = lines
    self.decimalMark = decimalMark
  }

  /// Adds the next column.
  ///
  /// - Throws: ``FeatureError`` or ``InteractionError``.
  mutating func add(_ cells: FeatureCells) throws {
    let kinds = cells.kinds(decimalMark)
    let noted = notes.count
    if kinds.nulls > 0 {
      notes.append(
        "column \(cells.name): \(kinds.nulls) \(kinds.nulls == 1 ? "field" : "fields") like '\(cells.text(kinds.firstNull))', which "
          + "other programs write for nothing, taken as empty")
    }
    if kinds.words == 0, let code = kinds.firstCode {
      notes.append(
        "column \(cells.name) is taken as words, since its numbers begin with zeros, as codes do, like '\(cells.text(code))'"
      )
      try addFlags(cells, noted)
    } else if kinds.words == 0 {
      if kinds.numbers == 0 { notes.append("column \(cells.name) is empty") }
      try addNumbers(cells)
    } else if decimalMark == .point, kinds.words == kinds.commas {
      throw FeatureError(
        path: path, line: lines[kinds.firstWord],
        .decimalComma(column: cells.name, found: cells.text(kinds.firstWord)))
    } else if !kinds.hasLists, kinds.numbers >= 9 * kinds.words {
      throw FeatureError(
        path: path, line: lines[kinds.firstWord],
        .notANumber(column: cells.name, found: cells.text(kinds.firstWord)))
    } else {
      note(kinds, cells)
      try addFlags(cells, noted)
    }
    guard names.count <= FeatureTable.featureLimit else {
      throw FeatureError(path: path, .tooManyFeatures(found: names.count, limit: FeatureTable.featureLimit))
    }
  }

  /// Notes what words of a column look like.
  private mutating func note(_ kinds: FeatureCells.Kinds, _ cells: FeatureCells) {
    let word = cells.text(kinds.firstWord)
    if kinds.words == kinds.decorated + kinds.commas {
      notes.append(
        "column \(cells.name): numbers with signs, units or commas, like '\(word)', are words; write plain numbers")
    } else if kinds.words == kinds.durations {
      notes.append("column \(cells.name): lengths of time like '\(word)' are words; write numbers of one unit")
    } else if kinds.words == kinds.dates {
      notes.append(
        "column \(cells.name): dates like '\(word)' are words; write numbers, such as the year, to compare them")
    } else if !kinds.hasLists, kinds.numbers > kinds.words {
      notes.append("column \(cells.name): its numbers are words, since one field is '\(word)'")
    } else if !kinds.hasLists, let (example, mark) = lists(cells) {
      notes.append(
        "column \(cells.name): fields like '\(example)' are one word each; several have | between them: "
          + "t = pandas.read_csv('\(path)', dtype=str, sep=None, engine='python'); t['\(cells.name)'] = t['\(cells.name)']"
          + ".str.replace('\(mark)', '|', regex=False); t.to_csv('features.csv', index=False)")
    } else if !kinds.hasLists, let list = kinds.firstList {
      notes.append(
        "column \(cells.name): fields like '\(cells.text(list))' are one word each; several have | between them")
    }
  }

  /// A field that seems to hold several words, and their separator; `nil` without such fields.
  private func lists(_ cells: FeatureCells) -> (example: String, mark: String)? {
    let fields = (0..<min(cells.count, ListFields.rowLimit)).lazy.map { row in
      unsafe cells.withField(row) { unsafe String(decoding: $0, as: UTF8.self) }
    }
    if fields.contains(where: { $0.contains("|") }) { return nil }
    guard let (example, mark) = ListFields(fields.filter { !$0.isEmpty }).likelyLists,
      !["[", "{"].contains(example.prefix(1))
    else { return nil }
    return (String(example.prefix(40)), mark)
  }

  private mutating func addNumbers(_ cells: FeatureCells) throws {
    var values: [Float] = []
    values.reserveCapacity(cells.count)
    for row in 0..<cells.count {
      // Words for nothing are as good as an empty field.
      let value = unsafe cells.withField(row) { unsafe Float($0.number(decimalMark) ?? 0) }
      guard value.isFinite else {
        throw FeatureError(
          path: path, line: lines[row], .notFinite(column: cells.name, found: cells.text(row)))
      }
      values.append(value)
    }
    if let none = PlaceholderNumber(values.lazy.map { Double($0) }) {
      notes.append("column \(cells.name): \(none.sentence)")
    }
    columns.append(.numbers(values, at: names.count))
    names.append(cells.name)
  }

  private mutating func addFlags(_ cells: FeatureCells, _ noted: Int) throws {
    var words = IDInterner()
    var offsets = [0]
    var members: [UInt32] = []
    for row in 0..<cells.count {
      var found: Set<UInt32> = []
      do throws(IDInterner.Refusal) {
        try unsafe cells.withField(row) { field throws(IDInterner.Refusal) in
          if unsafe field.elementsEqual(noGenres.utf8) { return }
          if unsafe field.count < 10 && NullWord.isOne(String(decoding: field, as: UTF8.self)) { return }
          var from = 0
          for place in 0...field.count where unsafe place == field.count || field[place] == bar {
            var (start, end) = (from, place)
            while start < end, unsafe field[start] == blank { start += 1 }
            while end > start, unsafe field[end - 1] == blank { end -= 1 }
            if end > start {
              // Safe: a part of the field.
              found.insert(try unsafe words.index(of: UnsafeBufferPointer(rebasing: field[start..<end])))
            }
            from = place + 1
          }
        }
      } catch {
        throw self.error(error, cells, row)
      }
      guard words.count <= FeatureTable.featureLimit else {
        throw FeatureError(
          path: path, line: lines[row], .tooManyValues(column: cells.name, limit: FeatureTable.featureLimit))
      }
      members += found.sorted()
      offsets.append(members.count)
    }
    if let (one, two) = words.casePair {
      notes.append(
        "column \(cells.name): '\(one)' and '\(two)' differ by upper and lower case alone, and are two words")
    }
    // Up to 100 words are accepted, however few rows share them.
    guard words.count <= 100 || 2 * words.count <= members.count else {
      throw FeatureError(
        path: path, .valuesNotShared(column: cells.name, different: words.count, all: members.count))
    }
    if cells.count > 2, members.count > 2, words.count == members.count, noted == notes.count {
      notes.append(
        "column \(cells.name): no two rows share a word, so nothing can be learned from them; leave the column out, or write words "
          + "that rows share")
    }
    let (sorted, rank) = words.sorted()
    for row in 0..<cells.count {
      let range = offsets[row]..<offsets[row + 1]
      members.replaceSubrange(range, with: members[range].map { rank[Int($0)] }.sorted())
    }
    columns.append(.flags(offsets: offsets, members: members, first: names.count))
    for word in 0..<sorted.count { names.append("\(cells.name)=\(sorted[Row(word)])") }
  }

  /// The error of a refused word.
  private func error(_ refusal: IDInterner.Refusal, _ cells: FeatureCells, _ row: Int) -> any Error {
    switch refusal {
    case .tooLong(let bytes):
      FeatureError(
        path: path, line: lines[row],
        .valueTooLong(column: cells.name, bytes: bytes, limit: VectorLimits.idBytes))
    case .empty, .notUTF8, .tooMany:
      InteractionError(path: path, line: lines[row], refusal.problem(cells.name, "features"))
    }
  }

  /// Makes the table of all columns.
  ///
  /// - Parameter ids: The id of each row.
  /// - Throws: ``FeatureError/Problem/duplicateName(name:)``.
  func build(ids: IDColumn) throws -> FeatureTable {
    var seen: Set<ItemID> = []
    for name in names where !seen.insert(.text(name)).inserted {
      throw FeatureError(path: path, .duplicateName(name: name))
    }
    var offsets = [Int](repeating: 0, count: lines.count + 1)
    for column in columns {
      switch column {
      case .numbers(let values, _): for row in values.indices where values[row] != 0 { offsets[row + 1] += 1 }
      case .flags(let starts, _, _): for row in lines.indices { offsets[row + 1] += starts[row + 1] - starts[row] }
      }
    }
    addUp(&offsets)
    var next = offsets
    var places = [UInt32](repeating: 0, count: offsets[lines.count])
    var values = [Float](repeating: 0, count: offsets[lines.count])
    func put(_ row: Int, _ feature: Int, _ value: Float) {
      places[next[row]] = UInt32(feature)
      values[next[row]] = value
      next[row] += 1
    }
    for column in columns {
      switch column {
      case .numbers(let numbers, let feature):
        for row in numbers.indices where numbers[row] != 0 { put(row, feature, numbers[row]) }
      case .flags(let starts, let members, let first):
        for row in lines.indices {
          for place in starts[row]..<starts[row + 1] { put(row, first + Int(members[place]), 1) }
        }
      }
    }
    return FeatureTable(ids: ids, names: names, offsets: offsets, columns: places, values: values)
  }
}

private let bar = UInt8(ascii: "|")
private let blank = UInt8(ascii: " ")
private let noGenres = "(no genres listed)"
