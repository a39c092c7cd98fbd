import AkinVectors
import CAkinKernels

/// The queries of a group as bytes, and what each of them asks of a block of coded items.
@unsafe final class EncodedQueries {
  /// What the bound needs to know of a query (``EncodedItems``).
  struct Facts {
    var step = 1.0
    var error = 0.0
    var length = 0.0
    var turned = 0.0
    var tail = 0.0
    /// The squared length.
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
  init(_ queries: EmbeddingMatrix, _ range: Range<Int>, norms: [Double], for items: EncodedItems) {
    unsafe width = items.width
    unsafe skew = items.turn.skew
    let count = max(1, range.count)
    unsafe codes = .allocate(capacity: count * items.width)
    unsafe codes.initialize(repeating: 0, count: count * items.width)
    unsafe facts = .allocate(capacity: count)
    unsafe facts.initialize(repeating: Facts(), count: count)
    unsafe sums = .allocate(capacity: count)
    unsafe sums.initialize(repeating: 0, count: count)
    let padded = items.turn.paddedCoordinates
    let coordinates = AlignedFloats(count: count * padded)
    var lengths = [Rotation.Lengths](repeating: Rotation.Lengths(square: 0, rest: 0, error: 0), count: count)
    // Safe: the queries lie inside the matrix, whose stride is the items'; there is room for all coordinates.
    unsafe items.turn.place(
      queries.base + range.lowerBound * queries.stride, count: range.count, into: coordinates.floats.baseAddress!,
      &lengths)
    for place in 0..<range.count {
      let norm = norms[place]
      guard norm == 0 || norm > 0x1p-100 && norm < 0x1p100 else { continue }
      let own = unsafe coordinates.floats.baseAddress! + place * padded
      unsafe facts[place] = unsafe EncodedQueries.code(
        own, items.turn.coordinates, inPairs: items.asksInPairs, lengths[place], to: codes + place * items.width,
        sum: &sums[place])
    }
  }

  deinit {
    unsafe codes.deallocate()
    unsafe facts.deallocate()
    unsafe sums.deallocate()
  }

  /// - Parameter inPairs: Whether the codes 2j and 2j + 1 add up to -128...128.
  private static func code(
    _ coordinates: UnsafePointer<Float>, _ count: Int, inPairs: Bool, _ lengths: Rotation.Lengths,
    to codes: UnsafeMutablePointer<Int8>, sum: inout Int32
  ) -> Facts {
    var facts = Facts()
    var square = 0.0
    var largest: Float = 0
    for axis in 0..<count {
      let value = unsafe coordinates[axis]
      square += Double(value) * Double(value)
      // The step is the larger for it, by a quarter.
      let neighbour = unsafe inPairs && axis % 2 == 0 && axis + 1 < count ? coordinates[axis + 1] : 0
      largest = max(largest, value.magnitude, (value + neighbour).magnitude)
    }
    facts.isSound = square.isFinite
    facts.turned = (square.squareRoot() + lengths.error) * (1 + 0x1p-30)
    facts.tail = lengths.rest.squareRoot() * (1 + 0x1p-20)
    facts.square = lengths.square
    let step = largest > 0 ? Double(largest) / 127 : 1
    let perStep = 1 / step
    facts.step = step
    var error = 0.0
    var length = 0.0
    for axis in 0..<count {
      let value = unsafe Double(coordinates[axis])
      let steps = Coordinates.steps(value * perStep)
      let off = value - steps * step
      unsafe codes[axis] = Int8(steps)
      sum += Int32(steps)
      error += off * off
      length += steps * steps
    }
    facts.error = (error.squareRoot() + lengths.error) * (1 + 0x1p-30)
    facts.length = length.squareRoot() * step * (1 + 0x1p-30)
    return facts
  }

  /// What `code_filter` must know to mark at least the items of a block whose value q·x + start is `wanted` or more;
  /// `nil` where `Float` cannot hold it.
  @inline(__always)
  func ask(_ query: Int, _ block: EncodedItems.Block, wanted: Double) -> akin_code_query? {
    let facts = unsafe facts[query]
    guard facts.isSound && block.isSound else { return nil }
    let unit = 1 / (facts.step * block.step)
    let tails = facts.tail * block.tail
    let slack = unsafe facts.turned * block.error + facts.error * block.length + skew * facts.turned * block.turned
    // What float32 rounds on its way to the sum: far fewer than 2⁵ roundings, each of at most 2⁻²⁴ of the parts.
    let rounding =
      0x1p-19 * (facts.length * block.length + block.start + tails)
      + 0x1p-40 * facts.square.squareRoot() * (block.turned + block.tail)
    let floor = (wanted - slack - rounding) * unit
    let startScale = 1 / facts.step
    let tailScale = facts.tail / facts.step
    let reach = max(startScale, tailScale) * max(block.start, block.tail) / block.step
    guard abs(floor) < 0x1p100, reach < 0x1p100, startScale < 0x1p120, tailScale < 0x1p120 else { return nil }
    return unsafe akin_code_query(
      code_sum: sums[query], start_scale: Float(startScale), tail_scale: Float(tailScale), floor: Float(floor).nextDown)
  }
}
