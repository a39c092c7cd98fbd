import AkinVectors

/// The `OBJV` section: 128 bytes, 160 with the facts of the training that a fold-in needs, or 192 with the numbers of
/// a `spectral` training:
///
///     offset  size  field
///          0     2  model         1 WALS, 2 MF, 3 BPR, 4 logistic, 5 SVD, 6 two-tower, 7 popular, 8 random,
///                                9 spectral, 10 contrastive, 11 ELSA
///          2     2  weighting     1 value, 2 constant, 3 BM25, 4 rating, 5 label, 6 power
///          4     1  loss          0 squared, 1 absolute, 2 logistic, 3 ranking, 4 none, 5 softmax, 6 contrastive
///          5     1  biases        1 user, 2 item
///          6     1  decay         0 counted, 1 touched, 2 everywhere, 3 weighed
///          7     1  flags         1 observed pairs only, 2 range, 4 item means, 8 scale, 16 damped histories
///          8     8  w0            f64, as all that follow
///         16     8  alpha
///         24     8  lambdaUser
///         32     8  lambdaItem
///         40     8  lambdaBias
///         48     8  nu
///         56    16  range         low, high: low below high, zero without the flag
///         72     8  damping       of the item means, at least 0; of histories, above 0, only of a contrastive model; zero
///                                without one of the flags
///         80    16  scale         smallest, largest rating; zero without the flag
///         96     8  positiveFrom
///        104     8  negatives
///        112     8  power         of values; zero with another weighting
///        120     8  userExponent  zero with another model than WALS
///        128     8  seed          u64
///        136     8  pairs         u64: the interactions of the training
///        144     4  users         u32: users with interactions
///        148     1  optimiser     0 rows solved exactly, 1 SGD, one step per pair, 2 Adam, 3 gradient descent
///        149     3  zero
///        152     8  popularity    f64: negatives were drawn in proportion to popularity to this power
///        160    24  exponents     of degrees: of the user, of the item, of the item in its vector; only of a spectral model
///        184     8  zero
enum ObjectiveRecord {
  /// Bytes of a record without ``Objective/training``.
  static let byteCount = 128
  /// Bytes of a record with it.
  static let longByteCount = 160
  /// Bytes of a record with ``Objective/degrees``, too.
  static let spectralByteCount = 192
  /// The sizes that a record can have.
  static let sizes = [byteCount, longByteCount, spectralByteCount]

  private struct Flags: OptionSet {
    let rawValue: UInt8
    static let observedOnly = Flags(rawValue: 1)
    static let range = Flags(rawValue: 2)
    static let itemMeans = Flags(rawValue: 4)
    static let scale = Flags(rawValue: 8)
    static let histories = Flags(rawValue: 16)
    static let all: Flags = [.observedOnly, .range, .itemMeans, .scale, .histories]
  }

  /// The record as a file stores it.
  static func bytes(of objective: Objective) -> [UInt8] {
    var flags: Flags = []
    if objective.isObservedOnly { flags.insert(.observedOnly) }
    if objective.range != nil { flags.insert(.range) }
    if objective.meanDamping != nil { flags.insert(.itemMeans) }
    if objective.scale != nil { flags.insert(.scale) }
    if objective.historyDamping != nil { flags.insert(.histories) }
    var bytes: [UInt8] = []
    bytes.append(littleEndian: objective.model.rawValue)
    bytes.append(littleEndian: objective.weighting.rawValue)
    bytes += [objective.loss.rawValue, objective.biases.rawValue, objective.decay.rawValue, flags.rawValue]
    for number in numbers(of: objective) { bytes.append(littleEndian: number.bitPattern) }
    bytes += [UInt8](repeating: 0, count: byteCount - bytes.count)
    if let training = objective.training {
      append(training, to: &bytes)
      if objective.model == .spectral, let degrees = objective.degrees {
        for number in [degrees.user, degrees.item, degrees.score, 0] { bytes.append(littleEndian: number.bitPattern) }
      }
    }
    return bytes
  }

  private static func append(_ training: Objective.Training, to bytes: inout [UInt8]) {
    bytes.append(littleEndian: training.seed)
    bytes.append(littleEndian: training.pairs)
    bytes.append(littleEndian: training.users)
    bytes += [training.optimiser.rawValue, 0, 0, 0]
    bytes.append(littleEndian: training.popularity.bitPattern)
  }

  /// The training of a long record, or `nil` when it breaks a rule.
  private static func training(in view: SectionView) -> Objective.Training? {
    guard let seed = view.u64(at: 16), let pairs = view.u64(at: 17), let users = view.u32(at: 36),
      let codes = view.u32(at: 37), let popularity = view.u64(at: 19).map(Double.init(bitPattern:)),
      let optimiser = Objective.Training.Optimiser(rawValue: UInt8(truncatingIfNeeded: codes)), popularity.isFinite
    else { return nil }
    return Objective.Training(
      seed: seed, pairs: pairs, users: users, optimiser: optimiser, popularity: popularity)
  }

