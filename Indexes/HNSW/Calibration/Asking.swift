import AkinSupport
import AkinVectors

/// Asks a graph the queries of one measurement, with one `ef` after the other.
///
/// A wider walk expands what a narrower one did, and more. So of the queries that missed nothing with one `ef`, one in four is asked
/// with the next, another one each time, and what these miss counts for all of them; the others are all asked.
struct Asking {
  let searcher: GraphSearcher
  let execution: Execution
  /// The budget of the graph for one set, in nanoseconds of one thread: a share of the build time.
  let budget: Double
  /// A search good enough for this recall counts as exact, and so does one that misses almost nothing.
  private let enough = (assured: 0.9994, recall: 0.9997)
  /// The fewest queries that missed nothing of which a part is asked.
  var fewestComplete = 400
  private static let perAsked = 4

  func measure(_ asked: GroundTruth) throws -> [MeasuredRecall] {
    let cost = SearchCost(of: searcher.storage, asked.set.question)
    var measured = asked.exact
    let price =
      measured.map { one in
        max(
          cost.exact(rows: one.rowsPerQuery, components: one.componentsPerQuery, k: one.k, isBatch: true),
          cost.exact(rows: one.rowsPerQuery, components: one.componentsPerQuery, k: one.k, isBatch: false))
      }.max() ?? 0
    var spent = 0.0
    // A measurement that counts as exact ends the series of ef.
    var open = asked.sizes
    let all = [Bool](repeating: true, count: asked.set.vectors.count)
    var missing = Dictionary(uniqueKeysWithValues: open.map { ($0, all) })
    for (turn, ef) in Calibrator.efs.enumerated() where ef <= searcher.count {
      // Answers of up to ef items come from one walk. Larger answers keep more candidates than they expand, so each has
      // a walk of its own, except where so few could only find a small part.
      let together = open.filter { $0 <= ef }
      let apart = open.filter { $0 > ef && $0 <= Calibrator.mostPerCandidate * ef }
      var run = try walk(asked, ef: ef, sizes: together, turn, &missing)
      for k in apart { run += try walk(asked, ef: ef, sizes: [k], turn, &missing) }
      measured += run
      open.removeAll { k in run.contains { $0.k == k && ($0.assured >= enough.assured || $0.recall >= enough.recall) } }
      if open.isEmpty { break }
      guard let one = run.last else { continue }
      let walk = cost.graph(rows: one.rowsPerQuery, hops: one.hopsPerQuery, ef: ef, k: one.k)
      spent += walk * Double(one.queries * ((together.isEmpty ? 0 : 1) + apart.count))
      if walk > price || spent > budget { break }
    }
    return measured
  }

  /// Asks the graph with one `ef`, and compares the first answers with the truth for each size.
  ///
  /// - Parameters:
  ///   - turn: Chooses who is asked of those that missed nothing so far.
  ///   - missing: For each size, whether each query missed something when it was asked last.
  private func walk(
    _ asked: GroundTruth, ef: Int, sizes: [Int], _ turn: Int, _ missing: inout [Int: [Bool]]
  ) throws -> [MeasuredRecall] {
    guard let largest = sizes.last else { return [] }
    let (truth, all) = (asked.truth, 0..<asked.set.vectors.count)
    let isOpen = all.map { query in sizes.contains { missing[$0]?[query] ?? true } }
    let closed = all.filter { !isOpen[$0] }
    let isSampled = closed.count >= fewestComplete
    let sample = isSampled ? closed.indices.filter { ($0 + turn) % Asking.perAsked == 0 }.map { closed[$0] } : []
    let queries = isSampled ? all.filter { isOpen[$0] } + sample : Array(all)
    let set = isSampled ? asked.set.part(queries) : asked.set
    // For each query: rows scored, nodes expanded, then the found items of each size.
    let width = 2 + sizes.count
    var counts = [Int](repeating: 0, count: queries.count * width)
    try unsafe counts.withUnsafeMutableBufferPointer { counts in
      // Safe: each query's counts are written by the one chunk that holds it.
      nonisolated(unsafe) let counts = unsafe counts
      try execution.forEachChunk(of: queries.count, by: TopNormItems.batch) { _, range in
        searcher.search(set, range, k: largest, ef: ef) { place, answer, work in
          let exact = truth[queries[place]]
          unsafe counts[place * width] = work.scored
          unsafe counts[place * width + 1] = work.hops
          for (size, k) in sizes.enumerated() {
            unsafe counts[place * width + 2 + size] = RecallCheck.good(
              set.counting(answer.prefix(k), of: place), set.counting(exact.prefix(k), of: place))
          }
        }
      }
    }
    return sizes.enumerated().map { size, k in
      var (full, part) = (MeasuredRecall(asked.set, k: k, ef: ef), MeasuredRecall(asked.set, k: k, ef: ef))
      for (place, query) in queries.enumerated() {
        let missed = set.counting(truth[query].prefix(k), of: place).count - counts[place * width + 2 + size]
        missing[k]?[query] = missed > 0
        let scored = counts[place * width]
        let hops = counts[place * width + 1]
        if place < queries.count - sample.count {
          full.add(missed: missed, scored: scored, hops: hops)
        } else {
          part.add(missed: missed, scored: scored, hops: hops)
        }
      }
      full.expected = asked.exact.first { $0.k == k }?.expected ?? 0
      full.found += full.expected
      return sample.isEmpty ? full : full.adding(part, times: Double(closed.count) / Double(sample.count))
    }
  }
}

extension MeasuredRecall {
  /// Counts a query; what it missed is taken from what was found.
  fileprivate mutating func add(missed: Int, scored: Int, hops: Int) {
    found -= missed
    squaredMisses += missed * missed
    self.scored += scored
    self.hops += hops
  }

  /// The sum of these counts and of others that stand for more queries than were asked.
  fileprivate func adding(_ other: MeasuredRecall, times factor: Double) -> MeasuredRecall {
    func scaled(_ count: Int) -> Int { Int((Double(count) * factor).rounded()) }
    var sum = self
    sum.found += scaled(other.found)
    sum.squaredMisses += scaled(other.squaredMisses)
    sum.scored += scaled(other.scored)
    sum.hops += scaled(other.hops)
    return sum
  }
}
