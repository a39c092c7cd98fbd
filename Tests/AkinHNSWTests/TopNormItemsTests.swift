import AkinSupport
import AkinTestSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinHNSW

@Suite("Searches by inner product begin with the largest items")
struct TopNormItemsTests {
  /// An index of few links, measured with few queries: scans read none of either, and tests that walk ask for more links.
  private static func fewLinks(_ catalogue: Catalogue, m: Int = 2, efConstruction: Int = 4) throws -> Built {
    try Built(barelyMeasured: catalogue, HNSWBuildOptions(m: m, efConstruction: efConstruction, seed: 1))
  }

  /// Items by falling norm, which differ by a power of `spread`.
  private static func catalogue(rows: Int, spread: Double, biased: Bool, seed: UInt64) -> Catalogue {
    let dimension = 19
    let normal = normalMatrix(rows: rows, dimension: dimension, seed: seed)
    let biases = biased ? (0..<rows).map { Float($0 % 7) * 0.25 - 0.5 } : nil
    let scaled = (0..<rows).map { row in normal[Row(row)].map { $0 * Float(pow(spread, Double(row % 53) / 53)) } }
    return Catalogue(
      items: EmbeddingMatrix(uniformRows: scaled, dimension: dimension), metric: .innerProduct, biases: biases)
  }

  @Test(
    "Beams hold the best of the rows scanned, no node beyond the end would be kept, and complete ones have the answer",
    arguments: [1, 8, 200], [false, true])
  func scans(spread: Double, biased: Bool) throws {
    // Of the two larger catalogues each spread has one with biases and one without.
    for (seed, rows): (UInt64, Int) in [(1, 40), biased == (spread == 8) ? (2, 560) : (3, 1050)] {
      let built = try Self.fewLinks(Self.catalogue(rows: rows, spread: spread, biased: biased, seed: seed))
      let index = try built.index
      var storage = index.searcher.storage
      let queries = normalMatrix(rows: 29, dimension: 19, seed: seed + 10)
      // Of each query and node: by plain loops.
      let scores = (0..<queries.count).map { query -> [Double] in
        var scores = [Double](repeating: 0, count: rows)
        for node in 0..<rows {
          // Safe: queries and items have 19 components each.
          let (one, other) = unsafe (
            queries.base + query * queries.stride,
            storage.vectors.all.matrix.base + node * storage.vectors.all.matrix.stride
          )
          var sum = unsafe storage.biases.map { unsafe Double($0[node]) } ?? 0
          var component = 0
          while component < 19 {
            unsafe sum += Double(one[component]) * Double(other[component])
            component &+= 1
          }
          scores[node] = sum
        }
        return scores
      }
      let ranked = scores.map { $0.sorted(by: >) }
      // Of the first rows that scans took: kept, for most take as many.
      var rankedStarts: [Int: [Double]] = [:]
      /// The places at which nodes do not have the scores, up to rounding.
      func wrong(_ nodes: [Int], _ own: [Double], _ best: ArraySlice<Double>) -> [Int] {
        var (wrong, place) = ([Int](), 0)
        while place < min(nodes.count, best.count) {
          let score = best[best.startIndex + place]
          if !(abs(own[nodes[place]] - score) <= 1e-4 * abs(score) + 1e-4) { wrong.append(place) }
          place += 1
        }
        return wrong
      }
      for level in Kernels.available {
        unsafe storage.kernels = try #require(Kernels.table(at: level))
        let largest = try TopNormItems(of: storage)
        for (wanted, capacity, k) in [(1, 1, 1), (256, 10, 10), (300, 100, 10), (1024, 70, 70), (512, 300, 40)] {
          let number = min(queries.count, TopNormItems.batch)
          let (capacity, k) = (min(capacity, rows), min(k, rows))
          let scan = unsafe largest.scan(
            queries.base, stride: queries.stride, number: number, rows: wanted, capacity: capacity, k: k, of: storage)
          for query in 0..<number {
            let place = "\(level), \(rows) rows, spread \(spread), \(wanted) wanted, query \(query), seed \(seed)"
            let (one, beam) = (scan.all[query], scan.candidates(query))
            let own = scores[query]
            let nodes = beam.map { Int(Candidate.node($0)) }
            #expect(one.rows >= min(wanted, rows) || one.isComplete, "\(place)")
            #expect(Set(nodes).count == nodes.count && nodes.allSatisfy { $0 < one.rows }, "\(place)")
            // A scan that tells the answer need not keep more than that.
            #expect(nodes.count <= min(capacity, one.rows), "\(place)")
            #expect(nodes.count >= min(one.isComplete ? k : capacity, one.rows), "\(place)")
            let start = rankedStarts[query << 32 | one.rows] ?? own[..<one.rows].sorted(by: >)
            rankedStarts[query << 32 | one.rows] = start
            let best = start.prefix(capacity)
            #expect(wrong(nodes, own, best) == [], "\(place)")
            if one.isComplete {
              #expect(wrong(nodes, own, ranked[query].prefix(k)) == [], "\(place)")
            } else if let least = best.last, best.count == capacity {
              #expect(one.end > one.rows && own[one.end...].allSatisfy { $0 <= least + 1e-4 }, "\(place)")
            }
            let alone = unsafe largest.scan(
              queries.base + query * queries.stride, stride: queries.stride, number: 1, rows: wanted,
              capacity: capacity, k: k, of: storage)
            #expect(alone.candidates(0).elementsEqual(beam) && alone.all[0].rows == one.rows, "\(place)")
          }
        }
      }
    }
  }

