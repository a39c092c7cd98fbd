import AkinSupport

/// What the trainers with sampled negatives share: epochs over a grid of pairs, and going back when a step was too long.
struct SampledRun {
  let grid: PairGrid
  let tables: [DoubleTable]
  let epochs: Int
  let seed: UInt64
  let execution: Execution
  /// A mean loss above this is divergence: the untrained model's is ln 2 a term.
  private static let bound = 10.0

  /// What visiting one block came to.
  struct Sum {
    var loss = 0.0
    var count = 0
  }

  /// How it went so far.
  struct Progress {
    fileprivate(set) var losses: [LossPoint] = []
    fileprivate(set) var notes: [String] = []
    fileprivate(set) var seconds: [Double] = []
  }

  /// Runs all epochs, or as many as early stopping wants.
  ///
  /// - Parameters:
  ///   - visit: `(places, item group, epoch, its own generator, step size)`; it may change rows of the block.
  ///   - model: Makes a model of the tables as they are.
  /// - Returns: The model of the last epoch, or of the best.
  func run(
    learningRate: Double, validation: Validation?,
    prepare: (PairGrid.Epoch) -> NegativeSampler,
    visit: (
      _ places: ArraySlice<UInt32>, _ group: Int, _ sampler: NegativeSampler, _ epoch: PairGrid.Epoch,
      _ generator: inout SeededGenerator, _ rate: Double
    ) -> Sum, model: (Progress) -> TrainedModel
  ) throws -> TrainedModel {
    var stopping = try validation.map { validation throws(WALSError) in
      try EarlyStopping(validation, epochs: epochs)
    }
    var stepSize = StepSize(learningRate)
    let before = tables.map { DoubleTable(count: $0.count, width: $0.width) }
    var sofar = Progress()
    /// Trains one epoch; true when it is to be the last.
    func trained(epoch number: Int) throws -> Bool {
      let start = monotonicSeconds()
      let epoch = grid.epoch(number)
      let sampler = prepare(epoch)
      let random = CounterRandom(seed: seed, purpose: 0x4E_45_47 << 32 &+ UInt64(number))
      for (copy, table) in zip(before, tables) { copy.copy(from: table) }
      while true {
        var sums = [Sum](repeating: Sum(), count: grid.groups * grid.groups)
        let rate = stepSize.rate
        try unsafe sums.withUnsafeMutableBufferPointer { sums in
          // Safe: each block writes its own element, and `sums` outlives the threads.
          nonisolated(unsafe) let sums = unsafe sums
          try grid.visit(epoch, execution: execution) { places, group, block in
            var generator = SeededGenerator(seed: random.bits(at: UInt64(block)))
            unsafe sums[block] = visit(places, group, sampler, epoch, &generator, rate)
          }
        }
        let total = sums.reduce(0) { $0 + $1.loss }
        let count = sums.reduce(0) { $0 + $1.count }
        let mean = total / Double(max(1, count))
        if mean <= SampledRun.bound {
          sofar.losses.append(LossPoint(epoch: number, ["mean": mean]))
          break
        }
        try stepSize.halve(epoch: number)
        for (copy, table) in zip(before, tables) { table.copy(from: copy) }
      }
      sofar.seconds.append(monotonicSeconds() - start)
      sofar.notes = stepSize.notes
      execution.progress?(
        ProgressEvent(
          stage: "train", completed: number, total: epochs, unit: "epochs", note: sofar.losses.last?.description))
      return try stopping?.ends(after: number) { model(sofar) } ?? false
    }
    do {
      for number in 1...epochs { if try trained(epoch: number) { break } }
    } catch is Cancelled where stopping?.keepsBest ?? false {
    }
    return stopping?.result ?? model(sofar)
  }
}
