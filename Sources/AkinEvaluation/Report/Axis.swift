import AkinSupport

/// A linear or logarithmic axis with ticks at round values.
struct Axis {
  /// The values at both ends.
  let low: Double
  let high: Double
  /// The coordinates of both ends.
  let start: Double
  let end: Double
  /// Whether the axis is logarithmic.
  let isLogarithmic: Bool

  /// Creates an axis that spans all values, widened if they are equal. A logarithmic axis uses values above 0 only.
  init(
    _ values: [Double], from start: Double, to end: Double, startingAtZero: Bool = false, isLogarithmic: Bool = false
  ) {
    let usable = values.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
    var low = usable.min() ?? (isLogarithmic ? 1 : 0)
    var high = usable.max() ?? 1
    if startingAtZero { low = min(low, 0) }
    if high <= low { high = isLogarithmic ? low * 10 : low + max(low.magnitude, 1e-3) }
    if !isLogarithmic {
      let step = Axis.step(over: high - low)
      high = (high / step).rounded(.up) * step
      low = (low / step).rounded(.down) * step
    }
    self.low = low
    self.high = high
    self.start = start
    self.end = end
    self.isLogarithmic = isLogarithmic
  }

  /// The coordinate of a value.
  func place(_ value: Double) -> Double {
    let share =
      isLogarithmic
      ? (log(max(value, low)) - log(low)) / (log(high) - log(low))
      : (value - low) / (high - low)
    return start + share * (end - start)
  }

  /// The values of the ticks.
  var ticks: [Double] {
    if isLogarithmic { return logarithmicTicks }
    let step = Axis.step(over: high - low)
    return (0...20).map { low + Double($0) * step }.filter { $0 <= high + step / 1000 }
  }

  /// Round values: 1, 2 and 5 times powers of ten; the powers alone where these are many.
  private var logarithmicTicks: [Double] {
    let powers = Int(floor(log10(low)))...Int(floor(log10(high)))
    for factors in [[1.0, 2, 5], [1.0]] {
      let all = powers.flatMap { power in factors.map { $0 * pow(10, Double(power)) } }
      let inside = all.filter { $0 >= low * 0.999 && $0 <= high * 1.001 }
      if inside.count <= 8 || factors.count == 1 { return inside }
    }
    return []
  }

  /// The label of a tick, with the decimals of the tick step.
  func name(_ tick: Double) -> String {
    if isLogarithmic { return Axis.short(tick) }
    let step = Axis.step(over: high - low)
    var decimals = 0
    var scaled = step
    while decimals < 9, (scaled - scaled.rounded()).magnitude > 1e-6 {
      scaled *= 10
      decimals += 1
    }
    return high >= 1e5 ? Axis.short(tick) : decimal(tick, decimals)
  }

  /// A short label: `120k`, `1.5M`.
  private static func short(_ value: Double) -> String {
    if value.magnitude >= 1e9 { return decimal(value / 1e9, 1, trimmed: true) + "G" }
    if value.magnitude >= 1e6 { return decimal(value / 1e6, 1, trimmed: true) + "M" }
    if value.magnitude >= 1e3 { return decimal(value / 1e3, 1, trimmed: true) + "k" }
    return decimal(value, 1, trimmed: true)
  }

  /// A step of 1, 2 or 5 times a power of ten: about five steps per extent.
  private static func step(over extent: Double) -> Double {
    let rough = extent / 5
    let power = pow(10, floor(log10(rough)))
    for factor in [1.0, 2, 5] where factor * power >= rough * 0.999 { return factor * power }
    return 10 * power
  }
}
