import Synchronization

extension Execution {
  /// Runs long work from an `async` function, on a thread of its own, so that it blocks no thread that Swift's tasks
  /// share.
  ///
  ///     let index = try await Execution.run { execution in
  ///       try HNSWIndex.build(from: embeddings, execution: execution)
  ///     }
  ///
  /// Cancelling the `Task` that waits switches the execution's ``cancellation``: the work stops at its next check, and
  /// the call throws ``Cancelled``, the error that the same work throws without a task (never `CancellationError`). Work
  /// that answers a cancellation with a result, such as a training that keeps the best epoch, returns that result. When
  /// the task is cancelled before the call, `body` does not run.
  ///
  /// The thread has ended when the call returns. When the system has no thread to give, `body` runs on the caller's.
  ///
  /// - Parameters:
  ///   - threads: How many threads the work may use, its own included; 0 means all that this process may use.
  ///   - progress: Hears of progress, or `nil`. Called from any thread, seldom (not per item).
  ///   - body: The work. It passes the execution that it is given to what it calls.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws, or ``Cancelled``.
  public static func run<Result: Sendable>(
    threads: Int = 0, progress: (@Sendable (ProgressEvent) -> Void)? = nil,
    _ body: @escaping @Sendable (Execution) throws -> Result
  ) async throws -> Result {
    let cancellation = Cancellation()
    let execution = Execution(threads: threads, progress: progress, cancellation: cancellation)
    if Task.isCancelled { throw Cancelled() }
    let thread = Mutex<WorkerThread?>(nil)
    // The closure below has returned, and so stored the thread, before this call goes on. The thread has resumed the
    // call by then, so that joining it takes no time to speak of.
    defer { thread.withLock { $0 }?.join() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let work: @Sendable () -> Void = {
          continuation.resume(
            with: Swift.Result {
              try execution.checkCancellation()
              return try body(execution)
            })
        }
        let started = WorkerThread(stackBytes: 8 << 20, work)
        thread.withLock { $0 = started }
        if started == nil { work() }
      }
    } onCancel: {
      cancellation.cancel()
    }
  }
}
