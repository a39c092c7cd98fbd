/// What a measurement of searches has found: recall, speed and latency of each, and the exact way beside them.
public struct SearchReport: Sendable {
  /// One way to search.
  public struct Search: Sendable {
    /// The name: `ef 64`, `recall 0.95`, `exact`.
    public var name: String
    /// The recall; `nil` for the exact way.
    public var recall: RecallReport?
    /// The mean recall of the exact way: 1, but where an index keeps rounded vectors and the truth is by the true ones.
    public var exactRecall: Double
    /// The recall that was asked for, or `nil`.
    public var target: Double?
    /// The latency.
    public var latency: LatencySummary
    /// The recall by popularity of the true neighbours, or `nil`.
    public var deciles: PopularityDeciles?

    /// Creates a way to search.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - recall: The recall; `nil` for the exact way.
    ///   - exactRecall: The mean recall of the exact way.
    ///   - target: The recall that was asked for, or `nil`.
    ///   - latency: The latency.
    ///   - deciles: The recall by popularity of the true neighbours, or `nil`.
    public init(
      name: String, recall: RecallReport?, exactRecall: Double = 1, target: Double? = nil, latency: LatencySummary,
      deciles: PopularityDeciles? = nil
    ) {
      self.name = name
      self.recall = recall
      self.exactRecall = exactRecall
      self.target = target
      self.latency = latency
      self.deciles = deciles
    }

    /// Whether this is the exact way.
    public var isExact: Bool { recall == nil }

    /// The mean recall.
    public var mean: Double { recall?.mean ?? exactRecall }

    /// The share of queries whose recall is more than 0.1 below the target, or below the mean where there is no target.
    public var shareBelow: Double { recall?.distribution.share(below: target ?? mean) ?? 0 }
  }

  /// The heading.
  public var title: String
  /// How it was measured, as labels and values.
  public var facts: [(label: String, value: String)]
  /// The k of recall@k.
  public var k: Int
  /// What a latency is of: `one query`, `a query of a batch`.
  public var latencyName: String
  /// What makes an item popular, to follow "by": `the number of users who have the item`.
  public var popularityName: String
  /// The searches, the exact way last.
  public var searches: [Search]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - title: The heading.
  ///   - facts: How it was measured, as labels and values.
  ///   - k: The k of recall@k.
  ///   - latencyName: What a latency is of.
  ///   - popularityName: What makes an item popular, to follow "by".
  ///   - searches: The searches, the exact way last.
  public init(
    title: String, facts: [(label: String, value: String)], k: Int, latencyName: String, popularityName: String,
    searches: [Search]
  ) {
    self.title = title
    self.facts = facts
    self.k = k
    self.latencyName = latencyName
    self.popularityName = popularityName
    self.searches = searches
  }
}
