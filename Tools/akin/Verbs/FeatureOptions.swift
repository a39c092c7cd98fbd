import AkinSupport
import AkinTraining
import AkinVectors

/// The options that say what is known of users and items beside who interacted with what, and the files they name.
enum FeatureOptions {
  private static let sides = SideOptions()

  static let users = Option<String?>.optional(
    "user-features", .file, "Features of users: CSV or TSV whose first row names the columns, one of them ids")
  static let items = Option<String?>.optional(
    "item-features", .file, "Features of items, likewise; MovieLens movies.csv is read as it is")
  static let categories = Option<Bool>.flag(
    "category-features", "The categories of --items are features of items")
  static let userWeight = weight("user")
  static let userBackground = background("user")
  static let itemWeight = weight("item")
  static let itemBackground = background("item")

  /// Files of features.
  static let files: [any AnyOption] = [users, items]
  /// What features weigh in `wals`.
  static let weights: [any AnyOption] = [userWeight, userBackground, itemWeight, itemBackground]

  private static func weight(_ side: String) -> Option<Double?> {
    .optional(
      "\(side)-feature-weight", .number(in: 1e-6...1e6),
      "What one feature of \(side == "item" ? "an item" : "a user") weighs, an observed pair of value 1 weighing about 1 "
        + "(default \(JSONValue.number(SideOptions.defaultWeight).text))")
  }

  private static func background(_ side: String) -> Option<Double?> {
    .optional(
      "\(side)-feature-background", .number(in: 0...1e6),
      "What a feature weighs that \(side == "item" ? "an item" : "a user") does not have (default "
        + "\(JSONValue.number(SideOptions.defaultBackground).text))")
  }

  /// Throws when a weight is given for features that are not, or the categories of no catalogue are to be features.
  ///
  /// - Parameter catalogue: The option that names a catalogue, where the verb has one.
  static func check(_ arguments: Arguments, catalogue: (any AnyOption)?) throws(UsageError) {
    if let catalogue, arguments[categories] {
      guard arguments.has(catalogue) else {
        throw arguments.error(.lonely(categories.spelling, needs: catalogue.spelling))
      }
      try arguments.refuse(categories, with: items)
    }
    let hasItems = arguments.has(items) || (catalogue != nil && arguments[categories])
    let needs: [(option: Option<Double?>, isGiven: Bool, file: String)] = [
      (userWeight, arguments.has(users), users.spelling), (userBackground, arguments.has(users), users.spelling),
      (itemWeight, hasItems, items.spelling), (itemBackground, hasItems, items.spelling),
    ]
    for (option, isGiven, file) in needs where arguments.has(option) && !isGiven {
      throw arguments.error(.lonely(option.spelling, needs: file))
    }
  }

  /// The features that a command line names, read; `nil` when it names none.
  ///
  /// - Parameter catalogue: Whose categories are features if `--category-features` says so.
  static func read(
    _ arguments: Arguments, catalogue: ItemCatalogue? = nil, execution: Execution = Execution()
  ) throws -> SideOptions? {
    var sides = SideOptions()
    sides.users = try arguments[users].map { try FeatureTable.read(path: $0, execution: execution) }
    sides.items = try arguments[items].map { try FeatureTable.read(path: $0, execution: execution) }
    if let catalogue, arguments[categories] { sides.items = FeatureTable(catalogue: catalogue) }
    if sides.users == nil && sides.items == nil { return nil }
    sides.userWeight = arguments[userWeight] ?? sides.userWeight
    sides.userBackground = arguments[userBackground] ?? min(sides.userBackground, sides.userWeight)
    sides.itemWeight = arguments[itemWeight] ?? sides.itemWeight
    sides.itemBackground = arguments[itemBackground] ?? min(sides.itemBackground, sides.itemWeight)
    try sides.check()
    return sides
  }
}

extension SideOptions {
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
