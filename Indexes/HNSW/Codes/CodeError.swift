import AkinVectors
import CAkinKernels

/// How far above the true distance of near items a code's is: on average, and one standard deviation.
///
/// Taken from pairs of items that the graph links. In squared distance under Euclidean distance, else as an inner product
/// with a query of length 1. A search measures a candidate again when this says that it may yet be among the best.
struct CodeError {
  var bias: Float = 0
  var spread: Float = 0

  init(bias: Float, spread: Float) {
    self.bias = bias
    self.spread = spread
  }

  private static let samples = 1024
  private static let linksEach = 8

  init(
    of codes: NodeCodes?, items: EmbeddingMatrix, metric: Metric, ground: LinkTable,
    kernels: UnsafePointer<akin_kernels>
  ) {
    guard let codes else { return }
    let loops = unsafe kernels.pointee
    let axes = unsafe RotatedAxes(codes.book, kernels: loops)
    let context = SearchContext(nodes: 1, dimension: items.dimension)
    var sum = 0.0
    var squares = 0.0
    var count = 0.0
    let taken = min(items.count, Self.samples)
    for place in 0..<taken {
      let node = place * items.count / taken
      let links = min(Self.linksEach, ground.count(node))
      guard links > 0 else { continue }
      // Safe: the node and its links have vectors, codes and tails.
      let vector = unsafe items.base + node * items.stride
      unsafe context.query.update(from: vector, count: items.dimension)
      let turned = unsafe axes?.turn(vector, stride: 0, number: 1, kernels: loops)
      let probe = unsafe context.codeProbe(
        (codes.book, codes.bytes, codes.tails), by: metric, coordinates: turned?.row(0), kernels: loops)
      let row = unsafe ground.links + node * ground.capacity
      var found = [Float](repeating: 0, count: links)
      unsafe probe.measure(row, links, into: &found)
      let length = unsafe loops.dot64(vector, vector, items.dimension).squareRoot()
      guard metric == .euclidean || length > 0 else { continue }
      for link in 0..<links {
        let other = unsafe items.base + Int(row[link]) * items.stride
        var off: Double
        switch metric {
        case .euclidean:
          off = unsafe Double(found[link]) - loops.squared_euclidean64(vector, other, items.dimension)
        case .innerProduct:
          off = unsafe (loops.dot64(vector, other, items.dimension) - Double(found[link])) / length
        case .cosine:
          let norm = unsafe loops.dot64(other, other, items.dimension).squareRoot()
          guard norm > 0 else { continue }
          off = unsafe loops.dot64(vector, other, items.dimension) / norm / length - Double(found[link]) / length
        }
        if !off.isFinite { off = 0 }
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
}
