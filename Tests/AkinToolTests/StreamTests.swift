import AkinSupport
import AkinTestSupport
import Synchronization
import Testing

@testable import AkinTool

@Suite("Writing to a stream")
struct StreamTests {
  @Test("Colour is for terminals that want it")
  func colour() {
    #expect(Terminal.wantsColour(.fixed(["TERM": "xterm"])))
    #expect(!Terminal.wantsColour(.fixed(["TERM": "dumb"])))
    #expect(!Terminal.wantsColour(.fixed(["TERM": "xterm", "NO_COLOR": "1"])))
    #expect(Terminal.wantsColour(.fixed(["TERM": "xterm", "NO_COLOR": ""])))
    #expect(Terminal.wantsColour(.fixed(["TERM": "dumb", "CLICOLOR_FORCE": "1"])))
    #expect(!Terminal.wantsColour(.fixed(["NO_COLOR": "1", "CLICOLOR_FORCE": "1"])))
  }

  @Test("A pipe receives every byte, however many")
  func pipeline() throws {
    var ends: [Int32] = [0, 0]
    #expect(unsafe pipe(&ends) == 0)
    let stream = TextStream(descriptor: ends[1], name: "a pipe", environment: .fixed([:]))
    #expect(stream.terminal == nil)
    let text = String(repeating: "0123456789", count: 5_000)
    try stream.write(text)
    try stream.flush()
    _ = close(ends[1])
    var bytes = [UInt8](repeating: 0, count: 60_000)
    var received = 0
    while true {
      // Safe: at most the rest of `bytes` is filled.
      let count = unsafe bytes.withUnsafeMutableBytes {
        unsafe read(ends[0], $0.baseAddress! + received, $0.count - received)
      }
      if count <= 0 { break }
      received += count
    }
    _ = close(ends[0])
    #expect(String(decoding: bytes[..<received], as: UTF8.self) == text)
  }

  @Test("A reader that has gone is told apart from a stream that failed")
  func readerGone() throws {
    _ = signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    #expect(unsafe pipe(&ends) == 0)
    _ = close(ends[0])
    let stream = TextStream(descriptor: ends[1], name: "a pipe", environment: .fixed([:]))
    try stream.write("text")
    #expect(throws: StreamError.readerGone) { try stream.flush() }
    _ = close(ends[1])
    #expect(throws: StreamError.failed(stream: "nothing", code: EBADF)) {
      try TextStream(descriptor: -1, name: "nothing", environment: .fixed([:])).flushing("text")
    }
  }

  #if os(Linux)
    @Test("A full disk is an error with the system's words")
    func full() throws {
      let descriptor = unsafe open("/dev/full", O_WRONLY)
      try #require(descriptor >= 0)
      defer { _ = close(descriptor) }
      let stream = TextStream(descriptor: descriptor, name: "standard output", environment: .fixed([:]))
      let error = try #require(throws: StreamError.self) { try stream.flushing("text") }
      #expect(error.description == "cannot write standard output: No space left on device")
      #expect(error.kind == .io)
    }
  #endif
}

extension TextStream {
  fileprivate func flushing(_ text: String) throws(StreamError) {
    try write(text)
    try flush()
  }
}

@Suite("Progress")
struct ProgressTests {
  /// A clock that the test turns.
  private final class Clock: Sendable {
    private let time = Mutex(0.0)
    var seconds: Double { time.withLock { $0 } }
    func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
  }

  private func event(_ completed: Int, of total: Int? = 190_000, stage: String = "index", note: String? = nil)
    -> ProgressEvent
  {
    ProgressEvent(stage: stage, completed: completed, total: total, unit: "items", note: note)
  }

