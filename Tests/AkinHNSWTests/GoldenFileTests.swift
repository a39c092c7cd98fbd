import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Foundation
import Testing

@testable import AkinHNSW

@Suite("The index file of format 1.0 that is kept with the tests")
struct GoldenFileTests {
  static let golden = path("index-1.0.idx")
  /// What it was built from.
  static let source = path("source-1.0.emb")

  private static func path(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)").path
  }

  @Test("opens, is sound, and says what it said when it was written")
  func facts() throws {
    let index = try HNSWIndex(path: Self.golden)
    let report = try HNSWIndex.verify(path: Self.golden)
    #expect(report.isSound, "\(report.damages)")
    #expect(index.facts.container.header.version == FormatVersion(major: 1, minor: 0))
    #expect(index.count == 62 && index.dimension == 3 && index.metric == .innerProduct)
    #expect(index.facts.m == 4 && index.facts.efConstruction == 24 && index.facts.seed == 1)
    #expect(index.facts.linkedNodes == 59 && index.facts.globalMean == 3.5)
    #expect(index.facts.itemIDs.row(of: .text("item 9574")) == Row(5))
    #expect(index.facts.itemIDs.id(of: Row(61)) == .text("item 2723"))
    #expect(index.facts.titles?[Row(61)] == "title 61 🎬")
    let measured = try #require(index.calibration?.measurements)
    #expect(Set(measured.map(\.family)) == [.items, .sumsOfTwo, .sumsOfFour] && measured.allSatisfy { $0.k <= 10 })
  }

  @Test("answers as it did when it was written, at any CPU level")
  func answers() throws {
    let index = try HNSWIndex(path: Self.golden)
    let found = try index.nearest(to: SampleIndex.queries[0], k: 5, ef: 62)
    #expect(found.map(\.row.index) == [12, 2, 4, 52, 26])
    #expect(
      found.map(\.score.bitPattern) == [1_082_860_965, 1_081_581_007, 1_081_043_367, 1_079_353_210, 1_078_608_133])
    // Three copies, then the nearest direction.
    let related = try index.related(to: Row(5), k: 4, ef: 62)
    #expect(related.map(\.row.index) == [17, 18, 40, 34])
  }

  @Test(
    "is what a build at the scalar level writes today, byte for byte, and so are those of rounded vectors",
    arguments: [VectorStore.float32, .float16, .int8, .codes])
  func sameBytes(store: VectorStore) throws {
    try withDirectory { directory in
      let source = try EmbeddingFile(path: Self.source)
      let golden = store == .float32 ? Self.golden : Self.path("index-1.0.\(store).idx")
      for threads in [1, 3] {
        let execution = Execution(threads: threads)
        guard let scalar = unsafe Kernels.table(at: .scalar) else { continue }
        let stored = try unsafe StoredItems(
          source.items, store: store, metric: source.metric, kernels: scalar, execution: execution)
        let built = try unsafe BuiltIndex(
          stored: stored, biases: source.itemBiases?.values, users: source.users, metric: source.metric,
          options: .small, kernels: scalar, execution: execution)
        _ = try built.container(IndexSource(checking: source, execution), .small)
          .write(to: "\(directory)/a.idx", overwrite: true, execution: execution)
        #expect(try read("\(directory)/a.idx") == read(golden), "\(threads) threads")
      }
    }
  }

  @Test("of rounded vectors are sound, and answer as they did", arguments: [VectorStore.float16, .int8, .codes])
  func rounded(store: VectorStore) throws {
    let path = Self.path("index-1.0.\(store).idx")
    let (index, whole) = (try HNSWIndex(path: path), try HNSWIndex(path: Self.golden))
    let report = try HNSWIndex.verify(path: path)
    #expect(report.isSound, "\(report.damages)")
    #expect(index.facts.store == store && index.count == 62 && index.facts.vectorError > 0)
    let found = try index.nearest(to: SampleIndex.queries[0], k: 5, ef: 62)
    let expected = try whole.nearest(to: SampleIndex.queries[0], k: 5, ef: 62)
    for (own, exact) in zip(found, expected) { #expect((own.score - exact.score).magnitude < 0.05 * exact.score) }
  }
}
