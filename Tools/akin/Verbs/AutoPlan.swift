import AkinSupport
import AkinTraining
import AkinVectors

/// A setting that `akin train --auto` may try.
struct AutoCandidate: Sendable {
  /// The options of `akin train`.
  let words: [String]
  let method: any TrainingMethod

  /// The options as one text.
  var name: String { words.joined(separator: " ") }
}

/// What `akin train --auto` tries: fixed by the interactions, the options and the budget, never by a clock.
///
/// Settings stand in a fixed order, the most different ones first. The plan is the longest beginning of it whose work fits the
/// budget, and at least one setting. Work is counted in multiply-adds, with P pairs, n users, m items and d dimensions:
///
///     wals          epochs · (40 P d + 3 (n + m) d²); with constant weights and w0 n m < 15 P
///                   epochs · (2 P d² + (n + m) d³ / 3), since many rows then need a factorisation
///     spectral      rounds · (8 P d + 8 min(n, m) d²)
///     contrastive   epochs · (n · min(negatives, m) / 4 + 20 P) · d, since its three products of tables run
///                   twelve times as fast as other multiply-adds
///     two-tower     epochs · pairs · (Wᵤ + min(batch + negatives, m) · (Wᵢ / batch + d)) / 4, with the weights W of the towers, whose
///                   products are as fast
///     measuring     tested users · m · d, after each measured epoch
///     last          the training on everything, of the most expensive setting of the plan
///
/// A second of the budget stands for 10⁹ of them.
struct AutoPlan: Sendable {
  /// Multiply-adds that a second of the budget stands for.
  static let workPerSecond = 1e9

  /// The settings to try, in order.
  let tried: [AutoCandidate]
  /// The number of settings that a larger budget would try.
  let settingCount: Int
  /// The work of the plan, in multiply-adds.
  let work: Double

  /// The settings in their order.
  private static let settings = [
    "--model=wals", "--model=spectral", "--model=contrastive",
    "--model=wals --weighting=constant --w0=0.03 --lambda=0.1",
    "--model=spectral --dimensions=128", "--model=contrastive --temperature=0.15",
    "--model=wals --weighting=constant --w0=0.1 --lambda=0.1",
    "--model=wals --weighting=constant --w0=0.3 --lambda=0.1", "--model=contrastive --temperature=0.2",
    "--model=wals --weighting=constant --w0=1 --lambda=0.1", "--model=spectral --dimensions=256",
    "--model=wals --weighting=constant --w0=0.01 --lambda=0.1",
  ]

  /// The settings in their order where values halve with age, by which weights follow them.
  private static let agingSettings = [
    "--model=wals --weighting=value", "--model=spectral --weighting=value", "--model=contrastive --weighting=value",
    "--model=wals", "--model=spectral --weighting=value --dimensions=128",
    "--model=contrastive --weighting=value --temperature=0.15", "--model=wals --weighting=value --w0=0.1 --lambda=0.1",
    "--model=contrastive --weighting=value --temperature=0.2",
  ]

  /// The settings that learn from features of users and items, behind the first three others.
  private static let featureSettings = [
    "--model=two-tower --loss=sampled-softmax", "--model=two-tower --loss=sampled-softmax --temperature=0.1",
  ]

  /// Makes the plan.
  ///
  /// - Parameters:
  ///   - interactions: The interactions.
  ///   - given: Options that all settings share; one with dimensions leaves out settings that choose others.
  ///   - features: The options that name files of features, and what these hold; `nil` without.
  ///   - isAging: Whether values halve with age. Two towers, which take no values, are then left out.
  ///   - seconds: The budget.
  ///   - testedUsers: The number of users that a measurement ranks for.
  init(
    _ interactions: Interactions, given: [String],
    features: (words: [String], tables: FeatureOptions.Features)? = nil, isAging: Bool = false, seconds: Double,
    testedUsers: Int
  ) throws {
    let setsDimensions = given.contains { $0.hasPrefix("--\(ModelOptions.dimensions.name)=") }
    var settings = isAging ? AutoPlan.agingSettings : AutoPlan.settings
    if features != nil, !isAging { settings.insert(contentsOf: AutoPlan.featureSettings, at: 3) }
    let usable = settings.filter { !setsDimensions || !$0.contains("--dimensions=") }
    let all = try usable.map { setting in
      let words = setting.split(separator: " ").map { String($0) }
      let isOfFeatures = AutoPlan.featureSettings.contains(setting)
      return try AutoPlan.candidate(
        words + (isOfFeatures ? features?.words ?? [] : []) + given, isOfFeatures ? features?.tables : nil)
    }
    var tried: [AutoCandidate] = []
    var (sum, largest) = (0.0, 0.0)
    for candidate in all {
      let training = AutoPlan.training(candidate.method, interactions)
      let measured = min(30, candidate.method.epochLimit ?? 1)
      let dimensions = AutoPlan.dimensions(of: candidate.method)
      let measuring = Double(measured) * Double(testedUsers) * Double(interactions.itemIDs.count) * dimensions
      let (next, last) = (sum + training + measuring, max(largest, training))
      if !tried.isEmpty, next + last > seconds * AutoPlan.workPerSecond { break }
      tried.append(candidate)
      (sum, largest) = (next, last)
    }
    self.tried = tried
    settingCount = all.count
    work = sum + largest
  }

  private static func candidate(_ words: [String], _ features: FeatureOptions.Features?) throws -> AutoCandidate {
    let method = try ModelOptions.method(TrainVerb.arguments(words), features: features ?? FeatureOptions.Features())
    try method.check()
    return AutoCandidate(words: words, method: method)
  }

  private static func dimensions(of method: any TrainingMethod) -> Double {
    switch method {
    case let options as WALSOptions: Double(options.dimensions)
    case let options as SpectralOptions: Double(options.dimensions)
    case let options as ContrastiveOptions: Double(options.dimensions)
    case let method as TwoTower: Double(method.options.dimensions)
    default: 64
    }
  }

  /// The multiply-adds of a training.
  static func training(_ method: any TrainingMethod, _ interactions: Interactions) -> Double {
    let (pairs, d) = (Double(interactions.count), dimensions(of: method))
    let (users, items) = (Double(interactions.userIDs.count), Double(interactions.itemIDs.count))
    switch method {
    case let given as WALSOptions:
      let options = given.adapted(to: interactions)
      let isDirect = options.weighting == .constant && options.w0 * users * items < 15 * pairs
      let epoch =
        isDirect
        ? 2 * pairs * d * d + (users + items) * d * d * d / 3 : 40 * pairs * d + 3 * (users + items) * d * d
      // Each setting is stopped early, so its epochs do not follow the data.
      return Double(given.epochs) * epoch
    case let options as SpectralOptions: return Double(options.rounds) * (8 * pairs * d + 8 * min(users, items) * d * d)
    case let options as ContrastiveOptions:
      return Double(options.epochs) * (users * min(Double(options.negatives), items) / 4 + 20 * pairs) * d
    case let method as TwoTower:
      let options = method.options
      let weights = [method.userFeatures, method.itemFeatures].map {
        Double(Tower.weightCount(features: $0.featureCount, widths: options.hidden + [options.dimensions]) ?? 0)
      }
      let compared = min(Double(options.batch + options.negatives), items)
      return Double(options.epochs) * pairs
        * (weights[0] + compared * (weights[1] / Double(options.batch) + d)) / 4
    default: return pairs * d
    }
  }
}
