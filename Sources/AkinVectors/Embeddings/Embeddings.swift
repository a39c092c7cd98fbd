import AkinSupport

/// The content of an embeddings file in memory: the output of training and the input of the file writer.
///
/// The score of an item for a user is `globalMean + userBias + itemBias + user · item`; absent biases are 0.
public struct Embeddings: Sendable {
  /// One vector an item.
  public var items: EmbeddingMatrix
  /// One vector a user, of the same dimension as the items; `nil` without users.
  public var users: EmbeddingMatrix?
  /// The metric that the vectors were made for.
  public var metric: Metric
  /// One bias an item, or `nil`.
  public var itemBiases: [Float]?
  /// One bias a user, or `nil`.
  public var userBiases: [Float]?
  /// The degree of each item in the training (the sum of its weights), finite and at least 0; or `nil`. A fold-in into
  /// ``Objective/Model/spectral`` needs it.
  public var itemDegrees: [Float]?
  /// The term of every score.
  public var globalMean: Float
  /// One id an item.
  public var itemIDs: IDColumn
  /// One id a user; `nil` exactly when `users` is.
  public var userIDs: IDColumn?
  /// One title an item (empty for none), or `nil`.
  public var titles: [String]?
  /// The categories of the items, or `nil`.
  public var categories: Categories?
  /// The further attributes of the items, each of as many as there are items, with different names.
  public var attributes: [Attribute] = []
  /// The items that each user has interacted with, or `nil`.
  public var history: History?
  /// The value of each pair of ``history``, in its order, finite, and at least 0 unless the model of ``objective`` allows
  /// other values; `nil` means 1 for all.
  public var historyValues: [Float]?
  /// The weight of each item of ``history``, finite and above 0, in a model of ratings that weighs them; `nil` where each is 1.
  public var historyWeights: [Float]?
  /// The vectors of item features, or `nil`.
  public var itemFeatures: FeatureVectors?
  /// The vectors of user features, or `nil`.
  public var userFeatures: FeatureVectors?
  /// The training objective, for fold-in and `info`; `nil` for imported vectors.
  public var objective: Objective?
  /// The networks from features to vectors, or `nil`.
  public var towers: Towers?
  /// The provenance: options, seed, data digest. Keys in any order; no clock, host or path.
  public var provenance: [String: JSONValue]

  /// Creates embeddings without users, biases or history.
  ///
  /// - Parameters:
  ///   - items: One vector an item.
  ///   - itemIDs: One id an item; `nil` means row numbers.
  ///   - metric: The metric that the vectors were made for.
  public init(items: EmbeddingMatrix, itemIDs: IDColumn? = nil, metric: Metric = .innerProduct) {
    self.items = items
    self.metric = metric
    self.globalMean = 0
    self.itemIDs = itemIDs ?? .rowNumbers(count: items.count)
    self.provenance = [:]
  }
}

/// The categories of items.
public struct Categories: Sendable, Equatable {
  /// The name that the categories have among the attributes of the items: that of their column.
  public var attributeName: String
  /// The names of the categories.
  public var names: [String]
  /// For each item, the ascending positions of its categories in `names`.
  public var members: History

  /// Creates the table.
  ///
  /// - Parameters:
  ///   - names: The names of the categories.
  ///   - members: For each item, the positions of its categories.
  ///   - attributeName: The name that the categories have among the attributes of the items.
  public init(names: [String], members: History, attributeName: String = Categories.usualAttributeName) {
    self.attributeName = attributeName
    self.names = names
    self.members = members
  }

  /// The name of categories that came without one.
  public static let usualAttributeName = "categories"
}
