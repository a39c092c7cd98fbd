import AkinSupport
import AkinVectors

/// The truncated singular value decomposition of the table divided by powers of degrees: an ideal low-pass filter of the
/// graph of users and items, served by vectors.
public enum Spectral {
  /// Decomposes. ``SpectralOptions`` states the formulas.
  ///
  /// The loss is ‖A‖² − Σ σ². A note of the model says the residual of the worst singular vector, ‖A v − σ u‖ over the
  /// largest singular value. The same interactions, options and seed give the same bits at any thread count. Components
  /// beyond the rank of A are zero, and so are users and items without weights.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions.
  ///   - options: Rank, rounds, weights, exponents and seed.
  ///   - execution: Threads; progress in rounds; cancellation.
  /// - Throws: ``TrainingError`` or `Cancelled`.
  /// - Complexity: O(rounds × (pairs × dimensions + (users + items) × dimensions²)) time, O((users + items) × dimensions)
  ///   memory.
  public static func train(
    _ interactions: Interactions, options: SpectralOptions = SpectralOptions(), execution: Execution = Execution()
  ) throws -> TrainedModel {
    try options.check()
    guard interactions.count > 0 else { throw TrainingError.nothingToLearn }
    try interactions.checkValues(for: .spectral)
    if interactions.valueRange == 0...0 { throw TrainingError.allZero }
    let (n, m) = (interactions.userIDs.count, interactions.itemIDs.count)
    let rank = min(options.dimensions, n, m)
    // The basis, and what is made of it at the end of a round.
    let width = min(BlockKrylov.width(rank: rank), n, m)
    try OptionCheck.memory(rows: 2 * (n + m), stride: DoubleTable.stride(forWidth: width))
    let start = monotonicSeconds()
    guard let rule = DegreeProjection(options.objective) else { preconditionFailure("spectral options have exponents") }
    let (userDegrees, itemDegrees) = (rule.degrees(of: interactions.byUser), rule.degrees(of: interactions.byItem))
    let rowFactors = userDegrees.map { rule.scale(Double($0), -options.degrees.user) }
    let columnFactors = itemDegrees.map { rule.scale(Double($0), -options.degrees.item) }
    let rows = interactions.byUser.weighed(rule, rowFactors, columnFactors)
    let columns = interactions.byItem.weighed(rule, columnFactors, rowFactors)
    let found = try BlockKrylov(
      rows: rows, columns: columns, rank: rank, limit: options.rounds, seed: options.seed, execution: execution)

    let stretch = itemDegrees.map { rule.scale(Double($0), options.degrees.score) }
    let items = unsafe EmbeddingMatrix(count: m, dimension: options.dimensions) { floats, stride in
      for item in 0..<m {
        // Safe: a row has `dimensions` floats, and the rank is at most that.
        for k in 0..<rank { unsafe floats[item * stride + k] = Float(stretch[item] * found.right[item, k]) }
      }
    }
    var model = TrainedModel(
      objective: options.objective, options: options.record,
      users: try users(interactions.byUser, rule, items, itemDegrees, execution), items: items)
    model.itemDegrees = itemDegrees
    let whole = rows.values.reduce(0.0) { $0 + Double($1) * Double($1) }
    let explained = found.values.reduce(0.0) { $0 + $1 * $1 }
    model.losses = [LossPoint(epoch: found.rounds, ["unexplained": max(0, whole - explained)])]
    model.notes = [
      "the largest residual of a singular vector is \(rounded(found.residual)) of the largest singular value"
    ]
    model.secondsPerEpoch = [monotonicSeconds() - start]
    return model
  }

  /// The users' projections on the items.
  private static func users(
    _ table: InteractionTable, _ rule: DegreeProjection, _ items: EmbeddingMatrix, _ degrees: [Float],
    _ execution: Execution
  ) throws -> EmbeddingMatrix {
    var thrown: (any Error)?
    let matrix = unsafe EmbeddingMatrix(count: table.rowCount, dimension: items.dimension) { floats, stride in
      nonisolated(unsafe) let floats = unsafe floats
      do {
        try execution.forEachChunk(of: table.rowCount, by: 64) { _, rows in
          for row in rows {
            let pairs = table.offsets[row]..<table.offsets[row + 1]
            let vector = rule.user(of: items, degrees, table.others[pairs], table.values[pairs])
            // Safe: this chunk alone writes the row.
            for component in vector.indices { unsafe floats[row * stride + component] = vector[component] }
          }
        }
      } catch {
        thrown = error
      }
    }
    if let thrown { throw thrown }
    return matrix
  }
}

extension InteractionTable {
  /// The same pairs with their weights, each times the factor of its row and of its other side.
  fileprivate func weighed(_ rule: DegreeProjection, _ own: [Double], _ other: [Double]) -> InteractionTable {
    var all: [Float] = []
    all.reserveCapacity(values.count)
    for row in 0..<rowCount {
      for place in offsets[row]..<offsets[row + 1] {
        all.append(Float(rule.weight(values[place]) * (own[row] * other[Int(others[place])])))
      }
    }
    return InteractionTable(offsets: offsets, others: others, values: all)
  }
}
