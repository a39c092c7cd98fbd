import AkinVectors
import Synchronization

/// The items that one filter allows, prepared for the queries that share it.
///
/// A scan of all items pays for each item that is not allowed. So once the queries of a filter would have saved as much as it
/// costs, its items are gathered side by side into an index of their own, with codes of their own; a scan then costs
/// what the allowed items cost. Before, a single query scores a short list of allowed items one by one, and any other scan
/// looks at a mask.
@safe package final class AllowedItems: Sendable {
  /// To gather and to encode an item takes as long as this many items of a scan by codes.
  private static let gatherCost = 60
  /// A list is scored one by one where it is shorter than the items by this factor.
  private static let listShare = 8
  /// The items of an index of their own are at most this share of all: 6 tenths.
  private static let mostTenths = 6

  let filter: RowFilter
  /// The positions of the allowed items.
  package let mask: PositionMask
  /// The number of items.
  package let count: Int
  /// The number of allowed items.
  package let allowedCount: Int
  /// A hash of what is allowed: the same for equal filters, whenever they were prepared.
  package let hash: Int
  private let uses = Atomic<Int>(0)
  private let positions = Mutex<[UInt32]?>(nil)
  private let index = Mutex<ExhaustiveIndex?>(nil)
  private let gatheredBytes = Atomic<Int>(0)
  private let listMask = Mutex<(lists: ItemLists, mask: ListMask)?>(nil)

  init(_ filter: RowFilter, of all: ExhaustiveIndex) {
    self.filter = filter
    mask = unsafe PositionMask(filter, rows: all.rows, count: all.count)
    count = all.count
    allowedCount = filter.allowedCount
    hash = filter.hashValue
  }

  /// Bytes of the gathered vectors; 0 before they are gathered.
  var byteCount: Int { gatheredBytes.load(ordering: .relaxed) }

  /// What answers the next `queries` queries.
  func prepared(for queries: Int, of all: ExhaustiveIndex) -> Prepared {
    let total = uses.add(queries, ordering: .relaxed).newValue
    let pays = total.multipliedReportingOverflow(by: count - allowedCount)
    if allowedCount * 10 <= count * Self.mostTenths,
      pays.overflow || pays.partialValue >= allowedCount * Self.gatherCost
    {
      let gathered = index.withLock { index in
        if let index { return index }
        let made = all.gathered(list)
        index = made
        gatheredBytes.store(4 * made.items.count * made.items.stride, ordering: .relaxed)
        return made
      }
      return Prepared(gathered: gathered)
    }
    if queries == 1, allowedCount * Self.listShare <= count { return Prepared(list: list) }
    return Prepared(mask: mask)
  }

  /// The allowed items of each list.
  ///
  /// - Complexity: O(*items*) for the first call, later O(1).
  func mask(of lists: ItemLists) -> ListMask {
    listMask.withLock { known in
      if let known, known.lists === lists { return known.mask }
      let made = ListMask(mask, of: lists)
      known = (lists, made)
      return made
    }
  }

  /// The allowed positions, ascending.
  private var list: [UInt32] {
    positions.withLock { positions in
      if let positions { return positions }
      let made = mask.positions
      positions = made
      return made
    }
  }

  /// The ways to answer under a filter; one of them is set.
  struct Prepared {
    /// An index over the allowed items alone.
    var gathered: ExhaustiveIndex?
    /// The allowed positions, ascending.
    var list: [UInt32]?
    /// The allowed positions, one bit each.
    var mask: PositionMask?
  }
}

extension ExhaustiveIndex {
  /// Filters that an index remembers. Their gathered items take at most as many bytes as its vectors, unless one alone does.
  private static let remembered = 8

  /// What answers queries under a shared filter; `nil` where ``allowedItems(by:)`` is.
  func prepared(for filter: RowFilter?, queries: Int) -> AllowedItems.Prepared? {
    guard queries > 0, let items = allowedItems(by: filter) else { return nil }
    let prepared = items.prepared(for: queries, of: self)
    allowed.withLock { all in
      // The oldest go first; what the latest has gathered stays.
      var bytes = all.reduce(0) { $0 + $1.byteCount }
      while all.count > 1, bytes > 4 * count * self.items.stride { bytes -= all.removeFirst().byteCount }
    }
    return prepared
  }

  /// The items that a filter allows, remembered for other queries that share it; `nil` without a filter, and for one that
  /// excludes few items, unless `always`: to look each candidate up is cheaper than to prepare it.
  ///
  /// - Complexity: O(*items*) for a new filter, else O(*items* / 64).
  package func allowedItems(by filter: RowFilter?, always: Bool = false) -> AllowedItems? {
    guard let filter, filter.rows.capacity == count, always || filter.letsIn || filter.excludedCount * 10 > count else {
      return nil
    }
    let known = allowed.withLock { all -> AllowedItems? in
      guard let place = all.lastIndex(where: { $0.filter == filter }) else { return nil }
      let known = all.remove(at: place)
      all.append(known)
      return known
    }
    if let known { return known }
    let made = AllowedItems(filter, of: self)
    allowed.withLock { all in
      all.append(made)
      if all.count > Self.remembered { all.removeFirst() }
    }
    return made
  }

