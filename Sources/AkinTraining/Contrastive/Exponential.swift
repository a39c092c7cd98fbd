import AkinVectors

/// e^x for x from −87 to 0, to 1e-6 of the value, in the same bits on every CPU; below −87 it is that of −87.
///
/// e^x = 2^n · 2^r with whole n and |r| ≤ ½; 2^r by its Taylor polynomial of degree 6.
@inline(__always)
func exponential(_ x: Lanes) -> Lanes {
  let low = Lanes(repeating: -87)
  let t = x.replacing(with: low, where: x .< low) * Lanes(repeating: 1.442_695_04)
  // Adding 3 · 2²² rounds to a whole number, which is then in the low bits.
  let magic = Lanes(repeating: 12_582_912)
  let shifted = t + magic
  let r = t - (shifted - magic)
  var p = Lanes(repeating: 1.540_353_04e-4) * r + Lanes(repeating: 1.333_355_81e-3)
  p = p * r + Lanes(repeating: 9.618_129_11e-3)
  p = p * r + Lanes(repeating: 5.550_410_87e-2)
  p = p * r + Lanes(repeating: 2.402_265_07e-1)
  p = p * r + Lanes(repeating: 6.931_471_82e-1)
  p = p * r + Lanes(repeating: 1)
  // Safe: both types are 16 numbers of 32 bits. The whole number goes to the exponent; its other bits are shifted out.
  let whole = unsafe unsafeBitCast(shifted, to: SIMD16<UInt32>.self) &<< SIMD16(repeating: 23)
  return unsafe unsafeBitCast(unsafeBitCast(p, to: SIMD16<UInt32>.self) &+ whole, to: Lanes.self)
}
