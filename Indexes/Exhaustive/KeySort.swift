import AkinVectors

/// Sorts the keys of an answer (``RankKey``), largest first.
enum KeySort {
  /// Shorter lists are sorted by insertion.
  private static let fewestForDigits = 48

  /// Words of scratch: how often each digit occurs, and then where its keys go.
  static let digitCounts = 8 * 256

  /// Sorts `count` keys in place.
  ///
  /// By digits of 8 bits, the last first; digits that all keys share take no pass. The digits of rows matter to equal
  /// scores alone: where these are few, they are sorted by insertion afterwards.
  ///
  /// - Parameters:
  ///   - spare: Room for as many keys.
  ///   - starts: Room for ``digitCounts`` words.
  /// - Complexity: O(*count*).
  @unsafe static func sort(
    _ keys: UnsafeMutablePointer<UInt64>, _ count: Int, _ spare: UnsafeMutablePointer<UInt64>,
    _ starts: UnsafeMutablePointer<UInt32>
  ) {
    guard count >= fewestForDigits else { return unsafe insertionSort(keys, count) }
    unsafe sort(keys, count, digits: 4..<8, spare, starts)
    var ties = 0
    var place = 1
    while place < count {
      ties += unsafe keys[place] >> 32 == keys[place &- 1] >> 32 ? 1 : 0
      place &+= 1
    }
    if ties > 8 { return unsafe sort(keys, count, digits: 0..<8, spare, starts) }
    if ties > 0 { unsafe insertionSort(keys, count) }
  }

  @unsafe private static func sort(
    _ keys: UnsafeMutablePointer<UInt64>, _ count: Int, digits: Range<Int>, _ spare: UnsafeMutablePointer<UInt64>,
    _ starts: UnsafeMutablePointer<UInt32>
  ) {
    // Safe: a digit is below 256, the numbers of a digit add up to `count`, and both tables have `count` keys.
    unsafe starts.update(repeating: 0, count: digitCounts)
    var place = 0
    while place < count {
      let key = unsafe keys[place]
      var digit = digits.lowerBound
      while digit < digits.upperBound {
        unsafe starts[256 &* digit &+ Self.digit(digit, of: key)] &+= 1
        digit &+= 1
      }
      place &+= 1
    }
    var (from, to) = unsafe (keys, spare)
    for digit in digits {
      let starts = unsafe starts + 256 &* digit
      if unsafe Int(starts[Self.digit(digit, of: from[0])]) == count { continue }
      var next: UInt32 = 0
      var value = 256
      while value > 0 {
        value &-= 1
        let number = unsafe starts[value]
        unsafe starts[value] = next
        next &+= number
      }
      place = 0
      while place < count {
        let key = unsafe from[place]
        let value = Self.digit(digit, of: key)
        unsafe to[Int(starts[value])] = key
        unsafe starts[value] &+= 1
        place &+= 1
      }
      unsafe swap(&from, &to)
    }
    if unsafe from != keys { unsafe keys.update(from: from, count: count) }
  }

  @inline(__always)
  private static func digit(_ digit: Int, of key: UInt64) -> Int {
    Int(truncatingIfNeeded: key &>> UInt64(truncatingIfNeeded: 8 &* digit) & 255)
  }

  @unsafe private static func insertionSort(_ keys: UnsafeMutablePointer<UInt64>, _ count: Int) {
    guard count > 1 else { return }
    for place in 1..<count {
      let key = unsafe keys[place]
      var hole = place
      while hole > 0, unsafe keys[hole &- 1] < key {
        unsafe keys[hole] = unsafe keys[hole &- 1]
        hole &-= 1
      }
      unsafe keys[hole] = key
    }
  }
}
