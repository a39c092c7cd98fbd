import AkinSupport
import AkinVectors

/// One side of the block table while it is trained: its rows and its features.
final class BlockSide {
  let name: String
  let ids: IDColumn
  /// The vectors of the rows. A row without interactions stays zero; see ``filled(_:)``.
  let factors: FactorTable
  let targets: FeatureTargets?
  /// The vectors of the features; an empty table without features.
  let features: FactorTable
  /// The weight of a present feature, and of an absent one.
  let weight: Double
  let background: Double
  private let isTrained: [Bool]
  /// Rows that are trained and have features.
  private let isFeatured: [Bool]
  /// λ of each row, and of each feature.
  private let lambdas: [Float]
  private let featureLambdas: [Float]
  private let passes: BlockSidePasses

  /// The Gramians of all rows, of the rows with features, and of the features, as they are now.
  private(set) var gramian: [Double] = []
  private(set) var featuredGramian: [Double] = []
  private(set) var featureGramian: [Double] = []
  /// Σ λ |row|² of the rows and of the features, as they are now.
  private(set) var regularisation = 0.0
  private(set) var featureRegularisation = 0.0

  /// Creates a side whose vectors are zero.
  ///
  /// - Parameters:
  ///   - side: Interactions of the rows.
  ///   - given: Features of the rows, and their weights.
  ///   - problem: The objective.
  init(_ side: WALSProblemSide, _ given: WeightedFeatures, of problem: WALSProblem) {
    let (table, dimension) = (side.table, problem.options.dimensions)
    let isTrained = (0..<table.rowCount).map { table.count(ofRow: $0) > 0 }
    let targets = given.table.map { FeatureTargets($0.aligned(to: side.ids), isTrained: isTrained) }
    let isFeatured = isTrained.indices.map { isTrained[$0] && (targets?.rows.count(ofRow: $0) ?? 0) > 0 }
    name = side.name
    ids = side.ids
    (weight, background) = (given.weight, given.background)
    self.isTrained = isTrained
    self.isFeatured = isFeatured
    self.targets = targets
    factors = FactorTable(count: table.rowCount, dimension: dimension)
    features = FactorTable(count: targets?.names.count ?? 0, dimension: dimension)
    lambdas = (0..<table.rowCount).map {
      problem.lambda(
        ofRow: $0, in: side, featureMass: given.weight * Double(targets?.rows.count(ofRow: $0) ?? 0))
    }
    featureLambdas = (0..<features.count).map {
      problem.lambda(ofFeatureWithMass: given.weight * Double(targets?.byFeature.count(ofRow: $0) ?? 0))
    }
    passes = BlockSidePasses(
      side, targets, given, w0: problem.options.w0, isTrained: isTrained, isFeatured: isFeatured)
  }

  /// Draws the first vectors of the features.
  func drawFeatures(seed: UInt64, execution: Execution) throws {
    guard let targets else { return }
    // Another seed than that of the rows: a feature must not start as the item with the same number.
    try features.draw(
      seed: CounterRandom(seed: seed, purpose: 0x53_49_44_45).bits(at: 0), for: targets.byFeature,
      execution: execution)
  }

  /// Updates the Gramians and the regularisation of the rows.
  func measureRows(_ step: BlockStep) throws {
    gramian = try factors.gramian(solver: step.solver, execution: step.execution)
    let isWhole = isFeatured == isTrained
    featuredGramian =
      isWhole ? gramian : try factors.keeping(isFeatured).gramian(solver: step.solver, execution: step.execution)
    regularisation = factors.regularisation(lambdas)
  }

  /// Updates the Gramian and the regularisation of the features.
  func measureFeatures(_ step: BlockStep) throws {
    featureGramian = try features.gramian(solver: step.solver, execution: step.execution)
    featureRegularisation = features.regularisation(featureLambdas)
  }

