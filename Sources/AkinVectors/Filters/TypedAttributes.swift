// Attributes whose kind the compiler knows: a comparison with a value of another kind does not compile.

/// An attribute of numbers.
public struct NumberAttribute: Sendable {
  let attribute: Attribute

  /// The items that have a number.
  public var isPresent: AttributeFilter { AttributeFilter(attribute, .isPresent) }

  /// Whether the number is one of several.
  ///
  /// - Parameter values: The numbers.
  public func isIn(_ values: [Double]) -> AttributeFilter { AttributeFilter(attribute, .isOneOf(values)) }

  /// Whether the number equals another.
  public static func == (a: NumberAttribute, b: Double) -> AttributeFilter { a.compared(.equal, b) }
  /// Whether there is no number, or another one.
  public static func != (a: NumberAttribute, b: Double) -> AttributeFilter { !(a == b) }
  /// Whether the number is smaller than another.
  public static func < (a: NumberAttribute, b: Double) -> AttributeFilter { a.compared(.less, b) }
  /// Whether the number is at most another.
  public static func <= (a: NumberAttribute, b: Double) -> AttributeFilter { a.compared(.atMost, b) }
  /// Whether the number is larger than another.
  public static func > (a: NumberAttribute, b: Double) -> AttributeFilter { a.compared(.greater, b) }
  /// Whether the number is at least another.
  public static func >= (a: NumberAttribute, b: Double) -> AttributeFilter { a.compared(.atLeast, b) }

  private func compared(_ comparison: Comparison, _ bound: Double) -> AttributeFilter {
    AttributeFilter(attribute, .number(comparison, bound))
  }
}

/// An attribute of times, compared with seconds since 1970-01-01 00:00 UTC.
public struct TimeAttribute: Sendable {
  let attribute: Attribute

  /// The items that have a time.
  public var isPresent: AttributeFilter { AttributeFilter(attribute, .isPresent) }

  /// Whether the time is before another.
  public static func < (a: TimeAttribute, b: Double) -> AttributeFilter { a.compared(.less, b) }
  /// Whether the time is not after another.
  public static func <= (a: TimeAttribute, b: Double) -> AttributeFilter { a.compared(.atMost, b) }
  /// Whether the time is after another.
  public static func > (a: TimeAttribute, b: Double) -> AttributeFilter { a.compared(.greater, b) }
  /// Whether the time is not before another.
  public static func >= (a: TimeAttribute, b: Double) -> AttributeFilter { a.compared(.atLeast, b) }

  private func compared(_ comparison: Comparison, _ bound: Double) -> AttributeFilter {
    AttributeFilter(attribute, .number(comparison, bound))
  }
}

/// An attribute of words, which compare by their bytes.
public struct WordAttribute: Sendable {
  let attribute: Attribute

  /// The items that have a word.
  public var isPresent: AttributeFilter { AttributeFilter(attribute, .isPresent) }

  /// Whether the word is one of several.
  ///
  /// - Parameter words: The words.
  public func isIn(_ words: [String]) -> AttributeFilter { AttributeFilter(attribute, .hasWord(words)) }

  /// Whether the word equals another.
  public static func == (a: WordAttribute, b: String) -> AttributeFilter { a.isIn([b]) }
  /// Whether there is no word, or another one.
  public static func != (a: WordAttribute, b: String) -> AttributeFilter { !(a == b) }
}

/// An attribute of lists of words, which compare by their bytes.
public struct ListAttribute: Sendable {
  let attribute: Attribute

  /// The items that have a word.
  public var isPresent: AttributeFilter { AttributeFilter(attribute, .isPresent) }

  /// Whether the list has a word.
  ///
  /// - Parameter word: The word.
  public func contains(_ word: String) -> AttributeFilter { containsAny(of: [word]) }

  /// Whether the list has one of several words.
  ///
  /// - Parameter words: The words.
  public func containsAny(of words: [String]) -> AttributeFilter { AttributeFilter(attribute, .hasWord(words)) }

  /// Whether the list has every one of several words. True for no words.
  ///
  /// - Parameter words: The words.
  public func containsAll(of words: [String]) -> AttributeFilter {
    words.reduce(AttributeFilter(.all([]), itemCount: attribute.itemCount)) { $0 && contains($1) }
  }
}

/// An attribute of flags.
public struct FlagAttribute: Sendable {
  let attribute: Attribute

  /// The items that have a flag, set or not.
  public var isPresent: AttributeFilter { AttributeFilter(attribute, .isPresent) }
  /// The items whose flag is set.
  public var isTrue: AttributeFilter { AttributeFilter(attribute, .isTrue) }
  /// The items whose flag is not set; not those without one.
  public var isFalse: AttributeFilter { isPresent && !isTrue }
}

extension AttributeTable {
  /// The attribute of numbers of this name; see ``position(of:)``.
  ///
  /// - Parameter name: The name.
  /// - Throws: ``AttributeError`` for an unknown name, and for an attribute of another kind.
  public func number(_ name: String) throws(AttributeError) -> NumberAttribute {
    NumberAttribute(attribute: try attribute(name, of: .number))
  }

  /// The attribute of times of this name.
  ///
  /// - Parameter name: The name.
  /// - Throws: ``AttributeError`` for an unknown name, and for an attribute of another kind.
  public func time(_ name: String) throws(AttributeError) -> TimeAttribute {
    TimeAttribute(attribute: try attribute(name, of: .time))
  }

  /// The attribute of words of this name.
  ///
  /// - Parameter name: The name.
  /// - Throws: ``AttributeError`` for an unknown name, and for an attribute of another kind.
  public func word(_ name: String) throws(AttributeError) -> WordAttribute {
    WordAttribute(attribute: try attribute(name, of: .word))
  }

  /// The attribute of lists of this name.
  ///
  /// - Parameter name: The name.
  /// - Throws: ``AttributeError`` for an unknown name, and for an attribute of another kind.
  public func list(_ name: String) throws(AttributeError) -> ListAttribute {
    ListAttribute(attribute: try attribute(name, of: .list))
  }

  /// The attribute of flags of this name.
  ///
  /// - Parameter name: The name.
  /// - Throws: ``AttributeError`` for an unknown name, and for an attribute of another kind.
  public func flag(_ name: String) throws(AttributeError) -> FlagAttribute {
    FlagAttribute(attribute: try attribute(name, of: .flag))
  }

  private func attribute(_ name: String, of kind: AttributeKind) throws(AttributeError) -> Attribute {
    guard let position = position(of: name) else { throw unknown(name) }
    guard entries[position].kind == kind else {
      throw .otherKind(name: entries[position].name, expected: kind, holds: self[position].holds)
    }
    return self[position]
  }
}
