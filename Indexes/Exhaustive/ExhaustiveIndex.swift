import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels
import Synchronization

/// Exact search: scores every item that could be in the result.
///
/// The reference for the recall of approximate answers, and often the fastest index for catalogues up to some tens of
/// thousands of items. A float32 scan with a bound on rounding selects candidates; the scan scores all items that the
/// bound cannot rule out in float64. The result is the top `k` of the float64 scores rounded to `Float`, equal scores
/// in row order, on any CPU, in any batch and at any number of threads.
///
/// The scan skips whole blocks of items that are too short (or, under `euclidean`, too long or too short) for the
/// query; an order by falling norm makes this most effective.
@safe public final class ExhaustiveIndex: VectorIndex, @unchecked Sendable {
  // Safe: the columns hold `items.count` elements each, `owner` (and `items` its own floats) keeps them alive, and
  // nothing writes them; each mutable property has a lock or is atomic.
  private let vectors: LazyMatrix
  let biases: UnsafePointer<Float>?
  let rows: UnsafePointer<UInt32>?
  let positions: UnsafePointer<UInt32>?
  let norms: UnsafePointer<Float>?
  let kernels: UnsafePointer<akin_kernels>
  private let owner: AnyObject?
  private let summary = Mutex<NormSummary?>(nil)
  private let coded = Mutex<EncodedItems?>(nil)
  private let likeness = Mutex<ExhaustiveIndex?>(nil)
  /// The sample for guesses; the inner `nil` where there are too few items.
  let sampled = Mutex<ScoreSample??>(nil)
  private let scannedRows = Atomic<Int>(0)
  /// The items in lists; the inner `nil` where their lengths forbid it.
  let listed = Mutex<ItemLists??>(nil)
  /// Held by the one that makes them.
  let listing = Mutex<Void>(())
  /// The queries that would have been asked of lists.
  let askedOfLists = Atomic<Int>(0)
  /// The filters that queries shared lately, the last one at the end.
  let allowed = Mutex<[AllowedItems]>([])
  /// What the coordinates of codes are; `nil` before items are encoded, unless it was given.
  private let givenRotation: Rotation?
  /// How a file divides the items into lists, or `nil`.
  let partition: Partition?

  /// The metric of scores.
  public let metric: Metric
  /// The vectors; where they are kept in fewer bytes, the first use decodes them.
  var items: EmbeddingMatrix { vectors.matrix }
  /// The number of items.
  public var count: Int { vectors.count }
  /// Components of an item and of a query.
  public var dimension: Int { vectors.dimension }

  /// Creates an index over items in memory. Copies only the columns; the first query that needs norms computes them.
  ///
  /// - Parameters:
  ///   - items: One vector an item. A row with a NaN matches nothing.
  ///   - metric: The metric of scores.
  ///   - biases: One bias an item, added to an inner product; the other metrics ignore biases.
  ///   - rows: The embeddings-file row of each item, all different, when `items` have another order; results and
  ///     exclusions use these rows. `nil` means the same order.
  public convenience init(items: EmbeddingMatrix, metric: Metric, biases: [Float]? = nil, rows: [UInt32]? = nil) {
    unsafe self.init(items: items, metric: metric, biases: biases, rows: rows, kernels: Kernels.table)
  }

  /// Creates an index over the items of embeddings.
  ///
  /// - Parameters:
  ///   - embeddings: The items and their biases.
  ///   - metric: The metric of scores; `nil` takes that of the embeddings.
  public convenience init(_ embeddings: Embeddings, metric: Metric? = nil) {
    self.init(items: embeddings.items, metric: metric ?? embeddings.metric, biases: embeddings.itemBiases)
  }

  /// Creates an index over items in memory that uses the kernels of one CPU level.
  @unsafe package convenience init(
    items: EmbeddingMatrix, metric: Metric, biases: [Float]?, rows: [UInt32]?, kernels: UnsafePointer<akin_kernels>
  ) {
    precondition(biases.map { $0.count == items.count } ?? true, "one bias an item")
    precondition(rows.map { $0.count == items.count } ?? true, "one row an item")
    let biasColumn = biases.map { HeldColumn($0) }
    let rowColumn = rows.map { HeldColumn($0) }
    unsafe self.init(
      items: LazyMatrix(items), metric: metric, biases: biasColumn?.base, rows: rowColumn?.base, positions: nil,
      norms: nil,
      owner: Owners([biasColumn, rowColumn]), kernels: kernels)
  }

