import AkinSupport
import AkinVectors
import Testing

@testable import AkinEvaluation

@Suite("A report on rankings")
struct RankingReportTests {
  @Test("Lists leave out what was seen, and are the sorted scores", arguments: 1...6)
  func lists(seed: UInt64) throws {
    for ties in [false, true] {
      let drawn = DrawnTest(questions: 20, items: 40, seed: seed, ties: ties)
      for k in [1, 3, 10, 100] {
        let answers = try drawn.ranker.top(k, of: drawn.test, execution: Execution(threads: 2))
        #expect((0..<20).map { answers[$0].map(\.row.index) } == drawn.lists(k), "seed \(seed), k \(k), ties \(ties)")
      }
    }
  }

  @Test("Means and standard errors are those of the users' values", arguments: 1...5)
  func means(seed: UInt64) throws {
    let drawn = DrawnTest(questions: 30, items: 40, seed: seed)
    var tally = RankingTally(ks: [3, 10])
    try tally.add(drawn.test, drawn.ranker)
    let report = tally.report
    for metric in RankingMetric.allCases {
      for k in [3, 10] {
        let values = drawn.lists(k).enumerated().map { question, list in
          RankingOracle.value(metric, list: list, relevant: Set(drawn.test.relevantItems(question)), k: k)
        }
        let mean = values.reduce(0, +) / 30
        let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 29
        let estimate = try #require(report.estimate(metric, k: k))
        #expect((estimate.mean - mean).magnitude < 1e-12, "seed \(seed), \(metric)@\(k)")
        #expect(
          (estimate.standardError - (variance / 30).squareRoot()).magnitude < 1e-12, "seed \(seed), \(metric)@\(k)")
        #expect(estimate.count == 30)
      }
    }
    #expect(report.estimate(.ndcg, k: 4) == nil, "only lengths that were asked for")
  }

  @Test("The order of users and of items changes nothing", arguments: 1...5)
  func permutation(seed: UInt64) throws {
    let drawn = DrawnTest(questions: 12, items: 30, seed: seed)
    var random = SeededGenerator(seed: seed)
    // Items get other rows, users other places; every user keeps its own number.
    let place = Array(0..<30).shuffled(using: &random)
    let order = Array(0..<12).shuffled(using: &random)
    func moved(_ list: ArraySlice<UInt32>) -> [UInt32] { list.map { UInt32(place[Int($0)]) }.sorted() }
    var relevant = History(offsets: [0], rows: [])
    var seen = History(offsets: [0], rows: [])
    for question in order {
      relevant.rows += moved(drawn.test.relevantItems(question))
      relevant.offsets.append(UInt64(relevant.rows.count))
      seen.rows += moved(drawn.test.seenItems(question))
      seen.offsets.append(UInt64(seen.rows.count))
    }
    var popularity = [Int](repeating: 0, count: 30)
    for item in 0..<30 { popularity[place[item]] = drawn.test.popularity[item] }
    let other = RankingTest(
      users: order.map { UInt32($0) }, relevant: relevant, seen: seen, itemCount: 30, popularity: popularity)
    let scores = order.map { question in
      var row = [Float](repeating: 0, count: 30)
      for item in 0..<30 { row[place[item]] = drawn.scores[question][item] }
      return row
    }
    var first = RankingTally(ks: [5])
    try first.add(drawn.test, drawn.ranker)
    var second = RankingTally(ks: [5])
    try second.add(other, ScoreRanker { scores[$0] })
    for metric in RankingMetric.allCases {
      #expect(first.report.estimate(metric, k: 5) == second.report.estimate(metric, k: 5), "seed \(seed), \(metric)")
    }
    #expect(first.report.area == second.report.area, "seed \(seed)")
    #expect(first.report.coverage(k: 5) == second.report.coverage(k: 5))
    #expect(first.report.gini(k: 5) == second.report.gini(k: 5))
  }

  @Test("A user of two folds counts once, by the mean of the two")
  func folds() throws {
    func test(_ relevant: [UInt32]) -> RankingTest {
      RankingTest(
        users: [7], relevant: History(offsets: [0, UInt64(relevant.count)], rows: relevant),
        seen: History(offsets: [0, 0], rows: []), itemCount: 4, popularity: [4, 3, 2, 1])
    }
    var tally = RankingTally(ks: [2])
    let ranker = ScoreRanker { _ in [4, 3, 2, 1] }
    try tally.add(test([0, 1]), ranker)
    try tally.add(test([3]), ranker)
    let estimate = try #require(tally.report.estimate(.recall, k: 2))
    #expect(estimate == Estimate(mean: 0.5, standardError: 0, count: 1))
    #expect(tally.report.users == [7] && tally.report.questions == 2)
  }

  @Test("A sample asks some of the questions, in their order; every seed its own")
  func sample() {
    let test = DrawnTest(questions: 40, items: 20, seed: 4).test
    let part = test.sample(12, seed: 1)
    #expect(part.count == 12 && part.users == part.users.sorted())
    for question in 0..<12 {
      let whole = Int(part.users[question])
      #expect(part.relevantItems(question).elementsEqual(test.relevantItems(whole)))
      #expect(part.seenItems(question).elementsEqual(test.seenItems(whole)))
    }
    #expect(part.users != test.sample(12, seed: 2).users && part.users == test.sample(12, seed: 1).users)
    #expect(test.sample(40, seed: 1).users == test.users && test.sample(0, seed: 1).count == 0)
  }

  @Test("A difference is taken user by user")
  func difference() throws {
    let drawn = DrawnTest(questions: 25, items: 30, seed: 3)
    var own = RankingTally(ks: [5])
    try own.add(drawn.test, drawn.ranker)
    var popular = RankingTally(ks: [5])
    try popular.add(drawn.test, ScoreRanker.popular(drawn.test))
    let difference = try #require(own.report.difference(from: popular.report, .ndcg, k: 5))
    let a = try #require(own.report.estimate(.ndcg, k: 5))
    let b = try #require(popular.report.estimate(.ndcg, k: 5))
    #expect((difference.mean - (a.mean - b.mean)).magnitude < 1e-12)
    #expect(own.report.difference(from: own.report, .ndcg, k: 5) == Estimate(mean: 0, standardError: 0, count: 25))
    #expect(own.report.difference(from: RankingTally(ks: [5]).report, .ndcg, k: 5) == nil)
  }

  @Test("Threads change no bit")
  func threads() throws {
    let drawn = DrawnTest(questions: 100, items: 50, seed: 5)
    let reports = try [1, 2, 4].map { threads in
      var tally = RankingTally(ks: [1, 10])
      try tally.add(drawn.test, ScoreRanker.random(drawn.test, seed: 9), execution: Execution(threads: threads))
      return tally.report
    }
    for report in reports.dropFirst() {
      #expect(report.estimate(.ndcg, k: 10) == reports[0].estimate(.ndcg, k: 10))
      #expect(report.area == reports[0].area)
    }
  }

  @Test("Random lists find what chance finds, and have an area of one half", arguments: 1...3)
  func chance(seed: UInt64) throws {
    let drawn = DrawnTest(questions: 400, items: 60, seed: seed)
    var tally = RankingTally(ks: [10])
    try tally.add(drawn.test, ScoreRanker.random(drawn.test, seed: seed))
    let area = try #require(tally.report.area)
    #expect((area.mean - 0.5).magnitude < 4 * area.standardError, "seed \(seed): \(area)")
    // k of the candidates are shown, so the expected recall of a user is k over their number.
    let expected = (0..<400).map { 10 / Double(60 - drawn.test.seenItems($0).count) }.reduce(0, +) / 400
    let recall = try #require(tally.report.estimate(.recall, k: 10))
    #expect((recall.mean - expected).magnitude < 4 * recall.standardError, "seed \(seed): \(recall), \(expected)")
  }

  @Test("Vectors rank as their scores do")
  func vectors() throws {
    let drawn = DrawnTest(questions: 6, items: 12, seed: 8)
    // Each question's query picks its own component of the items: scores as drawn, biases beside.
    let items = EmbeddingMatrix(
      uniformRows: (0..<12).map { item in (0..<6).map { drawn.scores[$0][item] } }, dimension: 6)
    let queries = EmbeddingMatrix(
      uniformRows: (0..<6).map { question in (0..<6).map { $0 == question ? 1 : 0 } }, dimension: 6)
    let biases = (0..<12).map { Float($0) * 0.25 }
    let ranker = EmbeddingRanker(queries: queries, items: items, biases: biases, metric: .innerProduct) { _, k, _, _ in
      NeighborTable(queryCount: 6, k: k)
    }
    for question in 0..<6 {
      let expected = (0..<12).map { Float(Double(drawn.scores[question][$0]) + Double(biases[$0])) }
      #expect(ranker.scores(question: question) == expected)
    }
  }
}

