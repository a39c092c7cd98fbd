import Akin
import AkinEvaluation
import AkinSupport
import AkinTraining

/// Trains models on every fold and measures them and the baselines on the same questions.
struct EvaluateRun {
  let input: EvaluateInput
  /// The models, at least one.
  let trainers: [Trainer]
  let baselines: EvaluateBaselines
  /// The lengths of the measured lists.
  let ks: [Int]
  let withArea: Bool
  let execution: Execution

  /// Receives the lists of a model on a fold.
  typealias Listener = (
    _ model: String, _ fold: Int, _ split: Split, _ test: RankingTest, _ answers: NeighborTable
  ) throws -> Void

  /// The measured models in the order of tables: the evaluated models, then the baselines.
  func models(_ listen: Listener) throws -> [EvaluationReport.Model] {
    // A baseline that is itself evaluated has one row.
    let chosen = baselines.chosen.filter { baseline in !trainers.contains { $0.name == baseline.rawValue } }
    var own = trainers.map { Entry($0.name, ks) }
    var others = chosen.map { Entry($0.rawValue, ks) }
    var group = Entry("group-mean", ks)
    for fold in 0..<input.count {
      let split = try input.split(fold)
      let round = EvaluateFold(split, of: input)
      guard round.test.count > 0 else { throw EvaluateError.nobodyToTest(skipped: round.test.skipped) }
      let quiet = execution.staged("rank")
      let popular = try ScoreRanker.popular(round.test).top(ks.max() ?? 1, of: round.test, execution: quiet)
      var reference: ListReference?
      for (number, trainer) in trainers.enumerated() {
        let (pairs, known) = try input.learned(by: trainer, from: split)
        let start = monotonicSeconds()
        let model = try trainer.train(pairs, nil, execution.staged(stage(trainer, fold)))
        own[number].seconds += monotonicSeconds() - start
        own[number].losses.append(model.losses)
        // Items are near or far by the vectors of the first model, for all.
        reference =
          reference
          ?? ListReference(
            userCount: round.positives.byUser.activeRows, vectors: model.embeddings.items, popular: popular)
        let ranker = try round.ranker(model, named: trainer.name, known: known, execution: quiet)
        let answers = try own[number].ranking.add(
          round.test, ranker, withArea: withArea, reference: reference, execution: quiet)
        try listen(trainer.name, fold, split, round.test, answers)
        if let predicted = try round.predictions(of: model, named: trainer.name, known: known, execution: quiet) {
          own[number].rating.add(predicted: predicted, actual: split.test.values, clippedTo: split.train.valueRange)
        }
        if number == 0 { try measureGroups(&group, trainer, round, pairs, reference, stage(trainer, fold)) }
      }
      for (number, baseline) in chosen.enumerated() {
        let ranker = try baselines.ranker(baseline, round, seed: input.seed, execution.staged(baseline.rawValue))
        try others[number].ranking.add(
          round.test, ranker, withArea: withArea, reference: reference, execution: quiet)
        if baseline == .bias {
          let predicted = round.biasOnly(BiasBaseline(split.train)).predicted
          others[number].rating.add(
            predicted: predicted, actual: split.test.values, clippedTo: split.train.valueRange)
        }
      }
    }
    let groups = group.ranking.report.questions > 0 ? [group] : []
    return own.map { $0.model(isBaseline: false, isTimed: trainers.count > 1) }
      + (groups + others).map { $0.model(isBaseline: true) }
  }

  private func stage(_ trainer: Trainer, _ fold: Int) -> String {
    let part = input.count > 1 ? "fold \(fold + 1) of \(input.count)" : "train"
    return trainers.count > 1 ? "\(trainer.name), \(part)" : part
  }

  /// Measures the means of groups of features, for items without interactions.
  private func measureGroups(
    _ group: inout Entry, _ trainer: Trainer, _ round: EvaluateFold, _ pairs: Interactions, _ reference: ListReference?,
    _ stage: String
  ) throws {
    guard let features = trainer.itemFeatures, let plain = trainer.withoutFeatures?(), case .coldItems? = input.rule
    else { return }
    let known = try GroupMeans.fill(
      plain.train(pairs, nil, execution.staged(stage)), of: pairs, by: features.aligned(to: pairs.itemIDs))
    let quiet = execution.staged("rank")
    try group.ranking.add(
      round.test, round.ranker(known, named: plain.name, known: round.split.known, execution: quiet),
      withArea: withArea, reference: reference, execution: quiet)
  }

  private struct Entry {
    let name: String
    var ranking: RankingTally
    var rating = RatingTally()
    var losses: [[Double]] = []
    var seconds = 0.0

    init(_ name: String, _ ks: [Int]) {
      self.name = name
      ranking = RankingTally(ks: ks)
    }

    func model(isBaseline: Bool, isTimed: Bool = false) -> EvaluationReport.Model {
      var model = EvaluationReport.Model(
        name: name, isBaseline: isBaseline, ranking: ranking.report, rating: rating.count > 0 ? rating : nil,
        losses: losses.filter { !$0.isEmpty })
      model.trainSeconds = isTimed ? seconds : nil
      return model
    }
  }
}

extension Execution {
  /// The execution with one stage name and without notes: the losses of many trainings would flood a terminal.
  func staged(_ stage: String) -> Execution {
    guard let progress else { return self }
    var copy = self
    copy.progress = { event in
      var event = event
      event.stage = stage
      event.note = nil
      progress(event)
    }
    return copy
  }
}
