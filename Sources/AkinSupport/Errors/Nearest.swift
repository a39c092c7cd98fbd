/// The word closest to a mistyped one, or `nil` when none is close.
///
/// The only word with the typed prefix, or else the word at the smallest ``editDistance(_:_:)``, if that is at most a third
/// of the typed letters (at least 1).
package func nearest(to typed: String, among words: [String]) -> String? {
  let begun = words.filter { typed.count > 1 && $0.hasPrefix(typed) }
  if begun.count == 1 { return begun[0] }
  let limit = max(1, typed.count / 3)
  var best: (word: String, distance: Int)?
  for word in words {
    let distance = editDistance(typed, word)
    if distance <= limit, distance < best?.distance ?? .max, distance < word.count { best = (word, distance) }
  }
  return best?.word
}

/// The edit distance (optimal string alignment): insertions, deletions, substitutions and swaps of neighbours.
package func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  var before = [Int](repeating: 0, count: b.count + 1)
  var above = Array(0...b.count)
  for i in 0..<a.count {
    var row = [Int](repeating: i + 1, count: b.count + 1)
    for j in 0..<b.count {
      row[j + 1] = min(above[j] + (a[i] == b[j] ? 0 : 1), above[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], before[j - 1] + 1) }
    }
    before = above
    above = row
  }
  return above[b.count]
}
