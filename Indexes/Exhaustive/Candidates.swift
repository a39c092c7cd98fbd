import AkinVectors
import CAkinKernels

/// The items that may be in the answer to one query, in no order, each with a float32 value.
///
/// A value is within the error of ``RoundingBound`` of the float64 score, so the k-th largest value gives a lower bound on
/// the k-th best score. Now and then that bound is raised, and what is below it is dropped. Only what is left in the end is
/// scored in float64, and sorted once.
///
/// A search may begin with a guess at the bound (``ScoreSample``): its answer is proven if `k` scores reach the guess.
@unsafe struct Candidates {
  // Safe: the entries outlive this value; at most `entries.room` are written.
  private let items: QueryItems
  private let kernels: UnsafePointer<akin_kernels>
  let bound: RoundingBound
  let k: Int
  private let entries: CandidateEntries
  private let values: UnsafeMutablePointer<Float>
  private let positions: UnsafeMutablePointer<UInt32>
  private(set) var count = 0
  /// The number of candidates when the bound was raised last.
  private var tightened = 0
  /// All values are between these.
  private var least = Float.infinity
  private var greatest = -Float.infinity
  /// What the largest error of a value depends on; sums of differences do without.
  private var block: NormSummary.Block?

  /// A score that each item of the answer reaches, as far as is known.
  private(set) var kthScore: Float
  private var guess = -Float.infinity

  /// Creates an empty result for one query.
  ///
  /// - Parameters:
  ///   - index: The items.
  ///   - query: The components of the query, not normalised.
  ///   - allowed: The rows that may be in the answer; `nil` allows all.
  ///   - entries: Room for the candidates of some queries.
  ///   - place: The place of this query among them.
  ///   - k: The length of the answer, at most the number of items.
  ///   - reached: A score that each item of the answer reaches; -∞ without one.
  ///   - summary: The norms; `nil` under `euclidean` where no value is a product.
  init(
    of index: ExhaustiveIndex, query: UnsafePointer<Float>, allowed: AllowedRows?, in entries: CandidateEntries,
    place: Int, k: Int, reached: Float = -.infinity, _ summary: NormSummary?
  ) {
    unsafe items = QueryItems(of: index, query: query, allowed: allowed, summary)
    unsafe kernels = index.kernels
    unsafe bound = RoundingBound(metric: index.metric, dimension: index.dimension, queryNorm: items.queryNorm)
    unsafe self.k = k
    unsafe self.entries = entries
    unsafe values = entries.values + place * entries.room
    unsafe positions = entries.positions + place * entries.room
    unsafe block = index.metric == .euclidean ? nil : NormSummary.Block()
    unsafe kthScore = reached
  }

  /// So many of the best items hold `k` allowed ones.
  ///
  /// - Parameter isShared: Whether the filter that queries share is left out of account: the sample heeds it.
  func mostNeeded(besidesShared isShared: Bool) -> Int {
    unsafe k + (items.allowed?.own?.excludedCount ?? 0) + (isShared ? 0 : items.allowed?.shared?.excludedCount ?? 0)
  }

  /// Takes a score that `k` items probably reach.
  mutating func begin(from guess: Float) {
    guard unsafe guess > kthScore else { return }
    unsafe self.guess = guess
    unsafe kthScore = guess
  }

  /// Takes the score that the `k` best of the first items reach, as far as their products tell, where any item may be in the answer and
  /// nothing is known yet.
  mutating func beginFromProducts(_ values: UnsafePointer<Float>, _ number: Int, in block: NormSummary.Block) {
    guard unsafe kthScore == -.infinity, unsafe items.admitsAll else { return }
    unsafe kthScore = bound.score(reaching: kernels.pointee.kth_lower_bound(values, number, k), in: block)
  }

  /// Takes the items whose value reaches the bound.
  ///
  /// - Parameters:
  ///   - values: One value an item: products, or under `euclidean` negated sums of differences; at most
  ///     ``QueryBlock/blockRows``.
  ///   - first: The position of the first item, or with `list` the position of its element 0.
  ///   - list: The position of each item, relative to `first`.
  ///   - block: A block of norms whose products are trusted, which holds the items; `nil` for sums of differences.
  ///   - hits: Room for one number an item.
  mutating func take(
    _ values: UnsafePointer<Float>, _ number: Int, first: Int, list: UnsafePointer<UInt32>? = nil,
    _ block: NormSummary.Block?, _ hits: UnsafeMutablePointer<UInt32>
  ) {
    if let block { unsafe self.block?.add(block) }
    if unsafe kthScore == -.infinity && count == 0 {
      // If all items count, `k` of them reach this, and hardly any other.
      let few = unsafe bound.score(reaching: kernels.pointee.kth_lower_bound(values, number, k), in: block)
      if few > -.infinity {
        unsafe add(values, number, from: few, first: first, list: list, block, hits)
        if unsafe count >= k { return unsafe raise() }
        unsafe count = 0
      }
    }
    let before = unsafe count
    unsafe add(values, number, from: kthScore, first: first, list: list, block, hits)
    // For a short answer, the bound is worth more than the passes over its candidates cost.
    if unsafe count >= k && count != before && k <= Self.short { unsafe raise() }
  }

  /// Vectors are asked for this many scores ahead.
  private static let ahead = 6

  /// Answers up to this length keep the bound as tight as it can be.
  private static let short = 64

