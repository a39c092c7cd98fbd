import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// The items in lists of near ones, each list encoded relative to its mean: an inverted file (Sivic and Zisserman 2003).
///
/// A scan of the lists nearest to a query finds most of its answer where a graph does not: among items that lie in clouds of many
/// dimensions. Lists that queries visit often are encoded (``ListCodes``): such codes tell items apart that lie close together, since their step is as small as the list. Under cosine,
/// distances are those of normalised vectors. Which lists are near is a matter of ``ListRanking``.
///
/// Cost: where the index has their ``Partition``, a pass over that alone; later, for lists that are visited often, *dimension* + 10 bytes an item.
@safe package final class ItemLists: @unchecked Sendable {
  // Safe: nothing writes it after `init`.

  /// The number of lists.
  package var count: Int { codes.count }
  /// The mean of each list.
  let centres: EmbeddingMatrix
  /// The centres packed for the product.
  let packed: PackedCentres
  /// What is added to the product of each: minus half of its squared length; by inner product the mean bias of the list.
  let starts: AlignedFloats
  /// Where the items of each list lie.
  package let facts: [ListFacts]
  /// The standard deviation of the items of a list along a direction, and that of their biases.
  let deviations: [(components: Float, biases: Float)]
  /// At least the distance of any item of a list from its centre.
  let radii: [Double]
  /// The greatest bias of each list.
  let greatestBiases: [Double]
  private let metric: Metric
  /// The positions of the items, list by list, ascending in each.
  let order: [UInt32]
  /// The place of each list in ``order``, and the end of the last.
  let places: [Int]
  /// The list of each item, or ``Partition/none``.
  package let owners: [UInt16]
  private let codes: [ListCodes]

  /// What a list costs a query that visits it, besides its items, and one that only compares its centre: as a number of items of a
  /// scan by codes. By inner product a query has one code for all lists.
  private static let visit = (distance: 500.0, product: 100.0)
  private static let comparison = 2.0

  /// Whether an index can have lists: its vectors are short enough for codes of their components.
  static func canServe(_ index: ExhaustiveIndex) -> Bool {
    index.count >= Partition.fewestItems && index.dimension <= Rotation.widestPlain
  }

  /// Whether the lengths of all items are far enough from the limits of `Float`.
  static func canHold(_ summary: NormSummary) -> Bool {
    summary.blocks.allSatisfy { $0.moderate && $0.greatest < 0x1p60 && $0.absoluteBias < 0x1p60 }
  }

  /// Looks at the items of an index, list by list, and divides them before where the index has no partition; `nil` where their lengths
  /// are too near the limits of `Float`.
  ///
  /// Items without direction are in no list under cosine: they match nothing.
  init?(of index: ExhaustiveIndex, _ summary: NormSummary, _ execution: Execution) throws {
    guard ItemLists.canHold(summary) else { return nil }
    let source = UnitRows(index, summary)
    guard let partition = try index.partition ?? Partition(of: source, execution) else { return nil }
    var owners = partition.numbers
    // In a damaged file, lists can be empty: they are numbered anew.
    var sizes = [Int](repeating: 0, count: partition.lists)
    for position in owners.indices {
      let isListed = Int(owners[position]) < partition.lists && source.matches(position)
      if isListed { sizes[Int(owners[position])] += 1 } else { owners[position] = Partition.none }
    }
    var numbers = [UInt16](repeating: Partition.none, count: partition.lists)
    var (places, ends): ([Int], [Int]) = ([0], [])
    for list in sizes.indices where sizes[list] > 0 {
      numbers[list] = UInt16(ends.count)
      ends.append(places[places.count - 1])
      places.append(places[places.count - 1] + sizes[list])
    }
    guard !ends.isEmpty else { return nil }
    var order = [UInt32](repeating: 0, count: places[ends.count])
    for position in owners.indices where owners[position] != Partition.none {
      let list = numbers[Int(owners[position])]
      owners[position] = list
      order[ends[Int(list)]] = UInt32(position)
      ends[Int(list)] += 1
    }
    let stored = ends.count == partition.lists ? partition.facts(dimension: index.dimension) : nil
    let facts = try stored ?? ItemLists.facts(order, places, of: source, execution)
    self.facts = facts
    centres = EmbeddingMatrix(uniformRows: facts.map(\.centre), dimension: index.dimension)
    deviations = facts.map { ($0.deviation, $0.bias.deviation) }
    radii = facts.map { Double($0.radius) }
    greatestBiases = facts.map { Double($0.bias.greatest) }
    codes = facts.map { _ in ListCodes() }
    self.owners = owners
    self.order = order
    self.places = places
    packed = unsafe PackedCentres(centres, index.kernels)
    metric = index.metric
    guard metric == .innerProduct else {
      starts = packed.starts
      return
    }
    starts = AlignedFloats(count: packed.lanes)
    // Safe: there is a lane for each list.
    for (list, one) in facts.enumerated() { unsafe starts.floats[list] = one.bias.mean }
  }

  /// Looks at each list.
  private static func facts(
    _ order: [UInt32], _ places: [Int], of source: UnitRows, _ execution: Execution
  ) throws -> [ListFacts] {
    var made = [ListFacts?](repeating: nil, count: places.count - 1)
    try unsafe made.withUnsafeMutableBufferPointer { made in
      // Safe: each list is written by the one chunk that holds it.
      nonisolated(unsafe) let made = unsafe made
      try execution.forEachChunk(of: places.count - 1, by: 1) { _, range in
        let list = range.lowerBound
        unsafe made[list] = ListFacts(order[places[list]..<places[list + 1]], of: source)
      }
    }
    return made.compactMap { $0 }
  }

  /// Whether a scan of the nearest list alone is expected to cost less than three quarters of an exact scan of so many of the items.
  package static func areWorth(insteadOf rows: Int, in index: ExhaustiveIndex) -> Bool {
    isWorth(1, of: Partition.number(of: index.count), items: index.count, index.metric, insteadOf: rows)
  }

  private static func isWorth(
    _ visited: Int, of lists: Int, items: Int, _ metric: Metric, insteadOf rows: Int
  ) -> Bool {
    // Near lists are larger than the mean one: queries come where items are.
    let size = 1.5 * Double(items) / Double(lists)
    let visit = metric == .innerProduct ? visit.product : visit.distance
    return comparison * Double(lists) + Double(visited) * (visit + size) < 0.75 * Double(rows)
  }

  /// Whether scans of some lists are expected to cost a query less than three quarters of an exact scan.
  ///
  /// - Parameters:
  ///   - number: How many lists a query visits.
  ///   - rows: The items of the exact scan.
  package func isWorth(_ number: Int, insteadOf rows: Int) -> Bool {
    ItemLists.isWorth(number, of: count, items: order.count, metric, insteadOf: rows)
  }

  /// The codes of a list that so many queries visit; `nil` while they do not pay.
  func codes(of list: Int, for visits: Int, _ source: UnitRows) -> EncodedItems? {
    codes[list].items(for: visits, order[items(of: list)], centres[Row(list)], of: source)
  }

  /// The places of the items of a list in ``order``.
  func items(of list: Int) -> Range<Int> { places[list]..<places[list + 1] }
}
