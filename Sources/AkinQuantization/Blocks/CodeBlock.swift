import CAkinKernels

// A vector x has coordinates along some axes A (its components when it is narrow; see ``Rotation``). Each coordinate is
// rounded to a multiple of a step shared by a block of items: Ax = s c + e. For a query Aq = b = s' c' + e', with t and
// t' the lengths of the parts of the two vectors outside the axes, and δ = ‖AAᵀ - I‖,
//
//     |q·x - s s' (c·c')| ≤ |b||e| + |e'||s c| + t t' + δ|b||Ax|
//
// because q·x = b·Ax + ρ·ρ' + b·(I - AAᵀ)Ax with ρ = x - AᵀAx, and by the Cauchy–Schwarz inequality. One integer inner
// product of `width` bytes thus bounds the exact one from both sides, which rules out most items without reading their
// vectors.

/// The facts of a block of items with a common step that the bound needs, rounded away from zero.
package struct CodeBlock: Sendable {
  /// The value of one unit of a code.
  package var step = 1.0
  /// The largest |e| of an item.
  package var error = 0.0
  /// The largest |s c| of an item.
  package var length = 0.0
  /// The largest |Ax| of an item.
  package var norm = 0.0
  /// The largest |start| of an item, the term added to its inner product.
  package var start = 0.0
  /// The largest t of an item.
  package var tail = 0.0
  /// Whether every number is far from the limits of `Float`; an unsound block has no codes.
  package var isSound = true

  package init() {}

  /// The block with margins for float64 rounding.
  var widened: CodeBlock {
    var block = self
    block.error *= 1 + 0x1p-30
    block.length *= 1 + 0x1p-30
    block.norm *= 1 + 0x1p-30
    block.tail *= 1 + 0x1p-20
    return block
  }
}

/// The facts of a query that the bound needs, rounded away from zero.
package struct QueryCode: Sendable {
  /// The value of one unit of the query's code.
  package var step = 1.0
  /// |e'|.
  package var error = 0.0
  /// |s' c'|.
  package var length = 0.0
  /// |b|.
  package var norm = 0.0
  /// t'.
  package var tail = 0.0
  /// The squared length of the query, relative to the same origin as the items.
  package var square = 0.0
  /// The sum of the code's bytes.
  package var sum: Int32 = 0
  /// Whether every number is far from the limits of `Float`.
  package var isSound = false

  package init() {}

  /// |b||e| + |e'||s c| + δ|b||Ax|: how far s s' (c·c') may be from the inner product of the coordinates.
  ///
  /// - Parameter skew: δ.
  @inlinable
  package func slack(in block: CodeBlock, skew: Double) -> Double {
    norm * block.error + error * block.length + skew * norm * block.norm
  }

  /// The condition for `code_filter` to mark at least the items of a block whose value q·x + start is `wanted` or more;
  /// `nil` where `Float` cannot hold it.
  ///
  /// - Parameter skew: δ.
  package func ask(in block: CodeBlock, wanted: Double, skew: Double) -> akin_code_query? {
    guard isSound && block.isSound else { return nil }
    let unit = 1 / (step * block.step)
    // Float32 rounding in the sum: far fewer than 2⁵ roundings, each of at most 2⁻²⁴ of the parts.
    let rounding =
      0x1p-19 * (length * block.length + block.start + tail * block.tail)
      + 0x1p-40 * square.squareRoot() * (block.norm + block.tail)
    let floor = (wanted - slack(in: block, skew: skew) - rounding) * unit
    let startScale = 1 / step
    let tailScale = tail / step
    let reach = max(startScale, tailScale) * max(block.start, block.tail) / block.step
    guard abs(floor) < 0x1p100, reach < 0x1p100, startScale < 0x1p120, tailScale < 0x1p120 else { return nil }
    return akin_code_query(
      code_sum: sum, start_scale: Float(startScale), tail_scale: Float(tailScale), floor: Float(floor).nextDown)
  }
}
