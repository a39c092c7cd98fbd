import AkinSupport
import AkinVectors
import CAkinKernels

/// A table of float32 vectors that are trained: one row per user, item or feature, padded with zeros to a multiple of 16.
@safe struct FactorTable: @unchecked Sendable {
  // Safe: `floats` holds count × stride floats. While threads write, each row belongs to one of them.

  let count: Int
  let dimension: Int
  /// Floats from one row to the next.
  let stride: Int
  let floats: AlignedFloats

  /// Creates a table of zeros.
  init(count: Int, dimension: Int) {
    self.count = count
    self.dimension = dimension
    stride = EmbeddingMatrix.stride(forDimension: dimension)
    floats = AlignedFloats(count: count * stride)
  }

  /// Copies a matrix.
  init(_ matrix: EmbeddingMatrix) {
    self.init(count: matrix.count, dimension: matrix.dimension)
    // Safe: both hold count × stride floats, and a matrix and a table of one dimension have one stride.
    unsafe base.update(from: matrix.base, count: matrix.count * matrix.stride)
  }

  @unsafe var base: UnsafeMutablePointer<Float> {
    // Safe: AlignedFloats allocates at least 16 floats.
    unsafe floats.floats.baseAddress!
  }

  /// Draws the rows that have pairs from a normal distribution of standard deviation 0.1 / √dimension; the other rows stay
  /// zero. The first scores are about 0.01 then, at any dimension.
  ///
  /// Each number depends on the seed and its place alone.
  func draw(seed: UInt64, for table: InteractionTable, execution: Execution) throws {
    let random = CounterRandom(seed: seed, purpose: 0x57_41_4C_53)
    let deviation = 0.1 / Double(dimension).squareRoot()
    try execution.forEachChunk(of: count, by: 1024) { _, rows in
      for row in rows where table.count(ofRow: row) > 0 {
        for component in 0..<dimension {
          let normal = random.normal(at: UInt64(row) &* 4096 &+ UInt64(component))
          unsafe base[row * stride + component] = Float(normal * deviation)
        }
      }
    }
  }

  /// The Gramian Σ row rowᵀ, stride × stride, of which the upper triangle is written in blocks of 16 × 16.
  ///
  /// Sums are taken in float64 over fixed chunks of rows in a fixed order: the same bits at any thread count.
  func gramian(solver: Solver, execution: Execution) throws -> [Double] {
    let size = stride * stride
    let chunk = max(1024, (count + 31) / 32)
    let chunks = (count + chunk - 1) / chunk
    var parts = [Double](repeating: 0, count: max(chunks, 1) * size)
    try unsafe parts.withUnsafeMutableBufferPointer { parts in
      // Safe: each chunk writes its own `size` doubles of `parts`, which outlive the threads.
      nonisolated(unsafe) let first = parts.baseAddress!
      try execution.forEachChunk(of: count, by: chunk) { _, rows in
        let scratch = AlignedFloats(count: size)
        unsafe solver.gramian(
          base + rows.lowerBound * stride, stride, rows.count, scratch.floats.baseAddress!,
          first + rows.lowerBound / chunk * size)
      }
    }
    var sum = Array(parts.prefix(size))
    for part in 1..<max(chunks, 1) {
      for index in 0..<size { sum[index] += parts[part * size + index] }
    }
    return sum
  }

  /// A copy of the rows as a matrix.
  var copy: EmbeddingMatrix {
    let copied = FactorTable(count: count, dimension: dimension)
    // Safe: both tables hold count × stride floats.
    unsafe copied.base.update(from: base, count: count * stride)
    return copied.matrix
  }

  /// The rows as a matrix, without a copy: the table must not be written any more.
  var matrix: EmbeddingMatrix {
    // Safe: the floats are 64-byte aligned, `floats` owns them, and nothing writes to them any more.
    unsafe EmbeddingMatrix(base: UnsafePointer(base), count: count, dimension: dimension, owner: floats)
  }

  /// A copy in which the rows that are not kept are zero.
  func keeping(_ isKept: [Bool]) -> FactorTable {
    let copy = FactorTable(count: count, dimension: dimension)
    for row in 0..<count where isKept[row] {
      // Safe: both tables hold this row.
      unsafe (copy.base + row * stride).update(from: base + row * stride, count: stride)
    }
    return copy
  }

  /// Σ λ |row|², with one λ per row.
  func regularisation(_ lambdas: [Float]) -> Double {
    let dot = unsafe Kernels.table.pointee.dot64!
    var sum = 0.0
    for row in 0..<count {
      // Safe: the row lies inside the table.
      let start = unsafe base + row * stride
      sum += unsafe Double(lambdas[row]) * dot(start, start, stride)
    }
    return sum
  }
}

/// The Frobenius inner product ⟨A, B⟩ of two symmetric stride × stride matrices whose upper triangles are known.
///
/// With the Gramians of P and Q it is Σ (p·q)² over all pairs of rows.
func frobeniusProduct(_ a: [Double], _ b: [Double], stride: Int) -> Double {
  var sum = 0.0
  for row in 0..<stride {
    sum += a[row * stride + row] * b[row * stride + row]
    var beside = 0.0
    for column in row + 1..<max(stride, row + 1) { beside += a[row * stride + column] * b[row * stride + column] }
    sum += 2 * beside
  }
  return sum
}

extension EmbeddingMatrix {
  /// A copy in which rows without pairs are zero: side features made their vectors, and training did not use them.
  func keepingTrained(_ table: InteractionTable) -> EmbeddingMatrix {
    FactorTable(self).keeping((0..<count).map { table.count(ofRow: $0) > 0 }).matrix
  }
}
