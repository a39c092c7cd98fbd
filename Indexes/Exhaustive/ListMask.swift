/// The items of each list that a filter allows, one bit each in the order of the list.
struct ListMask: Sendable {
  /// The item at place `p` of a list is bit `p % 64` of its word `p / 64`.
  private let words: [UInt64]
  /// The first word of each list, and the end of the last.
  private let starts: [Int]
  /// The lists without an allowed item, ascending.
  let empty: [Int]

  /// - Complexity: O(*items*).
  init(_ mask: PositionMask, of lists: ItemLists) {
    var (words, starts, empty): ([UInt64], [Int], [Int]) = ([], [0], [])
    for list in 0..<lists.count {
      let places = lists.items(of: list)
      for first in stride(from: places.lowerBound, to: places.upperBound, by: 64) {
        var word: UInt64 = 0
        for place in first..<min(first + 64, places.upperBound) where mask.contains(Int(lists.order[place])) {
          word |= 1 << UInt64(place - first)
        }
        words.append(word)
      }
      if words[starts[list]...].allSatisfy({ $0 == 0 }) { empty.append(list) }
      starts.append(words.count)
    }
    (self.words, self.starts, self.empty) = (words, starts, empty)
  }

  /// Lends the words of a list from a place, a multiple of 64.
  @unsafe func withWords<R>(of list: Int, from place: Int, _ body: (UnsafeBufferPointer<UInt64>) -> R) -> R {
    unsafe words.withUnsafeBufferPointer { words in
      unsafe body(UnsafeBufferPointer(rebasing: words[(starts[list] + place / 64)..<starts[list + 1]]))
    }
  }
}
