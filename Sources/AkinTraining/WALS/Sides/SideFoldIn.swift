import AkinSupport
import AkinVectors

/// Vectors of items, or of users, that training has not seen, from features, interactions, or both: one row of a half-step
/// with all else as it is. See ``SideOptions``.
///
/// A row that training saw gets the very vector that the next half-step would have given, to the bit. A row of which
/// features alone are known is solved without the interactions' part of the loss, which would say that everybody has seen
/// it and passed it over: it gets, to the bit, what it would have got as a cold row of the training.
///
/// Making it costs O(rows of the other side × dimension²); each vector then O(h² × dimension) for h interactions and
/// features.
public struct SideFoldIn: Sendable {
  /// Whose vectors are made.
  public enum Side: Sendable { case users, items }

  /// Whose vectors are made.
  public let side: Side
  /// The features that vectors are made of; `nil` when the model has none of this side.
  public let features: FeatureVectors?
  private let solver = Solver.active
  private let dimension: Int
  private let objective: Objective
  private let weights: WALSWeights
  /// How many interactions each row of the other side has.
  private let counts: [Int]
  private let alone: Prepared?
  private let plain: Prepared
  private let both: Prepared?

  /// Rows in the eigenbasis of a base, of which each vector takes what it needs.
  private struct Prepared: Sendable {
    let basis: Eigenbasis
    let table: FactorTable

    init(_ tables: [FactorTable], base: [Double], solver: Solver, execution: Execution) throws {
      let fixed = try BlockStep.Fixed(tables, base: base, solver: solver, execution: execution)
      (basis, table) = (fixed.basis, fixed.table)
    }
  }

