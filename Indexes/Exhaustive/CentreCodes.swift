import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// Centres as byte codes: tells which is the nearest to each of many rows.
///
///     for each row:         to_bytes                           → the row less the mean of the centres, as a code
///     for each 24 rows:     code_product                       → q·c - |c|²/2 of all centres, in steps of the codes
///     for each row:         kth_lower_bound, indices_at_least  → the greatest
///
/// Codes tell centres apart but for some that are nearly as near as the nearest, so the answer is one of these.
///
/// Cost: a multiply-add of bytes for each row, centre and component. Benchmark: `akin index` of many items.
@safe struct CentreCodes {
  // Safe: the panels hold all centres, and there is a start for each lane.

  private let count: Int
  private let dimension: Int
  private let mean: [Float]
  /// What a step of a centre's code stands for.
  private let step: Float
  private let panels: CodePanels
  /// Minus half of the squared length of each centre, less the mean.
  private let starts: AlignedFloats
  private let kernels: UnsafePointer<akin_kernels>

  /// Rows that are compared with all centres at a time.
  private static let stripe = 24

  @unsafe init(_ centres: EmbeddingMatrix, _ kernels: UnsafePointer<akin_kernels>) {
    (count, dimension) = (centres.count, centres.dimension)
    unsafe self.kernels = kernels
    let mean = unsafe Coordinates.mean(of: centres, atUnitLength: false, kernels)
    let rows = (0..<count).map { centre in zip(centres[Row(centre)], mean).map { $0 - $1 } }
    let longest = rows.reduce(0) { max($0, $1.reduce(0) { max($0, $1.magnitude) }) }
    let step = longest > 0 ? longest / 127 : 1
    panels = CodePanels(rows: count, width: (dimension + 3) & ~3)
    starts = AlignedFloats(count: panels.lanes)
    for (centre, row) in rows.enumerated() {
      panels.set(centre) { $0 < row.count ? Int8((row[$0] / step).rounded()) : 0 }
      unsafe starts.floats[centre] = -0.5 * row.reduce(0) { $0 + $1 * $1 }
    }
    (self.mean, self.step) = (mean, step)
  }

  /// A nearest centre to each row of a range: the first of several.
  func nearest(to rows: EmbeddingMatrix, _ range: Range<Int>) -> [UInt16] {
    let (stripe, width) = (CentreCodes.stripe, panels.width)
    let values = AlignedFloats(count: stripe * panels.lanes)
    var codes = [Int8](repeating: 0, count: stripe * width)
    var about = [akin_code_query](repeating: akin_code_query(), count: stripe)
    var hits = [UInt32](repeating: 0, count: count)
    var nearest: [UInt16] = []
    nearest.reserveCapacity(range.count)
    for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: stripe) {
      let number = min(stripe, range.upperBound - first)
      for place in 0..<number {
        // Safe: the row lies inside the matrix, and there is a code for each of a stripe.
        let row = unsafe rows.base + (first + place) * rows.stride
        let scale = unsafe codes.withUnsafeMutableBufferPointer { codes in
          unsafe kernels.pointee.to_bytes(
            row, mean, dimension, codes.baseAddress! + place * width, &about[place].code_sum)
        }
        about[place].start_scale = min(1 / (scale * step), .greatestFiniteMagnitude)
      }
      // Safe: the panels hold all centres, and there are values for a stripe of rows.
      let found = unsafe values.floats.baseAddress!
      unsafe kernels.pointee.code_product(
        codes, width, about, number, panels.bytes, panels.lanes / 16, width, starts.floats.baseAddress!, found,
        panels.lanes)
      for place in 0..<number {
        let own = unsafe found + place * panels.lanes
        let best = unsafe kernels.pointee.kth_lower_bound(own, count, 1)
        _ = unsafe hits.withUnsafeMutableBufferPointer { hits in
          unsafe kernels.pointee.indices_at_least(own, UInt32(count), best, hits.baseAddress!)
        }
        nearest.append(UInt16(hits[0]))
      }
    }
    return nearest
  }
}
