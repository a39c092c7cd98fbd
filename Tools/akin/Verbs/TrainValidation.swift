import AkinEvaluation
import AkinSupport
import AkinTraining
import AkinVectors

/// `akin train --validate`: for how many epochs, told by users who are held out, and then the training on all.
struct TrainValidation {
  /// What an interrupted training leaves behind.
  enum Interrupted: String, CaseIterable { case best, nothing }

  static let validate = Option<Bool>.flag(
    "validate",
    "First train without a tenth of the users (mf: of the interactions), measure \(ranking.name) (mf: rmse) on what is "
      + "held out as epochs go by, and stop when it gets no better; then train on all for the best number of epochs. "
      + "--epochs is a limit")
  static let interrupted = Option(
    "on-interrupt", .choice("WHAT", Interrupted.allCases.map { ($0.rawValue, $0) }), default: .nothing,
    "What Ctrl-C writes with --validate: the best model so far, of nine tenths, with users whom it has not seen folded "
      + "in, or nothing")
  static let group = OptionGroup("Validation", [validate, interrupted])

  private static let folds = 10
  private static let known = 0.8
  private static let ranking = TuneMetric.ranking(.ndcg, k: 10)
  /// Users who are asked about at most.
  private static let sample = 10_000

  var method: any TrainingMethod
  let seed: UInt64
  let keepsBest: Bool

  /// What came of it.
  struct Result {
    let model: TrainedModel
    let wasInterrupted: Bool
    /// What was measured between epochs.
    let measured: JSONValue
  }

  /// What a command line asks for, or `nil`.
  ///
  /// - Throws: `UsageError` for a model that is not trained in epochs.
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
        .lonely(TrainValidation.validate.spelling, needs: "a model that is trained in epochs"))
    }
    self.method = method
    seed = arguments[Common.seed]
    keepsBest = arguments[TrainValidation.interrupted] == .best
  }

  /// What is measured: a model of ratings predicts, the others rank.
  private var metric: TuneMetric { method.model == .mf ? .rmse : TrainValidation.ranking }

  /// The least value of what a ranking should find, or `nil`: any interaction.
  private var threshold: Float? {
    switch method {
    case let options as BPROptions: options.positiveFrom.map { Float($0) } ?? .leastNonzeroMagnitude
    case let options as LogisticOptions: options.positiveFrom.map { Float($0) } ?? .leastNonzeroMagnitude
    default: nil
    }
  }

  /// Trains twice: on a part to find the number of epochs, then on everything.
  func train(_ interactions: Interactions, execution: Execution) throws -> Result {
    let split = try split(interactions)
    let round = EvaluateFold(split, threshold: threshold, sample: TrainValidation.sample, seed: seed)
    guard metric == .rmse || round.test.count > 0 else { throw ValidateError.nobodyToTest }
    var validation = validation(round, execution)
    validation.keepsBestWhenCancelled = keepsBest
    let best = try method.train(split.train, validation: validation, execution: execution.staged("validate"))
    guard let point = best.best else { preconditionFailure("a model of epochs is measured after the last of them") }
    let note = note(best, point, held: metric == .rmse ? split.test.others.count : round.test.count)
    do {
      try execution.checkCancellation()
      var model = try method.limited(toEpochs: point.epoch).train(interactions, execution: execution)
      model.notes.append(note)
      return Result(model: model, wasInterrupted: false, measured: measured(best))
    } catch is Cancelled where keepsBest {
      // What is left is short, and must not be cancelled again.
      var model = try best.foldingIn(
        interactions, beyond: split.train, execution: Execution(threads: execution.threads))
      let held =
        metric == .rmse
        ? "the \(Numbers.counted(split.test.others.count, "interactions")) held out"
        : "the \(Numbers.counted(split.usersHeldOut, "users")) held out, who were folded in"
      model.notes += [note, "interrupted: trained without \(held)"]
      return Result(model: model, wasInterrupted: true, measured: measured(best))
    }
  }

  /// A tenth held out: users whole for a ranking, interactions for ratings.
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

  /// Measures a model on what is held out, and tells of it.
  private func validation(_ round: EvaluateFold, _ execution: Execution) -> Validation {
    // Only training's own progress is heard: measuring between epochs would draw over it.
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

  /// Each measurement as JSON has it.
  private func measured(_ model: TrainedModel) -> JSONValue {
    let points = model.validation.map { point in
      JSONValue.object([
        "epoch": .integer(Int64(point.epoch)), "value": .number(metric == .rmse ? -point.score : point.score),
      ])
    }
    return .object(["metric": .string(metric.name), "points": .array(points)])
  }

  private func note(_ model: TrainedModel, _ best: ValidationPoint, held: Int) -> String {
    "validated on \(Numbers.counted(held, metric == .rmse ? "interactions" : "users")) held out: best after "
      + "\(Numbers.counted(best.epoch, "epochs")), \(metric.name) "
      + "\(Numbers.fixed(metric == .rmse ? -best.score : best.score, decimals: 4)); "
      + "looked at \(Numbers.grouped(model.validation.count))"
  }
}

extension TrainedModel {
  /// What was measured of the best epoch, which this model is of.
  fileprivate var best: ValidationPoint? {
    guard case .integer(let epochs)? = options["epochs"] else { return nil }
    return validation.first { $0.epoch == Int(epochs) }
  }
}

/// Why a training cannot be validated.
enum ValidateError: AkinError, Equatable {
  /// A tenth would be nothing.
  case tooFew(_ what: String, needed: Int, found: Int)
  /// No user who is held out has both something known and something to ask for.
  case nobodyToTest

  var kind: TroubleKind { .badInput }

  var description: String {
    switch self {
    case .tooFew(let what, let needed, let found):
      "validation holds out a tenth of the \(what): expected at least \(needed), found \(found)"
    case .nobodyToTest:
      "validation holds out a tenth of the users: expected one with something to tell and something to ask for, found "
        + "none"
    }
  }

  var help: String? { "train without --validate" }
}
