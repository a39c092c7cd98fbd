import AkinVectors

/// What an index measured of itself when it was built: how much of the exact answer the graph finds, and what that
/// costs.
///
/// Queries for the nearest were not part of the graph that they asked (see ``QueryFamily``). Where there are several
/// families a plan rests on the worst of them.
public struct RecallCalibration: Sendable, Equatable {
  /// All measurements, by question, k, family and ef; the exact scan stands before the graph.
  public let measurements: [MeasuredRecall]

  /// How many measurements there may be; a build makes at most a few hundred.
  static let limit = 1024
  /// How many queries a measurement may have: sums over them stay far below 2⁶³.
  static let queryLimit = 1 << 24

  /// Creates a calibration, or nothing where measurements contradict themselves, each other or the index's size.
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
  /// What measurements are in order of; the exact scan has no ef, and stands first.
  var key: [Int] { [Int(question.rawValue), k, Int(family.rawValue), ef ?? 0] }

  /// Whether an index of so many items can have measured this.
  fileprivate func isPlausible(items: Int) -> Bool {
    guard (1...RecallCalibration.queryLimit).contains(queries), k >= 1, k <= items,
      ef.map({ $0 >= 1 && $0 <= items }) ?? true,
      expected <= queries * k, found <= expected
    else { return false }
    let missed = expected - found
    guard squaredMisses >= missed, squaredMisses / k + (squaredMisses % k).signum() <= missed else { return false }
    // A search scores an item once by its code, once by its vector, and on upper layers, which are few.
    guard scored / queries <= 4 * items, hops / queries <= 4 * items, components / queries <= 1 << 48 else {
      return false
    }
    return ef == nil ? missed == 0 && hops == 0 : components == 0
  }
}
