/// Whether a filter by codes pays, as it turns out: where many items pass it, the whole product is cheaper.
struct FilterPace {
  private var skip = 0
  private var pause = 1

  /// Returns whether the next block is worth a try.
  mutating func isWorthTrying() -> Bool {
    if skip == 0 { return true }
    skip -= 1
    return false
  }

  /// Takes note of a block: after one where more than a tenth passed the next few are not tried, ever more of them.
  mutating func note(kept: Int, of total: Int) {
    if kept * 10 > total {
      skip = pause
      pause = min(2 * pause, 64)
    } else {
      pause = 1
    }
  }
}
