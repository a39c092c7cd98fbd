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
    "First train without a tenth of the users, measure \(metric.name) on them after each epoch, and stop when it gets no "
      + "better; then train on all for the best number of epochs. --epochs is a limit. Only wals")
  static let interrupted = Option(
    "on-interrupt", .choice("WHAT", Interrupted.allCases.map { ($0.rawValue, $0) }), default: .nothing,
    "What Ctrl-C writes with --validate: the best model so far, of nine tenths of the users with the others folded in, "
      + "or nothing")
  static let group = OptionGroup("Validation", [validate, interrupted])

  private static let folds = 10
  private static let known = 0.8
  private static let metric = TuneMetric.ranking(.ndcg, k: 10)
  /// Users who are asked about at most.
  private static let sample = 10_000

  var options: WALSOptions
  let keepsBest: Bool

  /// What came of it.
  struct Result {
    let model: TrainedModel
    let wasInterrupted: Bool
  }

  /// What a command line asks for, or `nil`.
  ///
  /// - Throws: `UsageError` for a model that cannot be looked at while it is trained.
  init?(_ arguments: Arguments, _ method: any TrainingMethod) throws(UsageError) {
    guard arguments[TrainValidation.validate] else {
      if arguments.has(TrainValidation.interrupted) {
        throw arguments.error(
          .lonely(TrainValidation.interrupted.spelling, needs: TrainValidation.validate.spelling))
      }
      return nil
    }
    guard let options = method as? WALSOptions else {
      throw arguments.error(.lonely(TrainValidation.validate.spelling, needs: "--model wals"))
    }
    self.options = options
    keepsBest = arguments[TrainValidation.interrupted] == .best
  }

  /// Trains twice: on a part to find the number of epochs, then on everything.
  func train(_ interactions: Interactions, execution: Execution) throws -> Result {
    let found = interactions.byUser.activeRows
    guard found >= TrainValidation.folds else {
      throw ValidateError.tooFewUsers(needed: TrainValidation.folds, found: found)
    }
    guard
      let split = try? interactions.split(
        .strong(folds: TrainValidation.folds, known: TrainValidation.known), fold: 0, seed: options.seed)
    else { throw ValidateError.nobodyToTest }
    let round = EvaluateFold(split, threshold: nil, sample: TrainValidation.sample, seed: options.seed)
    guard round.test.count > 0 else { throw ValidateError.nobodyToTest }
    let options = options
    // Only training's own progress is heard: measuring between epochs would draw over it.
    let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
    var validation = Validation { state in
      let model = EvaluatedModel.wals(state, of: split.train, options: options)
      let ranker = try round.ranker(model, named: "wals", known: split.known, execution: quiet)
      var tally = RankingTally(ks: [TrainValidation.metric.k ?? 1])
      try tally.add(round.test, ranker, withArea: false, execution: quiet)
      return TrainValidation.metric.value(tally)?.mean ?? -.infinity
    }
    validation.keepsBestWhenCancelled = keepsBest
    let best = try WALS.train(
      split.train, options: options, validation: validation, execution: execution.staged("validate"))
    let note = note(best, users: round.test.count)
    do {
      try execution.checkCancellation()
      var all = options
      all.epochs = best.options.epochs
      var model = try WALS.train(interactions, options: all, execution: execution).trained
      model.notes.append(note)
      return Result(model: model, wasInterrupted: false)
    } catch is Cancelled where keepsBest {
      // What is left is short, and must not be cancelled again.
      var model = try best.foldingIn(
        interactions, beyond: split.train, execution: Execution(threads: execution.threads)
      )
      .trained
      model.notes += [
        note,
        "interrupted: trained without the \(Numbers.counted(split.usersHeldOut, "users")) held out, who were folded in",
      ]
      return Result(model: model, wasInterrupted: true)
    }
  }

  private func note(_ model: WALSModel, users: Int) -> String {
    let epochs = model.options.epochs
    let score = model.validation.first { $0.epoch == epochs }?.score ?? 0
    return "validated on \(Numbers.counted(users, "users")) held out: best after "
      + "\(Numbers.counted(epochs, "epochs")), \(TrainValidation.metric.name) \(Numbers.fixed(score, decimals: 4)); "
      + "looked at \(Numbers.grouped(model.validation.count))"
  }
}

/// Why a training cannot be validated.
enum ValidateError: AkinError, Equatable {
  /// A tenth of the users would be nobody.
  case tooFewUsers(needed: Int, found: Int)
  /// No user who is held out has both something known and something to ask for.
  case nobodyToTest

  var kind: TroubleKind { .badInput }

  var description: String {
    switch self {
    case .tooFewUsers(let needed, let found):
      "validation holds out a tenth of the users: expected at least \(needed), found \(found)"
    case .nobodyToTest:
      "validation holds out a tenth of the users: expected one with at least 2 interactions, found none"
    }
  }

  var help: String? { "train without --validate" }
}
