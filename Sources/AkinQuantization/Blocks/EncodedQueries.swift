import AkinVectors
import CAkinKernels

/// Some queries as bytes, and what each of them asks of a block of encoded items.
@safe package final class EncodedQueries {
  // Safe: `init` allocates for `count` queries; callers pass queries below that.

  /// Bytes of a code.
  package let width: Int
  /// What the bound needs to know of each query.
  package let facts: UnsafeMutablePointer<QueryCode>
  private let codes: UnsafeMutablePointer<Int8>
  private let skew: Double
  private let inPairs: Bool
  /// What a float32 sum of products of vectors may be off by, as a share of the lengths' product (``RoundingBound`` of the
  /// exact scan derives it).
  private let roundoff: Double

  /// Encodes `count` queries.
  ///
  /// - Parameters:
  ///   - queries: The items' dimension each, `stride` floats from one to the next.
  ///   - norms: Each query's length, or a little more.
  ///   - inPairs: Whether the codes 2j and 2j + 1 add up to -128...128, which AVX2 multiplies faster and which one kernel call
  ///     makes; the step is the larger for it, by a quarter.
  ///   - items: What they will be compared with.
  @unsafe package init(
    _ queries: UnsafePointer<Float>, stride: Int, count: Int, norms: [Double], inPairs: Bool, for items: EncodedItems
  ) {
    self.inPairs = inPairs
    width = items.width
    skew = items.rotation.skew
    roundoff = Double(items.rotation.dimension + 32) * 0x1p-23
    let room = max(1, count)
    unsafe codes = .allocate(capacity: room * width)
    unsafe codes.initialize(repeating: 0, count: room * width)
    unsafe facts = .allocate(capacity: room)
    unsafe facts.initialize(repeating: QueryCode(), count: room)
    let rotation = items.rotation
    if rotation.isIdentity {
      for query in 0..<count {
        unsafe encode(queries + query * stride, query, rotation.lengths(norm: norms[query]), norms[query], items)
      }
      return
    }
    let padded = rotation.paddedCoordinates
    let coordinates = AlignedFloats(count: room * padded)
    var lengths = [Rotation.Lengths](repeating: Rotation.Lengths(), count: room)
    // Safe: the queries are `stride` floats apart, and there is room for all coordinates.
    unsafe rotation.place(queries, stride: stride, count: count, into: coordinates.floats.baseAddress!, &lengths)
    for query in 0..<count {
      unsafe encode(coordinates.floats.baseAddress! + query * padded, query, lengths[query], norms[query], items)
    }
  }

  deinit {
    // Safe: `init` allocated both, and the elements are trivial.
    unsafe codes.deallocate()
    unsafe facts.deallocate()
  }

  /// The code of a query: ``width`` bytes.
  @unsafe package func code(of query: Int) -> UnsafePointer<Int8> { unsafe UnsafePointer(codes + query * width) }

  /// Writes the code of a query's coordinates.
  private func encode(
    _ coordinates: UnsafePointer<Float>, _ query: Int, _ lengths: Rotation.Lengths, _ norm: Double,
    _ items: EncodedItems
  ) {
    guard norm == 0 || norm > 0x1p-100 && norm < 0x1p100 else { return }
    let count = items.rotation.coordinates
    let kernels = unsafe items.kernels.pointee
    let code = unsafe codes + query * width
    var fact = QueryCode()
    // Safe: there are `count` coordinates, and the code has room for them.
    let step =
      unsafe inPairs
      ? kernels.to_bytes(coordinates, nil, count, code, &fact.sum)
      : EncodedQueries.toBytes(coordinates, count, code, &fact.sum)
    let length =
      unsafe items.rotation.isPlain
      ? lengths.square.squareRoot() : kernels.dot64(coordinates, coordinates, count).squareRoot()
    fact.isSound = length.isFinite
    fact.step = Double(step)
    fact.norm = (length + lengths.error) * (1 + 0x1p-30)
    fact.error = unsafe EncodedQueries.error(of: code, coordinates, count, step: step, length: length) + lengths.error
    fact.length = fact.norm + fact.error
    fact.tail = lengths.rest.squareRoot() * (1 + 0x1p-20)
    fact.square = lengths.square
    unsafe facts[query] = fact
  }

  /// Writes the code of the finest step that holds each coordinate alone, and the sum of its bytes. Returns the step.
  @unsafe private static func toBytes(
    _ coordinates: UnsafePointer<Float>, _ count: Int, _ code: UnsafeMutablePointer<Int8>, _ sum: inout Int32
  ) -> Float {
    var largest: Float = 0
    for axis in 0..<count { largest = unsafe max(largest, coordinates[axis].magnitude) }
    let step = largest / 127
    // What is as small as this, or not finite, has a code of zeros: the error is its length.
    guard step >= 0x1p-119, step.isFinite else { return 1 }
    let perStep = 1 / Double(step)
    for axis in 0..<count {
      let steps = unsafe Coordinates.steps(Double(coordinates[axis]) * perStep)
      unsafe code[axis] = Int8(steps)
      sum += Int32(steps)
    }
    return step
  }

  /// At least the length of what the code leaves of the coordinates.
  @unsafe private static func error(
    of code: UnsafePointer<Int8>, _ coordinates: UnsafePointer<Float>, _ count: Int, step: Float, length: Double
  ) -> Double {
    // In four sums, none of which waits for another.
    var errors = SIMD4<Float>()
    var component = 0
    while component + 4 <= count {
      let off = unsafe SIMD4(
        coordinates[component] - step * Float(code[component]),
        coordinates[component + 1] - step * Float(code[component + 1]),
        coordinates[component + 2] - step * Float(code[component + 2]),
        coordinates[component + 3] - step * Float(code[component + 3]))
      errors += off * off
      component += 4
    }
    while component < count {
      let off = unsafe coordinates[component] - step * Float(code[component])
      errors[0] += off * off
      component += 1
    }
    // In float32 a difference is off by less than a component's last place, the sum by that of each that it adds.
    return Double(errors.sum()).squareRoot() * (1 + Double(count) * 0x1p-24) + length * 0x1p-20
  }
}

