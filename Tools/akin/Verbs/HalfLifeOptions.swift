import AkinSupport
import AkinTraining
import AkinVectors

/// The option that lets old interactions count less.
enum HalfLifeOptions {
  static let halfLife = Option<Double?>.optional(
    "half-life", .number(in: 0...1e9),
    "Days in which a value loses half of itself, counted back from the newest interaction: value × 2^(-age/X), for models "
      + "whose weights follow the values", default: "values stay")

  /// Checks that the weights of the chosen model follow the values.
  ///
  /// - Throws: `UsageError`, and `TimeDecayError` for a half-life of 0.
  static func check(_ arguments: Arguments, _ method: any TrainingMethod) throws {
    guard let days = arguments[halfLife] else { return }
    _ = try TimeDecay(days: days, newest: 0)
    let follows =
      switch method {
      case let options as WALSOptions: options.weighting != .constant
      case let options as SpectralOptions: options.weighting != .constant
      default: method is SVDOptions
      }
    if follows { return }
    throw arguments.error(
      .lonely(
        halfLife.spelling,
        needs: "a model whose weights follow the values: wals or spectral with --weighting value, or svd"))
  }

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
    _ path: String, _ format: InteractionFormat, halves: Bool, execution: Execution
  ) throws -> Interactions {
    guard halves else { return try Interactions.read(path: path, format: format, execution: execution) }
    var format = format
    format.readsTimes = true
    do {
      let interactions = try Interactions.read(path: path, format: format, execution: execution)
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
