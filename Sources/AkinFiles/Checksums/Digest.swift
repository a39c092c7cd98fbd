/// The first 16 bytes of a SHA-256: it names the content of one file.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  /// Bytes 0 to 7, the first byte lowest.
  package let low: UInt64
  /// Bytes 8 to 15, likewise.
  package let high: UInt64

  /// Creates a digest of its 16 bytes.
  package init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// Creates a digest of its text.
  ///
  /// - Parameter hex: 32 hexadecimal digits, first byte first; anything else gives `nil`.
  public init?(hex: String) {
    guard hex.utf8.count == 32, hex.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let first = UInt64(hex.prefix(16), radix: 16), let last = UInt64(hex.suffix(16), radix: 16)
    else { return nil }
    low = first.byteSwapped
    high = last.byteSwapped
  }

  /// No digest: 16 zero bytes.
  public static let none = Digest(low: 0, high: 0)
  /// Whether this is ``none``.
  public var isNone: Bool { self == .none }

  /// 32 hexadecimal digits, first byte first.
  public var description: String { Digest.hex(low.byteSwapped) + Digest.hex(high.byteSwapped) }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
