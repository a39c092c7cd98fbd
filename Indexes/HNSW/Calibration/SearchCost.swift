/// What the ways of answering cost: counts times nanoseconds an operation.
///
/// The constants decide which of two ways is chosen and where a build stops measuring, never what is right; files hold
/// counts alone. They were set by hand and, those of inner products, by least squares of the logarithms, between one
/// thread's times on a Zen 4 (some on a Zen 5) machine with AVX-512 and with AVX2, over twelve sets (9,724 to 400,000 rows of
/// 32 to 784 components), and meet most of them within a third. To set them again: build an index of each set, take rows and
/// hops from `akin info --json`, times from `akin query --json` (batches) and `akin recall --json` (single queries), and
/// compare.
struct SearchCost {
  /// Components of a vector.
  let dimension: Int
  /// Bytes of a code that the graph is walked by; 0 where it is walked by vectors.
  let codeWidth: Int
  /// Rows that are scored at least before the walk; 0 but for inner products.
  let seeds: Int
  /// Links of a node on the ground at the most: what one hop can score.
  let links: Int
  /// How many items there are.
  let items: Int
  /// What the kernels of this machine take.
  let rates: Rates

  /// Nanoseconds that depend on how wide the machine's vectors are.
  struct Rates {
    /// A byte of a code met on the way.
    let code: Double
    /// A byte of the largest items, side by side in cache.
    let sweep: Double
    /// A byte of a code in a batch's scan.
    let batch: Double

    /// Vectors of 64 bytes and dot products of bytes.
    static let wide = Rates(code: 0.13, sweep: 0.0015, batch: 0.0064)
    /// Vectors of 32 bytes. (16 bytes with dot products were not measured; they count as this.)
    static let narrow = Rates(code: 0.15, sweep: 0.0105, batch: 0.0105)
  }

  // The graph: a query's start and end; a node expanded, from memory or from the second cache, where a graph that takes
  // fewer bytes stays; one component of a row met on the way; one of the largest items, but for its bytes; moving the
  // pool's entries for a row; scoring the answer in float64.
  private static let graphStart = 1_150.0
  private static let graphHop = (far: 250.0, near: 140.0)
  private static let nearBytes = 4 << 20
  private static let graphComponent = 0.107
  private static let sweptRow = 0.35
  private static let poolPlace = 0.001
  private static let graphRank = 0.12

  // The exact scan of a batch, and of one query: start, a row, a component of a row, a component of an answer. Wide rows
  // are looked at along a few axes, which leave more of them to be measured.
  private static let batch = (start: 1_250.0, row: 0.1, rank: 0.2)
  private static let single = (start: 2_000.0, row: 0.35, rank: 0.5)
  private static let singleComponent = 0.07
  private static let wideRow = 0.8
  // What one query's scan reads beyond this many components comes from memory, not from the last cache: each costs
  // more.
  private static let cached = 6_000_000.0
  private static let uncached = 0.23

  /// Nanoseconds of one row met on the way.
  var row: Double {
    codeWidth > 0 ? Double(codeWidth) * rates.code : Double(dimension) * SearchCost.graphComponent
  }

  /// Nanoseconds of one query over the graph, which scores so many rows and expands so many nodes.
  func graph(rows: Double, hops: Double, ef: Int, k: Int) -> Double {
    let least = min(Double(GraphStorage.swept(seeds: seeds, following: ef)), rows)
    // A sweep is longer where that ends it: then there are no hops.
    let walked = min(rows - least, hops * Double(links))
    let swept = seeds > 0 ? rows - walked : 0
    // By codes the walk is followed by the whole pool's vectors.
    let settled = codeWidth > 0 ? min(Double(ef), walked / 2) : 0
    let components = settled * SearchCost.graphComponent + swept * rates.sweep + Double(k) * SearchCost.graphRank
    let isNear = items * (codeWidth > 0 ? codeWidth : 4 * dimension) < SearchCost.nearBytes
    let hop = isNear ? SearchCost.graphHop.near : SearchCost.graphHop.far
    return SearchCost.graphStart + hops * hop + swept * SearchCost.sweptRow
      + (walked - settled) * (row + Double(ef) * SearchCost.poolPlace) + Double(dimension) * components
  }

  /// Nanoseconds of one query by the exact scan, alone or as one of many.
  func exact(rows: Double, components: Double, k: Int, isBatch: Bool) -> Double {
    let cost = isBatch ? SearchCost.batch : SearchCost.single
    let row = isBatch && dimension > CodeBook.widestPlain ? SearchCost.wideRow : cost.row
    // A batch looks at codes, of wide vectors at a few axes.
    let components = isBatch && codeWidth > 0 ? rows * Double(min(codeWidth, dimension)) : components
    let fetched = isBatch ? 0 : max(0, components - SearchCost.cached) * SearchCost.uncached
    let component = isBatch ? rates.batch : SearchCost.singleComponent
    return cost.start + fetched + rows * row + components * component + Double(k) * Double(dimension) * cost.rank
  }
}
