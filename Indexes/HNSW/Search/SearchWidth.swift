/// How widely a search looks around.
struct SearchWidth {
  /// How many of the best candidates are expanded: `ef`.
  var expanded = 1
  /// How many candidates are kept. At least those that are expanded, and what is wanted in the end; by codes a third more
  /// than that, since codes put some of the best behind others, and what is kept is measured again.
  var kept = 1
  /// What `ef` was before places for excluded items were added.
  var asked = 1
}

extension SearchWidth {
  /// Excluded items take places in the pool, so they get places of their own, as far as that is cheaper than a scan.
  ///
  /// - Parameters:
  ///   - ef: At least 1.
  ///   - excluded: How many items must not be in the answer.
  init(ef: Int, k: Int, excluded: Int, of index: HNSWIndex) {
    asked = ef
    let wanted = k + min(excluded, 4 * k)
    let isCoded = unsafe index.storage.codes != nil
    expanded = max(1, min(ef + min(excluded, 4 * ef), index.count))
    kept = max(expanded, min(isCoded ? wanted + (wanted + 2) / 3 : wanted, index.count))
  }
}
