import AkinSupport
import AkinTraining
import AkinVectors

/// The model options of `akin train`, and the training method that they select.
///
/// One name has one meaning in all models; each model has its own default. An option that the selected model does not
/// accept is an error.
enum ModelOptions {
  private static let wals = WALSOptions()
  private static let bpr = BPROptions()
  private static let logistic = LogisticOptions()
  private static let towers = TwoTowerOptions()
  private static let retrieval = TwoTowerOptions(loss: .softmax)
  private static let spectral = SpectralOptions()
  private static let contrastive = ContrastiveOptions()
  private static let elsa = ELSAOptions()

  static let models: [Objective.Model] = [
    .wals, .mf, .bpr, .logistic, .svd, .spectral, .contrastive, .elsa, .twoTower, .popular, .random,
  ]
  static let model = Option(
    "model", .choice("MODEL", models.map { ($0.name, $0) }), default: .wals, "Model to train; see the list above")

  // MARK: Several models

  static let dimensions = Option<Int?>.optional(
    "dimensions", .integer(in: 1...1024),
    "Components of each vector",
    default:
      "\(wals.dimensions), mf \(mf.dimensions), two-tower \(towers.dimensions) or with sampled-softmax "
      + "\(retrieval.dimensions), random \(RandomOptions().dimensions)")
  static let epochs = Option<Int?>.optional(
    "epochs", .integer(in: 1...100_000),
    "Passes over the data",
    default: "\(wals.epochs), or 6 to 15 by counts if all values are equal, mf 5 to 200 by optimiser, bpr "
      + "\(bpr.epochs), logistic \(logistic.epochs), contrastive \(contrastive.epochs), elsa \(elsa.epochs), "
      + "two-tower \(towers.epochs) or with sampled-softmax \(retrieval.epochs)")
  static let lambda = Option<Double?>.optional(
    "lambda", .number(in: 0...1e30), "Regularisation of vectors",
    default: "\(wals.lambda), or 0.1 × alpha × 81^(1 - nu) if all values are equal, mf 1.4, others \(bpr.lambda)")
  static let nu = Option<Double?>.optional(
    "nu", .number(in: 0...2),
    "Exponent of the interaction count of a row in its regularisation, lambda × count^nu",
    default: "\(JSONValue.number(wals.nu).text), or 0.75 if all values are equal, mf 0.5")
  static let biasLambda = Option<Double?>.optional(
    "bias-lambda", .number(in: 0...1e30), "Regularisation of biases",
    default: "mf 5, others \(bpr.biasLambda)")
  static let learningRate = Option<Double?>.optional(
    "learning-rate", .number(in: 0...1e30),
    "Learning rate; mf with adamw: the largest, reached after a quarter of the steps; contrastive and elsa: of the first "
      + "step, and a twentieth from epoch 24 or 10 on",
    default: "mf 0.02, mf with gd 0.002, with adamw 0.007, two-tower \(towers.learningRate) or with "
      + "sampled-softmax \(retrieval.learningRate), contrastive "
      + "\(contrastive.learningRate), elsa \(elsa.learningRate), others \(bpr.learningRate)")
  static let positiveFrom = Option<Double?>.optional(
    "positive-from", .number(in: 0...1e30),
    "Smallest value of a positive; smaller values are explicit negatives", default: "above 0")
  static let explicitShare = Option(
    "explicit-share", .number(in: 0...1), default: bpr.explicitShare,
    "Share of bpr samples that draw an explicit negative of the user, if any, instead of an unknown item")
  static let popularity = Option(
    "popularity", .number(in: 0...2), default: bpr.popularity,
    "Exponent of popularity in the sampling of unknown items")

  // MARK: One model

  static let weighting = Option<Objective.Weighting?>.optional(
    "weighting",
    .choice(
      "RULE", [("value", Objective.Weighting.value), ("constant", .constant), ("power", .power), ("bm25", .bm25)]),
    "Weight of an observed pair: alpha × value, alpha, alpha × value^power, or alpha × bm25(value); spectral: value, 1 or "
      + "value^power; contrastive, elsa: weight of an item in a history, bpr: of a positive, 1 or value",
    default: "\(wals.weighting), or constant if all values are equal, others \(spectral.weighting)")
  static let power = Option(
    "power", .number(in: 0...10), default: wals.power, "Exponent of values, for --weighting power")
  static let userExponent = Option(
    "user-weight-exponent", .number(in: 0...2), default: wals.userExponent,
    "Divide the weights of a user by (interactions of the user / mean)^X: 0 has no effect, 1 makes all users equal",
    described: "0, or 0.25 if all values are equal")
  static let alpha = Option(
    "alpha", .number(in: 0...1e30), default: wals.alpha, "Factor of the weights of observed pairs")
  static let w0 = Option(
    "w0", .number(in: 0...1e30), default: wals.w0, "Weight of an unobserved pair",
    described:
      "\(JSONValue.number(wals.w0).text), or alpha × (30 × pairs / (users × items), at least 0.01, at most 1) if all "
      + "values are equal")

