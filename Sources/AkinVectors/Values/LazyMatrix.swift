import Synchronization

/// Vectors that are there, or that are made when they are first asked for, and kept.
package final class LazyMatrix: Sendable {
  package let count: Int
  package let dimension: Int
  private let given: EmbeddingMatrix?
  private let make: @Sendable () -> EmbeddingMatrix
  private let made = Mutex<EmbeddingMatrix?>(nil)

  /// Vectors that are there.
  package init(_ matrix: EmbeddingMatrix) {
    (count, dimension, given) = (matrix.count, matrix.dimension, matrix)
    make = { matrix }
  }

  /// Vectors that `make` makes, once.
  package init(count: Int, dimension: Int, make: @escaping @Sendable () -> EmbeddingMatrix) {
    (self.count, self.dimension, given) = (count, dimension, nil)
    self.make = make
  }

  /// The vectors. The first caller makes them; other callers wait.
  package var matrix: EmbeddingMatrix {
    if let given { return given }
    return made.withLock { made in
      if let made { return made }
      let matrix = make()
      made = matrix
      return matrix
    }
  }
}
