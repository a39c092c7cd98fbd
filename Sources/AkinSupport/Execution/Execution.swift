import Synchronization

/// How long work runs: the number of threads, a listener for progress, a switch that cancels it.
///
/// The result never depends on it: the same input, options and seed give the same result at any thread count.
public struct Execution: Sendable {
  /// The number of threads to use, the caller's included; 1 to 1,024. What is set is taken as by the initialiser.
  public var threads: Int { didSet { threads = Execution.allowed(threads) } }
  /// Receives progress, or `nil`. Called from any thread, seldom, never per item.
  public var progress: (@Sendable (ProgressEvent) -> Void)?
  /// Receives what a person should know of the input or the result, or `nil`. Called from any thread, seldom.
  public var notice: (@Sendable (Notice) -> Void)?
  /// Read between chunks of work; once it is switched, the work throws ``Cancelled``.
  public var cancellation: Cancellation?

  /// Creates an execution.
  ///
  /// - Parameters:
  ///   - threads: The number of threads; 0 means one for each processor, and more than 1,024 means 1,024.
  ///   - progress: Receives progress, or `nil`.
  ///   - cancellation: The switch that cancels the work, or `nil`.
  ///   - notice: Receives what a person should know, or `nil`.
  public init(
    threads: Int = 0, progress: (@Sendable (ProgressEvent) -> Void)? = nil, cancellation: Cancellation? = nil,
    notice: (@Sendable (Notice) -> Void)? = nil
  ) {
    self.threads = Execution.allowed(threads)
    self.progress = progress
    self.notice = notice
    self.cancellation = cancellation
  }

  private static func allowed(_ threads: Int) -> Int { threads > 0 ? min(threads, 1024) : availableThreads }

  /// Throws ``Cancelled`` once the work is cancelled.
  public func checkCancellation() throws(Cancelled) {
    if let cancellation, cancellation.isCancelled { throw Cancelled() }
  }

  /// The number of processors that are online; 1 to 1,024.
  public static var availableThreads: Int {
    max(1, min(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1024))
  }
}

/// One sentence on the input or the result: how it was understood, or what looks like a mistake.
public struct Notice: Sendable, Equatable {
  /// The sentence, which begins with the name of the file.
  public var text: String
  /// Whether it tells of a guess or a likely mistake; else of what was found as expected.
  public var isWarning: Bool

  /// Creates a notice.
  ///
  /// - Parameters:
  ///   - text: The sentence.
  ///   - isWarning: Whether it tells of a guess or a likely mistake.
  public init(_ text: String, isWarning: Bool = false) {
    self.text = text
    self.isWarning = isWarning
  }
}

/// One report of progress.
public struct ProgressEvent: Sendable {
  /// The stage of the work, in one or two words: `index`, `epoch 3`.
  public var stage: String
  /// The number of units done.
  public var completed: Int
  /// The number of units in all, or `nil` when it is not known yet.
  public var total: Int?
  /// The unit, in the plural: `rows`, `items`, `bytes`.
  public var unit: String
  /// A fact that deserves a line of its own (a loss, a count), or `nil`.
  public var note: String?

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - stage: The stage of the work, in one or two words.
  ///   - completed: The number of units done.
  ///   - total: The number of units in all, or `nil` when it is not known yet.
  ///   - unit: The unit, in the plural.
  ///   - note: A fact that deserves a line of its own, or `nil`.
  public init(stage: String, completed: Int, total: Int?, unit: String, note: String? = nil) {
    self.stage = stage
    self.completed = completed
    self.total = total
    self.unit = unit
    self.note = note
  }
}

/// A switch that cancels long work. Any thread may switch it, once; it stays on.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  /// Creates a switch that is off.
  public init() {}

  /// Cancels the work, which stops at the end of its current chunk.
  public func cancel() { flag.store(true, ordering: .sequentiallyConsistent) }

  /// Whether the work is cancelled.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
