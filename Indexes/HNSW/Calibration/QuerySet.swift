import AkinSupport
import AkinVectors

/// The queries of one measurement.
struct QuerySet: Sendable {
  let question: Question
  let family: QueryFamily
  private(set) var vectors: EmbeddingMatrix
  /// For related items the node of each query; else `nil`.
  private(set) var nodes: [UInt32]?
  /// Nodes that are not in the graph, so in no answer; or `nil`.
  private(set) var absent: RowSet?
  /// For each query the nodes that do not count, found or not; empty where all count.
  private(set) var parts: [[UInt32]] = []

  /// How many queries a measurement asks: enough to tell 0.9 from 0.905, fewer where the exact answers would be long
  /// work or the whole build is short.
  static func size(items: EmbeddingMatrix) -> Int {
    // Components that the exact answers to one set may multiply.
    let budget = 100_000_000_000
    return max(100, min(3000, items.count / 20, budget / max(1, items.count * items.dimension)))
  }

  /// The first quarter of the queries, but at least 100 of them.
  var part: QuerySet {
    let size = min(vectors.count, max(100, vectors.count / 4))
    var part = self
    part.vectors = EmbeddingMatrix(uniformRows: (0..<size).map { vectors[Row($0)] }, dimension: vectors.dimension)
    part.nodes = nodes.map { Array($0.prefix(size)) }
    part.parts = Array(parts.prefix(size))
    return part
  }

  /// Items that are not in the graph yet.
  init(heldOut nodes: ArraySlice<UInt32>, of items: EmbeddingMatrix, order: NodeOrder) {
    question = .nearest
    family = .items
    vectors = EmbeddingMatrix(uniformRows: nodes.map { items[Row($0)] }, dimension: items.dimension)
    // Copies of an item are found through it, so they are not there either.
    var absent = RowSet(capacity: items.count)
    for node in nodes {
      var next = node
      while next != Layer.noNode {
        absent.insert(Row(next))
        next = order.nextCopy[Int(next)]
      }
    }
    self.absent = absent
  }

  /// Items of the graph that are asked what is like them, copies among them; vectors of zeros are like nothing.
  init(relatedTo items: EmbeddingMatrix, order: NodeOrder, seed: UInt64) {
    let nodes = QuerySet.draw(QuerySet.size(items: items) / 4, of: items.count, seed: seed, purpose: 7) {
      order.norms[$0] > 0
    }.map { UInt32($0) }
    question = .related
    family = .items
    vectors = EmbeddingMatrix(uniformRows: nodes.map { items[Row($0)] }, dimension: items.dimension)
    self.nodes = nodes
  }

  /// Users, but for those about whom nothing is known.
  init(users: EmbeddingMatrix, items: EmbeddingMatrix, seed: UInt64) {
    let rows = QuerySet.draw(QuerySet.size(items: items), of: users.count, seed: seed, purpose: 8) { row in
      users.withRow(Row(row)) { user in
        var isZero = true
        for component in 0..<user.count {
          // A file may hold anything.
          guard user[component].isFinite else { return false }
          if user[component] != 0 { isZero = false }
        }
        return !isZero
      }
    }
    question = .nearest
    family = .users
    vectors = EmbeddingMatrix(uniformRows: rows.map { users[Row($0)] }, dimension: users.dimension)
  }

  /// Stand-ins for users: sums of a few items with random weights (exponential, of mean 1).
  ///
  /// Measured on trained factors and their real users, at `ef` 10 to 512: for pairs of any two items, and for sums of
  /// four that are drawn in proportion to their norms, the graph's recall is that of the users or up to some points
  /// lower. Items themselves and normal directions are both much harder than users, each on another set. The parts do not
  /// count: no user is made of an item as a sum of two is, and what they had is not asked for.
  init(sumsOf parts: Int, byNorm: Bool, of items: EmbeddingMatrix, order: NodeOrder, seed: UInt64) {
    let random = CounterRandom(seed: seed, purpose: byNorm ? 10 : 9)
    var ends: [Double] = []
    var total = 0.0
    for norm in order.norms {
      // Vectors near the end of `Float` may be longer than it can say.
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
      // Components near the end of `Float` may add up to more; a query is finite.
      rows.append(sums.map { Float(max(-0x1p126, min(0x1p126, $0))) })
    }
    question = .nearest
    family = byNorm ? .sumsOfFour : .sumsOfTwo
    vectors = EmbeddingMatrix(uniformRows: rows, dimension: items.dimension)
  }

  /// Those of an answer to a query that count.
  func counting(_ answer: ArraySlice<Neighbor>, of query: Int) -> ArraySlice<Neighbor> {
    if parts.isEmpty { return answer }
    let parts = parts[query]
    return answer.filter { !parts.contains(UInt32($0.row.index)) }[...]
  }

  /// Different numbers of `0..<total` that pass a test, in the order of the draw: up to `size`, fewer where few pass.
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
