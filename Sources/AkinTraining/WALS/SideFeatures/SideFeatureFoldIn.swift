import AkinSupport
import AkinVectors

/// Vectors of items, or of users, that `wals` has not seen, from features, interactions, or both: the row of a half-step
/// with everything else fixed. See ``SideFeatures``.
///
/// A row of the training gets, bit for bit, the vector that the next half-step would give. A row with features alone is
/// solved without the loss of interactions, which would treat it as seen and rejected by everybody: it gets, bit for bit,
/// the vector of a cold row of the training.
///
/// - Complexity: O(rows of the other side × dimension²) to prepare; O(h² × dimension) for a row with h interactions and
///   features.
public struct SideFeatureFoldIn: Sendable {
  /// The side whose vectors are made.
  public enum Side: Sendable {
    /// Vectors of users.
    case users
    /// Vectors of items.
    case items
  }

  /// The side whose vectors are made.
  public let side: Side
  /// The vectors of the side's features; `nil` if the model has none.
  public let features: FeatureVectors?
  private let solver = Solver.active
  private let dimension: Int
  private let objective: Objective
  private let weights: WALSWeights
  /// Number of interactions of each row of the other side.
  private let counts: [Int]
  /// The fixed tables for rows with features alone, with interactions alone, and with both.
  private let byFeatures: FixedTable?
  private let byInteractions: FixedTable
  private let byBoth: FixedTable?

  /// Rows in the eigenbasis of a base.
  private struct FixedTable: Sendable {
    let basis: Eigenbasis
    let rows: FactorTable

    init(_ tables: [FactorTable], base: [Double], solver: Solver, execution: Execution) throws {
      let fixed = try BlockStep.Fixed(tables, base: base, solver: solver, execution: execution)
      (basis, rows) = (fixed.basis, fixed.table)
    }
  }

  /// Prepares a trained model.
  ///
  /// - Parameters:
  ///   - side: The side whose vectors are made.
  ///   - others: Vectors of the other side.
  ///   - counts: Number of interactions of each row of the other side. Rows without interactions were not trained, and are
  ///     left out.
  ///   - features: Vectors of the side's features, or `nil` to use interactions alone.
  ///   - objective: The objective of the training.
  ///   - meanHistory: Mean number of items of the training users that have any; used by the `.bm25` weighting.
  ///   - execution: Threads; cancellation.
  /// - Throws: ``TrainingError/notFinite(what:)`` if a vector is not finite, or `Cancelled`.
  public init(
    _ side: Side, others: EmbeddingMatrix, counts: [Int], features: FeatureVectors?, objective: Objective,
    meanHistory: Double, execution: Execution = Execution()
  ) throws {
    precondition(counts.count == others.count, "each row of the other side has a count")
    self.side = side
    self.features = features
    self.objective = objective
    self.counts = counts
    dimension = others.dimension
    weights = WALSWeights(objective: objective, meanCount: meanHistory)
    let table = FactorTable(others).keeping(counts.map { $0 > 0 })
    let gramian = try table.gramian(solver: solver, execution: execution).map { objective.w0 * $0 }
    do {
      byInteractions = try FixedTable([table], base: gramian, solver: solver, execution: execution)
      if let features {
        let described = FactorTable(features.vectors)
        let base = try described.gramian(solver: solver, execution: execution).map { features.background * $0 }
        byFeatures = try FixedTable([described], base: base, solver: solver, execution: execution)
        byBoth = try FixedTable(
          [table, described], base: zip(gramian, base).map { $0 + $1 }, solver: solver, execution: execution)
      } else {
        (byFeatures, byBoth) = (nil, nil)
      }
    } catch is NotFinite {
      throw TrainingError.notFinite(what: "the vectors of \(side == .items ? "users" : "items") and features")
    }
  }

  /// Prepares embeddings of `wals`, of a training or of a file.
  ///
  /// - Parameters:
  ///   - side: The side whose vectors are made.
  ///   - embeddings: Users, items, history, objective and feature vectors.
  ///   - execution: Threads; cancellation.
  /// - Returns: `nil` for another model, and for embeddings without users, history or objective.
  /// - Throws: ``TrainingError/notFinite(what:)`` if a vector is not finite, or `Cancelled`.
  public init?(_ side: Side, of embeddings: Embeddings, execution: Execution = Execution()) throws {
    guard let objective = embeddings.objective, objective.model == .wals, let history = embeddings.history,
      let users = embeddings.users
    else { return nil }
    let byUser = (0..<users.count).map { Int(history.offsets[$0 + 1] - history.offsets[$0]) }
    var byItem = [Int](repeating: 0, count: embeddings.items.count)
    for item in history.rows { byItem[Int(item)] += 1 }
    let active = byUser.count { $0 > 0 }
    try self.init(
      side, others: side == .items ? users : embeddings.items, counts: side == .items ? byUser : byItem,
      features: side == .items ? embeddings.itemFeatures : embeddings.userFeatures, objective: objective,
      meanHistory: Double(history.rows.count) / Double(max(active, 1)), execution: execution)
  }

