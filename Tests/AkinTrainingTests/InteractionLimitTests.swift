import AkinSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Users and items that are kept")
struct InteractionLimitTests {
  private typealias Pair = (user: Int, item: Int)

  private func limits(_ user: Int = 1, _ item: Int = 1, _ topUsers: Int? = nil, _ topItems: Int? = nil)
    -> InteractionLimits
  {
    var limits = InteractionLimits()
    (limits.minUserCount, limits.minItemCount, limits.topUsers, limits.topItems) = (user, item, topUsers, topItems)
    return limits
  }

  private func timed(_ seed: UInt64, users: Int = 40, items: Int = 30, count: Int = 250) throws -> Interactions {
    var x = try ratings(users: users, items: items, count: count, seed: seed)
    x.times = (0..<x.count).map { Double($0) }
    return x
  }

  private func pairs(_ x: Interactions) -> [Pair] {
    (0..<x.byUser.rowCount).flatMap { user in
      (x.byUser.offsets[user]..<x.byUser.offsets[user + 1]).map { Pair(user, Int(x.byUser.others[$0])) }
    }
  }

  /// Value and time of each pair, by the ids of user and item.
  private func named(_ x: Interactions) -> [String: [Double]] {
    var all: [String: [Double]] = [:]
    for (place, pair) in pairs(x).enumerated() {
      all["\(x.userIDs[Row(pair.user)]) \(x.itemIDs[Row(pair.item)])"] = [
        Double(x.byUser.values[place]), x.times?[place] ?? -1,
      ]
    }
    return all
  }

  /// What is left of the list of pairs, filtered until nothing changes, and how often that took.
  private func slow(_ x: Interactions, _ limits: InteractionLimits) -> (left: [Pair], rounds: Int) {
    let all = pairs(x)
    func busiest(_ most: Int?, by key: (Pair) -> Int) -> Set<Int> {
      let counts = Dictionary(grouping: all, by: key).mapValues(\.count)
      return Set(counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(most ?? .max).map(\.key))
    }
    let (users, items) = (busiest(limits.topUsers) { $0.user }, busiest(limits.topItems) { $0.item })
    var left = all.filter { users.contains($0.user) && items.contains($0.item) }
    var rounds = 0
    while true {
      let users = Dictionary(grouping: left) { $0.user }.mapValues(\.count)
      let items = Dictionary(grouping: left) { $0.item }.mapValues(\.count)
      let next = left.filter { users[$0.user]! >= limits.minUserCount && items[$0.item]! >= limits.minItemCount }
      if next.count == left.count { return (left, rounds) }
      left = next
      rounds += 1
    }
  }

  @Test(
    "What is left is what filtering the pairs until nothing changes leaves, and the same again", arguments: [1, 2, 3])
  func core(seed: UInt64) throws {
    let x = try timed(seed)
    let all = named(x)
    var longest = 0
    for limits in [
      limits(), limits(4), limits(1, 6), limits(4, 4), limits(1, 1, 7, 6), limits(2, 3, 20, 12),
      limits(2, 2, 1000, 1000),
    ] {
      let (kept, leftOut) = try x.keeping(within: limits)
      let (left, rounds) = slow(x, limits)
      let expected = Set(left.map { "\(x.userIDs[Row($0.user)]) \(x.itemIDs[Row($0.item)])" })
      let found = named(kept)
      #expect(Set(found.keys) == expected, "seed \(seed), \(limits)")
      #expect(found.allSatisfy { all[$0.key] == $0.value }, "seed \(seed), \(limits)")
      #expect(kept.byItem == kept.byUser.transposed(rowCount: kept.itemIDs.count))
      #expect(kept.byUser.activeRows == kept.userIDs.count && kept.byItem.activeRows == kept.itemIDs.count)
      #expect(leftOut.kept == .init(users: kept.userIDs.count, items: kept.itemIDs.count, interactions: kept.count))
      #expect(leftOut.before == .init(users: x.byUser.activeRows, items: x.byItem.activeRows, interactions: x.count))
      #expect(leftOut.rounds == rounds, "seed \(seed), \(limits)")
      longest = max(longest, rounds)
      let ids = (0..<kept.userIDs.count).map { kept.userIDs[Row($0)] }
      #expect(ids == (0..<x.userIDs.count).map { x.userIDs[Row($0)] }.filter(Set(ids).contains), "the order is kept")
      let again = try kept.keeping(within: limits)
      #expect(again.interactions.digest == kept.digest && again.leftOut.kept == again.leftOut.before)
    }
    #expect(longest > 1, "seed \(seed): no limits took more than \(longest) rounds")
  }

  @Test("No larger part of a table has the property, of all parts that there are", arguments: [4, 5, 6])
  func largest(seed: UInt64) throws {
    let x = try timed(seed, users: 5, items: 5, count: 24)
    let (users, items) = (x.userIDs.count, x.itemIDs.count)
    let pairs = pairs(x)
    for (p, q) in [(2, 2), (3, 2), (3, 3)] {
      var largest = 0
      for chosen in 0..<(1 << (users + items)) {
        let inside = pairs.filter { chosen >> $0.user & 1 == 1 && chosen >> (users + $0.item) & 1 == 1 }
        let byUser = Dictionary(grouping: inside) { $0.user }
        let byItem = Dictionary(grouping: inside) { $0.item }
        if byUser.values.allSatisfy({ $0.count >= p }), byItem.values.allSatisfy({ $0.count >= q }) {
          largest = max(largest, inside.count)
        }
      }
      let kept = try? x.keeping(within: limits(p, q)).interactions.count
      #expect((kept ?? 0) == largest, "seed \(seed), at least \(p) and \(q)")
    }
  }

  @Test("Words as ids stay, and so do users without pairs when everything else does not")
  func words() throws {
    let rows: [(user: UserID, item: ItemID, value: Float)] = [
      (.text("ann"), .text("x"), 1), (.text("ann"), .text("y"), 2), (.text("bob"), .text("y"), 3),
      (.text("cy"), .text("z"), 4),
    ]
    let (kept, leftOut) = try Interactions(rows: rows).keeping(within: limits(1, 2))
    #expect(kept.userIDs == .texts(["ann", "bob"]) && kept.itemIDs == .texts(["y"]) && kept.byUser.values == [2, 3])
    #expect(
      leftOut.description
        == "1 of 3 users, 2 of 3 items and 2 of 4 interactions, in 1 round of too few interactions")
  }

  @Test("Limits that keep nothing, or are below 1, are errors that say so")
  func refusals() throws {
    let x = try Interactions(rows: [(.number(1), .number(2), 1), (.number(1), .number(3), 1)])
    let nothing = InteractionLimitError.nothingKept(users: 1, items: 2, interactions: 2)
    #expect(throws: nothing) { try x.keeping(within: limits(1, 2)) }
    #expect(
      nothing.description
        == "expected interactions within the limits, found none: the 2 interactions of 1 users with 2 items hold no part in "
        + "which everybody has enough")
    #expect(nothing.help == "lower the fewest interactions, or keep more of the top users and items")
    for (name, bad) in [
      ("min-user-count", limits(0)), ("min-item-count", limits(1, -1)), ("top-users", limits(1, 1, 0)),
      ("top-items", limits(1, 1, nil, 0)),
    ] {
      let found = name == "min-item-count" ? -1 : 0
      let error = InteractionLimitError.option(name: name, found: found)
      #expect(throws: error) { try x.keeping(within: bad) }
      #expect(error.description == "\(name): expected a whole number of at least 1, found \(found)")
    }
  }
}
