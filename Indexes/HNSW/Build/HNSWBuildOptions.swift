import AkinSupport
import AkinVectors

/// How an index is built (Malkov & Yashunin 2018, section 4.1). The defaults suit most catalogues.
public struct HNSWBuildOptions: Sendable, Equatable {
  /// How items are compared; `nil` takes what the embeddings file says.
  public var metric: Metric?
  /// Links of a node on each layer above the ground; the ground layer has twice as many. 2…256; `nil` takes
  /// ``usualM(for:)``.
  ///
  /// More links find more true neighbours at the same `ef`, and cost bytes (8 · M a node) and build time.
  public var m: Int?
  /// How many candidates an insertion keeps; at least `m`. More makes a better graph, in proportion slower.
  public var efConstruction: Int
  /// The seed of the levels and of the order of insertion.
  public var seed: UInt64

  /// Creates options.
  public init(metric: Metric? = nil, m: Int? = nil, efConstruction: Int = 100, seed: UInt64 = 0) {
    self.metric = metric
    self.m = m
    self.efConstruction = efConstruction
    self.seed = seed
  }

  /// The links of a node where nobody says otherwise: 24, which under Euclidean distance and cosine answer 1.2 to 1.7 times
  /// as many queries at a recall of 0.99 or more as 16 do; 16 by inner product, where most answers come from the largest
  /// items and links matter less.
  public static func usualM(for metric: Metric) -> Int { metric == .innerProduct ? 16 : 24 }

  /// Throws when an option is out of its range; without a metric, in none's.
  public func check() throws(HNSWError) {
    let m = m ?? HNSWBuildOptions.usualM(for: metric ?? .innerProduct)
    guard (2...256).contains(m) else { throw .badOption(name: "M", found: m, allowed: 2...256) }
    guard (m...65_536).contains(efConstruction) else {
      throw .badOption(name: "efConstruction", found: efConstruction, allowed: m...65_536)
    }
  }
}
