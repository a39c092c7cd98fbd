/// The float32 nearest to a decimal number; infinite if the number is too large or spelled so, `nil` for other text.
///
/// Numbers with at most 19 digits and a small exponent are one multiplication or division of two exact doubles (Clinger
/// 1990), rounded again to float32. Rounding twice is wrong only if the double lies half-way between two floats. The
/// standard library parses those and all other numbers.
@unsafe func parseFloat(_ text: UnsafeRawBufferPointer) -> Float? {
  let count = text.count
  var i = 0
  var isNegative = false
  if count > 0, unsafe text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
    isNegative = unsafe text[0] == UInt8(ascii: "-")
    i = 1
  }
  var mantissa: UInt64 = 0
  var digits = 0
  var exponent = 0
  while i < count, case let digit = unsafe text[i] &- 48, digit < 10 {
    mantissa = mantissa &* 10 &+ UInt64(digit)
    digits += 1
    i += 1
  }
  if i < count, unsafe text[i] == UInt8(ascii: ".") {
    i += 1
    while i < count, case let digit = unsafe text[i] &- 48, digit < 10 {
      mantissa = mantissa &* 10 &+ UInt64(digit)
      digits += 1
      exponent -= 1
      i += 1
    }
  }
  guard digits > 0 else { return unsafe parseWord(text, from: i, isNegative: isNegative) }
  if i < count, unsafe text[i] | 0x20 == UInt8(ascii: "e") {
    i += 1
    var isBelow = false
    if i < count, unsafe text[i] == UInt8(ascii: "-") || text[i] == UInt8(ascii: "+") {
      isBelow = unsafe text[i] == UInt8(ascii: "-")
      i += 1
    }
    let first = i
    var power = 0
    while i < count, case let digit = unsafe text[i] &- 48, digit < 10 {
      power = min(power &* 10 &+ Int(digit), 100_000)
      i += 1
    }
    guard i > first else { return nil }
    exponent += isBelow ? -power : power
  }
  guard i == count else { return nil }
  if digits <= 19, mantissa <= 1 << 53, (-22...22).contains(exponent) {
    var value = Double(mantissa)
    if exponent < 0 { value /= powersOfTen[-exponent] } else { value *= powersOfTen[exponent] }
    let isHalfway = value.bitPattern & 0x1FFF_FFFF == 0x1000_0000
    if !isHalfway, value == 0 || (value >= 0x1p-126 && value < 0x1p127) {
      return Float(isNegative ? -value : value)
    }
  }
  return unsafe Float(String(decoding: text, as: UTF8.self))
}

/// Parses `nan`, `inf` and `infinity`, in any case.
@unsafe private func parseWord(_ text: UnsafeRawBufferPointer, from start: Int, isNegative: Bool) -> Float? {
  guard start <= 1, text.count <= 10 else { return nil }
  switch unsafe String(decoding: text[start...], as: UTF8.self).lowercased() {
  case "nan": return .nan
  case "inf", "infinity": return isNegative ? -.infinity : .infinity
  default: return nil
  }
}

private let powersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]
