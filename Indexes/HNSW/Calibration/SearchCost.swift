import AkinQuantization
import AkinVectors
import CAkinKernels

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
  let minimumPrefix: Int
  /// Links of a node on layer 0 at the most: what one hop can score.
  let links: Int
  /// How many items there are.
  let items: Int
  /// What the kernels of this machine take.
  let rates: Rates

  /// Nanoseconds that depend on how wide the machine's vectors are.
  struct Rates {
    /// A byte of a code met on the way.
    let code: Double
    /// A byte of the items of largest norm, in panels in cache.
    let prefix: Double
    /// A byte of a code in a batch's scan.
    let batch: Double

    /// Vectors of 64 bytes and dot products of bytes.
    static let wide = Rates(code: 0.13, prefix: 0.0015, batch: 0.0064)
    /// Vectors of 32 bytes. (16 bytes with dot products were not measured; they count as this.)
    static let narrow = Rates(code: 0.15, prefix: 0.0105, batch: 0.0105)
  }

  // The graph: a query's start and end; a node expanded, from memory or from the second cache, where a graph that takes
  // fewer bytes stays; one component of a row met on the way; one row of a prefix scan, but for its bytes; moving the
  // beam's entries for a row; scoring the answer in float64.
  private static let graphStart = 1_150.0
  private static let graphHop = (far: 250.0, near: 140.0)
  private static let nearBytes = 4 << 20
  private static let graphComponent = 0.107
  private static let prefixRow = 0.35
  private static let beamPlace = 0.001
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
    let least = min(Double(GraphStorage.prefix(minimum: minimumPrefix, ef: ef)), rows)
    // A prefix scan is longer where that ends it: then there are no hops.
    let walked = min(rows - least, hops * Double(links))
    let scanned = minimumPrefix > 0 ? rows - walked : 0
    // By codes the whole beam is reranked by its vectors.
    let reranked = codeWidth > 0 ? min(Double(ef), walked / 2) : 0
    let components = reranked * SearchCost.graphComponent + scanned * rates.prefix + Double(k) * SearchCost.graphRank
    let isNear = items * (codeWidth > 0 ? codeWidth : 4 * dimension) < SearchCost.nearBytes
    let hop = isNear ? SearchCost.graphHop.near : SearchCost.graphHop.far
    return SearchCost.graphStart + hops * hop + scanned * SearchCost.prefixRow
      + (walked - reranked) * (row + Double(ef) * SearchCost.beamPlace) + Double(dimension) * components
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

extension SearchCost {
  /// What a query of a graph costs.
  ///
  /// - Parameter question: What is asked: related items are found without a prefix scan.
  init(of storage: GraphStorage, _ question: Question) {
    self.init(
      dimension: storage.items.dimension, codeWidth: storage.codes?.book.width ?? 0,
      minimumPrefix: question == .nearest ? storage.minimumPrefix : 0, links: storage.baseLayer.width,
      items: storage.items.count, rates: unsafe storage.kernels.pointee.level == AKIN_AVX512 ? .wide : .narrow)
  }
}
