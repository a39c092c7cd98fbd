import AkinSupport

/// The search for lists whose last candidate nobody knows beforehand, because a category limit thins them out, or because they end at a
/// score: each search is for four times as many items as the one before, until the list is full, or complete.
///
/// Under a limit, a later search leaves out what cannot be taken any more. What it finds then comes behind all that has been looked at.
package struct ListSearch: Sendable {
  /// The longest list.
  private let k: Int
  /// The number of items of the first search.
  private let first: Int
  /// The number of items of the largest search.
  private let most: Int
  private let limit: CategoryLimit?
  private let count: Int

  /// The number of items of the first search for a list that ends at a score.
  private static let openStep = 64
  /// How many times as many items the next search asks for.
  private static let growth = 4
  /// The entries of the answers of a batch that are in memory at once.
  private static let entries = 1 << 22

  /// - Parameters:
  ///   - k: The longest list.
  ///   - limit: The limit of the list, or `nil`.
  ///   - endsAtScore: Whether the list is likely much shorter, because it ends at a score.
  ///   - count: The number of items of the index.
  package init(k: Int, under limit: CategoryLimit?, endsAtScore: Bool = false, count: Int) {
    (self.k, self.limit, self.count) = (k, limit, count)
    let likely = endsAtScore ? min(k, ListSearch.openStep) : k
    guard limit != nil else {
      (first, most) = (likely, k)
      return
    }
    most = max(k, count)
    first = ListSearch.first(ofLimited: likely, count: most)
  }

  /// The number of items of the first search for a list of `k` under a limit.
  package static func first(ofLimited k: Int, count: Int) -> Int { step(after: k, most: max(k, count)) }

  private static func step(after k: Int, most: Int) -> Int { k > most / growth ? most : growth * k }

  /// A list while it is made.
  private struct Draft {
    var items: [Neighbor] = []
    var limited: LimitedList?

    init(k: Int, _ limit: CategoryLimit?) { limited = limit.map { LimitedList(k: k, $0) } }
  }

  /// Adds the answer to a search for `asked` items to a list; returns whether the list is done.
  private func add(
    _ found: some BidirectionalCollection<Neighbor>, to draft: inout Draft, asked: Int, reaches: (Neighbor) -> Bool
  ) -> Bool {
    let kept = found.prefix(while: reaches)
    if draft.limited != nil {
      draft.limited?.take(kept)
      draft.items = draft.limited?.items ?? []
    } else {
      draft.items = Array(kept.prefix(k))
    }
    return draft.items.count >= k || kept.count < asked || asked >= most
  }

  /// One list.
  ///
  /// - Parameters:
  ///   - reaches: Whether an item is good enough; the list ends before the first that is not.
  ///   - search: Returns the best items, so many of them, without those of a set.
  /// - Returns: The list, and the number of items of the last search.
  package func one<E: Error>(
    reaches: (Neighbor) -> Bool = { _ in true }, _ search: (_ k: Int, _ closed: RowSet?) throws(E) -> [Neighbor]
  ) throws(E) -> (list: [Neighbor], asked: Int) {
    var draft = Draft(k: k, limit)
    var asked = first
    var closed: RowSet?
    while true {
      if add(try search(asked, closed), to: &draft, asked: asked, reaches: reaches) { return (draft.items, asked) }
      closed = draft.limited?.closed
      asked = ListSearch.step(after: asked, most: most)
    }
  }

  /// The list of each query of a batch. Queries whose lists are done are not asked again.
  ///
  /// - Parameters:
  ///   - execution: Threads; progress of the first search; cancellation.
  ///   - reaches: Whether an item is good enough for the list of a query.
  ///   - search: Returns the best items for some queries, so many of them. The set of a query, made when it is asked for, has what
  ///     its answer leaves out.
  package func each(
    _ queryCount: Int, _ execution: Execution, reaches: (_ query: Int, Neighbor) -> Bool = { _, _ in true },
    _ search: (
      _ queries: [Int], _ k: Int, _ closed: @escaping @Sendable (_ place: Int) -> RowSet?, _ execution: Execution
    ) throws -> NeighborTable
  ) throws -> NeighborTable {
    var table = NeighborTable(queryCount: queryCount, k: min(k, count))
    var open = Array(0..<queryCount)
    var drafts: [Draft] = []
    var asked = first
    var execution = execution
    while !open.isEmpty {
      var (left, undone): ([Int], [Draft]) = ([], [])
      let block = max(1, ListSearch.entries / max(1, min(asked, count)))
      for start in stride(from: 0, to: open.count, by: block) {
        let places = start..<min(start + block, open.count)
        let begun = drafts.isEmpty ? nil : drafts[places].map(\.limited)
        let found = try search(Array(open[places]), asked, { begun?[$0]?.closed }, execution)
        for (place, number) in places.enumerated() {
          var draft = drafts.isEmpty ? Draft(k: k, limit) : drafts[number]
          if add(found[place], to: &draft, asked: asked, reaches: { reaches(open[number], $0) }) {
            table[open[number]] = draft.items[...]
          } else {
            left.append(open[number])
            undone.append(draft)
          }
        }
      }
      (open, drafts) = (left, undone)
      asked = ListSearch.step(after: asked, most: most)
      execution.progress = nil
    }
    return table
  }
}
