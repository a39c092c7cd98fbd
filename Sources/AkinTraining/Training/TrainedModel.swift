import AkinSupport
import AkinVectors

/// A trained model of any kind: vectors, biases, their meaning, and the record of the training.
///
/// The score of an item for a user is `globalMean + userBias + itemBias + user · item`.
public struct TrainedModel: Sendable {
  /// The objective of the training.
  public let objective: Objective
  /// The options of the training by name, defaults included.
  public internal(set) var options: [String: JSONValue]
  /// One vector per user, in the order of ``Interactions/userIDs``.
  public let users: EmbeddingMatrix
  /// One vector per item, in the order of ``Interactions/itemIDs``.
  public let items: EmbeddingMatrix
  /// One bias per user, or `nil`.
  public var userBiases: [Float]?
  /// One bias per item, or `nil`.
  public var itemBiases: [Float]?
  /// The degree of each item, for `spectral`; or `nil`.
  public var itemDegrees: [Float]?
  /// The number that is added to every score.
  public var globalMean: Float = 0
  /// The metric that compares vectors.
  public var metric = Metric.innerProduct
  /// Vectors of the features of users, or `nil`.
  public var userFeatures: FeatureVectors?
  /// Vectors of the features of items, or `nil`.
  public var itemFeatures: FeatureVectors?
  /// The networks that make vectors of features, or `nil`.
  public var towers: Towers?
  /// The losses in the order of training; empty if nothing was minimised.
  public var losses: [LossPoint] = []
  /// What the training changed on its own (a halved step size, an ignored feature), one sentence each.
  public var notes: [String] = []
  /// Measurements of the ``Validation``, in the order of epochs; empty without one. ``options`` hold the epochs of the best
  /// measurement.
  public var validation: [ValidationPoint] = []
  /// Wall-clock seconds of each epoch; not stored in files.
  public var secondsPerEpoch: [Double] = []

  init(objective: Objective, options: [String: JSONValue], users: EmbeddingMatrix, items: EmbeddingMatrix) {
    self.objective = objective
    self.options = options
    self.users = users
    self.items = items
  }

  /// The median of ``secondsPerEpoch``.
  public var medianSecondsPerEpoch: Double {
    secondsPerEpoch.isEmpty ? 0 : secondsPerEpoch.sorted()[secondsPerEpoch.count / 2]
  }

  /// The score of an item for a user.
  ///
  /// - Parameters:
  ///   - user: A row of ``users``.
  ///   - item: A row of ``items``.
  public func score(user: Row, item: Row) -> Double {
    var sum = Double(globalMean)
    if let userBiases { sum += Double(userBiases[Int(user.index)]) }
    if let itemBiases { sum += Double(itemBiases[Int(item.index)]) }
    return users.withRow(user) { p in
      items.withRow(item) { q in
        for component in 0..<p.count { sum += Double(p[component]) * Double(q[component]) }
        return sum
      }
    }
  }

  /// The prediction of the score: a rating on the scale of the training, or a probability.
  ///
  /// - Parameters:
  ///   - user: A row of ``users``.
  ///   - item: A row of ``items``.
  public func prediction(user: Row, item: Row) -> Double {
    objective.prediction(ofScore: score(user: user, item: item))
  }
}

/// The loss after a step of the training, in its terms.
public struct LossPoint: Sendable, Equatable, CustomStringConvertible {
  /// Finished epochs; 0 is the start.
  public let epoch: Int
  /// The side that was solved last, or `nil` if all parameters were moved.
  public let side: String?
  /// The terms of the loss, in the order of the formula.
  public let terms: [Term]

  /// One term of the loss.
  public struct Term: Sendable, Equatable {
    /// The name: `observed`, `regularisation`, …
    public let name: String
    /// The value.
    public let value: Double
  }

  init(epoch: Int, side: String? = nil, _ terms: KeyValuePairs<String, Double>) {
    self.epoch = epoch
    self.side = side
    self.terms = terms.map { Term(name: $0.key, value: $0.value) }
  }

  /// The sum of all terms.
  public var total: Double { terms.reduce(0) { $0 + $1.value } }

  /// Epoch, side, total and terms on one line.
  public var description: String {
    let names = terms.map { "\($0.name) \(LossPoint.rounded($0.value))" }.joined(separator: ", ")
    return "epoch \(epoch)\(side.map { " " + $0 } ?? "") loss \(LossPoint.rounded(total)) (\(names))"
  }

  /// The terms and the total, by name.
  var json: JSONValue {
    var members = Dictionary(
      terms.map { ($0.name, JSONValue.number($0.value)) }, uniquingKeysWith: { first, _ in first })
    members["total"] = .number(total)
    return .object(members)
  }

  private static func rounded(_ value: Double) -> String {
    guard value.magnitude < 1e15 else { return "\(value)" }
    return value.magnitude >= 1000 ? "\((value * 10).rounded() / 10)" : "\((value * 1e6).rounded() / 1e6)"
  }
}
