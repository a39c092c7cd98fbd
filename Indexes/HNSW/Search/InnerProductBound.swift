import AkinVectors
import CAkinKernels

/// Upper bounds on the inner products of a query with nodes, from the norms of the nodes.
@safe struct InnerProductBound {
  /// The length of the query, with the factor of a bias.
  let length: Double
  private let slack: Double
  private let norms: UnsafePointer<Float>
  private let biases: UnsafePointer<Float>?
  private let count: Int

  @unsafe init(of query: UnsafePointer<Float>, storage: GraphStorage) {
    let dimension = storage.vectors.dimension
    unsafe norms = storage.norms
    unsafe biases = storage.biases
    count = storage.vectors.count
    // In double, where no square underflows. Scores of the beam are float32; their error is at most this share of the
    // product of the query with the longest vector (`RoundingBound`).
    unsafe length = (storage.kernels.pointee.dot64(query, query, dimension) + (biases == nil ? 0 : 1)).squareRoot()
    let roundoff = Double(dimension + 16) * 0x1p-23
    slack = unsafe count > 0 ? roundoff * InnerProductBound.norm(of: 0, norms, biases) : 0
  }

  /// The norm of a node's vector and bias.
  private static func norm(of node: Int, _ norms: UnsafePointer<Float>, _ biases: UnsafePointer<Float>?) -> Double {
    let (norm, bias) = unsafe (Double(norms[node]), Double(biases.map { unsafe $0[node] } ?? 0))
    return (norm * norm + bias * bias).squareRoot()
  }

  /// Whether no node from `node` on can be as near as `distance`.
  func isBeyond(_ distance: Float, from node: Int) -> Bool {
    unsafe -length * (InnerProductBound.norm(of: node, norms, biases) + slack) > Double(distance)
  }

  /// The smallest score that no node from `node` on can reach.
  func floor(from node: Int) -> Float {
    guard node < count else { return -.infinity }
    let most = unsafe length * (InnerProductBound.norm(of: node, norms, biases) + slack)
    let rounded = Float(most)
    // An overflow gives NaN, which no score reaches: nothing is ruled out.
    guard rounded < .infinity else { return .nan }
    return Double(rounded) > most ? rounded : rounded.nextUp
  }

  /// How far a score of the beam is from the true one at the most.
  var error: Double { length * slack }

  /// The first node from `start` on for which this holds, or the number of nodes.
  func end(of distance: Float, from start: Int) -> Int {
    var (low, high) = (start, count)
    while low < high {
      let middle = (low + high) / 2
      if isBeyond(distance, from: middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
