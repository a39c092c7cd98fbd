import AkinSupport

/// Random samples of rows.
public enum QuerySample {
  /// Draws `size` different numbers of `0..<total`, ascending; all numbers if `size` is at least `total`.
  ///
  /// Every subset of that size has the same probability (selection sampling; Knuth, The Art of Computer Programming 2,
  /// §3.4.2, algorithm S).
  ///
  /// - Parameters:
  ///   - size: The size of the sample.
  ///   - total: The number of rows.
  ///   - seed: The random seed.
  /// - Complexity: O(total).
  public static func rows(_ size: Int, of total: Int, seed: UInt64) -> [Int] {
    guard size < total else { return Array(0..<Swift.max(total, 0)) }
    guard size > 0 else { return [] }
    let random = CounterRandom(seed: seed, purpose: 0x5A4D)
    var rows: [Int] = []
    rows.reserveCapacity(size)
    for row in 0..<total {
      let left = Double(total - row)
      if random.uniform(at: UInt64(row)) * left < Double(size - rows.count) { rows.append(row) }
    }
    return rows
  }
}
