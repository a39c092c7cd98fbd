import AkinSupport
import AkinVectors

/// The parameters of an index build (Malkov & Yashunin 2018, section 4.1). The defaults suit most catalogues.
public struct HNSWBuildOptions: Sendable, Equatable {
  /// The metric of the index; `nil` takes that of the embeddings file.
  public var metric: Metric?
  /// Links of a node on each layer above the base layer (M); the base layer has 2M. 2…256; `nil` takes
  /// ``usualM(for:)``.
  ///
  /// More links raise recall at the same `ef`, and cost build time and bytes: 2 · M times the bits of a node's number, at least
  /// 40 times, for each node.
  public var m: Int?
  /// Candidates that an insertion keeps (efConstruction); at least `m`. More candidates make a better graph, and build
  /// time grows in proportion.
  public var efConstruction: Int
  /// The seed of the levels and of the order of insertion.
  public var seed: UInt64
  /// Whether items are linked. Without links a file of a few thousand items is made in the time that it takes to write, and every search is
  /// an exact scan; from 16,384 items on, they are divided into lists, by which a recall can be answered.
  public var linksItems = true
  /// How the file keeps the vectors: as they are, or rounded, in fewer bytes. The index is then that of the rounded vectors, and says
  /// how far a score can be from that of the true one (``IndexFacts/vectorError``).
  ///
  /// `nil` keeps them exactly: as ``VectorStore/int8`` where every component is a whole number, these are less than 256 apart, and
  /// searches by Euclidean distance read exact bytes anyway (128 components and more, in an index that walks by codes: with
  /// more than 256 components, or from 8 MiB of vectors on); else as ``VectorStore/float32``.
  public var store: VectorStore?

  /// Creates options.
  ///
  /// - Parameters:
  ///   - metric: The metric; `nil` takes that of the embeddings file.
  ///   - m: M, or `nil` for ``usualM(for:)``.
  ///   - efConstruction: efConstruction, at least `m`.
  ///   - seed: The random seed.
  ///   - store: How vectors are kept; `nil` for the fewest bytes that keep them exactly.
  public init(
    metric: Metric? = nil, m: Int? = nil, efConstruction: Int = 100, seed: UInt64 = 0,
    store: VectorStore? = nil
  ) {
    self.metric = metric
    self.m = m
    self.efConstruction = efConstruction
    self.seed = seed
    self.store = store
  }

  /// The default M: 16 for inner products, where most answers come from the largest items and links matter less; 21 for Euclidean
  /// distance and cosine. There 24 answers 1.2 to 1.7 times as many queries at a recall of 0.99 or more as 16 does. At the same `ef`,
  /// from 16 on, 21 answers 4 to 8 % more of them than 24 (200,000 clustered vectors of 96 components), at recalls lower by 0.003 or
  /// less, in rows of links that are an eighth shorter.
  ///
  /// - Parameter metric: The metric of the index.
  public static func usualM(for metric: Metric) -> Int { metric == .innerProduct ? 16 : 21 }

  /// Throws when an option is out of range, using the default limits when metric is `nil`.
  public func check() throws(HNSWError) {
    let m = m ?? HNSWBuildOptions.usualM(for: metric ?? .innerProduct)
    guard (2...256).contains(m) else { throw .badOption(name: "M", found: m, allowed: 2...256) }
    guard (m...65_536).contains(efConstruction) else {
      throw .badOption(name: "efConstruction", found: efConstruction, allowed: m...65_536)
    }
  }
}
