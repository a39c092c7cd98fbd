import AkinSupport
import AkinVectors

@testable import AkinTraining

/// Interactions and features drawn from a seed: users 0 to 39 and items 0 to 29 of which the last few have no
/// interactions, some rows without features, flags and numbers.
struct SideWorld {
  let x: Interactions
  let users: FeatureTable
  let items: FeatureTable

  static let userCount = 40
  static let itemCount = 30

  init(seed: UInt64, pairs: Int = 260) throws {
    var random = SeededGenerator(seed: seed)
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for _ in 0..<pairs {
      // Users and items of one parity like each other.
      let user = Int(random.next() % 36)
      let item = (Int(random.next() % 13) * 2 + (random.next() % 8 == 0 ? 1 : user) % 2)
      rows.append((.number(UInt64(user)), .number(UInt64(item)), Float(1 + random.next() % 5)))
    }
    let read = try Interactions(rows: rows, duplicates: .last)
    x = try read.including(
      users: .numbers((0..<UInt64(Self.userCount)).map { $0 }), items: .numbers((0..<UInt64(Self.itemCount)).map { $0 })
    )
    users = Self.table(count: Self.userCount, &random)
    items = Self.table(count: Self.itemCount, &random)
  }

  /// Features: even, odd, three drawn flags, a number, and a number that is always 7. Every ninth row has none.
  private static func table(count: Int, _ random: inout SeededGenerator) -> FeatureTable {
    var offsets = [0]
    var columns: [UInt32] = []
    var values: [Float] = []
    for row in 0..<count {
      if row % 9 != 4 {
        columns.append(UInt32(row % 2))
        values.append(1)
        for flag in 2..<5 where random.next() % 3 == 0 {
          columns.append(UInt32(flag))
          values.append(1)
        }
        if row % 5 != 0 {
          columns.append(5)
          values.append(1990 + Float(random.next() % 30))
        }
        columns.append(6)
        values.append(7)
      }
      offsets.append(columns.count)
    }
    return FeatureTable(
      ids: .numbers((0..<UInt64(count)).map { $0 }),
      names: ["kind=even", "kind=odd", "tag=a", "tag=b", "tag=c", "year", "seven"], offsets: offsets, columns: columns,
      values: values)
  }
}
