import Synchronization

/// How a long piece of work runs: on how many threads, who hears of its progress, who may cancel it.
///
/// The answer never depends on it: the same input, options and seed give the same result at any thread count.
public struct Execution: Sendable {
  /// Threads to use, the caller's included; at least 1.
  public var threads: Int
  /// Hears of progress, or `nil`. Called from any thread, seldom (not per item).
  public var progress: (@Sendable (ProgressEvent) -> Void)?
  /// Asked between chunks of work; when it says so the work throws ``Cancelled``.
  public var cancellation: Cancellation?

  /// Creates an execution.
  ///
  /// - Parameter threads: 0 means all that this process may use.
  public init(
    threads: Int = 0, progress: (@Sendable (ProgressEvent) -> Void)? = nil, cancellation: Cancellation? = nil
  ) {
    self.threads = threads > 0 ? min(threads, 1024) : Execution.availableThreads
    self.progress = progress
    self.cancellation = cancellation
  }

  /// Throws ``Cancelled`` when the caller has cancelled.
  public func checkCancellation() throws(Cancelled) {
    if let cancellation, cancellation.isCancelled { throw Cancelled() }
  }

  /// The processors that are online, at least 1.
  public static var availableThreads: Int {
    max(1, min(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1024))
  }
}

/// One report of progress: how much of what is done.
public struct ProgressEvent: Sendable {
  /// What is being done, as one or two words: `index`, `epoch 3`.
  public var stage: String
  /// How many units are done.
  public var completed: Int
  /// How many there are in all, or `nil` when that is not known yet.
  public var total: Int?
  /// The unit, as a plural: `rows`, `items`, `bytes`.
  public var unit: String
  /// A fact worth a line of its own (a loss, a count), or `nil`.
  public var note: String?

  /// Creates a report.
  public init(stage: String, completed: Int, total: Int?, unit: String, note: String? = nil) {
    self.stage = stage
    self.completed = completed
    self.total = total
    self.unit = unit
    self.note = note
  }
}

/// A switch that one side turns and long work looks at.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  /// Creates a switch that is off.
  public init() {}

  /// Asks the work to stop; it does so at the end of its current chunk.
  public func cancel() { flag.store(true, ordering: .relaxed) }

  /// Whether someone has asked the work to stop.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
