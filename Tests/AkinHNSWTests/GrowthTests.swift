import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("A graph that grows out of an older one")
struct GrowthTests {
  /// Items that come and go, and the index that follows them.
  private struct Churn {
    var embeddings: Embeddings
    var index: HNSWIndex
    let options: HNSWBuildOptions

    init(_ embeddings: Embeddings, _ options: HNSWBuildOptions) throws {
      (self.embeddings, self.options) = (embeddings, options)
      index = try HNSWIndex(embeddings, options: options, execution: Execution(threads: 2))
    }

    /// Lets items go, adds others behind the rest, and grows the index.
    mutating func change(
      dropping isGone: (Int) -> Bool, adding new: [[Float]], biases: [Float]? = nil, threads: Int = 2
    ) throws {
      let rows = (0..<embeddings.items.count).filter { !isGone($0) }
      var next = Embeddings(
        items: EmbeddingMatrix(
          uniformRows: rows.map { embeddings.items[Row($0)] } + new, dimension: embeddings.items.dimension),
        itemIDs: .rowNumbers(count: rows.count + new.count), metric: embeddings.metric)
      if let old = embeddings.itemBiases { next.itemBiases = rows.map { old[$0] } + (biases ?? []) }
      index = try HNSWIndex(
        next, options: options,
        growing: (index, rows.map { Row($0) } + [Row?](repeating: nil, count: new.count)),
        execution: Execution(threads: threads))
      embeddings = next
    }
  }

  @Test("Groups of nearly equal items grow, and lose their first ones", arguments: Metric.allCases)
  func groups(metric: Metric) throws {
    let seed: UInt64 = 12
    let clouds = NodeGroupsTests.clouds(rows: 1_200, dimension: 16, size: 60, noise: 1e-6, metric: metric, seed: seed)
    func rows(_ range: Range<Int>) -> [[Float]] { range.map { clouds.items[Row($0)] } }
    var churn = try Churn(
      Embeddings(Catalogue(rows: rows(0..<600), dimension: 16, metric: metric)),
      HNSWBuildOptions(m: 4, efConstruction: 40, seed: seed))
    for change in 0..<3 {
      try churn.change(dropping: { $0 < 100 }, adding: rows(600 + 200 * change..<800 + 200 * change))
    }
    var hits = 0
    for row in stride(from: 0, to: churn.index.count, by: 12) {
      let query = churn.embeddings.items[Row(row)]
      let truth = try churn.index.exhaustive().nearest(to: query.span, k: 10)
      hits += try zip(churn.index.nearest(to: query, k: 10, ef: 16), truth).count { $0.score == $1.score }
    }
    #expect(churn.index.count == 900)
    #expect(hits >= 740, "\(hits) of 750, seed \(seed)")
    #expect(try verified(bytes(churn.index)).isSound)
  }

  /// The bytes of an index in memory.
  private func bytes(_ index: HNSWIndex) throws -> [UInt8] {
    try withDirectory { directory in
      try index.write(to: "\(directory)/a.idx")
      return try read("\(directory)/a.idx")
    }
  }

