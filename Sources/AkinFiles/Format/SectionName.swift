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
    bytes.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || (0x30...0x39).contains($0) }
  }

  private var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: code >> ($0 * 8)) } }
}

extension SectionName: ExpressibleByStringLiteral, CustomStringConvertible {
  /// Creates a name of four ASCII letters; traps for a literal of another length.
  ///
  /// - Parameter name: The four letters.
  public init(stringLiteral name: String) {
    precondition(name.utf8.count == 4, "a section's name has four bytes: \(name)")
    code = name.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// The four letters; a name that is not well formed, as a number.
  public var description: String {
    isWellFormed ? String(decoding: bytes, as: UTF8.self) : "0x" + String(code, radix: 16)
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
