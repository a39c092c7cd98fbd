import Akin
import AkinTestSupport
import Testing

@Suite("Recommenders under conditions on attributes")
struct RecommenderFilterTests {
  private static let items = 80

  private static var embeddings: Embeddings {
    var embeddings = Embeddings(items: normalMatrix(rows: items, dimension: 5, seed: 41))
    embeddings.users = normalMatrix(rows: 3, dimension: 5, seed: 42)
    embeddings.userIDs = .rowNumbers(count: 3)
    embeddings.history = History(offsets: [0, 4, 4, 4], rows: [2, 8, 9, 60])
    let years: [Double?] = (0..<items).map { row in
      if row % 9 == 0 { return nil }
      return Double(1990 + row % 20)
    }
    let brands: [String?] = (0..<items).map { row in ["A", "B", "C"][row % 3] }
    embeddings.attributes = [.numbers("year", years), .words("brand", brands)]
    return embeddings
  }

  @Test("Answers are those without a filter, less what it does not let in; seen items stay out")
  func answers() throws {
    try withDirectory { directory in
      try Self.embeddings.write(to: directory + "/a.emb")
      let file = try EmbeddingFile(path: directory + "/a.emb")
      _ = try HNSWIndex.build(from: file, to: directory + "/a.idx")
      // An index without attributes: those of the embeddings are used.
      var bare = Self.embeddings
      bare.attributes = []
      for recommender in [
        try Recommender(index: directory + "/a.idx", embeddings: directory + "/a.emb"), try Recommender(exactly: file),
        try Recommender(HNSWIndex(bare), embeddings: file),
      ] {
        let attributes = recommender.attributes
        let (year, brand) = (try attributes.number("year"), try attributes.word("brand"))
        let filter = (year >= 2000) && !brand.isIn(["A", "B"])
        #expect(filter.rows() == (try attributes.filter("year >= 2000 and not brand in (A, B)").rows()))
        let request = SearchRequest(k: 80, effort: .exact, filter: filter.rowFilter)
        func allows(_ item: Recommendation) -> Bool {
          let row = Int(item.row.index)
          return row % 9 != 0 && row % 20 >= 10 && row % 3 == 2
        }
        let all = SearchRequest(k: 80, effort: .exact)
        for user in 0..<3 {
          let id = UserID.number(UInt64(user))
          let found = try recommender.recommend(for: id, request)
          #expect(found == (try recommender.recommend(for: id, all).filter(allows)))
          #expect(!found.isEmpty && !found.contains { user == 0 && [2, 8, 9, 60].contains($0.row.index) })
        }
        let related = try recommender.related(to: .number(7), request)
        #expect(related == (try recommender.related(to: .number(7), all).filter(allows)))
      }
    }
  }
}
