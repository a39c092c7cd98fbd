import AkinSupport
import AkinVectors

/// Sixteen components of a vector.
typealias Lanes = SIMD16<Float>

/// The items of a `contrastive` training: vectors at any length, the same at length 1, biases, and the sums of squares that
/// scale each row's steps (AdaGrad with one number a row, Duchi et al. 2011).
@safe final class ContrastiveItems: @unchecked Sendable {
  // Safe: each table holds count × stride floats. While threads write, each row belongs to one of them.

  let count: Int
  /// Components of a row, a multiple of 16; zeros from the dimension on.
  let stride: Int
  private let rawTable: AlignedFloats
  private let unitTable: AlignedFloats
  private let numbers: AlignedFloats

  /// Draws the vectors. Each number depends on the seed and its place alone.
  init(count: Int, dimensions: Int, seed: UInt64, execution: Execution) throws {
    self.count = count
    stride = (dimensions + 15) & ~15
    rawTable = AlignedFloats(count: count * stride)
    unitTable = AlignedFloats(count: count * stride)
    numbers = AlignedFloats(count: 3 * count)
    let random = CounterRandom(seed: seed, purpose: 0x43_4F_4E)
    try execution.forEachChunk(of: count, by: 512) { _, rows in
      for row in rows {
        for k in 0..<dimensions {
          // Safe: inside the row.
          unsafe raw(row)[k] = Float(0.1 * random.normal(at: UInt64(row) &* 4096 &+ UInt64(k)))
        }
        normalise(row)
      }
    }
  }

  @unsafe func raw(_ row: Int) -> UnsafeMutablePointer<Float> {
    unsafe rawTable.floats.baseAddress! + row * stride
  }

  @unsafe func unit(_ row: Int) -> UnsafeMutablePointer<Float> {
    unsafe unitTable.floats.baseAddress! + row * stride
  }

  /// The bias of an item.
  func bias(_ row: Int) -> Float { unsafe numbers.floats[row] }

  private func normalise(_ row: Int) {
    // Safe: both rows hold `stride` floats, from a multiple of 64 bytes on.
    let (from, to) = unsafe (lanes(raw(row)), lanes(unit(row)))
    var sum = Lanes.zero
    for k in 0..<stride / 16 { unsafe sum += from[k] * from[k] }
    let scale = Lanes(repeating: 1 / max(sum.sum().squareRoot(), 1e-12))
    for k in 0..<stride / 16 { unsafe to[k] = from[k] * scale }
  }

  /// Takes a step.
  ///
  /// - Parameters:
  ///   - row: The item.
  ///   - slope: The gradient of the loss by the unit vector, `stride` floats; is overwritten.
  ///   - biasSlope: The gradient by the bias.
  ///   - rate: The step size of the vector; that of the bias is a tenth.
  @unsafe func step(_ row: Int, _ slope: UnsafeMutablePointer<Float>, biasSlope: Float, rate: Float) {
    // Safe: all rows hold `stride` floats, from a multiple of 64 bytes on.
    let (x, e, g) = unsafe (lanes(unit(row)), lanes(raw(row)), lanes(slope))
    let (sums, biasSums) = unsafe (numbers.floats.baseAddress! + count, numbers.floats.baseAddress! + 2 * count)
    var along = Lanes.zero
    var length = Lanes.zero
    for k in 0..<stride / 16 {
      unsafe along += g[k] * x[k]
      unsafe length += e[k] * e[k]
    }
    let share = Lanes(repeating: along.sum())
    let scale = Lanes(repeating: 1 / max(length.sum().squareRoot(), 1e-12))
    var square = Lanes.zero
    for k in 0..<stride / 16 {
      // The gradient by the vector of any length: what turns the unit vector, over the length.
      let turned = unsafe (g[k] - share * x[k]) * scale
      unsafe g[k] = turned
      square += turned * turned
    }
    unsafe sums[row] += square.sum() / Float(stride)
    let step = Lanes(repeating: unsafe rate / (sums[row].squareRoot() + 1e-8))
    for k in 0..<stride / 16 { unsafe e[k] -= step * g[k] }
    normalise(row)
    if biasSlope != 0 {
      unsafe biasSums[row] += biasSlope * biasSlope
      unsafe numbers.floats[row] -= rate / 10 * biasSlope / (biasSums[row].squareRoot() + 1e-8)
    }
  }

  /// The vectors, all at one length.
  func matrix(dimensions: Int, length: Float) -> EmbeddingMatrix {
    unsafe EmbeddingMatrix(count: count, dimension: dimensions) { floats, floatStride in
      for row in 0..<count {
        // Safe: both rows have at least this many numbers.
        for k in 0..<dimensions { unsafe floats[row * floatStride + k] = length * unit(row)[k] }
      }
    }
  }

  /// All biases.
  var biases: [Float] { (0..<count).map(bias) }
}

/// Aligned floats as vectors of 16.
@unsafe @inline(__always)
func lanes(_ floats: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Lanes> {
  unsafe UnsafeMutableRawPointer(floats).assumingMemoryBound(to: Lanes.self)
}
