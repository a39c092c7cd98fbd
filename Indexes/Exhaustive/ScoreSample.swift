import AkinVectors
import CAkinKernels

/// Some of the items, scored before the others: what they reach is a guess at the k-th best score of all.
///
/// Of the `k` best items, λ = k · *sample* / *items* are expected in the sample, distributed about as Poisson's. So fewer than `k`
/// items reach the score at place λ + 3 √λ + 2 of the sample in at most about one search of a thousand (in none of 600 for each of four
/// sets and of `k` 10 to 500: equal distances make it rarer). In the median, two to four times `k` items reach it for a `k` that is a
/// hundredth to a five-hundredth of the items, more for a smaller share. A search that starts from that score passes by most items at
/// once.
@safe final class ScoreSample: @unchecked Sendable {
  // Safe: nothing is written after `init`.

  /// The number of sampled items.
  let count: Int
  /// The number of items that they were sampled from.
  private let population: Int
  /// The least `k` that a guess is worth it for.
  private let fewest: Int
  private let dimension: Int
  private let panels: AlignedFloats
  private let starts: AlignedFloats?
  private let kernels: UnsafePointer<akin_kernels>

  /// The number of items to sample: a 32nd of all, at most 2,048; none of fewer than 4,096 items.
  private static func size(of items: Int) -> Int { items < 4096 ? 0 : max(256, min(2048, items / 32)) & ~15 }

  /// Takes every n-th item; `nil` for too few items.
  ///
  /// - Parameter mask: The positions that may be in an answer; `nil` for all.
  init?(of index: ExhaustiveIndex, _ summary: NormSummary, mask: PositionMask? = nil) {
    let wanted = Self.size(of: mask?.allowedCount ?? index.count)
    guard wanted > 0 else { return nil }
    let stride = index.items.stride
    dimension = index.dimension
    unsafe kernels = index.kernels
    population = mask?.allowedCount ?? index.count
    // Under inner products, the first block of items by falling norm holds more of a few best ones than any sample.
    fewest = index.metric == .innerProduct && summary.falls ? 33 : 1
    let positions = Self.positions(wanted, of: index.count, mask)
    count = positions.count
    let lanes = (positions.count + 15) & ~15
    let rows = AlignedFloats(count: lanes * stride)
    panels = AlignedFloats(count: lanes * dimension)
    starts = unsafe index.metric == .euclidean || index.biases != nil ? AlignedFloats(count: lanes) : nil
    for (place, position) in positions.enumerated() {
      // Safe: the positions are of items, and there is room for each of them.
      let item = unsafe index.items.base + position * stride
      let row = unsafe rows.floats.baseAddress! + place * stride
      let scale = unsafe index.metric == .cosine ? summary.perRow?.floats[position] ?? 1 : 1
      for component in 0..<dimension { unsafe row[component] = item[component] * scale }
      if let starts {
        unsafe starts.floats[place] = index.biases.map { unsafe $0[position] } ?? summary.perRow?.floats[position] ?? 0
      }
    }
    unsafe kernels.pointee.pack(
      rows.floats.baseAddress!, stride, dimension, positions.count, panels.floats.baseAddress!)
  }

  /// Positions at equal distances among those that are allowed, ascending.
  private static func positions(_ wanted: Int, of count: Int, _ mask: PositionMask?) -> [Int] {
    guard let mask else { return (0..<wanted).map { $0 * count / wanted } }
    var (positions, passed): ([Int], Int) = ([], 0)
    for position in 0..<count where positions.count < wanted && mask.contains(position) {
      if passed == positions.count * mask.allowedCount / wanted { positions.append(position) }
      passed += 1
    }
    return positions
  }

  /// The place in the sample that `k` items probably reach; `nil` where a guess is not worth it.
  func place(for k: Int) -> Int? {
    guard k >= fewest, k <= population / 8 else { return nil }
    let expected = Double(k) * Double(count) / Double(population)
    return min(Int((expected + 3 * expected.squareRoot()).rounded(.up)) + 2, count)
  }

  /// Scores the sample.
  ///
  /// - Parameters:
  ///   - queries: The queries as for the product of a tile, `stride` floats apart.
  ///   - values: Room for ``count`` values a query, rounded up to a multiple of 16.
  @unsafe func score(
    _ queries: UnsafePointer<Float>, stride: Int, _ number: Int, into values: UnsafeMutablePointer<Float>
  ) {
    // Safe: the panels hold all lanes, and so do the starts.
    unsafe kernels.pointee.product(
      queries, stride, number, panels.floats.baseAddress!, lanes / 16, dimension,
      starts.map { unsafe UnsafePointer($0.floats.baseAddress!) }, values, lanes)
  }

  /// ``count`` rounded up to a multiple of 16.
  var lanes: Int { (count + 15) & ~15 }

  /// A value at that place among those of the sample, best first, or a little less; -∞ where none is known.
  @unsafe func value(at place: Int, of values: UnsafePointer<Float>) -> Float {
    // Safe: there are `count` values.
    let few = unsafe kernels.pointee.kth_lower_bound(values, count, place)
    // Of 64 groups' maxima, the first ones are hardly less than the first ones of all.
    if place <= 12 { return few }
    let greatest = unsafe kernels.pointee.kth_lower_bound(values, count, 1)
    guard greatest < .infinity, greatest > -.infinity else { return -.infinity }
    return unsafe KthValue.lowerBound(values, count, place, least: few, greatest: greatest, kernels)
  }
}
