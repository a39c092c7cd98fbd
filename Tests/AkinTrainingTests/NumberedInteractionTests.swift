import AkinSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Interactions of numbered users and items")
struct NumberedInteractionTests {
  private struct Pair: Hashable {
    let user: Int
    let item: Int
  }

  @Test("are those that rows of ids give, with users and items that have none", arguments: [1, 2, 3] as [UInt64])
  func same(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for (users, items, most) in [(1, 1, 1), (9, 4, 12), (40, 70, 600)] {
      let userIDs = (0..<users).map { UInt64($0) * 3 + 1 }
      let itemIDs = (0..<items).map { UInt64($0) * UInt64($0) + 7 }
      let some = (0..<most).map { _ in
        Pair(user: Int.random(in: 0..<users, using: &random), item: Int.random(in: 0..<items, using: &random))
      }
      let pairs = Set(some).sorted { ($0.user, $0.item) < ($1.user, $1.item) }.shuffled(using: &random)
      let values = pairs.map { _ in Float.random(in: 0...5, using: &random) }
      let rows = zip(pairs, values).map { pair, value in
        (user: ItemID.number(userIDs[pair.user]), item: ItemID.number(itemIDs[pair.item]), value: value)
      }
      let wanted = try Interactions(rows: rows).including(users: .numbers(userIDs), items: .numbers(itemIDs))
      let found = try #require(
        try Interactions(userIDs: userIDs, itemIDs: itemIDs, count: pairs.count, allowsNegativeValues: false) {
          (UInt32(pairs[$0].user), UInt32(pairs[$0].item), values[$0])
        })
      #expect(found.byUser == wanted.byUser && found.byItem == wanted.byItem, "seed \(seed), \(users) × \(items)")
      #expect(found.userIDs == wanted.userIDs && found.itemIDs == wanted.itemIDs && found.digest == wanted.digest)
    }
  }

  @Test("are none where a pair occurs twice, and an error for a bad value")
  func refused() throws {
    let twice = try Interactions(userIDs: [1, 2], itemIDs: [5], count: 3, allowsNegativeValues: false) {
      (UInt32($0 % 2), 0, 1)
    }
    #expect(twice == nil)
    for (value, problem) in [
      (-Float.infinity, InteractionError.Problem.notFinite(found: "-inf")), (.nan, .notFinite(found: "nan")),
      (-1, .negative(found: "-1.0")),
    ] {
      #expect(throws: InteractionError(path: "interactions", line: 2, problem)) {
        try Interactions(userIDs: [1, 2], itemIDs: [5], count: 2, allowsNegativeValues: false) {
          (UInt32($0), 0, $0 == 1 ? value : 1)
        }
      }
    }
    let negative = try Interactions(userIDs: [1], itemIDs: [5], count: 1, allowsNegativeValues: true) { _ in (0, 0, -1)
    }
    #expect(negative?.byUser.values == [-1])
  }
}
