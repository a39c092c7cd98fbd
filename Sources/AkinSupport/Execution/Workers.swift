import Synchronization

extension Execution {
  /// Runs `body` once for each chunk of `0..<count`, on this execution's threads, and waits for all of them.
  ///
  /// Chunks go in order to whichever thread is free. `worker` only names a scratch space, and no result may depend on
  /// it: 0 is the calling thread, and no two chunks run at once with the same number.
  ///
  /// - Parameters:
  ///   - count: The number of elements.
  ///   - chunk: The largest number of elements of one call of `body`; at least 1.
  ///   - body: The work on a range of elements.
  /// - Throws: The error of the first chunk that threw, or ``Cancelled``. Chunks not yet started are dropped.
  public func forEachChunk(
    of count: Int, by chunk: Int, _ body: (_ worker: Int, _ range: Range<Int>) throws -> Void
  ) throws {
    guard count > 0 else { return }
    precondition(chunk > 0, "a chunk holds at least one element")
    let chunks = (count - 1) / chunk + 1
    let helpers = min(threads, chunks) - 1
    if helpers == 0 {
      var start = 0
      while start < count {
        try checkCancellation()
        try body(0, start..<min(start + chunk, count))
        start += chunk
      }
      return
    }
    try withoutActuallyEscaping(body) { body in
      let crew = Crew(chunks: chunks, cancellation: cancellation) { worker, index in
        let start = index * chunk
        try body(worker, start..<min(start + chunk, count))
      }
      crew.run(helpers: helpers)
      if let failure = crew.failure { throw failure }
      try checkCancellation()
    }
  }
}

/// The threads of one `forEachChunk`: each takes chunk numbers from one counter until none is left.
///
/// Threads are started for the call and joined before it ends. So a process may fork before or after, and one thread is
/// one thread.
private final class Crew {
  private let chunks: Int
  private let cancellation: Cancellation?
  private let body: (Int, Int) throws -> Void
  private let next = Atomic<Int>(0)
  private let firstFailure = Mutex<(chunk: Int, error: any Error)?>(nil)

  init(chunks: Int, cancellation: Cancellation?, body: @escaping (Int, Int) throws -> Void) {
    self.chunks = chunks
    self.cancellation = cancellation
    self.body = body
  }

  var failure: (any Error)? { firstFailure.withLock { $0?.error } }

  func run(helpers: Int) {
    var threads: [WorkerThread] = []
    for worker in 1...helpers {
      if let thread = WorkerThread(stackBytes: 2 << 20, { self.work(as: worker) }) { threads.append(thread) }
    }
    // When the system has no thread to give, the caller does it all: slower, with the same result.
    work(as: 0)
    for thread in threads { thread.join() }
  }

  private func work(as worker: Int) {
    while true {
      let chunk = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard chunk < chunks, cancellation?.isCancelled != true else { return }
      do {
        try body(worker, chunk)
      } catch {
        next.store(chunks, ordering: .relaxed)
        firstFailure.withLock { first in
          if first.map({ chunk < $0.chunk }) ?? true { first = (chunk, error) }
        }
      }
    }
  }
}
