import Akin
import CAkin

/// What a caller asks for, besides the queries.
struct Asked {
  /// What is asked for each query.
  var request: SearchRequest
  /// How far lists trade score for variety.
  let diversity: Double
  /// At most so many items of a category.
  let categoryLimit: CategoryLimit?
  /// Whether items of histories may be in answers.
  let includesSeen: Bool
  let execution: Execution
  /// The rows that each query must not get, or `nil`.
  let seen: (@Sendable (_ query: Int) -> RowFilter?)?

  /// The request for the only query of a call.
  var single: SearchRequest { seen?(0).map { request.narrowed(by: $0) } ?? request }
}

/// The rows of an index that answers may hold, as a caller names them.
struct AskedItems {
  let count: Int
  /// The attributes that conditions are about; looked at only where there is a condition.
  let attributes: () -> AttributeTable
}

extension Asked {
  /// Reads a structure of a caller; the defaults for null.
  @unsafe init(
    _ pointer: UnsafePointer<akin_request>?, queries: Int, of items: AskedItems
  ) throws {
    guard unsafe pointer != nil else {
      self.init(
        request: SearchRequest(), diversity: 0, categoryLimit: nil, includesSeen: false,
        execution: Execution(threads: queries > 1 ? 0 : 1), seen: nil)
      return
    }
    let given = unsafe try structure(pointer, "akin_request", \.struct_size)
    guard let k = Int(exactly: unsafe given.k), k >= 1 else {
      throw unsafe SearchError.badCount(k: Int(clamping: given.k))
    }
    var request = unsafe SearchRequest(k: k, effort: try Asked.effort(given))
    if unsafe given.has_minimum_score != 0 { unsafe request.minimumScore = given.minimum_score }
    request.allowsExactFallback = unsafe given.refuses_fallback == 0
    var filters: [RowFilter] = []
    if unsafe given.filter != 0 { filters.append(unsafe try Handles.filter(given.filter)) }
    if unsafe given.where != nil {
      filters.append(unsafe try FilterText(text(given.where, "where")).filter(over: items.attributes()).rowFilter)
    }
    if unsafe given.allow != nil { filters.append(.only(unsafe try bits(given.allow, given.allow_rows, "allow"))) }
    for filter in filters {
      guard filter.rows.capacity == items.count else {
        throw SearchError.filterMismatch(expected: items.count, found: filter.rows.capacity)
      }
      request.filter = request.filter.map { $0.and(filter) } ?? filter
    }
    let threads = unsafe try AkinC.count(Int64(given.threads), "threads")
    unsafe self.init(
      request: request, diversity: given.diversity,
      categoryLimit: given.category_limit == 0 ? nil : try Handles.categoryLimit(given.category_limit),
      includesSeen: given.includes_seen != 0,
      execution: Execution(
        threads: queries > 1 ? threads : 1,
        cancellation: given.cancellation == 0 ? nil : try Handles.cancellation(given.cancellation)),
      seen: try Asked.seen(given, queries: queries, of: items.count))
  }

  private static func effort(_ given: akin_request) throws -> SearchEffort? {
    switch unsafe UInt32(bitPattern: given.effort) {
    case AKIN_DEFAULT.rawValue: return nil
    case AKIN_EF.rawValue: return unsafe .ef(Int(clamping: given.ef))
    case AKIN_RECALL.rawValue: return unsafe .recall(given.recall)
    case AKIN_EXACT.rawValue: return .exact
    default: throw unsafe CallError.badChoice("effort", found: Int64(given.effort))
    }
  }

  /// The rows that each query must not get: a copy, made before the search starts.
  private static func seen(
    _ given: akin_request, queries: Int, of items: Int
  ) throws -> (@Sendable (Int) -> RowFilter?)? {
    guard unsafe given.seen_offsets != nil else { return nil }
    let offsets = unsafe try ascending(given.seen_offsets, queries, "seen_offsets")
    let rows = unsafe Array(try array(given.seen_rows, offsets.last ?? 0, "seen_rows"))
    for (place, row) in rows.enumerated() where Int(row) >= items {
      throw CallError.badRow("seen_rows", place: Int64(place), found: Int64(row), count: items)
    }
    return { query in
      let own = rows[offsets[query]..<offsets[query + 1]]
      return own.isEmpty ? nil : .excluding(RowSet(own.lazy.map { Row($0) }, capacity: items))
    }
  }
}

/// Offsets of lists, `count` and one more.
@unsafe func ascending(_ pointer: UnsafePointer<Int64>?, _ count: Int, _ name: String) throws(CallError) -> [Int] {
  let given = unsafe try array(pointer, count + 1, name)
  var offsets: [Int] = []
  offsets.reserveCapacity(count + 1)
  for place in given.indices {
    let offset = unsafe given[place]
    guard place == 0 ? offset == 0 : offset >= Int64(offsets[place - 1]) else {
      throw .badOffsets(name, place: Int64(place))
    }
    offsets.append(Int(offset))
  }
  return offsets
}

/// Rows as bits of a caller.
@unsafe func bits(_ pointer: UnsafePointer<UInt64>?, _ rows: Int64, _ name: String) throws(CallError) -> RowSet {
  let capacity = try count(rows, "\(name)_rows", most: VectorLimits.rows)
  return unsafe RowSet(words: Array(try array(pointer, (capacity + 63) / 64, name)), capacity: capacity)
}
