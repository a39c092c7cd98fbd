import AkinSupport

extension TrainingMethod {
  /// Trains from async code, on threads of its own; see ``train(_:validation:execution:)``.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions.
  ///   - validation: Measures the model between epochs and stops early, or `nil`.
  ///   - threads: Threads to use; 0 means all processors.
  ///   - progress: Hears of progress, from any thread; or `nil`.
  /// - Throws: ``TrainingError``, or the error of the measure; `Cancelled` when the task is cancelled, unless the
  ///   validation keeps the best model.
  public func train(
    _ interactions: Interactions, validation: Validation? = nil, threads: Int = 0,
    progress: (@Sendable (ProgressEvent) -> Void)? = nil
  ) async throws -> TrainedModel {
    try await Execution.run(threads: threads, progress: progress) { execution in
      try train(interactions, validation: validation, execution: execution)
    }
  }
}
