import AkinExhaustive
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("A recall that is asked for is checked on what is asked")
struct RecallCheckTests {
  /// An index over clusters in a few directions, and queries in other directions; made once for each metric.
  private struct ForeignQueries: Sendable {
    let bytes: [UInt8]
    let queries: EmbeddingMatrix
    /// The ten best of each query.
    let truth: NeighborTable

    static func of(_ metric: Metric) throws -> ForeignQueries {
      switch metric {
      case .innerProduct: try innerProduct.get()
      case .cosine: try cosine.get()
      case .euclidean: try euclidean.get()
      }
    }

    private static let innerProduct = Result { try ForeignQueries(.innerProduct, seed: 1) }
    private static let cosine = Result { try ForeignQueries(.cosine, seed: 2) }
    private static let euclidean = Result { try ForeignQueries(.euclidean, seed: 3) }

    private init(_ metric: Metric, seed: UInt64) throws {
      let normal = normalMatrix(rows: 2000, dimension: 12, seed: seed)
      let items = (0..<2000).map { row in
        normal[Row(row)].enumerated().map { $1 * Float($0 < 4 ? 2 : 0.3) + Float($0 == row % 3 ? 3 : 0) }
      }
      bytes = try Built(
        Embeddings(Catalogue(rows: items, dimension: 12, metric: metric)), HNSWBuildOptions(m: 4, efConstruction: 16)
      ).bytes
      let foreign = normalMatrix(rows: 600, dimension: 12, seed: seed + 50)
      queries = EmbeddingMatrix(
        uniformRows: (0..<600).map { row in foreign[Row(row)].enumerated().map { $1 * Float($0 < 4 ? 0.2 : 2) - 1 } },
        dimension: 12)
      truth = try opened(bytes).exhaustive().nearest(toEach: queries, k: 10, execution: Execution(threads: 1))
    }

    /// The index, of which nothing was asked yet.
    var index: HNSWIndex { get throws { try opened(bytes) } }

    /// A plan of too small an `ef`, as if the build had measured easier queries.
    func plan(ef: Int) -> SearchPlan { SearchPlan(way: .graph(ef: ef), recall: 1, cost: 1e-6) }

    /// The share of the ten best that is in the answers to some queries.
    func recall(_ answers: (Int) throws -> [Neighbor], _ rows: Range<Int>) rethrows -> Double {
      let found = try rows.reduce(0) { $0 + RecallCheck.good(try answers($1), truth[$1]) }
      return Double(found) / Double(rows.count * 10)
    }
  }

  @Test("A batch of other queries than the build measured gets what it asked for", arguments: Metric.allCases)
  func batch(metric: Metric) throws {
    let world = try ForeignQueries.of(metric)
    let index = try world.index
    let few = try index.walk(
      toEach: world.queries, SearchRequest(k: 10), ef: 3, filter: nil, execution: Execution(threads: 2))
    let short = world.recall({ Array(few[$0]) }, 0..<600)
    for target in [0.8, 0.95, 0.99] {
      let request = SearchRequest(k: 10, effort: .recall(target))
      // By inner product, the scan of the largest items finds much whatever the ef.
      #expect(metric == .innerProduct || short < 0.75, "the plan falls short: \(short)")
      let table = try index.nearest(
        toEach: world.queries, request, target: target, world.plan(ef: 3), filter: nil,
        execution: Execution(threads: 2))
      let recall = world.recall({ Array(table[$0]) }, 0..<600)
      #expect(recall >= target - 0.005, "\(metric), \(target): \(recall)")
      let check = try #require(index.checks[RecallChecks.Key(k: 10, target: target)])
      #expect(check.state != .open && check.total >= RecallCheck.first)
      #expect(check.ef > 3 || check.state == .exact || short >= target - 0.05)
    }
  }

