import AkinVectors

extension EmbeddingMatrix {
  /// A copy whose row `i` is row `rows[i]` of this matrix, all rows once; -0 becomes 0.
  ///
  /// - Parameter release: Called now and then, and at the end: what was read is not needed again.
  func reordered(_ rows: [UInt32], release: () -> Void) -> EmbeddingMatrix {
    var places = [UInt32](repeating: 0, count: count)
    for (place, row) in rows.enumerated() { places[Int(row)] = UInt32(place) }
    return unsafe EmbeddingMatrix(count: count, dimension: dimension) { floats, stride in
      guard let target = floats.baseAddress else { return }
      for row in 0..<count {
        // Safe: both matrices have this dimension, so this stride.
        let (copy, original) = unsafe (target + Int(places[row]) * stride, base + row * stride)
        for component in 0..<stride { unsafe copy[component] = original[component] + 0 }
        if (row + 1) % releasedRows == 0 { release() }
      }
      release()
    }
  }

  /// Rows that a pass reads between releases: 1 MiB.
  var releasedRows: Int { max(1, (1 << 20) / (4 * stride)) }
}
