import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Side features: the block table")
struct BlockTableTests {
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let options: WALSOptions
    var userWeights = (10.0, 1.0)
    var itemWeights = (10.0, 1.0)
    var hasUsers = true
    var hasItems = true

    func sides(_ world: SideWorld) -> SideFeatures {
      var sides = SideFeatures(users: hasUsers ? world.users : nil, items: hasItems ? world.items : nil)
      (sides.userWeight, sides.userBackground) = userWeights
      (sides.itemWeight, sides.itemBackground) = itemWeights
      return sides
    }
  }

  private static func options(_ change: (inout WALSOptions) -> Void = { _ in }) -> WALSOptions {
    var options = WALSOptions()
    options.dimensions = 6
    options.epochs = 4
    change(&options)
    return options
  }

  static let cases: [Case] = [
    Case(description: "defaults", options: options()),
    Case(
      description: "items only, no background", options: options { $0.dimensions = 20 }, itemWeights: (3, 0),
      hasUsers: false),
    Case(
      description: "users only, flat lambda",
      options: options {
        $0.nu = 0; $0.lambda = 0.3
      }, userWeights: (0.1, 0.02), hasItems: false),
    Case(
      description: "no w0, all weights apart",
      options: options {
        $0.w0 = 0; $0.weighting = .value; $0.lambda = 0.2
      }, userWeights: (2, 0.5), itemWeights: (0.7, 0.7)),
    Case(
      description: "no w0, no background",
      options: options {
        $0.w0 = 0; $0.lambda = 0.5
      }, userWeights: (5, 0), itemWeights: (50, 0)),
    Case(
      description: "weights at and below w0",
      options: options {
        $0.weighting = .constant; $0.alpha = 0.5; $0.nu = 0.5; $0.lambda = 0.1
      }, userWeights: (0.3, 0.1), itemWeights: (1, 1)),
  ]

  private func table(_ c: Case, _ world: SideWorld) throws -> BlockTable {
    try BlockTable(
      WALSProblem(world.x, options: c.options), features: c.sides(world), execution: Execution(threads: 2),
      solver: .active)
  }

  @Test("The loss is the loss pair by pair, and falls at every half-step", arguments: cases.indices, [1, 2])
  func falls(index: Int, seed: UInt64) throws {
    let c = Self.cases[index]
    let world = try SideWorld(seed: seed)
    let table = try table(c, world)
    let oracle = BlockOracle(x: world.x, options: c.options, sides: c.sides(world))
    var before = Double.infinity
    for epoch in 1...4 {
      for (solved, fixed) in [(table.users, table.items), (table.items, table.users)] {
        let found = try table.halfStep(solving: solved, fixing: fixed, epoch: epoch)
        let exact = oracle.loss(BlockOracle.Vectors(table))
        // Factors are float32: their rounding, 6e-8 of each component, is what scores and Gramians are off by.
        let bound = 1e-5 * exact.total
        #expect(abs(found.observed - exact.observed) < bound, "\(c), seed \(seed)")
        #expect(abs(found.unobserved - exact.unobserved) < bound, "\(c), seed \(seed)")
        #expect(abs((found.features ?? 0) - exact.features) < bound, "\(c), seed \(seed)")
        #expect(abs(found.regularisation - exact.regularisation) < bound, "\(c), seed \(seed)")
        #expect(found.total <= before * (1 + 1e-6), "\(c), seed \(seed): \(before) then \(found)")
        before = found.total
      }
    }
  }

  @Test("After each half-step the gradient of all that it solved is zero", arguments: cases.indices)
  func gradient(index: Int) throws {
    let c = Self.cases[index]
    let world = try SideWorld(seed: 3, pairs: 200)
    let table = try table(c, world)
    let oracle = BlockOracle(x: world.x, options: c.options, sides: c.sides(world))
    let halves: [[WritableKeyPath<BlockOracle.Vectors, [[Double]]> & Sendable]] = [
      [\.users, \.itemFeatures], [\.items, \.userFeatures],
    ]
    for half in 0..<4 {
      let (solved, fixed) = half % 2 == 0 ? (table.users, table.items) : (table.items, table.users)
      _ = try table.halfStep(solving: solved, fixing: fixed, epoch: 1)
      if half < 2 { continue }
      let vectors = BlockOracle.Vectors(table)
      var worst = 0.0
      var rows = 0
      for path in halves[half % 2] {
        for row in stride(from: 0, to: vectors[keyPath: path].count, by: path == \.users || path == \.items ? 9 : 1) {
          var atZero = vectors
          atZero[keyPath: path][row] = atZero[keyPath: path][row].map { _ in 0 }
          let scale = oracle.gradient(atZero, path, row: row).map(\.magnitude).max() ?? 0
          let found = oracle.gradient(vectors, path, row: row).map(\.magnitude).max() ?? 0
          if scale == 0 {
            #expect(found == 0)
            continue
          }
          worst = max(worst, found / scale)
          rows += 1
        }
      }
      // A float32 solution is off by the condition of its system, at most some hundred here, times 6e-8.
      #expect(worst < 2e-4, "\(c): \(worst) of the gradient at zero")
      #expect(rows >= 3)
    }
  }

  @Test("One, two and four threads give the same bits")
  func threads() throws {
    let world = try SideWorld(seed: 4)
    var options = Self.cases[0].options
    options.sideFeatures = Self.cases[0].sides(world)
    let one = try WALS.train(world.x, options: options, execution: Execution(threads: 1))
    for threads in [2, 4] {
      let more = try WALS.train(world.x, options: options, execution: Execution(threads: threads))
      #expect(bits(one.users) == bits(more.users), "\(threads) threads")
      #expect(bits(one.items) == bits(more.items), "\(threads) threads")
      #expect(one.losses == more.losses)
    }
  }

  @Test("Sides without features are no sides: the very bytes of plain training")
  func without() throws {
    let world = try SideWorld(seed: 5)
    var options = Self.options()
    let plain = try WALS.train(world.x, options: options)
    let empty = FeatureTable(ids: .numbers([]), names: [], offsets: [0], columns: [], values: [])
    for sides in [SideFeatures(), SideFeatures(users: empty, items: empty)] {
      options.sideFeatures = sides
      let model = try WALS.train(world.x, options: options)
      #expect(bits(model.users) == bits(plain.users))
      #expect(bits(model.items) == bits(plain.items))
      #expect(model.losses == plain.losses)
      #expect(model.itemFeatures == nil)
    }
  }

  @Test("Features that no id of the interactions has leave plain training's solution")
  func elsewhere() throws {
    let world = try SideWorld(seed: 6)
    var options = Self.options()
    let plain = try WALS.train(world.x, options: options)
    options.sideFeatures = SideFeatures(
      items: FeatureTable(
        ids: .numbers([900, 901]), names: ["a"], offsets: [0, 1, 2], columns: [0, 0], values: [1, 1]))
    let model = try WALS.train(world.x, options: options)
    // The same systems by another route: the same numbers but for rounding.
    for (a, b) in [(model.users, plain.users), (model.items, plain.items)] {
      for row in 0..<a.count {
        for (x, y) in zip(a[Row(row)], b[Row(row)]) { #expect(abs(x - y) < 1e-3) }
      }
    }
    #expect(model.itemFeatures?.scales == [0])
  }
}

func bits(_ matrix: EmbeddingMatrix) -> [UInt32] {
  (0..<matrix.count).flatMap { matrix[Row($0)].map(\.bitPattern) }
}
