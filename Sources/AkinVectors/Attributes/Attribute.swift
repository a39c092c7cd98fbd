/// What an attribute holds.
public enum AttributeKind: String, Sendable, CaseIterable {
  /// A finite number for each item, in double precision.
  case number
  /// A word for each item: a brand, a language.
  case word
  /// Several words for each item: genres, tags.
  case list
  /// Yes or no.
  case flag
  /// A time, in seconds since 1970-01-01 00:00 UTC.
  case time

  /// The kind as a plural: `numbers`.
  public var plural: String { "\(rawValue)s" }
}

/// The value of one attribute of one item.
public enum AttributeValue: Sendable, Equatable {
  /// A number.
  case number(Double)
  /// A word.
  case word(String)
  /// Words; an item without any has no value.
  case list([String])
  /// Yes or no.
  case flag(Bool)
  /// Seconds since 1970-01-01 00:00 UTC.
  case time(Double)

  /// The kind of attribute that holds such values.
  public var kind: AttributeKind {
    switch self {
    case .number: .number
    case .word: .word
    case .list: .list
    case .flag: .flag
    case .time: .time
    }
  }
}

/// One attribute of items, as a column: a name, and the value of each item that has one.
///
///     let year = Attribute.numbers("year", [1995, nil, 2003])
///     let brand = Attribute.words("brand", ["Sony", "Apple", nil])
public struct Attribute: Sendable, Equatable {
  /// The values, in the form of a file. An item without a value has 0, the first word, no words, or no.
  package enum Storage: Sendable, Equatable {
    case numbers([Double])
    case times([Double])
    case flags(RowSet)
    /// The place of each item's word among the words.
    case words([UInt32], names: [String])
    /// The places of each item's words among the words, ascending.
    case lists(History, names: [String])
  }

  /// The name.
  public let name: String
  /// The items that have a value, of as many as there are.
  public let present: RowSet
  package let storage: Storage

  /// Creates a column whose parts match; the words of a dictionary ascend by their bytes.
  package init(name: String, present: RowSet, storage: Storage) {
    self.name = name
    self.present = present
    self.storage = storage
  }

  /// What the attribute holds.
  public var kind: AttributeKind {
    switch storage {
    case .numbers: .number
    case .times: .time
    case .flags: .flag
    case .words: .word
    case .lists: .list
    }
  }

  /// The number of items, with and without a value.
  public var itemCount: Int { present.capacity }

  /// The different words, ascending by their bytes; none for numbers, times and flags.
  public var words: [String] {
    switch storage {
    case .words(_, let names), .lists(_, let names): names
    default: []
    }
  }

  /// The value of an item; `nil` for an item without one.
  ///
  /// - Parameter row: The row of the item.
  public subscript(row: Row) -> AttributeValue? {
    guard present.contains(row) else { return nil }
    let index = Int(row.index)
    switch storage {
    case .numbers(let values): return .number(values[index])
    case .times(let values): return .time(values[index])
    case .flags(let rows): return .flag(rows.contains(row))
    case .words(let codes, let names): return .word(names[Int(codes[index])])
    case .lists(let lists, let names):
      return .list(lists.rows[Int(lists.offsets[index])..<Int(lists.offsets[index + 1])].map { names[Int($0)] })
    }
  }
}

extension Attribute {
  /// The places of each item's words among ``words``; no places for numbers, times and flags.
  package var wordPlaces: History {
    switch storage {
    case .lists(let lists, _): return lists
    case .words(let codes, _):
      var lists = History(offsets: [0], rows: [])
      for row in codes.indices {
        if present.contains(Row(row)) { lists.rows.append(codes[row]) }
        lists.offsets.append(UInt64(lists.rows.count))
      }
      return lists
    case .numbers, .times, .flags:
      return History(offsets: Array(repeating: 0, count: itemCount + 1), rows: [])
    }
  }

  /// A column of numbers.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - values: One number an item; `nil` for none.
  public static func numbers(_ name: String, _ values: [Double?]) -> Attribute {
    Attribute(name: name, present: presence(values) { $0 != nil }, storage: .numbers(values.map { $0 ?? 0 }))
  }

  /// A column of times.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - values: Seconds since 1970-01-01 00:00 UTC, one time an item; `nil` for none.
  public static func times(_ name: String, _ values: [Double?]) -> Attribute {
    Attribute(name: name, present: presence(values) { $0 != nil }, storage: .times(values.map { $0 ?? 0 }))
  }

  /// A column of flags.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - values: One flag an item; `nil` for none.
  public static func flags(_ name: String, _ values: [Bool?]) -> Attribute {
    Attribute(name: name, present: presence(values) { $0 != nil }, storage: .flags(presence(values) { $0 == true }))
  }

  /// A column of words.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - values: One word an item; `nil` for none.
  public static func words(_ name: String, _ values: [String?]) -> Attribute {
    let dictionary = WordDictionary(values.lazy.compactMap { $0 })
    return Attribute(
      name: name, present: presence(values) { $0 != nil },
      storage: .words(values.map { $0.map { dictionary.place(of: $0) } ?? 0 }, names: dictionary.words))
  }

  /// A column of lists of words.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - values: The words of each item, in any order; none for an item without a value. A repeated word counts once.
  public static func lists(_ name: String, _ values: [[String]]) -> Attribute {
    let dictionary = WordDictionary(values.joined())
    var lists = History(offsets: [0], rows: [])
    for words in values {
      lists.rows += Set(words.map { dictionary.place(of: $0) }).sorted()
      lists.offsets.append(UInt64(lists.rows.count))
    }
    return Attribute(
      name: name, present: presence(values) { !$0.isEmpty }, storage: .lists(lists, names: dictionary.words))
  }

  /// A column of values of one kind; a value of another kind counts as none.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - kind: What the column holds.
  ///   - values: One value an item; `nil` for none.
  public init(_ name: String, _ kind: AttributeKind, _ values: [AttributeValue?]) {
    switch kind {
    case .number: self = .numbers(name, values.map { if case .number(let value)? = $0 { value } else { nil } })
    case .time: self = .times(name, values.map { if case .time(let value)? = $0 { value } else { nil } })
    case .flag: self = .flags(name, values.map { if case .flag(let value)? = $0 { value } else { nil } })
    case .word: self = .words(name, values.map { if case .word(let value)? = $0 { value } else { nil } })
    case .list: self = .lists(name, values.map { if case .list(let value)? = $0 { value } else { [] } })
    }
  }

  /// The column of other items: at each place the value of a row of this column, or none.
  ///
  /// - Parameter rows: Rows of this column, or `nil`, in the order of the result.
  /// - Complexity: O(*rows* log *words*).
  public func gathered(_ rows: [Int?]) -> Attribute { Attribute(name, kind, rows.map { $0.flatMap { self[Row($0)] } }) }

  private static func presence<Value>(_ values: [Value], _ isThere: (Value) -> Bool) -> RowSet {
    RowSet(capacity: values.count) { isThere(values[Int($0.index)]) }
  }
}

/// Different words in the order of their bytes.
private struct WordDictionary {
  let words: [String]
  /// Keyed by ids, which compare by bytes; strings compare by canonical equivalence.
  private let places: [ItemID: UInt32]

  init(_ all: some Sequence<String>) {
    let sorted = Set(all.map { ItemID.text($0) }).sorted()
    words = sorted.map(\.description)
    places = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, UInt32($0)) })
  }

  func place(of word: String) -> UInt32 { places[.text(word)] ?? 0 }
}
