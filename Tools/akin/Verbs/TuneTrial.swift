import Akin
import AkinEvaluation
import AkinSupport
import AkinTraining

/// A completed trial of one combination.
struct TuneTrial: Sendable, Equatable {
  /// One value an axis.
  let point: [String]
  /// The limit of epochs.
  let limit: Int
  /// The mean over folds of the epochs of the best model.
  let epochs: Int
  /// The metric over all folds.
  let value: Double
  let standardError: Double
  /// The time of the trial, for display only.
  let seconds: Double
}

/// The time of the search has run out.
struct TuneDeadline: Error {}

/// Runs trials: trains on every fold, with early stopping by the metric on the held-out part.
struct TuneTrials {
  let input: EvaluateInput
  let space: TuneSpace
  let metric: TuneMetric
  /// The time to stop, on the monotonic clock.
  let deadline: Double
  let execution: Execution

  /// Trains and measures one combination.
  ///
  /// - Throws: ``TuneDeadline`` when the time runs out first.
  func run(_ point: [String], limit: Int, stage: String) throws -> TuneTrial {
    let started = monotonicSeconds()
    let trainer = try space.trainer(point, epochs: limit)
    // Measuring has no progress of its own, which would overwrite that of the training.
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
      let (pairs, known) = try input.learned(by: trainer, from: split)
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
        pairs,
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
