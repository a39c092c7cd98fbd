import AkinVectors
import CAkinKernels

/// Queries as bytes, and their conditions on a block of encoded items.
@safe package final class EncodedQueries {
  // Safe: `init` allocates for `count` queries; callers pass queries below that number.

  /// Bytes of a code.
  package let width: Int
  /// The facts of each query that the bound needs.
  package let facts: UnsafeMutablePointer<QueryCode>
  private let codes: UnsafeMutablePointer<Int8>
  private let skew: Double
  private let inPairs: Bool
  /// The error of a float32 sum of products, as a share of the product of the lengths (derived in ``RoundingBound`` of
  /// the exact scan).
  private let roundoff: Double

  /// Encodes `count` queries.
  ///
  /// - Parameters:
  ///   - queries: The items' dimension each, `stride` floats from one to the next.
  ///   - norms: Each query's length, or a little more.
  ///   - inPairs: Whether the codes 2j and 2j + 1 add up to -128...128, which AVX2 multiplies faster and which one kernel call
  ///     makes; the step is the larger for it, by a quarter.
  ///   - items: What they will be compared with.
  @unsafe package convenience init(
    _ queries: UnsafePointer<Float>, stride: Int, count: Int, norms: [Double], inPairs: Bool, for items: EncodedItems
  ) {
    unsafe self.init(
      queries, stride: stride, count: count, norms: norms, inPairs: inPairs, by: items.rotation, kernels: items.kernels)
  }

  /// Encodes `count` queries along the coordinates of `rotation`.
  @unsafe package init(
    _ queries: UnsafePointer<Float>, stride: Int, count: Int, norms: [Double], inPairs: Bool, by rotation: Rotation,
    kernels: UnsafePointer<akin_kernels>
  ) {
    self.inPairs = inPairs
    width = (rotation.coordinates + 3) & ~3
    skew = rotation.skew
    roundoff = Double(rotation.dimension + 32) * 0x1p-23
    let room = max(1, count)
    unsafe codes = .allocate(capacity: room * width)
    unsafe codes.initialize(repeating: 0, count: room * width)
    unsafe facts = .allocate(capacity: room)
    unsafe facts.initialize(repeating: QueryCode(), count: room)
    if rotation.isIdentity {
      for query in 0..<count {
        let lengths = rotation.lengths(norm: norms[query])
        unsafe encode(queries + query * stride, query, lengths, norms[query], rotation, kernels.pointee)
      }
      return
    }
    let padded = rotation.paddedCoordinates
    let coordinates = AlignedFloats(count: room * padded)
    var lengths = [Rotation.Lengths](repeating: Rotation.Lengths(), count: room)
    // Safe: the queries are `stride` floats apart, and there is room for all coordinates.
    unsafe rotation.place(queries, stride: stride, count: count, into: coordinates.floats.baseAddress!, &lengths)
    for query in 0..<count {
      let own = unsafe coordinates.floats.baseAddress! + query * padded
      unsafe encode(own, query, lengths[query], norms[query], rotation, kernels.pointee)
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
    _ rotation: Rotation, _ kernels: akin_kernels
  ) {
    guard norm == 0 || norm > 0x1p-100 && norm < 0x1p100 else { return }
    let count = rotation.coordinates
    let code = unsafe codes + query * width
    var fact = QueryCode()
    // Safe: there are `count` coordinates, and the code has room for them.
    let step =
      unsafe inPairs
      ? kernels.to_bytes(coordinates, nil, count, code, &fact.sum)
      : EncodedQueries.toBytes(coordinates, count, code, &fact.sum)
    let length =
      unsafe rotation.isPlain
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

  /// An upper bound on the length of the rounding errors of a code.
  @unsafe private static func error(
    of code: UnsafePointer<Int8>, _ coordinates: UnsafePointer<Float>, _ count: Int, step: Float, length: Double
  ) -> Double {
    // Four independent sums.
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
    // In float32, a difference is off by less than the last place of a component, and a sum by that of each term; a square that
    // underflows, by 2⁻¹⁴⁹ at most.
    let sum = Double(errors.sum()) + Double(count) * 0x1p-149
    return sum.squareRoot() * (1 + Double(count) * 0x1p-24) + length * 0x1p-20
  }
}

extension EncodedQueries {
  /// The condition for `code_filter` to mark at least the items of a block whose value q·x + start is `wanted` or more;
  /// `nil` where `Float` cannot hold it.
  package func ask(_ query: Int, _ block: CodeBlock, wanted: Double) -> akin_code_query? {
    unsafe facts[query].ask(in: block, wanted: wanted, skew: skew)
  }

  /// The conversion from values of a query in a block (`code_product`) to float32 scores of vectors, q·x + start, for
  /// codes without a remainder.
  package func rounding(of query: Int, in block: CodeBlock) -> CodeRounding {
    let fact = unsafe facts[query]
    guard fact.isSound, block.isSound, CodeRounding.steps.contains(block.step), CodeRounding.steps.contains(fact.step)
    else { return CodeRounding() }
    let error = fact.slack(in: block, skew: skew) + roundoff * (1.1 * fact.norm * block.norm + block.start)
    return CodeRounding(unit: block.step * fact.step, error: error * (1 + 0x1p-20), startScale: Float(1 / fact.step))
  }
}

/// The conversion from values in units of codes to scores.
package struct CodeRounding: Sendable {
  /// The value of one unit of a sum; 0 when unknown.
  package var unit = 0.0
  /// The largest difference between a score and its value; infinite when unknown.
  package var error = Double.infinity
  /// The factor from the start of an item to units of the sum.
  package var startScale: Float = 0

  /// Steps far from the limits of `Float`, so that no product of two overflows or underflows.
  static let steps = 0x1p-50...0x1p50

  /// A score that every item with a value of at least `value` reaches.
  package func score(of value: Float) -> Double { Double(value) * unit - error }

  /// A value that every item with a score of at least `score` reaches.
  package func least(score: Double) -> Float {
    let value = Float((score - error) / unit).nextDown
    return value > -.infinity ? value : -.infinity
  }
}
