/// Limits of a JSON text. A text beyond one is refused before it takes memory.
public struct JSONLimits: Sendable {
  /// The bytes of the whole text.
  public var byteCount: Int
  /// The depth of nested arrays and objects.
  public var depth: Int
  /// The keys of all objects together.
  public var keys: Int

  /// Creates limits; the defaults are those of Akin's files.
  ///
  /// - Parameters:
  ///   - byteCount: The bytes of the whole text; default 1 MiB.
  ///   - depth: The depth of nested arrays and objects; default 16.
  ///   - keys: The keys of all objects together; default 4,096.
  public init(byteCount: Int = 1 << 20, depth: Int = 16, keys: Int = 4096) {
    self.byteCount = byteCount
    self.depth = depth
    self.keys = keys
  }
}

/// A text that is not JSON, or exceeds a limit; where and why.
public struct JSONError: AkinError, Equatable {
  /// What is wrong with a text.
  public enum Problem: Sendable, Equatable {
    /// The text has more bytes than the limit.
    case tooLong(limit: Int)
    /// Arrays and objects are nested deeper than the limit.
    case tooDeep(limit: Int)
    /// The objects have more keys than the limit.
    case tooManyKeys(limit: Int)
    /// One object has a key twice.
    case duplicateKey(String)
    /// One object has two keys that are canonically equivalent in Unicode, and different bytes.
    case equivalentKeys(String)
    /// Something else was expected here.
    case expected(String)
    /// A backslash starts no valid escape.
    case badEscape
    /// A string holds a control character that is not escaped.
    case controlCharacter
    /// The text is not UTF-8.
    case notUTF8
    /// A number is too large for an f64.
    case numberOutOfRange
    /// There is text after the value.
    case trailingText
  }

  /// The number of bytes before the problem.
  public let offset: Int
  /// What is wrong there.
  public let problem: Problem

  public var kind: TroubleKind { .badInput }
  public var description: String {
    let sentence =
      switch problem {
      case .tooLong(let limit): "the text is longer than \(limit) bytes"
      case .tooDeep(let limit): "arrays and objects are nested more than \(limit) deep"
      case .tooManyKeys(let limit): "there are more than \(limit) keys"
      case .duplicateKey(let key): "one object has the key \"\(key)\" twice"
      case .equivalentKeys(let key): "one object has the key \"\(key)\" in two Unicode forms"
      case .expected(let what): "expected \(what)"
      case .badEscape: "a backslash starts no valid escape"
      case .controlCharacter: "a string holds a control character that is not escaped"
      case .notUTF8: "the text is not UTF-8"
      case .numberOutOfRange: "a number is too large for 64 bits of floating point"
      case .trailingText: "there is text after the value"
      }
    return "JSON, byte \(offset): \(sentence)"
  }
}
