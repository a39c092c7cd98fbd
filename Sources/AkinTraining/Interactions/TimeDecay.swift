import AkinSupport
import AkinVectors

/// Values that lose half of themselves with each half-life of their age:
///
///     value · 2^(−age / half-life)
///
/// The age of an interaction counts the days to the newest one of all, or the newer interactions of its user. Models whose weights
/// follow the values then learn less from what is old. Since what makes all interactions older, or all of one user, is the same factor
/// for each of them, values can be brought to a later time without the times of the interactions: see ``Update``. A value that is not 0
/// stays so: it becomes no smaller than the smallest normal number, 1.2 · 10⁻³⁸.
public struct TimeDecay: Sendable, Equatable {
  /// What the age of an interaction counts.
  public enum Age: String, Sendable, CaseIterable {
    /// The days to the newest interaction of all.
    case days
    /// The interactions of the same user with a later time.
    case interactions
  }

  /// What halves with age.
  public enum Part: Sendable {
    /// The values.
    case values
    /// The weights beside the values, which stay: those of ratings.
    case weights
  }

  /// The half-life in what ages count, above 0.
  public let halfLife: Double
  /// What ages count.
  public let age: Age
  /// The time at which a value counts in full, in seconds; 0 for ages in interactions.
  public let newest: Double

  private static let secondsPerDay = 86_400.0
  /// The name among the facts of provenance.
  package static let fact = "halfLife"

  /// Creates a rule by days.
  ///
  /// - Parameters:
  ///   - days: The half-life in days.
  ///   - newest: The time at which a value counts in full, in seconds.
  /// - Throws: ``TimeDecayError/option(found:)``.
  public init(days: Double, newest: Double) throws(TimeDecayError) {
    try self.init(days, .days, newest)
  }

  /// Creates a rule by interactions.
  ///
  /// - Parameter interactions: The half-life in newer interactions of the same user.
  /// - Throws: ``TimeDecayError/option(found:)``.
  public init(interactions: Double) throws(TimeDecayError) {
    try self.init(interactions, .interactions, 0)
  }

  private init(_ halfLife: Double, _ age: Age, _ newest: Double) throws(TimeDecayError) {
    guard halfLife.isFinite, halfLife > 0 else { throw .option(found: "\(halfLife)") }
    (self.halfLife, self.age, self.newest) = (halfLife, age, newest)
  }

  /// The factor of values of an age.
  ///
  /// - Parameter age: Days or interactions; below 0 counts as 0.
  public func factor(ofAge age: Double) -> Double { exp2(-max(0, age) / halfLife) }

  /// The factor of values at a time, of a rule by days; 1 for later times than ``newest``.
  ///
  /// - Parameter time: The time, in seconds.
  public func factor(at time: Double) -> Double { factor(ofAge: (newest - time) / TimeDecay.secondsPerDay) }

  /// The rule as a fact of provenance.
  package var json: JSONValue {
    switch age {
    case .days: .object(["days": .number(halfLife), "newest": .number(newest)])
    case .interactions: .object(["interactions": .number(halfLife)])
    }
  }

  /// The rule among the facts of provenance, or `nil`.
  package init?(in provenance: JSONValue) {
    func number(_ name: String) -> Double? {
      switch provenance[TimeDecay.fact]?[name] {
      case .number(let value): value
      case .integer(let value): Double(value)
      default: nil
      }
    }
    if let interactions = number("interactions"), let rule = try? TimeDecay(interactions: interactions) {
      self = rule
    } else if let days = number("days"), let newest = number("newest"), newest.isFinite,
      let rule = try? TimeDecay(days: days, newest: newest)
    {
      self = rule
    } else {
      return nil
    }
  }
}

