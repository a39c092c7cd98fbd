/// What the ways of answering cost: counts times nanoseconds an operation.
///
/// The constants decide which of two ways is chosen and where a build stops measuring, never what is right; files hold
/// counts alone. They were set by hand between one thread's times on a Zen 4 and on a Zen 5 machine with AVX-512, over eight
/// sets (9,724 to 200,000 rows of 64 to 784 components), and meet most of them within a third. To set them again: build an
/// index of each set, take rows and hops from `akin info --json`, times from `akin query --json` (batches) and
/// `akin recall --json` (single queries), and compare.
struct SearchCost {
  /// Components of a vector.
  let dimension: Int
  /// Bytes of a code that the graph is walked by; 0 where it is walked by vectors.
  let codeWidth: Int
  /// Rows that are scored at least before the walk; 0 but for inner products.
  let seeds: Int
  /// Links of a node on the ground at the most: what one hop can score.
  let links: Int

  // The graph: a query's start and end; a node expanded; one component of a row met on the way, or one byte of its
  // code; the same component in the sweep, side by side in cache; moving the pool's entries for a row; scoring the
  // answer in float64.
  private static let graphStart = 1_000.0
  private static let graphHop = 200.0
  private static let graphComponent = 0.107
  private static let graphCode = 0.13
  private static let sweepComponent = 0.01
  private static let poolPlace = 0.001
  private static let graphRank = 0.12

  // The exact scan of a batch, and of one query: start, a row, a component of a row, a component of an answer. Wide rows
  // are looked at along a few axes, which leave more of them to be measured.
  private static let batch = (start: 1_200.0, row: 0.1, component: 0.004, rank: 0.2)
  private static let single = (start: 2_000.0, row: 0.35, component: 0.07, rank: 0.5)
  private static let wideRow = 0.8
  // What one query's scan reads beyond this many components comes from memory, not from the last cache: each costs
  // more.
  private static let cached = 6_000_000.0
  private static let uncached = 0.23

  /// Nanoseconds of one row met on the way.
  var row: Double {
    codeWidth > 0
      ? Double(codeWidth) * SearchCost.graphCode : Double(dimension) * SearchCost.graphComponent
  }

  /// Nanoseconds of one query over the graph, which scores so many rows and expands so many nodes.
  func graph(rows: Double, hops: Double, ef: Int, k: Int) -> Double {
    let least = min(Double(GraphStorage.swept(seeds: seeds, following: ef)), rows)
    // A sweep is longer where that ends it: then there are no hops.
    let walked = min(rows - least, hops * Double(links))
    let swept = seeds > 0 ? rows - walked : 0
    // By codes the walk is followed by the whole pool's vectors.
    let settled = codeWidth > 0 ? min(Double(ef), walked / 2) : 0
    let components =
      settled * SearchCost.graphComponent + swept * SearchCost.sweepComponent + Double(k) * SearchCost.graphRank
    return SearchCost.graphStart + hops * SearchCost.graphHop + (walked - settled)
      * (row + Double(ef) * SearchCost.poolPlace)
      + Double(dimension) * components
  }

  /// Nanoseconds of one query by the exact scan, alone or as one of many.
  func exact(rows: Double, components: Double, k: Int, isBatch: Bool) -> Double {
    let cost = isBatch ? SearchCost.batch : SearchCost.single
    let row = isBatch && dimension > CodeBook.widestPlain ? SearchCost.wideRow : cost.row
    // A batch looks at codes, of wide vectors at a few axes.
    let components = isBatch && codeWidth > 0 ? rows * Double(min(codeWidth, dimension)) : components
    let fetched = isBatch ? 0 : max(0, components - SearchCost.cached) * SearchCost.uncached
    return cost.start + fetched + rows * row + components * cost.component + Double(k) * Double(dimension)
      * cost.rank
  }
}
