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
      return try Interactions.read(path: path, format: format, execution: execution)
    } catch let error as InteractionError {
      guard case .noTimes(let present) = error.problem else { throw error }
      throw TimeDecayError.noColumn(path: path, present: present)
    }
  }
}
