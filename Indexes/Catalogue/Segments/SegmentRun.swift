import AkinExhaustive
import AkinHNSW
import AkinVectors
import Synchronization

/// Neighbouring segments without graphs, scanned as one: a query is encoded once, and pays once for what each scan costs beside
/// its items.
final class SegmentRun: Sendable {
  private let segments: [Segment]
  private let made = Mutex<[Metric: ExhaustiveIndex]>([:])

  /// - Parameter segments: Segments with indexes, none of them linked.
  init(_ segments: ArraySlice<Segment>) { self.segments = Array(segments) }

  /// The exact index over the rows of all.
  ///
  /// - Complexity: O(1) for a single segment, whose vectors stay where they are. Otherwise the first call copies all vectors.
  func exhaustive(by metric: Metric) -> ExhaustiveIndex {
    if segments.count == 1, let only = segments[0].index { return only.exhaustive(by: metric) }
    return made.withLock { made in
      if let index = made[metric] { return index }
      let index = joined(by: metric)
      made[metric] = index
      return index
    }
  }

  private func joined(by metric: Metric) -> ExhaustiveIndex {
    var sources: [(index: HNSWIndex, row: Row)] = []
    for segment in segments {
      guard let index = segment.index else { preconditionFailure("a lost segment is not scanned") }
      sources += (0..<segment.record.rows).map { (index, Row($0)) }
    }
    var order = Array(sources.indices)
    if metric == .innerProduct {
      // By falling norm, a scan ends where no later item can be in an answer.
      let squares = sources.map { source -> Float in
        let square: Float? = source.index.withVector(of: source.row) { vector in
          var sum: Float = 0
          for component in 0..<vector.count { sum += vector[component] * vector[component] }
          return sum
        }
        return square ?? 0
      }
      order.sort { squares[$0] != squares[$1] ? squares[$0] > squares[$1] : $0 < $1 }
    }
    let dimension = segments[0].index?.dimension ?? 0
    let items = unsafe EmbeddingMatrix(count: order.count, dimension: dimension) { floats, stride in
      // Safe: there are `stride` floats for each place, and a vector has `dimension` of them, at most as many.
      for (place, row) in order.enumerated() {
        let (index, own) = sources[row]
        let found: Void? = index.withVector(of: own) { vector in
          for component in 0..<vector.count { unsafe floats[place * stride + component] = vector[component] }
        }
        // An item that a damaged file does not lead to matches nothing.
        if found == nil { for component in 0..<dimension { unsafe floats[place * stride + component] = .nan } }
      }
    }
    let hasBiases = metric == .innerProduct && sources.contains { $0.index.hasBiases }
    return ExhaustiveIndex(
      items: items, metric: metric,
      biases: hasBiases ? order.map { sources[$0].index.bias(of: sources[$0].row) ?? 0 } : nil,
      rows: metric == .innerProduct ? order.map { UInt32($0) } : nil)
  }
}
