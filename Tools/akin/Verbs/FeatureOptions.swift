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

  static let all: [any AnyOption] = [userFeatures, itemFeatures, userColumns, itemColumns]

  /// The features of users and of items.
  struct Features: Sendable {
    var users: FeatureTable?
    var items: FeatureTable?
  }

  /// Reads the files that a command line names.
  static func read(_ arguments: Arguments, execution: Execution = Execution()) throws -> Features {
    Features(
      users: try table(arguments, userFeatures, userColumns, execution),
      items: try table(arguments, itemFeatures, itemColumns, execution))
  }

  private static func table(
    _ arguments: Arguments, _ file: Option<String?>, _ columns: Option<[ColumnChoice]>, _ execution: Execution
  ) throws -> FeatureTable? {
    guard let path = arguments[file] else {
      if arguments.has(columns) { throw arguments.error(.lonely(columns.spelling, needs: file.spelling)) }
      return nil
    }
    return try FeatureTable.read(
      path: path, columns: arguments.has(columns) ? arguments[columns] : nil, execution: execution)
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
