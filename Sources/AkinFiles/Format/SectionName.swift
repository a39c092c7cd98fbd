/// The name of a section: four capital letters or digits, stored as the four bytes.
public struct SectionName: Hashable, Sendable {
  /// The four bytes as the file holds them, the first one lowest.
  public let code: UInt32

  /// Creates a name of its four bytes.
  ///
  /// - Parameter code: The four bytes as the file holds them, the first one lowest.
  public init(code: UInt32) { self.code = code }

  /// Whether all four bytes are capital letters or digits.
  var isWellFormed: Bool {
    var rest = code
    for _ in 0..<4 {
      let byte = UInt8(truncatingIfNeeded: rest)
      guard byte >= 0x41 && byte <= 0x5A || byte >= 0x30 && byte <= 0x39 else { return false }
      rest >>= 8
    }
    return true
  }
}

extension SectionName: ExpressibleByStringLiteral, CustomStringConvertible {
  /// Creates a name of four ASCII letters; traps for a literal of another length.
  ///
  /// - Parameter name: The four letters.
  public init(stringLiteral name: String) {
    precondition(name.utf8.count == 4, "a section's name has four bytes: \(name)")
    var code: UInt32 = 0
    for byte in name.utf8 { code = code >> 8 | UInt32(byte) << 24 }
    self.code = code
  }

  /// The four letters; a name that is not well formed, as a number.
  public var description: String {
    guard isWellFormed else { return "0x" + String(code, radix: 16) }
    return String(decoding: (0..<4).map { UInt8(truncatingIfNeeded: code >> ($0 * 8)) }, as: UTF8.self)
  }
}

extension SectionName {
  /// The checksums of all chunks of the other sections.
  static let checksums: SectionName = "CHKS"
  /// Metadata of the caller, as JSON.
  static let metadata: SectionName = "META"
  /// How the content came to be, as JSON.
  static let provenance: SectionName = "PROV"

  /// The sections of the items' titles.
  package static let titles: [SectionName] = ["ITOF", "ITBL"]
}
