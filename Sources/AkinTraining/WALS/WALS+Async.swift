import AkinSupport

extension WALS {
  /// Trains user and item vectors from async code, on threads of its own; see ``train(_:options:validation:execution:)``.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions.
  ///   - options: Objective, dimension, epochs and seed.
  ///   - validation: Measures the model between epochs and stops early, or `nil`.
  ///   - threads: Threads to use; 0 means all processors.
  ///   - progress: Hears of progress, from any thread; or `nil`.
  /// - Returns: One vector per user and per item, and the losses.
  /// - Throws: ``TrainingError``, or the error of the measure; `Cancelled` when the task is cancelled, unless the
  ///   validation keeps the best model.
  public static func train(
    _ interactions: Interactions, options: WALSOptions = WALSOptions(), validation: Validation? = nil, threads: Int = 0,
    progress: (@Sendable (ProgressEvent) -> Void)? = nil
  ) async throws -> WALSModel {
    try await Execution.run(threads: threads, progress: progress) { execution in
      try train(interactions, options: options, validation: validation, execution: execution)
    }
  }
}
