import AkinSupport
import Synchronization

/// A buffered text stream to a descriptor, or to memory in tests. Every write is checked.
///
/// May be used from any thread; the text of one call stays together.
final class TextStream: Sendable {
  /// The name in messages: `standard output`.
  let name: String
  /// The terminal behind the stream, or `nil`.
  let terminal: Terminal?
  /// The descriptor, or `nil` when the text stays in memory.
  private let descriptor: Int32?
  private let buffer = Mutex<[UInt8]>([])

  /// Writes to an open descriptor and leaves it open.
  init(descriptor: Int32, name: String, environment: Environment) {
    self.descriptor = descriptor
    self.name = name
    self.terminal = Terminal(descriptor: descriptor, environment: environment)
  }

  /// Keeps the text in memory, as if it went to `terminal`.
  init(inMemoryAs name: String, terminal: Terminal? = nil) {
    self.descriptor = nil
    self.name = name
    self.terminal = terminal
  }

  /// The style of the stream.
  var style: Style { Style(isOn: terminal?.hasColour ?? false) }

  /// All text so far of a stream in memory.
  var collected: String { buffer.withLock { String(decoding: $0, as: UTF8.self) } }

  /// Adds text to the buffer, which is written at 64 KiB and by ``flush()``.
  func write(_ text: String) throws(StreamError) {
    try locked { bytes throws(StreamError) in
      bytes += Array(text.utf8)
      if bytes.count >= 1 << 16 { try drain(&bytes) }
    }
  }

  /// Writes the buffer.
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

/// An error of writing text.
enum StreamError: AkinError, Equatable {
  /// The reader has closed the pipe, as `head` does. Not an error for the user, but no further output is needed.
  case readerGone
  /// The system reported an `errno`.
  case failed(stream: String, code: Int32)

  var kind: TroubleKind { .io }

  var description: String {
    switch self {
    case .readerGone: "the reader of standard output closed it"
    case .failed(let stream, let code): "cannot write \(stream): \(systemSentence(code))"
    }
  }
}
