import Synchronization

extension Execution {
  /// Runs `body` once for each chunk of `0..<count`, on this execution's threads, and waits for all of them.
  ///
  /// Chunks are handed out in order to whichever thread is free, so `body` must not let its result depend on `worker`,
  /// which only names a scratch space: 0 is the calling thread, and no two chunks run at once with the same number.
  ///
  /// - Parameters:
  ///   - count: How many things there are.
  ///   - chunk: How many of them one call of `body` gets, at most.
  ///   - body: The work: `(worker, range)`.
  /// - Throws: The error of the earliest chunk that threw, or ``Cancelled``. Chunks not yet started are dropped.
  public func forEachChunk(
    of count: Int, by chunk: Int, _ body: (_ worker: Int, _ range: Range<Int>) throws -> Void
  ) throws {
    guard count > 0 else { return }
    precondition(chunk > 0, "a chunk holds at least one thing")
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

/// The threads of one `forEachChunk`: they take chunk numbers from one counter until there are none left.
///
/// Threads are started for the call and joined before it ends, so nothing lives on: a process may fork before or after,
/// and a library user who asks for one thread never gets a second.
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
    // With no helper to be had, the caller does it all: slower, same answer.
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
