import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels
import Synchronization

/// The exact answer: every item that could be in the result is scored.
///
/// It is the truth that approximate answers are measured against, and for catalogues up to some tens of thousands of
/// items often the fastest answer too. Candidates are found in float32, with a bound on what rounding can do; all that
/// the bound cannot rule out are scored in float64. The result is the top `k` of the float64 scores rounded to `Float`,
/// equal scores in row order, whatever the CPU, the batch or the number of threads.
///
/// Blocks of items that are too short (or, under `euclidean`, too long or too short) for the query are left out whole,
/// which an order by falling norm makes most effective.
@safe public final class ExhaustiveIndex: VectorIndex, @unchecked Sendable {
  // Safe: the columns hold `items.count` elements each, `owner` (and `items` its own floats) keeps them alive, nobody
  // writes them; `summary` is the only state and has a lock.
  let items: EmbeddingMatrix
  let biases: UnsafePointer<Float>?
  let rows: UnsafePointer<UInt32>?
  let positions: UnsafePointer<UInt32>?
  let norms: UnsafePointer<Float>?
  let kernels: UnsafePointer<akin_kernels>
  private let owner: AnyObject?
  private let summary = Mutex<NormSummary?>(nil)
  private let coded = Mutex<EncodedItems?>(nil)
  private let likeness = Mutex<ExhaustiveIndex?>(nil)
  private let scannedRows = Atomic<Int>(0)

  /// How items are scored.
  public let metric: Metric
  /// How many items there are.
  public var count: Int { items.count }
  /// Components of an item and of a query.
  public var dimension: Int { items.dimension }

  /// An index over items in memory. Nothing is copied but the columns; norms are taken when a query first needs them.
  ///
  /// - Parameters:
  ///   - items: One vector an item. A row with a NaN matches nothing.
  ///   - metric: How items are scored.
  ///   - biases: One bias an item, added to an inner product; the other metrics ignore biases.
  ///   - rows: The embeddings-file row of each item, all different, when `items` stand in another order; results and
  ///     exclusions are in these rows. `nil` means the same order.
  public convenience init(items: EmbeddingMatrix, metric: Metric, biases: [Float]? = nil, rows: [UInt32]? = nil) {
    unsafe self.init(items: items, metric: metric, biases: biases, rows: rows, kernels: Kernels.table)
  }

  /// An index over the items of embeddings, by their own metric unless another is asked for.
  public convenience init(_ embeddings: Embeddings, metric: Metric? = nil) {
    self.init(items: embeddings.items, metric: metric ?? embeddings.metric, biases: embeddings.itemBiases)
  }

  /// An index over items in memory that uses the loops of one CPU level.
  @unsafe package convenience init(
    items: EmbeddingMatrix, metric: Metric, biases: [Float]?, rows: [UInt32]?, kernels: UnsafePointer<akin_kernels>
  ) {
    precondition(biases.map { $0.count == items.count } ?? true, "one bias an item")
    precondition(rows.map { $0.count == items.count } ?? true, "one row an item")
    let biasColumn = biases.map { HeldColumn($0) }
    let rowColumn = rows.map { HeldColumn($0) }
    unsafe self.init(
      items: items, metric: metric, biases: biasColumn?.base, rows: rowColumn?.base, positions: nil, norms: nil,
      owner: Owners([biasColumn, rowColumn]), kernels: kernels)
  }

  /// An index over columns that someone else owns (a mapped file): O(1), no pass over the data.
  ///
  /// - Parameters:
  ///   - positions: The position of each row, or `nil` when `rows` can be trusted: an item whose row does not lead back
  ///     to it matches nothing, so that no row is outside the table or in a result twice.
  ///   - norms: Each item's Euclidean norm, rounded to the nearest `Float`. Believed: a wrong norm can lose an answer,
  ///     but never touch memory outside the columns.
  ///   - owner: Keeps the columns alive.
  @unsafe package init(
    items: EmbeddingMatrix, metric: Metric, biases: UnsafePointer<Float>?, rows: UnsafePointer<UInt32>?,
    positions: UnsafePointer<UInt32>? = nil, norms: UnsafePointer<Float>?, owner: AnyObject?,
    kernels: UnsafePointer<akin_kernels> = unsafe Kernels.table
  ) {
    self.items = items
    self.metric = metric
    unsafe self.biases = metric == .innerProduct ? biases : nil
    unsafe self.rows = rows
    unsafe self.positions = positions
    unsafe self.norms = norms
    unsafe self.kernels = kernels
    self.owner = owner
  }