  static let loss = Option<Objective.Loss?>.optional(
    "loss",
    .choice(
      "LOSS",
      [
        ("squared", Objective.Loss.squared), ("absolute", .absolute), ("logistic", .logistic),
        ("sampled-softmax", .softmax), ("cosine-contrastive", .contrastive),
      ]),
    "Loss. mf: squared, absolute or logistic, of which the last two need --optimiser sgd, adam, gd or adamw. contrastive: "
      + "sampled-softmax or cosine-contrastive. two-tower: squared for ratings, or sampled-softmax to find a user's items "
      + "among all", default: "squared, contrastive sampled-softmax")
  static let range = Option<ClosedRange<Double>?>.optional(
    "range", .range,
    "mf: predict with a sigmoid between two bounds, exclusive (needs an optimiser other than als). two-tower: the values that "
      + "cosines of -1 and 1 stand for",
    default: "none; two-tower, the smallest and the largest value")
  static let decay = Option(
    "decay", .choice("MEANING", Objective.Decay.allCases.map { ("\($0)", $0) }), default: mf.decay,
    "Rule of lambda: counted, lambda × count^nu for each row; mf also touched, lambda at each visit of a row, and "
      + "everywhere, lambda on all rows at each step; wals also weighed, counted with w0 for unobserved pairs")
  static let negatives = Option<Int?>.optional(
    "negatives", .integer(in: 0...65_536),
    "logistic: sampled unknown pairs for each positive, at most 1000. contrastive: items drawn for all users of a step. two-tower "
      + "with sampled-softmax: items drawn for a step, beside those of its pairs",
    default: "\(logistic.negatives), contrastive \(contrastive.negatives), two-tower \(retrieval.negatives)")
  static let hardNegatives = Option<Int?>.optional(
    "hard-negatives", .integer(in: 1...65_536),
    "two-tower with sampled-softmax: draw four times as many items, of which N count that have the largest shares of the "
      + "softmax of the users of a step, and others at random, so that --negatives count", default: "none")
  static let temperature = Option(
    "temperature", .number(in: 0.001...100), default: contrastive.temperature,
    "Temperature of the sampled softmax: smaller looks at the hardest items only",
    described: "\(contrastive.temperature), two-tower \(retrieval.temperature)")
  static let margin = Option(
    "margin", .number(in: -1...1), default: contrastive.margin,
    "Score above which the cosine-contrastive loss pushes drawn items away")
  static let negativeWeight = Option(
    "negative-weight", .number(in: 0...1e6), default: contrastive.negativeWeight,
    "Weight of the drawn items together in the cosine-contrastive loss")
  static let historyDamping = Option(
    "history-damping",
    Reading<Double?>(
      placeholder: "K|none", expected: "a number above 0, at most 1e6, or none",
      show: { $0.map { "\($0)" } ?? "none" },
      read: { text in
        if text == "none" { return .some(nil) }
        guard let number = Double(text), number > 0, number <= 1e6 else { return nil }
        return number
      }), default: contrastive.historyDamping,
    "sampled-softmax: a user is the sum of the n items of the history over n + K; none takes the sum at length 1")
  static let rounds = Option<Int?>.optional(
    "rounds", .integer(in: 0...1000),
    "Rounds of subspace iteration; spectral: at most so many rounds of a block Krylov method, at least 1",
    default: "\(SVDOptions().rounds), spectral \(spectral.rounds)")
  static let userDegreeExponent = Option(
    "user-degree-exponent", .number(in: 0...2), default: spectral.degrees.user,
    "Divide the weights of a user by (sum of the user's weights)^X")
  static let itemDegreeExponent = Option(
    "item-degree-exponent", .number(in: 0...2), default: spectral.degrees.item,
    "Divide the weights of an item by (sum of the item's weights)^X")
  static let scoreDegreeExponent = Option(
    "score-degree-exponent", .number(in: -2...2), default: spectral.degrees.score,
    "Multiply the vector of an item by (sum of the item's weights)^X: larger recommends more popular items")

