import Akin
import AkinSupport
import AkinTestSupport
import AkinTraining
import Testing

@testable import AkinExhaustive
@testable import AkinHNSW

/// What is made when it is first asked for, asked for by several threads at once. CI runs these under the thread sanitizer.
@Suite("Callers who race for a part that is made at its first use all get the same one")
struct RacingCallersTests {
  /// An index file's bytes and what it was built from; each race opens an index of its own.
  private struct Built {
    let container: ContainerFile
    let catalogue: Catalogue

    init(_ catalogue: Catalogue, m: Int) throws {
      let embeddings = try Self.file(catalogue)
      container = try withDirectory { directory in
        let options = HNSWBuildOptions(m: m, efConstruction: 24, seed: 1)
        _ = try HNSWIndex.build(from: embeddings, to: "\(directory)/a.idx", options: options)
        return try ContainerFile(bytes: read("\(directory)/a.idx"), format: .index)
      }
      self.catalogue = catalogue
    }

    static func file(_ catalogue: Catalogue) throws -> EmbeddingFile {
      var embeddings = Embeddings(items: catalogue.items, metric: catalogue.metric)
      embeddings.itemBiases = catalogue.biases
      return try withDirectory { directory in
        try embeddings.write(to: "\(directory)/a.emb")
        return try EmbeddingFile(path: "\(directory)/a.emb")
      }
    }

    var index: HNSWIndex { get throws { try HNSWIndex(container: container) } }
  }

  /// Inner products: calibrated, with items of largest norm.
  private static let products = Result {
    try Built(.normal(rows: 700, dimension: 6, metric: .innerProduct, seed: 1), m: 4)
  }
  /// Wide and near a small space: walked by codes along axes.
  private static let wide = Result { try Built(.nearSpace(.euclidean, rows: 560, seed: 2), m: 4) }

  private static let races = 8

  @Test("The calibration of an index")
  func calibration() throws {
    let built = try Self.products.get()
    let expected = try #require(try built.index.calibration)
    for race in 0..<Self.races {
      let index = try built.index
      let read = try together { _ in index.calibration }
      #expect(read.allSatisfy { $0 == expected }, "race \(race)")
    }
  }

  @Test("The exhaustive index behind a graph, by each metric", arguments: Metric.allCases)
  func exhaustive(metric: Metric) throws {
    let built = try Self.products.get()
    for race in 0..<Self.races {
      let index = try built.index
      let made = try together { _ in index.exhaustive(by: metric) }
      #expect(made.allSatisfy { $0 === made[0] }, "race \(race)")
    }
  }

