import Akin
import AkinSupport
import AkinTestSupport
import Testing

@Suite("Diverse lists")
struct DiversityTests {
  private static let cases: [(Metric, UInt64)] = Metric.allCases.flatMap { metric in
    [UInt64(1), 2, 3].map { (metric, $0) }
  }

  /// Items in groups of near copies, some zero vectors among them.
  private func catalogue(_ metric: Metric, seed: UInt64) -> Catalogue {
    let centres = normalMatrix(rows: 9, dimension: 6, seed: seed)
    let noise = normalMatrix(rows: 120, dimension: 6, seed: seed + 100)
    let rows = (0..<120).map { row in
      row % 40 == 7
        ? [Float](repeating: 0, count: 6)
        : zip(centres[Row(row % 9)], noise[Row(row)]).map { $0 + 0.1 * $1 }
    }
    return Catalogue(rows: rows, dimension: 6, metric: metric)
  }

  /// The cosine of each pair of items; 0 where one of them has no direction.
  private func cosines(_ catalogue: Catalogue) -> [[Double]] {
    let vectors = (0..<catalogue.count).map { row in catalogue.items[Row(row)].map { Double($0) } }
    let lengths = vectors.map { vector in vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    return vectors.indices.map { a in
      vectors.indices.map { b in
        if lengths[a] == 0 || lengths[b] == 0 { return 0 }
        return zip(vectors[a], vectors[b]).reduce(0) { $0 + $1.0 * $1.1 } / lengths[a] / lengths[b]
      }
    }
  }

  /// The list by the formula, written slowly: every value from the beginning for each place.
  private func greedy(
    _ candidates: [Neighbor], _ cosines: [[Double]], k: Int, diversity: Double
  ) -> [Neighbor] {
    guard let best = candidates.first, let last = candidates.last else { return [] }
    let spread = Double(best.score) - Double(last.score)
    var list: [Neighbor] = []
    var isTaken: Set<Row> = []
    while list.count < min(k, candidates.count) {
      let left = candidates.filter { !isTaken.contains($0.row) }
      let values = left.map { one in
        let relevance = spread > 0 ? (Double(one.score) - Double(last.score)) / spread : 1
        let own = cosines[Int(one.row.index)]
        let likeness = list.map { own[Int($0.row.index)] }.max() ?? 0
        return (1 - diversity) * relevance - diversity * likeness
      }
      // Values that differ by rounding alone are equal; the better candidate comes first.
      let most = values.max() ?? 0
      list.append(left[values.firstIndex { $0 >= most - 1e-12 } ?? 0])
      isTaken.insert(list[list.count - 1].row)
    }
    return list
  }

  @Test("A list is what the formula says, a part of the candidates, and begins with the best", arguments: cases)
  func formula(metric: Metric, seed: UInt64) throws {
    let catalogue = catalogue(metric, seed: seed)
    let index = ExhaustiveIndex(items: catalogue.items, metric: metric, biases: catalogue.biases)
    let cosines = cosines(catalogue)
    for number in 0..<3 {
      let query = query(dimension: 6, seed: seed * 10 + UInt64(number))
      for k in [1, 2, 10, 28] {
        let request = SearchRequest(k: k)
        let plain = try index.nearest(to: query, request)
        #expect(try index.diversified(plain, k: k, diversity: 0) == plain)
        for diversity in [0.05, 0.3, 0.7, 1] {
          let candidates = try index.nearest(to: query, request.forCandidates(diversity: diversity))
          #expect(candidates.count == min(5 * k, try index.nearest(to: query, k: 120).count))
          let list = try index.diversified(candidates, k: k, diversity: diversity)
          let comment: Comment = "\(metric), seed \(seed), query \(number), k \(k), diversity \(diversity)"
          #expect(list == greedy(candidates, cosines, k: k, diversity: diversity), comment)
          #expect(list.first == candidates.first && Set(list).isSubset(of: candidates), comment)
          #expect(Set(list.map(\.row)).count == min(k, candidates.count), comment)
        }
      }
    }
  }

  @Test("More diversity, less likeness: near copies go first")
  func spread() throws {
    // Three copies of the best direction, then two others.
    let rows: [[Float]] = [[3, 0], [2.9, 0], [2.8, 0], [0.5, 2], [0.5, -2]]
    let index = ExhaustiveIndex(items: try EmbeddingMatrix(rows: rows), metric: .innerProduct)
    let candidates = try index.nearest(to: [1, 0], k: 5)
    func list(_ diversity: Double) throws -> [UInt32] {
      try index.diversified(candidates, k: 3, diversity: diversity).map(\.row.index)
    }
    #expect(try list(0) == [0, 1, 2])
    #expect(try list(0.2) == [0, 1, 2])
    #expect(try list(0.8) == [0, 3, 4])
    #expect(try list(1) == [0, 3, 4])
  }

  @Test("Bad requests are errors, and nothing makes a list of nothing")
  func refused() throws {
    let index = ExhaustiveIndex(items: try EmbeddingMatrix(rows: [[1, 2]]), metric: .cosine)
    for diversity in [-0.1, 1.1, .infinity] {
      #expect(throws: SearchError.badDiversity(diversity)) { try index.diversified([], k: 1, diversity: diversity) }
    }
    #expect(throws: SearchError.self) { try index.diversified([], k: 1, diversity: .nan) }
    #expect(throws: SearchError.badCount(k: 0)) { try index.diversified([], k: 0, diversity: 0.5) }
    #expect(try index.diversified([], k: 3, diversity: 0.5).isEmpty)
    #expect("\(SearchError.badDiversity(2))" == "a diversity must be from 0 to 1, found 2.0")
    #expect(SearchRequest(k: .max).forCandidates(diversity: 0.5).k == .max)
  }

  @Test(
    "A recommender diversifies its own candidates, alone and in lists of all", arguments: Metric.allCases,
    Recommendable.Index.allCases)
  func recommender(metric: Metric, index: Recommendable.Index) throws {
    let world = try Recommendable(metric, index)
    let recommender = world.recommender
    for (k, diversity) in [(3, 0.4), (10, 0.9), (40, 0.5)] {
      let request = SearchRequest(k: k, effort: .exact)
      let lists = try recommender.recommend(toEach: 0..<Recommendable.users, request, diversity: diversity)
      for user in 0..<Recommendable.users {
        let id = Recommendable.id(ofUser: user)
        let candidates = try recommender.recommend(for: id, SearchRequest(k: 5 * k, effort: .exact))
        let expected = try recommender.index.diversified(
          candidates.map { Neighbor(row: $0.row, score: $0.score) }, k: k, diversity: diversity)
        let list = try recommender.recommend(for: id, request, diversity: diversity)
        #expect(list.map(\.row) == expected.map(\.row), "user \(user), k \(k)")
        #expect(lists[user].map(\.row) == expected.map(\.row) && list.count <= k, "user \(user), k \(k)")
      }
      let related = try recommender.related(toEach: 5..<9, request, diversity: diversity)
      for item in 5..<9 {
        let candidates = try recommender.related(to: .text("item-\(item)"), SearchRequest(k: 5 * k, effort: .exact))
        let expected = try recommender.index.diversified(
          candidates.map { Neighbor(row: $0.row, score: $0.score) }, k: k, diversity: diversity)
        let list = try recommender.related(to: .text("item-\(item)"), request, diversity: diversity)
        #expect(list.map(\.row) == expected.map(\.row) && Array(related[item - 5]) == expected, "item \(item)")
      }
    }
    #expect(throws: SearchError.badDiversity(3)) {
      try recommender.recommend(for: Recommendable.id(ofUser: 0), diversity: 3)
    }
  }
}
