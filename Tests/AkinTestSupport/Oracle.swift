import AkinVectors

/// Items to search, and how: what a law hands to the index that it tests.
public struct Catalogue: Sendable {
  public var items: EmbeddingMatrix
  public var metric: Metric
  public var biases: [Float]?

  /// Creates a catalogue.
  public init(items: EmbeddingMatrix, metric: Metric, biases: [Float]? = nil) {
    self.items = items
    self.metric = metric
    self.biases = biases
  }

  /// Creates a catalogue of rows.
  public init(rows: [[Float]], dimension: Int, metric: Metric, biases: [Float]? = nil) {
    self.init(items: EmbeddingMatrix(uniformRows: rows, dimension: dimension), metric: metric, biases: biases)
  }

  /// How many items there are.
  public var count: Int { items.count }
}

/// The slow, obvious answer: every score by a plain float64 loop, then a sort.
extension Catalogue {
  /// The float64 score of an item rounded to `Float`; `nil` when the item matches nothing.
  public func score(of query: [Float], _ row: Int) -> Float? {
    precondition(query.count == items.dimension && row < count, "a query of the catalogue's, a row of it")
    return unsafe query.withUnsafeBufferPointer { query in
      // Safe: the query is as long as an item, the row is inside.
      unsafe query.baseAddress.flatMap { unsafe score(of: $0, lengthOfQuery($0), row) }
    }
  }

  /// The `k` best items of all that are not excluded.
  public func nearest(to query: [Float], k: Int, excluding excluded: Set<Int> = []) -> [Neighbor] {
    precondition(query.count == items.dimension, "a query of the catalogue's")
    var all: [Neighbor] = []
    // From time to time the best so far are sorted, and what scores less than the last of them is left out from then on.
    var least = -Float.infinity
    let limit = k < count / 4 ? 2 * k + 16 : .max
    unsafe query.withUnsafeBufferPointer { query in
      guard let query = query.baseAddress else { return }
      let length = unsafe lengthOfQuery(query)
      for row in 0..<count where excluded.isEmpty || !excluded.contains(row) {
        // Safe: the query is as long as an item, the row is inside.
        guard let score = unsafe score(of: query, length, row), !(score < least) else { continue }
        all.append(Neighbor(row: Row(row), score: score))
        if all.count < limit { continue }
        all.sort()
        all.removeLast(all.count - k)
        least = all.last?.score ?? .infinity
      }
    }
    return Array(all.sorted().prefix(k))
  }

  @unsafe private func score(of query: UnsafePointer<Float>, _ length: Double, _ row: Int) -> Float? {
    let item = unsafe items.base + row &* items.stride
    switch metric {
    case .innerProduct: return unsafe Float(product(query, item) + Double(biases?[row] ?? 0))
    case .cosine:
      let lengths = unsafe length * product(item, item).squareRoot()
      return unsafe lengths == 0 ? nil : Float(product(query, item) / lengths)
    case .euclidean: return unsafe Float(0 - squaredDistance(query, item))
    }
  }

  @unsafe private func lengthOfQuery(_ query: UnsafePointer<Float>) -> Double {
    unsafe metric == .cosine ? product(query, query).squareRoot() : 0
  }

  // Both sum over components as the kernels' header says that `dot64` does: component `j` to lane `j mod 8`. Plain loops over
  // pointers, for these are most of what unoptimised tests do.

  @unsafe private func product(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Double {
    var lanes: (Double, Double, Double, Double, Double, Double, Double, Double) = (0, 0, 0, 0, 0, 0, 0, 0)
    return unsafe withUnsafeMutableBytes(of: &lanes) { lanes in
      let lanes = unsafe lanes.assumingMemoryBound(to: Double.self).baseAddress!
      let dimension = items.dimension
      var component = 0
      while component < dimension {
        unsafe lanes[component & 7] += Double(a[component]) * Double(b[component])
        component &+= 1
      }
      return unsafe sum(lanes)
    }
  }

  @unsafe private func squaredDistance(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Double {
    var lanes: (Double, Double, Double, Double, Double, Double, Double, Double) = (0, 0, 0, 0, 0, 0, 0, 0)
    return unsafe withUnsafeMutableBytes(of: &lanes) { lanes in
      let lanes = unsafe lanes.assumingMemoryBound(to: Double.self).baseAddress!
      let dimension = items.dimension
      var component = 0
      while component < dimension {
        let difference = unsafe Double(a[component]) - Double(b[component])
        unsafe lanes[component & 7] += difference * difference
        component &+= 1
      }
      return unsafe sum(lanes)
    }
  }

  @unsafe private func sum(_ lanes: UnsafeMutablePointer<Double>) -> Double {
    unsafe ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]))
  }
}

extension VectorIndex {
  /// `nearest` for a query in an array, the excluded rows in a set.
  public func nearest(to query: [Float], k: Int, excluding excluded: Set<Int> = []) throws -> [Neighbor] {
    let rows = excluded.isEmpty ? nil : RowSet(excluded.sorted().map { Row($0) }, capacity: count)
    return try nearest(to: query, SearchRequest(k: k, filter: rows.map { .excluding($0) }))
  }
}
