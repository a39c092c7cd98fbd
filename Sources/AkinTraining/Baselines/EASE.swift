import AkinSupport
import AkinVectors

/// EASE, the linear model of items in closed form (Steck 2019, *Embarrassingly shallow autoencoders for sparse data*).
///
/// The table X of ones is reconstructed as X B, where an item does not explain itself:
///
///     min ‖X − X B‖² + λ ‖B‖²,  diag B = 0        P = (XᵀX + λ I)⁻¹,   B[i, j] = −P[i, j] / P[j, j]
///
/// A score is the entry of a history's row times B. Where there are fewer users than items, the same scores come from a table of
/// users (Woodbury): with K = (λ I + X Xᵀ)⁻¹ and z = K X hᵀ for a history h,
///
///     score(j) = (Σ z over the users of j) / (1 − Σ K over pairs of users of j)        for j not in h
///
/// It is a strong baseline for catalogues that are small enough: the table has min(users, items)² numbers. Sums are in
/// float64, and the same at any number of threads. Values do not count.
public struct EASE: Sendable {
  /// λ.
  public static let lambda = 100.0
  /// Users or items, whichever are fewer, at most; the inverse takes their third power of multiply-adds.
  public static let sizeLimit = 4_096

  private let interactions: Interactions
  private let loops = DenseLoops.active
  /// B, or K.
  private let table: DoubleTable
  /// 1 − Σ K over pairs of users of each item; empty for a table of items.
  private let rest: [Double]

  /// The bytes of the table that some interactions need.
  ///
  /// - Parameters:
  ///   - users: The number of users.
  ///   - items: The number of items.
  public static func byteCount(users: Int, items: Int) -> Int {
    let size = min(users, items)
    return size * DoubleTable.stride(forWidth: size) * MemoryLayout<Double>.size
  }

  /// Learns from all pairs.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions; more than ``sizeLimit`` of both users and items trap.
  ///   - lambda: λ, above 0.
  ///   - execution: Threads; progress in rows; cancellation.
  /// - Throws: ``TrainingError`` or `Cancelled`.
  /// - Complexity: O(min(users, items)³) time.
  public init(_ interactions: Interactions, lambda: Double = EASE.lambda, execution: Execution = Execution()) throws {
    let (byUser, byItem) = (interactions.byUser, interactions.byItem)
    let hasItems = byItem.rowCount <= byUser.rowCount
    let (own, other) = hasItems ? (byItem, byUser) : (byUser, byItem)
    let size = own.rowCount
    precondition(lambda > 0 && size <= EASE.sizeLimit, "lambda is above 0, and the table is not too large")
    try OptionCheck.memory(rows: size, stride: DoubleTable.stride(forWidth: size))
    let table = DoubleTable(count: size, width: size)
    try execution.forEachChunk(of: size, by: 32) { _, rows in
      for row in rows {
        for pair in own.offsets[row]..<own.offsets[row + 1] {
          let middle = Int(own.others[pair])
          for place in other.offsets[middle]..<other.offsets[middle + 1] { table[row, Int(other.others[place])] += 1 }
        }
        table[row, row] += lambda
      }
    }
    try TableAlgebra(execution: execution, loops: loops).invert(table, stage: "ease")
    var rest: [Double] = []
    if hasItems {
      let diagonal = (0..<size).map { table[$0, $0] }
      for row in 0..<size {
        for column in 0..<size { table[row, column] = row == column ? 0 : -table[row, column] / diagonal[column] }
      }
    } else {
      rest = (0..<byItem.rowCount).map { item in
        let users = byItem.others[byItem.offsets[item]..<byItem.offsets[item + 1]]
        var sum = 0.0
        for a in users { for b in users { sum += table[Int(a), Int(b)] } }
        return 1 - sum
      }
    }
    self.interactions = interactions
    self.table = table
    self.rest = rest
  }

  /// The scores of all items for a history.
  ///
  /// - Parameter history: Rows of items.
  /// - Complexity: O(history × items), or O(users² + pairs) for a table of users.
  public func scores(history: some Collection<UInt32>) -> [Float] {
    let sum = DoubleTable(count: 1, width: table.width)
    func add(_ factor: Double, _ row: Int) {
      // Safe: both rows have the stride of the table.
      unsafe loops.add(sum.row(0), 1, factor, table.row(row), table.stride)
    }
    if rest.isEmpty {
      for item in history { add(1, Int(item)) }
      return (0..<table.width).map { Float(sum[0, $0]) }
    }
    let (byUser, byItem) = (interactions.byUser, interactions.byItem)
    var shared = [Int](repeating: 0, count: byUser.rowCount)
    for item in history {
      for place in byItem.offsets[Int(item)]..<byItem.offsets[Int(item) + 1] { shared[Int(byItem.others[place])] += 1 }
    }
    for user in shared.indices where shared[user] > 0 { add(Double(shared[user]), user) }
    var own = [Bool](repeating: false, count: byItem.rowCount)
    for item in history { own[Int(item)] = true }
    return (0..<byItem.rowCount).map { item in
      var z = 0.0
      for place in byItem.offsets[item]..<byItem.offsets[item + 1] { z += sum[0, Int(byItem.others[place])] }
      return Float(own[item] ? 1 - (1 - z) / rest[item] : z / rest[item])
    }
  }
}