extension Interactions {
  /// The interactions with values, or weights, that halve with age; without ``times``, which have been used.
  ///
  /// Numbers of Unix times from 1989 to 2100 are taken in the unit that they are in: seconds, or thousandths, millionths or
  /// billionths of them. Other numbers are seconds.
  ///
  /// - Parameters:
  ///   - halfLife: The half-life in what ages count.
  ///   - age: What ages count.
  ///   - part: What halves.
  ///   - earliest: The newest time is at least this one, in seconds; `nil` takes that of the interactions. For ages in days.
  /// - Returns: The interactions, and the rule with the newest time.
  /// - Throws: ``TimeDecayError``.
  /// - Complexity: O(pairs), by interactions O(pairs · log of a user's pairs).
  public func decayed(
    halfLife: Double, age: TimeDecay.Age = .days, of part: TimeDecay.Part = .values,
    newestAtLeast earliest: Double? = nil
  ) throws(TimeDecayError) -> (interactions: Interactions, decay: TimeDecay) {
    guard let times, let latest = times.max() else { throw .noTimes }
    let (table, decay): (InteractionTable, TimeDecay)
    switch age {
    case .days:
      let unit = UnixUnit.perSecond(of: times)
      decay = try TimeDecay(days: halfLife, newest: max(latest / unit, earliest ?? latest / unit))
      table = byUser.scaled(part) { decay.factor(at: times[$0] / unit) }
    case .interactions:
      decay = try TimeDecay(interactions: halfLife)
      table = byUser.scaled(part, by: decay, newer: times)
    }
    var result = Interactions(
      userIDs: userIDs, itemIDs: itemIDs, byUser: table, byItem: table.transposed(rowCount: itemIDs.count),
      rowsRead: rowsRead)
    (result.itemColumn, result.hasValues) = (itemColumn, hasValues)
    return (result, decay)
  }
}

extension Interactions {
  /// A sentence on a newest time that is no Unix time, and no date after 1972; `nil` for others.
  ///
  /// Days, years and dates in digits like 20260121 are numbers, too, and no half-life in days counts them right.
  package var strangeTimes: String? {
    // Ticks of .NET, ten millionths of seconds since the year 1, are in the range of billionths since 1970.
    if let latest = times?.max(), (630_000_000_000_000_000..<655_000_000_000_000_000).contains(latest) {
      return
        "the newest time is \(JSONValue.number(latest).text), which looks like ticks of .NET since the year 1, and counts as "
        + "billionths of a second since 1970; write dates like 2026-11-21"
    }
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
  /// The pairs with each value, or weight, times the factor of its place; a value that is not 0 stays so.
  func scaled(_ part: TimeDecay.Part = .values, by factor: (_ place: Int) -> Double) -> InteractionTable {
    let old = part == .values ? values : weights ?? [Float](repeating: 1, count: values.count)
    let aged = old.indices.map { old[$0].aged(by: factor($0)) }
    return InteractionTable(
      offsets: offsets, others: others, values: part == .values ? aged : values,
      weights: part == .values ? weights : aged)
  }

  /// The pairs with values, or weights, that are older by the interactions of their row with a later time.
  ///
  /// - Parameters:
  ///   - part: What ages.
  ///   - decay: A rule by interactions.
  ///   - times: The time of each place.
  func scaled(
    _ part: TimeDecay.Part = .values, by decay: TimeDecay, newer times: [Double]
  ) -> InteractionTable {
    var ages = [Int](repeating: 0, count: others.count)
    for row in 0..<rowCount {
      let places = (offsets[row]..<offsets[row + 1]).sorted { times[$0] > times[$1] }
      for (newer, place) in places.enumerated() {
        // Interactions of one time have one age.
        ages[place] = newer > 0 && times[places[newer - 1]] == times[place] ? ages[places[newer - 1]] : newer
      }
    }
    return scaled(part) { decay.factor(ofAge: Double(ages[$0])) }
  }
}

extension Float {
  /// The value times a factor of age; what is not 0 stays so.
  func aged(by factor: Double) -> Float {
    let aged = Float(Double(self) * factor)
    if self == 0 || aged.magnitude >= .leastNormalMagnitude { return aged }
    return self < 0 ? -.leastNormalMagnitude : .leastNormalMagnitude
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
