import AkinVectors

/// Which segments are merged, so that a catalogue of *n* rows has O(log *n*) segments and each row is written O(log *n*) times.
///
/// Segments stay in order of arrival, so only neighbours merge. A segment belongs to a tier by its live rows; each tier is
/// ``width`` times as large as the one below. Once the newest segments of a tier and below are ``width`` many, they become one
/// (the logarithmic method of Bentley and Saxe, 1980; Lucene's *LogMergePolicy*).
struct MergePolicy: Sendable, Equatable {
  /// Neighbours that become one, and the ratio of two tiers.
  var width = 8
  /// The largest number of live rows of the lowest tier.
  var lowest = 2_048
  /// From this number of live rows on, a segment is linked; smaller ones are scanned.
  var linkedFrom = 4_096
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
        || (target == 1 && (segments[range.lowerBound].deleted.count > 0 || !segments[range.lowerBound].isLinked))
    }
  }
}
