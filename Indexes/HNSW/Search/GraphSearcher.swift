import AkinExhaustive
import AkinQuantization
import AkinSupport
import AkinVectors
import Synchronization

/// Searches one graph: holds the storage, data derived at the first search, and contexts for the searching threads.
///
/// Any number of threads may search at once. The storage is not trusted: whatever a file holds, a search stays inside
/// the mapping and scores each item at most once by its vector.
@safe final class GraphSearcher: Sendable {
  let storage: GraphStorage
  private let contexts = Mutex<[SearchContext]>([])
  private let exhaustive = Mutex<[Metric: ExhaustiveIndex]>([:])
  private let axes = Mutex<RotatedAxes?>(nil)
  private let landmarkTable = Mutex<Landmarks??>(nil)
  private let topNorm = Mutex<TopNormItems??>(nil)
  private let damage = Atomic<Bool>(false)

  init(_ storage: GraphStorage) { self.storage = storage }

  var count: Int { storage.vectors.count }
  var dimension: Int { storage.vectors.dimension }

  /// Whether a search has met an invalid link or row: the file is damaged.
  var isDamaged: Bool { damage.load(ordering: .relaxed) }

  /// The exact scan over the same items, by a metric.
  ///
  /// - Complexity: O(1) without copies; the first search may read all norms once.
  func exhaustive(by metric: Metric) -> ExhaustiveIndex {
    exhaustive.withLock { made in
      if let index = made[metric] { return index }
      let index = unsafe ExhaustiveIndex(
        items: storage.vectors.all, metric: metric, biases: storage.biases, rows: storage.rows,
        positions: storage.nodes,
        norms: storage.norms, owner: storage.owner, kernels: storage.kernels,
        partition: metric == storage.metric ? storage.partition : nil)
      made[metric] = index
      return index
    }
  }

  /// The axes of the codes, made on first use; `nil` without axes.
  func codeAxes() -> RotatedAxes? {
    guard let book = storage.codes?.book, book.axes != nil else { return nil }
    return axes.withLock { made in
      if made == nil { made = unsafe RotatedAxes(book, kernels: storage.kernels) }
      return made
    }
  }

  /// The landmarks, made on first use; `nil` where walks start at the entry.
  func landmarks() -> Landmarks? {
    landmarkTable.withLock { made in
      if let known = made { return known }
      let landmarks = Landmarks(of: storage)
      made = .some(landmarks)
      return landmarks
    }
  }

  /// The encoded items of largest norm, made on first use; `nil` where nodes are not in the order of norms.
  func topNormItems() -> TopNormItems? {
    guard storage.metric == .innerProduct, storage.minimumPrefix > 0 else { return nil }
    return topNorm.withLock { made in
      if let known = made { return known }
      // Never cancelled, so it cannot fail.
      let items = try? TopNormItems(of: storage)
      made = .some(items)
      return items
    }
  }

  /// Runs `body` with a context that no other thread uses.
  func withContext<R>(_ body: (SearchContext) -> R) -> R {
    let mine = context()
    defer {
      if mine.sawDamage { damage.store(true, ordering: .relaxed) }
      contexts.withLock { $0.append(mine) }
    }
    return body(mine)
  }

  /// Runs `body` with `number` contexts that no other thread uses.
  func withContexts<R>(_ number: Int, _ body: ([SearchContext]) -> R) -> R {
    let mine = (0..<number).map { _ in context() }
    defer {
      if mine.contains(where: \.sawDamage) { damage.store(true, ordering: .relaxed) }
      contexts.withLock { $0.append(contentsOf: mine) }
    }
    return body(mine)
  }

  /// A context that no thread uses.
  private func context() -> SearchContext {
    contexts.withLock { $0.popLast() }
      ?? (unsafe SearchContext(nodes: count, dimension: dimension, kernels: storage.kernels))
  }
}
