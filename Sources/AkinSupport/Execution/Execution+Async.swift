import Synchronization

extension Execution {
  /// Runs long work from an `async` function, on a thread of its own: it blocks no thread of Swift's shared pool.
  ///
  ///     let index = try await Execution.run { execution in
  ///       try HNSWIndex(embeddings, execution: execution)
  ///     }
  ///
  /// Cancelling the waiting `Task` switches the execution's ``cancellation``: the work stops at its next check, and the
  /// call throws ``Cancelled``, as the same work does without a task (never `CancellationError`). Work that answers a
  /// cancellation with a result, such as a training that keeps the best epoch, returns that result. When the task is
  /// cancelled before the call, `body` does not run.
  ///
  /// The thread has ended when the call returns. When the system has no thread to give, `body` runs on the caller's.
  ///
  /// - Parameters:
  ///   - threads: The number of threads that the work may use, its own included; 0 means one for each processor.
  ///   - progress: Receives progress, or `nil`. Called from any thread.
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
    // The closure below has stored the thread before this call goes on, and the thread has finished its work by then,
    // so that joining it takes microseconds.
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
