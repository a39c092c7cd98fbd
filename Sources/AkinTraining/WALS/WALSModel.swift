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

  /// The median of ``secondsPerEpoch``.
  public var medianSecondsPerEpoch: Double {
    secondsPerEpoch.isEmpty ? 0 : secondsPerEpoch.sorted()[secondsPerEpoch.count / 2]
  }
}

/// The loss after a half-step, in its three parts. See ``WALSOptions``.
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

  /// The whole.
  public var total: Double { observed + unobserved + regularisation }

  public var description: String {
    "epoch \(epoch) \(side) loss \(rounded(total)) (observed \(rounded(observed)), unobserved \(rounded(unobserved)), "
      + "regularisation \(rounded(regularisation)))"
  }

  private func rounded(_ value: Double) -> String {
    guard value.magnitude < 1e15 else { return "\(value)" }
    return value.magnitude >= 1000 ? "\((value * 10).rounded() / 10)" : "\((value * 1e6).rounded() / 1e6)"
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
    precondition(
      interactions.byUser.rowCount == users.count && interactions.byItem.rowCount == items.count,
      "the model was trained on these interactions")
    var embeddings = Embeddings(items: items, itemIDs: interactions.itemIDs, metric: .innerProduct)
    embeddings.users = users
    embeddings.userIDs = interactions.userIDs
    embeddings.history = interactions.history
    embeddings.objective = options.objective
    if let catalogue {
      let (titles, categories) = catalogue.columns(for: interactions.itemIDs)
      embeddings.titles = titles
      embeddings.categories = categories
    }
    embeddings.provenance = provenance(of: interactions)
    return embeddings
  }

  private func provenance(of interactions: Interactions) -> [String: JSONValue] {
    let weighting: JSONValue =
      switch options.weighting {
      case .value: .string("value")
      case .constant: .string("constant")
      case .bm25: .string("bm25")
      }
    var facts: [String: JSONValue] = [
      "model": .string("wals"),
      "options": .object([
        "dimensions": .integer(Int64(options.dimensions)), "epochs": .integer(Int64(options.epochs)),
        "weighting": weighting, "alpha": .number(options.alpha), "w0": .number(options.w0),
        "lambda": .number(options.lambda), "nu": .number(options.nu), "seed": .string(String(options.seed)),
      ]),
      "inputDigest": .string(interactions.digest),
      "users": .integer(Int64(interactions.userIDs.count)),
      "items": .integer(Int64(interactions.itemIDs.count)),
      "interactions": .integer(Int64(interactions.count)),
      "rowsRead": .integer(Int64(interactions.rowsRead)),
    ]
    if let last = losses.last {
      facts["loss"] = .object([
        "observed": .number(last.observed), "unobserved": .number(last.unobserved),
        "regularisation": .number(last.regularisation), "total": .number(last.total),
      ])
    }
    if let range = interactions.valueRange {
      facts["values"] = .object([
        "smallest": .number(Double(range.lowerBound)), "largest": .number(Double(range.upperBound)),
      ])
    }
    return facts
  }
}