  @Test(
    "finds as much as one that is built anew, after ten changes of an eighth of the items",
    arguments:
      RecallTests.Clusters.allCases, [false, true])
  func recall(world: RecallTests.Clusters, isSorted: Bool) throws {
    let (rows, step, seed) = (400, 50, UInt64(7))
    let random = CounterRandom(seed: seed, purpose: 8)
    // Where items come cluster by cluster, neighbours are inserted at once, and later gone at once.
    func cluster(_ row: Int) -> Int { isSorted ? row / 20 : Int(random.bits(at: 1 << 42 + UInt64(row)) % 20) }
    func items(_ range: Range<Int>) -> (vectors: [[Float]], biases: [Float]?) {
      (
        range.map { world.vector(random, $0, cluster($0)) },
        world == .biases ? range.map { Float(random.normal(at: 1 << 41 + UInt64($0))) } : nil
      )
    }
    let first = items(0..<rows)
    var churn = try Churn(
      Embeddings(Catalogue(rows: first.vectors, dimension: 32, metric: world.metric, biases: first.biases)),
      HNSWBuildOptions(m: 8, efConstruction: 40, seed: seed))
    for change in 0..<10 {
      let new = items(rows + change * step..<rows + (change + 1) * step)
      let gone = Set(
        isSorted
          ? Array(0..<step)
          : (0..<rows).sorted { random.bits(at: UInt64($0 << 8 + change)) < random.bits(at: UInt64($1 << 8 + change)) }
            .prefix(step).map { $0 })
      try churn.change(dropping: { gone.contains($0) }, adding: new.vectors, biases: new.biases)
    }
    let anew = try HNSWIndex(churn.embeddings, options: churn.options, execution: Execution(threads: 2))
    let queries = EmbeddingMatrix(
      uniformRows: (0..<100).map { world.vector(random, 1 << 20 + $0, cluster(rows + 10 * step - 1 - 3 * $0)) },
      dimension: 32)
    let one = Execution(threads: 1)
    let truth = try anew.exhaustive().nearest(toEach: queries, k: 10, execution: one)
    let (exact, same) = (try churn.index.exhaustive().nearest(toEach: queries, k: 10, execution: one), "\(world)")
    for query in 0..<100 { #expect(exact[query] == truth[query], "\(same), query \(query)") }
    for ef in [10, 32, 128] {
      func found(_ index: HNSWIndex) throws -> Int {
        let table = try index.nearest(toEach: queries, k: 10, ef: ef, execution: one)
        return (0..<100).reduce(0) { $0 + Set(table[$1]).intersection(truth[$1]).count }
      }
      let (grown, built) = (try found(churn.index), try found(anew))
      #expect(grown >= built - (ef == 10 ? 20 : 5), "\(world), sorted \(isSorted), ef \(ef): \(grown), anew \(built)")
    }
    // Related items begin at what is known of the nearest.
    let likeness = anew.exhaustive(by: anew.relatedMetric)
    var hits = (grown: 0, anew: 0)
    for item in stride(from: 0, to: rows, by: 10).map({ Row($0) }) {
      let itself = RowSet([item], capacity: rows)
      let alike = try likeness.nearest(to: churn.embeddings.items[item].span, k: 10, excluding: itself)
      hits.grown += Set(try churn.index.related(to: item, k: 10, ef: 10)).intersection(alike).count
      hits.anew += Set(try anew.related(to: item, k: 10, ef: 10)).intersection(alike).count
    }
    #expect(hits.grown >= hits.anew - 8, "\(world), sorted \(isSorted), related: \(hits)")
  }

  @Test("is sound, and has the same bytes at any number of threads", arguments: Metric.allCases)
  func bytes(metric: Metric) throws {
    let all = Catalogue.normal(rows: 360, dimension: 8, metric: metric, seed: 5)
    var embeddings = Embeddings(all)
    embeddings.items = EmbeddingMatrix(uniformRows: (0..<300).map { all.items[Row($0)] }, dimension: 8)
    embeddings.itemIDs = .rowNumbers(count: 300)
    embeddings.itemBiases = all.biases.map { Array($0.prefix(300)) }
    var made: [[UInt8]] = []
    for threads in [1, 2, 4] {
      var churn = try Churn(embeddings, .small)
      for change in 0..<2 {
        let new = 300 + 30 * change..<330 + 30 * change
        try churn.change(
          dropping: { $0 % 10 == change }, adding: new.map { all.items[Row($0)] },
          biases: all.biases.map { Array($0[new]) }, threads: threads)
      }
      made.append(try bytes(churn.index))
      #expect(churn.index.isGrown)
    }
    #expect(made[0] == made[1] && made[0] == made[2])
    #expect(try verified(made[0]).isSound)
    let built = try HNSWIndex(embeddings, options: .small, execution: Execution(threads: 1))
    #expect(!built.isGrown)
  }

  @Test("reaches every item, whichever copies and zeros are gone", arguments: Metric.allCases)
  func copies(metric: Metric) throws {
    let some = normalMatrix(rows: 40, dimension: 4, seed: 30)
    func vector(_ row: Int) -> [Float] { row % 17 == 0 ? [0, 0, 0, 0] : some[Row(row % 40)] }
    var churn = try Churn(
      Embeddings(Catalogue(rows: (0..<120).map(vector), dimension: 4, metric: metric)), .small)
    // First the heads of many chains, then all copies of some, then nothing but new copies.
    for (gone, new) in [(Set(0..<30), 120..<140), (Set(30..<60), 3..<20), (Set<Int>(), 0..<40)] {
      try churn.change(dropping: { gone.contains($0) }, adding: new.map(vector))
      let count = churn.embeddings.items.count
      #expect(try verified(bytes(churn.index)).isSound)
      for query in [vector(3), vector(5)] {
        let request = SearchRequest(k: count, effort: .ef(count))
        #expect(
          try churn.index.nearest(to: query, request)
            == churn.index.exhaustive().nearest(to: query.span, SearchRequest(k: count)), "\(metric)")
      }
    }
    // Nothing of the old graph is left.
    try churn.change(dropping: { _ in true }, adding: (0..<30).map(vector))
    #expect(!churn.index.isGrown && churn.index.count == 30)
  }

  @Test("is sound whatever the links of the older one are", arguments: SampleIndex.allCases)
  func hostile(sample: SampleIndex) throws {
    let (bytes, embeddings) = (try sample.bytes, sample.embeddings)
    var next = Embeddings(
      items: EmbeddingMatrix(
        uniformRows: (0..<50).map { embeddings.items[Row($0)] } + [[1, 0.5, -2], [0.25, 3, 1]], dimension: 3),
      itemIDs: .rowNumbers(count: 52), metric: sample.metric)
    next.itemBiases = embeddings.itemBiases.map { Array($0.prefix(50)) + [1, 2] }
    let rows = (0..<50).map { Row($0) } + [nil, nil]
    var grown = 0
    for name in ["LNK0", "LNKU", "UPIX", "NROW", "RNOD", "NCPY"] as [SectionName] {
      let section = bytes.section(name)
      let gap = name == "LNK0" ? 9 : 28
      let places = Array(stride(from: section.lowerBound, to: section.upperBound, by: gap).enumerated())
      // The values take turns, so that each is at places of all kinds; and a file has some such places at once, but for the
      // pairs that opening looks its entry up in.
      let values: [UInt32] = [0, 3, 49, 61, 62, 1 << 31, .max]
      let step = name == "UPIX" ? 1 : 5
      for first in stride(from: 0, to: places.count, by: step) {
        for kind in [first / step % 2] {
          var hostile = bytes
          for (place, offset) in places[first..<min(first + step, places.count)] {
            hostile.put(values[kind == 0 ? place % 7 : (3 * place + 1) % 7], at: offset)
          }
          guard let index = try? opened(hostile), index.isLinked else { continue }
          let next = try HNSWIndex(next, options: .small, growing: (index, rows), execution: Execution(threads: 1))
          let report = try verified(self.bytes(next))
          #expect(report.isSound, "\(name), from byte \(places[first].element - section.lowerBound) on, values \(kind)")
          grown += 1
        }
      }
    }
    #expect(grown > 60)
  }
}
