import AkinExhaustive
import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

/// An index that a test has built, and the bytes of its file.
struct Built {
  let bytes: [UInt8]
  let report: HNSWBuildReport

  /// Builds an index the way a user does: an embeddings file, then an index file.
  ///
  /// - Parameter queries: What the recall of the graph is measured with; `nil` takes what a build takes by itself.
  init(
    _ embeddings: Embeddings, _ options: HNSWBuildOptions = .small, queries: EmbeddingMatrix? = nil, threads: Int = 1
  ) throws {
    (bytes, report) = try withDirectory { directory in
      try embeddings.write(to: "\(directory)/a.emb")
      let report = try HNSWIndex.build(
        from: EmbeddingFile(path: "\(directory)/a.emb"), to: "\(directory)/a.idx", options: options, queries: queries,
        execution: Execution(threads: threads))
      return (try read("\(directory)/a.idx"), report)
    }
  }

  init(_ catalogue: Catalogue, _ options: HNSWBuildOptions = .small, ids: IDStyle = .rowNumbers) throws {
    try self.init(Embeddings(catalogue, ids: ids), options)
  }

  /// Builds an index for a test that asks nothing of its measurements: a few queries measure it, in place of hundreds of held-out items
  /// or sums of items.
  init(
    barelyMeasured catalogue: Catalogue, _ options: HNSWBuildOptions = .small, ids: IDStyle = .rowNumbers,
    threads: Int = 1
  ) throws {
    try self.init(
      Embeddings(catalogue, ids: ids), options,
      queries: normalMatrix(rows: 30, dimension: catalogue.items.dimension, seed: 3), threads: threads)
  }

  var index: HNSWIndex { get throws { try opened(bytes) } }
}

/// An index of these bytes.
func opened(_ bytes: [UInt8]) throws(FileError) -> HNSWIndex {
  try HNSWIndex(container: ContainerFile(bytes: bytes, format: .index))
}

/// An index of hostile bytes; `nil` where opening refuses them, which must be for a reason that is expected.
func openedUnless(
  _ bytes: [UInt8], _ place: @autoclosure () -> String, isExpected: (FileProblem) -> Bool
) -> HNSWIndex? {
  do throws(FileError) {
    return try opened(bytes)
  } catch {
    if !isExpected(error.problem) { Issue.record("\(place()): \(error)") }
    return nil
  }
}

/// Whether opening found that the header and the sections contradict each other, or themselves.
func isContradiction(_ problem: FileProblem) -> Bool {
  switch problem {
  case .badField, .badSection, .missingSection, .unknownSection, .unknownFeature, .aboveLimit, .truncated, .extended,
    .unsupportedElements:
    true
  default: false
  }
}

/// What `verify` says of these bytes.
func verified(_ bytes: [UInt8]) throws -> VerificationReport {
  try HNSWIndex.verify(ContainerFile(bytes: bytes, format: .index), execution: Execution(threads: 1))
}

extension HNSWBuildOptions {
  /// Few links, so that a small graph has several layers.
  static let small = HNSWBuildOptions(m: 4, efConstruction: 24, seed: 1)
}

/// How a catalogue's ids are stored.
enum IDStyle: CaseIterable, Sendable {
  case rowNumbers, numbers, texts

  func column(_ count: Int) -> IDColumn {
    switch self {
    case .rowNumbers: .rowNumbers(count: count)
    case .numbers: .numbers((0..<UInt64(count)).map { 1 << 40 - $0 * 3 })
    case .texts: .texts((0..<count).map { "item \(($0 * 7919) % 10_007)" })
    }
  }
}

extension Embeddings {
  init(_ catalogue: Catalogue, ids: IDStyle = .rowNumbers) {
    self.init(items: catalogue.items, itemIDs: ids.column(catalogue.count), metric: catalogue.metric)
    itemBiases = catalogue.biases
  }
}

// Requests as tests write them.

extension HNSWIndex {
  func nearest(to query: [Float], k: Int, ef: Int, excluding excluded: RowSet? = nil) throws(SearchError) -> [Neighbor]
  {
    try nearest(to: query, SearchRequest(k: k, effort: .ef(ef), filter: excluded.map { .excluding($0) }))
  }

  func nearest(
    to query: [Float], k: Int, recall: Double, excluding excluded: RowSet? = nil
  ) throws(SearchError) -> [Neighbor] {
    try nearest(to: query, SearchRequest(k: k, effort: .recall(recall), filter: excluded.map { .excluding($0) }))
  }

  func nearest(toEach queries: EmbeddingMatrix, k: Int, ef: Int, execution: Execution) throws -> NeighborTable {
    try nearest(toEach: queries, SearchRequest(k: k, effort: .ef(ef)), execution: execution)
  }

  func nearest(toEach queries: EmbeddingMatrix, k: Int, recall: Double, execution: Execution) throws -> NeighborTable {
    try nearest(toEach: queries, SearchRequest(k: k, effort: .recall(recall)), execution: execution)
  }

  func related(to row: Row, k: Int, ef: Int, excluding excluded: RowSet? = nil) throws(SearchError) -> [Neighbor] {
    try related(to: row, SearchRequest(k: k, effort: .ef(ef), filter: excluded.map { .excluding($0) }))
  }

  func related(to row: Row, k: Int, recall: Double) throws(SearchError) -> [Neighbor] {
    try related(to: row, SearchRequest(k: k, effort: .recall(recall)))
  }

  func plan(
    k: Int, recall: Double, question: Question = .nearest, isBatch: Bool = false
  ) throws(SearchError) -> SearchPlan {
    try plan(SearchRequest(k: k, effort: .recall(recall)), for: question, isBatch: isBatch)
  }
}

extension ExhaustiveIndex {
  func nearest(to query: Span<Float>, k: Int, excluding excluded: RowSet? = nil) throws(SearchError) -> [Neighbor] {
    try nearest(to: query, SearchRequest(k: k, filter: excluded.map { .excluding($0) }))
  }

  func nearest(toEach queries: EmbeddingMatrix, k: Int, execution: Execution = Execution()) throws -> NeighborTable {
    try nearest(toEach: queries, SearchRequest(k: k), execution: execution)
  }
}
