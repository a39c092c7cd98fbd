import Foundation
import Synchronization

/// Runs `body` on several threads that begin together, and returns what each made, in the order of the threads.
///
/// Each thread waits at a gate until all have come, so that they meet at the first thing that `body` does.
///
/// - Parameters:
///   - threads: How many, at least 1.
///   - body: Gets the number of its thread, from 0.
package func together<R: Sendable>(_ threads: Int = 4, _ body: @escaping @Sendable (Int) throws -> R) throws -> [R] {
  let race = Race<R>()
  for thread in 0..<threads {
    Thread {
      race.begin(among: threads)
      race.finish(thread, Result { try body(thread) })
    }.start()
  }
  return try race.results(of: threads).map { try $0.get() }
}

/// A gate at the start, and what has come to the end.
private final class Race<R: Sendable>: @unchecked Sendable {
  // Safe: `made` is read and written under the condition's lock alone.
  private let arrived = Atomic<Int>(0)
  private let ended = NSCondition()
  private var made: [Int: Result<R, any Error>] = [:]

  func begin(among threads: Int) {
    arrived.add(1, ordering: .acquiringAndReleasing)
    // Waiting without sleep: whoever wakes up comes too late to meet anybody. Others may have the processor meanwhile.
    while arrived.load(ordering: .acquiring) < threads { sched_yield() }
  }

  func finish(_ thread: Int, _ result: Result<R, any Error>) {
    ended.lock()
    made[thread] = result
    ended.signal()
    ended.unlock()
  }

  func results(of threads: Int) -> [Result<R, any Error>] {
    ended.lock()
    defer { ended.unlock() }
    while made.count < threads { ended.wait() }
    return made.sorted { $0.key < $1.key }.map(\.value)
  }
}
