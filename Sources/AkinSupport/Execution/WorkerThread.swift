/// A thread of the system that runs one closure; its starter joins it.
@safe struct WorkerThread: @unchecked Sendable {
  // Safe: a thread's handle is only passed to `pthread_join`, which any thread may call once.
  private let handle: pthread_t

  /// Starts a thread; `nil` when the system has none to give.
  ///
  /// - Parameters:
  ///   - stackBytes: The size of its stack.
  ///   - work: What it runs. The thread ends when this returns.
  init?(stackBytes: Int, _ work: @escaping () -> Void) {
    var attributes = pthread_attr_t()
    guard unsafe pthread_attr_init(&attributes) == 0 else { return nil }
    defer { unsafe pthread_attr_destroy(&attributes) }
    // The default differs: Musl's is 128 KiB.
    unsafe pthread_attr_setstacksize(&attributes, stackBytes)
    // Safe: the box is retained here, and released by the thread, or below when none was started.
    let box = unsafe Unmanaged.passRetained(Box(work))
    // A thread is a pointer on Darwin and Musl, a number on Glibc.
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    #if canImport(Darwin)
      let status = unsafe pthread_create(&thread, &attributes, { unsafe WorkerThread.enter($0) }, box.toOpaque())
    #else
      let status = unsafe pthread_create(&thread, &attributes, { unsafe WorkerThread.enter($0!) }, box.toOpaque())
    #endif
    let started: pthread_t? = status == 0 ? thread : nil
    guard let started else {
      unsafe box.release()
      return nil
    }
    handle = started
  }

  /// Waits until the thread has ended; to be called exactly once.
  func join() { pthread_join(handle, nil) }

  private static func enter(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    // Safe: `init` passed exactly one retained box.
    let box = unsafe Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue()
    box.work()
    return nil
  }

  private final class Box {
    let work: () -> Void
    init(_ work: @escaping () -> Void) { self.work = work }
  }
}
