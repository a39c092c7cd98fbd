/// Why an output file was not written. Nothing of it is left behind.
public enum OutputError: AkinError, Equatable {
  /// There is such a file already, and nobody said that it may be replaced.
  case exists(path: String)
  /// The path leads to a directory, device, pipe or socket, which a finished file cannot take the place of.
  case notRegular(path: String)
  /// The disk is full: `needed` bytes in all, or as far as is known when `atLeast`.
  case noSpace(path: String, needed: UInt64, atLeast: Bool)
  /// A system call failed with an `errno`.
  case failed(path: String, call: String, errno: Int32)

  public var kind: TroubleKind {
    if case .exists = self { .usage } else { .io }
  }

  public var description: String {
    switch self {
    case .exists(let path): "\(path): this file exists already"
    case .notRegular(let path): "\(path): expected the name of a file to write, found a directory or a device"
    case .noSpace(let path, let needed, let atLeast):
      "\(path): no space left on the disk; needed \(atLeast ? "at least " : "")\(needed) bytes"
    case .failed(let path, let call, let number): "\(path): \(call) failed: \(systemSentence(number))"
    }
  }

  public var help: String? {
    switch self {
    case .exists: "use --force to replace it, or choose another name"
    case .notRegular: "choose another name"
    case .noSpace: "free some space, or write to another disk"
    case .failed(_, _, let number):
      switch number {
      case ENOENT: "create the directory first"
      case EACCES, EPERM, EROFS: "write to a directory that you may write to"
      default: nil
      }
    }
  }
}

/// What the system says about an `errno`: `No such file or directory`.
package func systemSentence(_ number: Int32) -> String {
  // Safe: strerror returns a terminated text that stays until this thread's next call of it, and it is copied here.
  guard let text = unsafe strerror(number) else { return "error \(number)" }
  return unsafe String(cString: text)
}
