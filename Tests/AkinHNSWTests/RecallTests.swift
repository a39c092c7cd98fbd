import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("The graph finds nearly all that the exact index finds")
struct RecallTests {
  /// Data on which a graph may fail.
  enum Clusters: String, CaseIterable, Sendable {
    /// 40 clusters, Euclidean.
    case clustered
    /// 40 clusters of directions, cosine.
    case directions
    /// Norms spread over a factor of 20, inner product.
    case norms
    /// The same with biases.
    case biases

    var metric: Metric {
      switch self {
      case .clustered: .euclidean
      case .directions: .cosine
      case .norms, .biases: .innerProduct
      }
    }

    func vector(_ random: CounterRandom, _ row: Int, _ cluster: Int) -> [Float] {
      let length = isInnerProduct ? exp(0.6 * random.normal(at: 1 << 40 + UInt64(row))) : 1
      return (0..<32).map { component in
        let center = random.normal(at: 1 << 50 + UInt64(cluster * 32 + component))
        return Float(length * (center + 0.7 * random.normal(at: UInt64(row * 32 + component))))
      }
    }

    func catalogue(seed: UInt64) -> Catalogue {
      let random = CounterRandom(seed: seed, purpose: 5)
      let biases = (0..<RecallTests.rows).map { Float(random.normal(at: 1 << 41 + UInt64($0))) }
      return Catalogue(
        rows: (0..<RecallTests.rows).map { vector(random, $0, Int(random.bits(at: 1 << 42 + UInt64($0)) % 40)) },
        dimension: 32, metric: metric, biases: self == .biases ? biases : nil)
    }

    private var isInnerProduct: Bool { metric == .innerProduct }
  }

  static let rows = 1_600

  @Test(
    "At least 95 % at ef 64, 99 % at ef 256, by query and by item", arguments: zip(Clusters.allCases, [1, 2, 3, 4]))
  func recall(world: Clusters, seed: UInt64) throws {
    let catalogue = world.catalogue(seed: seed)
    let options = HNSWBuildOptions(m: 12, efConstruction: 64, seed: seed)
    let index = try Built(Embeddings(catalogue), options, threads: 2).index
    let random = CounterRandom(seed: seed, purpose: 6)
    let queries = EmbeddingMatrix(uniformRows: (0..<40).map { world.vector(random, $0, $0 % 40) }, dimension: 32)
    let one = Execution(threads: 1)
    let truth = try index.exhaustive().nearest(toEach: queries, k: 10, execution: one)
    let likeness = index.exhaustive(by: index.relatedMetric)
    for (ef, floor) in [(64, 0.95), (256, 0.99)] {
      let table = try index.nearest(toEach: queries, k: 10, ef: ef, execution: one)
      let found = (0..<40).map { Set(table[$0]).intersection(truth[$0]).count }.reduce(0, +)
      #expect(Double(found) / 400 >= floor, "\(world), seed \(seed), ef \(ef): \(found) of 400")

      var hits = 0
      for item in stride(from: 0, to: Self.rows, by: Self.rows / 40).map({ Row($0) }) {
        let itself = RowSet([item], capacity: Self.rows)
        let alike = try likeness.nearest(to: catalogue.items[item].span, k: 10, excluding: itself)
        hits += Set(try index.related(to: item, k: 10, ef: ef)).intersection(alike).count
      }
      #expect(Double(hits) / 400 >= floor, "\(world), related, seed \(seed), ef \(ef): \(hits) of 400")
    }
  }
}
