import AkinExhaustive
import AkinSupport
import AkinVectors

/// Queries of a measurement with their exact answers.
struct GroundTruth {
  let set: QuerySet
  /// The exact answers over the graph without the query itself, of the largest measured size.
  let truth: NeighborTable
  /// The work of the exact scan for each measured size of answers; ascending, not empty.
  let exact: [MeasuredRecall]

  var sizes: [Int] { exact.map(\.k) }

  /// Answers some queries; `nil` where there is nothing to ask.
  ///
  /// - Parameters:
  ///   - sizes: How many items answers have, ascending.
  ///   - known: Longer answers to the first of these queries, or `nil`.
  ///   - exhaustive: The items by node, scored as they will be asked for.
  init?(
    _ set: QuerySet, sizes: [Int], known: NeighborTable?, by exhaustive: ExhaustiveIndex, execution: Execution
  ) throws {
    guard let largest = sizes.last, set.vectors.count > 0 else { return nil }
    self.set = set
    let first = known?.queryCount ?? 0
    // An item of the graph finds itself.
    let request = SearchRequest(k: largest + (set.nodes == nil ? 0 : 1), filter: set.absent.map { .excluding($0) })
    let asked = try exhaustive.nearest(
      toEach: set.vectors.rows(first..<set.vectors.count), request, execution: execution)
    var truth = NeighborTable(queryCount: set.vectors.count, k: largest)
    for query in 0..<truth.queryCount {
      let answer = query < first ? known?[query] ?? [] : asked[query - first]
      truth[query] = set.nodes.map { nodes in answer.filter { $0.row.index != nodes[query] }[...] } ?? answer
    }
    self.truth = truth
    exact = sizes.map { [truth] k in
      var one = MeasuredRecall(set, k: k, ef: nil)
      for query in 0..<set.vectors.count {
        let answer = truth[query].prefix(k)
        let floor = answer.count == k ? answer.last?.score ?? -.infinity : -.infinity
        let work = set.vectors.withRow(Row(query)) { exhaustive.work(answering: $0, kthScore: floor) }
        let expected = set.counting(answer, of: query).count
        one.expected += expected
        one.found += expected
        one.scored += work.rows
        one.components += work.components
      }
      return one
    }
  }
}

extension MeasuredRecall {
  /// Creates the record of a query set, without answers.
  init(_ set: QuerySet, k: Int, ef: Int?) {
    self.init(
      question: set.question, family: set.family, k: k, ef: ef, queries: set.vectors.count, expected: 0, found: 0,
      squaredMisses: 0, scored: 0, hops: 0, components: 0)
  }
}