  @Test("A terminal sees one line, drawn anew with rate and time left, and taken away at the end")
  func terminal() {
    let clock = Clock()
    let stream = TextStream(inMemoryAs: "e", terminal: Terminal(width: 80, hasColour: false))
    let reporter = ProgressReporter(to: stream) { clock.seconds }
    reporter.report(event(0))
    clock.advance(10)
    reporter.report(event(118_000))
    clock.advance(0.01)
    reporter.report(event(118_100))
    clock.advance(6)
    reporter.report(event(190_000))
    reporter.finish()
    #expect(
      stream.collected
        == "\rindex    0 %  0/190k items\u{1B}[K" + "\rindex   62 %  118k/190k items  12k/s  ETA 0:07\u{1B}[K"
        + "\rindex  100 %  190k/190k items  12k/s\u{1B}[K" + "\r\u{1B}[K")
  }

  @Test("The line never wraps")
  func narrow() {
    let stream = TextStream(inMemoryAs: "e", terminal: Terminal(width: 24, hasColour: false))
    ProgressReporter(to: stream).report(event(100_000))
    #expect(stream.collected == "\rindex   52 %  100k/190…\u{1B}[K")
  }

  @Test("Elsewhere a line comes every ten seconds, and short work has none")
  func log() {
    let clock = Clock()
    let stream = TextStream(inMemoryAs: "e")
    let reporter = ProgressReporter(to: stream) { clock.seconds }
    for second in 0...25 {
      reporter.report(event(second * 1_000, of: nil))
      clock.advance(1)
    }
    reporter.finish()
    #expect(
      stream.collected == "index  10k items  1.0k/s\nindex  20k items  1.0k/s\n")
    let short = TextStream(inMemoryAs: "e")
    let other = ProgressReporter(to: short) { 5 }
    for completed in [0, 50, 100] { other.report(event(completed, of: 100)) }
    other.report(event(35, of: nil, stage: "read"))
    #expect(short.collected == "")
  }

  @Test("The steps of a training share one line on a terminal; --verbose, and a pipe, keep them all")
  func training() {
    let terminal = TextStream(inMemoryAs: "e", terminal: Terminal(width: 80, hasColour: false))
    let live = ProgressReporter(to: terminal, notes: .live) { 0 }
    live.report(event(1, of: 4, stage: "train", note: "epoch 1 loss 0.5"))
    live.report(event(4, of: 4, stage: "train", note: "epoch 4 loss 0.25"))
    live.report(event(3, of: nil, stage: "read", note: "3 rows"))
    live.finish()
    #expect(terminal.collected.contains("train   25 %  1/4 items  epoch 1 loss 0.5\u{1B}[K"))
    #expect(terminal.collected.contains("train  100 %  4/4 items  epoch 4 loss 0.25\u{1B}[K"))
    #expect(!terminal.collected.contains("loss 0.5\n") && terminal.collected.contains("read: 3 rows\n"))
    let pipe = TextStream(inMemoryAs: "e")
    let lines = ProgressReporter(to: pipe, notes: .live) { 0 }
    lines.report(event(1, of: 4, stage: "train", note: "epoch 1 loss 0.5"))
    #expect(pipe.collected == "train: epoch 1 loss 0.5\n")
  }

  @Test("Notes are lines of their own, on a clean line")
  func notes() {
    let stream = TextStream(inMemoryAs: "e", terminal: Terminal(width: 80, hasColour: false))
    let reporter = ProgressReporter(to: stream) { 0 }
    reporter.report(event(0, of: nil, stage: "epoch 1"))
    reporter.report(event(5, of: nil, stage: "epoch 1", note: "loss 0.25"))
    #expect(stream.collected == "\repoch 1  0 items\u{1B}[K\r\u{1B}[Kepoch 1: loss 0.25\n")
  }

  @Test("--quiet says nothing, and work is handed the threads and the switch")
  func quiet() throws {
    let console = Console(
      output: TextStream(inMemoryAs: "o"), messages: TextStream(inMemoryAs: "e"), cancellation: Cancellation())
    for quiet in [true, false] {
      console.working(threads: 3, quiet: quiet) { execution in
        #expect(execution.threads == 3)
        #expect(execution.cancellation === console.cancellation)
        execution.progress?(event(1, note: "a fact"))
      }
      #expect(console.messages.collected.isEmpty == quiet)
    }
  }
}