  @Test(
    "By inner product, a batch is answered exactly where walks would cost its queries more, unless that is not allowed")
  func dearWalks() throws {
    let world = try ForeignQueries.of(.innerProduct)
    var request = SearchRequest(k: 10, effort: .recall(0.5))
    func answers(_ index: HNSWIndex, isAllowed: Bool) throws -> NeighborTable {
      request.allowsExactFallback = isAllowed
      return try index.nearest(
        toEach: world.queries, request, target: 0.5, world.plan(ef: 1500), filter: nil,
        execution: Execution(threads: 2))
    }
    for order in [[true, false], [false, true]] {
      let index = try world.index
      let key = index.key(request, 0.5)
      index.checks[key] = RecallCheck(world.plan(ef: 1500), k: 10, target: 0.5, exactCost: 1, isTrusted: true)
      for isAllowed in order {
        let table = try answers(index, isAllowed: isAllowed)
        let check = try #require(index.checks[key])
        #expect(check.state == .kept && check.prefersExact && check.rowsOfWalk > 0 && check.comparedEf == 1500)
        #expect(!isAllowed || table == world.truth)
        let plan = index.checked(world.plan(ef: 1500), request, target: 0.5, isBatch: true)
        #expect(plan.way == (isAllowed ? .exact : .graph(ef: 1500)))
        #expect(index.checked(world.plan(ef: 1500), request, target: 0.5, isBatch: false).ef == 1500)
      }
    }
    // What was compared holds for one ef.
    var check = RecallCheck(world.plan(ef: 8), k: 10, target: 0.5, exactCost: 1, isTrusted: true)
    check.note(rowsOfWalk: 5, prefersExact: true)
    check.widen(count: 2000)
    #expect(check.ef > 8 && check.rowsOfWalk == 0 && !check.prefersExact && check.comparedEf == 8)
  }