  /// Adds the items whose value reaches the floor of a score.
  private mutating func add(
    _ values: UnsafePointer<Float>, _ number: Int, from score: Float, first: Int, list: UnsafePointer<UInt32>?,
    _ block: NormSummary.Block?, _ hits: UnsafeMutablePointer<UInt32>
  ) {
    var floor = unsafe bound.floor(kth: score, in: block)
    let found = unsafe Int(kernels.pointee.indices_at_least(values, UInt32(truncatingIfNeeded: number), floor, hits))
    let (own, ownPositions, room) = unsafe (self.values, positions, entries.room)
    var (count, least, greatest) = unsafe (self.count, self.least, self.greatest)
    for hit in 0..<found {
      let place = unsafe Int(hits[hit])
      let value = unsafe values[place]
      guard value >= floor else { continue }
      var position = first &+ place
      if let list = unsafe list { position = unsafe first &+ Int(list[place]) }
      guard unsafe items.mayAnswer(position) else { continue }
      unsafe own[count] = value
      unsafe ownPositions[count] = UInt32(truncatingIfNeeded: position)
      count &+= 1
      least = value < least ? value : least
      greatest = value > greatest ? value : greatest
      if count == room {
        unsafe (self.count, self.least, self.greatest) = (count, least, greatest)
        unsafe drop()
        (count, least, greatest) = unsafe (self.count, self.least, self.greatest)
        floor = unsafe bound.floor(kth: kthScore, in: block)
      }
    }
    unsafe (self.count, self.least, self.greatest) = (count, least, greatest)
  }

  /// Takes the items of a range, where float32 cannot serve: their values are their scores.
  mutating func takeScores(_ range: Range<Int>) {
    for position in range { unsafe takeScore(position) }
  }

  /// Takes one item by its score.
  mutating func takeScore(_ position: Int) {
    guard unsafe items.admits(position) else { return }
    let score = unsafe items.score(position)
    // Not for NaN, which matches nothing.
    guard unsafe score >= kthScore else { return }
    unsafe values[count] = score
    unsafe positions[count] = UInt32(truncatingIfNeeded: position)
    unsafe count &+= 1
    unsafe least = min(least, score)
    unsafe greatest = max(greatest, score)
    if unsafe count == entries.room { unsafe drop() }
  }

  /// Raises the bound as far as it goes, where candidates came since the last time.
  mutating func tighten() {
    if unsafe count >= k && count != tightened { unsafe raise() }
    unsafe tightened = count
  }
}

// The bound and the answer. Hot where `k` is large: `count_at_least` passes over the values some ten times for each k / 4 that
// were added, and each item of the answer takes one float64 score and some six moves of its key.

extension Candidates {
  /// Raises the bound, and drops what is below it.
  private mutating func drop() {
    unsafe raise()
    let floor = unsafe bound.floor(kth: kthScore, in: block)
    unsafe count = KthValue.keep(count, from: floor, values, positions)
    unsafe least = max(least, floor)
    if unsafe count == entries.room { unsafe dropByScore() }
  }

  /// Raises the bound to what the k-th largest value says.
  private mutating func raise() {
    let value = unsafe KthValue.lowerBound(values, count, k, least: least, greatest: greatest, kernels)
    let score = unsafe bound.score(reaching: value, in: block)
    if unsafe score > kthScore { unsafe kthScore = score }
  }

  /// Keeps the `k` best scores, where float32 cannot tell more than that apart.
  private mutating func dropByScore() {
    let (keys, sorted) = unsafe (entries.keys, entries.sorted)
    for entry in unsafe 0..<count {
      unsafe keys[entry] = items.key(Int(positions[entry])) ?? 0
      unsafe sorted[entry] = keys[entry]
    }
    unsafe KeySort.sort(sorted, count, entries.spare, entries.starts)
    // Rows that are in the table twice, contrary to the claim of its owner, have equal keys: no more than `k` are kept.
    let worst = unsafe max(sorted[k &- 1], 1)
    var kept = 0
    for entry in unsafe 0..<count where unsafe keys[entry] >= worst && kept < k {
      unsafe values[kept] = RankKey.score(keys[entry])
      unsafe positions[kept] = positions[entry]
      kept += 1
    }
    unsafe count = kept
    guard unsafe kept == k else { return }
    unsafe kthScore = max(kthScore, RankKey.score(worst))
    unsafe least = min(least, RankKey.score(worst))
    unsafe greatest = max(greatest, RankKey.score(sorted[0]))
  }

  /// Scores the candidates that may be in the answer.
  ///
  /// - Parameter answer: Room for `k` keys, best first.
  /// - Returns: The number of keys; `nil` where the guess was too high, and the answer is not known.
  mutating func finish(into answer: UnsafeMutablePointer<UInt64>) -> Int? {
    if unsafe count > k { unsafe raise() }
    let floor = unsafe bound.floor(kth: kthScore, in: block)
    let keys = unsafe entries.sorted
    var found = 0
    unsafe count = KthValue.keep(count, from: floor, values, positions)
    let last = unsafe count - 1
    for entry in unsafe 0..<count {
      unsafe items.prefetch(positions + min(entry + Self.ahead, last))
      guard let key = unsafe items.key(Int(positions[entry])) else { continue }
      unsafe keys[found] = key
      found += 1
    }
    unsafe KeySort.sort(keys, found, entries.spare, entries.starts)
    let kept = unsafe min(found, k)
    unsafe answer.update(from: keys, count: kept)
    guard unsafe guess == -.infinity || kept == k && RankKey.score(keys[kept - 1]) >= guess else { return nil }
    return kept
  }
}
