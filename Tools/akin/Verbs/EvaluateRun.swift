import Akin
import AkinEvaluation
import AkinSupport
import AkinTraining

/// One fold of an evaluation: what is asked, and how models are asked it.
struct EvaluateFold {
  let split: Split
  let test: RankingTest

  init(_ split: Split, of input: EvaluateInput) {
    self.split = split
    let threshold = input.threshold
    let questions = split.questions(threshold: threshold)
    let learned = threshold.map { split.train.byItem.keeping(atLeast: $0) } ?? split.train.byItem
    let all = RankingTest(
      users: questions.users, relevant: questions.relevant, seen: questions.seen,
      itemCount: split.train.itemIDs.count, popularity: (0..<learned.rowCount).map { learned.count(ofRow: $0) },
      skipped: questions.skipped)
    test = input.sample > 0 ? all.sample(input.sample, seed: input.seed) : all
  }

  /// The vectors and biases of users as a model has them, or makes them of what is known.
  ///
  /// - Parameter known: What the model is told of users who are held out.
  func users(
    _ rows: [UInt32], of model: TrainedModel, named name: String, known: InteractionTable, execution: Execution
  ) throws -> (vectors: EmbeddingMatrix, biases: [Float]) {
    let dimension = model.embeddings.items.dimension
    var vectors: [[Float]] = []
    var biases: [Float] = []
    var make: TrainedModel.UserMaker?
    for row in rows {
      let range = known.offsets[Int(row)]..<known.offsets[Int(row) + 1]
      if range.isEmpty || split.train.byUser.count(ofRow: Int(row)) > 0 {
        vectors.append(model.embeddings.users?[Row(row)] ?? [Float](repeating: 0, count: dimension))
        biases.append(model.embeddings.userBiases?[Int(row)] ?? 0)
        continue
      }
      if make == nil {
        guard let foldIn = model.foldIn else { throw EvaluateError.noFoldIn(model: name) }
        make = try foldIn(execution)
      }
      guard let user = try make?(Array(known.others[range]), Array(known.values[range])) else { continue }
      vectors.append(user.vector)
      biases.append(user.bias)
    }
    return (EmbeddingMatrix(rows: vectors, dimension: dimension), biases)
  }

  /// How a model ranks the questions of this fold.
  func ranker(
    _ model: TrainedModel, named name: String, known: InteractionTable, execution: Execution
  ) throws -> EmbeddingRanker {
    let queries = try users(test.users, of: model, named: name, known: known, execution: execution).vectors
    let embeddings = model.embeddings
    let index = ExhaustiveIndex(embeddings)
    return EmbeddingRanker(
      queries: queries, items: embeddings.items, biases: embeddings.itemBiases, metric: embeddings.metric
    ) { queries, k, excluding, execution in
      try index.nearest(toEach: queries, k: k, excluding: excluding, execution: execution)
    }
  }

  /// What a model predicts for each held-out pair, in their order; `nil` when it predicts no values.
  func predictions(
    of model: TrainedModel, named name: String, known: InteractionTable, execution: Execution
  ) throws -> [Double]? {
    guard let value = model.value else { return nil }
    let embeddings = model.embeddings
    let rows = (0..<split.test.rowCount).filter { split.test.count(ofRow: $0) > 0 }.map { UInt32($0) }
    let users = try users(rows, of: model, named: name, known: known, execution: execution)
    let items = embeddings.items
    var predicted: [Double] = []
    predicted.reserveCapacity(split.test.others.count)
    for (place, user) in rows.enumerated() {
      let vector = users.vectors[Row(place)]
      for pair in split.test.offsets[Int(user)]..<split.test.offsets[Int(user) + 1] {
        let item = split.test.others[pair]
        var score = Double(embeddings.globalMean) + Double(users.biases[place])
        score += Double(embeddings.itemBiases?[Int(item)] ?? 0)
        items.withRow(Row(item)) { row in
          for component in 0..<row.count { score += Double(vector[component]) * Double(row[component]) }
        }
        predicted.append(value(score))
      }
    }
    return predicted
  }

  /// How the bias-only baseline ranks, and what it predicts for each held-out pair.
  func biasOnly(_ baseline: BiasBaseline) -> (ranker: ScoreRanker, predicted: [Double]) {
    let scores = baseline.items.map { Float($0) }
    var predicted: [Double] = []
    for user in 0..<split.test.rowCount where split.test.count(ofRow: user) > 0 {
      let range = split.known.offsets[user]..<split.known.offsets[user + 1]
      let bias =
        range.isEmpty
        ? baseline.users[user]
        : baseline.userBias(items: split.known.others[range], values: split.known.values[range])
      for pair in split.test.offsets[user]..<split.test.offsets[user + 1] {
        predicted.append(baseline.mean + bias + baseline.items[Int(split.test.others[pair])])
      }
    }
    return (ScoreRanker { _ in scores }, predicted)
  }
}

/// Trains a model on every fold and measures it beside the baselines.
struct EvaluateRun {
  let input: EvaluateInput
  let trainer: Trainer
  /// The lengths of lists that are measured.
  let ks: [Int]
  let withArea: Bool
  let execution: Execution

  /// Gets the model's lists of a fold.
  typealias Listener = (_ fold: Int, _ split: Split, _ test: RankingTest, _ answers: NeighborTable) throws -> Void

  /// The models in the order of tables: the one that is evaluated, then the baselines.
  func models(_ listen: Listener) throws -> [EvaluationReport.Model] {
    var own = Entry(trainer.name, ks)
    var popular = Entry("popular", ks)
    var random = Entry("random", ks)
    var bias = Entry("bias", ks)
    let hasRatings = input.values.map { $0.lowerBound < $0.upperBound } ?? false
    var losses: [[Double]] = []
    for fold in 0..<input.count {
      let split = try input.split(fold)
      let round = EvaluateFold(split, of: input)
      guard round.test.count > 0 else { throw EvaluateError.nobodyToTest(skipped: round.test.skipped) }
      let food = input.food(of: trainer, from: split.train)
      let known = input.known(of: trainer, in: split)
      let name = input.count > 1 ? "fold \(fold + 1) of \(input.count)" : "train"
      let model = try trainer.train(food, nil, execution.staged(name))
      losses.append(model.losses)
      let quiet = execution.staged("rank")
      let ranker = try round.ranker(model, named: trainer.name, known: known, execution: quiet)
      let answers = try own.ranking.add(round.test, ranker, withArea: withArea, execution: quiet)
      try listen(fold, split, round.test, answers)
      try popular.ranking.add(round.test, ScoreRanker.popular(round.test), withArea: withArea, execution: quiet)
      try random.ranking.add(
        round.test, ScoreRanker.random(round.test, seed: input.seed), withArea: withArea, execution: quiet)
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
    return [
      own.model(isBaseline: false, losses: losses), popular.model(isBaseline: true), random.model(isBaseline: true),
    ]
      + (hasRatings ? [bias.model(isBaseline: true)] : [])
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
  /// The same, its progress under one name and without notes: losses of many trainings would flood a terminal.
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
