import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("The graph index")
struct HNSWLawTests {
  @Test("keeps the laws of every index", arguments: IndexLaw.all)
  func laws(law: IndexLaw) throws {
    // Ids take turns: no law may depend on how they are stored.
    var turn = 0
    let violations = try law.violations { catalogue in
      turn += 1
      return try Built(catalogue, ids: IDStyle.allCases[turn % 3]).index
    }
    #expect(violations == [])
  }

  @Test("finds an item by its id and names it by the same", arguments: IDStyle.allCases)
  func ids(style: IDStyle) throws {
    let catalogue = Catalogue.normal(rows: 70, dimension: 4, metric: .innerProduct, seed: 1)
    let index = try Built(catalogue, ids: style).index
    let column = style.column(70)
    for row in (0..<70).map({ Row($0) }) {
      #expect(index.facts.itemIDs.id(of: row) == column[row])
      #expect(index.facts.itemIDs.row(of: column[row]) == row)
    }
    #expect(index.facts.itemIDs.row(of: .text("no such item")) == nil)
  }

  @Test("scores each item as the exact index does, bit for bit", arguments: Metric.allCases, [true, false])
  func scores(metric: Metric, biased: Bool) throws {
    var catalogue = Catalogue.normal(rows: 400, dimension: 19, metric: metric, seed: 2)
    if !biased { catalogue.biases = nil }
    let index = try Built(barelyMeasured: catalogue).index
    for seed in UInt64(0)..<5 {
      let query = query(dimension: 19, seed: seed)
      let exact = try index.exhaustive().nearest(to: query.span, k: 400)
      #expect(exact == catalogue.nearest(to: query, k: 400), "query seed \(seed)")
      let scores = Dictionary(uniqueKeysWithValues: exact.map { ($0.row, $0.score.bitPattern) })
      for found in [try index.nearest(to: query, k: 12, ef: 12), try index.nearest(to: query, k: 30, ef: 90)] {
        #expect(found == found.sorted())
        for neighbor in found { #expect(neighbor.score.bitPattern == scores[neighbor.row], "query seed \(seed)") }
      }
      let row = Row(Int(seed) * 17)
      let related = try index.related(to: row, k: 10, ef: 40)
      let likeness = Catalogue(items: catalogue.items, metric: index.relatedMetric)
      #expect(related == related.sorted() && related.count == 10 && !related.contains { $0.row == row })
      for neighbor in related {
        #expect(neighbor.score == likeness.score(of: catalogue.items[row], Int(neighbor.row.index)), "\(row)")
      }
    }
  }

  @Test("answers a batch as it answers each query alone, on any number of threads", arguments: Metric.allCases)
  func batch(metric: Metric) throws {
    let index = try Built(barelyMeasured: Catalogue.normal(rows: 300, dimension: 9, metric: metric, seed: 3)).index
    let queries = normalMatrix(rows: 40, dimension: 9, seed: 4)
    let alone = try (0..<40).map { try index.nearest(to: queries[Row($0)], k: 6, ef: 20) }
    for threads in [1, 2, 4] {
      let table = try index.nearest(toEach: queries, k: 6, ef: 20, execution: Execution(threads: threads))
      for query in 0..<40 { #expect(Array(table[query]) == alone[query], "query \(query), \(threads) threads") }
    }
    let large = try index.nearest(toEach: queries, k: .max, ef: .max, execution: Execution(threads: 1))
    #expect(large.counts == Array(repeating: 300, count: 40))
  }

  @Test("takes k and ef of any size, and says which is wrong", arguments: Metric.allCases)
  func sizes(metric: Metric) throws {
    for rows in [0, 1, 2, 90] {
      let catalogue = Catalogue.normal(rows: rows, dimension: 5, metric: metric, seed: 5)
      let index = try Built(barelyMeasured: catalogue).index
      let query = query(dimension: 5, seed: 6)
      for k in [1, 3, 90, 91, 1 << 40, .max] {
        #expect(try index.nearest(to: query, k: k, ef: .max) == catalogue.nearest(to: query, k: k))
        let excluded = RowSet([Row(0)], capacity: rows)
        #expect(
          try index.nearest(to: query, k: k, ef: .max, excluding: excluded)
            == catalogue.nearest(to: query, k: k, excluding: [0]))
        if rows > 0 { #expect(try index.related(to: Row(0), k: k, ef: .max).count == min(k, rows - 1)) }
      }
      #expect(throws: SearchError.badEffort(ef: 0)) { try index.nearest(to: query, k: 5, ef: 0) }
      #expect(throws: SearchError.badCount(k: 0)) { try index.related(to: Row(0), k: 0, ef: 4) }
      #expect(try index.related(to: Row(rows), k: 3, ef: 4).isEmpty)
      #expect(try index.related(to: Row(UInt32.max), k: 3, ef: 4).isEmpty)
    }
  }

  @Test(
    "fills its list when fewer candidates are followed than items are wanted, and misses more",
    arguments: Metric.allCases)
  func fewCandidates(metric: Metric) throws {
    let catalogue = Catalogue.normal(rows: 700, dimension: 12, metric: metric, seed: 8)
    let index = try Built(barelyMeasured: catalogue).index
    var hits: [Int: Int] = [:]
    for seed in UInt64(0)..<40 {
      let query = query(dimension: 12, seed: seed)
      let truth = Set(catalogue.nearest(to: query, k: 20))
      for ef in [1, 5, 20, 80] {
        let found = try index.nearest(to: query, k: 20, ef: ef)
        #expect(found.count == 20 && found == found.sorted(), "query seed \(seed), ef \(ef)")
        for neighbor in found { #expect(catalogue.score(of: query, Int(neighbor.row.index)) == neighbor.score) }
        hits[ef, default: 0] += truth.intersection(found).count
      }
    }
    let order = [1, 5, 20, 80].map { hits[$0] ?? 0 }
    #expect(order == order.sorted() && order[3] > 700, "\(metric): \(order) of 800")
  }

  @Test("with all items excluded but three, finds exactly these three", arguments: Metric.allCases)
  func excluded(metric: Metric) throws {
    let catalogue = Catalogue.normal(rows: 500, dimension: 8, metric: metric, seed: 7)
    let index = try Built(barelyMeasured: catalogue).index
    for seed in UInt64(0)..<4 {
      let query = query(dimension: 8, seed: seed)
      let all = Set(0..<500)
      #expect(try index.nearest(to: query, k: 10, excluding: all).isEmpty)
      for kept in [Set([0, 250, 499]), Set([7, 8, 9])] {
        let found = try index.nearest(to: query, k: 10, excluding: all.subtracting(kept))
        #expect(found == catalogue.nearest(to: query, k: 10, excluding: all.subtracting(kept)), "seed \(seed)")
      }
    }
  }
}
