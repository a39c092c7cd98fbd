import AkinSupport

/// One option and its values.
struct TuneAxis: Sendable, Equatable {
  /// The option's name, without dashes.
  let name: String
  /// The values as typed.
  let values: [String]
}

extension Reading where Value == [TuneAxis] {
  /// `lambda=0.01,0.05`; a part with an equals sign starts the next option, so commas may join repeated options.
  static let axes = Reading(
    placeholder: "NAME=LIST", expected: "an option and its values, like lambda=0.01,0.05", isList: true,
    show: { axes in axes.map { $0.name + "=" + $0.values.joined(separator: ",") }.joined(separator: ",") },
    read: { text in
      var axes: [(name: String, values: [String])] = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        if sides.count == 2 {
          let name = sides[0].hasPrefix("--") ? String(sides[0].dropFirst(2)) : sides[0]
          guard !name.isEmpty, !axes.contains(where: { $0.name == name }) else { return nil }
          axes.append((name, [sides[1]]))
        } else {
          guard !axes.isEmpty else { return nil }
          axes[axes.count - 1].values.append(sides[0])
        }
      }
      guard axes.allSatisfy({ !$0.values.contains("") }) else { return nil }
      return axes.map { TuneAxis(name: $0.name, values: $0.values) }
    })
}

extension Reading where Value == Double {
  /// A time in seconds: `90s`, `10m`, `2h`, or a number of seconds.
  static let duration = Reading(
    placeholder: "TIME", expected: "a time like 90s, 10m or 2h", show: { "\(Int($0))s" },
    read: { text in
      let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
      let unit = text.last.flatMap { units[$0] }
      guard let number = Double(unit == nil ? text : String(text.dropLast())), number > 0, number <= 1e7 else {
        return nil
      }
      return number * (unit ?? 1)
    })
}

/// All combinations of the values of the axes, with the other options of the command line.
struct TuneSpace {
  /// The axes, in the order of the command line.
  let axes: [TuneAxis]
  /// The combinations: one value an axis; the last axis changes fastest.
  let points: [[String]]
  /// The options of model and input of all combinations, as words.
  private let fixed: [String]

  init(_ arguments: Arguments) throws {
    axes = try TuneGrid.axes(arguments)
    let options = EvaluateVerb.modelOptions.flatMap(\.options) + HalfLifeOptions.all
    for axis in axes {
      guard let option = options.first(where: { $0.name == axis.name }) else {
        let near = nearest(to: axis.name, among: options.map(\.name))
        throw arguments.error(
          .badValue(
            option: TuneVerb.grid.spelling, expected: "an option of the model and its values", found: axis.name,
            nearest: near))
      }
      if arguments.has(option) { throw arguments.error(.conflict(option.spelling, TuneVerb.grid.spelling)) }
    }
    fixed = (options + InputOptions.ofInteractions + LimitOptions.all)
      .compactMap { $0.word(in: arguments) }
    var points: [[String]] = [[]]
    for axis in axes {
      guard points.count * axis.values.count <= TuneSpace.limit else {
        throw arguments.error(
          .badValue(
            option: TuneVerb.grid.spelling, expected: "at most \(TuneSpace.limit) combinations", found: "more",
            nearest: nil))
      }
      points = points.flatMap { point in axis.values.map { point + [$0] } }
    }
    self.points = points
  }

  private static let limit = 10_000

  /// The options of one combination, as typed.
  func words(_ point: [String]) -> [String] {
    fixed + zip(axes, point).map { "--\($0.name)=\($1)" }
  }

  /// The trainer of a combination, with at most `epochs` epochs.
  func trainer(_ point: [String], epochs: Int?, execution: Execution = Execution()) throws -> Trainer {
    let words = words(point)
    let trainer = try TuneSpace.trainer(words, execution)
    // Models without epochs have no option --epochs.
    guard let epochs, trainer.epochs != nil else { return trainer }
    let option = "--\(ModelOptions.epochs.name)="
    return try TuneSpace.trainer(words.filter { !$0.hasPrefix(option) } + [option + "\(epochs)"], execution)
  }

  private static func trainer(_ words: [String], _ execution: Execution) throws -> Trainer {
    try Trainer(TrainVerb.arguments(words), execution: execution)
  }

  /// The options of all combinations, as one text.
  var fixedText: String { fixed.joined(separator: " ") }
}
