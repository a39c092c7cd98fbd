import AkinSupport
import Synchronization

/// Lines of standard input, or of a text in tests.
final class LineInput: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var isAtEnd = false
  }

  /// Whether the input is a terminal.
  let isTerminal: Bool
  private let descriptor: Int32?
  private let state: Mutex<State>

  /// The longest accepted line, in bytes.
  static let longest = 1 << 16

  /// Reads a descriptor and leaves it open.
  init(descriptor: Int32) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
    state = Mutex(State())
  }

  /// Lines from memory.
  init(text: String, isTerminal: Bool = false) {
    descriptor = nil
    self.isTerminal = isTerminal
    state = Mutex(State(bytes: Array(text.utf8), isAtEnd: true))
  }

  static let standard = LineInput(descriptor: STDIN_FILENO)

  /// The next line without its line break, or `nil` at the end of the input.
  ///
  /// - Throws: ``LineInputError``, or ``Cancelled`` while it waits.
  func next(cancellation: Cancellation) throws -> String? {
    while true {
      if let line = try taken() { return line }
      if state.withLock({ $0.isAtEnd }) {
        return state.withLock { state in
          defer { state.bytes = [] }
          return state.bytes.isEmpty ? nil : LineInput.text(state.bytes[...])
        }
      }
      try fill(cancellation)
    }
  }

  /// The first complete line in the buffer, or `nil`.
  private func taken() throws(LineInputError) -> String? {
    try state.withLock { state -> Result<String?, LineInputError> in
      guard let end = state.bytes.firstIndex(of: UInt8(ascii: "\n")) else {
        return state.bytes.count > LineInput.longest ? .failure(.tooLong) : .success(nil)
      }
      defer { state.bytes.removeFirst(end + 1) }
      return .success(LineInput.text(state.bytes[..<end]))
    }.get()
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes, as: UTF8.self)
  }

  private func fill(_ cancellation: Cancellation) throws {
    guard let descriptor else { return }
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      if cancellation.isCancelled { throw Cancelled() }
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if unsafe poll(&waiting, 1, 100) == 0 { continue }
      // Safe: `read` writes at most `count` bytes, the size of the chunk.
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count >= 0 else { throw LineInputError.failed(code: errno) }
      state.withLock { state in
        state.bytes += chunk[..<count]
        if count == 0 { state.isAtEnd = true }
      }
      return
    }
  }
}

/// Lines that could not be read.
enum LineInputError: AkinError, Equatable {
  case tooLong
  case failed(code: Int32)

  var kind: TroubleKind { if case .tooLong = self { .badInput } else { .io } }

  var description: String {
    switch self {
    case .tooLong: "standard input: expected lines of at most \(LineInput.longest) bytes, found a longer one"
    case .failed(let code): "cannot read standard input: \(systemSentence(code))"
    }
  }
}
