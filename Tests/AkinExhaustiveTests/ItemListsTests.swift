import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinExhaustive

@Suite("Items in lists")
struct ItemListsTests {
  private static let metrics = Metric.allCases

  /// Clouds of several sizes, copies, and a zero vector in forty; biases where the metric has them.
  private static func catalogue(_ metric: Metric, rows: Int = 900, dimension: Int = 19, seed: UInt64) -> Catalogue {
    let (centres, noise) = (
      normalMatrix(rows: 8, dimension: dimension, seed: seed),
      normalMatrix(rows: rows, dimension: dimension, seed: seed + 1)
    )
    let items = (0..<rows).map { row -> [Float] in
      if row % 40 == 7 { return [Float](repeating: 0, count: dimension) }
      let cloud = row % 9 == 3 ? 5 : row % 8
      let spread: Float = cloud == 2 ? 0.001 : 0.2
      return zip(centres[Row(cloud)], noise[Row(row % 11 == 4 ? 4 : row)]).map { $0 * 3 + $1 * spread }
    }
    let biases = metric == .innerProduct ? (0..<rows).map { Float($0 % 13) * 0.25 - 1 } : nil
    return Catalogue(rows: items, dimension: dimension, metric: metric, biases: biases)
  }

  private static func index(_ catalogue: Catalogue) -> ExhaustiveIndex {
    ExhaustiveIndex(catalogue, rows: nil, level: Kernels.active)
  }

  private static func lists(_ index: ExhaustiveIndex, threads: Int = 2) throws -> ItemLists {
    let execution = Execution(threads: threads)
    return try #require(try ItemLists(of: index, index.normSummary(execution), execution))
  }

  @Test("hold each item that can match anything once, within the radius of its list; the same at any number of threads")
  func parts() throws {
    for metric in Self.metrics {
      let catalogue = Self.catalogue(metric, seed: 3)
      let index = Self.index(catalogue)
      let lists = try Self.lists(index)
      let isNothing = (0..<900).map { metric == .cosine && catalogue.items.isZero(Row($0)) }
      #expect(lists.order.sorted() == (0..<900).filter { !isNothing[$0] }.map { UInt32($0) })
      #expect((5...16).contains(lists.count))
      for list in 0..<lists.count {
        #expect(!lists.items(of: list).isEmpty)
        for place in lists.items(of: list) {
          let position = Int(lists.order[place])
          #expect(Int(lists.owners[position]) == list)
          let item = catalogue.items[Row(position)]
          let length = metric == .cosine ? item.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() : 1
          let square = zip(item, lists.centres[Row(list)]).reduce(0.0) { sum, pair in
            let off = Double(pair.0) / length - Double(pair.1)
            return sum + off * off
          }
          #expect(square.squareRoot() <= lists.radii[list] * (1 + 1e-6) + 1e-6, "\(metric), \(position)")
        }
      }
      let again = try Self.lists(index, threads: 1)
      #expect(again.order == lists.order && again.radii == lists.radii && again.places == lists.places)
      #expect((0..<lists.count).allSatisfy { again.centres[Row($0)] == lists.centres[Row($0)] })
    }
  }

  @Test("All lists give the exact answer, with filters, minimum scores and any k")
  func all() throws {
    for metric in Self.metrics {
      let catalogue = Self.catalogue(metric, seed: 5)
      let index = Self.index(catalogue)
      let lists = try Self.lists(index)
      var queries = (0..<40).map { catalogue.items[Row($0 * 21)] }
      queries += (0..<8).map { query(dimension: 19, seed: UInt64($0)) } + [[Float](repeating: 0, count: 19)]
      let asked = EmbeddingMatrix(uniformRows: queries, dimension: 19)
      let some = RowSet((0..<900).filter { $0 % 3 > 0 }.map { Row(UInt32($0)) }, capacity: 900)
      let few = RowSet((0..<900).filter { $0 % 50 == 1 }.map { Row(UInt32($0)) }, capacity: 900)
      var requests = [SearchRequest(k: 1), SearchRequest(k: 10), SearchRequest(k: 100), SearchRequest(k: 5000)]
      requests += [RowFilter.only(some), .only(few), .excluding(few)].map { SearchRequest(k: 10, filter: $0) }
      requests.append(SearchRequest(k: 10, minimumScore: metric == .euclidean ? -20 : 0.9))
      for request in requests {
        var exactly = request
        exactly.effort = .exact
        let exact = try index.nearest(toEach: asked, exactly, execution: Execution(threads: 1))
        for threads in [1, 3] {
          let found = try index.nearest(
            toEach: asked, request, in: lists, number: lists.count, by: threads == 1 ? .byMean : .byBestItem,
            execution: Execution(threads: threads))
          #expect(found == exact, "\(metric), \(request), \(threads) threads")
        }
      }
    }
  }

