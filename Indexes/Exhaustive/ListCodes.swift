import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels
import Synchronization

/// The items of one list as codes relative to its mean, made once queries have visited it so often that codes pay.
@safe final class ListCodes: Sendable {
  /// To encode an item takes as long as its float32 scores for so many queries, less what codes take.
  static let visits = 32

  private let made = Mutex<EncodedItems?>(nil)
  private let visited = Atomic<Int>(0)

  /// The codes; `nil` before they pay, and while another thread makes them.
  ///
  /// - Parameters:
  ///   - visits: The queries that visit the list.
  ///   - positions: The items of the list.
  func items(
    for visits: Int, _ positions: ArraySlice<UInt32>, _ centre: [Float], of source: UnitRows
  ) -> EncodedItems? {
    if visited.add(visits, ordering: .relaxed).newValue < ListCodes.visits { return nil }
    return made.withLockIfAvailable { made in
      if made == nil { made = ListCodes.encode(positions, centre, of: source) }
      return made
    } ?? nil
  }

  private static func encode(
    _ positions: ArraySlice<UInt32>, _ centre: [Float], of source: UnitRows
  ) -> EncodedItems? {
    let (index, items) = (source.index, source.gathered(positions))
    // Safe: positions are of items, and each has a bias.
    let biases = unsafe index.biases.map { all in positions.map { unsafe all[Int($0)] } }
    let rotation = unsafe Rotation(relativeTo: centre, kernels: index.kernels)
    // One thread, which nothing cancels.
    return try? unsafe (biases ?? []).withUnsafeBufferPointer { biases in
      try unsafe EncodedItems(
        items, count: items.count, metric: index.metric == .innerProduct ? .innerProduct : .euclidean,
        biases: biases.isEmpty ? nil : biases.baseAddress, rotation: rotation, blockRows: QueryBlock.blockRows,
        kernels: index.kernels, execution: Execution(threads: 1)
      ) { _ in true }
    }
  }
}
