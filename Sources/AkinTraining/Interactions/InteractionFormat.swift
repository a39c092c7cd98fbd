/// The layout of a file of interactions. The defaults read most files as they are, for example MovieLens.
public struct InteractionFormat: Sendable, Equatable {
  /// What a line holds.
  public enum Layout: String, Sendable, CaseIterable {
    /// One interaction.
    case rows
    /// A user and all items of this user, as LightGCN and NGCF have them. Every value is 1.
    case lists
  }

  /// Separator, quotes, encoding and decimal mark.
  public var text = TextFormat()
  /// What a line holds.
  public var layout = Layout.rows
  /// Whether the first row names the columns.
  public var header = HeaderRule.detect
  /// The column of users; `nil` takes a known name (`userId`, `reviewerID`, …), without a header the first column of ids.
  public var user: ColumnChoice?
  /// The column of items; `nil` takes a known name (`movieId`, `asin`, …), without a header the second column of ids.
  public var item: ColumnChoice?
  /// The column of values; `nil` takes a known name (`rating`, `count`, …), without a header the third column if it holds
  /// possible values.
  public var value: ColumnChoice?
  /// The column of times; `nil` takes a known name (`timestamp`, `date`, …), without a header a column of times.
  public var time: ColumnChoice?
  /// Whether times are read: numbers of any unit, or dates like `2026-11-21 05:06:45`. The column must exist then.
  public var readsTimes = false
  /// Whether the items of a list have their places as times, if times are read: for what needs the order of a user's items alone.
  public var takesPlacesForTimes = false
  /// Whether a column of times is left alone, whatever its name.
  public var ignoresTimes = false
  /// Whether every value is 1, whatever the file holds. Without a column of values it is 1 too.
  public var ignoresValues = false
  /// Whether values may be below 0, as ratings of any scale are: `Objective.Model.allowsNegativeValues` says which models
  /// learn from them.
  public var allowsNegativeValues = false
  /// Whether a value of 0 is a label: `Objective.Model.learnsLabels` says for which models.
  package var readsLabels = false
  /// What happens to a pair of user and item that occurs in several rows.
  public var duplicates = DuplicateRule.refuse

  /// Creates the default layout.
  public init() {}
}
