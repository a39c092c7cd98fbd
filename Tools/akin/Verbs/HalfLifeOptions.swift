import AkinSupport
import AkinTraining
import AkinVectors

/// The option that lets old interactions count less.
enum HalfLifeOptions {
  static let halfLife = Option(
    "half-life",
    Reading<Double?>(
      placeholder: "X|none", expected: "a number from 0 to 1e9, or none",
      show: { $0.map { JSONValue.number($0).text } ?? "none" },
      read: { text in
        if text == "none" { return .some(nil) }
        guard let number = Double(text), (0...1e9).contains(number) else { return nil }
        return number
      }), default: nil,
    "Age at which a value has lost half of itself: value × 2^(-age/X), for models whose weights follow the values; mf: at "
      + "which a rating weighs half",
    described: "values stay")
  static let age = Option(
    "age", .choice("UNIT", TimeDecay.Age.allCases.map { ($0.rawValue, $0) }), default: .days,
    "What the age of an interaction counts for --half-life: days to the newest interaction of all, or newer interactions of "
      + "the same user")
  static let all: [any AnyOption] = [halfLife, age]

  /// Checks that the weights of the chosen model follow the values.
  ///
  /// - Throws: `UsageError`, and `TimeDecayError` for a half-life of 0.
  static func check(_ arguments: Arguments, _ method: any TrainingMethod) throws {
    guard let halfLife = arguments[halfLife] else {
      if arguments.has(age), !arguments.has(self.halfLife) {
        throw arguments.error(.lonely(age.spelling, needs: self.halfLife.spelling))
      }
      return
    }
    _ = try TimeDecay(interactions: halfLife)
    let follows =
      switch method {
      case let options as WALSOptions: options.weighting != .constant
      case let options as SpectralOptions: options.weighting != .constant
      case let options as ContrastiveOptions: options.weighting == .value
      case let options as BPROptions: options.weighting == .value
      case let options as ELSAOptions: options.weighting == .value
      default: method is SVDOptions || method is MFOptions
      }
    // A value from there on would be below it when it has aged.
    if arguments.has(ModelOptions.positiveFrom) {
      throw arguments.error(.conflict(self.halfLife.spelling, ModelOptions.positiveFrom.spelling))
    }
    if follows { return }
    throw arguments.error(
      .lonely(
        self.halfLife.spelling,
        needs: "a model whose weights follow the values: wals, spectral, contrastive, elsa or bpr with --weighting "
          + "value, svd or mf"))
  }

  /// What halves with age for a method: the weights of ratings, for others the values.
  static func part(of method: any TrainingMethod) -> TimeDecay.Part { method is MFOptions ? .weights : .values }

  /// What ages count in interactions that several trainers take: days if any of them does, whose order tells the newer ones, too.
  static func unit(of trainers: [Trainer]) -> TimeDecay.Age? {
    let units = trainers.compactMap { $0.aging?.age }
    return units.contains(.days) ? .days : units.first
  }

  /// What ages count, where values halve with it.
  static func unit(_ arguments: Arguments) -> TimeDecay.Age? { arguments[halfLife].map { _ in arguments[age] } }

  /// Warns where most values are next to nothing: the half-life is a mistake, or a time lies in the future.
  ///
  /// - Parameters:
  ///   - values: The values as they were read.
  ///   - aged: The same values after their decay.
  static func warn(_ values: [Float], aged: [Float], execution: Execution) {
    let faded = zip(values, aged).count { $1 * 1_000 < $0 }
    guard faded * 2 > values.count else { return }
    execution.notice?(
      Notice(
        "half-life: \(Numbers.counted(faded, "interactions")) of \(Numbers.grouped(values.count)) count less than a thousandth, ten "
          + "half-lives before the newest time; check that time, or take a longer --half-life", isWarning: true))
  }

  /// Reads interactions, with their times if values halve with age.
  ///
  /// - Throws: `TimeDecayError` for a file without times, and the errors of reading.
  static func read(
    _ path: String, _ format: InteractionFormat, halvesBy age: TimeDecay.Age?, execution: Execution
  ) throws -> Interactions {
    guard let age else { return try Interactions.read(path: path, format: format, execution: execution) }
    if age == .days, format.layout == .lists { throw TimeDecayError.noDays(path: path) }
    var format = format
    format.readsTimes = true
    format.takesPlacesForTimes = age == .interactions
    do {
      let interactions = try Interactions.read(path: path, format: format, execution: execution)
      // The order of interactions is right in any unit.
      if age == .interactions { return interactions }
      if let note = interactions.strangeTimes {
        execution.notice?(Notice("\(path): half-life: \(note)", isWarning: true))
      }
      if let note = interactions.weightlessTimes {
        execution.notice?(Notice("\(path): half-life: \(note)", isWarning: true))
      }
      return interactions
    } catch let error as InteractionError {
      guard case .noTimes(let present) = error.problem else { throw error }
      throw TimeDecayError.noColumn(path: path, present: present)
    }
  }
}
