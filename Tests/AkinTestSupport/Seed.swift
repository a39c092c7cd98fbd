import AkinSupport
import AkinVectors

/// A matrix of standard normal numbers that a seed determines.
public func normalMatrix(rows: Int, dimension: Int, seed: UInt64) -> EmbeddingMatrix {
  let random = CounterRandom(seed: seed)
  return EmbeddingMatrix(
    uniformRows: (0..<rows).map { row in
      (0..<dimension).map { Float(random.normal(at: UInt64(row * dimension + $0))) }
    }, dimension: dimension)
}
