import AkinExhaustive
import AkinSupport
import AkinVectors
import CAkinKernels
import Synchronization

/// A graph index (HNSW: Malkov & Yashunin 2018) over the items of an embeddings file: approximate top-k and related items.
///
/// Opened from one file and shared: it is read-only, any number of threads and processes may search it at once, and no
/// search needs any set-up. What is approximate is which items are found; the score of each is exact, the same that
/// the exhaustive scan gives. Never trusts its file: whatever the bytes are, a search stays inside the mapping and
/// measures each item at most once.
@safe public final class HNSWIndex: VectorIndex {
  let storage: GraphStorage
  // Safe to share: the table of kernels is constant.
  nonisolated(unsafe) let kernels: UnsafePointer<akin_kernels>
  /// What the file says about itself.
  public var facts: IndexFacts {
    guard let written else { preconditionFailure("an index that is being built measures itself and says nothing yet") }
    return written
  }
  private let written: IndexFacts?
  private let contexts = Mutex<[SearchContext]>([])
  private let exhaustive = Mutex<[Metric: ExhaustiveIndex]>([:])
  private let axes = Mutex<RotatedAxes?>(nil)
  private let landmarkTable = Mutex<Landmarks??>(nil)
  private let largest = Mutex<TopNormItems?>(nil)
  private let measured = Mutex<RecallCalibration??>(nil)
  private let damage = Atomic<Bool>(false)

  init(storage: GraphStorage, facts: IndexFacts, kernels: UnsafePointer<akin_kernels>) {
    self.storage = storage
    written = facts
    unsafe self.kernels = kernels
  }

  /// An index that has no file yet, to be measured.
  init(measuring storage: GraphStorage, kernels: UnsafePointer<akin_kernels>) {
    self.storage = storage
    written = nil
    unsafe self.kernels = kernels
  }

  /// What the index measured of itself when it was built; `nil` when it is too small for that, or what the file has
  /// there is not what a build writes (`verify` says so).
  ///
  /// - Complexity: O(1) but for the first time, which reads at most 64 KiB.
  public var certificate: RecallCalibration? {
    measured.withLock { measured in
      if let known = measured { return known }
      let read = written?.container.view(RecallTable.section).flatMap { RecallTable.decode($0, items: count) }
      measured = .some(read)
      return read
    }
  }

  public var count: Int { storage.items.count }
  public var dimension: Int { storage.items.dimension }
  public var metric: Metric { storage.metric }

  /// Whether a search has met a link or a row that leads nowhere: the file is damaged, and `verify` says where.
  public var isDamaged: Bool { damage.load(ordering: .relaxed) }

  /// How this index says that two items are alike: the index's metric, but the cosine for inner products, where a large
  /// norm is popularity and not likeness.
  public var relatedMetric: Metric { metric == .innerProduct ? .cosine : metric }

  /// The exact answer over the same items, by the index's metric or by ``relatedMetric``.
  ///
  /// - Complexity: O(1), and nothing is copied; the first search may look at all norms once.
  public func exhaustive(by metric: Metric? = nil) -> ExhaustiveIndex {
    let metric = metric ?? self.metric
    return exhaustive.withLock { made in
      if let index = made[metric] { return index }
      let index = unsafe ExhaustiveIndex(
        items: storage.items, metric: metric, biases: storage.biases, rows: storage.rows, positions: storage.nodes,
        norms: storage.norms, owner: storage.owner, kernels: kernels)
      made[metric] = index
      return index
    }
  }

  /// A copy of an item's vector, or `nil` when there is no such row.
  public func vector(of row: Row) -> [Float]? { storage.node(of: row.index).map { storage.items[Row($0)] } }

  /// The codes' axes, made by the first who asks; `nil` where there are none.
  func codeAxes() -> RotatedAxes? {
    guard let book = unsafe storage.codes?.book, book.axes != nil else { return nil }
    return axes.withLock { made in
      if made == nil { unsafe made = RotatedAxes(book, kernels: kernels.pointee) }
      return made
    }
  }

  /// The landmarks, made by the first who asks; `nil` where walks begin at the top.
  func landmarks() -> Landmarks? {
    landmarkTable.withLock { made in
      if let known = made { return known }
      let landmarks = unsafe Landmarks(of: storage, kernels: kernels.pointee)
      made = .some(landmarks)
      return landmarks
    }
  }

  /// The largest items, packed by the first who asks; `nil` where nodes do not stand by their norms.
  func largestItems() -> TopNormItems? {
    guard storage.metric == .innerProduct, storage.seeds > 0 else { return nil }
    return largest.withLock { made in
      if made == nil { unsafe made = TopNormItems(of: storage, kernels: kernels.pointee) }
      return made
    }
  }

  /// Runs `body` with `number` contexts that no other thread has.
  func withContexts(_ number: Int, _ body: ([SearchContext]) -> Void) {
    let mine = (0..<number).map { _ in
      contexts.withLock { $0.popLast() } ?? SearchContext(nodes: storage.items.count, dimension: dimension)
    }
    body(mine)
    if mine.contains(where: \.sawDamage) { damage.store(true, ordering: .relaxed) }
    contexts.withLock { $0.append(contentsOf: mine) }
  }

  /// Runs `body` with a context that no other thread has.
  func withContext<R, E: Error>(_ body: (SearchContext) throws(E) -> R) throws(E) -> R {
    let context =
      contexts.withLock { $0.popLast() } ?? SearchContext(nodes: storage.items.count, dimension: dimension)
    defer {
      if context.sawDamage { damage.store(true, ordering: .relaxed) }
      contexts.withLock { $0.append(context) }
    }
    return try body(context)
  }
}
