import AkinSupport
import AkinVectors

/// What training made, whichever model it was: vectors, biases, what they mean, and how it went.
///
/// The score of an item for a user is `globalMean + userBias + itemBias + user · item`.
public struct TrainedModel: Sendable {
  /// What was trained to do what.
  public let objective: Objective
  /// The options as they were used, defaults filled in.
  public internal(set) var options: [String: JSONValue]
  /// One vector a user, in the order of ``Interactions/userIDs``.
  public let users: EmbeddingMatrix
  /// One vector an item, in the order of ``Interactions/itemIDs``.
  public let items: EmbeddingMatrix
  /// One bias a user, or `nil`.
  public var userBiases: [Float]?
  /// One bias an item, or `nil`.
  public var itemBiases: [Float]?
  /// Added to every score.
  public var globalMean: Float = 0
  /// How vectors are compared.
  public var metric = Metric.innerProduct
  /// What turns features into vectors of users and of items, or `nil`.
  public var userFeatures: FeatureVectors?
  public var itemFeatures: FeatureVectors?
  /// The networks that made the vectors of features, or `nil`.
  public var towers: Towers?
  /// The loss from the start to the end; empty when nothing was minimised.
  public var losses: [LossPoint] = []
  /// What the training had to do that nobody asked for (a step size halved), as sentences.
  public var notes: [String] = []
  /// What a ``Validation`` measured, in the order of epochs; empty without one. ``options`` then say how many epochs went
  /// into this model: the best of them.
  public var validation: [ValidationPoint] = []
  /// How long each epoch took. For display: it goes into no file.
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

  /// What the score predicts: a rating on the scale of the training, or a probability.
  public func prediction(user: Row, item: Row) -> Double {
    objective.prediction(ofScore: score(user: user, item: item))
  }
}

/// The loss after a part of the training, in its parts.
public struct LossPoint: Sendable, Equatable, CustomStringConvertible {
  /// How many epochs are over: 0 is the start.
  public let epoch: Int
  /// Which side was solved last, or `nil` when all was moved at once.
  public let side: String?
  /// What each part of the loss comes to, in the order of the formula: first the observed pairs.
  public let parts: [Part]

  /// A part of the loss.
  public struct Part: Sendable, Equatable {
    public let name: String
    public let value: Double
  }

  init(epoch: Int, side: String? = nil, _ parts: KeyValuePairs<String, Double>) {
    self.epoch = epoch
    self.side = side
    self.parts = parts.map { Part(name: $0.key, value: $0.value) }
  }

  /// The whole.
  public var total: Double { parts.reduce(0) { $0 + $1.value } }

  public var description: String {
    let names = parts.map { "\($0.name) \(LossPoint.rounded($0.value))" }.joined(separator: ", ")
    return "epoch \(epoch)\(side.map { " " + $0 } ?? "") loss \(LossPoint.rounded(total)) (\(names))"
  }

  /// The parts and the whole, by name.
  var json: JSONValue {
    var members = Dictionary(
      parts.map { ($0.name, JSONValue.number($0.value)) }, uniquingKeysWith: { first, _ in first })
    members["total"] = .number(total)
    return .object(members)
  }

  private static func rounded(_ value: Double) -> String {
    guard value.magnitude < 1e15 else { return "\(value)" }
    return value.magnitude >= 1000 ? "\((value * 10).rounded() / 10)" : "\((value * 1e6).rounded() / 1e6)"
  }
}
