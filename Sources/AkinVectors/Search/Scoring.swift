import CAkinKernels

/// The final score for one query: computed in float64 in one fixed order, then rounded once to `Float`.
///
/// All indexes rank by these scores, so a graph search, an exact scan and a batch agree in every bit of the scores and
/// in the order of ties. The float64 sums have the same bits at every CPU level.
///
/// - innerProduct: `dot64(q, x) + bias`
/// - cosine: `dot64(q, x) / (√dot64(q, q) · √dot64(x, x))`; NaN when either vector is zero
/// - euclidean: `0 - squared_euclidean64(q, x)`
///
/// For finite components, nothing overflows or underflows before the rounding to `Float`.
@safe package struct CanonicalScorer {
  // Safe: the creator of the scorer promises that the query outlives it; callers of `score` promise valid rows.
  private let query: UnsafePointer<Float>
  private let dimension: Int
  private let metric: Metric
  private let dot64: @convention(c) (UnsafePointer<Float>?, UnsafePointer<Float>?, Int) -> Double
  private let squared64: @convention(c) (UnsafePointer<Float>?, UnsafePointer<Float>?, Int) -> Double
  private let dotAndSquare64:
    @convention(c) (UnsafePointer<Float>?, UnsafePointer<Float>?, Int, UnsafeMutablePointer<Double>?) -> Double
  /// `√dot64(q, q)`.
  package let queryNorm: Double

  /// Creates a scorer for a query of `dimension` floats, which must stay at their address while the scorer is used.
  @unsafe package init(
    metric: Metric, query: UnsafePointer<Float>, dimension: Int, kernels: UnsafePointer<akin_kernels>
  ) {
    self.metric = metric
    unsafe self.query = query
    self.dimension = dimension
    unsafe dot64 = kernels.pointee.dot64
    unsafe squared64 = kernels.pointee.squared_euclidean64
    unsafe dotAndSquare64 = kernels.pointee.dot_and_square64
    unsafe queryNorm = kernels.pointee.dot64(query, query, dimension).squareRoot()
  }

  /// The score of an item, or NaN when it matches nothing (zero under cosine, or not finite).
  ///
  /// - Parameters:
  ///   - item: `dimension` floats.
  ///   - bias: The item's bias; only inner products have one.
  @unsafe package func score(_ item: UnsafePointer<Float>, bias: Float) -> Float {
    switch metric {
    case .innerProduct: return Float(unsafe dot64(query, item, dimension) + Double(bias))
    case .cosine:
      var square = 0.0
      let product = unsafe dotAndSquare64(query, item, dimension, &square)
      return Float(product / (queryNorm * square.squareRoot()))
    case .euclidean: return Float(0 - (unsafe squared64(query, item, dimension)))
    }
  }
}

/// A score and a row in one number; larger numbers come earlier in a result.
///
/// The order is that of ``Neighbor``: larger score first, then smaller row; `-0` and `0` are equal.
package enum RankKey {
  /// The key of a score that is not NaN.
  @inlinable @inline(__always) package static func make(score: Float, row: UInt32) -> UInt64 {
    let bits = (score + 0).bitPattern
    let ordered = bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
    return UInt64(ordered) &<< 32 | UInt64(~row)
  }

  /// The score of a key.
  @inlinable @inline(__always) package static func score(_ key: UInt64) -> Float {
    let ordered = UInt32(truncatingIfNeeded: key &>> 32)
    return Float(bitPattern: ordered >> 31 == 1 ? ordered & 0x7FFF_FFFF : ~ordered)
  }

  /// The row of a key.
  @inlinable @inline(__always) package static func row(_ key: UInt64) -> UInt32 { ~UInt32(truncatingIfNeeded: key) }

  /// The neighbour of a key.
  @inlinable @inline(__always) package static func neighbor(_ key: UInt64) -> Neighbor {
    Neighbor(row: Row(row(key)), score: score(key))
  }
}
