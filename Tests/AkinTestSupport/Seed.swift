import AkinSupport
import AkinVectors

/// A matrix of standard normal numbers that a seed determines.
public func normalMatrix(rows: Int, dimension: Int, seed: UInt64) -> EmbeddingMatrix {
  let random = CounterRandom(seed: seed)
  return unsafe matrix(rows: rows, dimension: dimension) { row, values in
    for component in 0..<dimension {
      unsafe values[component] = Float(random.normal(at: UInt64(row &* dimension &+ component)))
    }
  }
}

/// A matrix whose rows are written in place: no array for each of them, which unoptimised builds take long to fill.
///
/// - Parameter fill: Gets a row's number and its zeroed components.
public func matrix(
  rows: Int, dimension: Int, _ fill: (_ row: Int, _ values: UnsafeMutablePointer<Float>) -> Void
) -> EmbeddingMatrix {
  unsafe EmbeddingMatrix(count: rows, dimension: dimension) { floats, stride in
    guard let base = floats.baseAddress else { return }
    // Safe: each row lies inside the matrix.
    for row in 0..<rows { unsafe fill(row, base + row * stride) }
  }
}

extension Catalogue {
  /// Components of ``nearSpace(_:rows:seed:)``: wide enough for codes along axes.
  public static let wideDimension = 272

  /// Vectors of ``wideDimension`` components that lie near a space of 24.
  public static func nearSpace(_ metric: Metric, rows: Int, seed: UInt64) -> Catalogue {
    let random = CounterRandom(seed: seed, purpose: 11)
    let (axes, dimension) = (24, wideDimension)
    let basis = (0..<axes * dimension).map { random.normal(at: UInt64($0)) / 5 }
    let items = unsafe matrix(rows: rows, dimension: dimension) { row, values in
      let place = (0..<axes).map { random.normal(at: 1 << 40 + UInt64(row * axes + $0)) }
      // Safe: axis × dimension + component is inside the basis, an axis inside the place.
      unsafe basis.withUnsafeBufferPointer { basis in
        unsafe place.withUnsafeBufferPointer { place in
          var component = 0
          while component < dimension {
            var value = 3 + 0.02 * random.normal(at: 1 << 41 + UInt64(row &* dimension &+ component))
            var axis = 0
            while axis < axes {
              unsafe value += place[axis] * basis[axis &* dimension &+ component]
              axis &+= 1
            }
            unsafe values[component] = Float(value)
            component &+= 1
          }
        }
      }
    }
    return Catalogue(items: items, metric: metric)
  }
}