  static let hidden = Option(
    "hidden", .integers(in: 1...4096), default: towers.hidden, "Widths of the hidden layers of both towers")
  static let batch = Option<Int?>.optional(
    "batch", .integer(in: 1...65_536), "Interactions of one step; contrastive and elsa: users of one step",
    default:
      "\(towers.batch), two-tower with sampled-softmax \(retrieval.batch), mf with adamw 256, contrastive \(contrastive.batch), elsa users / 32, at least "
      + "32, at most 1024")

  static let groups = [
    OptionGroup(
      "Model", [model, preset, dimensions, epochs, lambda, nu, decay, biasLambda, learningRate, Common.seed]),
    OptionGroup("wals, spectral, contrastive, elsa and bpr only", [weighting]),
    OptionGroup("wals and spectral only", [power]),
    OptionGroup("wals only", [userExponent, alpha, w0]),
    OptionGroup("mf only", [optimiser, cycle, runs, weightDecay, biases, meanDamping, start]),
    OptionGroup("mf, contrastive and two-tower only", [loss]),
    OptionGroup("mf and two-tower only", [range]),
    OptionGroup("bpr, logistic, contrastive and two-tower only", [positiveFrom]),
    OptionGroup("bpr, logistic and contrastive only", [popularity]),
    OptionGroup("bpr only", [explicitShare]),
    OptionGroup("logistic, contrastive and two-tower only", [negatives]),
    OptionGroup("contrastive and two-tower only", [temperature]),
    OptionGroup("contrastive only", [historyDamping, margin, negativeWeight]),
    OptionGroup("svd and spectral only", [rounds]),
    OptionGroup("spectral only", [userDegreeExponent, itemDegreeExponent, scoreDegreeExponent]),
    OptionGroup("mf, two-tower, contrastive and elsa only", [batch]),
    OptionGroup("two-tower only", [hidden, hardNegatives]),
    OptionGroup("Features (two-tower, wals)", FeatureOptions.all),
    OptionGroup("Feature weights (wals)", SideFeatureOptions.weights),
  ]

  /// The paragraphs of help about models.
  static let discussion = [
    "Models: wals, weighted alternating least squares over all pairs, ranks well on any data; contrastive learns directions "
      + "of items against many drawn items, takes a user for the mean of the history, and ranks best where there "
      + "are many items; spectral is the decomposition of the table divided by powers of degrees, and needs no tuning; "
      + "elsa learns item vectors whose inner products rebuild histories; "
      + "mf predicts explicit ratings; bpr ranks positives above unknown items; logistic predicts positive and negative "
      + "labels; svd is the zero-filled decomposition; two-tower learns from features alone, ratings or with "
      + "--loss sampled-softmax who has what, so new users and items have vectors; popular and random are baselines."
  ]

  /// The options of a model besides `--model` and `--seed`.
  static func taken(by model: Objective.Model) -> [any AnyOption] {
    switch model {
    case .wals:
      [dimensions, epochs, lambda, nu, decay, weighting, power, userExponent, alpha, w0] + FeatureOptions.all
        + SideFeatureOptions.weights
    case .mf:
      [
        preset, dimensions, epochs, lambda, nu, biasLambda, learningRate, optimiser, cycle, runs, weightDecay, batch,
        biases, loss, meanDamping, range, decay, start,
      ]
    case .bpr:
      [dimensions, epochs, lambda, biasLambda, learningRate, weighting, positiveFrom, popularity, explicitShare]
    case .logistic: [dimensions, epochs, lambda, biasLambda, learningRate, positiveFrom, popularity, negatives]
    case .svd: [dimensions, rounds]
    case .spectral:
      [dimensions, weighting, power, rounds, userDegreeExponent, itemDegreeExponent, scoreDegreeExponent]
    case .contrastive:
      [
        dimensions, epochs, learningRate, loss, weighting, positiveFrom, popularity, negatives, temperature,
        historyDamping, margin, negativeWeight, batch,
      ]
    case .elsa: [dimensions, epochs, learningRate, weighting, batch]
    case .random: [dimensions]
    case .twoTower:
      [
        dimensions, epochs, learningRate, loss, range, hidden, batch, positiveFrom, negatives, hardNegatives,
        temperature,
      ] + FeatureOptions.all
    case .popular: []
    }
  }
}

extension Reading where Value == ClosedRange<Double> {
  /// Two finite numbers, the first below the second.
  fileprivate static let range = Reading(
    placeholder: "LOW,HIGH", expected: "two numbers separated by a comma, the first below the second",
    show: { "\($0.lowerBound),\($0.upperBound)" },
    read: { text in
      let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
      guard parts.count == 2, let low = parts[0], let high = parts[1], low.isFinite, high.isFinite, low < high else {
        return nil
      }
      return low...high
    })
}
