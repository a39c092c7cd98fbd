import AkinSupport
import AkinVectors
import CAkinKernels

/// Floats that end where the memory ends: the page after them cannot be read, so one that is touched stops the test
/// process. Everything in front of them, and between them and the end when there is slack, is NaN.
@safe final class EdgeFloats {
  private let mapping: UnsafeMutableRawPointer
  private let byteCount: Int
  let floats: UnsafeMutableBufferPointer<Float>

  /// - Parameter slack: Floats between the last one and the end: 0...3 give all alignments that floats can have.
  init(count: Int, slack: Int = 0) {
    let page = sysconf(Int32(_SC_PAGESIZE))
    let used = ((count + slack + 16) * 4 + page - 1) / page * page
    byteCount = used + page
    let mapped = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else { fatalError("no memory for a test") }
    guard unsafe mprotect(mapped + used, page, PROT_NONE) == 0 else { fatalError("no guard page for a test") }
    unsafe mapping = mapped
    let all = unsafe mapped.bindMemory(to: Float.self, capacity: used / 4)
    unsafe all.update(repeating: .nan, count: used / 4)
    unsafe floats = UnsafeMutableBufferPointer(start: all + used / 4 - slack - count, count: count)
  }

  /// Numbers in -1..<1, the given components of each row; what lies between rows stays NaN.
  convenience init(
    rows: Int, dimension: Int, stride: Int, slack: Int, generator: inout SeededGenerator
  ) {
    self.init(count: rows == 0 ? 0 : (rows - 1) * stride + dimension, slack: slack)
    for row in 0..<rows {
      var place = row * stride
      let end = place + dimension
      while place < end {
        // Safe: the place is inside the row.
        unsafe start[place] = Float(generator.uniform() * 2 - 1)
        place &+= 1
      }
    }
  }

  /// The given numbers.
  convenience init(_ numbers: [Float], slack: Int) {
    self.init(count: numbers.count, slack: slack)
    for (place, number) in numbers.enumerated() { unsafe floats[place] = number }
  }

  /// The first float.
  var start: UnsafeMutablePointer<Float> { unsafe floats.baseAddress! }

  deinit {
    // Safe: `init` mapped exactly these bytes.
    unsafe munmap(mapping, byteCount)
  }
}

/// The slow obvious code, in double: a value, and the sum of the absolute terms that its rounding errors scale with.
@unsafe struct ExactSum {
  var value = 0.0
  var magnitude = 0.0
  var steps = 0

  static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ dimension: Int) -> ExactSum {
    // Plain loops over locals: these are most of what an unoptimised test does.
    var (value, magnitude, j) = (0.0, 0.0, 0)
    while j < dimension {
      let term = unsafe Double(a[j]) * Double(b[j])
      value += term
      magnitude += term.magnitude
      j &+= 1
    }
    return unsafe ExactSum(value: value, magnitude: magnitude, steps: dimension)
  }

  static func squaredEuclidean(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ dimension: Int) -> ExactSum {
    var (value, j) = (0.0, 0)
    while j < dimension {
      let difference = unsafe Double(a[j]) - Double(b[j])
      value += difference * difference
      j &+= 1
    }
    return unsafe ExactSum(value: value, magnitude: value, steps: dimension)
  }

  mutating func add(_ term: Double) {
    unsafe value += term
    unsafe magnitude += abs(term)
    unsafe steps += 1
  }

  /// How far a float32 sum of these terms, added in any order, may be from `value`.
  ///
  /// Each term passes through at most n + 2 roundings (n - 1 additions, one product, two for a squared difference) of
  /// relative size u = 2⁻²⁴, so the error is at most γ(n + 2) Σ|term|, γ(m) = m u / (1 - m u) (Higham, Accuracy and
  /// Stability, §3.1). One more step pays for this sum's own rounding, which is 2²⁹ times smaller a step.
  var tolerance: Double {
    let steps = unsafe Double(steps + 3) * 0x1p-24
    return unsafe steps / (1 - steps) * magnitude
  }
}

/// The dimensions that every kernel is tried at: all short ones, around the vector sizes, and those of real data.
let kernelDimensions = Array(1...70) + [95, 96, 97, 128, 784, 1000]

/// A copy of a level's table.
@unsafe func kernelTable(_ level: KernelLevel) -> akin_kernels {
  unsafe Kernels.table(at: level)!.pointee
}
