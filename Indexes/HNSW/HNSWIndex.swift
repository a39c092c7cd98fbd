import AkinExhaustive
import AkinFiles
import AkinSupport
import AkinVectors
import Synchronization

/// A graph index (HNSW: Malkov & Yashunin 2018) over the items of an embeddings file: approximate top-k and related items.
///
/// Opened from one file and shared: it is read-only, any number of threads and processes may search it at once, and no
/// search needs any set-up. What is approximate is which items are found; the score of each is exact, the same that
/// the exhaustive scan gives. Never trusts its file: whatever the bytes are, a search stays inside the mapping and
/// scores each item at most once by its vector.
public final class HNSWIndex: VectorIndex {
  let searcher: GraphSearcher
  /// What the file says about itself.
  public let facts: IndexFacts
  private let measured = Mutex<RecallCalibration??>(nil)

  init(_ searcher: GraphSearcher, facts: IndexFacts) {
    self.searcher = searcher
    self.facts = facts
  }

  /// How many items there are.
  public var count: Int { searcher.count }
  /// Components of an item and of a query.
  public var dimension: Int { searcher.dimension }
  /// How items are scored.
  public var metric: Metric { searcher.storage.metric }

  /// What the index measured of itself when it was built; `nil` when it is too small for that, or what the file has
  /// there is not what a build writes (`verify` says so).
  ///
  /// - Complexity: O(1) but for the first time, which reads at most 64 KiB.
  public var calibration: RecallCalibration? {
    measured.withLock { measured in
      if let known = measured { return known }
      let read = facts.container.view(RecallTable.section).flatMap { RecallTable.decode($0, items: count) }
      measured = .some(read)
      return read
    }
  }

  /// Whether a search has met a link or a row that leads nowhere: the file is damaged, and `verify` says where.
  public var isDamaged: Bool { searcher.isDamaged }

  /// The exact answer over the same items, by the index's metric or by ``relatedMetric``.
  ///
  /// - Parameter metric: How items are scored; `nil` takes the index's metric.
  /// - Complexity: O(1), and nothing is copied; the first search may look at all norms once.
  public func exhaustive(by metric: Metric? = nil) -> ExhaustiveIndex {
    searcher.exhaustive(by: metric ?? self.metric)
  }

  /// A copy of an item's vector, or `nil` when there is no such row.
  ///
  /// - Parameter row: The item's embeddings row.
  public func vector(of row: Row) -> [Float]? {
    searcher.storage.node(of: row.index).map { searcher.storage.items[Row($0)] }
  }
}
