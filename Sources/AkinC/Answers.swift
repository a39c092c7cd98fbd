import Akin
import CAkin

/// The arrays of a caller that answers go to, room for all of them checked.
///
/// Safe: the caller promises arrays of `capacity` elements, and every place lies below it.
@safe struct AnswerArrays {
  private let target: akin_answers
  private let k: Int
  private let queries: Int

  /// Reads the structure of a caller.
  @unsafe init(_ pointer: UnsafePointer<akin_answers>?, queries: Int, k: Int) throws {
    unsafe target = try unsafe structure(pointer, "akin_answers", \.struct_size)
    self.k = k
    self.queries = queries
    let (needed, overflow) = Int64(queries).multipliedReportingOverflow(by: Int64(k))
    guard !overflow, unsafe needed <= target.capacity else {
      throw unsafe CallError.shortAnswers(needed: overflow ? .max : needed, found: target.capacity)
    }
  }

  /// Writes the answers to all queries.
  func write(_ table: NeighborTable, _ ids: any ItemCatalog, isNumbered: Bool) throws(CallError) {
    try check(isNumbered)
    for query in 0..<queries { put(table[query], ids, at: query) }
  }

  /// Writes the answer to the only query.
  func write(_ list: [Neighbor], _ ids: any ItemCatalog, isNumbered: Bool) throws(CallError) {
    try check(isNumbered)
    put(list[...], ids, at: 0)
  }

  private func check(_ isNumbered: Bool) throws(CallError) {
    if unsafe target.ids != nil, !isNumbered { throw .textIDs }
  }

  private func put(_ list: ArraySlice<Neighbor>, _ ids: any ItemCatalog, at query: Int) {
    let first = query * k
    let count = min(k, list.count)
    if let rows = unsafe target.rows {
      for place in 0..<count { unsafe rows[first + place] = Int64(list[list.startIndex + place].row.index) }
      for place in count..<k { unsafe rows[first + place] = -1 }
    }
    if let numbers = unsafe target.ids {
      for place in 0..<count {
        // A damaged id is a text: it has no number to give.
        if case .number(let number) = ids.id(of: list[list.startIndex + place].row) {
          unsafe numbers[first + place] = number
        } else {
          unsafe numbers[first + place] = .max
        }
      }
      for place in count..<k { unsafe numbers[first + place] = .max }
    }
    if let scores = unsafe target.scores {
      for place in 0..<count { unsafe scores[first + place] = list[list.startIndex + place].score }
      for place in count..<k { unsafe scores[first + place] = -.infinity }
    }
    if let counts = unsafe target.counts { unsafe counts[query] = Int64(count) }
  }
}
