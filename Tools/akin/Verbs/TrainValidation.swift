import AkinEvaluation
import AkinSupport
import AkinTraining
import AkinVectors

/// `akin train --validate`: finds the number of epochs on held-out data, then trains on all data.
struct TrainValidation {
  /// The output of an interrupted training.
  enum Interrupted: String, CaseIterable { case best, nothing }

  static let validate = Option<Bool>.flag(
    "validate",
    "Train first without a tenth of the users (mf: of the interactions), measure \(ranking.name) (mf: rmse) on the held-out "
      + "part after epochs, and stop when it no longer improves; then train on all data for the best number of epochs. "
      + "--epochs is the limit")
  static let interrupted = Option(
    "on-interrupt", .choice("WHAT", Interrupted.allCases.map { ($0.rawValue, $0) }), default: .nothing,
    "Output after Ctrl-C with --validate: the best model so far, trained on nine tenths, with held-out users "
      + "folded in; "
      + "or nothing")
  static let group = OptionGroup("Validation", [validate, interrupted])

  private static let folds = 10
  private static let known = 0.8
  private static let ranking = TuneMetric.ranking(.ndcg, k: 10)
  /// The largest number of test users.
  private static let sample = 10_000

  var method: any TrainingMethod
  let seed: UInt64
  let keepsBest: Bool

  /// The trained model and the measurements.
  struct Result {
    let model: TrainedModel
    let wasInterrupted: Bool
    /// The measurements between epochs.
    let measured: JSONValue
  }

  /// The validation of a command line, or `nil` without `--validate`.
  ///
  /// - Throws: `UsageError` for a model without epochs.
  init?(_ arguments: Arguments, _ method: any TrainingMethod) throws(UsageError) {
    guard arguments[TrainValidation.validate] else {
      if arguments.has(TrainValidation.interrupted) {
        throw arguments.error(
          .lonely(TrainValidation.interrupted.spelling, needs: TrainValidation.validate.spelling))
      }
      return nil
    }
    guard method.epochLimit != nil else {
      throw arguments.error(
        .lonely(TrainValidation.validate.spelling, needs: "a model with epochs"))
    }
    self.method = method
    seed = arguments[Common.seed]
    keepsBest = arguments[TrainValidation.interrupted] == .best
  }

  /// The metric: rmse for models of ratings, a ranking metric for the others.
  private var metric: TuneMetric { method.model == .mf ? .rmse : TrainValidation.ranking }

  /// The smallest value of a positive, or `nil`: every interaction is positive.
  private var threshold: Float? {
    switch method {
    case let options as BPROptions: options.positiveFrom.map { Float($0) } ?? .leastNonzeroMagnitude
    case let options as LogisticOptions: options.positiveFrom.map { Float($0) } ?? .leastNonzeroMagnitude
    case let method as TwoTower where method.options.loss == .softmax:
      method.options.positiveFrom.map { Float($0) } ?? .leastNonzeroMagnitude
    case let options as ContrastiveOptions: options.positiveFrom.map { Float($0) } ?? .leastNonzeroMagnitude
    default: nil
    }
  }

  /// Trains twice: on a part to find the number of epochs, then on all data.
  func train(_ interactions: Interactions, execution: Execution) throws -> Result {
    let split = try split(interactions)
    let round = EvaluateFold(split, threshold: threshold, sample: TrainValidation.sample, seed: seed)
    guard metric == .rmse || round.test.count > 0 else { throw ValidateError.nobodyToTest }
    var validation = validation(round, execution)
    validation.keepsBestWhenCancelled = keepsBest
    let best = try method.train(split.train, validation: validation, execution: execution.staged("validate"))
    guard let point = best.best else { preconditionFailure("validation measures a model after its last epoch") }
    let note = note(best, point, held: metric == .rmse ? split.test.others.count : round.test.count)
    do {
      try execution.checkCancellation()
      var model = try method.limited(toEpochs: point.epoch).train(interactions, execution: execution)
      model.notes.append(note)
      return Result(model: model, wasInterrupted: false, measured: measured(best))
    } catch is Cancelled where keepsBest {
      // The rest is short and ignores the cancellation.
      var model = try best.foldingIn(
        interactions, beyond: split.train, execution: Execution(threads: execution.threads))
      let held =
        metric == .rmse
        ? "\(Numbers.counted(split.test.others.count, "held-out interactions"))"
        : "\(Numbers.counted(split.usersHeldOut, "held-out users")), which were folded in"
      model.notes += [note, "interrupted: trained without \(held)"]
      return Result(model: model, wasInterrupted: true, measured: measured(best))
    }
  }

