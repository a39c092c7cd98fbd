import AkinSupport
import AkinVectors

/// What training made: a vector for every user and item, and how it went.
public struct WALSModel: Sendable {
  /// The options it was trained with.
  public let options: WALSOptions
  /// One vector a user, in the order of ``Interactions/userIDs``.
  public let users: EmbeddingMatrix
  /// One vector an item, in the order of ``Interactions/itemIDs``.
  public let items: EmbeddingMatrix
  /// The loss after each half-step: users, items, users, … It never rises, but for rounding.
  public let losses: [WALSLoss]
  /// How long each epoch took. For display: it goes into no file.
  public let secondsPerEpoch: [Double]
  /// What a ``Validation`` measured, in the order of epochs; empty without one. ``options`` then say how many epochs
  /// went into this model: the best of them.
  public let validation: [ValidationPoint]
  /// What turns features into vectors of users and of items; `nil` for a side that was trained without.
  public internal(set) var userFeatures: FeatureVectors?
  public internal(set) var itemFeatures: FeatureVectors?

  /// The median of ``secondsPerEpoch``.
  public var medianSecondsPerEpoch: Double {
    secondsPerEpoch.isEmpty ? 0 : secondsPerEpoch.sorted()[secondsPerEpoch.count / 2]
  }
}

/// The loss after a half-step, in its parts. See ``WALSOptions``.
public struct WALSLoss: Sendable, Equatable, CustomStringConvertible {
  /// The epoch, from 1.
  public let epoch: Int
  /// Which side was solved: `users` or `items`.
  public let side: String
  /// Σ w (1 − s)² over the observed pairs.
  public let observed: Double
  /// w0 Σ s² over all other pairs.
  public let unobserved: Double
  /// Σ λ |p|² over both sides.
  public let regularisation: Double
  /// What features cost, those that are there and those that are not: see ``SideOptions``. `nil` without features.
  public internal(set) var features: Double?

  /// The whole.
  public var total: Double { observed + unobserved + regularisation + (features ?? 0) }

  public var description: String { point.description }

  /// The same, as all models show it.
  var point: LossPoint {
    guard let features else {
      return LossPoint(
        epoch: epoch, side: side,
        ["observed": observed, "unobserved": unobserved, "regularisation": regularisation])
    }
    return LossPoint(
      epoch: epoch, side: side,
      ["observed": observed, "unobserved": unobserved, "features": features, "regularisation": regularisation])
  }
}

extension WALSModel {
  /// Everything an embeddings file takes: vectors, ids, titles and categories, each user's history, the objective, and
  /// how it came to be.
  ///
  /// - Parameters:
  ///   - interactions: What the model was trained on.
  ///   - catalogue: Titles and categories of items, or `nil`. Items that it does not know get none.
  public func embeddings(for interactions: Interactions, catalogue: ItemCatalogue? = nil) -> Embeddings {
    trained.embeddings(for: interactions, catalogue: catalogue)
  }

  /// The same, as all models show it.
  public var trained: TrainedModel {
    var model = TrainedModel(objective: options.objective, options: record, users: users, items: items)
    model.losses = losses.map(\.point)
    model.secondsPerEpoch = secondsPerEpoch
    model.validation = validation
    model.userFeatures = userFeatures
    model.itemFeatures = itemFeatures
    return model
  }

  private var record: [String: JSONValue] {
    var facts: [String: JSONValue] = [
      "dimensions": .integer(Int64(options.dimensions)), "epochs": .integer(Int64(options.epochs)),
      "weighting": .string("\(options.weighting)"), "alpha": .number(options.alpha), "w0": .number(options.w0),
      "lambda": .number(options.lambda), "nu": .number(options.nu), "seed": .string(String(options.seed)),
      "userExponent": .number(options.userExponent), "decay": .string("\(options.decay)"),
    ]
    if options.weighting == .power { facts["power"] = .number(options.power) }
    return facts.merging(options.sides?.record ?? [:]) { own, _ in own }
  }
}
