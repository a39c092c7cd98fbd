/// How a number or a time is compared.
package enum Comparison: String, Sendable, CaseIterable {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case atMost = "<="
  case greater = ">"
  case atLeast = ">="
}

/// One test of an attribute, true or false for each item. An item without a value passes none.
struct AttributeTest: Sendable {
  /// What is asked.
  enum Question: Sendable, Equatable {
    case isPresent
    case number(Comparison, Double)
    case isOneOf([Double])
    /// Whether the word, or one of the list, is among these.
    case hasWord([String])
    case isTrue
  }

  let attribute: Attribute
  let question: Question

  /// The items that pass.
  ///
  /// Cost: one look at each value, 64 of them a word of the result, without a branch on the values; for words and lists a look
  /// at each word of the dictionary before.
  func rows() -> RowSet {
    if question == .isPresent { return attribute.present }
    var rows: RowSet
    switch (attribute.storage, question) {
    case (.numbers(let values), .number(let comparison, let bound)),
      (.times(let values), .number(let comparison, let bound)):
      rows = AttributeTest.rows(values, comparison, bound)
    case (.numbers(let values), .isOneOf(let wanted)), (.times(let values), .isOneOf(let wanted)):
      let wanted = Set(wanted)
      rows = bits(values.count) { wanted.contains(values[$0]) }
    case (.words(let codes, let names), .hasWord(let wanted)):
      let places = AttributeTest.places(of: wanted, in: names)
      if places.isEmpty { return RowSet(capacity: attribute.itemCount) }
      if places.count == 1 {
        let place = UInt32(places[0])
        rows = bits(codes.count) { codes[$0] == place }
      } else {
        let isWanted = AttributeTest.marks(places, of: names.count)
        rows = bits(codes.count) { isWanted[Int(codes[$0])] }
      }
    case (.lists(let lists, let names), .hasWord(let wanted)):
      let places = AttributeTest.places(of: wanted, in: names)
      if places.isEmpty { return RowSet(capacity: attribute.itemCount) }
      let isWanted = AttributeTest.marks(places, of: names.count)
      rows = bits(lists.offsets.count - 1) { row in
        lists.rows[Int(lists.offsets[row])..<Int(lists.offsets[row + 1])].contains { isWanted[Int($0)] }
      }
    case (.flags(let flags), .isTrue): rows = flags
    default: preconditionFailure("a question of the attribute's own kind")
    }
    rows.formIntersection(attribute.present)
    return rows
  }

  private static func rows(_ values: [Double], _ comparison: Comparison, _ bound: Double) -> RowSet {
    switch comparison {
    case .equal: bits(values.count) { values[$0] == bound }
    case .notEqual: bits(values.count) { values[$0] != bound }
    case .less: bits(values.count) { values[$0] < bound }
    case .atMost: bits(values.count) { values[$0] <= bound }
    case .greater: bits(values.count) { values[$0] > bound }
    case .atLeast: bits(values.count) { values[$0] >= bound }
    }
  }

  private static func places(of wanted: [String], in names: [String]) -> [Int] {
    let wanted = Set(wanted.map { ItemID.text($0) })
    return names.indices.filter { wanted.contains(.text(names[$0])) }
  }

  private static func marks(_ places: [Int], of count: Int) -> [Bool] {
    var marks = [Bool](repeating: false, count: count)
    for place in places { marks[place] = true }
    return marks
  }
}

/// The set of the numbers below `count` for which a test holds, without a branch on its result.
@inline(__always)
private func bits(_ count: Int, _ test: (Int) -> Bool) -> RowSet {
  var words = [UInt64](repeating: 0, count: (count + 63) / 64)
  for place in words.indices {
    var word: UInt64 = 0
    let start = 64 &* place
    for bit in 0..<min(64, count &- start) { word |= (test(start &+ bit) ? 1 : 0) &<< UInt64(bit) }
    words[place] = word
  }
  return RowSet(words: words, capacity: count)
}
