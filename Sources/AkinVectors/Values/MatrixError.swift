import AkinSupport

/// Numbers that make no matrix.
public enum MatrixError: AkinError, Equatable {
  /// A row has another number of components than the matrix.
  case ragged(row: Int, expected: Int, found: Int)
  /// The numbers are no whole rows.
  case notWholeRows(numbers: Int, dimension: Int)
  /// A vector has 1 to 65,536 components.
  case badDimension(found: Int)
  /// There are no rows to take the dimension from.
  case noRows

  public var kind: TroubleKind { .badInput }

  public var description: String {
    switch self {
    case .ragged(let row, let expected, let found):
      "row \(row) has \(found) components, expected \(expected)"
    case .notWholeRows(let numbers, let dimension):
      "\(numbers) numbers are no whole rows of \(dimension) components"
    case .badDimension(let found):
      "a vector has 1 to \(VectorLimits.dimension) components, found \(found)"
    case .noRows: "there are no rows to take the dimension from"
    }
  }

  public var help: String? {
    if case .noRows = self { "give the dimension" } else { nil }
  }
}

extension EmbeddingMatrix {
  /// Creates a matrix from rows of equal length.
  ///
  /// - Parameters:
  ///   - rows: One vector a row, each of `dimension` components.
  ///   - dimension: Components of a vector, 1 to 65,536; `nil` takes the first row's.
  /// - Throws: ``MatrixError``.
  /// - Complexity: O(*rows* · *dimension*).
  public init(rows: [[Float]], dimension: Int? = nil) throws(MatrixError) {
    guard let dimension = dimension ?? rows.first?.count else { throw .noRows }
    guard (1...VectorLimits.dimension).contains(dimension) else { throw .badDimension(found: dimension) }
    for (index, row) in rows.enumerated() where row.count != dimension {
      throw .ragged(row: index, expected: dimension, found: row.count)
    }
    self.init(uniformRows: rows, dimension: dimension)
  }

  /// Creates a matrix from the numbers of all rows, one row after the other.
  ///
  /// - Parameters:
  ///   - numbers: `count × dimension` numbers.
  ///   - dimension: Components of a vector, 1 to 65,536.
  /// - Throws: ``MatrixError``.
  /// - Complexity: O(*numbers*).
  public init(flat numbers: [Float], dimension: Int) throws(MatrixError) {
    guard (1...VectorLimits.dimension).contains(dimension) else { throw .badDimension(found: dimension) }
    guard numbers.count % dimension == 0 else {
      throw .notWholeRows(numbers: numbers.count, dimension: dimension)
    }
    let count = numbers.count / dimension
    unsafe self.init(count: count, dimension: dimension) { floats, stride in
      for row in 0..<count {
        for component in 0..<dimension {
          unsafe floats[row * stride + component] = numbers[row * dimension + component]
        }
      }
    }
  }
}
