import AkinFiles

/// What an index measured of itself when it was built: how much of the exact answer the graph finds, and what that
/// costs.
///
/// Queries for the nearest were not part of the graph that they asked (see ``QueryFamily``). Where there are several
/// families a plan rests on the worst of them.
public struct RecallCalibration: Sendable, Equatable {
  /// All measurements, by question, k, family and ef; the exact scan stands before the graph.
  public let measurements: [MeasuredRecall]

  /// Creates a certificate, or nothing where measurements contradict themselves, each other or the index's size.
  init?(_ measurements: [MeasuredRecall], items: Int) {
    guard measurements.count <= RecallTable.limit, measurements.allSatisfy({ $0.isPlausible(items: items) }),
      zip(measurements, measurements.dropFirst()).allSatisfy({ $0.key.lexicographicallyPrecedes($1.key) })
    else { return nil }
    self.measurements = measurements
  }

  /// The measurements of one question and k.
  func measurements(of question: Question, k: Int) -> [MeasuredRecall] {
    measurements.filter { $0.question == question && $0.k == k }
  }
}

/// The section `RCAL`: measurements of 64 bytes each, as the format's page describes them.
enum RecallTable {
  static let section: SectionName = "RCAL"
  static let elementBytes = 64
  /// How many measurements a file may hold; a build makes at most a few hundred.
  static let limit = 1024
  /// How many queries a measurement may have: sums over them stay far below 2⁶³.
  static let queryLimit = 1 << 24
  private static let none = UInt32.max

  /// The section's numbers, eight of 64 bits a measurement.
  static func encode(_ measurements: [MeasuredRecall]) -> [UInt64] {
    measurements.flatMap { one -> [UInt64] in
      let names = UInt64(one.question.rawValue) | UInt64(one.family.rawValue) << 16 | UInt64(one.k) << 32
      let sizes = UInt64(one.ef.map { UInt32($0) } ?? none) | UInt64(one.queries) << 32
      return [names, sizes]
        + [one.expected, one.found, one.squaredMisses, one.scored, one.hops, one.components].map { UInt64($0) }
    }
  }

  /// What a section says, or `nil` where it is not what a build writes.
  static func decode(_ view: SectionView, items: Int) -> RecallCalibration? {
    // The comparison comes first: nothing is allocated by a number that the file gives.
    guard view.count <= limit else { return nil }
    var measurements: [MeasuredRecall] = []
    for index in 0..<view.count {
      guard let one = measurement(in: view, at: index) else { return nil }
      measurements.append(one)
    }
    return RecallCalibration(measurements, items: items)
  }

  private static func measurement(in view: SectionView, at index: Int) -> MeasuredRecall? {
    guard let names = view.u64(at: 8 * index), let sizes = view.u64(at: 8 * index + 1),
      let question = Question(rawValue: UInt16(truncatingIfNeeded: names)),
      let family = QueryFamily(rawValue: UInt16(truncatingIfNeeded: names >> 16))
    else { return nil }
    let sums = (2..<8).compactMap { view.u64(at: 8 * index + $0).flatMap { Int(exactly: $0) } }
    guard sums.count == 6 else { return nil }
    let ef = UInt32(truncatingIfNeeded: sizes)
    return MeasuredRecall(
      question: question, family: family, k: Int(names >> 32), ef: ef == none ? nil : Int(ef),
      queries: Int(sizes >> 32), expected: sums[0], found: sums[1], squaredMisses: sums[2], scored: sums[3],
      hops: sums[4], components: sums[5])
  }
}

extension MeasuredRecall {
  /// What measurements are in order of; the exact scan has no ef, and stands first.
  var key: [Int] { [Int(question.rawValue), k, Int(family.rawValue), ef ?? 0] }

  /// Whether an index of so many items can have measured this.
  fileprivate func isPlausible(items: Int) -> Bool {
    guard (1...RecallTable.queryLimit).contains(queries), k >= 1, k <= items,
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
