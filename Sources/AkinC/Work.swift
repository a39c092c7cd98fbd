import Akin
import CAkin
import Synchronization

/// The listener of a caller, which hears one thing at a time and may cancel the work.
///
/// Safe to share: the caller promises that the function may be called from any thread with its context.
@safe private final class Listener: @unchecked Sendable {
  private let function: akin_progress
  private let context: UnsafeMutableRawPointer?
  private let cancellation: Cancellation
  private let turn = Mutex(())

  @unsafe init(_ function: akin_progress, _ context: UnsafeMutableRawPointer?, _ cancellation: Cancellation) {
    unsafe self.function = function
    unsafe self.context = context
    self.cancellation = cancellation
  }

  func hear(_ stage: String, _ completed: Int, _ total: Int?, _ unit: String, _ note: String?) {
    turn.withLock { _ in
      let answer = unsafe stage.withCString { stage in
        unsafe unit.withCString { unit in
          guard let note else {
            return unsafe function(context, stage, Int64(completed), total.map { Int64($0) } ?? -1, unit, nil)
          }
          return unsafe note.withCString { note in
            unsafe function(context, stage, Int64(completed), total.map { Int64($0) } ?? -1, unit, note)
          }
        }
      }
      if answer != 0 { cancellation.cancel() }
    }
  }
}

/// The execution of long work, as a caller asks for it; of all processors and nothing else for null.
@unsafe func execution(_ work: UnsafePointer<akin_work>?) throws(CallError) -> Execution {
  guard unsafe work != nil else { return Execution(cancellation: Cancellation()) }
  let work = unsafe try structure(work, "akin_work", \.struct_size)
  let threads = unsafe try count(Int64(work.threads), "threads")
  let cancellation = unsafe try Handles.cancellation(work.cancellation)
  guard let function = unsafe work.progress else { return Execution(threads: threads, cancellation: cancellation) }
  let listener = unsafe Listener(function, work.context, cancellation)
  return Execution(
    threads: threads,
    progress: { event in listener.hear(event.stage, event.completed, event.total, event.unit, event.note) },
    cancellation: cancellation,
    notice: { notice in listener.hear(notice.isWarning ? "warning" : "note", 0, nil, "", notice.text) })
}
