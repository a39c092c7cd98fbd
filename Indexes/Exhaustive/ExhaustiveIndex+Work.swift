import AkinVectors

/// What an exact answer takes, as counts.
package struct ExhaustiveWork: Sendable, Equatable {
  /// Rows that the bounds cannot rule out.
  package var rows = 0
  /// Components that are multiplied.
  package var components = 0
}

extension ExhaustiveIndex {
  /// What a scan does for a query whose k-th best score is known, which a scan learns as it goes.
  ///
  /// - Parameter kthScore: The score of the last of `k` answers; -∞ where fewer than `k` items match.
  /// - Complexity: O(*items* / 256).
  package func work(answering query: Span<Float>, kthScore: Float) -> ExhaustiveWork {
    let summary = normSummary()
    let norm = unsafe query.withUnsafeBufferPointer { query in
      // Safe: the query has `dimension` components.
      unsafe query.baseAddress.map { unsafe kernels.pointee.dot64($0, $0, query.count).squareRoot() } ?? 0
    }
    let bound = RoundingBound(metric: metric, dimension: dimension, queryNorm: norm)
    let least = RoundingBound.least(roundingTo: kthScore)
    var work = ExhaustiveWork()
    for (block, norms) in summary.blocks.enumerated() where bound.best(in: norms) >= least {
      let start = block * NormSummary.blockRows
      work.rows += min(count, start + NormSummary.blockRows) - start
    }
    work.components = work.rows * dimension
    return work
  }
}