  /// Creates an index over columns of another owner (a mapped file): O(1), no pass over the data.
  ///
  /// - Parameters:
  ///   - items: One vector an item, made at the first search that scans.
  ///   - metric: The metric of scores.
  ///   - biases: One bias an item, or `nil`.
  ///   - rows: The row of each item, or `nil` for the same order.
  ///   - positions: The position of each row, or `nil` when `rows` can be trusted. An item whose row does not lead back
  ///     to it matches nothing, so no row is outside the table or in a result twice.
  ///   - norms: The Euclidean norm of each item, rounded to the nearest `Float`. Trusted: a wrong norm can lose an
  ///     answer, but never causes an access outside the columns.
  ///   - owner: Keeps the columns alive.
  ///   - kernels: The kernels of a CPU level.
  ///   - rotation: The coordinates of codes, from a larger set of such items; `nil` computes them.
  ///   - partition: How the items are divided into lists, or `nil`.
  @unsafe package init(
    items: LazyMatrix, metric: Metric, biases: UnsafePointer<Float>?, rows: UnsafePointer<UInt32>?,
    positions: UnsafePointer<UInt32>? = nil, norms: UnsafePointer<Float>?, owner: AnyObject?,
    kernels: UnsafePointer<akin_kernels> = unsafe Kernels.table, rotation: Rotation? = nil,
    partition: Partition? = nil
  ) {
    givenRotation = rotation
    self.partition = partition
    vectors = items
    self.metric = metric
    unsafe self.biases = metric == .innerProduct ? biases : nil
    unsafe self.rows = rows
    unsafe self.positions = positions
    unsafe self.norms = norms
    unsafe self.kernels = kernels
    self.owner = owner
  }

  /// Returns the items most similar to an item of the index by ``relatedMetric``, without the item itself.
  ///
  /// - Parameters:
  ///   - row: The row of the item.
  ///   - request: The number of items and the filter; every effort is exact.
  /// - Complexity: that of ``nearest(to:_:)``.
  public func related(to row: Row, _ request: SearchRequest) throws(SearchError) -> [Neighbor] {
    try related(to: row, request, by: byLikeness)
  }

  /// A copy of the vector of an item, or `nil` for an unknown row.
  ///
  /// - Parameter row: The row of the item.
  public func vector(of row: Row) -> [Float]? { position(of: row.index).map { items[Row($0)] } }

  /// The position of the item with a row, or `nil`.
  func position(of row: UInt32) -> Int? {
    guard Int(row) < count else { return nil }
    guard let rows = unsafe rows else { return Int(row) }
    guard let positions = unsafe positions else { return (0..<count).first { unsafe rows[$0] == row } }
    let position = unsafe Int(positions[Int(row)])
    return unsafe position < count && rows[position] == row ? position : nil
  }

  /// The index over the same items by ``relatedMetric``.
  var byLikeness: ExhaustiveIndex {
    if relatedMetric == metric { return self }
    return likeness.withLock { made in
      if let made { return made }
      let index = unsafe ExhaustiveIndex(
        items: vectors, metric: relatedMetric, biases: nil, rows: rows, positions: positions, norms: norms,
        owner: owner,
        kernels: kernels)
      made = index
      return index
    }
  }

  /// The norm summary. The first caller computes it; other callers wait.
  func normSummary(_ execution: Execution) throws -> NormSummary {
    try summary.withLock { summary in
      if let summary { return summary }
      let made = try NormSummary(of: self, execution)
      summary = made
      return made
    }
  }

  /// Smaller batches use no codes, unless there are some: encoding the items would take longer than it saves.
  static let fewestForCodes = 64
  /// Smaller batches under a mask take no sample of its items.
  static let fewestForSample = 16

  /// The codes of the items for one query or a few, if they exist or if earlier scans have taken as long as encoding takes;
  /// otherwise `nil`, and `nil` while another thread encodes.
  ///
  /// A single query thus costs one scan, and repeated queries get faster answers at no more than twice the work.
  /// - Throws: `Cancelled`.
  func codesOfFew(_ execution: Execution) throws -> EncodedItems? {
    let scans = dimension > Rotation.widestPlain ? 64 : 8
    return try coded.withLockIfAvailable { coded in
      if let coded { return coded }
      guard dimension <= EncodedItems.widest, scannedRows.load(ordering: .relaxed) >= scans * max(count, 4096) else {
        return nil
      }
      let made = try encode(normSummary(execution), execution)
      coded = made
      return made
    } ?? nil
  }

  /// The same for a search that starts no threads and that nothing cancels.
  func codesOfFew() -> EncodedItems? { (try? codesOfFew(Execution(threads: 1))) ?? nil }

  /// Records the rows of a scan for one query.
  func noteScan(rows: Int) { scannedRows.add(rows, ordering: .relaxed) }

  /// The codes of the items. The first caller encodes them; other callers wait.
  func codedItems(_ execution: Execution) throws -> EncodedItems {
    let summary = try normSummary(execution)
    return try coded.withLock { coded in
      if let coded { return coded }
      let made = try encode(summary, execution)
      coded = made
      return made
    }
  }

  /// The coordinates of the codes, where items are encoded.
  var rotation: Rotation? { coded.withLockIfAvailable { $0?.rotation } ?? nil ?? givenRotation }

  /// Encodes all items.
  private func encode(_ summary: NormSummary, _ execution: Execution) throws -> EncodedItems {
    try unsafe EncodedItems(
      items, count: count, metric: metric, biases: biases,
      rotation: givenRotation ?? Rotation(for: items, metric: metric, kernels: kernels),
      blockRows: QueryBlock.blockRows,
      kernels: kernels, execution: execution
    ) { range in
      let norms = summary.block(from: range.lowerBound, to: range.upperBound)
      return norms.moderate && norms.greatest.isFinite && norms.absoluteBias < 0x1p100
    }
  }

  /// The norm summary, computed on the calling thread if necessary.
  func normSummary() -> NormSummary {
    do {
      return try normSummary(Execution(threads: 1))
    } catch {
      preconditionFailure("nothing cancels an execution that nobody else holds: \(error)")
    }
  }
}
