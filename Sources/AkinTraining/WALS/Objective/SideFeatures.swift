import AkinSupport
import AkinVectors

/// Features of users and items that ``WALS`` learns from together with the interactions.
///
/// The table of interactions A becomes the upper left corner of a block table (collective matrix factorisation, Singh and
/// Gordon 2008):
///
///                  items       user features
///     users       [ A            F ]
///     item        [ G         absent ]
///     features
///
/// Every row and column has a vector: p a user, q an item, h a user feature, e an item feature. With t the value of a
/// feature of a row (1 for a flag), the loss of ``WALSOptions`` grows by
///
///     Σ users with features    Σ present features weight (t − p·h)²  +  background Σ absent features (p·h)²
///     Σ items with features    Σ present features weight (t − e·q)²  +  background Σ absent features (e·q)²
///     Σ features λ |h|²  +  Σ features λ |e|²
///
/// The lower right corner has no cells: user features and item features do not meet. Regularisation grows with the mass
/// of a row, in which each feature counts its weight: λᵤ = lambda · (|Iᵤ| + weight · |features of u|)^nu.
///
/// **Numbers.** A column whose values are all 1 holds flags. Any other column is standardised over the rows that have a
/// value and interactions, and clipped at ten standard deviations; an absent number counts as the mean, 0. A constant
/// column of numbers is left out.
///
/// **Cold rows.** A user or an item without interactions is not trained, because the loss would treat it as seen and
/// rejected by everybody. After training it gets a vector made of its features, as ``SideFeatureFoldIn`` makes it.
public struct SideFeatures: Sendable, Equatable {
  /// Features of users, or `nil`.
  public var users: FeatureTable?
  /// Features of items, or `nil`.
  public var items: FeatureTable?
  /// The weight of a present feature of a user; 1e-6 to 1e6.
  public var userWeight = SideFeatures.defaultWeight
  /// The weight of an absent feature of a user; 0 to ``userWeight``.
  public var userBackground = SideFeatures.defaultBackground
  /// The weight of a present feature of an item; 1e-6 to 1e6.
  public var itemWeight = SideFeatures.defaultWeight
  /// The weight of an absent feature of an item; 0 to ``itemWeight``.
  public var itemBackground = SideFeatures.defaultBackground

  /// The default weight of a present feature.
  ///
  /// It is large because an item with a hundred interactions, each with a weight of about its value, would hardly follow
  /// its features otherwise. Chosen on MovieLens ml-latest-small and its genres: see `Tools/bench/sides`.
  public static let defaultWeight = 100.0
  /// The default weight of an absent feature.
  public static let defaultBackground = 10.0

  /// Creates side features with the default weights.
  ///
  /// - Parameters:
  ///   - users: Features of users, or `nil`.
  ///   - items: Features of items, or `nil`.
  public init(users: FeatureTable? = nil, items: FeatureTable? = nil) {
    self.users = users
    self.items = items
  }

  /// Checks the weights.
  ///
  /// - Throws: ``TrainingError/option(name:expected:found:)``.
  public func check() throws(TrainingError) {
    for (name, side) in [("user feature", ofUsers), ("item feature", ofItems)] {
      guard side.weight.isFinite, side.weight >= 1e-6, side.weight <= 1e6 else {
        throw .option(name: "\(name) weight", expected: "a number from 1e-6 to 1e6", found: "\(side.weight)")
      }
      guard side.background.isFinite, side.background >= 0, side.background <= side.weight else {
        throw .option(
          name: "\(name) background", expected: "a number from 0 to the weight, \(side.weight)",
          found: "\(side.background)")
      }
    }
  }

  /// The features of users with their weights.
  var ofUsers: WeightedFeatures {
    WeightedFeatures(table: users, weight: userWeight, background: userBackground)
  }

  /// The features of items with their weights.
  var ofItems: WeightedFeatures {
    WeightedFeatures(table: items, weight: itemWeight, background: itemBackground)
  }

  /// The number of features of both sides.
  var featureCount: Int { (users?.featureCount ?? 0) + (items?.featureCount ?? 0) }

  /// The entries of ``TrainedModel/options``, for the sides that have features.
  var record: [String: JSONValue] {
    var facts: [String: JSONValue] = [:]
    if let users, users.featureCount > 0 {
      facts["userFeatures"] = .integer(Int64(users.featureCount))
      facts["userFeatureWeight"] = .number(userWeight)
      facts["userFeatureBackground"] = .number(userBackground)
    }
    if let items, items.featureCount > 0 {
      facts["itemFeatures"] = .integer(Int64(items.featureCount))
      facts["itemFeatureWeight"] = .number(itemWeight)
      facts["itemFeatureBackground"] = .number(itemBackground)
    }
    return facts
  }
}

/// The features of one side, and the weights of present and absent ones.
struct WeightedFeatures {
  let table: FeatureTable?
  let weight: Double
  let background: Double
}
