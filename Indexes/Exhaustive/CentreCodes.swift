import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// Centres as byte codes: tells which is the nearest to each of many rows.
///
///     for each row:         to_bytes                           → the row less the mean of the centres, as a code
///     for each 24 rows:     code_product                       → q·c - |c|²/2 of all centres, in steps of the codes
///     for each row:         kth_lower_bound, indices_at_least  → those that codes do not tell from the greatest
///                           squared_euclidean_gather           → the nearest of them
///
/// Cost: a multiply-add of bytes for each row, centre and component; where centres lie closer together than codes tell, as in tightly packed
/// vectors, of floats. Benchmark: `akin index` of many items.
@safe struct CentreCodes {
  // Safe: the panels hold all centres, and there is a start for each lane.

  private let centres: EmbeddingMatrix
  private let dimension: Int
  /// The length of the longest centre, less the mean.
  private let longest: Double
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
    (self.centres, dimension) = (centres, centres.dimension)
    unsafe self.kernels = kernels
    let count = centres.count
    let mean = unsafe Coordinates.mean(of: centres, atUnitLength: false, kernels)
    let rows = (0..<count).map { centre in zip(centres[Row(centre)], mean).map { $0 - $1 } }
    let largest = rows.reduce(0) { max($0, $1.reduce(0) { max($0, $1.magnitude) }) }
    // Smaller steps underflow or are coarse: then codes tell nothing apart, and floats decide.
    let step = largest >= 0x1p-119 && largest.isFinite ? largest / 127 : 1
    panels = CodePanels(rows: count, width: (dimension + 3) & ~3)
    starts = AlignedFloats(count: panels.lanes)
    for (centre, row) in rows.enumerated() {
      panels.set(centre) { $0 < row.count ? Int8(Coordinates.steps(Double(row[$0]) / Double(step))) : 0 }
      unsafe starts.floats[centre] = -0.5 * row.reduce(0) { $0 + $1 * $1 }
    }
    (self.mean, self.step) = (mean, step)
    longest = Double(rows.reduce(0) { max($0, $1.reduce(0) { $0 + $1 * $1 }) }).squareRoot()
  }

  /// A value from codes is off by its components' rounding, each of them uniform between half a step less and more: by so many standard
  /// deviations less and more, what codes do not tell apart is compared.
  private static let deviations = 3.0

  /// A nearest centre to each row of a range: the first of several.
  func nearest(to rows: EmbeddingMatrix, _ range: Range<Int>) -> [UInt16] {
    let (stripe, width, count) = (CentreCodes.stripe, panels.width, centres.count)
    var margins = [Float](repeating: 0, count: stripe)
    let squares = AlignedFloats(count: panels.lanes)
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
        let length = unsafe kernels.pointee.squared_euclidean64(row, mean, dimension).squareRoot()
        let error = (longest / Double(step) + length / Double(scale)) * (1.0 / 12).squareRoot()
        margins[place] = Float(min(2 * CentreCodes.deviations * error, 0x1p60))
      }
      // Safe: the panels hold all centres, and there are values for a stripe of rows.
      let found = unsafe values.floats.baseAddress!
      unsafe kernels.pointee.code_product(
        codes, width, about, number, panels.bytes, panels.lanes / 16, width, starts.floats.baseAddress!, found,
        panels.lanes)
      for place in 0..<number {
        let own = unsafe found + place * panels.lanes
        let floor = unsafe kernels.pointee.kth_lower_bound(own, count, 1) - margins[place]
        let near = unsafe hits.withUnsafeMutableBufferPointer { hits in
          unsafe Int(kernels.pointee.indices_at_least(own, UInt32(count), floor, hits.baseAddress!))
        }
        // Safe: the row and the centres lie inside their matrices, and there is a square for each centre.
        unsafe kernels.pointee.squared_euclidean_gather(
          rows.base + (first + place) * rows.stride, centres.base, centres.stride, dimension, hits, near,
          squares.floats.baseAddress!)
        var best = 0
        for hit in 0..<near where unsafe squares.floats[hit] < squares.floats[best] { best = hit }
        nearest.append(UInt16(hits[best]))
      }
    }
    return nearest
  }
}