  /// Holds out a tenth: whole users for a ranking, interactions for ratings.
  private func split(_ interactions: Interactions) throws -> Split {
    let folds = TrainValidation.folds
    if metric == .rmse {
      guard interactions.count >= folds else {
        throw ValidateError.tooFew("interactions", needed: folds, found: interactions.count)
      }
      return try interactions.split(.folds(count: folds), fold: 0, seed: seed)
    }
    let found = interactions.byUser.activeRows
    guard found >= folds else { throw ValidateError.tooFew("users", needed: folds, found: found) }
    do throws(SplitError) {
      return try interactions.split(.strong(folds: folds, known: TrainValidation.known), fold: 0, seed: seed)
    } catch {
      throw ValidateError.nobodyToTest
    }
  }

  /// The measurement of a model on the held-out part, reported as progress.
  private func validation(_ round: EvaluateFold, _ execution: Execution) -> Validation {
    // Measuring has no progress of its own, which would overwrite that of the training.
    let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
    let (metric, name, split) = (metric, method.model.name, round.split)
    let last = method.epochLimit ?? 1
    let method = method
    return Validation(epochs: last) { state in
      let model = EvaluatedModel(state.model, of: split.train, by: method)
      var value = Double.nan
      if metric == .rmse {
        var tally = RatingTally()
        if let predicted = try round.predictions(of: model, named: name, known: split.known, execution: quiet) {
          tally.add(predicted: predicted, actual: split.test.values, clippedTo: split.train.valueRange)
        }
        value = tally.rmse?.mean ?? .nan
      } else {
        let ranker = try round.ranker(model, named: name, known: split.known, execution: quiet)
        var tally = RankingTally(ks: [metric.k ?? 1])
        try tally.add(round.test, ranker, withArea: false, execution: quiet)
        value = metric.value(tally)?.mean ?? .nan
      }
      execution.progress?(
        ProgressEvent(
          stage: "validate", completed: state.epoch, total: last, unit: "epochs",
          note: "epoch \(state.epoch) \(metric.name) \(Numbers.fixed(value, decimals: 4))"))
      return metric.score(value)
    }
  }

  /// The measurements as JSON.
  private func measured(_ model: TrainedModel) -> JSONValue {
    let points = model.validation.map { point in
      JSONValue.object([
        "epoch": .integer(Int64(point.epoch)), "value": .number(metric == .rmse ? -point.score : point.score),
      ])
    }
    return .object(["metric": .string(metric.name), "points": .array(points)])
  }

  private func note(_ model: TrainedModel, _ best: ValidationPoint, held: Int) -> String {
    "validated on \(Numbers.counted(held, metric == .rmse ? "held-out interactions" : "held-out users")): best after "
      + "\(Numbers.counted(best.epoch, "epochs")), \(metric.name) "
      + "\(Numbers.fixed(metric == .rmse ? -best.score : best.score, decimals: 4)); "
      + Numbers.counted(model.validation.count, "measurements")
  }
}

extension TrainedModel {
  /// The measurement of the best epoch, the epoch of this model.
  fileprivate var best: ValidationPoint? {
    guard case .integer(let epochs)? = options["epochs"] else { return nil }
    return validation.first { $0.epoch == Int(epochs) }
  }
}

/// A training that cannot be validated.
enum ValidateError: AkinError, Equatable {
  /// Too few users or interactions to hold out a tenth.
  case tooFew(_ what: String, needed: Int, found: Int)
  /// No held-out user has both a known and a held-out positive.
  case nobodyToTest

  var kind: TroubleKind { .badInput }

  var description: String {
    switch self {
    case .tooFew(let what, let needed, let found):
      "validation holds out a tenth of the \(what): expected at least \(needed), found \(found)"
    case .nobodyToTest:
      "validation holds out a tenth of the users: expected one with a known and a held-out positive, found none"
    }
  }

  var help: String? { "train without --validate" }
}
