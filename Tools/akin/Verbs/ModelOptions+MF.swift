import AkinSupport
import AkinTraining

// The options of mf alone.

extension ModelOptions {
  static let mf = MFOptions()

  static let preset = Option<Preset?>.optional(
    "preset", .choice("NAME", [("course-lab", Preset.courseLab), ("course-embeddings", .courseEmbeddings)]),
    "Preset of mf options, which single options override: course-lab is the collaborative filtering of courses, "
      + "course-embeddings the embeddings with biases of deep-learning courses, for ratings of 0 to 5")

  /// Named sets of options.
  enum Preset: Sendable { case courseLab, courseEmbeddings }

  static let optimiser = Option(
    "optimiser", .choice("NAME", MFOptions.Optimiser.allCases.map { ($0.rawValue, $0) }), default: mf.optimiser,
    "Optimiser: als solves rows exactly, sgd takes a step for each rating, gd and adam step over all ratings, adamw over "
      + "batches, with weight decay and one cycle of step sizes")
  static let cycle = Option<Int?>.optional(
    "cycle", .integer(in: 1...100_000),
    "adamw: epochs that the cycle of step sizes spans, from small to large and down again; at least --epochs",
    default: "--epochs")
  static let runs = Option<Int?>.optional(
    "runs", .integer(in: 1...64),
    "adamw: trainings whose scores are averaged, each of --dimensions divided by X", default: "1")
  static let weightDecay = Option<Double?>.optional(
    "weight-decay", .number(in: 0...100),
    "adamw: share of every number that a step takes away, times the step size", default: "0.2")
  static let biases = Option(
    "biases", .choice("WHOSE", MFOptions.Biases.allCases.map { ($0.rawValue, $0) }), default: mf.biases,
    "Biases to learn")
  static let meanDamping = Option<Double?>.optional(
    "mean-damping", .number(in: 0...1e30),
    "Subtract item means first, damped by this many mean ratings; 0 does not damp")
  static let start = Option(
    "start", .choice("HOW", MFOptions.Start.allCases.map { ($0.rawValue, $0) }), default: mf.start,
    "Initial values: small, with biases from means; standard normal; or tiny, with biases of 0 and, with adamw and --range, "
      + "without a mean")
}
