import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("The embeddings that an index file holds")
struct HeldEmbeddingsTests {
  private static func held() throws -> [UInt8] {
    try withDirectory { directory in
      try Embeddings(Catalogue.normal(rows: 60, dimension: 5, metric: .cosine, seed: 9)).write(to: "\(directory)/a.emb")
      _ = try HNSWIndex.build(
        from: EmbeddingFile(path: "\(directory)/a.emb"), to: "\(directory)/a.idx", options: .small,
        holdsEmbeddings: true, execution: Execution(threads: 1))
      return try read("\(directory)/a.idx")
    }
  }

  @Test("are those it was built from, and sound")
  func same() throws {
    let bytes = try Self.held()
    let file = try #require(try opened(bytes).facts.embeddings())
    #expect(file.itemCount == 60 && file.dimension == 5)
    #expect(try verified(bytes).isSound)
  }

  @Test("are there in memory, too: the bytes are those of the file", arguments: [true, false])
  func memory(holdsEmbeddings: Bool) throws {
    try withDirectory { directory in
      try Embeddings(Catalogue.normal(rows: 60, dimension: 5, metric: .cosine, seed: 9)).write(to: "\(directory)/a.emb")
      let source = try EmbeddingFile(path: "\(directory)/a.emb")
      _ = try HNSWIndex.build(
        from: source, to: "\(directory)/a.idx", options: .small, holdsEmbeddings: holdsEmbeddings)
      let index = try HNSWIndex(
        from: source, options: .small, queries: nil, holdsEmbeddings: holdsEmbeddings, execution: Execution(threads: 2))
      try index.write(to: "\(directory)/b.idx")
      #expect(try read("\(directory)/a.idx") == read("\(directory)/b.idx"))
    }
  }

  @Test("break a rule under right checksums: verify says so")
  func rules() throws {
    let bytes = try Self.held()
    let held = bytes.section("EMBF")
    // The first vector of the embeddings, wherever it is: its first component becomes a NaN.
    let vector = try opened(bytes).vector(of: Row(0)) ?? []
    let place = try #require(
      stride(from: held.lowerBound, to: held.upperBound - 20, by: 4).first { offset in
        (0..<5).allSatisfy { bytes.number(at: offset + 4 * $0, bytes: 4) == UInt64(vector[$0].bitPattern) }
      })
    let report = try verified(bytes.with(Float.nan.bitPattern, at: place).wholeSealed)
    #expect(!report.isSound && "\(report.damages)".contains("the embeddings"), "\(report.damages)")
  }
}