  /// Makes the vector of a row.
  ///
  /// - Parameters:
  ///   - features: Numbers of ``features``, all different, and their values. Unknown and constant features are ignored.
  ///   - others: Rows of the other side that the row interacted with, all different; a row beyond that side traps.
  ///   - values: One value per interaction, finite and at least 0; any other value traps.
  /// - Returns: A vector of the other side's dimension; zeros if nothing is known of the row.
  /// - Throws: ``TrainingError/singular(row:side:pairs:)``.
  public func vector(
    features: [(feature: Int, value: Float)], others: [UInt32] = [], values: [Float] = []
  ) throws(TrainingError) -> [Float] {
    precondition(others.count == values.count, "each interaction has a value")
    precondition(others.allSatisfy { Int($0) < counts.count }, "each row is of the other side")
    precondition(values.allSatisfy { $0.isFinite && $0 >= 0 }, "values are finite and at least 0")
    var targets: [(row: UInt32, target: Float)] = []
    if let known = self.features {
      for (feature, value) in features.sorted(by: { $0.feature < $1.feature })
      where known.names.indices.contains(feature) {
        if let target = known.target(feature, value: value) { targets.append((UInt32(feature), target)) }
      }
    }
    let own = weights.scale(userCount: others.count)
    let pairs = others.indices.sorted { others[$0] < others[$1] }.map { place in
      let scale = side == .users ? own : weights.scale(userCount: counts[Int(others[place])])
      return (row: others[place], weight: scale.weight(values[place]))
    }
    if pairs.isEmpty && targets.isEmpty { return [Float](repeating: 0, count: dimension) }
    return try solve(pairs, targets)
  }

  /// Solves a row from pairs with the other side and targets of features.
  private func solve(
    _ pairs: [(row: UInt32, weight: Float)], _ targets: [(row: UInt32, target: Float)]
  ) throws(TrainingError) -> [Float] {
    let (weight, background) = (features?.weight ?? 0, features?.background ?? 0)
    let pass = BlockPass(
      backgrounds: (pairs.isEmpty ? 0 : objective.w0, targets.isEmpty ? 0 : background),
      others: pairs.enumerated().map { (UInt32($0), $1.weight) },
      features: targets.enumerated().map { (UInt32(pairs.count + $0), $1.target) }, featureWeight: weight)
    let mass = pairs.isEmpty ? 0 : weights.mass(count: pairs.count, others: counts.count)
    let lambda = weights.lambda(
      side == .users ? objective.lambdaUser : objective.lambdaItem, mass: mass + weight * Double(targets.count))
    let answer = FactorTable(count: 1, dimension: dimension)
    let step = BlockStep(solver: solver, execution: Execution(threads: 1))
    let singular = TrainingError.singular(
      row: .text("new row"), side: side == .users ? "users" : "items", pairs: pairs.count + targets.count)
    do {
      _ = try step.run(
        pass, fixed: fixedRows(pairs.map(\.row), targets.map(\.row)), solved: answer, lambdas: [lambda])
    } catch {
      throw singular
    }
    let vector = answer.matrix[Row(0)]
    guard vector.allSatisfy(\.isFinite) else { throw singular }
    return vector
  }

  /// Gathers the fixed rows that a solution needs: rows of the other side, then features, then one extra row.
  private func fixedRows(_ others: [UInt32], _ targets: [UInt32]) -> BlockStep.Fixed {
    let table: FixedTable
    var firstFeature = 0
    if others.isEmpty, let byFeatures {
      table = byFeatures
    } else if !targets.isEmpty, let byBoth {
      table = byBoth
      firstFeature = counts.count
    } else {
      table = byInteractions
    }
    let rows = others.map { Int($0) } + targets.map { firstFeature + Int($0) }
    let gathered = FactorTable(count: rows.count + 1, dimension: dimension)
    let stride = gathered.stride
    for (place, row) in rows.enumerated() {
      // Safe: `others` are rows of the other side, `targets` numbers of features, and the fixed table has both.
      unsafe (gathered.base + place * stride).update(from: table.rows.base + row * stride, count: stride)
    }
    return BlockStep.Fixed(basis: table.basis, rows: gathered, count: rows.count)
  }

  /// How the features of a table match those of the model, by name.
  public struct Match: Sendable, Equatable {
    /// For each feature of the table its number among ``SideFeatureFoldIn/features``, or `nil`.
    public let numbers: [Int?]
    /// The table's features that the model does not have, in the table's order.
    public let unknown: [String]
  }

  /// Matches the features of a table with those of the model, by name.
  ///
  /// - Parameter table: A table of features.
  public func match(_ table: FeatureTable) -> Match {
    // By bytes: `String` holds two spellings of a letter for equal.
    var numberOf: [ItemID: Int] = [:]
    for (number, name) in (features?.names ?? []).enumerated() { numberOf[.text(name)] = number }
    let numbers = table.names.map { numberOf[.text($0)] }
    return Match(numbers: numbers, unknown: zip(table.names, numbers).filter { $1 == nil }.map(\.0))
  }

  /// The features of a table's row, as ``vector(features:others:values:)`` takes them.
  ///
  /// - Parameters:
  ///   - row: A row of the table.
  ///   - table: A table of features.
  ///   - match: The match of the table: ``match(_:)``.
  public func features(of row: Int, in table: FeatureTable, _ match: Match) -> [(feature: Int, value: Float)] {
    (table.offsets[row]..<table.offsets[row + 1]).compactMap { place in
      match.numbers[Int(table.columns[place])].map { ($0, table.values[place]) }
    }
  }

  /// Makes vectors of all rows of a table from their features alone.
  ///
  /// - Parameter table: A table of features.
  /// - Returns: One vector per row; zeros for a row without a feature of the model.
  /// - Throws: ``TrainingError/singular(row:side:pairs:)``.
  public func vectors(for table: FeatureTable) throws(TrainingError) -> EmbeddingMatrix {
    let match = match(table)
    var rows: [[Float]] = []
    for row in 0..<table.rowCount { rows.append(try vector(features: features(of: row, in: table, match))) }
    return EmbeddingMatrix(uniformRows: rows, dimension: dimension)
  }
}
