import AkinSupport

/// Everything that an embeddings file holds, in memory: what a trainer makes and a file writer takes.
///
/// The score of an item for a user is `globalMean + userBias + itemBias + user · item`; absent biases are 0.
public struct Embeddings: Sendable {
  /// One vector an item.
  public var items: EmbeddingMatrix
  /// One vector a user, with the items' dimension; `nil` when there are no users.
  public var users: EmbeddingMatrix?
  /// How the vectors are meant to be compared.
  public var metric: Metric
  /// One bias an item, or `nil`.
  public var itemBiases: [Float]?
  /// One bias a user, or `nil`.
  public var userBiases: [Float]?
  /// Added to every score.
  public var globalMean: Float
  /// The caller's ids, one an item.
  public var itemIDs: IDColumn
  /// The caller's ids, one a user; `nil` exactly when `users` is.
  public var userIDs: IDColumn?
  /// One title an item (empty for none), or `nil`.
  public var titles: [String]?
  /// The items' categories, or `nil`.
  public var categories: Categories?
  /// Which items each user has interacted with, or `nil`.
  public var history: History?
  /// How much each pair of ``history`` says, finite and at least 0, one after the other as its rows; `nil` is 1 each.
  public var historyValues: [Float]?
  /// What turns features into vectors of items and of users, or `nil`.
  public var itemFeatures: FeatureVectors?
  public var userFeatures: FeatureVectors?
  /// What was trained, for fold-in and `info`; `nil` for vectors made elsewhere.
  public var objective: Objective?
  /// The networks that make the vectors of features, or `nil`.
  public var towers: Towers?
  /// How the vectors came to be: options, seed, data digest. Keys in any order; no clock, host or path.
  public var provenance: [String: JSONValue]

  /// Creates embeddings without users, biases or history.
  public init(items: EmbeddingMatrix, itemIDs: IDColumn? = nil, metric: Metric = .innerProduct) {
    self.items = items
    self.metric = metric
    self.globalMean = 0
    self.itemIDs = itemIDs ?? .rowNumbers(count: items.count)
    self.provenance = [:]
  }
}

/// A ragged table: for each owner (a user, an item) an ascending list of rows of another table.
public struct History: Sendable, Equatable {
  /// `offsets[u]..<offsets[u + 1]` is the place of owner `u` in `rows`; one more than there are owners.
  public var offsets: [UInt64]
  /// Rows, strictly ascending for each owner.
  public var rows: [UInt32]

  /// Creates a table.
  public init(offsets: [UInt64], rows: [UInt32]) {
    self.offsets = offsets
    self.rows = rows
  }
}

/// Which categories each item is in.
public struct Categories: Sendable, Equatable {
  /// The categories' names.
  public var names: [String]
  /// For each item the ascending positions of its categories in `names`.
  public var members: History

  /// Creates the table.
  public init(names: [String], members: History) {
    self.names = names
    self.members = members
  }
}
