import Akin
import AkinEvaluation
import AkinSupport
import AkinTraining

/// Trains a model on every fold and measures it and the baselines.
struct EvaluateRun {
  let input: EvaluateInput
  let trainer: Trainer
  /// The lengths of the measured lists.
  let ks: [Int]
  let withArea: Bool
  let execution: Execution

  /// Receives the lists of the model on a fold.
  typealias Listener = (_ fold: Int, _ split: Split, _ test: RankingTest, _ answers: NeighborTable) throws -> Void

  /// The measured models in the order of tables: the evaluated model, then the baselines.
  func models(_ listen: Listener) throws -> [EvaluationReport.Model] {
    var own = Entry(trainer.name, ks)
    var popular = Entry("popular", ks)
    var random = Entry("random", ks)
    var bias = Entry("bias", ks)
    let hasRatings = input.values.map { $0.lowerBound < $0.upperBound } ?? false
    var group = Entry("group-mean", ks)
    var losses: [[Double]] = []
    for fold in 0..<input.count {
      let split = try input.split(fold)
      let round = EvaluateFold(split, of: input)
      guard round.test.count > 0 else { throw EvaluateError.nobodyToTest(skipped: round.test.skipped) }
      let (pairs, known) = try input.learned(by: trainer, from: split)
      let name = input.count > 1 ? "fold \(fold + 1) of \(input.count)" : "train"
      let model = try trainer.train(pairs, nil, execution.staged(name))
      losses.append(model.losses)
      let quiet = execution.staged("rank")
      let ranker = try round.ranker(model, named: trainer.name, known: known, execution: quiet)
      let answers = try own.ranking.add(round.test, ranker, withArea: withArea, execution: quiet)
      try listen(fold, split, round.test, answers)
      try popular.ranking.add(round.test, ScoreRanker.popular(round.test), withArea: withArea, execution: quiet)
      try random.ranking.add(
        round.test, ScoreRanker.random(round.test, seed: input.seed), withArea: withArea, execution: quiet)
      if let features = trainer.itemFeatures, let plain = trainer.withoutFeatures?(), case .coldItems? = input.rule {
        let known = try GroupMeans.fill(
          plain.train(pairs, nil, execution.staged(name)), of: pairs, by: features.aligned(to: pairs.itemIDs))
        try group.ranking.add(
          round.test, round.ranker(known, named: plain.name, known: split.known, execution: quiet),
          withArea: withArea, execution: quiet)
      }
      let range = split.train.valueRange
      if let predicted = try round.predictions(of: model, named: trainer.name, known: known, execution: quiet) {
        own.rating.add(predicted: predicted, actual: split.test.values, clippedTo: range)
      }
      if hasRatings {
        let only = round.biasOnly(BiasBaseline(split.train))
        try bias.ranking.add(round.test, only.ranker, withArea: withArea, execution: quiet)
        bias.rating.add(predicted: only.predicted, actual: split.test.values, clippedTo: range)
      }
    }
    // A baseline that is itself evaluated has one row.
    let groups = group.ranking.report.questions > 0 ? [group] : []
    let baselines = (groups + [popular, random] + (hasRatings ? [bias] : [])).filter { $0.name != trainer.name }
    return [own.model(isBaseline: false, losses: losses)] + baselines.map { $0.model(isBaseline: true) }
  }

  private struct Entry {
    let name: String
    var ranking: RankingTally
    var rating = RatingTally()

    init(_ name: String, _ ks: [Int]) {
      self.name = name
      ranking = RankingTally(ks: ks)
    }

    func model(isBaseline: Bool, losses: [[Double]] = []) -> EvaluationReport.Model {
      EvaluationReport.Model(
        name: name, isBaseline: isBaseline, ranking: ranking.report, rating: rating.count > 0 ? rating : nil,
        losses: losses.filter { !$0.isEmpty })
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
