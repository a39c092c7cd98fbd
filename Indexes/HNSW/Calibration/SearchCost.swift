import AkinQuantization
import AkinVectors
import CAkinKernels

/// The cost model of search plans: counts times nanoseconds an operation.
///
/// The constants affect only the choice between plans and the end of measuring, never results; files hold counts only.
/// They were set by hand and, for inner products, by least squares of logarithms, from times of one thread on a Zen 4
/// (some on a Zen 5) machine with AVX-512 and with AVX2, over twelve sets (9,724 to 400,000 rows of 32 to 784
/// components), and predict most times within a third; those of an item of an answer by factors of four sets at k 10 and
/// 100. To fit them again: build an index of each set, take rows and hops from `akin info --json` and times from
/// `akin query --json` (batches) and `akin recall --json` (single queries), and compare.
struct SearchCost {
  /// Components of a vector.
  let dimension: Int
  /// Bytes of a code that walks score; 0 for walks by vectors.
  let codeWidth: Int
  /// Whether the exact scan of a batch reads codes: of wide vectors those along a few axes, where these keep enough of the spread.
  let scansCodes: Bool
  /// The minimum prefix; 0 except for inner products.
  let minimumPrefix: Int
  /// The largest number of links of a node on layer 0, and of rows scored in one hop.
  let links: Int
  /// The number of items.
  let items: Int
  /// The times of the kernels on this machine.
  let rates: Rates

  /// Nanoseconds that depend on the vector width of the machine.
  struct Rates {
    /// A byte of a code during a walk.
    let code: Double
    /// A byte of the items of largest norm, in panels in cache.
    let prefix: Double
    /// A byte of a code in the scan of a batch.
    let batch: Double

    /// 64-byte vectors and dot products of bytes.
    static let wide = Rates(code: 0.13, prefix: 0.0015, batch: 0.0064)
    /// 32-byte vectors. (16-byte vectors with dot products of bytes were not measured; they count as these.)
    static let narrow = Rates(code: 0.15, prefix: 0.0105, batch: 0.0105)
  }

  // The graph: start and end of a query; an expanded node, from memory or from the second-level cache, where a graph of
  // fewer bytes stays; one component of a row scored during a walk; one row of a prefix scan, without its bytes; moving
  // the entries of the beam for a row; scoring the answer in float64.
  private static let graphStart = 1_150.0
  private static let graphHop = (far: 250.0, near: 140.0)
  private static let nearBytes = 4 << 20
  private static let graphComponent = 0.107
  private static let prefixRow = 0.35
  private static let beamPlace = 0.001
  private static let graphRank = 0.12
  /// An item of an answer, where a prefix scan keeps what may be in it.
  private static let prefixKept = 120.0

  // The exact scan of a batch and of one query: start, a row, a component of a row, an item of an answer, a component of
  // that. Wide rows are scanned along a few axes, which leave more rows to score.
  private static let batch = (start: 1_250.0, row: 0.1, kept: 40.0, rank: 0.2)
  private static let single = (start: 2_000.0, row: 0.35, kept: 40.0, rank: 0.5)
  private static let singleComponent = 0.07
  private static let wideRow = 0.8
  // Beyond this many components, the scan of one query reads from memory instead of the last-level cache: each costs
  // more.
  private static let cached = 6_000_000.0
  private static let uncached = 0.23

  /// Nanoseconds of one row scored during a walk.
  var row: Double {
    codeWidth > 0 ? Double(codeWidth) * rates.code : Double(dimension) * SearchCost.graphComponent
  }

  /// Nanoseconds of one query on the graph, from its rows scored and nodes expanded.
  func graph(rows: Double, hops: Double, ef: Int, k: Int) -> Double {
    let least = min(Double(GraphStorage.prefix(minimum: minimumPrefix, ef: ef)), rows)
    // A prefix scan is longer where it ends the search, without hops.
    let walked = min(rows - least, hops * Double(links))
    let scanned = minimumPrefix > 0 ? rows - walked : 0
    // With codes, the whole beam is reranked by vectors.
    let reranked = codeWidth > 0 ? min(Double(ef), walked / 2) : 0
    let components = reranked * SearchCost.graphComponent + scanned * rates.prefix + Double(k) * SearchCost.graphRank
    let kept = minimumPrefix > 0 ? Double(k) * SearchCost.prefixKept : 0
    let isNear = items * (codeWidth > 0 ? codeWidth : 4 * dimension) < SearchCost.nearBytes
    let hop = isNear ? SearchCost.graphHop.near : SearchCost.graphHop.far
    return SearchCost.graphStart + kept + hops * hop + scanned * SearchCost.prefixRow
      + (walked - reranked) * (row + Double(ef) * SearchCost.beamPlace) + Double(dimension) * components
  }

  /// Nanoseconds of one query by the exact scan, alone or in a batch.
  func exact(rows: Double, components: Double, k: Int, isBatch: Bool) -> Double {
    let cost = isBatch ? SearchCost.batch : SearchCost.single
    let row = isBatch && dimension > CodeBook.widestPlain ? SearchCost.wideRow : cost.row
    // A batch scans codes, and of wide vectors a few axes.
    let components = isBatch && scansCodes ? rows * Double(min(codeWidth, dimension)) : components
    let fetched = isBatch ? 0 : max(0, components - SearchCost.cached) * SearchCost.uncached
    let component = isBatch ? rates.batch : SearchCost.singleComponent
    let answer = Double(k) * (cost.kept + Double(dimension) * cost.rank)
    return cost.start + fetched + rows * row + components * component + answer
  }
}

extension SearchCost {
  /// So many rows of the exact scan of a batch cost as much as a query of `cost`.
  func rows(costing cost: Double, k: Int) -> Double {
    let (none, some) = (0.0, 1024.0)
    let start = exact(rows: none, components: none, k: k, isBatch: true)
    let end = exact(rows: some, components: some * Double(dimension), k: k, isBatch: true)
    return max(0, cost - start) / (end - start) * some
  }

  /// The least share of the spread along the axes of row codes at which block codes, which have half as many, serve exact scans.
  private static let leastShare = 0.85

  /// What a query of a graph costs.
  ///
  /// - Parameter question: What is asked: related items are found without a prefix scan, and by inner product without codes.
  init(of storage: GraphStorage, _ question: Question) {
    let isOwnMetric = question == .nearest || storage.metric != .innerProduct
    let codes = isOwnMetric ? storage.codes : nil
    let share = codes.map { storage.keptShare.value(of: storage.vectors, $0) }
    self.init(
      dimension: storage.vectors.dimension, codeWidth: codes?.book.width ?? 0,
      scansCodes: (share ?? 0) >= SearchCost.leastShare,
      minimumPrefix: question == .nearest ? storage.minimumPrefix : 0, links: storage.baseLayer.mostLinks,
      items: storage.vectors.count, rates: unsafe storage.kernels.pointee.level == AKIN_AVX512 ? .wide : .narrow)
  }
}