@Suite("Who is shown")
struct ExposureTests {
  private func table(_ lists: [[Int]], k: Int) -> NeighborTable {
    var table = NeighborTable(queryCount: lists.count, k: k)
    for (query, list) in lists.enumerated() {
      table[query] = ArraySlice(list.enumerated().map { Neighbor(row: Row($1), score: Float(10 - $0)) })
    }
    return table
  }

  @Test("By hand: one item in all lists, all items alike, no lists at all")
  func byHand() {
    let same = Exposure(of: table([[0], [0], [0]], k: 1), k: 1, itemCount: 4)
    #expect(same.coverage == 0.25 && same.gini == 0.75)
    let alike = Exposure(of: table([[0, 1], [2, 3]], k: 2), k: 2, itemCount: 4)
    #expect(alike.coverage == 1 && alike.gini == 0)
    let first = Exposure(of: table([[0, 1], [2, 3]], k: 2), k: 1, itemCount: 4)
    #expect(first.coverage == 0.5 && first.gini == 0.5)
    let none = Exposure(of: table([], k: 2), k: 2, itemCount: 4)
    #expect(none.coverage == 0 && none.gini == 0)
  }

  @Test("The Gini index is half the relative mean difference", arguments: 1...10)
  func oracle(seed: UInt64) throws {
    let drawn = DrawnTest(questions: 15, items: 20, seed: seed)
    let lists = drawn.lists(4)
    var counts = [Int](repeating: 0, count: 20)
    for list in lists { for item in list { counts[Int(item)] += 1 } }
    let exposure = Exposure(of: table(lists.map { $0.map(Int.init) }, k: 4), k: 4, itemCount: 20)
    #expect((exposure.gini - RankingOracle.gini(counts)).magnitude < 1e-12, "seed \(seed)")
    #expect(exposure.coverage == Double(counts.count { $0 > 0 }) / 20)
  }

