/// The visited slots of a search, one bit each, with a list of them so that clearing is cheap.
@safe final class VisitedSet {
  // Safe: there is a bit for each slot that `init` allocated; callers pass slots below that number.

  /// One bit a slot.
  let bits: UnsafeMutablePointer<UInt64>
  private let wordCount: Int
  /// The visited slots, as many as fit.
  private let trail: UnsafeMutablePointer<UInt32>
  private static let trailCapacity = 1 << 14
  /// The number of slots visited since the bits were last cleared.
  private var trailCount = 0
  /// The number of slots, from the first, marked without the list.
  private var prefix = 0

  init(slots: Int) {
    wordCount = slots / 64 + 1
    unsafe bits = .allocate(capacity: wordCount)
    unsafe bits.initialize(repeating: 0, count: wordCount)
    unsafe trail = .allocate(capacity: VisitedSet.trailCapacity)
  }

  deinit {
    // Safe: `init` allocated both, and the elements are trivial.
    unsafe bits.deallocate()
    unsafe trail.deallocate()
  }

  /// Records slots whose bits the caller has set.
  @inline(__always)
  func note(_ slots: UnsafePointer<UInt32>, _ count: Int) {
    if trailCount &+ count <= VisitedSet.trailCapacity {
      unsafe (trail + trailCount).update(from: slots, count: count)
    }
    trailCount &+= count
  }

  /// Marks a slot, and returns whether it was unmarked.
  func insert(_ slot: UInt32) -> Bool {
    if unsafe bits[Int(slot &>> 6)] &>> UInt64(slot & 63) & 1 == 1 { return false }
    unsafe bits[Int(slot &>> 6)] |= UInt64(1) &<< UInt64(slot & 63)
    if trailCount < VisitedSet.trailCapacity { unsafe trail[trailCount] = slot }
    trailCount &+= 1
    return true
  }

  /// Marks the first `count` slots.
  func insertPrefix(_ count: Int) {
    for word in 0..<(count &>> 6) { unsafe bits[word] = .max }
    if count & 63 != 0 { unsafe bits[count &>> 6] |= (1 &<< UInt64(count & 63)) &- 1 }
    prefix = count
  }

  /// Unmarks all slots: O(visited slots) when few, otherwise O(slots / 64).
  func removeAll() {
    if trailCount <= VisitedSet.trailCapacity && trailCount < wordCount {
      for i in 0..<trailCount { unsafe bits[Int(trail[i] &>> 6)] = 0 }
    } else {
      unsafe bits.update(repeating: 0, count: wordCount)
    }
    for word in 0..<((prefix &+ 63) &>> 6) { unsafe bits[word] = 0 }
    trailCount = 0
    prefix = 0
  }
}