  /// Solves the rows, with the other side's rows and this side's features fixed.
  func solveRows(_ step: BlockStep, others: BlockSide, w0: Double) throws -> BlockStepSums {
    var sums = BlockStepSums()
    if !passes.featured.rows.isEmpty {
      let base = zip(others.gramian, featureGramian).map { w0 * $0 + background * $1 }
      let fixed = try BlockStep.Fixed(
        [others.factors, features], base: base, solver: step.solver, execution: step.execution)
      sums += try step.run(passes.featured, fixed: fixed, solved: factors, lambdas: lambdas)
    }
    if !passes.plain.rows.isEmpty {
      let fixed = try BlockStep.Fixed(
        [others.factors], base: others.gramian.map { w0 * $0 }, solver: step.solver, execution: step.execution)
      sums += try step.run(passes.plain, fixed: fixed, solved: factors, lambdas: lambdas)
    }
    try measureRows(step)
    return sums
  }

  /// Solves the features, with the rows fixed.
  func solveFeatures(_ step: BlockStep) throws -> BlockLoss {
    guard !passes.features.rows.isEmpty else { return BlockLoss() }
    let fixed = try BlockStep.Fixed(
      [factors], base: featuredGramian.map { background * $0 }, solver: step.solver, execution: step.execution)
    let sums = try step.run(passes.features, fixed: fixed, solved: features, lambdas: featureLambdas)
    try measureFeatures(step)
    return sums.others
  }

  /// The loss of absent features: background Σ s² over all rows with features and all features, less that of present ones.
  ///
  /// - Parameter squares: Σ s² over the present features.
  func absentLoss(_ squares: Double) -> Double {
    background * (frobeniusProduct(featuredGramian, featureGramian, stride: factors.stride) - squares)
  }

  /// A copy of the features' vectors, as the file holds them.
  var featureVectors: FeatureVectors? {
    targets.map {
      FeatureVectors(
        names: $0.names, centres: $0.centres, scales: $0.scales, vectors: features.copy, weight: weight,
        background: background)
    }
  }

  /// A copy of the rows in which each row without interactions has the vector that its features make.
  func filled(_ step: BlockStep) throws -> EmbeddingMatrix {
    guard let targets else { return factors.copy }
    let pass = BlockPass(
      backgrounds: (0, background), rowCount: factors.count,
      isSolved: { [isTrained] in !isTrained[$0] && targets.rows.count(ofRow: $0) > 0 }, others: nil,
      features: .features(targets.rows, from: 0, weight: weight))
    if pass.rows.isEmpty { return factors.copy }
    let copy = factors.keeping(isTrained)
    let fixed = try BlockStep.Fixed(
      [features], base: featureGramian.map { background * $0 }, solver: step.solver, execution: step.execution)
    _ = try step.run(pass, fixed: fixed, solved: copy, lambdas: lambdas)
    return copy.matrix
  }
}

/// The rows of a ``BlockSide`` that are solved together.
private struct BlockSidePasses {
  /// Trained rows with features.
  let featured: BlockPass
  /// Trained rows without features.
  let plain: BlockPass
  /// The features.
  let features: BlockPass

  init(
    _ side: WALSProblemSide, _ targets: FeatureTargets?, _ given: WeightedFeatures, w0: Double, isTrained: [Bool],
    isFeatured: [Bool]
  ) {
    let pairs = BlockPass.Pairs(table: side.table, start: 0, weight: side.weight, valuesAreTargets: false)
    let rowCount = side.table.rowCount
    featured = BlockPass(
      backgrounds: (w0, given.background), rowCount: rowCount, isSolved: { isFeatured[$0] }, others: pairs,
      features: targets.map { .features($0.rows, from: side.otherCount, weight: given.weight) })
    plain = BlockPass(
      backgrounds: (w0, 0), rowCount: rowCount, isSolved: { isTrained[$0] && !isFeatured[$0] }, others: pairs,
      features: nil)
    features = BlockPass(
      backgrounds: (given.background, 0), rowCount: targets?.names.count ?? 0,
      isSolved: { (targets?.byFeature.count(ofRow: $0) ?? 0) > 0 },
      others: targets.map { .features($0.byFeature, from: 0, weight: given.weight) }, features: nil)
  }
}

extension BlockPass.Pairs {
  /// Pairs of a row and a feature, all of one weight, whose values are the targets.
  fileprivate static func features(_ table: InteractionTable, from start: Int, weight: Double) -> BlockPass.Pairs {
    BlockPass.Pairs(table: table, start: start, weight: { _, _, _ in Float(weight) }, valuesAreTargets: true)
  }
}
