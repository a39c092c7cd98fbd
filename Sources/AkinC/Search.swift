// Names are those of akin.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CAkin
import Akin

extension ItemIndex {
  /// The items that answers may hold.
  var asked: AskedItems { AskedItems(count: count) { self.attributes } }
}

/// Throws when the lists of a call take more memory than can be had.
func checkLists(_ queries: Int, _ request: SearchRequest, of count: Int) throws(NoMemory) {
  let (places, overflow) = queries.multipliedReportingOverflow(by: min(request.k, count))
  try checkMemory(overflow || places > Int.max / 8 ? .max : places * MemoryLayout<Neighbor>.stride)
}

@c @implementation
public func akin_search(
  _ index: akin_handle, _ request: UnsafePointer<akin_request>?, _ queries: UnsafePointer<Float>?, _ count: Int64,
  _ dimension: Int64, _ answers: UnsafePointer<akin_answers>?
) -> Int32 {
  call {
    let index = try Handles.index(index)
    let rows = try AkinC.count(count, "count", most: VectorLimits.rows)
    let asked = unsafe try Asked(request, queries: rows, of: index.asked)
    let target = unsafe try AnswerArrays(answers, queries: rows, k: asked.request.k)
    guard dimension == Int64(index.dimension) else {
      throw SearchError.dimensionMismatch(expected: index.dimension, found: Int(clamping: dimension))
    }
    let floats = unsafe try array(queries, rows * index.dimension, "queries")
    let isNumbered = index.hasNumbersAsIDs
    try SearchRequest.check(diversity: asked.diversity)
    if rows == 1 {
      let query = unsafe Span(_unsafeElements: floats)
      let wide = asked.single.forCandidates(diversity: asked.diversity)
      let found =
        try asked.categoryLimit.map { try index.nearest(to: query, wide, categoryLimit: $0) }
        ?? index.nearest(to: query, wide)
      try index.checkScores(found, of: query)
      let list =
        try asked.diversity > 0
        ? index.diversified(found, k: asked.request.k, diversity: asked.diversity) : found
      return try target.write(list, index, isNumbered: isNumbered)
    }
    let wide = asked.request.forCandidates(diversity: asked.diversity)
    try checkLists(rows, wide, of: index.count)
    let batch = unsafe try matrix(queries, count, dimension, "queries")
    let found = try index.nearest(
      toEach: batch, wide, under: asked.categoryLimit, filter: asked.seen, reaches: { _, _ in true },
      execution: asked.execution)
    for query in 0..<rows {
      try batch.withRow(Row(query)) { try index.checkScores(found[query], of: $0, index: query) }
    }
    let lists = try found.diversified(
      by: index, k: asked.request.k, diversity: asked.diversity, asked.execution)
    try target.write(lists, index, isNumbered: isNumbered)
  }
}

@c @implementation
public func akin_related(
  _ handle: akin_handle, _ request: UnsafePointer<akin_request>?, _ items: UnsafePointer<Int64>?, _ count: Int64,
  _ answers: UnsafePointer<akin_answers>?
) -> Int32 {
  call {
    let (index, catalog, attributes) = try searched(handle)
    let chosen = unsafe try rows(items, count, of: index.count, "items")
    let asked = unsafe try Asked(
      request, queries: chosen.count, of: AskedItems(count: index.count, attributes: attributes))
    let target = unsafe try AnswerArrays(answers, queries: chosen.count, k: asked.request.k)
    try SearchRequest.check(diversity: asked.diversity)
    try checkLists(chosen.count, asked.request.forCandidates(diversity: asked.diversity), of: index.count)
    let isNumbered = catalog.isNumbered
    let list = { (query: Int) throws -> [Neighbor] in
      let own = asked.seen?(query).map { asked.request.narrowed(by: $0) } ?? asked.request
      let wide = own.forCandidates(diversity: asked.diversity)
      let found =
        try asked.categoryLimit.map { try index.related(to: chosen[query], wide, categoryLimit: $0) }
        ?? index.related(to: chosen[query], wide)
      return try asked.diversity > 0
        ? index.diversified(found, k: asked.request.k, diversity: asked.diversity) : found
    }
    if chosen.count == 1 { return try target.write(list(0), catalog, isNumbered: isNumbered) }
    let isRun = chosen.indices.allSatisfy { chosen[$0].index == chosen[0].index + UInt32($0) }
    if isRun, asked.seen == nil, let first = chosen.first {
      let range = Int(first.index)..<Int(first.index) + chosen.count
      let found = try index.related(
        toEach: range, asked.request.forCandidates(diversity: asked.diversity), under: asked.categoryLimit,
        execution: asked.execution)
      let lists = try found.diversified(
        by: index, k: asked.request.k, diversity: asked.diversity, asked.execution)
      return try target.write(lists, catalog, isNumbered: isNumbered)
    }
    try asked.request.check(count: index.count)
    let table = try NeighborTable(
      queryCount: chosen.count, k: min(asked.request.k, index.count), execution: asked.execution
    ) { range, answer in
      for query in range { answer(query, try list(query)) }
    }
    try target.write(table, catalog, isNumbered: isNumbered)
  }
}

/// The index behind a handle of an index or a recommender, its items, and their attributes.
func searched(
  _ handle: akin_handle
) throws(CallError) -> (index: any VectorIndex, catalog: any ItemCatalog, attributes: () -> AttributeTable) {
  switch try Handles.any(handle) {
  case .index(let index): (index, index, { index.attributes })
  case .recommender(let recommender):
    (recommender.index, recommender.catalog, { recommender.attributes })
  case let held: throw .otherKind(expected: "an index or a recommender", found: held.noun)
  }
}

extension ItemCatalog {
  /// Whether all ids are numbers.
  var isNumbered: Bool {
    if let index = self as? any ItemIndex { return index.hasNumbersAsIDs }
    if let facts = self as? IndexFacts { return facts.itemIDs.kind != .text }
    if let file = self as? EmbeddingFile { return file.itemIDs.kind != .text }
    return false
  }
}
