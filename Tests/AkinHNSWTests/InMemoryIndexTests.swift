import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Synchronization
import Testing

@testable import AkinHNSW

@Suite("An index in memory")
struct InMemoryIndexTests {
  private static func embeddings(_ metric: Metric, seed: UInt64) -> Embeddings {
    var embeddings = Embeddings(Catalogue.normal(rows: 300, dimension: 9, metric: metric, seed: seed), ids: .texts)
    embeddings.titles = (0..<300).map { "title \($0)" }
    return embeddings
  }

  @Test("answers as one built to a file, without a file, and has its ids and titles", arguments: Metric.allCases)
  func answers(metric: Metric) throws {
    let embeddings = Self.embeddings(metric, seed: 1)
    let index = try HNSWIndex(embeddings, options: .small, execution: Execution(threads: 2))
    let filed = try Built(embeddings, .small).index
    #expect(index.count == 300 && index.metric == metric && index.facts.sourceDigest == .none)
    #expect(index.facts.titles?[Row(7)] == "title 7")
    #expect(index.facts.itemIDs.row(of: filed.facts.itemIDs.id(of: Row(11))) == Row(11))
    for number in 0..<20 {
      let query = query(dimension: 9, seed: 50 + UInt64(number))
      for effort in [SearchEffort.ef(20), .recall(0.9), .exact] {
        let request = SearchRequest(k: 7, effort: effort)
        #expect(try index.nearest(to: query, request) == filed.nearest(to: query, request), "\(metric), \(effort)")
      }
      #expect(try index.related(to: Row(number), k: 5) == filed.related(to: Row(number), k: 5))
    }
  }

  @Test("is written as it is: the same bytes whatever the threads, sound, and opened again", arguments: Metric.allCases)
  func written(metric: Metric) throws {
    let embeddings = Self.embeddings(metric, seed: 2)
    try withDirectory { directory in
      var files: [[UInt8]] = []
      for threads in [1, 3] {
        let index = try HNSWIndex(embeddings, options: .small, execution: Execution(threads: threads))
        let digest = try index.write(to: "\(directory)/\(threads).idx")
        #expect(digest == index.facts.container.header.rootDigest)
        files.append(try read("\(directory)/\(threads).idx"))
        let opened = try HNSWIndex(path: "\(directory)/\(threads).idx")
        let query = query(dimension: 9, seed: 3)
        #expect(try opened.nearest(to: query, k: 10) == index.nearest(to: query, k: 10))
      }
      #expect(files[0] == files[1])
      #expect(try HNSWIndex.verify(path: "\(directory)/1.idx").isSound)
      #expect(throws: OutputError.exists(path: "\(directory)/1.idx")) {
        try HNSWIndex(embeddings, options: .small).write(to: "\(directory)/1.idx")
      }
      #expect(try read("\(directory)/1.idx") == files[0], "a refused output leaves the file as it was")
    }
  }

  @Test("is refused over embeddings that break a rule")
  func refused() throws {
    var embeddings = Self.embeddings(.cosine, seed: 3)
    embeddings.titles = ["one"]
    #expect(throws: ContentError.countMismatch(what: "titles", expected: embeddings.items.count, found: 1)) {
      try HNSWIndex(embeddings)
    }
    let notFinite = Embeddings(items: EmbeddingMatrix(uniformRows: [[1, .nan]], dimension: 2), metric: .cosine)
    #expect(throws: ContentError.notFinite(what: "item", row: 0, component: 1)) { try HNSWIndex(notFinite) }
    #expect(throws: HNSWError.badOption(name: "M", found: 1, allowed: 2...256)) {
      try HNSWIndex(Self.embeddings(.cosine, seed: 3), options: HNSWBuildOptions(m: 1))
    }
  }

  @Test("An async build and batch give what the synchronous ones do, and say their progress")
  func async() async throws {
    let embeddings = Self.embeddings(.euclidean, seed: 4)
    let stages = Mutex<Set<String>>([])
    let index = try await HNSWIndex.build(embeddings, options: .small, threads: 2) { event in
      stages.withLock { _ = $0.insert(event.stage) }
    }
    #expect(stages.withLock { $0.contains("index") })
    let queries = normalMatrix(rows: 30, dimension: 9, seed: 5)
    let request = SearchRequest(k: 6, effort: .ef(24))
    let table = try await index.nearest(toEach: queries, request, threads: 2)
    for query in 0..<30 { #expect(try Array(table[query]) == index.nearest(to: queries[Row(query)], request)) }
  }

  @Test("A cancelled task builds nothing and leaves no file behind")
  func cancelled() async throws {
    let embeddings = Self.embeddings(.euclidean, seed: 6)
    try await withDirectory { directory in
      try embeddings.write(to: "\(directory)/a.emb")
      let source = try EmbeddingFile(path: "\(directory)/a.emb")
      let task = Task {
        try await HNSWIndex.build(from: source, to: "\(directory)/a.idx", options: .small)
      }
      task.cancel()
      await #expect(throws: Cancelled.self) { try await task.value }
      #expect(throws: FileError(path: "\(directory)/a.idx", problem: .notFound)) {
        try HNSWIndex(path: "\(directory)/a.idx")
      }
    }
  }
}
