import AkinSupport
import AkinTraining
import AkinVectors

/// The options for feature weights in `wals` and for features from the catalogue.
enum SideFeatureOptions {
  static let categories = Option<Bool>.flag(
    "category-features", "Use the categories of --items as item features for wals")
  private static let userWeight = weight("user", "a user")
  private static let userBackground = background("user", "a user")
  private static let itemWeight = weight("item", "an item")
  private static let itemBackground = background("item", "an item")

  /// The options of feature weights.
  static let weights: [any AnyOption] = [userWeight, userBackground, itemWeight, itemBackground]

  private static func weight(_ side: String, _ owner: String) -> Option<Double?> {
    .optional(
      "\(side)-feature-weight", .number(in: 1e-6...1e6),
      "Weight of a feature that \(owner) has; an observed pair weighs about its value",
      default: JSONValue.number(SideFeatures.defaultWeight).text)
  }

  private static func background(_ side: String, _ owner: String) -> Option<Double?> {
    .optional(
      "\(side)-feature-background", .number(in: 0...1e6),
      "Weight of a feature that \(owner) does not have",
      default: JSONValue.number(SideFeatures.defaultBackground).text)
  }

  /// The features of `wals` on a command line; `nil` without features.
  ///
  /// - Throws: `UsageError` for a weight without its features.
  static func sides(_ arguments: Arguments, _ features: FeatureOptions.Features) throws(UsageError) -> SideFeatures? {
    var sides = SideFeatures(users: features.users, items: features.items)
    let hasItems = features.items != nil || arguments[categories]
    let needs: [(option: Option<Double?>, isGiven: Bool, file: String)] = [
      (userWeight, features.users != nil, FeatureOptions.userFeatures.spelling),
      (userBackground, features.users != nil, FeatureOptions.userFeatures.spelling),
      (itemWeight, hasItems, FeatureOptions.itemFeatures.spelling),
      (itemBackground, hasItems, FeatureOptions.itemFeatures.spelling),
    ]
    for (option, isGiven, file) in needs where arguments.has(option) && !isGiven {
      throw arguments.error(.lonely(option.spelling, needs: file))
    }
    sides.userWeight = arguments[userWeight] ?? sides.userWeight
    sides.userBackground = arguments[userBackground] ?? min(sides.userBackground, sides.userWeight)
    sides.itemWeight = arguments[itemWeight] ?? sides.itemWeight
    sides.itemBackground = arguments[itemBackground] ?? min(sides.itemBackground, sides.itemWeight)
    return features.users == nil && !hasItems ? nil : sides
  }

  /// The features of a `wals` method, with the categories of the catalogue if the command line asks for them; `nil` for
  /// other methods and without features.
  static func described(
    _ method: inout any TrainingMethod, _ validation: inout TrainValidation?, _ catalogue: ItemTable?,
    _ arguments: Arguments
  ) throws -> SideFeatures? {
    guard var options = method as? WALSOptions, options.sideFeatures != nil else { return nil }
    if let catalogue, arguments[categories] { options.sideFeatures?.items = FeatureTable(catalogue: catalogue) }
    method = options
    validation?.method = options
    return options.sideFeatures
  }

  /// Throws for `--category-features` without `--items`, with another model than wals, or with `--item-features`.
  static func check(_ arguments: Arguments) throws(UsageError) {
    guard arguments[categories] else { return }
    guard ModelOptions.chosen(arguments) == .wals else {
      throw arguments.error(.lonely(categories.spelling, needs: "--model wals"))
    }
    guard arguments.has(InputOptions.items) else {
      throw arguments.error(.lonely(categories.spelling, needs: InputOptions.items.spelling))
    }
    try arguments.refuse(categories, with: FeatureOptions.itemFeatures)
  }
}

extension SideFeatures {
  /// A sentence with the numbers of users and items that have features but no interactions; `nil` for none.
  func note(on interactions: Interactions) -> String? {
    let parts = [("users", users, interactions.byUser), ("items", items, interactions.byItem)].compactMap {
      noun, table, pairs -> String? in
      guard let table else { return nil }
      let ids = noun == "users" ? interactions.userIDs : interactions.itemIDs
      let described = table.aligned(to: ids)
      let cold = (0..<pairs.rowCount).count {
        pairs.count(ofRow: $0) == 0 && described.offsets[$0 + 1] > described.offsets[$0]
      }
      return cold > 0 ? Numbers.counted(cold, noun) : nil
    }
    if parts.isEmpty { return nil }
    return "\(parts.joined(separator: " and ")) without interactions got vectors from their features"
  }
}
