import AkinSupport
import AkinVectors

/// How an index is built (Malkov & Yashunin 2018, section 4.1). The defaults suit most catalogues.
public struct HNSWBuildOptions: Sendable, Equatable {
  /// How items are compared; `nil` takes what the embeddings file says.
  public var metric: Metric?
  /// Links of a node on each layer above the ground; the ground layer has twice as many. 2…256.
  ///
  /// More links find more true neighbours at the same `ef`, and cost bytes (8 · M a node) and build time.
  public var m: Int
  /// How many candidates an insertion keeps; at least `m`. More makes a better graph, in proportion slower.
  public var efConstruction: Int
  /// The seed of the levels and of the order of insertion.
  public var seed: UInt64

  /// Creates options.
  public init(metric: Metric? = nil, m: Int = 16, efConstruction: Int = 100, seed: UInt64 = 0) {
    self.metric = metric
    self.m = m
    self.efConstruction = efConstruction
    self.seed = seed
  }

  /// Throws when an option is out of its range.
  public func check() throws(HNSWError) {
    guard (2...256).contains(m) else { throw .badOption(name: "M", found: m, allowed: 2...256) }
    guard (m...65_536).contains(efConstruction) else {
      throw .badOption(name: "efConstruction", found: efConstruction, allowed: m...65_536)
    }
  }
}
