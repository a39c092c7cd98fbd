import AkinSupport

/// A model that learns from labels by steps on a labelled pair and drawn items: `bpr` and `logistic`.
protocol SampledTraining {
  /// The labels of all pairs.
  var labels: Labels { get }
  /// The pairs that an epoch visits.
  var pairs: InteractionTable { get }
  /// The tables that steps change.
  var tables: [DoubleTable] { get }
  /// Epochs, step size, popularity exponent and seeds.
  var schedule: SampledSchedule { get }
  /// The model of the tables as they are, without losses and notes.
  var model: TrainedModel { get }

  /// Takes the steps of one block.
  ///
  /// - Parameters:
  ///   - block: The pairs of the block, and what draws items for them. Steps may change rows of its groups alone.
  ///   - rate: The step size.
  ///   - generator: The block's random numbers.
  /// - Returns: The loss, taken before each step.
  func visit(_ block: SampledBlock, rate: Double, _ generator: inout SeededGenerator) -> SampledLoss
}

/// Numbers that ``SampledRun`` takes from the options of a model.
struct SampledSchedule {
  let epochs: Int
  let learningRate: Double
  let popularity: Double
  let seed: UInt64
  /// Keeps the random order of pairs apart from other random numbers of the seed.
  let gridPurpose: UInt64
}

/// One block of an epoch: see ``PairGrid``.
struct SampledBlock {
  let grid: PairGrid
  let epoch: PairGrid.Epoch
  /// The number of the epoch.
  let number: Int
  let places: ArraySlice<UInt32>
  /// The group of the block's items.
  let itemGroup: Int
  let sampler: NegativeSampler
}

/// A sum of losses and the number of its terms.
struct SampledLoss {
  var sum = 0.0
  var count = 0

  /// The mean term.
  var mean: Double { sum / Double(max(1, count)) }

  mutating func add(_ loss: Double) {
    sum += loss
    count += 1
  }
}
