import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinExhaustive

/// The bound behind the codes never leaves out an answer: batches of 64 queries and more against the full scan, bit for
/// bit, on data that a bound might get wrong.
@Suite("A batch that looks at byte codes first")
struct CodedScanTests {
  static let worlds = HardData.allCases.flatMap { world in Metric.allCases.map { (world, $0) } }

  /// Queries of a world, some of its own items, zero, and the same at other lengths.
  private static func queries(_ world: HardData, _ catalogue: Catalogue, seed: UInt64) -> [[Float]] {
    let dimension = catalogue.items.dimension
    return (0..<66).map { number in
      switch number % 6 {
      case 0: catalogue.items[Row(number * 7 % catalogue.count)].map { $0.isFinite ? $0 : 1 }
      case 1: world.query(dimension: dimension, seed: seed &+ UInt64(number)).map { $0 * 1e-3 }
      case 2: world.query(dimension: dimension, seed: seed &+ UInt64(number)).map { $0 * 1e3 }
      case 3 where number == 3: [Float](repeating: 0, count: dimension)
      default: world.query(dimension: dimension, seed: seed &+ UInt64(number))
      }
    }
  }

  @Test("The full scan is the plain loop of the oracle", arguments: Metric.allCases)
  func oracle(metric: Metric) {
    for world in HardData.allCases {
      let catalogue = world.catalogue(rows: 60, dimension: 5, metric: metric, seed: 1)
      let query = world.query(dimension: 5, seed: 2)
      #expect(FullScan(catalogue: catalogue).nearest(to: query, k: 61) == catalogue.nearest(to: query, k: 61))
    }
  }

  @Test("The same rows, scores and order in every world, around the edges of blocks", arguments: worlds)
  func everyWorld(world: HardData, metric: Metric) throws {
    // One row more than two blocks of 512, and around one block. Each world has every shape: two of them by each metric.
    let shapes = [(1, 1025), (2, 511), (3, 513), (5, 512), (world.rawValue.count % 2 == 0 ? 63 : 65, 520)]
    let place = try #require(HardData.allCases.firstIndex(of: world))
    let turn = 2 * Int(metric.rawValue) + place
    for (seed, (dimension, rows)) in shapes.enumerated() where (seed + turn) % 5 < 2 {
      let catalogue = world.catalogue(rows: rows, dimension: dimension, metric: metric, seed: UInt64(seed))
      var check = CodedCheck(catalogue, queries: Self.queries(world, catalogue, seed: UInt64(100 * seed)))
      // The best level looks at both shapes, of the others each at one.
      check.levels = check.levels.enumerated()
        .filter { $0.offset == check.levels.count - 1 || ($0.offset + (seed + turn) % 5 + place / 5) % 2 == 0 }.map(
          \.element)
      for k in dimension == 3 ? [1, 10, rows + 3] : [seed % 2 == 0 ? 1 : 10] {
        expect(try check.differences(k: k), "\(world), \(metric), d \(dimension), k \(k), seed \(seed)")
      }
    }
  }

  @Test(
    "Single queries, one after the other, get codes in the end, and the same answers", arguments: Metric.allCases)
  func oneByOne(metric: Metric) throws {
    let catalogue = Catalogue.normal(rows: 5000, dimension: 8, metric: metric, seed: 5)
    let scan = FullScan(catalogue: catalogue)
    let index = ExhaustiveIndex(catalogue, rows: nil, level: Kernels.active)
    #expect(index.codesOfFew() == nil, "one scan is not worth them")
    var turns = 0
    while index.codesOfFew() == nil && turns < 1000 {
      let query = query(dimension: 8, seed: UInt64(turns))
      #expect(try index.nearest(to: query.span, k: 7) == scan.nearest(to: query, k: 7), "query \(turns)")
      turns += 1
    }
    #expect(turns >= 8 && turns < 1000, "\(metric): after \(turns) queries")
    for turn in 0..<5 {
      let query = query(dimension: 8, seed: UInt64(turns + turn))
      #expect(try index.nearest(to: query.span, k: 7) == scan.nearest(to: query, k: 7), "query \(turns + turn)")
    }
  }

