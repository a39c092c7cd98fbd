/// The id of an item or a user: a number or a text.
///
/// Texts compare by their UTF-8 bytes, as in files. (`String` treats differently composed accents as equal; two ids
/// that differ in bytes are two ids.) Numbers come before texts.
public enum ItemID: Sendable {
  /// An id that is a number.
  case number(UInt64)
  /// An id that is a text.
  case text(String)

  /// The id of a text on a command line or in a file: decimal digits without a leading zero, sign or space are a number
  /// if it fits 64 bits; anything else is a text.
  ///
  /// - Parameter text: The text.
  public init(parsing text: String) {
    if let number = UInt64(canonical: text) { self = .number(number) } else { self = .text(text) }
  }
}

/// The id of a user.
public typealias UserID = ItemID

extension ItemID: Hashable, Comparable, CustomStringConvertible {
  public static func == (a: ItemID, b: ItemID) -> Bool {
    switch (a, b) {
    case (.number(let a), .number(let b)): a == b
    case (.text(let a), .text(let b)): a.utf8.elementsEqual(b.utf8)
    default: false
    }
  }

  public static func < (a: ItemID, b: ItemID) -> Bool {
    switch (a, b) {
    case (.number(let a), .number(let b)): a < b
    case (.text(let a), .text(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
    case (.number, .text): true
    case (.text, .number): false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .number(let number): hasher.combine(number)
    case .text(let text):
      var text = text
      text.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }

  public var description: String {
    switch self {
    case .number(let number): String(number)
    case .text(let text): text
    }
  }
}

extension UInt64 {
  /// The number of a text in the format of `description`: no sign, space or leading zero.
  package init?(canonical text: String) {
    guard let first = text.utf8.first, text.utf8.count <= 20 else { return nil }
    if first == UInt8(ascii: "0") && text.utf8.count > 1 { return nil }
    var value: UInt64 = 0
    for byte in text.utf8 {
      guard byte >= 48, byte <= 57 else { return nil }
      let (product, high) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte - 48))
      if high || carry { return nil }
      value = sum
    }
    self = value
  }
}