  @Test("Under a filter, lists without an allowed item have no rank, and so many others give the exact answer")
  func filtered() throws {
    for metric in Self.metrics {
      let index = Self.index(Self.catalogue(metric, seed: 5))
      let lists = try Self.lists(index)
      let queries = normalMatrix(rows: 30, dimension: 19, seed: 6)
      // Every other list, and every third of its items.
      let kept = stride(from: 0, to: lists.count, by: 2).map { Int($0) }
      let rows = kept.flatMap { lists.items(of: $0).filter { $0 % 3 == 0 }.map { Row(lists.order[$0]) } }
      let filter = RowFilter.only(RowSet(rows, capacity: 900))
      let mask = try #require(index.allowedItems(by: filter)).mask(of: lists)
      let others = (0..<lists.count).filter { list in
        !kept.contains(list) || lists.items(of: list).allSatisfy { $0 % 3 != 0 }
      }
      #expect(mask.empty == others && !others.isEmpty && others.count < lists.count - 2)
      let request = SearchRequest(k: 10, effort: .exact, filter: filter)
      let execution = Execution(threads: 1)
      let exact = try index.nearest(toEach: queries, request, execution: execution)
      let ranks = try index.ranks(of: (0..<30).map { exact[$0] }, to: queries, by: filter, in: lists, execution)
      var missed = 0
      for ranking in ListRanking.allCases {
        let own = try #require(ranks[ranking])
        #expect(own.joined().allSatisfy { (1...lists.count - others.count).contains($0) })
        for number in [1, 2, lists.count - others.count] {
          let found = try index.nearest(
            toEach: queries, request, in: lists, number: number, by: ranking, execution: execution)
          for query in 0..<30 {
            let rows = Set(found[query].map(\.row))
            let isRight = zip(exact[query], own[query]).allSatisfy { $1 > number || rows.contains($0.row) }
            #expect(isRight, "\(metric), query \(query), \(number) lists")
            missed += exact[query].count { !rows.contains($0.row) }
            #expect(found[query].allSatisfy { filter.allows($0.row) })
          }
          if number > 2 { #expect(found == exact, "\(metric)") }
        }
      }
      #expect(missed > 0, "\(metric)")
      let none = SearchRequest(k: 10, filter: .only(RowSet([], capacity: 900)))
      let empty = try index.nearest(
        toEach: queries, none, in: lists, number: 3, by: .byMean, execution: execution)
      #expect((0..<30).allSatisfy { empty[$0].isEmpty })
    }
  }

  @Test("Codes of centres tell the nearest, or one that is nearly as near")
  func centreCodes() throws {
    for (dimension, count, scale) in [(1, 1, Float(1)), (3, 5, 1e-9), (19, 20, 1), (40, 17, 1e9)] {
      let noise = normalMatrix(rows: 50, dimension: dimension, seed: UInt64(dimension))
      // Off the origin, two equal centres, and rows that are centres.
      let rows = EmbeddingMatrix(
        uniformRows: (0..<50).map { row in noise[Row(row == 1 ? 0 : row)].map { scale * ($0 + 3) } },
        dimension: dimension)
      let centres = rows.rows(0..<count)
      let squares = (7..<50).map { row in
        (0..<count).map { centre in
          zip(rows[Row(row)], centres[Row(centre)]).reduce(0.0) { sum, pair in
            let off = Double(pair.0 / scale) - Double(pair.1 / scale)
            return sum + off * off
          }
        }
      }
      for level in Kernels.available {
        let kernels = try unsafe #require(Kernels.table(at: level))
        let found = unsafe CentreCodes(centres, kernels).nearest(to: rows, 7..<50)
        #expect(found.count == 43)
        for (own, squares) in zip(found, squares) {
          let (best, square) = (squares.min() ?? 0, squares[Int(own)])
          #expect(square <= best + 0.15 * Double(dimension).squareRoot(), "\(dimension): \(square), \(best)")
          #expect(own != 1, "the first of two equal centres")
        }
      }
    }
  }

  @Test("So many lists find each item of the exact answer whose rank is no greater, and nothing worse than it")
  func ranks() throws {
    for metric in Self.metrics {
      let catalogue = Catalogue.normal(rows: 900, dimension: 19, metric: metric, seed: 8)
      let index = Self.index(catalogue)
      let lists = try Self.lists(index)
      let queries = normalMatrix(rows: 60, dimension: 19, seed: 9)
      let execution = Execution(threads: 1)
      let exact = try index.nearest(toEach: queries, SearchRequest(k: 10, effort: .exact), execution: execution)
      let ranks = try index.ranks(of: (0..<60).map { exact[$0] }, to: queries, in: lists, execution)
      var missed = 0
      #expect(ranks[.byMean] != ranks[.byBestItem], "\(metric)")
      for (ranking, number) in ListRanking.allCases.flatMap({ ranking in [1, 2, 5].map { (ranking, $0) } }) {
        let found = try index.nearest(
          toEach: queries, SearchRequest(k: 10), in: lists, number: number, by: ranking, execution: execution)
        let ranks = try #require(ranks[ranking])
        for query in 0..<60 {
          let rows = Set(found[query].map(\.row))
          for (neighbor, rank) in zip(exact[query], ranks[query]) where rank <= number {
            #expect(rows.contains(neighbor.row), "\(metric), query \(query), rank \(rank) of \(number)")
          }
          missed += exact[query].count { !rows.contains($0.row) }
          #expect(found[query].allSatisfy { $0.score <= exact[query][exact[query].startIndex].score })
        }
      }
      #expect(missed > 0, "\(metric): one list finds all, so the ranks say nothing")
      #expect(ranks.values.joined().joined().allSatisfy { (1...lists.count).contains($0) })
    }
  }

  @Test("are ranked by their means, and by the best item that their spread lets expect")
  func rankings() throws {
    /// The mean of some numbers, and their standard deviation.
    func spread(_ numbers: [Double]) -> (mean: Double, deviation: Double) {
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      return (mean, (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)).squareRoot())
    }
    func unit(_ vector: [Float], _ metric: Metric) -> [Double] {
      let length = metric == .cosine ? vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() : 1
      return vector.map { Double($0) / length }
    }
    for metric in Self.metrics {
      let catalogue = Self.catalogue(metric, seed: 12)
      let index = Self.index(catalogue)
      let lists = try Self.lists(index)
      let queries = normalMatrix(rows: 30, dimension: 19, seed: 13)
      let listed = (0..<900).filter { lists.owners[$0] != Partition.none }
      let everything = listed.map { Neighbor(row: Row(UInt32($0)), score: 0) }
      let ranks = try index.ranks(
        of: Array(repeating: everything[...], count: 30), to: queries, in: lists, Execution(threads: 1))
      let parts = (0..<lists.count).map { list in
        let items = lists.items(of: list).map { Int(lists.order[$0]) }
        let vectors = items.map { unit(catalogue.items[Row($0)], metric) }
        let components = (0..<19).map { component in spread(vectors.map { $0[component] }) }
        let square = components.reduce(0) { $0 + $1.deviation * $1.deviation }
        return (
          mean: components.map(\.mean), deviation: (square / 19).squareRoot(),
          bias: spread(items.map { Double(catalogue.biases?[$0] ?? 0) })
        )
      }
      for (ranking, query) in ListRanking.allCases.flatMap({ ranking in (0..<30).map { (ranking, $0) } }) {
        let own = unit(queries[Row(query)], metric)
        let length = own.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let values = parts.map { part -> Double in
          let product = zip(own, part.mean).reduce(0) { $0 + $1.0 * $1.1 } + part.bias.mean
          let distance = zip(own, part.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
          switch (metric, ranking) {
          case (.innerProduct, .byMean): return product
          case (.innerProduct, _): return product + 2 * (length * part.deviation + part.bias.deviation)
          case (_, .byMean): return -distance * distance / 2
          case (_, .byBestItem):
            return -(distance * distance + 19 * part.deviation * part.deviation) / 2 + 3 * part.deviation * distance
          }
        }
        let found = try #require(ranks[ranking])[query]
        let wrong = zip(listed, found).filter { position, rank in
          let value = values[Int(lists.owners[position])]
          let (least, most) = (values.count { $0 > value + 1e-4 } + 1, values.count { $0 > value - 1e-4 })
          return !(least...most).contains(rank)
        }
        #expect(wrong.isEmpty, "\(metric), \(ranking), query \(query): \(wrong.prefix(3))")
      }
    }
  }

  @Test("The exact scan compares all items by distance, and by inner product those that norms do not rule out")
  func compared() throws {
    for metric in Self.metrics {
      // The first block of 256 is ten times as long as the others.
      let noise = normalMatrix(rows: 1024, dimension: 5, seed: 20)
      let items = (0..<1024).map { row in noise[Row(row)].map { $0 * (row < 256 ? 10 : 1) } }
      let index = Self.index(Catalogue(rows: items, dimension: 5, metric: metric))
      let queries = normalMatrix(rows: 9, dimension: 5, seed: 21)
      let execution = Execution(threads: 1)
      for (k, most) in [(1, 256), (900, 1024)] {
        let exact = try index.nearest(
          toEach: queries, SearchRequest(k: k, effort: .exact), execution: execution)
        let compared = try index.comparedItems(for: (0..<9).map { exact[$0] }, to: queries, execution)
        #expect(compared == [Int](repeating: metric == .innerProduct ? most : 1024, count: 9), "\(metric), \(k)")
      }
      #expect(try index.comparedItems(for: [], to: queries.rows(0..<0), execution).isEmpty)
    }
  }

  @Test("Equal items are one list; numbers near the limits of Float and few items have none")
  func edges() throws {
    let execution = Execution(threads: 1)
    let same = Self.index(Catalogue(rows: Array(repeating: [1, 2, 3], count: 700), dimension: 3, metric: .euclidean))
    let one = try Self.lists(same)
    #expect(one.count == 1 && one.radii == [0] && one.order.count == 700)
    let query = EmbeddingMatrix(uniformRows: [[1, 2, 3], [0, 0, 1]], dimension: 3)
    let found = try same.nearest(
      toEach: query, SearchRequest(k: 700), in: one, number: 1, by: .byBestItem, execution: execution)
    #expect(found[0].map(\.row.index) == (0..<700).map { UInt32($0) } && found[1].count == 700)
    for scale: Float in [1e-32, 1e30] {
      let far = Self.index(Catalogue(rows: [[scale, 0], [0, scale]], dimension: 2, metric: .cosine))
      #expect(try ItemLists(of: far, far.normSummary(execution), execution) == nil, "\(scale)")
    }
    let far = Self.index(Catalogue(rows: [[1e30, 0], [0, 1]], dimension: 2, metric: .innerProduct))
    #expect(try ItemLists(of: far, far.normSummary(execution), execution) == nil)
    // Values of lists for such a query overflow: it visits none, and its owner answers it exactly.
    for metric in [Metric.innerProduct, .euclidean] {
      let items = Self.index(Self.catalogue(metric, seed: 4))
      let lists = try Self.lists(items)
      let huge = EmbeddingMatrix(uniformRows: [[Float](repeating: 3e38, count: 19)], dimension: 19)
      let exact = try items.nearest(toEach: huge, SearchRequest(k: 3, effort: .exact), execution: execution)
      let ranks = try items.ranks(of: [exact[0]], to: huge, in: lists, execution)
      for ranking in ListRanking.allCases {
        let none = try items.nearest(
          toEach: huge, SearchRequest(k: 3), in: lists, number: lists.count, by: ranking, execution: execution)
        #expect(none[0].isEmpty && ranks[ranking] == [[]], "\(metric)")
      }
    }
    let nothing = Self.index(Catalogue(rows: [[0, 0], [0, 0]], dimension: 2, metric: .cosine))
    #expect(try ItemLists(of: nothing, nothing.normSummary(execution), execution) == nil)
    for metric in Metric.allCases {
      let few = Self.index(Self.catalogue(metric, seed: 4))
      #expect(try few.lists(for: 1_000_000, execution) == nil && !ItemLists.canServe(few))
    }
  }
}
