import AkinSupport
import AkinVectors
import CAkinKernels

/// The items of a training: trained rows of any length, the same at length 1, and Adam's means (Kingma and Ba 2015).
final class ELSAItems {
  /// The rows at length 1; zeros for an item that nobody has.
  let unit: DoubleTable
  private let rows: DoubleTable
  private let slopes: DoubleTable
  private let first: DoubleTable
  private let second: DoubleTable
  private var lengths: [Double]
  private var adam = akin_adam(beta1: 0.9, beta2: 0.999, rate: 0, epsilon: 1e-8)
  private var steps = 0.0

  /// Items per unit of work.
  private static let chunk = 256

  init(_ byItem: InteractionTable, dimensions: Int, seed: UInt64, execution: Execution) throws {
    let count = byItem.rowCount
    rows = DoubleTable(count: count, width: dimensions)
    unit = DoubleTable(count: count, width: dimensions)
    slopes = DoubleTable(count: count, width: dimensions)
    first = DoubleTable(count: count, width: dimensions)
    second = DoubleTable(count: count, width: dimensions)
    lengths = [Double](repeating: 0, count: count)
    try rows.draw(
      deviation: 1 / Double(dimensions).squareRoot(), columns: dimensions, seed: seed, purpose: 0x45_4C_53,
      execution: execution
    ) { byItem.values[byItem.offsets[$0]..<byItem.offsets[$0 + 1]].contains { $0 > 0 } }
    try normalise(execution)
  }

  /// AᵀA of the rows at length 1.
  func gramian(_ execution: Execution) throws -> DoubleTable {
    try TableAlgebra(execution: execution, loops: .active).gramian(of: unit)
  }

  /// Takes one step of Adam along the mean slope of a batch that was scored.
  func step(
    _ batch: ELSABatch, _ users: ArraySlice<UInt32>, of table: InteractionTable, _ rule: HistorySum, rate: Double,
    _ execution: Execution
  ) throws {
    let loops = DenseLoops.active
    let algebra = TableAlgebra(execution: execution, loops: loops)
    let width = unit.width
    // In all items by the Gramian, then in those of the histories by their users.
    let shares = try algebra.cross(batch.scaled, columns: width, batch.vectors)
    slopes.clear()
    try algebra.add(unit, columns: width, times: shares, factor: 2, to: slopes)
    for (slot, user) in users.enumerated() {
      let pairs = table.offsets[Int(user)]..<table.offsets[Int(user) + 1]
      for (item, weight) in zip(table.others[pairs], rule.weights(table.values[pairs])) where weight > 0 {
        // Safe: an item of the table is a row of the slopes; the rows have one stride.
        unsafe loops.add(slopes.row(Int(item)), 1, weight, batch.slopes.row(slot), slopes.stride)
      }
    }
    steps += 1
    adam.rate = rate * (1 - pow(adam.beta2, steps)).squareRoot() / (1 - pow(adam.beta1, steps))
    try execution.forEachChunk(of: rows.count, by: ELSAItems.chunk) { _, items in
      for item in items where lengths[item] > 0 {
        // Safe: both rows have one stride. The slope of a row's direction is across it, and smaller for a longer row.
        unsafe across(slopes.row(item), unit.row(item), length: lengths[item] * Double(users.count), loops)
      }
      // Safe: the four tables have these rows with one stride; this chunk alone writes them.
      unsafe loops.adam(
        &adam, slopes.row(items.lowerBound), rows.row(items.lowerBound), first.row(items.lowerBound),
        second.row(items.lowerBound), items.count * rows.stride)
    }
    try normalise(execution)
  }

  /// Takes from a slope its part along the row at length 1, and divides it by a length.
  private func across(
    _ slope: UnsafeMutablePointer<Double>, _ unit: UnsafeMutablePointer<Double>, length: Double, _ loops: DenseLoops
  ) {
    // Safe: both have the stride of the tables.
    let along = unsafe loops.dot(slope, unit, rows.stride)
    unsafe loops.add(slope, 1 / length, -along / length, unit, rows.stride)
  }

  /// Sets the lengths and the rows at length 1.
  private func normalise(_ execution: Execution) throws {
    let loops = DenseLoops.active
    try unsafe lengths.withUnsafeMutableBufferPointer { lengths in
      // Safe: each chunk writes its own elements, and `lengths` outlives the threads.
      nonisolated(unsafe) let lengths = unsafe lengths
      try execution.forEachChunk(of: rows.count, by: ELSAItems.chunk) { _, items in
        for item in items {
          // Safe: both rows have one stride.
          let length = unsafe loops.dot(rows.row(item), rows.row(item), rows.stride).squareRoot()
          unsafe lengths[item] = length
          unsafe loops.add(unit.row(item), 0, length > 0 ? 1 / length : 0, rows.row(item), rows.stride)
        }
      }
    }
  }
}
