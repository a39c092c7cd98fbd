import AkinSupport
import AkinVectors

/// The steps of a sampled softmax over two towers.
struct SoftmaxRun {
  private let pairs: SoftmaxPairs
  /// The row of the user of each positive pair.
  private let users: [UInt32]
  private let options: TwoTowerOptions
  private let execution: Execution
  private let sampler: ItemSampler
  private let tables: SoftmaxTables
  private var batch: SoftmaxBatch

  /// The most users and items of a forward pass.
  struct Capacity: Equatable {
    let users: Int
    let items: Int

    init(_ options: TwoTowerOptions, userCount: Int, itemCount: Int) {
      users = min(options.batch, userCount)
      items = min(itemCount, max(options.pool, options.batch + options.negatives))
    }
  }

  init(_ data: TwoTowerData, _ pairs: SoftmaxPairs, options: TwoTowerOptions, execution: Execution) {
    (self.pairs, self.options, self.execution) = (pairs, options, execution)
    users = data.pairs.users
    sampler = ItemSampler(itemCount: pairs.items.count, count: options.pool, weights: [])
    let width = TowerShape(features: 0, widths: options.widths).layers[options.widths.count - 1].paddedOutputs
    tables = SoftmaxTables(width: width, capacity: data.capacity.items)
    batch = SoftmaxBatch(itemCount: pairs.shares.count)
  }

  /// Takes one step per batch.
  ///
  /// - Parameters:
  ///   - order: The places of the pairs.
  ///   - sides: The tower of users and the tower of items.
  ///   - adam: The bias corrections; moves on.
  ///   - rate: The step size.
  ///   - generator: Draws items.
  /// - Returns: The sum of the losses, each before its step; `nil` if a number is not finite.
  mutating func visit(
    _ order: [UInt32], _ sides: [TowerTrainer], _ adam: inout AdamClock, rate: Double,
    _ generator: inout SeededGenerator
  ) throws -> Double? {
    let scale = Float(1 / options.temperature)
    var sum = 0.0
    for start in stride(from: 0, to: order.count, by: options.batch) {
      batch.fill(order[start..<min(start + options.batch, order.count)], users: users, pairs.positives)
      let drawn = options.negatives > 0 ? sampler.draw(&generator).map { pairs.items[Int($0)] } : []
      let hardCount = drawn.count > options.negatives ? options.hardNegatives : nil
      if hardCount != nil {
        batch.compare(with: drawn)
      } else {
        batch.compare(with: SoftmaxDraw(drawn), pairs)
      }
      // The step of the last batch and the forward pass of this one are one task per tower.
      try forward(sides, start > 0 ? adam.next(rate: rate) : nil)
      guard sides[0].isFinite, sides[1].isFinite else { return nil }
      if let hardCount {
        let sorted = try step(sides, scale).hardestFirst(execution: execution)
        batch.compare(
          with: SoftmaxDraw(sorted, hardCount: hardCount, count: options.negatives, &generator), pairs)
        sides[1].forward(batch.columns.rows)
        guard sides[1].isFinite else { return nil }
      }
      sum += try step(sides, scale)(execution: execution).sum
    }
    // The result of the last step is checked too: no smaller step of the next epoch could repair it.
    try forward(sides, adam.next(rate: rate))
    return sides[0].isFinite && sides[1].isFinite && sum.isFinite ? sum : nil
  }

  private func step(_ sides: [TowerTrainer], _ scale: Float) -> SoftmaxStep {
    SoftmaxStep(
      users: sides[0], items: sides[1], batch: batch, histories: pairs.positives, tables: tables, scale: scale,
      loops: sides[0].network.loops)
  }

  /// Takes a step with each tower, if any, and runs the users and the columns of the batch.
  private func forward(_ sides: [TowerTrainer], _ step: TowerTrainer.Adam?) throws {
    let batch = batch
    try execution.forEachChunk(of: 2, by: 1) { _, range in
      let side = sides[range.lowerBound]
      if let step { side.step(step) }
      side.forward(range.lowerBound == 0 ? batch.users : batch.columns.rows)
    }
  }
}
