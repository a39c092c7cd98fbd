import AkinVectors

/// The slow, obvious tower in double precision: one example at a time, formulas as they are written.
struct SlowTower {
  let widths: [Int]
  var weights: [Double]

  /// Splits the weights into layers: (weights by input, biases).
  private var layers: [(w: [[Double]], b: [Double])] {
    var place = 0
    func take(_ count: Int) -> [Double] {
      defer { place += count }
      return Array(weights[place..<place + count])
    }
    return (1..<widths.count).map { layer in
      let w = (0..<widths[layer - 1]).map { _ in take(widths[layer]) }
      return (w, take(widths[layer]))
    }
  }

  /// - Parameter widths: The number of inputs, then the outputs of each layer.
  init(widths: [Int], weights: [Double]) {
    self.widths = widths
    self.weights = weights
  }

  /// What each layer gives, the inputs first; the last layer's before it is divided by its length.
  func values(_ x: [Double]) -> [[Double]] {
    var values = [x]
    for (index, layer) in layers.enumerated() {
      var out = layer.b
      for (input, row) in zip(values[index], layer.w) {
        for output in out.indices { out[output] += input * row[output] }
      }
      values.append(index + 2 < widths.count ? out.map { max(0, $0) } : out)
    }
    return values
  }

  static func length(_ z: [Double]) -> Double { max(z.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-6) }

  func vector(_ x: [Double]) -> [Double] {
    let z = values(x)[widths.count - 1]
    return z.map { $0 / SlowTower.length(z) }
  }

  /// The gradient of a loss whose slope at the vector of x is `slope`.
  func gradient(_ x: [Double], slope: [Double]) -> [Double] {
    let values = values(x)
    let z = values[widths.count - 1]
    let length = SlowTower.length(z)
    let along = zip(z, slope).reduce(0) { $0 + $1.0 * $1.1 } / length
    // What has no length has no direction to turn: it takes the slope as it is.
    var above = length > 1e-6 ? zip(z, slope).map { ($1 - $0 / length * along) / length } : slope
    var out: [[Double]] = []
    for (index, layer) in layers.enumerated().reversed() {
      let input = values[index]
      out.append(input.flatMap { value in above.map { value * $0 } } + above)
      let below = above
      above = zip(input, layer.w).map { value, row in
        value > 0 ? zip(row, below).reduce(0) { $0 + $1.0 * $1.1 } : 0
      }
    }
    return out.reversed().flatMap { $0 }
  }
}