  @Test("Deciles hold a tenth of the interactions each, the most popular items first")
  func deciles() {
    #expect(PopularityDeciles.decile(of: [1, 5, 0, 4]) == [9, 0, 9, 5])
    #expect(PopularityDeciles.decile(of: Array(repeating: 3, count: 10)) == Array(0..<10))
    #expect(PopularityDeciles.decile(of: [0, 0]) == [9, 9])
    var random = SeededGenerator(seed: 4)
    let popularity = (0..<500).map { _ in Int.random(in: 0...40, using: &random) }
    let decile = PopularityDeciles.decile(of: popularity)
    let total = Double(popularity.reduce(0, +))
    for part in 0..<10 {
      let share = Double(zip(popularity, decile).filter { $1 == part }.map(\.0).reduce(0, +)) / total
      #expect((share - 0.1).magnitude <= 40 / total, "decile \(part) holds \(share)")
    }
  }

  @Test("Recall by popularity adds up to recall over pairs")
  func decileRecall() throws {
    let drawn = DrawnTest(questions: 30, items: 40, seed: 6)
    let answers = try drawn.ranker.top(10, of: drawn.test, execution: Execution(threads: 1))
    let deciles = PopularityDeciles(of: answers, to: drawn.test, k: 10).deciles
    #expect(deciles.map(\.items).reduce(0, +) == 40)
    #expect(deciles.map(\.relevant).reduce(0, +) == drawn.test.relevant.rows.count)
    let found = drawn.lists(10).enumerated().map { question, list in
      Set(list).intersection(drawn.test.relevantItems(question)).count
    }
    #expect(deciles.map(\.found).reduce(0, +) == found.reduce(0, +))
  }
}
