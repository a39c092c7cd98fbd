import AkinSupport
import AkinVectors

/// One side of the block table while it is trained: its rows, its features, and what fixes the other side.
final class BlockSide {
  let name: String
  let ids: IDColumn
  /// The vectors of the rows. Rows without interactions are zero until ``fillColdRows(_:)``.
  let factors: FactorTable
  let targets: FeatureTargets?
  /// The vectors of the features; an empty table when there are none.
  let features: FactorTable
  let weight: Double
  let background: Double
  private let isTrained: [Bool]
  /// Rows that are trained and have features.
  private let isFeatured: [Bool]
  private let lambdas: [Float]
  private let featureLambdas: [Float]
  /// Rows with features, rows without, and the features themselves.
  private let featuredPass: BlockPass
  private let plainPass: BlockPass
  private let featurePass: BlockPass

  /// The Gramian of all rows, of those with features, and of the features, as they are now.
  private(set) var gramian: [Double] = []
  private(set) var featuredGramian: [Double] = []
  private(set) var featureGramian: [Double] = []
  /// Σ λ |row|² of the rows and of the features, as they are now.
  private(set) var regularisation = 0.0
  private(set) var featureRegularisation = 0.0

  /// - Parameters:
  ///   - table: The interactions of each row.
  ///   - others: How many rows the other side has.
  ///   - table: The features of each row, or `nil`.
  init(
    name: String, ids: IDColumn, table: InteractionTable, others: Int, options: WALSOptions, formula: WALSWeights,
    features featureTable: FeatureTable?, weight: Double, background: Double,
    pairWeight: @escaping (_ row: Int, _ other: UInt32, _ value: Float) -> Float
  ) {
    self.name = name
    self.ids = ids
    self.weight = weight
    self.background = background
    let rowCount = table.rowCount
    let isTrained = (0..<rowCount).map { table.count(ofRow: $0) > 0 }
    let targets = featureTable.map { FeatureTargets($0.aligned(to: ids), isTrained: isTrained) }
    let isFeatured = isTrained.indices.map { isTrained[$0] && (targets?.rows.count(ofRow: $0) ?? 0) > 0 }
    self.isTrained = isTrained
    self.targets = targets
    self.isFeatured = isFeatured
    factors = FactorTable(count: rowCount, dimension: options.dimensions)
    features = FactorTable(count: targets?.names.count ?? 0, dimension: options.dimensions)
    lambdas = (0..<rowCount).map {
      let described = weight * Double(targets?.rows.count(ofRow: $0) ?? 0)
      return formula.lambda(
        options.lambda, mass: formula.mass(count: table.count(ofRow: $0), others: others) + described)
    }
    featureLambdas = (0..<features.count).map {
      formula.lambda(options.lambda, mass: weight * Double(targets?.byFeature.count(ofRow: $0) ?? 0))
    }

    let pairs = BlockPass.Pairs(table: table, start: 0, weight: pairWeight, valuesAreTargets: false)
    let described = targets.map {
      BlockPass.Pairs(table: $0.rows, start: others, weight: { _, _, _ in Float(weight) }, valuesAreTargets: true)
    }
    let describing = targets.map {
      BlockPass.Pairs(table: $0.byFeature, start: 0, weight: { _, _, _ in Float(weight) }, valuesAreTargets: true)
    }
    featuredPass = BlockPass(
      backgrounds: (options.w0, background), rowCount: rowCount, isSolved: { isFeatured[$0] }, others: pairs,
      features: described)
    plainPass = BlockPass(
      backgrounds: (options.w0, 0), rowCount: rowCount, isSolved: { isTrained[$0] && !isFeatured[$0] }, others: pairs,
      features: nil)
    featurePass = BlockPass(
      backgrounds: (background, 0), rowCount: features.count,
      isSolved: { (targets?.byFeature.count(ofRow: $0) ?? 0) > 0 }, others: describing, features: nil)
  }

  /// Draws the first vectors of the features, as those of rows are drawn.
  func drawFeatures(seed: UInt64, execution: Execution) throws {
    guard let targets else { return }
    // Another seed than the rows': a feature must not begin as the item in the same place.
    try features.draw(
      seed: CounterRandom(seed: seed, purpose: 0x53_49_44_45).bits(at: 0), for: targets.byFeature,
      execution: execution)
  }

