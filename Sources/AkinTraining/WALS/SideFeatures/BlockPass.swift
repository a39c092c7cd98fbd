import AkinSupport
import AkinVectors

/// Rows of the block table that are solved together, and the pairs of each row: first those with rows of the other side,
/// then those with features.
struct BlockPass {
  /// The weights of absent pairs of the two kinds.
  let backgrounds: (others: Double, features: Double)
  /// Rows by falling number of pairs, ties by row.
  private(set) var rows: [UInt32] = []
  /// The pairs of `rows[p]` are `offsets[p]..<offsets[p + 1]`; those from `splits[p]` on are with features.
  private(set) var offsets = [0]
  private(set) var splits: [Int] = []
  /// The other end of each pair: a row of the fixed table, in which features follow the other side's rows.
  private(set) var fixed: [UInt32] = []
  private(set) var weights: [Float] = []
  private(set) var targets: [Float] = []

  /// The pairs of one kind, by row.
  struct Pairs {
    let table: InteractionTable
    /// The row of the fixed table that holds the first row of the other table.
    let start: Int
    /// The weight of a pair: `(row, other, value)`.
    let weight: (_ row: Int, _ other: UInt32, _ value: Float) -> Float
    /// Whether the table's values are targets; otherwise every target is 1.
    let valuesAreTargets: Bool
  }

  /// Creates a pass.
  ///
  /// - Parameters:
  ///   - backgrounds: The weights of absent pairs of the two kinds.
  ///   - rowCount: Rows of the solved table.
  ///   - isSolved: Whether a row is part of the pass.
  ///   - others: Pairs with rows of the other side, or `nil`.
  ///   - features: Pairs with features, or `nil`.
  init(
    backgrounds: (others: Double, features: Double), rowCount: Int, isSolved: (Int) -> Bool, others: Pairs?,
    features: Pairs?
  ) {
    self.backgrounds = backgrounds
    func count(_ row: Int) -> Int { (others?.table.count(ofRow: row) ?? 0) + (features?.table.count(ofRow: row) ?? 0) }
    var byCount = (0..<rowCount).filter(isSolved).map { (count: count($0), row: UInt32($0)) }
    byCount.sort { $0.count != $1.count ? $0.count > $1.count : $0.row < $1.row }
    rows = byCount.map(\.row)
    let total = byCount.reduce(0) { $0 + $1.count }
    fixed.reserveCapacity(total)
    weights.reserveCapacity(total)
    targets.reserveCapacity(total)
    for row in rows {
      append(others, row: Int(row))
      splits.append(fixed.count)
      append(features, row: Int(row))
      offsets.append(fixed.count)
    }
  }

  /// Creates a pass of one row.
  ///
  /// - Parameters:
  ///   - backgrounds: The weights of absent pairs of the two kinds.
  ///   - others: Rows of the fixed table and their weights; each target is 1.
  ///   - features: Rows of the fixed table and their targets.
  ///   - featureWeight: The weight of each feature.
  init(
    backgrounds: (others: Double, features: Double), others: [(row: UInt32, weight: Float)],
    features: [(row: UInt32, target: Float)], featureWeight: Double
  ) {
    self.backgrounds = backgrounds
    rows = [0]
    fixed = others.map(\.row) + features.map(\.row)
    weights = others.map(\.weight) + features.map { _ in Float(featureWeight) }
    targets = others.map { _ in 1 } + features.map(\.target)
    splits = [others.count]
    offsets = [0, fixed.count]
  }

  private mutating func append(_ pairs: Pairs?, row: Int) {
    guard let pairs else { return }
    let table = pairs.table
    for place in table.offsets[row]..<table.offsets[row + 1] {
      fixed.append(UInt32(pairs.start) + table.others[place])
      weights.append(pairs.weight(row, table.others[place], table.values[place]))
      targets.append(pairs.valuesAreTargets ? table.values[place] : 1)
    }
  }

  /// The largest number of pairs of a row.
  var longest: Int { rows.isEmpty ? 0 : offsets[1] }
}