  /// An index over some of the items, which keep their rows.
  ///
  /// - Parameter positions: Positions of items, ascending.
  /// - Complexity: O(*positions* · *dimension*).
  func gathered(_ positions: [UInt32]) -> ExhaustiveIndex {
    let (items, dimension) = (items, dimension)
    let stride = items.stride
    // A position whose row does not lead back to it matches nothing. Each row is read once: a mapped file can change.
    var (sound, soundRows): ([UInt32], [UInt32]) = ([], [])
    for position in positions {
      // Safe: positions are below `count`, and a row is compared with it before it is followed.
      let row = unsafe rows?[Int(position)] ?? position
      if let places = unsafe self.positions, unsafe Int(row) >= count || places[Int(row)] != position { continue }
      sound.append(position)
      soundRows.append(row)
    }
    let vectors = unsafe EmbeddingMatrix(count: sound.count, dimension: dimension) { floats, _ in
      for (place, position) in sound.enumerated() {
        // Safe: the item lies inside the matrix, and there is a place for it.
        unsafe (floats.baseAddress! + place * stride).update(from: items.base + Int(position) * stride, count: stride)
      }
    }
    let rowColumn = HeldColumn(soundRows)
    let biasColumn = unsafe biases.map { biases in HeldColumn(sound.map { unsafe biases[Int($0)] }) }
    let normColumn = unsafe norms.map { norms in HeldColumn(sound.map { unsafe norms[Int($0)] }) }
    return unsafe ExhaustiveIndex(
      items: LazyMatrix(vectors), metric: metric, biases: biasColumn?.base, rows: rowColumn.base, positions: nil,
      norms: normColumn?.base, owner: Owners([rowColumn, biasColumn, normColumn]), kernels: kernels,
      rotation: rotation)
  }

  /// Scores a list of items for one query; returns the number of keys written to `places`.
  ///
  /// - Parameters:
  ///   - list: Positions of items, ascending.
  ///   - allowed: A filter of the query, or `nil`.
  /// - Complexity: O(*list* × *dimension*), less where the norms say that no later item can be in the answer.
  @unsafe func scan(
    _ list: [UInt32], for query: UnsafePointer<Float>, allowed: RowFilter?, into places: UnsafeMutablePointer<UInt64>,
    k: Int
  ) -> Int {
    let summary = metric == .euclidean ? nil : normSummary()
    let entries = unsafe CandidateEntries(queries: 1, k: k, items: count)
    var candidates = unsafe Candidates(
      of: self, query: query, allowed: AllowedRows(nil, and: allowed), in: entries, place: 0, k: k, summary)
    let bound = unsafe candidates.bound
    if metric == .cosine && bound.queryNorm == 0 { return 0 }
    let scaled = unsafe unitQuery(query, norm: bound.queryNorm)
    let vector = unsafe scaled?.floats.baseAddress.map { unsafe UnsafePointer($0) } ?? query
    let size = NormSummary.blockRows
    let scores = AlignedFloats(count: size)
    let hits = UnsafeMutablePointer<UInt32>.allocate(capacity: size)
    defer { unsafe hits.deallocate() }
    unsafe list.withUnsafeBufferPointer { list in
      for start in stride(from: 0, to: list.count, by: size) {
        let end = min(start + size, list.count)
        let rest = unsafe summary?.rest(from: Int(list[start]))
        if let rest {
          if unsafe bound.best(in: rest) < RoundingBound.least(roundingTo: candidates.kthScore) { break }
          if !bound.trusts(rest) {
            for place in start..<end { unsafe candidates.takeScore(Int(list[place])) }
            continue
          }
        }
        // Safe: a part of the list has at most `size` positions, each of them of an item.
        let (part, values) = unsafe (list.baseAddress! + start, scores.floats.baseAddress!)
        if metric == .euclidean {
          unsafe kernels.pointee.squared_euclidean_gather(
            vector, items.base, items.stride, dimension, part, end - start, values)
        } else {
          unsafe kernels.pointee.dot_gather(vector, items.base, items.stride, dimension, part, end - start, values)
        }
        for place in 0..<end - start {
          let position = unsafe Int(part[place])
          switch metric {
          case .euclidean: unsafe values[place] = -values[place]
          case .cosine: if let inverses = summary?.perRow { unsafe values[place] *= inverses.floats[position] }
          case .innerProduct: if let biases = unsafe biases { unsafe values[place] += biases[position] }
          }
        }
        unsafe candidates.take(values, end - start, first: 0, list: part, rest, hits)
      }
    }
    return unsafe candidates.finish(into: places) ?? 0
  }
}
