import AkinSupport
import Synchronization

/// Prints progress on stderr: one redrawn line on a terminal, otherwise one line after every ten seconds.
///
/// The rate is the mean since the start of the stage, and the ETA follows from it. May be called from any thread.
final class ProgressReporter: Sendable {
  private let stream: TextStream
  private let notes: Notes
  private let now: @Sendable () -> Double
  private let state = Mutex(State())

  private struct State {
    var stage: String?
    var began = 0.0
    var first = 0
    var lastDrawn = -Double.infinity
    var hasLine = false
  }

  /// Where notes go.
  enum Notes: Sendable {
    /// Each on a line of its own.
    case lines
    /// Those of a training on its one line, on a terminal; all others on lines of their own.
    case live
    /// Nowhere.
    case none
  }

  /// Seconds between two drawings on a terminal, and between two lines elsewhere.
  private static let terminalInterval = 0.1
  private static let plainInterval = 10.0

  /// Creates a reporter whose clock `now` gives seconds.
  init(to stream: TextStream, notes: Notes = .lines, now: @escaping @Sendable () -> Double = monotonicSeconds) {
    self.stream = stream
    self.notes = notes
    self.now = now
  }

  /// Takes one progress event.
  func report(_ event: ProgressEvent) {
    state.withLock { state in
      let time = now()
      let isNew = state.stage != event.stage
      if isNew {
        state.stage = event.stage
        state.began = time
        state.first = event.completed
        // A line for each stage would flood a log, so only terminals draw at once; work that is soon done has no line.
        if stream.terminal != nil {
          state.lastDrawn = -.infinity
        } else if state.lastDrawn == -.infinity {
          state.lastDrawn = time
        }
      }
      let isLive = notes == .live && stream.terminal != nil && ["train", "validate"].contains(event.stage)
      if notes != .none, !isLive, let note = event.note { say("\(event.stage): \(note)", &state) }
      let isDone = event.total.map { event.completed >= $0 } ?? false
      if stream.terminal == nil {
        guard time - state.lastDrawn >= ProgressReporter.plainInterval else { return }
        say(line(for: event, at: time, state), &state)
      } else {
        guard isDone || time - state.lastDrawn >= ProgressReporter.terminalInterval else { return }
        let note = isLive ? event.note.map { "  " + $0 } ?? "" : ""
        draw(line(for: event, at: time, state) + note, &state)
      }
      state.lastDrawn = time
    }
  }

  /// Writes one line.
  func say(_ line: String) {
    state.withLock { say(line, &$0) }
  }

  /// Erases the progress line.
  func finish() {
    state.withLock { state in
      erase(&state)
      state.stage = nil
    }
  }

  /// `index  62 %  118k/190k items  9.3k/s  ETA 0:08`
  private func line(for event: ProgressEvent, at time: Double, _ state: State) -> String {
    let seconds = time - state.began
    let rate = seconds > 0.2 ? Double(event.completed - state.first) / seconds : 0
    var parts = [event.stage]
    if let total = event.total {
      let percent = "\(total > 0 ? min(100, event.completed * 100 / total) : 100) %"
      // Padding keeps the rest of a redrawn line in place.
      parts.append(stream.terminal == nil ? percent : percent.padded(toWidth: 5, alignRight: true))
      parts.append("\(Numbers.compact(Double(event.completed)))/\(Numbers.compact(Double(total))) \(event.unit)")
    } else {
      parts.append("\(Numbers.compact(Double(event.completed))) \(event.unit)")
    }
    if rate > 0 {
      parts.append(Numbers.compact(rate) + "/s")
      if let total = event.total, event.completed < total {
        parts.append("ETA " + Numbers.clock(Double(total - event.completed) / rate))
      }
    }
    return parts.joined(separator: "  ")
  }

  // Errors of stderr are ignored: there is no stream left to report them on.

  private func draw(_ line: String, _ state: inout State) {
    let width = max((stream.terminal?.width ?? 80) - 1, 20)
    try? stream.write("\r" + line.printable.truncated(toWidth: width) + "\u{1B}[K")
    try? stream.flush()
    state.hasLine = true
  }

  private func say(_ line: String, _ state: inout State) {
    erase(&state)
    try? stream.write(line.printable + "\n")
    try? stream.flush()
  }

  private func erase(_ state: inout State) {
    guard state.hasLine else { return }
    try? stream.write("\r\u{1B}[K")
    try? stream.flush()
    state.hasLine = false
  }
}
