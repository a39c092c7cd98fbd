import AkinVectors

/// The recall and work of an index, measured during its build.
///
/// Queries for nearest items were not part of the graph that they searched (see ``QueryFamily``). With several
/// families, a plan uses the worst of them.
public struct RecallCalibration: Sendable, Equatable {
  /// All measurements, by question, k, family and ef; the exact scan precedes the graph.
  public let measurements: [MeasuredRecall]

  /// The largest number of measurements; a build makes at most a few hundred.
  static let limit = 1024
  /// The largest number of queries of a measurement: sums over them stay far below 2⁶³.
  static let queryLimit = 1 << 24

  /// Creates a calibration; `nil` where measurements contradict themselves, each other or the size of the index.
  init?(_ measurements: [MeasuredRecall], items: Int) {
    guard measurements.count <= RecallCalibration.limit, measurements.allSatisfy({ $0.isPlausible(items: items) }),
      zip(measurements, measurements.dropFirst()).allSatisfy({ $0.key.lexicographicallyPrecedes($1.key) })
    else { return nil }
    self.measurements = measurements
  }

  /// The measurements of one question and k.
  func measurements(of question: Question, k: Int) -> [MeasuredRecall] {
    measurements.filter { $0.question == question && $0.k == k }
  }
}

extension MeasuredRecall {
  /// The sort key of measurements; the exact scan has no ef, and comes first.
  var key: [Int] { [Int(question.rawValue), k, Int(family.rawValue), ef ?? 0] }

  /// Whether a measurement is possible for an index of this size.
  fileprivate func isPlausible(items: Int) -> Bool {
    guard (1...RecallCalibration.queryLimit).contains(queries), k >= 1, k <= items,
      ef.map({ $0 >= 1 && $0 <= items }) ?? true,
      expected <= queries * k, found <= expected
    else { return false }
    let missed = expected - found
    guard squaredMisses >= missed, squaredMisses / k + (squaredMisses % k).signum() <= missed else { return false }
    // A search scores an item once by its code, once by its vector, and a few items on upper layers.
    guard scored / queries <= 4 * items, hops / queries <= 4 * items, components / queries <= 1 << 48 else {
      return false
    }
    return ef == nil ? missed == 0 && hops == 0 : components == 0
  }
}
