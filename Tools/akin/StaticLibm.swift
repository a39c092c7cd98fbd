/// The length of (x, y), under the name of the C function.
///
/// Akin does not call this function. Swift's static overlay of glibc refers to `hypotf`, whose symbol in libm requires glibc
/// 2.35; with this definition the static binary runs with glibc 2.34 (`.ci/glibc` checks it). In double precision, squares
/// of floats neither overflow nor underflow.
@_cdecl("hypotf")
public func staticHypotf(_ x: Float, _ y: Float) -> Float {
  if x.isInfinite || y.isInfinite { return .infinity }
  let x = Double(x)
  let y = Double(y)
  return Float((x * x + y * y).squareRoot())
}
