import Akin
import AkinEvaluation
import AkinSupport
import AkinTraining

/// One combination of options that was tried.
struct TuneTrial: Sendable, Equatable {
  /// One value an axis.
  let point: [String]
  /// For how many epochs it was trained at most.
  let limit: Int
  /// How many epochs the best model of each fold had, as their mean.
  let epochs: Int
  /// The metric over all folds.
  let value: Double
  let standardError: Double
  /// How long it took. For display: nothing depends on it.
  let seconds: Double
}

/// The time is up.
struct TuneDeadline: Error {}

/// Tries combinations: trains on every fold, stopping early by the metric on what is held out.
struct TuneTrials {
  let input: EvaluateInput
  let space: TuneSpace
  let metric: TuneMetric
  /// When to stop, on the monotonic clock.
  let deadline: Double
  let execution: Execution

  /// Trains and measures one combination.
  ///
  /// - Throws: ``TuneDeadline`` when the time is up before it is done.
  func run(_ point: [String], limit: Int, stage: String) throws -> TuneTrial {
    let started = monotonicSeconds()
    let trainer = try space.trainer(point, epochs: limit)
    // Only training's own progress is heard: measuring between epochs would draw over it.
    let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
    var ranking = RankingTally(ks: [metric.k ?? 1])
    var rating = RatingTally()
    var epochs = 0.0
    for fold in 0..<input.count {
      guard monotonicSeconds() < deadline else { throw TuneDeadline() }
      let split = try input.split(fold)
      let round = EvaluateFold(split, of: input)
      guard round.test.count > 0 || metric == .rmse else {
        throw EvaluateError.nobodyToTest(skipped: round.test.skipped)
      }
      let known = input.known(of: trainer, in: split)
      let execution = execution.staged(input.count > 1 ? "\(stage), fold \(fold + 1) of \(input.count)" : stage)
      @Sendable func add(_ model: EvaluatedModel, _ ranking: inout RankingTally, _ rating: inout RatingTally) throws {
        if metric.k != nil {
          let ranker = try round.ranker(model, named: trainer.name, known: known, execution: quiet)
          try ranking.add(round.test, ranker, withArea: false, execution: quiet)
        } else {
          guard
            let predicted = try round.predictions(of: model, named: trainer.name, known: known, execution: quiet)
          else { throw EvaluateError.noValues(model: trainer.name) }
          rating.add(predicted: predicted, actual: split.test.values, clippedTo: split.train.valueRange)
        }
      }
      let model = try trainer.train(
        input.trainingPairs(for: trainer, from: split.train),
        { model in
          guard monotonicSeconds() < deadline else { throw TuneDeadline() }
          var ranking = RankingTally(ks: [metric.k ?? 1])
          var rating = RatingTally()
          try add(model, &ranking, &rating)
          return metric.score(estimate(ranking, rating)?.mean ?? -.infinity)
        }, execution)
      try add(model, &ranking, &rating)
      epochs += Double(model.epochs)
    }
    guard let estimate = estimate(ranking, rating) else { throw EvaluateError.nobodyToTest(skipped: 0) }
    return TuneTrial(
      point: point, limit: limit, epochs: Int((epochs / Double(input.count)).rounded()), value: estimate.mean,
      standardError: estimate.standardError, seconds: monotonicSeconds() - started)
  }

  private func estimate(_ ranking: RankingTally, _ rating: RatingTally) -> Estimate? {
    metric == .rmse ? rating.rmse : metric.value(ranking)
  }
}
