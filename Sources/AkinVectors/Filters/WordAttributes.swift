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
  ///
  /// - Parameters:
  ///   - a: The attribute.
  ///   - b: The word to compare with.
  public static func == (a: WordAttribute, b: String) -> AttributeFilter { a.isIn([b]) }

  /// Whether there is no word, or another one.
  ///
  /// - Parameters:
  ///   - a: The attribute.
  ///   - b: The word to compare with.
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