  @Test("The axes of the codes, and the landmarks")
  func axes() throws {
    let built = try Self.wide.get()
    #expect(try built.index.facts.codeWidth > 0)
    for race in 0..<Self.races {
      let searcher = try built.index.searcher
      let made = try together { thread in
        // One half asks first for the one, the other for the other.
        if thread % 2 == 0 { _ = searcher.landmarks() }
        return (searcher.codeAxes(), searcher.landmarks())
      }
      let (axes, landmarks) = (try #require(made[0].0), try #require(made[0].1))
      #expect(made.allSatisfy { $0.0 === axes && $0.1 === landmarks }, "race \(race)")
    }
  }

  @Test("The items of largest norm")
  func topNormItems() throws {
    let built = try Self.products.get()
    for race in 0..<Self.races {
      let searcher = try built.index.searcher
      let made = try together { _ in searcher.topNormItems() }
      let first = try #require(made[0])
      #expect(made.allSatisfy { $0 === first }, "race \(race)")
    }
  }

  @Test("First searches of a graph: by ef, by recall, exact, related, and as a batch")
  func graphSearches() throws {
    for built in [try Self.products.get(), try Self.wide.get()] {
      let queries = normalMatrix(rows: 9, dimension: built.catalogue.items.dimension, seed: 3)
      let ask = { @Sendable (index: HNSWIndex, way: Int) throws -> [[Neighbor]] in
        let request = SearchRequest(k: 5, effort: [.ef(20), .recall(0.9), .exact, .ef(20), .ef(20)][way % 5])
        switch way % 5 {
        case 3: return try (0..<9).map { try index.related(to: Row($0), request) }
        case 4:
          let table = try index.nearest(toEach: queries, request, execution: Execution(threads: 2))
          return (0..<9).map { Array(table[$0]) }
        default: return try (0..<9).map { try index.nearest(to: queries[Row($0)], request) }
        }
      }
      let expected = try (0..<5).map { try ask(built.index, $0) }
      for race in 0..<Self.races {
        let index = try built.index
        let found = try together(5) { try ask(index, $0 + race) }
        for (thread, answers) in found.enumerated() {
          #expect(answers == expected[(thread + race) % 5], "race \(race), thread \(thread)")
        }
      }
    }
  }

  @Test("The norms, the codes and the likeness of an exhaustive index", arguments: Metric.allCases)
  func exhaustiveParts(metric: Metric) throws {
    let catalogue = Catalogue.normal(rows: 1100, dimension: 5, metric: metric, seed: 4)
    let make = { ExhaustiveIndex(items: catalogue.items, metric: metric, biases: catalogue.biases) }
    let queries = normalMatrix(rows: 70, dimension: 5, seed: 5)
    let alone = make()
    let table = try alone.nearest(toEach: queries, SearchRequest(k: 5), execution: Execution(threads: 1))
    let related = try alone.related(to: Row(3), SearchRequest(k: 5))
    for race in 0..<Self.races {
      let index = make()
      let one = Execution(threads: 1)
      let norms = try together { _ in try index.normSummary(one) }
      #expect(norms.allSatisfy { $0 === norms[0] }, "race \(race)")
      let codes = try together { _ in try index.codedItems(one) }
      #expect(codes.allSatisfy { $0 === codes[0] }, "race \(race)")

      let fresh = make()
      let answers = try together(6) { thread -> Bool in
        switch thread % 3 {
        case 0: try fresh.nearest(toEach: queries, SearchRequest(k: 5), execution: Execution(threads: 2)) == table
        case 1: try fresh.related(to: Row(3), SearchRequest(k: 5)) == related
        default:
          try (0..<20).allSatisfy { try fresh.nearest(to: queries[Row($0)], SearchRequest(k: 5)) == Array(table[$0]) }
        }
      }
      #expect(answers == Array(repeating: true, count: 6), "race \(race)")
    }
  }

  @Test("Codes that single queries earn are made once, when several callers earn them at the same time")
  func codesOfFew() throws {
    let catalogue = Catalogue.normal(rows: 1100, dimension: 5, metric: .euclidean, seed: 6)
    let queries = normalMatrix(rows: 60, dimension: 5, seed: 7)
    let alone = ExhaustiveIndex(items: catalogue.items, metric: .euclidean)
    let expected = try (0..<60).map { try alone.nearest(to: queries[Row($0)], SearchRequest(k: 5)) }
    let index = ExhaustiveIndex(items: catalogue.items, metric: .euclidean)
    #expect(index.codesOfFew() == nil)
    let found = try together { thread in
      try (0..<60).map { try index.nearest(to: queries[Row(($0 + 15 * thread) % 60)], SearchRequest(k: 5)) }
    }
    for thread in 0..<4 {
      #expect(found[thread] == (0..<60).map { expected[($0 + 15 * thread) % 60] }, "thread \(thread)")
    }
    let codes = try #require(index.codesOfFew())
    #expect(try index.codedItems(Execution(threads: 1)) === codes)
  }

  @Test("The fold-in of a recommender")
  func foldIn() throws {
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for user in UInt64(0)..<20 {
      for item in UInt64(0)..<15 where (user * 7 + item * 3) % 4 == 0 { rows.append((.number(user), .number(item), 1)) }
    }
    let interactions = try Interactions(rows: rows, duplicates: .last)
    var options = WALSOptions()
    options.dimensions = 4
    options.epochs = 2
    let model = try options.train(interactions, execution: Execution(threads: 1))
    let file = try withDirectory { directory in
      try model.embeddings(for: interactions).write(to: "\(directory)/a.emb")
      return try EmbeddingFile(path: "\(directory)/a.emb")
    }
    let history = [Interaction(.number(1)), Interaction(.number(4))]
    let user = try Recommender(exactly: file).foldIn().user(history: [1, 4], values: [1, 1])
    let expected = try Recommender(exactly: file).recommend(to: history, SearchRequest(k: 5))
    for race in 0..<Self.races {
      let recommender = try Recommender(exactly: file)
      let made = try together { thread -> (UserFoldIn.User, [Recommendation]) in
        let first = thread % 2 == 0 ? try recommender.recommend(to: history, SearchRequest(k: 5)) : nil
        let user = try recommender.foldIn().user(history: [1, 4], values: [1, 1])
        return (user, try first ?? recommender.recommend(to: history, SearchRequest(k: 5)))
      }
      #expect(made.allSatisfy { $0.0 == user && $0.1 == expected }, "race \(race)")
    }
  }
}
