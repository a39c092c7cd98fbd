/// How widely a search looks around.
struct SearchWidth {
  /// How many of the nearest candidates are expanded.
  var ef = 1
  /// How many candidates the beam keeps. At least those that are expanded, and what is wanted in the end; by codes a third
  /// more than that, since codes put some of the best behind others, and what is kept is reranked.
  var capacity = 1
  /// What `ef` was before places for excluded items were added.
  var requestedEf = 1
}

extension SearchWidth {
  /// The width of a walk that expands all that it keeps.
  init(ef: Int) { self.init(ef: ef, capacity: ef, requestedEf: ef) }

  /// The width of a search for `k` items. Excluded items take places in the beam, so they get places of their own, as far as
  /// that is cheaper than a scan.
  ///
  /// - Parameters:
  ///   - ef: At least 1.
  ///   - excluded: How many items must not be in the answer.
  init(ef: Int, k: Int, excluded: Int, of storage: GraphStorage) {
    let wanted = k + min(excluded, 4 * k)
    let count = storage.items.count
    requestedEf = ef
    self.ef = max(1, min(ef + min(excluded, 4 * ef), count))
    capacity = max(self.ef, min(storage.codes == nil ? wanted : wanted + (wanted + 2) / 3, count))
  }
}