  /// Prepares for a trained model.
  ///
  /// - Parameters:
  ///   - side: Whose vectors are made.
  ///   - others: The vectors of the other side.
  ///   - counts: How many interactions each of its rows has: rows without any were not trained on, and are left out.
  ///   - features: What turns features into vectors, or `nil` when interactions are all.
  ///   - objective: What the model was trained to do.
  ///   - meanHistory: How many items a training user has on average; only the `.bm25` weighting asks.
  /// - Throws: ``WALSError`` when a vector holds a number that is not finite, or ``Cancelled``.
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
      plain = try Prepared([table], base: gramian, solver: solver, execution: execution)
      if let features {
        let described = FactorTable(features.vectors)
        let base = try described.gramian(solver: solver, execution: execution).map { features.background * $0 }
        alone = try Prepared([described], base: base, solver: solver, execution: execution)
        both = try Prepared(
          [table, described], base: zip(gramian, base).map { $0 + $1 }, solver: solver, execution: execution)
      } else {
        (alone, both) = (nil, nil)
      }
    } catch is NotFinite {
      throw WALSError.diverged(epoch: 0, side: side == .items ? "users" : "items")
    }
  }

  /// Prepares for embeddings of `wals`: those of a training, or of a file.
  ///
  /// - Returns: `nil` for another model, or for embeddings without users, history or an objective.
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

  /// The vector of a row.
  ///
  /// - Parameters:
  ///   - features: Numbers of features, all different, and their values, as a table of features has them; what is not
  ///     among ``features``, or says nothing, counts for nothing.
  ///   - others: Rows of the other side that it has to do with, all different; anything beyond that side is an error of
  ///     the caller.
  ///   - values: One value for each of them, finite and at least 0.
  /// - Returns: Zeros when nothing is known of the row.
  /// - Throws: ``WALSError/singular(row:side:)``.
  public func vector(
    features: [(feature: Int, value: Float)], others: [UInt32] = [], values: [Float] = []
  ) throws(WALSError) -> [Float] {
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
    let mine = weights.scale(userCount: others.count)
    let pairs = others.indices.sorted { others[$0] < others[$1] }.map { place in
      let scale = side == .users ? mine : weights.scale(userCount: counts[Int(others[place])])
      return (row: others[place], weight: scale.weight(values[place]))
    }
    if pairs.isEmpty && targets.isEmpty { return [Float](repeating: 0, count: dimension) }
    return try solve(pairs, targets)
  }

  private func solve(
    _ pairs: [(row: UInt32, weight: Float)], _ targets: [(row: UInt32, target: Float)]
  ) throws(WALSError) -> [Float] {
    let (weight, background) = (features?.weight ?? 0, features?.background ?? 0)
    let prepared: Prepared
    var first = 0
    if pairs.isEmpty, let alone {
      prepared = alone
    } else if !targets.isEmpty, let both {
      prepared = both
      first = counts.count
    } else {
      prepared = plain
    }
    let rows = pairs.map { Int($0.row) } + targets.map { first + Int($0.row) }
    let gathered = FactorTable(count: rows.count + 1, dimension: dimension)
    let stride = gathered.stride
    for (place, row) in rows.enumerated() {
      // Safe: pairs are rows of the other side, targets numbers of features, and the prepared table has both.
      unsafe (gathered.base + place * stride).update(from: prepared.table.base + row * stride, count: stride)
    }
    let pass = BlockPass(
      backgrounds: (pairs.isEmpty ? 0 : objective.w0, targets.isEmpty ? 0 : background),
      others: pairs.enumerated().map { (UInt32($0), $1.weight) },
      features: targets.enumerated().map { (UInt32(pairs.count + $0), $1.target) }, featureWeight: weight)
    let lambda = weights.lambda(
      side == .users ? objective.lambdaUser : objective.lambdaItem,
      mass: (pairs.isEmpty ? 0 : weights.mass(count: pairs.count, others: counts.count)) + weight
        * Double(targets.count))
    let answer = FactorTable(count: 1, dimension: dimension)
    let step = BlockStep(solver: solver, execution: Execution(threads: 1))
    do {
      _ = try step.run(
        pass, fixed: BlockStep.Fixed(basis: prepared.basis, rows: gathered, count: rows.count), solved: answer,
        lambdas: [lambda])
    } catch {
      throw .singular(row: .text("a new one"), side: side == .users ? "users" : "items")
    }
    let vector = answer.matrix[Row(0)]
    guard vector.allSatisfy(\.isFinite) else {
      throw .singular(row: .text("a new one"), side: side == .users ? "users" : "items")
    }
    return vector
  }

  /// How the features of a table are called here.
  public struct Match: Sendable, Equatable {
    /// For each feature of the table its number among ``SideFoldIn/features``, or `nil`.
    public let numbers: [Int?]
    /// The table's features that the model does not know, in their order.
    public let unknown: [String]
  }

  /// Finds the features of a table by their names.
  public func match(_ table: FeatureTable) -> Match {
    var numberOf: [String: Int] = [:]
    for (number, name) in (features?.names ?? []).enumerated() { numberOf[name] = number }
    let numbers = table.names.map { numberOf[$0] }
    return Match(numbers: numbers, unknown: zip(table.names, numbers).filter { $1 == nil }.map(\.0))
  }

  /// The features of a table's row, as ``vector(features:others:values:)`` takes them.
  public func features(of row: Int, in table: FeatureTable, _ match: Match) -> [(feature: Int, value: Float)] {
    (table.offsets[row]..<table.offsets[row + 1]).compactMap { place in
      match.numbers[Int(table.columns[place])].map { ($0, table.values[place]) }
    }
  }

  /// Vectors for all rows of a table of features, of which nothing else is known; zeros for a row that has none that the
  /// model knows.
  public func vectors(for table: FeatureTable) throws(WALSError) -> EmbeddingMatrix {
    let match = match(table)
    var rows: [[Float]] = []
    for row in 0..<table.rowCount { rows.append(try vector(features: features(of: row, in: table, match))) }
    return EmbeddingMatrix(rows: rows, dimension: dimension)
  }
}

extension FactorTable {
  /// A copy of a matrix.
  init(_ matrix: EmbeddingMatrix) {
    self.init(count: matrix.count, dimension: matrix.dimension)
    // Safe: both hold count × stride floats, and a matrix and a table of one dimension have one stride.
    unsafe base.update(from: matrix.base, count: matrix.count * matrix.stride)
  }
}

extension EmbeddingMatrix {
  /// A copy in which rows without interactions, which features made, are zero: the others were trained without them.
  func keepingTrained(_ table: InteractionTable) -> EmbeddingMatrix {
    FactorTable(self).keeping((0..<count).map { table.count(ofRow: $0) > 0 }).matrix
  }
}
