import AkinSupport
import Synchronization

/// Ends the process with one sentence when a mapped file is cut short in place while it is read (SIGBUS).
///
/// The handler calls nothing but `open`, `read`, `write` and `_exit`, and allocates nothing: it runs in the middle of
/// whatever was interrupted. An output that was being written keeps no name, as after any other end of the process.
enum MappingFault {
  /// The text of a message, whose memory is made before it is needed.
  @safe struct SignalScratch: @unchecked Sendable {
    // Safe: only the handler, which runs once, writes it.
    let bytes: UnsafeMutablePointer<UInt8>
    static let count = 8192
    init() { unsafe bytes = .allocate(capacity: SignalScratch.count) }
  }

  /// The exit code of trouble of the machine.
  static let exitCode: Int32 = 4

  private static let isLeaving = Atomic<Bool>(false)
  private static let piece = SignalScratch()
  private static let name = SignalScratch()

  /// Installs the handler. Call once, at the start of the process.
  static func prepare() {
    // The constants are made here, since making them is not allowed in the handler.
    _ = (isLeaving.load(ordering: .relaxed), piece, name, exitCode)
    var action = sigaction()
    let handler: @convention(c) (Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?) -> Void = {
      _, info, _ in unsafe MappingFault.leave(info)
    }
    #if canImport(Darwin)
      unsafe action.__sigaction_u.__sa_sigaction = unsafe handler
    #elseif canImport(Musl)
      unsafe action.__sa_handler.sa_sigaction = unsafe handler
    #else
      unsafe action.__sigaction_handler.sa_sigaction = unsafe handler
    #endif
    action.sa_flags = SA_SIGINFO
    _ = unsafe sigaction(SIGBUS, &action, nil)
  }

  /// The handler: says which file it is, and leaves; lets a fault that is in no file end the process as usual.
  private static func leave(_ info: UnsafeMutablePointer<siginfo_t>?) {
    guard let info = unsafe info else { return }
    #if os(Linux)
      // Safe: on 64-bit Linux the address lies behind three numbers and their padding.
      let address = unsafe UnsafeRawPointer(info).load(fromByteOffset: 16, as: UInt.self)
    #else
      let address = unsafe UInt(bitPattern: info.pointee.si_addr)
    #endif
    let count = unsafe fileName(at: address, into: name.bytes, using: piece.bytes)
    guard count > 0 else {
      _ = signal(SIGBUS, SIG_DFL)
      return
    }
    // Other threads fault at the same place; one of them says so.
    if isLeaving.exchange(true, ordering: .relaxed) {
      while true { sleep(1) }
    }
    say("akin: error: ")
    _ = unsafe write(STDERR_FILENO, name.bytes, count)
    say(": the file was cut short while it was read\n")
    say("akin: help: replace files by a rename, which readers do not notice; never change them in place\n")
    _exit(exitCode)
  }

  private static func say(_ text: StaticString) {
    _ = unsafe write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }

  /// Finds the file whose mapping holds an address, by the system's list of mappings.
  ///
  /// - Parameters:
  ///   - address: The address.
  ///   - name: Receives the path: at most `SignalScratch.count` bytes.
  ///   - piece: Memory for pieces of the list: `SignalScratch.count` bytes.
  /// - Returns: The length of the path; 0 when no file's mapping holds the address, or the system has no list.
  static func fileName(
    at address: UInt, into name: UnsafeMutablePointer<UInt8>, using piece: UnsafeMutablePointer<UInt8>
  ) -> Int {
    let list = unsafe open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
    guard list >= 0 else { return 0 }
    defer { close(list) }
    // A line is `START-END rwxp OFFSET DEVICE INODE      /PATH`: two numbers in hexadecimal, then the path from its slash.
    var (start, end, field, count): (UInt, UInt, Int, Int) = (0, 0, 0, 0)
    while true {
      let got = unsafe read(list, piece, SignalScratch.count)
      guard got > 0 else { return 0 }
      for place in 0..<got {
        // Safe: `place` is below the bytes read, `count` below the size of `name`.
        let byte = unsafe piece[place]
        switch (field, byte) {
        case (_, 10):
          if count > 0 { return count }
          (start, end, field) = (0, 0, 0)
        case (0, 45): field = 1
        case (1, 32): field = address >= start && address < end ? 2 : 4
        case (0, _): start = start << 4 | digit(byte)
        case (1, _): end = end << 4 | digit(byte)
        case (2, 47), (3, _):
          field = 3
          guard count < SignalScratch.count else { return count }
          unsafe name[count] = byte < 32 || byte == 127 ? 63 : byte
          count += 1
        default: break
        }
      }
    }
  }

  private static func digit(_ byte: UInt8) -> UInt { UInt(byte > 57 ? byte & 0xDF &- 55 : byte &- 48) & 15 }
}
