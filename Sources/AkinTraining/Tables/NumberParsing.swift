// Numbers from bytes, independent of the locale: two or three per row of a file.

extension UnsafeBufferPointer<UInt8> {
  /// The number that these bytes spell in canonical form: digits without sign, space or leading zero, below 2⁶⁴.
  var canonicalNumber: UInt64? {
    // Safe: every index is below `count`.
    guard count > 0, count <= 20 else { return nil }
    let first = unsafe self[0]
    if first == UInt8(ascii: "0") { return count == 1 ? 0 : nil }
    var value: UInt64 = 0
    for index in 0..<Swift.min(count, 19) {
      let digit = unsafe self[index] &- UInt8(ascii: "0")
      if digit > 9 { return nil }
      value = value &* 10 &+ UInt64(digit)
    }
    guard count == 20 else { return value }
    let digit = unsafe self[19] &- UInt8(ascii: "0")
    if digit > 9 { return nil }
    let (tens, high) = value.multipliedReportingOverflow(by: 10)
    let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
    return high || carry ? nil : sum
  }

  /// The decimal number that these bytes spell, which may be infinity or NaN; `nil` for any other text.
  var decimalNumber: Double? {
    // 15 digits and powers up to 10²² are exact in a double, and one division rounds once: the common case. The standard
    // library parses the rest; it rounds correctly and ignores the locale.
    var index = 0
    var negative = false
    if count > 0, unsafe self[0] == UInt8(ascii: "-") {
      negative = true
      index = 1
    }
    var digits: UInt64 = 0
    var digitCount = 0
    var fraction = 0
    var seenPoint = false
    while index < count {
      let byte = unsafe self[index]
      let digit = byte &- UInt8(ascii: "0")
      if digit <= 9 {
        digits = digits &* 10 &+ UInt64(digit)
        digitCount += 1
        if seenPoint { fraction += 1 }
        if digitCount > 15 { return unsafe slowDecimalNumber }
      } else if byte == UInt8(ascii: "."), !seenPoint {
        seenPoint = true
      } else {
        return unsafe slowDecimalNumber
      }
      index += 1
    }
    guard digitCount > 0 else { return nil }
    var value = Double(digits)
    if fraction > 0 { value /= powersOfTen[fraction] }
    return negative ? -value : value
  }

  /// The number that these bytes spell with a decimal mark; `nil` for any other text.
  func number(_ mark: DecimalMark) -> Double? {
    switch mark {
    case .point: unsafe decimalNumber
    case .comma: unsafe decimalNumberWithComma
    }
  }

  /// The number that these bytes spell with a comma before the fraction; `nil` for any other text, and for a point.
  var decimalNumberWithComma: Double? {
    guard count <= 64, unsafe !contains(UInt8(ascii: ".")) else { return nil }
    let bytes = unsafe map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }
    return unsafe bytes.withUnsafeBufferPointer { unsafe $0.decimalNumber }
  }

  /// Whether a number has a digit other than 0 before its exponent.
  var hasNonzeroDigit: Bool {
    for index in 0..<count {
      let byte = unsafe self[index]
      if (0x31...0x39).contains(byte) { return true }
      if byte | 0x20 == UInt8(ascii: "e") { return false }
    }
    return false
  }

  private var slowDecimalNumber: Double? {
    // Swift would read hexadecimal numbers too.
    guard count <= 64, unsafe !contains(where: { $0 | 0x20 == UInt8(ascii: "x") }) else { return nil }
    return unsafe Double(String(decoding: self, as: UTF8.self))
  }
}

private let powersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]
