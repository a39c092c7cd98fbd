import AkinVectors

/// The work of an exact answer, as counts.
package struct ExhaustiveWork: Sendable, Equatable {
  /// Rows that the bounds cannot rule out.
  package var rows = 0
  /// Components multiplied.
  package var components = 0
}

extension ExhaustiveIndex {
  /// The work of a scan for a query whose k-th best score is known in advance.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` components.
  ///   - kthScore: The score of the last of `k` answers; -∞ where fewer than `k` items match.
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