  @Test("Components whose squares underflow are told apart by codes")
  func tiny() throws {
    // Both blocks' items have exact codes; the best item is a fraction of a step above the bound that the first block gives.
    let rows: [[Float]] =
      [[1, 0, 0.9]] + Array(repeating: [1, 0, 0], count: 511) + [[1, 0, 1]]
      + Array(
        repeating: [1, 0, 0], count: 511)
    let catalogue = Catalogue(rows: rows, dimension: 3, metric: .innerProduct)
    let index = ExhaustiveIndex(catalogue, rows: nil, level: Kernels.active)
    let query: [Float] = [127e-23, 0, 0.4e-23]
    let table = try index.nearest(
      toEach: EmbeddingMatrix(uniformRows: Array(repeating: query, count: 70), dimension: 3),
      SearchRequest(k: 1, effort: .exact), execution: Execution(threads: 1))
    for place in 0..<70 { #expect(table[place].map(\.row.index) == [512]) }
  }

  @Test("Small batches get codes in the end, too, and the same answers", arguments: Metric.allCases)
  func smallBatches(metric: Metric) throws {
    let catalogue = Catalogue.normal(rows: 5000, dimension: 8, metric: metric, seed: 6)
    let scan = FullScan(catalogue: catalogue)
    let index = ExhaustiveIndex(catalogue, rows: nil, level: Kernels.active)
    for turn in 0..<3 {
      let queries = (0..<9).map { query(dimension: 8, seed: UInt64(10 * turn + $0)) }
      let table = try index.nearest(
        toEach: EmbeddingMatrix(uniformRows: queries, dimension: 8), SearchRequest(k: 7, effort: .exact),
        execution: Execution(threads: 1))
      for (place, query) in queries.enumerated() {
        #expect(Array(table[place]) == scan.nearest(to: query, k: 7), "\(metric), turn \(turn), \(place)")
      }
    }
    #expect(index.codesOfFew() != nil)
  }

  @Test("Rows and queries from subnormal to 3e38, each block of one length or of all", arguments: Metric.allCases)
  func lengths(metric: Metric) throws {
    let scales: [Float] = [1, 3e38, 1e18, 1e30, 1e-30, 0x1p-140, 0, 1e15, 1e-18]
    for (seed, isMixed) in [(UInt64(1), false), (2, true)] {
      // Both dimensions by each metric, and each dimension both ways by some.
      for dimension in [isMixed == (metric == .cosine) ? 1 : 3] {
        let random = CounterRandom(seed: seed, purpose: 21)
        func vector(_ number: Int, _ scale: Float) -> [Float] {
          (0..<dimension).map { max(-1, min(1, Float(random.normal(at: UInt64(number * dimension + $0))))) * scale }
        }
        // A block for each length; where lengths are mixed, each block has all of them.
        let count = 512 * (isMixed ? 2 : scales.count) + 1
        let rows = (0..<count).map { vector($0, scales[(isMixed ? $0 : $0 / 512) % scales.count]) }
        let catalogue = Catalogue(rows: rows, dimension: dimension, metric: metric)
        let queries = (0..<72).map { vector(count + $0, scales[$0 % scales.count]) }
        let differences = try CodedCheck(catalogue, queries: queries).differences(k: 10)
        expect(differences, "\(metric), d \(dimension), mixed \(isMixed), seed \(seed)")
      }
    }
  }

  @Test(
    "Biases that are negative, huge, tiny, or more than all products", arguments: [-1e6, 1e30, -1e30, 3e38, 0x1p-135])
  func biases(scale: Float) throws {
    for (seed, dimension) in [(UInt64(3), 1), (4, 5)] {
      var catalogue = Catalogue.normal(rows: 1025, dimension: dimension, metric: .innerProduct, seed: seed)
      catalogue.biases = catalogue.biases.map { $0.map { (abs($0) > 1 ? 1 : abs($0)) * scale } }
      let queries = (0..<64).map { number in
        query(dimension: dimension, seed: seed * 100 + UInt64(number)).map { number % 8 == 0 ? 0 : $0 }
      }
      let check = CodedCheck(catalogue, queries: queries)
      expect(try check.differences(k: 10), "d \(dimension), seed \(seed)")
    }
  }

  @Test("Rows that are not finite, in some blocks", arguments: Metric.allCases)
  func notFinite(metric: Metric) throws {
    for value in [Float.nan, .infinity, -.infinity] {
      var catalogue = HardData.normal.catalogue(rows: 1100, dimension: 5, metric: metric, seed: 5)
      var rows = (0..<1100).map { catalogue.items[Row($0)] }
      for row in [3, 511, 1030] { rows[row][row % 5] = value }
      catalogue.items = EmbeddingMatrix(uniformRows: rows, dimension: 5)
      let queries = (0..<64).map { query(dimension: 5, seed: 500 + UInt64($0)) }
      expect(try CodedCheck(catalogue, queries: queries).differences(k: 10), "\(metric), \(value)")
    }
  }

  @Test("Items and queries far from the origin and from each other, ties by rows that fall", arguments: Metric.allCases)
  func farAway(metric: Metric) throws {
    for (seed, dimension) in [1, 2, 3, 5, 24].enumerated() {
      // Of three offsets each dimension has one by each metric.
      for offset in [[Float(0.3), 1000.7, 1e6][(seed + Int(metric.rawValue)) % 3]] {
        let random = CounterRandom(seed: UInt64(seed), purpose: 22)
        // Few different coordinates, which codes hold without an error: all room for rounding is what the bound gives.
        let rows = (0..<1100).map { row in
          (0..<dimension).map { offset + Float(random.bits(at: UInt64(row * dimension + $0)) % 2) }
        }
        let catalogue = Catalogue(rows: rows, dimension: dimension, metric: metric)
        let queries = (0..<72).map { number in
          (0..<dimension).map { component in
            let place = 1 << 40 + UInt64(number * dimension + component)
            return Float(1 << (2 * (number % 12))) * (1 + 0x1p-20 * Float(random.normal(at: place)))
              * (component % 2 == 0 || number % 5 == 0 ? 1 : -1)
          }
        }
        let check = CodedCheck(catalogue, rows: (0..<1100).reversed(), queries: queries)
        for k in dimension % 2 == 1 ? [1] : [10] {
          expect(try check.differences(k: k), "\(metric), d \(dimension), offset \(offset), k \(k), seed \(seed)")
        }
      }
    }
  }

  @Test("Excluded rows, on 1, 2 and 4 threads", arguments: Metric.allCases)
  func excluded(metric: Metric) throws {
    for world in [HardData.copies, .spread] {
      let catalogue = world.catalogue(rows: 1300, dimension: 4, metric: metric, seed: 6)
      let queries = (0..<130).map { world.query(dimension: 4, seed: 600 + UInt64($0)) }
      for threads in [1, 2, 4] {
        var check = CodedCheck(catalogue, queries: queries)
        check.levels = Array(check.levels.suffix(1))
        let excluded = Set((0..<1300).filter { $0 % 3 == 1 || $0 < 40 })
        let differences = try check.differences(k: 10, excluding: excluded, threads: threads)
        expect(differences, "\(world), \(metric), \(threads) threads")
      }
    }
  }

  @Test("Wide vectors by their axes, and by their components where no axes help", arguments: Metric.allCases)
  func wide(metric: Metric) throws {
    let dimension = 257
    let random = CounterRandom(seed: 7, purpose: 23)
    let basis = (0..<6).map { axis in
      (0..<dimension).map { Float(random.normal(at: UInt64(axis * dimension + $0))) / 16 }
    }
    func vector(_ number: Int, noise: Float) -> [Float] {
      let place = (0..<6).map { Float(random.normal(at: 1 << 40 + UInt64(number * 6 + $0))) }
      return (0..<dimension).map { component in
        var value = noise * Float(random.uniform(at: 1 << 41 + UInt64(number * dimension + component)) - 0.5)
        if metric == .euclidean { value += 100 }
        for axis in 0..<6 { value += place[axis] * basis[axis][component] }
        return value
      }
    }
    var rows = (0..<1100).map { vector($0, noise: 0.02) }
    for row in stride(from: 0, to: 1100, by: 97) { rows[row] = rows[row / 2] }
    let catalogue = Catalogue(
      rows: rows, dimension: dimension, metric: metric,
      biases: metric == .innerProduct ? (0..<1100).map { Float($0 % 7) - 5 } : nil)
    // Among items, outside of their axes, far away, short, and nothing at all.
    let queries = (0..<65).map { number -> [Float] in
      switch number % 5 {
      case 0: rows[number * 13]
      case 1: query(dimension: dimension, seed: 700 + UInt64(number))
      case 2: vector(2000 + number, noise: 1).map { $0 * 1e4 }
      case 3: vector(2000 + number, noise: 0.02).map { $0 * 1e-20 }
      default: number == 4 ? [Float](repeating: 0, count: dimension) : vector(2000 + number, noise: 0.02)
      }
    }
    let coded = try ExhaustiveIndex(catalogue).codedItems(Execution(threads: 1))
    #expect(!coded.rotation.isPlain && coded.width == 128)
    var check = CodedCheck(catalogue, queries: queries)
    check.levels = metric == .euclidean ? check.levels : Array(check.levels.suffix(1))
    expect(try check.differences(k: 10), "\(metric), axes, seed 7")

    let few = Catalogue(rows: (0..<513).map { rows[$0] }, dimension: dimension, metric: metric)
    #expect(try ExhaustiveIndex(few).codedItems(Execution(threads: 1)).rotation.isPlain)
    var fewCheck = CodedCheck(few, queries: queries)
    fewCheck.levels = check.levels
    expect(try fewCheck.differences(k: 10), "\(metric), components, seed 7")
  }

  @Test("Vectors wider than sums of codes can hold")
  func tooWide() throws {
    let dimension = 140_000
    // 64 queries, so that codes would be made; what is asked is 20 items, each three times and more.
    func fill(_ row: Int, _ values: UnsafeMutablePointer<Float>) {
      var component = 0
      while component < dimension {
        unsafe values[component] = row % 20 < 4 ? 2 : Float((component ^ row % 20) & 1)
        component &+= 1
      }
    }
    let catalogue = Catalogue(items: unsafe matrix(rows: 20, dimension: dimension, fill), metric: .innerProduct)
    let truth = (0..<20).map { FullScan(catalogue: catalogue).nearest(to: catalogue.items[Row($0)], k: 3) }
    let table = try ExhaustiveIndex(catalogue).nearest(
      toEach: unsafe matrix(rows: 64, dimension: dimension, fill), k: 3,
      reached: (0..<64).map { truth[$0 % 20][2].score },
      execution: Execution(threads: 1))
    for query in 0..<64 { #expect(Array(table[query]) == truth[query % 20], "query \(query)") }
  }
}

/// Expects that there are no differences, and shows them.
private func expect(_ differences: [String], _ place: String) {
  #expect(differences.isEmpty, "\(place): \(differences.joined(separator: "; "))")
}
