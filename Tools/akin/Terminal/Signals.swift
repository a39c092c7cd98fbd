import AkinSupport
import Synchronization

/// Turns Ctrl-C and SIGTERM into a cancellation; the second signal ends the process at once, and so does the first while an answer
/// that writes no file is under way.
///
/// One thread waits for the signals and all others block them, so no code runs inside a signal handler.
enum Signals {
  /// The number of answers under way that write no file.
  private static let answers = Atomic<Int>(0)

  /// Runs work that does not hear of cancellation and writes no file: a signal ends the process at once.
  ///
  /// - Parameters:
  ///   - cancellation: What a signal before the work has switched.
  ///   - body: The work.
  /// - Throws: `Cancelled` after a signal before the work, and what the work throws.
  static func leaving<R>(_ cancellation: Cancellation, _ body: () throws -> R) throws -> R {
    answers.add(1, ordering: .sequentiallyConsistent)
    defer { answers.subtract(1, ordering: .sequentiallyConsistent) }
    // The signal's thread switches first and counts then; here it is the other way round, so one of both sees the other.
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    if cancellation.isCancelled { throw Cancelled() }
    return try body()
  }

  /// Prepares the process. Call once, before any other thread starts.
  static func prepare(_ cancellation: Cancellation) {
    // `write` reports a closed pipe as EPIPE; the signal would end the process.
    _ = signal(SIGPIPE, SIG_IGN)
    // `write` reports the limit of `ulimit -f` as EFBIG; the signal would leave the temporary file behind.
    _ = signal(SIGXFSZ, SIG_IGN)
    var set = interrupts()
    guard unsafe pthread_sigmask(SIG_BLOCK, &set, nil) == 0 else { return }
    // Safe: the box is retained here and released by the thread, or below when no thread starts.
    let box = unsafe Unmanaged.passRetained(cancellation)
    #if canImport(Darwin)
      var thread: pthread_t?
      let status = unsafe pthread_create(&thread, nil, { Signals.wait($0) }, box.toOpaque())
      let started = thread
    #else
      var thread = pthread_t()
      let status = unsafe pthread_create(&thread, nil, { unsafe Signals.wait($0!) }, box.toOpaque())
      let started: pthread_t? = thread
    #endif
    if status == 0, let started {
      pthread_detach(started)
    } else {
      unsafe box.release()
      _ = unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
  }

  private static func interrupts() -> sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, SIGINT)
    unsafe sigaddset(&set, SIGTERM)
    return set
  }

  private static func wait(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    // Safe: `prepare` passed exactly one retained cancellation.
    let cancellation = unsafe Unmanaged<Cancellation>.fromOpaque(pointer).takeRetainedValue()
    var set = interrupts()
    var received: Int32 = 0
    while unsafe sigwait(&set, &received) == 0 {
      if cancellation.isCancelled { _exit(128 + received) }
      cancellation.cancel()
      // Work that began before it could see the switch ends here; work that begins later sees it.
      if answers.load(ordering: .sequentiallyConsistent) > 0 {
        Console.standard(cancellation: cancellation).say("akin: \(Cancelled().description)")
        // As the exit code of a cancelled command.
        _exit(128 + SIGINT)
      }
    }
    return nil
  }
}
