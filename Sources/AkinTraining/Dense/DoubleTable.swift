import AkinSupport
import AkinVectors

/// A table of float64 rows that are trained, padded with zeros to a multiple of 8 and 64-byte aligned.
@safe final class DoubleTable: @unchecked Sendable {
  // Safe: `memory` holds count × stride doubles. While threads write, each row belongs to one of them.

  let count: Int
  let width: Int
  let stride: Int
  private let memory: AlignedFloats
  /// The first number. The block is 64-byte aligned and its floats are used as doubles only.
  @unsafe let base: UnsafeMutablePointer<Double>

  /// The width padded to a multiple of 8.
  static func stride(forWidth width: Int) -> Int { (width + 7) & ~7 }

  /// Creates a table of zeros.
  ///
  /// - Parameters:
  ///   - count: Rows.
  ///   - width: Numbers of a row.
  ///   - stride: Numbers from one row to the next; `nil` pads the width.
  init(count: Int, width: Int, stride: Int? = nil) {
    self.count = count
    self.width = width
    let stride = stride ?? DoubleTable.stride(forWidth: width)
    self.stride = stride
    // A double has the size of two floats; zero bits are 0 in both types.
    memory = AlignedFloats(count: max(count, 1) * stride * 2)
    unsafe base = UnsafeMutableRawPointer(memory.floats.baseAddress!).assumingMemoryBound(to: Double.self)
  }

  /// The first number of a row.
  @unsafe func row(_ row: Int) -> UnsafeMutablePointer<Double> { unsafe base + row * stride }

  /// Sets all numbers to 0.
  func clear() {
    // Safe: the table holds count × stride doubles.
    unsafe base.update(repeating: 0, count: count * stride)
  }

  /// Copies a table of the same shape into this one.
  func copy(from other: DoubleTable) {
    precondition(other.count == count && other.stride == stride, "the tables have the same shape")
    // Safe: both hold count × stride doubles.
    unsafe base.update(from: other.base, count: count * stride)
  }

  /// One number.
  subscript(row: Int, column: Int) -> Double {
    get {
      precondition(row < count && column < width, "the number is in the table")
      return unsafe base[row * stride + column]
    }
    set {
      precondition(row < count && column < width, "the number is in the table")
      unsafe base[row * stride + column] = newValue
    }
  }

  /// Draws the first `columns` numbers of chosen rows from a normal distribution. Each number depends on seed, purpose and
  /// place alone.
  ///
  /// - Parameters:
  ///   - deviation: The standard deviation.
  ///   - columns: Numbers of a row that are drawn.
  ///   - seed: The random seed.
  ///   - purpose: Keeps these random numbers apart from others of the seed.
  ///   - execution: Threads; cancellation.
  ///   - chosen: Whether a row is drawn.
  func draw(
    deviation: Double, columns: Int, seed: UInt64, purpose: UInt64, execution: Execution,
    where chosen: @Sendable (Int) -> Bool
  ) throws {
    let random = CounterRandom(seed: seed, purpose: purpose)
    try execution.forEachChunk(of: count, by: 512) { _, rows in
      for row in rows where chosen(row) {
        for column in 0..<columns {
          unsafe base[row * stride + column] = deviation * random.normal(at: UInt64(row) &* 4096 &+ UInt64(column))
        }
      }
    }
  }

  /// The first `columns` numbers of each row as float32.
  func matrix(columns: Int) -> EmbeddingMatrix {
    unsafe EmbeddingMatrix(count: count, dimension: columns) { floats, floatStride in
      for row in 0..<count {
        for column in 0..<columns {
          // Safe: both rows have at least this many numbers.
          unsafe floats[row * floatStride + column] = Float(base[row * stride + column])
        }
      }
    }
  }

  /// One column as float32.
  func column(_ column: Int) -> [Float] { (0..<count).map { Float(self[$0, column]) } }
}
