import AkinSupport

/// Turns Ctrl-C and SIGTERM into a cancellation; the second signal ends the process at once.
///
/// One thread waits for the signals and all others block them, so no code runs inside a signal handler.
enum Signals {
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
    }
    return nil
  }
}
