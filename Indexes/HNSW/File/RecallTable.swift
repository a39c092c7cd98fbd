import AkinFiles
import AkinVectors

/// The section `RCAL`: measurements of 64 bytes each, as the format's page describes them.
enum RecallTable {
  static let section: SectionName = "RCAL"
  static let elementBytes = 64
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
    guard view.count <= RecallCalibration.limit else { return nil }
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
