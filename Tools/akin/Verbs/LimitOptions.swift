import AkinSupport
import AkinTraining
import AkinVectors

/// The options that choose which users and items are kept.
enum LimitOptions {
  private static let limits = InteractionLimits()

  static let minUserCount = Option(
    "min-user-count", .integer(in: 1...1_000_000_000), default: limits.minUserCount,
    "Leave out users with fewer interactions, and repeat with --min-item-count until all that are left have enough")
  static let minItemCount = Option(
    "min-item-count", .integer(in: 1...1_000_000_000), default: limits.minItemCount,
    "Leave out items with fewer interactions, and repeat with --min-user-count until all that are left have enough")
  static let topUsers = Option<Int?>.optional(
    "top-users", .integer(in: 1...1_000_000_000),
    "First keep only the users with the most interactions, so many of them", default: "all")
  static let topItems = Option<Int?>.optional(
    "top-items", .integer(in: 1...1_000_000_000),
    "First keep only the items with the most interactions, so many of them", default: "all")

  static let all: [any AnyOption] = [minUserCount, minItemCount, topUsers, topItems]
  static let group = OptionGroup("Kept users and items", all)

  /// Interactions within the limits of a command line.
  struct Limited {
    let interactions: Interactions
    /// What is left out; `nil` without limits.
    let leftOut: LeftOut?
    /// The ids of items that are left out.
    private let items: Set<ItemID>

    /// - Parameters:
    ///   - whole: All interactions.
    ///   - arguments: The command line.
    ///   - path: The name of the interactions in the notice of what was left out.
    ///   - execution: Notices.
    /// - Throws: `InteractionLimitError`.
    init(_ whole: Interactions, _ arguments: Arguments, _ path: String, _ execution: Execution) throws {
      let limits = LimitOptions.limits(arguments)
      if limits.keepAll {
        (interactions, leftOut, items) = (whole, nil, [])
        return
      }
      let (kept, leftOut) = try whole.keeping(within: limits)
      execution.notice?(Notice("\(path): left out \(leftOut)"))
      interactions = kept
      self.leftOut = leftOut
      items = Limited.names(whole.itemIDs).subtracting(Limited.names(kept.itemIDs))
    }

    /// Whether an item had interactions and is left out.
    func isLeftOut(_ item: ItemID) -> Bool { !items.isEmpty && items.contains(item) }

    private static func names(_ ids: IDColumn) -> Set<ItemID> {
      Set((0..<ids.count).lazy.map { ids[Row($0)] })
    }
  }

  /// The limits of a command line.
  private static func limits(_ arguments: Arguments) -> InteractionLimits {
    var limits = InteractionLimits()
    limits.minUserCount = arguments[minUserCount]
    limits.minItemCount = arguments[minItemCount]
    limits.topUsers = arguments[topUsers]
    limits.topItems = arguments[topItems]
    return limits
  }
}
