/// The width of a search: the numbers of candidates to expand and to keep.
struct SearchWidth {
  /// The number of nearest candidates to expand.
  var ef = 1
  /// The capacity of the beam: at least the number of expanded candidates and the size of the answer. A third more with
  /// codes, since code errors move some of the best behind others, and kept candidates are reranked.
  var capacity = 1
  /// The number of allowed candidates to expand.
  var requestedEf = 1
}

extension SearchWidth {
  /// The width of a walk that expands all candidates that it keeps.
  init(ef: Int) { self.init(ef: ef, capacity: ef, requestedEf: ef) }

  /// The width of the walk for a query. Excluded items take places in the beam, so they get places of their own, as far as
  /// that is cheaper than a scan. Under a shared filter the width grows until `ef` allowed candidates are expanded
  /// (``SearchContext/widen()``): the beam has room for half as many more as that takes where the filter has nothing to do
  /// with the query.
  init(_ asked: GraphQuery, of storage: GraphStorage) {
    let (k, excluded) = (asked.k, asked.excludedCount)
    let wanted = k + min(excluded, 4 * k)
    let count = storage.vectors.count
    requestedEf = max(1, min(asked.ef + min(excluded, 4 * asked.ef), count))
    ef = requestedEf
    var room = Double(max(ef, storage.codes == nil ? wanted : wanted + (wanted + 2) / 3))
    if asked.items != nil { room = max(room * 1.5, 16) / asked.allowedShare }
    capacity = max(ef, Int(min(room, Double(count))))
  }
}
