/// The width of a search: the numbers of candidates to expand and to keep.
struct SearchWidth {
  /// The number of nearest candidates to expand.
  var ef = 1
  /// The capacity of the beam: at least the number of expanded candidates, and at least the size of the answer; 4/3 of that
  /// size with codes, since code errors move some of the best behind others, and kept candidates are reranked.
  var capacity = 1
  /// The number of allowed candidates to expand.
  var requestedEf = 1
  /// A walk ends once so many are: fewer than ``requestedEf`` where as many are expected.
  private(set) var enough = 1
  /// The number of candidates that a scan keeps, which finds allowed ones alone.
  private(set) var scanned = 1
  /// Whether the beam may have too little room for the filter.
  private(set) var isNarrow = false

  /// Filters that allow a smaller share lie too unevenly for a narrow beam.
  private static let leastNarrowShare = 0.75
}

extension SearchWidth {
  /// The width of a walk that expands all candidates that it keeps.
  init(ef: Int) { (self.ef, capacity, requestedEf, enough, scanned) = (ef, ef, ef, ef, ef) }

  /// The width of the walk for a query. Excluded items take places in the beam, so they get places of their own, as far as
  /// that is cheaper than a scan. Under a shared filter the width grows until `ef` allowed candidates are expanded
  /// (``SearchContext/widen()``): the beam has room for half as many more as that takes where the filter has nothing to do
  /// with the query. Where the filter allows most items it first has room for three standard deviations more, since a longer beam
  /// makes each insertion dearer; a walk that needs more begins again (``GraphQuery/isWide``). Where what is not allowed lies
  /// among the others everywhere (``GraphQuery/isEven``), the walk expands so many that ``requestedEf`` of them are allowed on
  /// the average, in a beam of that length.
  init(_ asked: GraphQuery, of storage: GraphStorage) {
    let (k, excluded) = (asked.k, asked.excludedCount)
    let wanted = k + min(excluded, 4 * k)
    let count = storage.vectors.count
    requestedEf = max(1, min(asked.ef + min(excluded, 4 * asked.ef), count))
    ef = requestedEf
    enough = ef
    var room = Double(max(ef, storage.codes == nil ? wanted : wanted + (wanted + 2) / 3))
    scanned = max(ef, Int(min(room, Double(count))))
    if asked.items != nil {
      let share = asked.allowedShare
      let wide = max(room * 1.5, 16) / share
      isNarrow = !asked.isWide && share >= SearchWidth.leastNarrowShare
      func likely(_ room: Double) -> Double { (room + 3 * (room * (1 - share)).squareRoot() + 4) / share }
      if isNarrow, asked.isEven {
        let expected = Double(requestedEf)
        ef = min(Int((expected / share).rounded(.up)), count)
        // Four standard deviations: fewer means that the query's surroundings are not like the others.
        enough = max(k, Int(expected - 4 * (expected * (1 - share)).squareRoot()))
        room = min(wide, max(Double(ef), likely(storage.codes == nil ? Double(k) : Double(wanted + (wanted + 2) / 3))))
      } else {
        room = isNarrow ? min(wide, likely(room)) : wide
      }
    }
    capacity = max(ef, Int(min(room, Double(count))))
  }
}
