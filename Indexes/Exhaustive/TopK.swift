import AkinVectors

/// The best `capacity` of the keys pushed so far (``RankKey``: larger is better), as a heap with the worst on top.
@unsafe struct TopK {
  // Safe: whoever made the heap owns `capacity` places and outlives it.
  private let places: UnsafeMutablePointer<UInt64>
  let capacity: Int
  private(set) var count = 0

  /// An empty heap over `capacity` places, at least 1.
  init(places: UnsafeMutablePointer<UInt64>, capacity: Int) {
    unsafe self.places = unsafe places
    unsafe self.capacity = capacity
  }

  /// The score that a candidate must reach: that of the worst kept, or -∞ while there is room.
  var kthScore: Float {
    unsafe count == capacity ? RankKey.score(places[0]) : -.infinity
  }

  /// Forgets all keys.
  mutating func removeAll() { unsafe count = 0 }

  /// Keeps the key if it is among the best; says whether it was kept.
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
