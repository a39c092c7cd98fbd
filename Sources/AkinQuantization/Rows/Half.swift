/// IEEE 754 numbers of 16 bits.
enum Half {
  /// The largest finite number.
  static let greatest: Float = 65_504

  /// The bits of the nearest half, ties to even, for a magnitude up to ``greatest``; +0 for what rounds to 0.
  static func bits(_ value: Float) -> UInt16 {
    let magnitude = value.magnitude
    let sign: UInt32 = value < 0 ? 0x8000 : 0
    guard magnitude >= 0x1p-14 else {
      // From 0.5 on, floats are 2⁻²⁴ apart, as the smallest halves are.
      let whole = (magnitude + 0.5).bitPattern - Float(0.5).bitPattern
      return whole == 0 ? 0 : UInt16(sign | whole)
    }
    let bits = magnitude.bitPattern
    return UInt16(sign | (bits + 0xFFF + (bits >> 13 & 1) - 0x3800_0000) >> 13)
  }
}
