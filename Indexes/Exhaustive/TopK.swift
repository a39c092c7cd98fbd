import AkinVectors

/// The best `capacity` keys so far (``RankKey``: larger is better), as a heap with the worst key on top.
@unsafe struct TopK {
  // Safe: the creator of the heap owns `capacity` entries that outlive it.
  private let places: UnsafeMutablePointer<UInt64>
  let capacity: Int
  private(set) var count = 0

  /// An empty heap over `capacity` entries, at least 1.
  init(places: UnsafeMutablePointer<UInt64>, capacity: Int) {
    unsafe self.places = unsafe places
    unsafe self.capacity = capacity
  }

  /// The score that a candidate must reach: the worst kept score, or -∞ before the heap is full.
  var kthScore: Float {
    unsafe count == capacity ? RankKey.score(places[0]) : -.infinity
  }

  /// Removes all keys.
  mutating func removeAll() { unsafe count = 0 }

  /// Adds a key if it is among the best; returns whether it was added.
  mutating func push(_ key: UInt64) -> Bool {
    if unsafe count < capacity {
      var child = unsafe count
      unsafe count &+= 1
      while child > 0 {
        let parent = (child &- 1) / 2
        if unsafe places[parent] <= key { break }
        unsafe places[child] = unsafe places[parent]
        child = parent
      }
      unsafe places[child] = key
      return true
    }
    guard unsafe key > places[0] else { return false }
    var parent = 0
    while true {
      var child = 2 &* parent &+ 1
      guard unsafe child < count else { break }
      if unsafe child &+ 1 < count && places[child &+ 1] < places[child] { child &+= 1 }
      if unsafe places[child] >= key { break }
      unsafe places[parent] = unsafe places[child]
      parent = child
    }
    unsafe places[parent] = key
    return true
  }
}
