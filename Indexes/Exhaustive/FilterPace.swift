/// Decides whether the filter by codes pays: where many items pass it, the full product is cheaper.
struct FilterPace {
  private var skip = 0
  private var pause = 1

  /// Whether to try the filter on the next block.
  mutating func isWorthTrying() -> Bool {
    if skip == 0 { return true }
    skip -= 1
    return false
  }

  /// Records a block. After a block where more than a tenth passed, the next blocks are skipped: first 1, then twice as
  /// many each time, up to 64.
  mutating func note(kept: Int, of total: Int) {
    if kept * 10 > total {
      skip = pause
      pause = min(2 * pause, 64)
    } else {
      pause = 1
    }
  }
}
