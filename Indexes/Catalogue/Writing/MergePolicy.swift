import AkinVectors

/// Which segments are merged, so that most rows are in one graph and what a change costs does not depend on the past.
///
/// Segments stay in order of arrival, so only neighbours merge. Small segments gather behind a large one, the *trunk*, and are
/// scanned. Once they have ``grownFrom`` rows and ``grownShare`` of those of the trunk, its graph grows by them: their rows are inserted,
/// its deleted ones drop out, and the others keep their links. So a row is linked once, and copied some 25 times for as many new
/// rows as the catalogue has.
///
/// Without a trunk, and among the small segments, a segment belongs to a tier by its live rows; each tier is
/// ``width`` times as large as the one below. Once the newest segments of a tier and below are ``width`` many, they become one
/// (the logarithmic method of Bentley and Saxe, 1980; Lucene's *LogMergePolicy*).
struct MergePolicy: Sendable, Equatable {
  /// Neighbours that become one, and the ratio of two tiers.
  var width = 8
  /// The largest number of live rows of the lowest tier.
  var lowest = 2_048
  /// From this number of live rows on, a segment is linked; smaller ones are scanned.
  var linkedFrom = 4_096
  /// The graph of a trunk grows by so many rows at least: fewer are scanned faster than they are copied.
  var grownFrom = 8_192
  /// The graph of a trunk grows by this share of its rows at least, so that few rows are copied for a new one.
  var grownShare = 0.04
  /// What is inserted into a graph is at most this share of its rows; for more, a new graph takes hardly longer.
  var mostGrown = 0.5
  /// A segment of which a larger share is deleted is built anew: a walk visits deleted rows in vain, and their links lead
  /// nowhere else.
  var deletedShare = 0.4

  /// The tier of a segment of so many live rows.
  func tier(_ live: Int) -> Int {
    var (tier, limit) = (0, lowest)
    while live > limit {
      tier += 1
      limit *= width
    }
    return tier
  }

  /// Whether a segment has to be built anew by itself.
  func isWorn(_ segment: SegmentRecord) -> Bool {
    Double(segment.deleted.count) > deletedShare * Double(segment.rows)
  }

  /// The ranges of neighbours that have to become one segment each: from the newest back, at most one of several segments, and
  /// worn segments by themselves.
  func due(_ segments: [SegmentRecord]) -> [Range<Int>] {
    if let range = growth(of: segments) {
      return (0..<range.lowerBound).filter { isWorn(segments[$0]) }.map { $0..<$0 + 1 } + [range]
    }
    let tiers = segments.map { tier($0.live) }
    // Where the merged run begins so far, and its live rows.
    var (start, live) = (segments.count, 0)
    for tier in 0...(tiers.max() ?? 0) {
      // The newest run of segments of this tier and below; what is merged already counts as one.
      let first = (tiers.lastIndex { $0 > tier } ?? -1) + 1
      let many = (tiers[first..<max(first, start)].count { $0 == tier }) + (live > 0 && self.tier(live) == tier ? 1 : 0)
      guard many >= width else { continue }
      live += segments[first..<start].reduce(0) { $0 + $1.live }
      start = first
    }
    var ranges = (0..<start).filter { isWorn(segments[$0]) }.map { $0..<$0 + 1 }
    if start < segments.count { ranges.append(start..<segments.count) }
    return ranges
  }

  /// The trunk and all behind it, where its graph is to grow by these.
  private func growth(of segments: [SegmentRecord]) -> Range<Int>? {
    var live = 0
    for place in segments.indices.reversed() {
      let range = place..<segments.count
      if Double(live) >= max(Double(grownFrom), grownShare * Double(segments[place].live)),
        base(of: Array(segments[range])) == 0
      {
        return range
      }
      live += segments[place].live
    }
    return nil
  }

  /// Which of some segments, all of which become one, has the graph that grows by the rows of the others; `nil` where a new graph
  /// is made.
  func base(of segments: [SegmentRecord]) -> Int? {
    guard segments.count > 1, let place = segments.indices.max(by: { segments[$0].live < segments[$1].live }) else {
      return nil
    }
    let base = segments[place]
    let others = segments.reduce(0) { $0 + $1.live } - base.live
    guard base.isLinked, !isWorn(base), Double(others) <= mostGrown * Double(base.live) else { return nil }
    return place
  }

  /// The ranges that have to become one segment each, so that at most `target` are left and none of them is worn: neighbours
  /// with the fewest live rows first.
  func ranges(_ segments: [SegmentRecord], downTo target: Int) -> [Range<Int>] {
    var ranges = segments.indices.map { $0..<$0 + 1 }
    func live(_ range: Range<Int>) -> Int { segments[range].reduce(0) { $0 + $1.live } }
    while ranges.count > target {
      let pairs = ranges.indices.dropLast()
      guard
        let best = pairs.min(by: { live(ranges[$0]) + live(ranges[$0 + 1]) < live(ranges[$1]) + live(ranges[$1 + 1]) })
      else { break }
      ranges[best] = ranges[best].lowerBound..<ranges[best + 1].upperBound
      ranges.remove(at: best + 1)
    }
    return ranges.filter { range in
      range.count > 1 || isWorn(segments[range.lowerBound])
        || (target == 1 && segments[range.lowerBound].isNotWhole)
    }
  }
}

extension SegmentRecord {
  /// Whether it is not what a build of its live rows makes.
  fileprivate var isNotWhole: Bool { deleted.count > 0 || !isLinked || isGrown }
}
