import AkinSupport
import AkinVectors

/// Values that lose half of themselves with each half-life that has passed between an interaction and the newest one:
///
///     value · 2^(−(newest − time) / half-life)
///
/// Models whose weights follow the values then learn less from what is old. Since the factor of a time that has passed for all
/// interactions is the same for all, values can be brought to a later time without the times of the interactions: see ``Update``.
public struct TimeDecay: Sendable, Equatable {
  /// The half-life in days, above 0.
  public let days: Double
  /// The time at which a value counts in full, in seconds.
  public let newest: Double

  private static let secondsPerDay = 86_400.0
  /// The name among the facts of provenance.
  package static let fact = "halfLife"

  /// Creates a rule.
  ///
  /// - Parameters:
  ///   - days: The half-life in days.
  ///   - newest: The time at which a value counts in full, in seconds.
  /// - Throws: ``TimeDecayError/option(found:)``.
  public init(days: Double, newest: Double) throws(TimeDecayError) {
    guard days.isFinite, days > 0 else { throw .option(found: "\(days)") }
    self.days = days
    self.newest = newest
  }

  /// The factor of values at a time; 1 for later times than ``newest``.
  ///
  /// - Parameter time: The time, in seconds.
  public func factor(at time: Double) -> Double { exp2(min(0, (time - newest) / (days * TimeDecay.secondsPerDay))) }

  /// The rule as a fact of provenance.
  package var json: JSONValue { .object(["days": .number(days), "newest": .number(newest)]) }

  /// The rule among the facts of provenance, or `nil`.
  package init?(in provenance: JSONValue) {
    func number(_ name: String) -> Double? {
      switch provenance[TimeDecay.fact]?[name] {
      case .number(let value): value
      case .integer(let value): Double(value)
      default: nil
      }
    }
    guard let days = number("days"), let newest = number("newest"), newest.isFinite,
      let rule = try? TimeDecay(days: days, newest: newest)
    else { return nil }
    self = rule
  }
}

extension Interactions {
  /// The interactions with values that halve with age; without ``times``, which have been used.
  ///
  /// Numbers of Unix times from 1989 to 2100 are taken in the unit that they are in: seconds, or thousandths, millionths or
  /// billionths of them. Other numbers are seconds.
  ///
  /// - Parameters:
  ///   - days: The half-life in days.
  ///   - earliest: The newest time is at least this one, in seconds; `nil` takes that of the interactions.
  /// - Returns: The interactions, and the rule with the newest time.
  /// - Throws: ``TimeDecayError``.
  /// - Complexity: O(pairs).
  public func decayed(
    halfLife days: Double, newestAtLeast earliest: Double? = nil
  ) throws(TimeDecayError) -> (interactions: Interactions, decay: TimeDecay) {
    guard let times, let latest = times.max() else { throw .noTimes }
    let unit = UnixUnit.perSecond(of: times)
    let decay = try TimeDecay(days: days, newest: max(latest / unit, earliest ?? latest / unit))
    let table = byUser.scaled { decay.factor(at: times[$0] / unit) }
    var result = Interactions(
      userIDs: userIDs, itemIDs: itemIDs, byUser: table, byItem: table.transposed(rowCount: itemIDs.count),
      rowsRead: rowsRead)
    result.itemColumn = itemColumn
    return (result, decay)
  }
}

extension Interactions {
  /// A sentence on a newest time that is no Unix time, and no date after 1972; `nil` for others.
  ///
  /// Days, years and dates in digits like 20260121 are numbers, too, and no half-life in days counts them right.
  package var strangeTimes: String? {
    guard let times, let latest = times.max(), UnixUnit.perSecond(low: latest, high: latest) == nil,
      !(100_000_000..<600_000_000).contains(latest)
    else { return nil }
    let number = JSONValue.number(latest).text
    return "the newest time is \(number), which counts as seconds since 1970; write days, or dates in digits, as dates "
      + "like 2026-11-21"
  }
}

extension Interactions {
  /// A sentence on times of 0 or -1 among Unix times: such interactions weigh nothing; `nil` without them.
  package var weightlessTimes: String? {
    guard let times, let latest = times.max(), latest >= 600_000_000 else { return nil }
    let count = times.count { $0 == 0 || $0 == -1 }
    if count == 0 { return nil }
    return "\(count) of \(times.count) interactions have no time but 0 or -1, and weigh next to nothing"
  }
}

extension InteractionTable {
  /// The pairs with each value times the factor of its place.
  func scaled(by factor: (_ place: Int) -> Double) -> InteractionTable {
    InteractionTable(
      offsets: offsets, others: others, values: values.indices.map { Float(Double(values[$0]) * factor($0)) })
  }
}

/// The units of Unix times.
enum UnixUnit {
  /// How many units of these times a second has; 1 for numbers that are no Unix times.
  static func perSecond(of times: [Double]) -> Double {
    guard let low = times.min(), let high = times.max() else { return 1 }
    return perSecond(low: low, high: high) ?? 1
  }

  /// How many units a second has, if all numbers from `low` to `high` are Unix times of 1989 to 2100; `nil` else.
  static func perSecond(low: Double, high: Double) -> Double? {
    [1.0, 1e3, 1e6, 1e9].first { 600_000_000 * $0 <= low && high <= 4_102_444_800 * $0 }
  }
}

/// Errors of ``TimeDecay``.
public enum TimeDecayError: AkinError, Equatable {
  /// The half-life is not a number above 0.
  case option(found: String)
  /// The interactions have no times.
  case noTimes
  /// The file of the interactions has no column of times.
  case noColumn(path: String, present: [String])

  public var kind: TroubleKind { .usage }

  public var description: String {
    switch self {
    case .option(let found): "half-life: expected a number of days above 0, found \(found)"
    case .noTimes: "half-life: expected a time for each interaction, found none"
    case .noColumn(let path, let present):
      "\(path): half-life: expected a column of times (timestamp, time or date), found \(present.joined(separator: ", "))"
    }
  }

  public var help: String? {
    if case .option = self { nil } else { "name the column of times (--time-column), or leave --half-life out" }
  }
}
