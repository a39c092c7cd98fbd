import AkinSupport
import AkinVectors

/// The queries of one measurement.
struct QuerySet: Sendable {
  let question: Question
  let family: QueryFamily
  private(set) var vectors: EmbeddingMatrix
  /// The node of each query for related items; otherwise `nil`.
  private(set) var nodes: [UInt32]?
  /// Nodes outside the graph, which no answer holds; or `nil`.
  private(set) var absent: RowSet?
  /// For each query, the nodes that do not count, found or not; empty where all count.
  private(set) var parts: [[UInt32]] = []

  /// The number of queries of a measurement: enough to tell 0.9 from 0.905; fewer where exact answers are expensive or
  /// the build is short.
  static func size(items: EmbeddingMatrix) -> Int {
    // The component limit of the exact answers to one set.
    let budget = 100_000_000_000
    return max(100, min(3000, items.count / 20, budget / max(1, items.count * items.dimension)))
  }

  /// The first quarter of the queries, at least 100 of them.
  var part: QuerySet {
    part(Array(0..<min(vectors.count, max(100, vectors.count / 4))))
  }

  /// Some of the queries, in a given order.
  func part(_ queries: [Int]) -> QuerySet {
    var part = self
    part.vectors = EmbeddingMatrix(uniformRows: queries.map { vectors[Row($0)] }, dimension: vectors.dimension)
    part.nodes = nodes.map { nodes in queries.map { nodes[$0] } }
    part.parts = parts.isEmpty ? [] : queries.map { parts[$0] }
    return part
  }

  /// Held-out items, not yet in the graph.
  init(heldOut nodes: ArraySlice<UInt32>, of items: EmbeddingMatrix, order: NodeOrder) {
    question = .nearest
    family = .items
    vectors = EmbeddingMatrix(uniformRows: nodes.map { items[Row($0)] }, dimension: items.dimension)
    // Copies of an item and members of its group are found through it, so they are held out too.
    var absent = RowSet(capacity: items.count)
    for node in nodes { for found in order.found(with: node) { absent.insert(Row(found)) } }
    self.absent = absent
  }

  /// Items of the graph as queries for related items, copies included; zero vectors have no related items.
  init(relatedTo items: EmbeddingMatrix, order: NodeOrder, seed: UInt64) {
    let nodes = QuerySet.draw(QuerySet.size(items: items) / 4, of: items.count, seed: seed, purpose: 7) {
      order.norms[$0] > 0
    }.map { UInt32($0) }
    question = .related
    family = .items
    vectors = EmbeddingMatrix(uniformRows: nodes.map { items[Row($0)] }, dimension: items.dimension)
    self.nodes = nodes
  }

  /// Queries that are asked of the index: users with known interactions, or others.
  init(_ family: QueryFamily, _ users: EmbeddingMatrix, items: EmbeddingMatrix, seed: UInt64) {
    let rows = QuerySet.draw(QuerySet.size(items: items), of: users.count, seed: seed, purpose: 8) { row in
      users.withRow(Row(row)) { user in
        var isZero = true
        for component in 0..<user.count {
          // A file may hold any vector.
          guard user[component].isFinite else { return false }
          if user[component] != 0 { isZero = false }
        }
        return !isZero
      }
    }
    question = .nearest
    self.family = family
    vectors = EmbeddingMatrix(uniformRows: rows.map { users[Row($0)] }, dimension: users.dimension)
  }

  /// Synthetic users: sums of a few items with random weights (exponential, mean 1).
  ///
  /// Measured on trained factors and their real users, at `ef` 10 to 512: for pairs of any two items, and for sums of
  /// four drawn in proportion to their norms, the recall of the graph is that of the users or up to some points lower.
  /// Items themselves and normal directions are both much harder than users, each on another set. The summed items are
  /// excluded from answers: no real user consists of two items, and the past items of users are not requested.
  init(sumsOf parts: Int, byNorm: Bool, of items: EmbeddingMatrix, order: NodeOrder, seed: UInt64) {
    let random = CounterRandom(seed: seed, purpose: byNorm ? 10 : 9)
    var ends: [Double] = []
    var total = 0.0
    for norm in order.norms {
      // Vectors near the limit of `Float` may have a norm beyond it.
      total += byNorm ? Double(min(norm, .greatestFiniteMagnitude)) : 1
      ends.append(total)
    }
    let size = total > 0 ? (QuerySet.size(items: items) + 1) / 2 : 0
    self.parts = [[UInt32]](repeating: [], count: size)
    var rows: [[Float]] = []
    for query in 0..<size {
      var sums = [Double](repeating: 0, count: items.dimension)
      for part in 0..<parts {
        let place = UInt64(query * parts + part)
        let goal = random.uniform(at: 2 * place) * total
        let weight = -log(1 - random.uniform(at: 2 * place + 1))
        var (low, high) = (0, ends.count - 1)
        while low < high {
          let middle = (low + high) / 2
          if ends[middle] > goal { high = middle } else { low = middle + 1 }
        }
        self.parts[query].append(UInt32(low))
        items.withRow(Row(low)) { item in
          for component in 0..<item.count { sums[component] += weight * Double(item[component]) }
        }
      }
      // Components near the limit of `Float` may sum to more; queries are finite.
      rows.append(sums.map { Float(max(-0x1p126, min(0x1p126, $0))) })
    }
    question = .nearest
    family = byNorm ? .sumsOfFour : .sumsOfTwo
    vectors = EmbeddingMatrix(uniformRows: rows, dimension: items.dimension)
  }

  /// The items of an answer that count.
  func counting(_ answer: ArraySlice<Neighbor>, of query: Int) -> ArraySlice<Neighbor> {
    if parts.isEmpty { return answer }
    let parts = parts[query]
    var counted: [Neighbor] = []
    counted.reserveCapacity(answer.count)
    next: for neighbor in answer {
      for place in 0..<parts.count where parts[place] == neighbor.row.index { continue next }
      counted.append(neighbor)
    }
    return counted[...]
  }

  /// Different numbers of `0..<total` that pass a test, in the order drawn: up to `size`, fewer where few pass.
  private static func draw(
    _ size: Int, of total: Int, seed: UInt64, purpose: UInt64, where isGood: (Int) -> Bool
  ) -> [Int] {
    let random = CounterRandom(seed: seed, purpose: purpose)
    var drawn: Set<Int> = []
    var good: [Int] = []
    for attempt in 0..<UInt64(8 * size) where total > 0 {
      let number = Int(random.bits(at: attempt) % UInt64(total))
      if drawn.insert(number).inserted, isGood(number) { good.append(number) }
      if good.count == size { break }
    }
    return good
  }
}
