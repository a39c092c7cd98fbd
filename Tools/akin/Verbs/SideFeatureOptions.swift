import AkinSupport
import AkinTraining
import AkinVectors

/// The options that say what features weigh in `wals`, and which of them the catalogue gives.
enum SideFeatureOptions {
  static let categories = Option<Bool>.flag(
    "category-features", "The categories of --items are features of items for wals")
  private static let userWeight = weight("user", "a user")
  private static let userBackground = background("user", "a user")
  private static let itemWeight = weight("item", "an item")
  private static let itemBackground = background("item", "an item")

  /// What features weigh.
  static let weights: [any AnyOption] = [userWeight, userBackground, itemWeight, itemBackground]

  private static func weight(_ side: String, _ owner: String) -> Option<Double?> {
    .optional(
      "\(side)-feature-weight", .number(in: 1e-6...1e6),
      "What a feature weighs that \(owner) has, beside observed pairs of about their value (default "
        + "\(JSONValue.number(SideFeatures.defaultWeight).text))")
  }

  private static func background(_ side: String, _ owner: String) -> Option<Double?> {
    .optional(
      "\(side)-feature-background", .number(in: 0...1e6),
      "What a feature weighs that \(owner) does not have (default "
        + "\(JSONValue.number(SideFeatures.defaultBackground).text))")
  }

  /// What `wals` learns from beside interactions, as a command line says; `nil` without features.
  ///
  /// - Throws: `UsageError` for the weight of features that are not there.
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

  /// The sides of a `wals` method, to which this adds the categories of a catalogue if the command line says so; `nil` for
  /// other methods, and without features.
  static func described(
    _ method: inout any TrainingMethod, _ validation: inout TrainValidation?, _ catalogue: ItemCatalogue?,
    _ arguments: Arguments
  ) throws -> SideFeatures? {
    guard var options = method as? WALSOptions, options.sideFeatures != nil else { return nil }
    if let catalogue, arguments[categories] { options.sideFeatures?.items = FeatureTable(catalogue: catalogue) }
    method = options
    validation?.method = options
    return options.sideFeatures
  }

  /// Throws when the categories of no catalogue are to be features, or another file's features too, or another model's.
  static func check(_ arguments: Arguments) throws(UsageError) {
    guard arguments[categories] else { return }
    guard ModelOptions.chosen(arguments) == .wals else {
      throw arguments.error(.lonely(categories.spelling, needs: "--model wals"))
    }
    guard arguments.has(TrainVerb.items) else {
      throw arguments.error(.lonely(categories.spelling, needs: TrainVerb.items.spelling))
    }
    try arguments.refuse(categories, with: FeatureOptions.itemFeatures)
  }
}

extension SideFeatures {
  /// Throws when features are of none of the users, or items, that interactions name: they are another data set's.
  func check(coverage interactions: Interactions) throws(FeatureUseError) {
    let all = [("users", users, interactions.userIDs), ("items", items, interactions.itemIDs)]
    for (noun, table, ids) in all {
      guard let table, table.rowCount > 0 else { continue }
      if table.coverage(of: ids).unknown == table.rowCount {
        throw .nobody(noun: noun, described: table.rowCount, known: ids.count)
      }
    }
  }

  /// How many users and items have features and no interactions, as a sentence; `nil` when all have some.
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
    return "\(parts.joined(separator: " and ")) without interactions: their vectors are made of their features"
  }
}

/// Features that cannot be used.
enum FeatureUseError: AkinError, Equatable {
  /// No id of the features stands in the interactions.
  case nobody(noun: String, described: Int, known: Int)

  var kind: TroubleKind { .badInput }

  var description: String {
    switch self {
    case .nobody(let noun, let described, let known):
      "expected features of \(noun) that the interactions name, found \(Numbers.grouped(described)) others "
        + "(the interactions name \(Numbers.grouped(known)))"
    }
  }

  var help: String? { "give both files the same ids" }
}