  @Test("Who keeps more than there are largest items keeps all of them, and passes over no other")
  func more() throws {
    let (rows, dimension) = (140, 4096)
    let catalogue = Catalogue.normal(rows: rows, dimension: dimension, metric: .innerProduct, seed: 8)
    // Few links will do, measured with few queries: all 140 nodes are asked for.
    let index = try HNSWIndex(
      Embeddings(catalogue), options: HNSWBuildOptions(m: 2, efConstruction: 8),
      queries: normalMatrix(rows: 30, dimension: dimension, seed: 10), execution: Execution(threads: 1))
    let storage = index.searcher.storage
    let largest = try TopNormItems(of: storage)
    #expect(largest.count == 128)
    let query = normalMatrix(rows: 1, dimension: dimension, seed: 9)
    let scan = unsafe largest.scan(
      query.base, stride: query.stride, number: 1, rows: rows, capacity: 135, k: 135, of: storage)
    #expect(scan.candidates(0).map { Int(Candidate.node($0)) }.sorted() == Array(0..<128))
    #expect(scan.all[0].end == rows && !scan.all[0].isComplete)
    #expect(
      try index.nearest(to: query[Row(0)], k: 135, ef: 200)
        == index.exhaustive().nearest(to: query[Row(0)].span, k: 135))
  }

  /// Items of nearly one length.
  private static let alike = Result {
    try fewLinks(catalogue(rows: 1100, spread: 1, biased: false, seed: 5))
  }

  @Test("Of nodes with equal scores the first ones are kept, however many there are", arguments: [8, 60, 300])
  func ties(capacity: Int) throws {
    let storage = try Self.alike.get().index.searcher.storage
    let query = try EmbeddingMatrix(rows: [[Float](repeating: 0, count: 19)])
    for level in Kernels.available {
      var own = storage
      unsafe own.kernels = try #require(Kernels.table(at: level))
      let scan = unsafe try TopNormItems(of: own).scan(
        query.base, stride: query.stride, number: 1, rows: 1100, capacity: capacity, k: capacity, of: own)
      #expect(scan.candidates(0).map { Int(Candidate.node($0)) } == Array(0..<capacity), "\(level)")
    }
  }

  @Test("Better ones that come after many equal scores take the places of the last of these")
  func tiesFirst() throws {
    // The largest items are across the query, and twenty small ones along it.
    let across: [[Float]] = (0..<1_180).map { [Float(3_000 - $0), 0, Float($0 % 7)] }
    let along: [[Float]] = (10..<30).map { [0, Float($0), 0] }
    let catalogue = Catalogue(rows: across + along, dimension: 3, metric: .innerProduct)
    let storage = try Self.fewLinks(catalogue).index.searcher.storage
    let query = EmbeddingMatrix(uniformRows: [[0, 1, 0]], dimension: 3)
    let wanted = Array(1_180..<1_200) + Array(0..<40)
    for level in Kernels.available {
      var own = storage
      unsafe own.kernels = try #require(Kernels.table(at: level))
      let scan = unsafe try TopNormItems(of: own).scan(
        query.base, stride: query.stride, number: 1, rows: 1_200, capacity: 60, k: 60, of: own)
      #expect(scan.candidates(0).map { Int(Candidate.node($0)) } == wanted, "\(level)")
    }
  }

  @Test(
    "A scan under filters that is complete has the answer of the exact scan, whatever was seen",
    arguments: [false, true], [1, 8, 200])
  func filters(biased: Bool, spread: Double) throws {
    let rows = 1500
    let index = try Self.fewLinks(
      Self.catalogue(rows: rows, spread: spread, biased: biased, seed: 7), m: 4, efConstruction: 8
    ).index
    let storage = index.searcher.storage
    let largest = try TopNormItems(of: storage)
    let exhaustive = index.exhaustive()
    let queries = normalMatrix(rows: 12, dimension: 19, seed: 8)
    var generator = SeededGenerator(seed: 9)
    var complete = 0
    for query in 0..<queries.count {
      let vector = queries[Row(query)]
      let best = try exhaustive.nearest(to: vector.span, k: 60).map(\.row)
      let some = RowSet(capacity: rows) { _ in generator.next() % 3 == 0 }
      // Seen items are the best ones; a filter of few and one of many rows, alone and with them.
      let seen = RowSet(best.prefix(40), capacity: rows)
      for filter in [nil, RowFilter.excluding(RowSet(best[30..<50], capacity: rows)), .only(some)] {
        for excluded in [nil, seen] where filter != nil || excluded != nil {
          for (k, ef) in [(1, 1), (10, 10), (10, 64), (80, 80)] {
            var request = SearchRequest(k: k, effort: .ef(ef), filter: filter)
            request.excluded = excluded
            let asked = GraphQuery(request, by: .innerProduct, ef: ef, of: index.searcher)
            let scan = unsafe largest.scan(
              queries.base + query * queries.stride, stride: queries.stride, number: 1, rows: 512, capacity: ef, k: k,
              allowed: NodeFilter(asked, of: storage), of: storage)
            let place = "query \(query), k \(k), ef \(ef), filter \(filter?.allowedCount ?? -1), seed 7"
            request.effort = .exact
            let exact = try index.nearest(to: vector.span, request).map(\.row)
            request.effort = .ef(ef)
            let answer = try index.nearest(to: vector.span, request).map(\.row)
            #expect(answer.count == exact.count, "\(place)")
            guard scan.all[0].isComplete else { continue }
            complete += 1
            #expect(answer == exact, "\(place)")
            // What is sure to hold the answer holds it all, and nothing that is left out.
            let found = try scan.candidates(0).map { Row(try #require(storage.row(of: Candidate.node($0)))) }
            let allowed = found.filter { (filter?.allows($0) ?? true) && !(excluded?.contains($0) ?? false) }
            #expect(allowed.count < found.count || Set(exact).isSubset(of: allowed), "\(place)")
          }
        }
      }
    }
    // The more lengths differ, the earlier a scan tells the answer.
    #expect(complete >= (spread == 200 ? 150 : spread == 8 ? 40 : 0), "\(complete) of 240")
  }

  @Test("Scores that float32 cannot tell apart are ranked in float64, as many as there is room for")
  func nearTies() throws {
    // Large components that cancel each other leave errors of 1e-4 in float32, where scores differ by 2e-6.
    let (count, dimension) = (60, 32)
    for seed: UInt64 in 1...20 {
      var generator = SeededGenerator(seed: seed)
      let rows = (0..<count).map { row -> [Float] in
        var vector = [Float](repeating: 0, count: dimension)
        for pair in 0..<8 {
          let large = Float(1_000 + generator.next() % 1_000) / 1.7
          (vector[2 * pair], vector[2 * pair + 1]) = (large, -large)
          vector[16 + 2 * pair] = Float(generator.next() % 64) * 2e-6
        }
        return vector
      }
      let index = try Built(barelyMeasured: Catalogue(rows: rows, dimension: dimension, metric: .innerProduct)).index
      let query = [Float](repeating: 1, count: dimension)
      let exact = try index.exhaustive().nearest(to: query.span, k: 10)
      #expect(try index.nearest(to: query, k: 10, ef: 64) == exact, "seed \(seed)")
    }
  }

  @Test("A search leaves nothing behind that the next one would pass over", arguments: [1, 8, 200])
  func nothingLeft(spread: Double) throws {
    let bytes = try Self.fewLinks(
      Self.catalogue(rows: 1100, spread: spread, biased: false, seed: 5), m: 4, efConstruction: 8
    ).bytes
    let index = try opened(bytes)
    let queries = normalMatrix(rows: 30, dimension: 19, seed: 6)
    for query in 0..<queries.count {
      let (own, ef) = (queries[Row(query)], [1, 4, 20][query % 3])
      let found = try index.nearest(to: own, k: 10, ef: ef)
      #expect(try found == opened(bytes).nearest(to: own, k: 10, ef: ef), "spread \(spread), query \(query), ef \(ef)")
      index.searcher.withContext { context in
        let bits = unsafe context.visited.bits
        #expect((0..<index.count / 64 + 1).allSatisfy { unsafe bits[$0] == 0 }, "spread \(spread), ef \(ef)")
      }
    }
  }

  @Test("Where norms hardly differ no prefix is scanned, and searches find as much")
  func flat() throws {
    let rows = 2100
    let normal = normalMatrix(rows: rows, dimension: 12, seed: 3)
    let unit = (0..<rows).map { row -> [Float] in
      let length = normal[Row(row)].reduce(0) { $0 + $1 * $1 }.squareRoot()
      return normal[Row(row)].map { $0 / length * (1 + Float(row % 10) / 50) }
    }
    let items = EmbeddingMatrix(uniformRows: unit, dimension: 12)
    let index = try Built(
      barelyMeasured: Catalogue(items: items, metric: .innerProduct, biases: nil),
      HNSWBuildOptions(m: 8, efConstruction: 64)
    ).index
    #expect(index.searcher.storage.minimumPrefix == 0 && index.searcher.topNormItems() == nil)
    let queries = normalMatrix(rows: 50, dimension: 12, seed: 4)
    let truth = try index.exhaustive().nearest(toEach: queries, k: 10)
    let found = try index.nearest(toEach: queries, k: 10, ef: 64, execution: Execution(threads: 2))
    let hits = (0..<50).reduce(0) { $0 + Set(found[$1].map(\.row)).intersection(truth[$1].map(\.row)).count }
    #expect(hits >= 470, "\(hits) of 500")
    for query in 0..<50 {
      #expect(try Array(found[query]) == index.nearest(to: queries[Row(query)], k: 10, ef: 64), "query \(query)")
    }
    #expect(
      BuildMetric.minimumPrefix(norms: [Float](repeating: 1, count: 3000), biases: [Float](repeating: 1, count: 3000))
        == 512)
    #expect(BuildMetric.minimumPrefix(norms: [Float](repeating: 1, count: 1000), biases: nil) == 512)
    #expect(BuildMetric.minimumPrefix(norms: (0..<3000).map { 1 / (1 + Float($0)) }, biases: nil) == 512)
    #expect(BuildMetric.minimumPrefix(norms: [], biases: nil) == 0)
  }
}