  /// The record's numbers, in the order of the file.
  static func numbers(of objective: Objective) -> [Double] {
    [
      objective.w0, objective.alpha, objective.lambdaUser, objective.lambdaItem, objective.lambdaBias, objective.nu,
      objective.range?.lowerBound ?? 0, objective.range?.upperBound ?? 0,
      objective.meanDamping ?? objective.historyDamping ?? 0,
      objective.scale?.lowerBound ?? 0, objective.scale?.upperBound ?? 0, objective.positiveFrom, objective.negatives,
      objective.power, objective.userExponent,
    ]
  }

  /// The record of a section, or `nil` when this version does not know one of its codes, or a number breaks its rule.
  static func objective(in view: SectionView) -> Objective? {
    guard let codes = view.u64(at: 0) else { return nil }
    let numbers = (1...15).compactMap { view.u64(at: $0) }.map(Double.init(bitPattern:))
    guard numbers.count == 15, numbers.allSatisfy(\.isFinite) else { return nil }
    func byte(_ place: Int) -> UInt8 { UInt8(truncatingIfNeeded: codes >> (8 * UInt64(place))) }
    let flags = Flags(rawValue: byte(7))
    let biases = Objective.Biases(rawValue: byte(5))
    guard let model = Objective.Model(rawValue: UInt16(truncatingIfNeeded: codes)),
      let weighting = Objective.Weighting(rawValue: UInt16(truncatingIfNeeded: codes >> 16)),
      let loss = Objective.Loss(rawValue: byte(4)), biases.isSubset(of: .all),
      let decay = Objective.Decay(rawValue: byte(6)), flags.isSubset(of: .all)
    else { return nil }
    var objective = Objective(
      model: model, weighting: weighting, w0: numbers[0], alpha: numbers[1], lambdaUser: numbers[2],
      lambdaItem: numbers[3], nu: numbers[5])
    objective.lambdaBias = numbers[4]
    objective.loss = loss
    objective.biases = biases
    objective.decay = decay
    objective.isObservedOnly = flags.contains(.observedOnly)
    if flags.contains(.range) {
      guard numbers[6] < numbers[7] else { return nil }
      objective.range = numbers[6]...numbers[7]
    }
    if flags.contains(.itemMeans) {
      guard numbers[8] >= 0 else { return nil }
      objective.meanDamping = numbers[8]
    }
    if flags.contains(.histories) {
      guard model == .contrastive, !flags.contains(.itemMeans), numbers[8] > 0 else { return nil }
      objective.historyDamping = numbers[8]
    }
    if flags.contains(.scale) {
      guard numbers[9] <= numbers[10] else { return nil }
      objective.scale = numbers[9]...numbers[10]
    }
    objective.positiveFrom = numbers[11]
    objective.negatives = numbers[12]
    objective.power = numbers[13]
    objective.userExponent = numbers[14]
    if view.byteCount >= longByteCount {
      guard let training = training(in: view) else { return nil }
      objective.training = training
    }
    let isSpectral = view.byteCount >= spectralByteCount
    if isSpectral {
      guard model == .spectral else { return nil }
      let exponents = (20...22).compactMap { view.u64(at: $0) }.map(Double.init(bitPattern:))
      guard exponents.count == 3, exponents.allSatisfy(\.isFinite) else { return nil }
      objective.degrees = Objective.DegreeExponents(user: exponents[0], item: exponents[1], score: exponents[2])
    }
    return objective
  }

  /// Adds what is wrong: unknown codes, numbers that break their rules, reserved bytes that are not zero.
  static func check(_ view: SectionView, _ list: inout DamageList) {
    let found = objective(in: view)
    if found == nil {
      list.add(
        view, 0..<view.byteCount,
        .rule("expected a known model, weighting, loss, biases, decay and flags, and finite numbers in order"))
    }
    let bytes = view.copy()
    guard let found else { return }
    // Fields without a meaning in this record are zero.
    var zeros: [Range<Int>] = []
    if found.range == nil { zeros.append(56..<72) }
    if found.meanDamping == nil, found.historyDamping == nil { zeros.append(72..<80) }
    if found.scale == nil { zeros.append(80..<96) }
    if found.weighting != .power { zeros.append(112..<120) }
    if found.model != .wals { zeros.append(120..<128) }
    if found.training != nil { zeros.append(149..<152) }
    if found.degrees != nil { zeros.append(184..<192) }
    for range in zeros {
      if range.upperBound <= bytes.count, bytes[range].contains(where: { $0 != 0 }) { list.add(view, range, .padding) }
    }
  }
}
