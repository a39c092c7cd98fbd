import AkinExhaustive
import AkinFiles
import AkinSupport
import AkinVectors
import Synchronization

/// A graph index (HNSW: Malkov & Yashunin 2018) over the items of an embeddings file: approximate top-k and related
/// items.
///
/// A read-only file that any number of threads and processes may search at once, without preparation. The set of found
/// items is approximate; each score is exact, equal to that of the exhaustive scan. The file is not trusted: whatever
/// its bytes, a search stays inside the mapping and scores each item at most once by its vector.
public final class HNSWIndex: VectorIndex {
  let searcher: GraphSearcher
  /// The facts of the file.
  public let facts: IndexFacts
  private let measured = Mutex<RecallCalibration??>(nil)
  /// What this process has checked of recall targets.
  let checks = RecallChecks()
  /// The plans of the build that were asked for.
  let plans = PlanCache()

  init(_ searcher: GraphSearcher, facts: IndexFacts) {
    self.searcher = searcher
    self.facts = facts
  }

  /// The number of items.
  public var count: Int { searcher.count }
  /// Components of an item and of a query.
  public var dimension: Int { searcher.dimension }
  /// The metric of scores.
  public var metric: Metric { searcher.storage.metric }

  /// The recall measured during the build; `nil` for an index too small to measure, or for invalid data in the file
  /// (`verify` reports it).
  ///
  /// - Complexity: O(1), except for the first time, which reads at most 64 KiB.
  public var calibration: RecallCalibration? {
    measured.withLock { measured in
      if let known = measured { return known }
      let read = facts.container.view(RecallTable.section).flatMap { RecallTable.decode($0, items: count) }
      measured = .some(read)
      return read
    }
  }

  /// Whether a search has met an invalid link or row: the file is damaged, and `verify` reports where.
  public var isDamaged: Bool { searcher.isDamaged }

  /// The exact index over the same items, by the metric of the index or another one.
  ///
  /// - Parameter metric: The metric of scores; `nil` takes that of the index.
  /// - Complexity: O(1) without copies; the first search may read all norms once.
  public func exhaustive(by metric: Metric? = nil) -> ExhaustiveIndex {
    searcher.exhaustive(by: metric ?? self.metric)
  }

  /// A copy of the vector of an item, or `nil` for an unknown row.
  ///
  /// - Parameter row: The embeddings row of the item.
  public func vector(of row: Row) -> [Float]? {
    searcher.storage.node(of: row.index).map { searcher.storage.vectors[Int($0)] }
  }
}