  @Test("A batch too small to decide is answered, and settles nothing", arguments: Metric.allCases)
  func small(metric: Metric) throws {
    let world = try ForeignQueries.of(metric)
    let request = SearchRequest(k: 10, effort: .recall(0.99))
    for count in [1, 3, 5] {
      let index = try world.index
      let few = EmbeddingMatrix(uniformRows: (0..<count).map { world.queries[Row($0)] }, dimension: 12)
      let table = try index.nearest(
        toEach: few, request, target: 0.99, world.plan(ef: 2), filter: nil, execution: Execution(threads: 1))
      for row in 0..<count {
        #expect(try Array(table[row]) == index.exhaustive().nearest(to: few[Row(row)].span, k: 10))
      }
      let check = index.checks[RecallChecks.Key(k: 10, target: 0.99)]
      #expect(
        check.map { $0.state != .exact && $0.ef == 2 } ?? true, "\(metric), \(count): \(String(describing: check))")
    }
  }

  @Test("Batches too small to decide add up, and then decide")
  func many() throws {
    let world = try ForeignQueries.of(.euclidean)
    let index = try world.index
    let request = SearchRequest(k: 10, effort: .recall(0.95))
    let key = index.key(request, 0.95)
    var small = 0
    while index.checks[key]?.ef ?? 3 == 3 && index.checks[key]?.state != .exact && small < 60 {
      let rows = EmbeddingMatrix(uniformRows: (0..<4).map { world.queries[Row(4 * small + $0)] }, dimension: 12)
      _ = try index.nearest(
        toEach: rows, request, target: 0.95, world.plan(ef: 3), filter: nil, execution: Execution(threads: 1))
      small += 1
    }
    #expect(small > 1 && small < 60, "\(small) batches of 4")
  }

  @Test("Where no ef is affordable, a batch without fallback is refused, unless its sample was all of it")
  func refused() throws {
    let world = try ForeignQueries.of(.cosine)
    var request = SearchRequest(k: 10, effort: .recall(0.99))
    request.allowsExactFallback = false
    for (count, isRefused) in [(8, false), (40, true)] {
      let index = try world.index
      let rows = EmbeddingMatrix(uniformRows: (0..<count).map { world.queries[Row($0)] }, dimension: 12)
      func ask() throws -> NeighborTable {
        try index.nearest(
          toEach: rows, request, target: 0.99, world.plan(ef: 2), filter: nil, execution: Execution(threads: 1))
      }
      index.checks[index.key(request, 0.99)] = RecallCheck(
        world.plan(ef: 2), k: 10, target: 0.99, exactCost: 0, isTrusted: true)
      if isRefused {
        #expect(throws: SearchError.recallNotPromised(0.99, k: 10)) { try ask() }
      } else {
        let table = try ask()
        for row in 0..<count { #expect(Array(table[row]) == Array(world.truth[row])) }
      }
    }
  }

  @Test("What other batches found does not hide that this one finds less", arguments: [Metric.cosine, .euclidean])
  func contrast(metric: Metric) throws {
    let world = try ForeignQueries.of(metric)
    let index = try world.index
    let request = SearchRequest(k: 10, effort: .recall(0.9))
    var check = RecallCheck(world.plan(ef: 3), k: 10, target: 0.9, exactCost: .infinity, isTrusted: true)
    for _ in 0..<200 { check.add(found: truth, truth: truth) }
    index.checks[index.key(request, 0.9)] = check
    let rows = EmbeddingMatrix(uniformRows: (0..<120).map { world.queries[Row($0)] }, dimension: 12)
    let table = try index.nearest(
      toEach: rows, request, target: 0.9, world.plan(ef: 3), filter: nil, execution: Execution(threads: 1))
    let recall = world.recall({ Array(table[$0]) }, 0..<120)
    #expect(recall >= 0.9 - 0.02, "\(metric): \(recall)")
    #expect(index.checks[index.key(request, 0.9)].map { $0.ef > 3 || $0.state == .exact } == true)
  }

  @Test("Nine filters in turn share no check and lose none: each is known by what it allows")
  func filters() throws {
    let index = try ForeignQueries.of(.euclidean).index
    func request(_ number: Int) -> SearchRequest {
      let allowed = (0..<2000).lazy.filter { $0 % 10 > number }.map { Row(UInt32($0)) }
      return SearchRequest(k: 10, effort: .recall(0.9), filter: .only(RowSet(allowed, capacity: 2000)))
    }
    let first = (0..<9).map { index.key(request($0), 0.9) }
    let again = (0..<9).map { index.key(request($0), 0.9) }
    #expect(first == again && Set(first).count == 9)
    #expect(index.key(SearchRequest(k: 10, effort: .recall(0.9)), 0.9).filter == nil)
  }

  @Test("A known target is checked by one query in 256 over batches of any size, by fewer where exact answers are dear")
  func pauses() {
    for (single, pause) in [(0.0, 256), (20, 256), (300, 1000)] {
      // A walk costs 3.
      let plan = SearchPlan(way: .graph(ef: 3), recall: 1, cost: 3)
      var check = RecallCheck(plan, k: 1, target: 0.5, exactCost: .infinity, singleCost: single, isTrusted: true)
      let answer = [Neighbor(row: Row(1), score: 1)]
      for _ in 0..<256 { check.add(found: answer, truth: answer) }
      check.keep()
      #expect(check.isKnown && check.pause == pause)
      for size in [1, 100, 999, 5000] {
        let checked = (0..<50).reduce(0) { sum, _ in sum + check.sample(of: size) }
        #expect(abs(checked - 50 * size / pause) <= 1, "\(single), \(size): \(checked)")
      }
      let singles = (0..<10 * pause).count { _ in check.next() != .walk(ef: 3) }
      #expect(singles == 10)
    }
  }

  @Test("A sample is an eighth of a batch for a trusted plan, else all up to 256; any beginning is spread over it")
  func sample() {
    var (trusted, other) = (check(isTrusted: true), check(isTrusted: false))
    for (queries, few, many) in [(1, 1, 1), (16, 16, 16), (100, 16, 100), (1000, 125, 256), (100_000, 256, 256)] {
      #expect(trusted.sample(of: queries) == few && other.sample(of: queries) == many)
      let places = RecallCheck.places(in: queries)
      // Later checks of the same batch look at other queries, until all places had their turn.
      for seen in [0, 1, 125, 300] {
        let later = RecallCheck.places(in: queries, after: seen)
        #expect(later.first == places[seen % many] && Set(later) == Set(places) && later.count == many)
      }
      #expect(places.count == many && Set(places).count == many && places.allSatisfy { (0..<queries).contains($0) })
      for part in [4, 16, 64] where part <= many {
        // Each quarter has its share, but for one.
        for quarter in 0..<4 {
          let here = places.prefix(part).count { $0 * 4 / queries == quarter }
          #expect(abs(here - part / 4) <= 1 + part / 16, "\(queries), \(part): \(here)")
        }
      }
    }
  }

  @Test("Answers do not depend on threads")
  func threads() throws {
    let request = SearchRequest(k: 5, effort: .recall(0.9))
    let tables = try [1, 3].map { threads in
      let world = try ForeignQueries.of(.innerProduct)
      return try world.index.nearest(
        toEach: world.queries, request, target: 0.9, world.plan(ef: 2), filter: nil,
        execution: Execution(threads: threads))
    }
    #expect(tables[0] == tables[1])
  }

  @Test("Single queries get it too, after a while without the exact scan", arguments: Metric.allCases)
  func single(metric: Metric) throws {
    let world = try ForeignQueries.of(metric)
    let index = try world.index
    let request = SearchRequest(k: 10, effort: .recall(0.9))
    let key = RecallChecks.Key(k: 10, target: 0.9)
    let answers = try (0..<600).map { row in
      try index.nearest(to: world.queries[Row(row)].span, request, target: 0.9, world.plan(ef: 3))
    }
    let check = try #require(index.checks[key])
    #expect(check.ef > 3 || check.state == .exact, "\(check)")
    // A trusted plan falls short on the queries before the check has seen it.
    let recall = world.recall({ answers[$0] }, 300..<600)
    #expect(recall >= 0.9 - 0.005, "\(metric): \(recall)")
    let plan = index.checked(world.plan(ef: 3), request, target: 0.9, isBatch: false)
    #expect(plan.checkedQueries == check.total && plan.ef == (check.state == .kept ? check.ef : nil))
  }

  /// A check of an untrusted plan, or of a trusted one.
  private func check(isTrusted: Bool, exactCost: Double = .infinity, target: Double = 0.9) -> RecallCheck {
    RecallCheck(
      SearchPlan(way: .graph(ef: 10), cost: 10), k: 10, target: target, exactCost: exactCost, isTrusted: isTrusted)
  }

  private let truth = (0..<10).map { Neighbor(row: Row(UInt32($0)), score: Float(10 - $0)) }

  @Test("Nothing decides before sixteen queries; a perfect sample keeps the target as soon as it can")
  func kept() {
    var check = check(isTrusted: false)
    #expect(check.state == .open && check.next() == .both(ef: 10))
    for number in 1...40 {
      check.add(found: truth, truth: truth)
      check.decide(count: 1000)
      #expect((check.state == .kept) == (number >= 16), "\(number)")
    }
    #expect(check.next() == .walk(ef: 10) && check.total == 40)
  }

  @Test("A shortfall widens, and ends with the exact scan where that is cheaper or the graph has no more nodes")
  func short() {
    for (exactCost, count, last) in [(25.0, 1000, 20), (Double.infinity, 30, 20), (11, 1000, 10)]
      as [(Double, Int, Int)]
    {
      var check = check(isTrusted: true, exactCost: exactCost)
      var efs: [Int] = [check.ef]
      for _ in 0..<5000 where check.state != .exact {
        // Three of ten: far below the target.
        check.add(found: truth.prefix(3), truth: truth)
        check.decide(count: count)
        if check.ef != efs.last { efs.append(check.ef) }
      }
      #expect(check.state == .exact && efs.last == last && efs == efs.sorted(), "\(efs)")
      #expect(check.next() == .exact)
    }
  }

  @Test("A trusted plan is checked now and then, and stands as long as its queries are found")
  func trusted() {
    var check = check(isTrusted: true)
    var both = 0
    for _ in 0..<10_000 {
      switch check.next() {
      case .both(10):
        both += 1
        check.add(found: truth.prefix(both % 2 == 0 ? 10 : 8), truth: truth)
        check.decide(count: 1000)
      case .walk(10): break
      case let step: Issue.record("\(step)")
      }
    }
    #expect(check.state == .kept && both > 256 && both < 300, "\(both)")
  }

  @Test("Any of equal items counts as found, and an empty answer lacks nothing")
  func ties() {
    let tied = (0..<3).map { Neighbor(row: Row(UInt32($0)), score: 1) }
    let others = (5..<8).map { Neighbor(row: Row(UInt32($0)), score: Float(1).nextDown) }
    #expect(RecallCheck.good(others, tied) == 3)
    #expect(RecallCheck.good(others.prefix(2), tied) == 2)
    #expect(RecallCheck.good([Neighbor](), [Neighbor]()) == 0)
  }

  @Test("Single queries that find half of what was planned are answered exactly from the thirteenth on, others are not")
  func largeShortfall() {
    let truth = (0..<10).map { Neighbor(row: Row(UInt32($0)), score: Float(10 - $0)) }
    for (found, wanted) in [(5, 12), (9, nil)] as [(Int, Int?)] {
      let plan = SearchPlan(way: .graph(ef: 40), recall: 0.95, cost: 1)
      var check = RecallCheck(plan, k: 10, target: 0.95, exactCost: 1e6, isTrusted: true)
      let last = (1...52).first { _ in
        guard case .both = check.next() else { return false }
        // Half is lost by each query, or a tenth by one in four.
        let missed = found == 5 || check.total % 4 == 0 ? 10 - found : 0
        check.add(found: truth.dropLast(missed) + [], truth: truth)
        check.decide(count: 1000)
        return check.state == .open
      }
      #expect(last == wanted)
    }
  }

  @Test(
    "Of single queries one in 2 is checked until a large shortfall could show, one in 4 until any could, then one in 16"
  )
  func firstPauses() {
    let plan = SearchPlan(way: .graph(ef: 40), recall: 0.9)
    var check = RecallCheck(plan, k: 1, target: 0.9, exactCost: 1e6, isTrusted: true)
    let found = [Neighbor(row: Row(3), score: 1)]
    var checked: [Int] = []
    for query in 1...200 where check.next() != .walk(ef: 40) {
      checked.append(query)
      check.add(found: found, truth: found)
    }
    #expect(checked == (1...6).map { 2 * $0 } + (4...13).map { 4 * $0 } + (1...9).map { 52 + 16 * $0 })
  }
}
