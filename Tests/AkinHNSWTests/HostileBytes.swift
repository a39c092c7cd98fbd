import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

/// Small indexes that between them have everything that an index file can have.
enum SampleIndex: String, CaseIterable, CustomTestStringConvertible {
  /// Inner product with biases: reordered, with seeds, copies, titles and text ids.
  case products
  /// Cosine with zero vectors and number ids.
  case directions
  /// Euclidean with copies, rows as they stand.
  case distances

  var testDescription: String { rawValue }

  var metric: Metric {
    switch self {
    case .products: .innerProduct
    case .directions: .cosine
    case .distances: .euclidean
    }
  }

  var embeddings: Embeddings {
    var catalogue = Catalogue.normal(rows: 62, dimension: 3, metric: metric, seed: 20)
    var rows = (0..<62).map { catalogue.items[Row($0)] }
    switch self {
    case .directions: for row in [0, 30, 61] { rows[row] = [0, 0, 0] }
    case .products, .distances:
      for row in [17, 18, 40] { rows[row] = rows[5] }
      if let bias = catalogue.biases?[5] { for row in [17, 18, 40] { catalogue.biases?[row] = bias } }
    }
    catalogue.items = EmbeddingMatrix(uniformRows: rows, dimension: 3)
    var embeddings = Embeddings(
      catalogue, ids: self == .products ? .texts : self == .directions ? .numbers : .rowNumbers)
    if self == .products {
      embeddings.titles = (0..<62).map { $0 % 5 == 0 ? "" : "title \($0) 🎬" }
      embeddings.globalMean = 3.5
    }
    return embeddings
  }

  /// The bytes of its index. Inner products score few seeds, so that the walk has links to follow.
  var bytes: [UInt8] {
    get throws {
      let bytes = try Built(embeddings).bytes
      return self == .products ? bytes.with(UInt32(5), at: 208).sealed : bytes
    }
  }

  static let queries: [[Float]] = [[0.4, -1, 0.7], [1, 1, 1]]
}

/// Asks an index of unknown bytes all that can be asked. Nothing may trap, and every answer must be an answer: rows that
/// exist, none twice, no NaN, best first.
func exercise(_ index: HNSWIndex, thoroughly: Bool = true, _ place: @autoclosure () -> String) throws {
  func check(_ found: [Neighbor], _ what: String) {
    let isRight =
      found.allSatisfy { Int($0.row.index) < index.count && !$0.score.isNaN }
      && Set(found.map(\.row)).count == found.count
      && zip(found, found.dropFirst()).allSatisfy { $0 < $1 }
    if !isRight { Issue.record("\(place()), \(what): \(found)") }
  }
  guard index.dimension == 3 else { return }
  let queries = thoroughly ? SampleIndex.queries : Array(SampleIndex.queries.prefix(1))
  for query in queries { check(try index.nearest(to: query, k: 5, ef: 9), "nearest") }
  check(try index.related(to: Row(5), k: 6, ef: 12), "related")
  let query = queries[0]
  check(try index.nearest(to: query, k: 4, recall: 0.8), "by recall")
  guard thoroughly else { return }
  check(try index.nearest(to: queries[0], k: 100, ef: 100), "all")
  for row in [0, 17, index.count - 1, index.count] where row >= 0 {
    check(try index.related(to: Row(row), k: 3, ef: 3), "related \(row)")
    _ = index.vector(of: Row(row))
    let id = index.facts.itemIDs.id(of: Row(row))
    if let found = index.facts.itemIDs.row(of: id), Int(found.index) >= index.count {
      Issue.record("\(place()): \(id)")
    }
    _ = index.facts.titles?[Row(row)]
  }
  let excluded = RowSet((0..<40).map { Row($0) }, capacity: index.count)
  let others = try index.nearest(to: queries[1], k: 4, ef: 4, excluding: excluded)
  check(others, "excluding")
  if others.contains(where: { excluded.contains($0.row) }) { Issue.record("\(place()): an excluded row is found") }
  for metric in Metric.allCases {
    check(try index.exhaustive(by: metric).nearest(to: queries[0], k: 7), "exact by \(metric)")
  }
}
