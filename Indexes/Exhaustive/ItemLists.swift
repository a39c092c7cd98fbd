import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// The items in lists of near ones, each list encoded relative to its mean: an inverted file (Sivic and Zisserman 2003).
///
/// A scan of the lists nearest to a query finds most of its answer where a graph does not: among items that lie in clouds of many
/// dimensions. The codes of a list tell items apart that lie close together, since their step is as small as the list. Under cosine,
/// distances are those of normalised vectors. Which lists are near is a matter of ``ListRanking``.
///
/// Cost: *items* · *lists* · *dimension* multiply-adds once, and *dimension* + 10 bytes an item.
@safe package final class ItemLists: @unchecked Sendable {
  // Safe: nothing writes it after `init`.

  /// The number of lists.
  package var count: Int { codes.count }
  /// The mean of each list.
  let centres: EmbeddingMatrix
  /// The centres packed for the product, and what is added to the product of each: minus half of its squared length; by inner
  /// product the mean bias of the list.
  let panels: AlignedFloats
  let starts: AlignedFloats
  /// The standard deviation of the items of a list along a direction, and that of their biases.
  let deviations: [(components: Float, biases: Float)]
  private let metric: Metric
  /// At least the distance of any item of a list from its centre.
  let radii: [Double]
  /// The positions of the items, list by list, ascending in each.
  let order: [UInt32]
  /// The place of each list in ``order``, and the end of the last.
  let places: [Int]
  /// The list of each item, or ``ListMeans/none``.
  let owners: [UInt16]
  /// The items of each list as codes relative to its centre.
  let codes: [EncodedItems]

  /// Fewer items are scanned without lists.
  static let fewestItems = 16_384
  /// Items of a list, in the mean: one list more costs a query about as much as so many codes.
  private static let meanSize = 400
  private static let mostLists = 2048
  /// What a list costs a query that visits it, besides its items, and one that only compares its centre: as a number of items of a
  /// scan by codes. By inner product a query has one code for all lists.
  private static let visit = (distance: 500.0, product: 100.0)
  private static let comparison = 2.0

  /// The number of lists of some items.
  static func number(of items: Int) -> Int { max(16, min(items / meanSize, mostLists)) }

  /// Whether an index can have lists: its vectors are short enough for codes of their components.
  static func canServe(_ index: ExhaustiveIndex) -> Bool {
    index.count >= fewestItems && index.dimension <= Rotation.widestPlain
  }

  /// Divides the items of an index; `nil` where their lengths are too near the limits of `Float`.
  ///
  /// Items without direction are in no list under cosine: they match nothing.
  init?(of index: ExhaustiveIndex, _ summary: NormSummary, _ execution: Execution) throws {
    guard summary.blocks.allSatisfy({ $0.moderate && $0.greatest < 0x1p60 && $0.absoluteBias < 0x1p60 }) else {
      return nil
    }
    let source = UnitRows(index, summary)
    guard let means = try ListMeans(of: source, lists: ItemLists.number(of: index.count), execution) else { return nil }
    let owners = try means.owners(of: 0..<UInt32(index.count), in: source, execution)
    // Empty lists have gone: lists are numbered anew.
    var sizes = [Int](repeating: 0, count: means.count)
    for owner in owners where owner != ListMeans.none { sizes[Int(owner)] += 1 }
    var numbers = [UInt16](repeating: ListMeans.none, count: means.count)
    var (places, ends): ([Int], [Int]) = ([0], [])
    for list in sizes.indices where sizes[list] > 0 {
      numbers[list] = UInt16(ends.count)
      ends.append(places[places.count - 1])
      places.append(places[places.count - 1] + sizes[list])
    }
    self.owners = owners.map { $0 == ListMeans.none ? $0 : numbers[Int($0)] }
    var order = [UInt32](repeating: 0, count: places[ends.count])
    for (position, owner) in self.owners.enumerated() where owner != ListMeans.none {
      order[ends[Int(owner)]] = UInt32(position)
      ends[Int(owner)] += 1
    }
    let made = try ItemLists.encode(order, places, of: source, execution)
    centres = EmbeddingMatrix(uniformRows: made.map(\.centre), dimension: index.dimension)
    codes = made.map(\.codes)
    radii = made.map(\.radius)
    self.order = order
    self.places = places
    (panels, starts) = unsafe ListMeans.packed(centres, index.kernels)
    deviations = made.map { (Float($0.deviation), Float($0.bias.deviation)) }
    metric = index.metric
    guard metric == .innerProduct else { return }
    // Safe: there is a lane for each list.
    for (list, one) in made.enumerated() { unsafe starts.floats[list] = Float(one.bias.mean) }
  }

  /// Encodes each list.
  private static func encode(
    _ order: [UInt32], _ places: [Int], of source: UnitRows, _ execution: Execution
  ) throws -> [EncodedList] {
    var made = [EncodedList?](repeating: nil, count: places.count - 1)
    try unsafe made.withUnsafeMutableBufferPointer { made in
      // Safe: each list is written by the one chunk that holds it.
      nonisolated(unsafe) let made = unsafe made
      let own = Execution(threads: 1, cancellation: execution.cancellation)
      try execution.forEachChunk(of: places.count - 1, by: 1) { _, range in
        let list = range.lowerBound
        unsafe made[list] = try EncodedList(order[places[list]..<places[list + 1]], of: source, own)
      }
    }
    return made.compactMap { $0 }
  }

  /// Whether a scan of the nearest list alone is expected to cost less than half of an exact scan of so many of the items.
  package static func areWorth(insteadOf rows: Int, in index: ExhaustiveIndex) -> Bool {
    isWorth(1, of: number(of: index.count), items: index.count, index.metric, insteadOf: rows)
  }

  private static func isWorth(
    _ visited: Int, of lists: Int, items: Int, _ metric: Metric, insteadOf rows: Int
  ) -> Bool {
    // Near lists are larger than the mean one: queries come where items are.
    let size = 1.5 * Double(items) / Double(lists)
    let visit = metric == .innerProduct ? visit.product : visit.distance
    return 2 * (comparison * Double(lists) + Double(visited) * (visit + size)) < Double(rows)
  }

  /// Whether scans of some lists are expected to cost a query less than half of an exact scan.
  ///
  /// - Parameters:
  ///   - number: How many lists a query visits.
  ///   - rows: The items of the exact scan.
  package func isWorth(_ number: Int, insteadOf rows: Int) -> Bool {
    ItemLists.isWorth(number, of: count, items: order.count, metric, insteadOf: rows)
  }

  /// The places of the items of a list in ``order``.
  func items(of list: Int) -> Range<Int> { places[list]..<places[list + 1] }
}
