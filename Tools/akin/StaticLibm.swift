/// The length of (x, y), under the name that C gives it.
///
/// Nothing of ours calls it. Swift's static overlay of glibc refers to `hypotf`, whose symbol in libm needs glibc 2.35; with this
/// definition the static binary runs with 2.34 (`.ci/glibc` checks that). Squares of floats are exact enough in double precision:
/// they neither overflow nor vanish.
@_cdecl("hypotf")
public func staticHypotf(_ x: Float, _ y: Float) -> Float {
  if x.isInfinite || y.isInfinite { return .infinity }
  let x = Double(x)
  let y = Double(y)
  return Float((x * x + y * y).squareRoot())
}
