extension JSONValue {
  /// Reads one JSON value from UTF-8 text.
  ///
  /// Whole numbers that fit 64 bits become ``integer(_:)``, all others ``number(_:)``. Two equal keys in one object are
  /// an error: readers disagree on which one counts. So are two forms of one key.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - limits: What the text may cost.
  /// - Throws: ``JSONError``.
  /// - Complexity: O(*bytes*) time and memory; the stack is bounded by `limits.depth`.
  public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
    guard bytes.count <= limits.byteCount else {
      throw JSONError(offset: limits.byteCount, problem: .tooLong(limit: limits.byteCount))
    }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw JSONError(offset: 0, problem: .notUTF8) }
    var parser = JSONParser(bytes: bytes, limits: limits)
    self = try parser.document()
  }

  /// Reads one JSON value from text, with the same rules as from bytes.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - limits: What the text may cost.
  /// - Throws: ``JSONError``.
  public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) {
    try self.init(parsing: Array(text.utf8), limits: limits)
  }
}

/// A recursive-descent parser whose recursion the depth limit bounds. The bytes are valid UTF-8.
private struct JSONParser {
  let bytes: [UInt8]
  let limits: JSONLimits
  var at = 0
  var keys = 0

  init(bytes: [UInt8], limits: JSONLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  mutating func document() throws(JSONError) -> JSONValue {
    let value = try value(depth: 0)
    skipSpace()
    guard at == bytes.count else { throw error(.trailingText) }
    return value
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"): return try number()
    case let byte? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte): return try number()
    default: throw error(.expected("a value"))
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= limits.depth else { throw error(.tooDeep(limit: limits.depth)) }
    at += 1
    var members: [String: JSONValue] = [:]
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw error(.expected("a key in quotes")) }
      let start = at
      let key = try string()
      keys += 1
      guard keys <= limits.keys else { throw error(.tooManyKeys(limit: limits.keys)) }
      if let place = members.index(forKey: key) {
        let isSame = members[place].key.utf8.elementsEqual(key.utf8)
        throw JSONError(offset: start, problem: isSame ? .duplicateKey(key) : .equivalentKeys(key))
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw error(.expected("a colon after the key")) }
      members[key] = try value(depth: depth)
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw error(.expected("a comma or a closing brace")) }
    }
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= limits.depth else { throw error(.tooDeep(limit: limits.depth)) }
    at += 1
    var values: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(values) }
    while true {
      values.append(try value(depth: depth))
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(values) }
      guard take(UInt8(ascii: ",")) else { throw error(.expected("a comma or a closing bracket")) }
    }
  }

  private mutating func string() throws(JSONError) -> String {
    at += 1
    var out: [UInt8] = []
    while let byte = peek {
      at += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: out, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &out)
      case 0..<0x20: throw JSONError(offset: at - 1, problem: .controlCharacter)
      default: out.append(byte)
      }
    }
    throw error(.expected("a closing quote"))
  }

  private mutating func escape(into out: inout [UInt8]) throws(JSONError) {
    let start = at - 1
    guard let byte = peek else { throw JSONError(offset: start, problem: .badEscape) }
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "u"):
      guard let unit = hexUnit() else { throw JSONError(offset: start, problem: .badEscape) }
      var code = UInt32(unit)
      if unit & 0xFC00 == 0xD800 {
        // The first half of a pair: the second must follow.
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let low = hexUnit(), low & 0xFC00 == 0xDC00 else {
          throw JSONError(offset: start, problem: .badEscape)
        }
        code = 0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(low & 0x3FF))
      }
      guard let scalar = Unicode.Scalar(code) else { throw JSONError(offset: start, problem: .badEscape) }
      out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    default: throw JSONError(offset: start, problem: .badEscape)
    }
  }

  private mutating func hexUnit() -> UInt16? {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      unit = unit << 4 | UInt16(digit)
      at += 1
    }
    return unit
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = at
    var isInteger = true
    _ = take(UInt8(ascii: "-"))
    if take(UInt8(ascii: "0")) {
      // Nothing may follow a leading zero but a fraction or an exponent.
    } else if skipDigits() == 0 {
      throw error(.expected("a digit"))
    }
    if take(UInt8(ascii: ".")) {
      isInteger = false
      guard skipDigits() > 0 else { throw error(.expected("a digit after the point")) }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard skipDigits() > 0 else { throw error(.expected("a digit in the exponent")) }
    }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if isInteger, let integer = Int64(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else {
      throw JSONError(offset: start, problem: .numberOutOfRange)
    }
    return .number(number)
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    let text = Array("\(word)".utf8)
    guard bytes.count - at >= text.count, bytes[at..<at + text.count].elementsEqual(text) else {
      throw error(.expected("a value"))
    }
    at += text.count
    return value
  }

  private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    at += 1
    return true
  }

  private mutating func skipDigits() -> Int {
    let start = at
    while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { at += 1 }
    return at - start
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  private func error(_ problem: JSONError.Problem) -> JSONError { JSONError(offset: at, problem: problem) }
}
