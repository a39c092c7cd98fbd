import AkinSupport
import AkinVectors

/// A trained `wals` model: vectors of users and items, and the losses of the training.
public struct WALSModel: Sendable {
  /// The options of the training.
  public let options: WALSOptions
  /// One vector per user, in the order of ``Interactions/userIDs``.
  public let users: EmbeddingMatrix
  /// One vector per item, in the order of ``Interactions/itemIDs``.
  public let items: EmbeddingMatrix
  /// The loss after each half-step: users, items, users, … It does not rise, except by rounding.
  public let losses: [WALSLoss]
  /// Wall-clock seconds of each epoch; not stored in files.
  public let secondsPerEpoch: [Double]
  /// Measurements of the ``Validation``, in the order of epochs; empty without one. ``options`` hold the epochs of the best
  /// measurement.
  public let validation: [ValidationPoint]
  /// Vectors of the features of users; `nil` if users were trained without features.
  public internal(set) var userFeatures: FeatureVectors?
  /// Vectors of the features of items; `nil` if items were trained without features.
  public internal(set) var itemFeatures: FeatureVectors?

  /// The median of ``secondsPerEpoch``.
  public var medianSecondsPerEpoch: Double {
    secondsPerEpoch.isEmpty ? 0 : secondsPerEpoch.sorted()[secondsPerEpoch.count / 2]
  }
}

/// The terms of the loss after a half-step. See ``WALSOptions``.
public struct WALSLoss: Sendable, Equatable, CustomStringConvertible {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The solved side: `users` or `items`.
  public let side: String
  /// Σ w (1 − s)² over observed pairs.
  public let observed: Double
  /// w0 Σ s² over unobserved pairs.
  public let unobserved: Double
  /// Σ λ |p|² over both sides.
  public let regularisation: Double
  /// The loss of present and absent features: see ``SideFeatures``. `nil` without features.
  public internal(set) var features: Double?

  /// The sum of all terms.
  public var total: Double { observed + unobserved + regularisation + (features ?? 0) }

  /// Epoch, side, total and terms on one line.
  public var description: String { point.description }

  /// The same loss as ``TrainedModel`` holds it.
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
  /// The content of an embeddings file: vectors, ids, titles, categories, attributes, histories, objective and provenance.
  ///
  /// - Parameters:
  ///   - interactions: The interactions the model was trained on.
  ///   - catalogue: Titles, categories and attributes of items, or `nil`. Items that are not in it get none.
  public func embeddings(for interactions: Interactions, catalogue: ItemTable? = nil) -> Embeddings {
    trained.embeddings(for: interactions, catalogue: catalogue)
  }

  /// The same model as every ``TrainingMethod`` makes it.
  public var trained: TrainedModel {
    var model = TrainedModel(objective: options.objective, options: record, users: users, items: items)
    model.losses = losses.map(\.point)
    model.secondsPerEpoch = secondsPerEpoch
    model.validation = validation
    model.notes = [options.adaptedNote].compactMap { $0 }
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
    return facts.merging(options.sideFeatures?.record ?? [:]) { own, _ in own }
  }
}
