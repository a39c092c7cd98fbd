import AkinSupport
import Synchronization

/// Where text goes: a descriptor, or memory in tests. Buffered, and every write is checked.
///
/// May be used from any thread; each call's text stays together.
final class TextStream: Sendable {
  /// What messages call it: `standard output`.
  let name: String
  /// What is known of the terminal behind it, or `nil` when it is none.
  let terminal: Terminal?
  /// The descriptor, or `nil` when the text stays in memory.
  private let descriptor: Int32?
  private let buffer = Mutex<[UInt8]>([])

  /// Writes to an open descriptor, which is not closed.
  init(descriptor: Int32, name: String, environment: Environment) {
    self.descriptor = descriptor
    self.name = name
    self.terminal = Terminal(descriptor: descriptor, environment: environment)
  }

  /// Keeps the text, as if it went to this terminal.
  init(inMemoryAs name: String, terminal: Terminal? = nil) {
    self.descriptor = nil
    self.name = name
    self.terminal = terminal
  }

  /// How to make text stand out here.
  var style: Style { Style(isOn: terminal?.hasColour ?? false) }

  /// All text so far, when it stays in memory.
  var collected: String { buffer.withLock { String(decoding: $0, as: UTF8.self) } }

  /// Adds text, which reaches its destination when there is enough of it or on ``flush()``.
  func write(_ text: String) throws(StreamError) {
    try locked { bytes throws(StreamError) in
      bytes += Array(text.utf8)
      if bytes.count >= 1 << 16 { try drain(&bytes) }
    }
  }

  /// Sends all text on its way.
  func flush() throws(StreamError) {
    try locked { bytes throws(StreamError) in try drain(&bytes) }
  }

  private func locked(_ body: (inout [UInt8]) throws(StreamError) -> Void) throws(StreamError) {
    let failure = buffer.withLock { bytes -> StreamError? in
      do throws(StreamError) {
        try body(&bytes)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
  }

  private func drain(_ bytes: inout [UInt8]) throws(StreamError) {
    guard let descriptor else { return }
    defer { bytes.removeAll(keepingCapacity: true) }
    var start = 0
    while start < bytes.count {
      let written = unsafe bytes.withUnsafeBytes { raw in
        // Safe: the pointer and the count stay within `bytes`.
        unsafe AkinSupport.write(descriptor, raw.baseAddress.map { unsafe $0 + start }, bytes.count - start)
      }
      if written > 0 {
        start += written
      } else if written < 0, errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&waiting, 1, -1)
      } else if written < 0, errno != EINTR {
        throw errno == EPIPE ? .readerGone : .failed(stream: name, code: errno)
      }
    }
  }
}

/// Text that could not be written.
enum StreamError: AkinError, Equatable {
  /// Whoever read the text has stopped, as `head` does: no trouble, but there is nobody left to write for.
  case readerGone
  /// The system refused it, for the reason that `errno` names.
  case failed(stream: String, code: Int32)

  var kind: TroubleKind { .io }

  var description: String {
    switch self {
    case .readerGone: "the reader of standard output has gone"
    case .failed(let stream, let code): "cannot write \(stream): \(systemSentence(code))"
    }
  }
}
