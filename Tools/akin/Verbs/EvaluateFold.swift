import Akin
import AkinEvaluation
import AkinSupport
import AkinTraining

/// One fold of an evaluation: its split, its test users, and the rankings and predictions of models on it.
struct EvaluateFold {
  let split: Split
  let test: RankingTest
  /// The training interactions that are positives.
  let positives: Interactions
  /// The known interactions of held-out users that are positives.
  private let knownPositives: InteractionTable

  init(_ split: Split, of input: EvaluateInput) {
    self.init(
      split, threshold: input.threshold, sample: input.sample, seed: input.seed, onlyHeldOut: input.asksOnlyHeldOut)
  }

  /// Creates a fold.
  ///
  /// - Parameters:
  ///   - split: The training and test interactions.
  ///   - threshold: The smallest value of a positive, or `nil`: every interaction is positive.
  ///   - sample: The largest number of test users, drawn by the seed; 0 for all.
  ///   - seed: The seed of the sample.
  ///   - onlyHeldOut: Whether lists may hold only items without training interactions.
  init(_ split: Split, threshold: Float?, sample: Int, seed: UInt64, onlyHeldOut: Bool = false) {
    self.split = split
    let questions = split.questions(threshold: threshold)
    positives = threshold.map { split.train.keeping(atLeast: $0) } ?? split.train
    knownPositives = threshold.map { split.known.keeping(atLeast: $0) } ?? split.known
    let learned = positives.byItem
    var all = RankingTest(
      users: questions.users, relevant: questions.relevant, seen: questions.seen,
      itemCount: split.train.itemIDs.count, popularity: (0..<learned.rowCount).map { learned.count(ofRow: $0) },
      skipped: questions.skipped)
    if onlyHeldOut {
      all.leftOut = (0..<all.itemCount).filter { split.train.byItem.count(ofRow: $0) > 0 }.map { UInt32($0) }
    }
    test = sample > 0 ? all.sample(sample, seed: seed) : all
  }

  /// The positive items that the user of a question is known to have.
  ///
  /// - Parameter question: The number of the question.
  func history(ofQuestion question: Int) -> [UInt32] {
    let user = Int(test.users[question])
    return [positives.byUser, knownPositives].flatMap { $0.others[$0.offsets[user]..<$0.offsets[user + 1]] }
  }

  /// The trained vectors and biases of users, or those from fold-in for users without training interactions.
  ///
  /// - Parameters:
  ///   - rows: The users.
  ///   - model: The trained model.
  ///   - name: The name of the model, for errors.
  ///   - known: The known interactions of held-out users.
  ///   - execution: Threads and cancellation.
  func users(
    _ rows: [UInt32], of model: EvaluatedModel, named name: String, known: InteractionTable, execution: Execution
  ) throws -> (vectors: EmbeddingMatrix, biases: [Float]) {
    let dimension = model.embeddings.items.dimension
    var vectors: [[Float]] = []
    var biases: [Float] = []
    var make: EvaluatedModel.UserMaker?
    for row in rows {
      let range = known.offsets[Int(row)]..<known.offsets[Int(row) + 1]
      if range.isEmpty || model.hasVectorsOfAll || split.train.byUser.count(ofRow: Int(row)) > 0 {
        vectors.append(model.embeddings.users?[Row(row)] ?? [Float](repeating: 0, count: dimension))
        biases.append(model.embeddings.userBiases?[Int(row)] ?? 0)
        continue
      }
      if make == nil {
        guard let foldIn = model.foldIn else { throw EvaluateError.noFoldIn(model: name) }
        make = try foldIn(execution)
      }
      guard
        let user = try make?(
          row, Array(known.others[range]), Array(known.values[range]), known.weights.map { Array($0[range]) })
      else { continue }
      vectors.append(user.vector)
      biases.append(user.bias)
    }
    return (EmbeddingMatrix(uniformRows: vectors, dimension: dimension), biases)
  }

  /// The ranker of a model for the test users of the fold.
  func ranker(
    _ model: EvaluatedModel, named name: String, known: InteractionTable, execution: Execution
  ) throws -> EmbeddingRanker {
    let queries = try users(test.users, of: model, named: name, known: known, execution: execution).vectors
    let embeddings = model.embeddings
    let index = ExhaustiveIndex(embeddings)
    return EmbeddingRanker(
      queries: queries, items: embeddings.items, biases: embeddings.itemBiases, metric: embeddings.metric
    ) { queries, k, excluding, execution in
      try index.nearest(
        toEach: queries, SearchRequest(k: k), filter: { excluding($0).map { .excluding($0) } }, execution: execution)
    }
  }

  /// The predictions for the held-out pairs, in their order; `nil` for a model that predicts no values.
  func predictions(
    of model: EvaluatedModel, named name: String, known: InteractionTable, execution: Execution
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

  /// The ranker and the predictions of the bias-only baseline.
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
