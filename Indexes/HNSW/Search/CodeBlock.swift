import AkinVectors
import CAkinKernels

// How far bytes may be from the truth. With x = s c + e for an item and q = s' c' + e' for a query,
//
//     q·x = s s' (c'·c) + q·e + e'·(s c), so |q·x - s s' (c'·c)| ≤ |q||e| + |e'||s c|
//
// by Cauchy and Schwarz.

/// What a bound needs to know of items that share a step of bytes.
struct CodeBlock {
  /// The value of one unit of a byte; 0 where the items have no bytes.
  private(set) var step = 0.0
  /// The largest |e| and |s c| of an item, |x| and |bias|.
  private(set) var error = 0.0
  private(set) var length = 0.0
  private(set) var norm = 0.0
  private(set) var bias = 0.0

  /// Steps are far from the ends of `Float`, so no product of two is there.
  static let steps = 0x1p-50...0x1p50

  /// Writes the bytes of a range of nodes, which begins with a panel. No vector is so wide that a sum of products of bytes
  /// passes 2³¹ (`code_product`).
  init(_ range: Range<Int>, of storage: GraphStorage, into panels: CodePanels, kernels: akin_kernels) {
    let dimension = storage.items.dimension
    var largest: Float = 0
    var isSound = true
    for node in range {
      // Safe: the node lies inside the matrix, and there is a bias for it where there are any.
      let vector = unsafe storage.items.base + node * storage.items.stride
      for component in 0..<dimension { largest = unsafe max(largest, vector[component].magnitude) }
      let square = unsafe kernels.dot64(vector, vector, dimension)
      let own = unsafe storage.biases.map { unsafe Double($0[node].magnitude) } ?? 0
      // A file may hold anything.
      isSound = isSound && square.isFinite && own <= CodeBlock.steps.upperBound
      norm = max(norm, square.squareRoot())
      bias = max(bias, own)
    }
    let step = Double(largest) / 127
    guard isSound, CodeBlock.steps.contains(step) else { return }
    self.step = step
    let perStep = 1 / step
    for node in range {
      let vector = unsafe storage.items.base + node * storage.items.stride
      var (off, square) = (0.0, 0.0)
      panels.set(node) { component in
        guard component < dimension else { return 0 }
        let value = unsafe Double(vector[component])
        let steps = (value * perStep).rounded(.toNearestOrEven)
        off += (value - steps * step) * (value - steps * step)
        square += steps * steps
        return Int8(steps)
      }
      error = max(error, off.squareRoot())
      length = max(length, square.squareRoot() * step)
    }
  }
}

/// How values in units of bytes become scores.
struct PrefixRounding {
  /// The value of one unit of a sum; 0 where nothing is known.
  var unit = 0.0
  /// How far a score may be from its value; infinite where nothing is known.
  var doubt = Double.infinity

  /// The value that all items have whose score is at least `score`.
  func least(score: Float) -> Float { least(Double(score) - doubt) }

  /// The value that all items have whose score is at least that of any whose value is at least `value`.
  func least(value: Float) -> Float { least(Double(value) * unit - 2 * doubt) }

  private func least(_ score: Double) -> Float {
    let value = Float(score / unit).nextDown
    return value > -.infinity ? value : -.infinity
  }
}

/// The queries of a sweep as bytes.
@safe final class EncodedQueries {
  private let width: Int
  private let codes: UnsafeMutablePointer<Int8>
  /// The bytes of those that a tile concerns, one after the other, and what is to be done with their sums.
  let lined: UnsafeMutablePointer<Int8>
  let about: UnsafeMutablePointer<akin_code_query>
  private var all: [One] = []
  /// What a sum of so many products of floats may be off by, as a share of the lengths' product.
  private let roundoff: Double

  private struct One {
    let step: Double
    /// |e'| and |q|.
    let error: Double
    let length: Double
    let sum: Int32
  }

  /// - Parameter lengths: Each query's length, or a little more.
  init(
    _ queries: UnsafePointer<Float>, stride: Int, number: Int, dimension: Int, lengths: [Double],
    kernels: akin_kernels
  ) {
    width = (dimension + 3) & ~3
    roundoff = Double(dimension + 32) * 0x1p-23
    unsafe codes = .allocate(capacity: number * width)
    unsafe codes.initialize(repeating: 0, count: number * width)
    unsafe lined = .allocate(capacity: number * width)
    unsafe lined.initialize(repeating: 0, count: number * width)
    unsafe about = .allocate(capacity: number)
    unsafe about.initialize(repeating: akin_code_query(), count: number)
    for query in 0..<number {
      // Safe: a query has `dimension` components, its code `width` bytes.
      let (vector, code) = unsafe (queries + query * stride, codes + query * width)
      var sum: Int32 = 0
      let step = unsafe kernels.to_bytes(vector, nil, dimension, code, &sum)
      // In four sums, none of which waits for another.
      var errors = SIMD4<Float>()
      var component = 0
      while component + 4 <= dimension {
        let off = unsafe SIMD4(
          vector[component] - step * Float(code[component]), vector[component + 1] - step * Float(code[component + 1]),
          vector[component + 2] - step * Float(code[component + 2]),
          vector[component + 3] - step * Float(code[component + 3]))
        errors += off * off
        component += 4
      }
      while component < dimension {
        let off = unsafe vector[component] - step * Float(code[component])
        errors[0] += off * off
        component += 1
      }
      let error = Double(errors.sum())
      // In float32 a difference is off by less than a component's last place, the sum by that of each that it adds.
      let rounded = error.squareRoot() * (1 + Double(dimension) * 0x1p-24) + lengths[query] * 0x1p-20
      all.append(One(step: Double(step), error: rounded, length: lengths[query], sum: sum))
    }
  }

  deinit {
    // Safe: `init` allocated them, and the elements are trivial.
    unsafe codes.deallocate()
    unsafe lined.deallocate()
    unsafe about.deallocate()
  }

  /// How a query's values in a tile become scores.
  func rounding(of query: Int, in tile: CodeBlock) -> PrefixRounding {
    let one = all[query]
    guard tile.step > 0, CodeBlock.steps.contains(one.step) else { return PrefixRounding() }
    let doubt = one.length * tile.error + one.error * tile.length
    return PrefixRounding(
      unit: tile.step * one.step,
      doubt: (doubt + roundoff * (1.1 * one.length * tile.norm + tile.bias)) * (1 + 0x1p-20))
  }

  /// Puts the bytes of some queries one after the other.
  func lineUp(_ queries: [Int], for tile: CodeBlock) {
    for (place, query) in queries.enumerated() {
      // Safe: there is room for all queries.
      unsafe (lined + place * width).update(from: codes + query * width, count: width)
      let unit = rounding(of: query, in: tile).unit
      unsafe about[place] = akin_code_query(
        code_sum: all[query].sum, start_scale: unit > 0 ? Float(1 / unit) : 0, tail_scale: 0, floor: 0)
    }
  }
}