  /// Takes the Gramians and the regularisation of the rows as they are.
  func measureRows(_ step: BlockStep) throws {
    gramian = try factors.gramian(solver: step.solver, execution: step.execution)
    let isWhole = isFeatured == isTrained
    featuredGramian =
      isWhole ? gramian : try factors.keeping(isFeatured).gramian(solver: step.solver, execution: step.execution)
    regularisation = factors.regularisation(lambdas)
  }

  /// The same of the features.
  func measureFeatures(_ step: BlockStep) throws {
    featureGramian = try features.gramian(solver: step.solver, execution: step.execution)
    featureRegularisation = features.regularisation(featureLambdas)
  }

  /// Solves the rows, with the other side's rows and this side's features fixed.
  func solveRows(_ step: BlockStep, others: BlockSide, w0: Double) throws -> BlockStep.Sums {
    var sums = BlockStep.Sums()
    if !featuredPass.rows.isEmpty {
      let base = zip(others.gramian, featureGramian).map { w0 * $0 + background * $1 }
      let fixed = try BlockStep.Fixed(
        [others.factors, features], base: base, solver: step.solver, execution: step.execution)
      sums += try step.run(featuredPass, fixed: fixed, solved: factors, lambdas: lambdas)
    }
    if !plainPass.rows.isEmpty {
      let fixed = try BlockStep.Fixed(
        [others.factors], base: others.gramian.map { w0 * $0 }, solver: step.solver, execution: step.execution)
      sums += try step.run(plainPass, fixed: fixed, solved: factors, lambdas: lambdas)
    }
    try measureRows(step)
    return sums
  }

  /// Solves the features, with the rows fixed.
  func solveFeatures(_ step: BlockStep) throws -> BlockStep.BlockSums {
    guard !featurePass.rows.isEmpty else { return BlockStep.BlockSums() }
    let fixed = try BlockStep.Fixed(
      [factors], base: featuredGramian.map { background * $0 }, solver: step.solver, execution: step.execution)
    let sums = try step.run(featurePass, fixed: fixed, solved: features, lambdas: featureLambdas)
    try measureFeatures(step)
    return sums.others
  }

  /// What a feature that is not there costs, over all rows that have features, those of pairs that are there taken off.
  func unobserved(_ squares: Double) -> Double {
    background * (innerProduct(featuredGramian, featureGramian, stride: factors.stride) - squares)
  }

  /// The features' vectors, for the file.
  var featureVectors: FeatureVectors? {
    targets.map {
      FeatureVectors(
        names: $0.names, centres: $0.centres, scales: $0.scales, vectors: features.copy, weight: weight,
        background: background)
    }
  }

  /// A copy of the rows in which those without interactions have the vectors that their features make.
  func filled(_ step: BlockStep) throws -> EmbeddingMatrix {
    guard let targets else { return factors.copy }
    let described = BlockPass.Pairs(
      table: targets.rows, start: 0, weight: { [weight] _, _, _ in Float(weight) }, valuesAreTargets: true)
    let pass = BlockPass(
      backgrounds: (0, background), rowCount: factors.count,
      isSolved: { [isTrained] in !isTrained[$0] && targets.rows.count(ofRow: $0) > 0 }, others: nil,
      features: described)
    if pass.rows.isEmpty { return factors.copy }
    let copy = factors.keeping(isTrained)
    let fixed = try BlockStep.Fixed(
      [features], base: featureGramian.map { background * $0 }, solver: step.solver, execution: step.execution)
    _ = try step.run(pass, fixed: fixed, solved: copy, lambdas: lambdas)
    return copy.matrix
  }
}

extension FactorTable {
  /// A copy in which all other rows are zero.
  func keeping(_ isKept: [Bool]) -> FactorTable {
    let copy = FactorTable(count: count, dimension: dimension)
    for row in 0..<count where isKept[row] {
      // Safe: both tables hold this row.
      unsafe (copy.base + row * stride).update(from: base + row * stride, count: stride)
    }
    return copy
  }

  /// Σ λ |row|².
  func regularisation(_ lambdas: [Float]) -> Double {
    let dot = unsafe Kernels.table.pointee.dot64!
    var sum = 0.0
    for row in 0..<count {
      // Safe: the row lies inside the table.
      let start = unsafe base + row * stride
      sum += unsafe Double(lambdas[row]) * dot(start, start, stride)
    }
    return sum
  }
}
