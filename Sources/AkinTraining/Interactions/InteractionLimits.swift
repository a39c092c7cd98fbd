import AkinSupport

/// Which users and items of interactions are kept: the busiest ones, and those with enough interactions.
///
/// First ``topUsers`` and ``topItems`` cut out the dense corner of the table: the users and the items with the most
/// interactions, each counted in the whole table, ties by id. Then users and items with too few interactions in what is left go,
/// all at once, again and again, until everybody has enough: the (p, q)-core of the graph of users and items, with p = q the
/// k-core (Seidman 1983). It is the largest part of the table in which everybody has enough, whatever the order.
public struct InteractionLimits: Sendable, Equatable {
  /// The fewest interactions of a user; at least 1, which keeps all.
  public var minUserCount = 1
  /// The fewest interactions of an item; at least 1, which keeps all.
  public var minItemCount = 1
  /// How many users are kept at most, at least 1; `nil` for all.
  public var topUsers: Int?
  /// How many items are kept at most, at least 1; `nil` for all.
  public var topItems: Int?

  /// Creates limits that keep everything.
  public init() {}

  /// Whether everything is kept.
  public var keepAll: Bool { self == InteractionLimits() }

  /// Checks the limits.
  ///
  /// - Throws: ``InteractionLimitError/option(name:found:)``.
  public func check() throws(InteractionLimitError) {
    let all = [
      ("min-user-count", minUserCount), ("min-item-count", minItemCount), ("top-users", topUsers ?? 1),
      ("top-items", topItems ?? 1),
    ]
    for (name, count) in all where count < 1 { throw .option(name: name, found: count) }
  }
}

/// What ``InteractionLimits`` have left out.
public struct LeftOut: Sendable, Equatable, CustomStringConvertible {
  /// Numbers of users, items and interactions.
  public struct Counts: Sendable, Equatable {
    /// Users with interactions.
    public var users: Int
    /// Items with interactions.
    public var items: Int
    /// Pairs of a user and an item.
    public var interactions: Int
  }

  /// What there was.
  public let before: Counts
  /// What is kept.
  public let kept: Counts
  /// How often users and items with too few interactions were dropped until nobody was left who had too few.
  public let rounds: Int

  /// The numbers of what is left out: `2 of 60 users, 0 of 45 items and 7 of 500 interactions, in 1 round of …`.
  public var description: String {
    func share(_ count: KeyPath<Counts, Int>, _ noun: String) -> String {
      "\(before[keyPath: count] - kept[keyPath: count]) of \(before[keyPath: count]) \(noun)"
    }
    return "\(share(\.users, "users")), \(share(\.items, "items")) and \(share(\.interactions, "interactions"))"
      + (rounds > 0 ? ", in \(rounds) \(rounds == 1 ? "round" : "rounds") of too few interactions" : "")
  }

  /// The numbers by name, for provenance and reports.
  public var json: JSONValue {
    func counts(_ counts: Counts) -> JSONValue {
      .object([
        "users": .integer(Int64(counts.users)), "items": .integer(Int64(counts.items)),
        "interactions": .integer(Int64(counts.interactions)),
      ])
    }
    return .object(["before": counts(before), "kept": counts(kept), "rounds": .integer(Int64(rounds))])
  }
}

/// Errors of ``InteractionLimits``.
public enum InteractionLimitError: AkinError, Equatable {
  /// A limit is below 1.
  case option(name: String, found: Int)
  /// Nothing is within the limits.
  case nothingKept(users: Int, items: Int, interactions: Int)

  public var kind: TroubleKind { if case .option = self { .usage } else { .badInput } }

  public var description: String {
    switch self {
    case .option(let name, let found): "\(name): expected a whole number of at least 1, found \(found)"
    case .nothingKept(let users, let items, let interactions):
      "expected interactions within the limits, found none: the \(interactions) interactions of \(users) users with "
        + "\(items) items hold no part in which everybody has enough"
    }
  }

  public var help: String? {
    if case .nothingKept = self {
      "lower the fewest interactions, or keep more of the top users and items"
    } else {
      nil
    }
  }
}
