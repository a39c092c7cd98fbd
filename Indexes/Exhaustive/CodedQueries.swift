import AkinVectors
import CAkinKernels

/// The queries of a group as bytes, and what each of them asks of a block of coded items.
@unsafe final class CodedQueries {
  /// What the bound needs to know of a query (``CodedItems``).
  struct Facts {
    var step = 1.0
    var error = 0.0
    var length = 0.0
    var turned = 0.0
    var tail = 0.0
    /// |q|², relative to the mean or at length 1.
    var square = 0.0
    /// Whether every number is far from the ends of `Float`.
    var isSound = false
  }

  let width: Int
  let codes: UnsafeMutablePointer<Int8>
  let facts: UnsafeMutablePointer<Facts>
  private let sums: UnsafeMutablePointer<Int32>
  private let skew: Double

  /// Codes the rows `range` of `queries`.
  init(_ queries: EmbeddingMatrix, _ range: Range<Int>, norms: [Double], for items: CodedItems) {
    unsafe width = items.width
    unsafe skew = items.turn.skew
    let count = max(1, range.count)
    unsafe codes = .allocate(capacity: count * items.width)
    unsafe codes.initialize(repeating: 0, count: count * items.width)
    unsafe facts = .allocate(capacity: count)
    unsafe facts.initialize(repeating: Facts(), count: count)
    unsafe sums = .allocate(capacity: count)
    unsafe sums.initialize(repeating: 0, count: count)
    var coordinates = [Double](repeating: 0, count: items.turn.coordinates)
    for place in 0..<range.count {
      let norm = norms[place]
      guard norm == 0 || norm > 0x1p-100 && norm < 0x1p100 else { continue }
      // Safe: the query lies inside the matrix, and `codes` has `width` places for it.
      let vector = unsafe queries.base + (range.lowerBound + place) * queries.stride
      let (square, rest) = unsafe items.turn.place(vector, into: &coordinates)
      unsafe facts[place] = unsafe CodedQueries.code(
        coordinates, to: codes + place * items.width, sum: &sums[place])
      unsafe facts[place].tail = rest.squareRoot() * (1 + 0x1p-20)
      unsafe facts[place].square = square
    }
  }

  deinit {
    unsafe codes.deallocate()
    unsafe facts.deallocate()
    unsafe sums.deallocate()
  }

  private static func code(
    _ coordinates: [Double], to codes: UnsafeMutablePointer<Int8>, sum: inout Int32
  ) -> Facts {
    var facts = Facts()
    var square = 0.0
    var largest = 0.0
    for value in coordinates {
      square += value * value
      largest = max(largest, abs(value))
    }
    facts.isSound = square.isFinite
    facts.turned = square.squareRoot() * (1 + 0x1p-30)
    let step = largest > 0 ? largest / 127 : 1
    facts.step = step
    var error = 0.0
    var length = 0.0
    for (axis, value) in coordinates.enumerated() {
      let steps = max(-127, min(127, (value / step).rounded(.toNearestOrEven)))
      let off = value - steps * step
      unsafe codes[axis] = Int8(steps)
      sum += Int32(steps)
      error += off * off
      length += steps * steps
    }
    facts.error = error.squareRoot() * (1 + 0x1p-30)
    facts.length = length.squareRoot() * step * (1 + 0x1p-30)
    return facts
  }

  /// What `code_marks` must know to mark at least the items of a block whose value q·x + start is `wanted` or more;
  /// `nil` where `Float` cannot hold it.
  @inline(__always)
  func ask(_ query: Int, _ block: CodedItems.Block, wanted: Double) -> akin_mark_query? {
    let facts = unsafe facts[query]
    guard facts.isSound && block.isSound else { return nil }
    let unit = 1 / (facts.step * block.step)
    let tails = facts.tail * block.tail
    let slack = unsafe facts.turned * block.error + facts.error * block.length + skew * facts.turned * block.turned
    // What float32 rounds on its way to the sum: far fewer than 2⁵ roundings, each of at most 2⁻²⁴ of the parts.
    let rounding = 0x1p-19 * (facts.length * block.length + block.start + tails)
      + 0x1p-40 * facts.square.squareRoot() * (block.turned + block.tail)
    let floor = (wanted - slack - rounding) * unit
    let startScale = 1 / facts.step
    let tailScale = facts.tail / facts.step
    let reach = max(startScale, tailScale) * max(block.start, block.tail) / block.step
    guard abs(floor) < 0x1p100, reach < 0x1p100, startScale < 0x1p120, tailScale < 0x1p120 else { return nil }
    return unsafe akin_mark_query(
      code_sum: sums[query], start_scale: Float(startScale), tail_scale: Float(tailScale), floor: Float(floor).nextDown)
  }
}
