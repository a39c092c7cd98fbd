/// The width of a search: the numbers of candidates to expand and to keep.
struct SearchWidth {
  /// The number of nearest candidates to expand.
  var ef = 1
  /// The capacity of the beam: at least the number of expanded candidates and the size of the answer. A third more with
  /// codes, since code errors move some of the best behind others, and kept candidates are reranked.
  var capacity = 1
  /// The `ef` before the addition of entries for excluded items.
  var requestedEf = 1
}

extension SearchWidth {
  /// The width of a walk that expands all candidates that it keeps.
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
