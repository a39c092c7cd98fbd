import AkinEvaluation
import AkinSupport

/// The metric that tuning optimises: `ndcg@10`, `recall@20`, `rmse`.
enum TuneMetric: Sendable, Equatable {
  case ranking(RankingMetric, k: Int)
  /// Smaller is better; only for models that predict values.
  case rmse

  /// The name on the command line.
  var name: String {
    switch self {
    case .ranking(let metric, let k): "\(metric.rawValue)@\(k)"
    case .rmse: "rmse"
    }
  }

  /// The value for comparison: larger is better.
  func score(_ value: Double) -> Double { self == .rmse ? -value : value }

  /// The estimate from ranked lists; `nil` without lists and for rmse.
  func value(_ tally: RankingTally) -> Estimate? {
    if case .ranking(let metric, let k) = self { tally.report.estimate(metric, k: k) } else { nil }
  }

  /// The length of the lists; `nil` for rmse.
  var k: Int? { if case .ranking(_, let k) = self { k } else { nil } }
}

extension Reading where Value == TuneMetric {
  /// A metric by its name, with the length of the list.
  static let tuneMetric = Reading(
    placeholder: "METRIC",
    expected: "rmse, or one of \(RankingMetric.allCases.map(\.rawValue).joined(separator: ", ")) with @k, like ndcg@10",
    completion: .words([TuneMetric.rmse.name] + RankingMetric.allCases.map { $0.rawValue + "@10" }),
    show: { $0.name },
    read: { text in
      if text == TuneMetric.rmse.name { return .rmse }
      let sides = text.split(separator: "@", omittingEmptySubsequences: false)
      guard sides.count == 2, let metric = RankingMetric(rawValue: String(sides[0])), let k = Int(sides[1]),
        (1...10_000).contains(k)
      else { return nil }
      return .ranking(metric, k: k)
    })
}
