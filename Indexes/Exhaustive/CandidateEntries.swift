/// The entries of the candidates of some queries: for each query room for values and positions,
/// and scratch for the keys of one query at a time.
@unsafe final class CandidateEntries {
  // Safe: `init` allocates `room` entries for each place, and the elements are trivial.
  /// The number of candidates of a query at which those below the bound are dropped.
  let room: Int
  let values: UnsafeMutablePointer<Float>
  let positions: UnsafeMutablePointer<UInt32>
  let keys: UnsafeMutablePointer<UInt64>
  let sorted: UnsafeMutablePointer<UInt64>
  let spare: UnsafeMutablePointer<UInt64>
  let starts: UnsafeMutablePointer<UInt32>

  /// Entries for the `k` best of `items` items, for some queries at a time.
  init(queries: Int, k: Int, items: Int) {
    // A larger share than a quarter raises the bound later, a smaller one costs more for each candidate.
    let room = min(k + max(16, k / 4), items + 1)
    unsafe self.room = room
    unsafe values = .allocate(capacity: max(1, queries) * room)
    unsafe positions = .allocate(capacity: max(1, queries) * room)
    unsafe keys = .allocate(capacity: room)
    unsafe sorted = .allocate(capacity: room)
    unsafe spare = .allocate(capacity: room)
    unsafe starts = .allocate(capacity: KeySort.digitCounts)
  }

  deinit {
    unsafe values.deallocate()
    unsafe positions.deallocate()
    unsafe keys.deallocate()
    unsafe sorted.deallocate()
    unsafe spare.deallocate()
    unsafe starts.deallocate()
  }
}
