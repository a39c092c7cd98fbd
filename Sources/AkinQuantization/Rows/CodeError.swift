import AkinVectors
import CAkinKernels

/// The difference of code distances from exact distances of near items: mean and standard deviation.
///
/// In squared distance under Euclidean distance, otherwise as an inner product with a normalised query. A search scores
/// a candidate by vector when this error leaves it a chance to be among the best.
package struct CodeError: Sendable {
  /// The mean.
  package var bias: Float = 0
  /// One standard deviation.
  package var spread: Float = 0

  package init(bias: Float = 0, spread: Float = 0) {
    self.bias = bias
    self.spread = spread
  }

  private static let samples = 1024
  private static let neighborsEach = 8

  /// Estimates the error from pairs of an item and a near one.
  ///
  /// - Parameters:
  ///   - codes: One code an item; without codes there is no error.
  ///   - items: The vectors.
  ///   - metric: The metric.
  ///   - neighbors: Returns items near an item, nearest first.
  /// - Complexity: O(1,024 · 8 · *dimension*).
  package init(
    of codes: RowCodes?, items: EmbeddingMatrix, metric: Metric, neighbors: (_ item: Int) -> UnsafeBufferPointer<UInt32>
  ) {
    guard let table = codes?.table else { return }
    let axes = unsafe RotatedAxes(table.book, kernels: table.kernels)
    var coordinates = [Float](repeating: 0, count: CodeBook.coordinates)
    var code = [Int16](repeating: 0, count: CodeBook.coordinates)
    var (sum, squares, count) = (0.0, 0.0, 0.0)
    let taken = min(items.count, CodeError.samples)
    for place in 0..<taken {
      let item = place * items.count / taken
      let near = unsafe neighbors(item)
      let number = min(CodeError.neighborsEach, near.count)
      guard number > 0, let rows = near.baseAddress else { continue }
      // Safe: the item and those near to it have vectors, codes and tails.
      let vector = unsafe items.base + item * items.stride
      let rotated = unsafe axes?.rotate(vector, stride: 0, number: 1)
      var found = [Float](repeating: 0, count: number)
      unsafe coordinates.withUnsafeMutableBufferPointer { coordinates in
        unsafe code.withUnsafeMutableBufferPointer { code in
          unsafe table.scorer(
            of: vector, by: metric, coordinates: rotated?.row(0), scratch: coordinates.baseAddress!, code.baseAddress!
          ).scores(rows, number, into: &found)
        }
      }
      for index in 0..<number {
        let other = unsafe items.base + Int(rows[index]) * items.stride
        guard
          let off = unsafe CodeError.error(
            found[index], vector, other, items.dimension, metric, table.kernels.pointee)
        else { continue }
        sum += off
        squares += off * off
        count += 1
      }
    }
    guard count > 0 else { return }
    let mean = sum / count
    bias = Float(mean)
    spread = Float(max(0, squares / count - mean * mean).squareRoot())
    if !bias.isFinite || !spread.isFinite { (bias, spread) = (0, 0) }
  }

  /// The difference of a value by codes from the exact one; `nil` where there is no exact value.
  @unsafe private static func error(
    _ found: Float, _ vector: UnsafePointer<Float>, _ other: UnsafePointer<Float>, _ dimension: Int, _ metric: Metric,
    _ kernels: akin_kernels
  ) -> Double? {
    let off: Double
    if metric == .euclidean {
      off = unsafe Double(found) - kernels.squared_euclidean64(vector, other, dimension)
    } else {
      let length = unsafe kernels.dot64(vector, vector, dimension).squareRoot()
      guard length > 0 else { return nil }
      let product = unsafe kernels.dot64(vector, other, dimension)
      if metric == .cosine {
        let norm = unsafe kernels.dot64(other, other, dimension).squareRoot()
        guard norm > 0 else { return nil }
        off = product / norm / length - Double(found) / length
      } else {
        off = (product - Double(found)) / length
      }
    }
    return off.isFinite ? off : 0
  }
}
