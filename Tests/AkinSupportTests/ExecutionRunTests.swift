import AkinSupport
import Synchronization
import Testing

@Suite("Long work from async code", .serialized)
struct ExecutionRunTests {
  private struct Trouble: Error, Equatable { let number: Int }

  /// Fails the work after ten seconds, so that a cancellation nobody hears does not hang the suite.
  private static func spin(_ execution: Execution) throws {
    let start = monotonicSeconds()
    while monotonicSeconds() - start < 10 {
      try execution.checkCancellation()
      usleep(1000)
    }
    throw Trouble(number: 10)
  }

  @Test("Any number of threads that is set becomes one that work can run with")
  func threads() {
    var execution = Execution(threads: 2)
    for (asked, allowed) in [(3, 3), (0, Execution.availableThreads), (-7, Execution.availableThreads), (.max, 1024)] {
      execution.threads = asked
      #expect(execution.threads == allowed && Execution(threads: asked).threads == allowed)
    }
  }

  @Test("The work's result comes back, made on another thread with the threads that were asked for")
  func result() async throws {
    let answer = try await Execution.run(threads: 2) { execution in
      let sum = Mutex(0)
      try execution.forEachChunk(of: 1000, by: 10) { _, range in
        sum.withLock { [total = range.reduce(0, +)] in $0 += total }
      }
      return (sum.withLock { $0 }, execution.threads)
    }
    #expect(answer == (499_500, 2))
  }

  @Test("The work's error comes back")
  func failure() async {
    await #expect(throws: Trouble(number: 3)) {
      try await Execution.run(threads: 1) { _ -> Int in throw Trouble(number: 3) }
    }
  }

  @Test("A cancelled task stops work that is under way", arguments: [1, 3])
  func cancelled(threads: Int) async {
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      try await Execution.run(threads: threads) { execution in
        start.yield()
        try execution.forEachChunk(of: threads, by: 1) { _, _ in try Self.spin(execution) }
      }
    }
    for await _ in started { break }
    task.cancel()
    await #expect(throws: Cancelled()) { try await task.value }
  }

  @Test("Work that answers a cancellation with a result returns it")
  func kept() async throws {
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      try await Execution.run(threads: 1) { execution in
        start.yield()
        do {
          try Self.spin(execution)
          return 0
        } catch is Cancelled {
          return 7
        }
      }
    }
    for await _ in started { break }
    task.cancel()
    #expect(try await task.value == 7)
  }

  @Test("A task that is cancelled already does no work")
  func before() async {
    // Any switch that threads share will do.
    let hasRun = Cancellation()
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      try await Execution.run(threads: 1) { _ in hasRun.cancel() }
    }
    task.cancel()
    await #expect(throws: Cancelled()) { try await task.value }
    #expect(!hasRun.isCancelled)
  }

  @Test("Progress arrives, in the order of the reports")
  func progress() async throws {
    let seen = Mutex<[Int]>([])
    try await Execution.run(threads: 1, progress: { event in seen.withLock { $0.append(event.completed) } }) {
      execution in
      for step in 0..<5 {
        execution.progress?(ProgressEvent(stage: "count", completed: step, total: 5, unit: "steps"))
      }
    }
    #expect(seen.withLock { $0 } == [0, 1, 2, 3, 4])
  }

  @Test("The thread has ended when the call returns, also after an error")
  func threadsEnd() async {
    #if os(Linux)
      let ids = Mutex<[pid_t]>([])
      for number in 0..<20 {
        _ = try? await Execution.run(threads: 1) { _ in
          ids.withLock { $0.append(threadID()) }
          if number % 2 == 1 { throw Trouble(number: number) }
        }
      }
      #expect(ids.withLock { $0.count } == 20)
      // A thread that was joined leaves the directory a moment later.
      let end = monotonicSeconds() + 5
      var left = ids.withLock { $0 }
      while !left.isEmpty, monotonicSeconds() < end {
        left.removeAll { unsafe access("/proc/self/task/\($0)", F_OK) != 0 }
      }
      #expect(left == [])
    #endif
  }
}

#if os(Linux)
  /// The calling thread's number in `/proc/self/task`.
  private func threadID() -> pid_t {
    var buffer = [CChar](repeating: 0, count: 64)
    let length = unsafe readlink("/proc/thread-self", &buffer, buffer.count - 1)
    let path = String(decoding: buffer.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return pid_t(path.split(separator: "/").last ?? "") ?? -1
  }
#endif
