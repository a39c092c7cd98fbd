import AkinVectors

/// e^x for x from −87 to 0, to 1e-6 of the value, in the same bits on every CPU; below −87 it is that of −87.
///
/// e^x = 2^n · e^r with the whole number n nearest to x / ln 2, so |r| ≤ ln 2 / 2; e^r by its Taylor polynomial of degree 6. ln 2
/// is taken in two parts, of which n times the first is exact (Cody and Waite).
@inline(__always)
func exponential(_ x: Lanes) -> Lanes {
  let low = Lanes(repeating: -87)
  let x = x.replacing(with: low, where: x .< low)
  // Adding 3 · 2²² rounds to a whole number, which is then in the low bits.
  let magic = Lanes(repeating: 12_582_912)
  let shifted = x * Lanes(repeating: 1.442_695_04) + magic
  let n = shifted - magic
  let r = (x - n * Lanes(repeating: 0.693_359_375)) - n * Lanes(repeating: -2.121_944_4e-4)
  var p = Lanes(repeating: 1 / 720) * r + Lanes(repeating: 1 / 120)
  p = p * r + Lanes(repeating: 1 / 24)
  p = p * r + Lanes(repeating: 1 / 6)
  p = p * r + Lanes(repeating: 0.5)
  p = p * r + Lanes(repeating: 1)
  p = p * r + Lanes(repeating: 1)
  // Safe: both types are 16 numbers of 32 bits. The whole number goes to the exponent; its other bits are shifted out.
  let whole = unsafe unsafeBitCast(shifted, to: SIMD16<UInt32>.self) &<< SIMD16(repeating: 23)
  return unsafe unsafeBitCast(unsafeBitCast(p, to: SIMD16<UInt32>.self) &+ whole, to: Lanes.self)
}