extension EncodedQueries {
  /// What `code_filter` must know to mark at least the items of a block whose value q·x + start is `wanted` or more;
  /// `nil` where `Float` cannot hold it.
  @inlinable
  package func ask(_ query: Int, _ block: CodeBlock, wanted: Double) -> akin_code_query? {
    unsafe ask(facts[query], block, wanted: wanted)
  }

  @usableFromInline
  package func ask(_ fact: QueryCode, _ block: CodeBlock, wanted: Double) -> akin_code_query? {
    guard fact.isSound && block.isSound else { return nil }
    let unit = 1 / (fact.step * block.step)
    // What float32 rounds on its way to the sum: far fewer than 2⁵ roundings, each of at most 2⁻²⁴ of the parts.
    let rounding =
      0x1p-19 * (fact.length * block.length + block.start + fact.tail * block.tail)
      + 0x1p-40 * fact.square.squareRoot() * (block.norm + block.tail)
    let floor = (wanted - fact.slack(in: block, skew: skew) - rounding) * unit
    let startScale = 1 / fact.step
    let tailScale = fact.tail / fact.step
    let reach = max(startScale, tailScale) * max(block.start, block.tail) / block.step
    guard abs(floor) < 0x1p100, reach < 0x1p100, startScale < 0x1p120, tailScale < 0x1p120 else { return nil }
    return akin_code_query(
      code_sum: fact.sum, start_scale: Float(startScale), tail_scale: Float(tailScale), floor: Float(floor).nextDown)
  }

  /// How a query's values in a block (`code_product`) become scores that float32 makes of the vectors, q·x + start, where
  /// codes leave nothing out.
  package func rounding(of query: Int, in block: CodeBlock) -> CodeRounding {
    let fact = unsafe facts[query]
    guard fact.isSound, block.isSound, CodeRounding.steps.contains(block.step), CodeRounding.steps.contains(fact.step)
    else { return CodeRounding() }
    let doubt = fact.slack(in: block, skew: skew) + roundoff * (1.1 * fact.norm * block.norm + block.start)
    return CodeRounding(unit: block.step * fact.step, doubt: doubt * (1 + 0x1p-20), startScale: Float(1 / fact.step))
  }
}

/// How values in units of codes become scores.
package struct CodeRounding: Sendable {
  /// The value of one unit of a sum; 0 where nothing is known.
  package var unit = 0.0
  /// How far a score may be from its value; infinite where nothing is known.
  package var doubt = Double.infinity
  /// What an item's start is multiplied by to be in units of the sum.
  package var startScale: Float = 0

  /// Steps far from the ends of `Float`, so that no product of two is there.
  static let steps = 0x1p-50...0x1p50

  /// The value that all items have whose score is at least `score`.
  package func least(score: Float) -> Float { least(Double(score) - doubt) }

  /// The value that all items have whose score is at least that of any whose value is at least `value`.
  package func least(value: Float) -> Float { least(Double(value) * unit - 2 * doubt) }

  private func least(_ score: Double) -> Float {
    let value = Float(score / unit).nextDown
    return value > -.infinity ? value : -.infinity
  }
}
