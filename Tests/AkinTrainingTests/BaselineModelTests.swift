import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinTraining

@Suite("item-knn and ease")
struct BaselineModelTests {
  /// Shapes: more users than items, and more items than users.
  private static let shapes: [(users: Int, items: Int, seed: UInt64)] = [(40, 14, 1), (13, 37, 2), (30, 30, 3)]

  private func world(_ shape: (users: Int, items: Int, seed: UInt64)) throws -> Interactions {
    try ratings(users: shape.users, items: shape.items, count: 160, seed: shape.seed)
  }

  /// The table of ones.
  private func ones(_ x: Interactions) -> [[Double]] {
    var table = [[Double]](repeating: [Double](repeating: 0, count: x.itemIDs.count), count: x.userIDs.count)
    for user in table.indices {
      for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] { table[user][Int(x.byUser.others[place])] = 1 }
    }
    return table
  }

  private func histories(_ x: Interactions) -> [[UInt32]] {
    (0..<x.userIDs.count).map { Array(x.byUser.others[x.byUser.offsets[$0]..<x.byUser.offsets[$0 + 1]]) }
      + [[], [0], [UInt32(x.itemIDs.count - 1), 0]]
  }

  /// Solves a small system by elimination with the largest pivots.
  private func solve(_ a: [[Double]], _ b: [Double]) -> [Double] {
    let n = b.count
    var rows = zip(a, b).map { $0 + [$1] }
    for pivot in 0..<n {
      let best = (pivot..<n).max { abs(rows[$0][pivot]) < abs(rows[$1][pivot]) } ?? pivot
      rows.swapAt(pivot, best)
      for row in 0..<n where row != pivot {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        for column in pivot...n { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    return (0..<n).map { rows[$0][n] / rows[$0][$0] }
  }

  @Test("An item of ease is the ridge regression on all other items, whichever side is shorter", arguments: [0, 1, 2])
  func regression(number: Int) throws {
    let x = try world(Self.shapes[number])
    let (table, m) = (ones(x), x.itemIDs.count)
    let model = try EASE(x, lambda: 3)
    for item in stride(from: 0, to: m, by: 5) {
      let others = (0..<m).filter { $0 != item }
      let normal = others.map { a in
        others.map { b in table.reduce(a == b ? 3 : 0) { $0 + $1[a] * $1[b] } }
      }
      let weights = solve(normal, others.map { a in table.reduce(0) { $0 + $1[a] * $1[item] } })
      for history in histories(x) {
        let expected = zip(others, weights).reduce(0) { $0 + (history.contains(UInt32($1.0)) ? $1.1 : 0) }
        let found = Double(model.scores(history: history)[item])
        #expect(abs(found - expected) < 1e-5, "shape \(number), item \(item), history \(history)")
      }
    }
  }

  @Test("Both are the same bits at any number of threads", arguments: [0, 1, 2])
  func threads(number: Int) throws {
    let x = try world(Self.shapes[number])
    let all = try [1, 2, 5].map { threads in
      let execution = Execution(threads: threads)
      let (ease, near) = (try EASE(x, execution: execution), try ItemNeighbors(x, execution: execution))
      return histories(x).map { ease.scores(history: $0) + near.scores(history: $0) }
    }
    #expect(all[0] == all[1] && all[0] == all[2])
  }

  @Test("A score of item-knn is the sum of likenesses to neighbours in the history", arguments: [0, 1, 2])
  func neighbours(number: Int) throws {
    let x = try world(Self.shapes[number])
    let (table, m) = (ones(x), x.itemIDs.count)
    func users(_ item: Int) -> Double { table.reduce(0) { $0 + $1[item] } }
    let likeness = (0..<m).map { a in
      (0..<m).map { b -> Double in
        let both = table.reduce(0) { $0 + $1[a] * $1[b] }
        return a == b ? 0 : both / ((users(a) * users(b)).squareRoot() + ItemNeighbors.shrinkage)
      }
    }
    let model = try ItemNeighbors(x)
    for history in histories(x) {
      let found = model.scores(history: history)
      for item in 0..<m {
        // Fewer items than neighbours: all of them count.
        let expected = history.reduce(0) { $0 + likeness[item][Int($1)] }
        #expect(abs(Double(found[item]) - expected) < 1e-5, "shape \(number), item \(item)")
      }
    }
  }

  @Test("Of more items than neighbours only the nearest count, ties by row")
  func nearest() throws {
    // Item 0 is with each of 150 others once, and with the last fifty twice.
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for user in 0..<200 {
      rows.append((.number(UInt64(user)), .number(0), 1))
      rows.append((.number(UInt64(user)), .number(UInt64(user < 150 ? user + 1 : user - 49)), 1))
    }
    let x = try Interactions(rows: rows)
    let model = try ItemNeighbors(x)
    // What has item i in the history recommends 0 exactly if i is a neighbour of 0.
    let near = (1...150).filter { model.scores(history: [UInt32($0)])[0] > 0 }
    let (once, twice) = (1 / (200.0.squareRoot() + 10), 2 / (400.0.squareRoot() + 10))
    #expect(twice > once && near == Array(1...50) + Array(101...150))
  }

  @Test("An inverse times its table is the unit table, across blocks", arguments: [1, 5, 63, 64, 65, 130])
  func inverse(size: Int) throws {
    var random = SeededGenerator(seed: UInt64(size))
    let (factor, table) = (DoubleTable(count: size, width: size), DoubleTable(count: size, width: size))
    for row in 0..<size { for column in 0..<size { factor[row, column] = random.normal() } }
    let algebra = TableAlgebra(execution: Execution(threads: 2), loops: .active)
    let square = try algebra.cross(factor, columns: size, factor)
    for row in 0..<size {
      for column in 0..<size { table[row, column] = square[row, column] + (row == column ? 1 : 0) }
    }
    let inverse = DoubleTable(count: size, width: size)
    inverse.copy(from: table)
    try algebra.invert(inverse)
    let unit = try algebra.product(table, inverse)
    for row in 0..<size {
      for column in 0..<size { #expect(abs(unit[row, column] - (row == column ? 1 : 0)) < 1e-9, "\(row), \(column)") }
    }
    inverse[size / 2, size / 2] = -1
    if size == 1 { #expect(throws: TrainingError.self) { try algebra.invert(inverse) } }
  }

  @Test("The bytes of the table are those of the shorter side")
  func bytes() {
    #expect(EASE.byteCount(users: 10, items: 1000) == 10 * 16 * 8)
    #expect(EASE.byteCount(users: 1000, items: 16) == 16 * 16 * 8)
  }
}
