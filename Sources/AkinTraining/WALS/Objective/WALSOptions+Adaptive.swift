import AkinSupport
import AkinVectors

extension WALSOptions {
  /// Options that a training may take from the data, where all values are equal and so say nothing.
  public struct Adaptive: OptionSet, Sendable, Hashable {
    public let rawValue: Int

    /// Creates a set of options.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// ``WALSOptions/weighting`` becomes `.constant`.
    public static let weighting = Adaptive(rawValue: 1)
    /// ``WALSOptions/w0`` becomes alpha · min(1, max(0.01, 30 · pairs / (users · items))).
    public static let w0 = Adaptive(rawValue: 2)
    /// ``WALSOptions/lambda`` becomes 0.1 · alpha · 81^(1 − nu), so that a row of 81 pairs has 8.1 · alpha whatever nu is.
    public static let lambda = Adaptive(rawValue: 4)
    /// ``WALSOptions/nu`` becomes 0.75.
    public static let nu = Adaptive(rawValue: 8)
    /// ``WALSOptions/userExponent`` becomes 0.25.
    public static let userExponent = Adaptive(rawValue: 16)
    /// ``WALSOptions/epochs`` become min(15, max(6, 100 · larger number of users and items / pairs)), rounded, unless a
    /// validation counts them. Where rows are short, vectors take more passes to learn from rows that they share no pair with;
    /// where they are long, later passes learn what holds for the training alone.
    public static let epochs = Adaptive(rawValue: 32)
    /// All of them.
    public static let all: Adaptive = [.weighting, .w0, .lambda, .nu, .userExponent, .epochs]
  }

  /// The options that a training on some interactions uses.
  ///
  /// The options of ``adaptive`` follow the data if all values are equal, the weighting is constant then or may become so, and there
  /// are no features. Users and items count if they have interactions.
  ///
  /// - Parameter interactions: What the training learns from.
  /// - Returns: The options in effect; ``adaptive`` holds those that the data chose.
  /// - Complexity: O(pairs).
  public func adapted(to interactions: Interactions) -> WALSOptions {
    var options = self
    options.adaptive = []
    guard !adaptive.isEmpty, sideFeatures == nil, weighting == .constant || adaptive.contains(.weighting),
      let range = interactions.valueRange, range.lowerBound == range.upperBound, range.lowerBound > 0
    else { return options }
    options.weighting = .constant
    let (users, items) = (Double(interactions.byUser.activeRows), Double(interactions.byItem.activeRows))
    let pairs = Double(interactions.count)
    if adaptive.contains(.w0) { options.w0 = alpha * min(1, max(0.01, 30 * pairs / (users * items))) }
    if adaptive.contains(.nu) { options.nu = 0.75 }
    if adaptive.contains(.lambda) { options.lambda = alpha * pow(81, 1 - options.nu) / 10 }
    if adaptive.contains(.userExponent) { options.userExponent = 0.25 }
    if adaptive.contains(.epochs) {
      options.epochs = Int(min(15, max(6, (100 * max(users, items) / pairs).rounded())))
    }
    options.adaptive = adaptive
    return options
  }

  /// What the data chose, in one sentence; `nil` if nothing.
  var adaptedNote: String? {
    if adaptive.isEmpty { return nil }
    return "all values are equal, so these follow the data: "
      + [
        adaptive.contains(.weighting) ? "weighting \(weighting)" : nil,
        adaptive.contains(.w0) ? "w0 \(JSONValue.number(w0).text)" : nil,
        adaptive.contains(.lambda) ? "lambda \(JSONValue.number(lambda).text)" : nil,
        adaptive.contains(.nu) ? "nu \(JSONValue.number(nu).text)" : nil,
        adaptive.contains(.userExponent) ? "user-weight-exponent \(JSONValue.number(userExponent).text)" : nil,
        adaptive.contains(.epochs) ? "epochs \(epochs)" : nil,
      ].compactMap { $0 }.joined(separator: ", ")
  }
}
