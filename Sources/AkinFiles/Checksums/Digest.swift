/// The first 16 bytes of a SHA-256: names one file's content.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  /// The bytes 0…7 and 8…15, each with the first byte lowest.
  let low: UInt64
  let high: UInt64

  init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// Creates the digest of 32 hexadecimal digits; `nil` for anything else.
  public init?(hex: String) {
    guard hex.utf8.count == 32, hex.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let first = UInt64(hex.prefix(16), radix: 16), let last = UInt64(hex.suffix(16), radix: 16)
    else { return nil }
    low = first.byteSwapped
    high = last.byteSwapped
  }

  /// No digest: 16 zero bytes.
  public static let none = Digest(low: 0, high: 0)
  /// Whether this is the digest of nothing.
  public var isNone: Bool { self == .none }

  /// 32 hexadecimal digits, first byte first.
  public var description: String { Digest.hex(low.byteSwapped) + Digest.hex(high.byteSwapped) }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
