import AkinSupport
import AkinTraining

/// The options for files of features.
enum FeatureOptions {
  static let userFeatures = Option<String?>.optional(
    "user-features", .stream,
    "User features: CSV or TSV with a header, a column of ids, and columns of numbers or of words separated by |. "
      + "Users without interactions get vectors too")
  static let itemFeatures = Option<String?>.optional(
    "item-features", .stream,
    "Item features, in the format of --user-features; ignores columns named title, name or label")
  static let userColumns = Option<[ColumnChoice]>(
    "user-feature-columns", .columns, default: [], "Columns of --user-features to use", described: "all")
  static let itemColumns = Option<[ColumnChoice]>(
    "item-feature-columns", .columns, default: [], "Columns of --item-features to use",
    described: "all but titles")

  static let userID = Option<ColumnChoice?>.optional(
    "user-feature-id", .column, "Column of ids of --user-features", default: "a known name like userId or id")
  static let itemID = Option<ColumnChoice?>.optional(
    "item-feature-id", .column, "Column of ids of --item-features", default: "a known name like movieId or id")

  static let all: [any AnyOption] = [userFeatures, itemFeatures, userID, itemID, userColumns, itemColumns]

  /// The features of users and of items.
  struct Features: Sendable {
    var users: FeatureTable?
    var items: FeatureTable?
  }

  /// Reads the files that a command line names.
  static func read(_ arguments: Arguments, execution: Execution = Execution()) throws -> Features {
    Features(
      users: try table(arguments, userFeatures, .user, userID, userColumns, execution),
      items: try table(arguments, itemFeatures, .item, itemID, itemColumns, execution))
  }

  private static func table(
    _ arguments: Arguments, _ file: Option<String?>, _ side: FeatureSide, _ id: Option<ColumnChoice?>,
    _ columns: Option<[ColumnChoice]>, _ execution: Execution
  ) throws -> FeatureTable? {
    guard let path = arguments[file] else {
      for option in [id, columns] as [any AnyOption] where arguments.has(option) {
        throw arguments.error(.lonely(option.spelling, needs: file.spelling))
      }
      return nil
    }
    return try FeatureTable.read(
      path: path, format: InputOptions.text(arguments), id: arguments[id], of: side,
      columns: arguments.has(columns) ? arguments[columns] : nil, execution: execution)
  }

  /// Notes features that share few ids with the interactions.
  ///
  /// - Throws: `InteractionError` for features that share none: the files belong to different data sets.
  static func check(
    _ features: Features, _ arguments: Arguments, interactions: Interactions, execution: Execution
  ) throws {
    if let table = features.users, let path = arguments[userFeatures] {
      try execution.note(Meeting("users", of: table.ids, in: interactions.userIDs), of: path)
    }
    if let table = features.items, let path = arguments[itemFeatures] {
      try execution.note(Meeting("items", of: table.ids, in: interactions.itemIDs), of: path)
    }
  }
}

extension Reading where Value == [ColumnChoice] {
  /// Columns of a table.
  static let columns = Reading(
    placeholder: "LIST", expected: "names or numbers (from 1) of columns, separated by commas", isList: true,
    show: { $0.map(Reading<ColumnChoice>.column.show).joined(separator: ",") },
    read: { text in
      let choices = text.split(separator: ",", omittingEmptySubsequences: false).map {
        Reading<ColumnChoice>.column.read(String($0))
      }
      return choices.contains { $0 == nil } ? nil : choices.compactMap { $0 }
    })
}