  /// Returns the items most like one of the index's own, by ``relatedMetric``, without itself.
  ///
  /// - Parameters:
  ///   - row: The item's row.
  ///   - request: How many items, and which of them count; every effort is exact.
  /// - Complexity: as for ``nearest(to:_:)``.
  public func related(to row: Row, _ request: SearchRequest) throws(SearchError) -> [Neighbor] {
    try request.check(count: count)
    guard let vector = vector(of: row) else { return [] }
    let request = request.excluding(RowSet([row], capacity: count))
    return try byLikeness.nearest(to: vector.span, request)
  }

  /// A copy of an item's vector, or `nil` when there is no such row.
  ///
  /// - Parameter row: The item's row.
  public func vector(of row: Row) -> [Float]? { position(of: row.index).map { items[Row($0)] } }

  /// Where the item of a row is; `nil` when there is none.
  private func position(of row: UInt32) -> Int? {
    guard Int(row) < count else { return nil }
    guard let rows = unsafe rows else { return Int(row) }
    guard let positions = unsafe positions else { return (0..<count).first { unsafe rows[$0] == row } }
    let position = unsafe Int(positions[Int(row)])
    return unsafe position < count && rows[position] == row ? position : nil
  }

  /// The same items by ``relatedMetric``.
  private var byLikeness: ExhaustiveIndex {
    if relatedMetric == metric { return self }
    return likeness.withLock { made in
      if let made { return made }
      let index = unsafe ExhaustiveIndex(
        items: items, metric: relatedMetric, biases: nil, rows: rows, positions: positions, norms: norms, owner: owner,
        kernels: kernels)
      made = index
      return index
    }
  }

  /// The norms in short, taken by the first who asks while the others wait.
  func normSummary(_ execution: Execution) throws -> NormSummary {
    try summary.withLock { summary in
      if let summary { return summary }
      let made = try NormSummary(of: self, execution)
      summary = made
      return made
    }
  }

  /// Batches smaller than this do without codes: making them would take longer than they save.
  static let fewestForCodes = 64

  /// The items as codes for one query alone: those that are there, or that are made now that scans have taken as long as
  /// making them takes; `nil` before, and while somebody else makes them.
  ///
  /// So whoever asks once waits for one scan, and whoever goes on asking gets faster answers, at no more than twice the work.
  func codesForOne() -> EncodedItems? {
    let scans = dimension > Rotation.widestPlain ? 64 : 8
    return coded.withLockIfAvailable { coded in
      if let coded { return coded }
      guard dimension <= EncodedItems.widest, scannedRows.load(ordering: .relaxed) >= scans * max(count, 4096) else {
        return nil
      }
      // A search starts no threads.
      let execution = Execution(threads: 1)
      coded = try? encode(normSummary(execution), execution)
      return coded
    } ?? nil
  }

  /// Takes note of what a scan for one query has looked at.
  func noteScan(rows: Int) { scannedRows.add(rows, ordering: .relaxed) }

  /// The items as codes, made by the first who asks while the others wait.
  func codedItems(_ execution: Execution) throws -> EncodedItems {
    let summary = try normSummary(execution)
    return try coded.withLock { coded in
      if let coded { return coded }
      let made = try encode(summary, execution)
      coded = made
      return made
    }
  }

  /// Encodes all items.
  private func encode(_ summary: NormSummary, _ execution: Execution) throws -> EncodedItems {
    try unsafe EncodedItems(
      items, count: count, metric: metric, biases: biases,
      rotation: Rotation(for: items, metric: metric, kernels: kernels), blockRows: QueryBlock.blockRows,
      kernels: kernels, execution: execution
    ) { range in
      let norms = summary.block(from: range.lowerBound, to: range.upperBound)
      return norms.moderate && norms.greatest.isFinite && norms.absoluteBias < 0x1p100
    }
  }

  /// The norms in short, taken on the calling thread.
  func normSummary() -> NormSummary {
    do {
      return try normSummary(Execution(threads: 1))
    } catch {
      preconditionFailure("nothing cancels an execution that nobody else holds: \(error)")
    }
  }
}
