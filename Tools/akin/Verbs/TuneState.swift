import AkinSupport

/// The completed trials in a file, from which an interrupted search continues.
struct TuneState {
  /// The file, or `nil` for none.
  let path: String?
  /// The common setting of all trials: data, split, metric, options. Trials of another setting are not comparable.
  let setting: [String: String]
  private(set) var trials: [TuneTrial] = []

  private static let limits = JSONLimits(byteCount: 64 << 20, depth: 16, keys: 1 << 20)

  /// Reads the file; a missing file holds no trials.
  init(path: String?, setting: [String: String]) throws {
    self.path = path
    self.setting = setting
    guard let path else { return }
    guard let bytes = try TuneState.bytes(path) else {
      // Checks now that the file can be written.
      try AtomicFile.checkTarget(path, overwrite: true)
      return
    }
    let object: JSONValue
    do throws(JSONError) {
      object = try JSONValue(parsing: bytes, limits: TuneState.limits)
    } catch {
      throw TuneError.damagedState(path: path, trouble: error.description)
    }
    guard object["schema"] == .integer(1), case .object(let found)? = object["setting"],
      case .array(let entries)? = object["trials"]
    else { throw TuneError.damagedState(path: path, trouble: "expected schema 1, a setting and trials") }
    for (key, value) in setting.sorted(by: { $0.key < $1.key }) {
      guard case .string(let before)? = found[key], before == value else {
        var before = ""
        if case .string(let text)? = found[key] { before = text }
        throw TuneError.otherSetting(path: path, key: key, expected: value, found: before)
      }
    }
    trials = try entries.enumerated().map { number, entry in
      guard let trial = TuneTrial(entry) else {
        throw TuneError.damagedState(path: path, trouble: "trial \(number + 1) has missing or invalid fields")
      }
      return trial
    }
  }

  /// A completed trial, or `nil`.
  func trial(_ point: [String], limit: Int) -> TuneTrial? {
    trials.first { $0.point == point && $0.limit == limit }
  }

  /// Adds a trial and writes the file.
  mutating func add(_ trial: TuneTrial) throws {
    trials.append(trial)
    guard let path else { return }
    let object = JSONValue.object([
      "schema": .integer(1), "setting": .object(setting.mapValues { .string($0) }),
      "trials": .array(trials.map(\.json)),
    ])
    var file = try AtomicOutput(path: path, overwrite: true)
    try file.write(object.text + "\n")
    try file.commit()
  }

  /// The bytes of a file, or `nil` when it does not exist.
  private static func bytes(_ path: String) throws -> [UInt8]? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw TuneError.unreadableState(path: path, code: errno)
    }
    defer { close(file) }
    var all: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while all.count <= limits.byteCount {
      // Safe: `read` writes at most `count` bytes, the size of `piece`.
      let got = unsafe piece.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw TuneError.unreadableState(path: path, code: errno) }
      if got == 0 { break }
      all += piece.prefix(got)
    }
    return all
  }
}

extension TuneTrial {
  /// The trial as JSON in the state file.
  var json: JSONValue {
    .object([
      "values": .array(point.map { .string($0) }), "limit": .integer(Int64(limit)), "epochs": .integer(Int64(epochs)),
      "value": .number(value), "standardError": .number(standardError), "seconds": .number(seconds),
    ])
  }

  /// Parses a trial of the state file; `nil` for invalid JSON.
  init?(_ json: JSONValue) {
    guard case .array(let values)? = json["values"], case .integer(let limit)? = json["limit"],
      case .integer(let epochs)? = json["epochs"], let value = json["value"]?.double,
      let standardError = json["standardError"]?.double, let seconds = json["seconds"]?.double
    else { return nil }
    var point: [String] = []
    for value in values {
      guard case .string(let text) = value else { return nil }
      point.append(text)
    }
    self.init(
      point: point, limit: Int(limit), epochs: Int(epochs), value: value, standardError: standardError,
      seconds: seconds)
  }
}

extension JSONValue {
  fileprivate var double: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
}

/// A search without a result.
enum TuneError: AkinError, Equatable {
  /// The state file cannot be read.
  case unreadableState(path: String, code: Int32)
  /// The file is no state file of `akin tune`.
  case damagedState(path: String, trouble: String)
  /// The state file belongs to another search.
  case otherSetting(path: String, key: String, expected: String, found: String)
  /// The time ran out before the end of the first trial.
  case nothingDone(seconds: Double)
  /// The model has no options that a search could try.
  case nothingToTune(model: String)

  var kind: TroubleKind {
    switch self {
    case .unreadableState: .io
    case .damagedState, .otherSetting: .badInput
    case .nothingDone, .nothingToTune: .usage
    }
  }

  var description: String {
    switch self {
    case .unreadableState(let path, let code): "\(path): cannot read the file: \(systemSentence(code))"
    case .damagedState(let path, let trouble):
      "\(path): expected a state file of akin tune: \(trouble)"
    case .otherSetting(let path, let key, let expected, let found):
      "\(path): expected a search with the \(key) '\(expected)', found '\(found)'"
    case .nothingDone(let seconds): "no trial finished within \(Numbers.duration(seconds))"
    case .nothingToTune(let model): "the model '\(model)' has no options to tune"
    }
  }

  var help: String? {
    switch self {
    case .unreadableState: "check the path and its permissions"
    case .damagedState: "use another file, or remove this one"
    case .otherSetting: "use another file for another search"
    case .nothingDone: "raise --budget, or use fewer folds or epochs"
    case .nothingToTune: "choose another model, or name options and values: --grid dimensions=32,64"
    }
  }
}
