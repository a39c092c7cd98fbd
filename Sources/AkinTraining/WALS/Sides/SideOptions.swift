import AkinSupport
import AkinVectors

/// Features of users and of items, which ``WALS`` learns from beside the interactions.
///
/// The table of interactions becomes the upper left corner of a larger one:
///
///                  items       user features
///     users       [ A            F ]
///     item        [ G        nothing ]
///     features
///
/// Every row and every column of it has a vector: p a user, q an item, h a user feature, e an item feature. With t what a
/// row has of a feature (1 for a flag), the loss of ``WALSOptions`` grows by
///
///     Σ users that have features    Σ features it has weight (t − p·h)²  +  background Σ others (p·h)²
///     Σ items that have features    Σ features it has weight (t − e·q)²  +  background Σ others (e·q)²
///     Σ features λ |h|²  +  Σ features λ |e|²
///
/// The fourth corner does not exist: no user feature meets an item feature. Regularisation grows with a row's count, in
/// which each feature counts as much as its weight: λᵤ = lambda · (|Iᵤ| + weight · |features of u|)^nu.
///
/// **Numbers.** A column whose values are all 1 is of flags. Any other column is standardised over the rows that have a
/// value and interactions, and cut off at ten standard deviations; a number that is not given is 0 after that, the mean.
/// A column of numbers that are all the same says nothing and is left out.
///
/// **Cold rows.** An item (a user) without interactions is not trained on: it would be one that everybody passed over.
/// When training is over it gets the vector that its features make, which is what ``SideFoldIn`` gives a new one.
public struct SideOptions: Sendable, Equatable {
  /// Features of users, or `nil`.
  public var users: FeatureTable?
  /// Features of items, or `nil`.
  public var items: FeatureTable?
  /// The weight of a feature that a user has, and of one that it does not have.
  public var userWeight = SideOptions.defaultWeight
  public var userBackground = SideOptions.defaultBackground
  /// The weight of a feature that an item has, and of one that it does not have.
  public var itemWeight = SideOptions.defaultWeight
  public var itemBackground = SideOptions.defaultBackground

  /// The weights that nobody chose: heavy, because an item of a hundred interactions, each of which weighs about its value,
  /// would else hardly hear its features. Chosen on MovieLens ml-latest-small and its genres: see `Tools/bench/sides`.
  public static let defaultWeight = 100.0
  public static let defaultBackground = 10.0

  /// Creates options with the default weights.
  public init(users: FeatureTable? = nil, items: FeatureTable? = nil) {
    self.users = users
    self.items = items
  }

  /// Throws ``WALSError/option(name:expected:found:)`` when a weight has no meaning.
  public func check() throws(WALSError) {
    let all = [
      ("user feature", userWeight, userBackground), ("item feature", itemWeight, itemBackground),
    ]
    for (name, weight, background) in all {
      guard weight.isFinite, weight >= 1e-6, weight <= 1e6 else {
        throw .option(name: "\(name) weight", expected: "a number from 1e-6 to 1e6", found: "\(weight)")
      }
      guard background.isFinite, background >= 0, background <= weight else {
        throw .option(
          name: "\(name) background", expected: "a number from 0 to the weight, \(weight)", found: "\(background)")
      }
    }
  }

  /// How many features are given in all.
  var featureCount: Int { (users?.featureCount ?? 0) + (items?.featureCount ?? 0) }

  /// What goes into the record of options: of sides that are there.
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
