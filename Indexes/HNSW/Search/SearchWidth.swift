/// The width of a search: the numbers of candidates to expand and to keep.
struct SearchWidth {
  /// The number of nearest candidates to expand.
  var ef = 1
  /// The capacity of the beam: at least the number of expanded candidates and the size of the answer. A third more with
  /// codes, since code errors move some of the best behind others, and kept candidates are reranked.
  var capacity = 1
  /// The number of allowed candidates to expand.
  var requestedEf = 1
  /// The number of candidates that a scan keeps, which finds allowed ones alone.
  private(set) var scanned = 1
  /// Whether the beam may have too little room for the filter.
  private(set) var isNarrow = false

  /// Filters that allow a smaller share lie too unevenly for a narrow beam.
  private static let leastNarrowShare = 0.75
}

extension SearchWidth {
  /// The width of a walk that expands all candidates that it keeps.
  init(ef: Int) { (self.ef, capacity, requestedEf, scanned) = (ef, ef, ef, ef) }

  /// The width of the walk for a query. Excluded items take places in the beam, so they get places of their own, as far as
  /// that is cheaper than a scan. Under a shared filter the width grows until `ef` allowed candidates are expanded
  /// (``SearchContext/widen()``): the beam has room for half as many more as that takes where the filter has nothing to do
  /// with the query. Where the filter allows most items it first has room for three standard deviations more, since a longer beam
  /// makes each insertion dearer; a walk that needs more begins again (``GraphQuery/isWide``).
  init(_ asked: GraphQuery, of storage: GraphStorage) {
    let (k, excluded) = (asked.k, asked.excludedCount)
    let wanted = k + min(excluded, 4 * k)
    let count = storage.vectors.count
    requestedEf = max(1, min(asked.ef + min(excluded, 4 * asked.ef), count))
    ef = requestedEf
    var room = Double(max(ef, storage.codes == nil ? wanted : wanted + (wanted + 2) / 3))
    scanned = max(ef, Int(min(room, Double(count))))
    if asked.items != nil {
      let share = asked.allowedShare
      let wide = max(room * 1.5, 16) / share
      isNarrow = !asked.isWide && share >= SearchWidth.leastNarrowShare
      room = isNarrow ? min(wide, (room + 3 * (room * (1 - share)).squareRoot() + 4) / share) : wide
    }
    capacity = max(ef, Int(min(room, Double(count))))
  }
}
