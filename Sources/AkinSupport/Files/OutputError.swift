/// An output could not be written. Nothing of it is left behind.
public enum OutputError: AkinError, Equatable {
  /// The name is taken, and the caller did not allow to replace it.
  case exists(path: String)
  /// The path names a directory, device, pipe or socket, or is no file name: a file cannot take its place.
  case notRegular(path: String)
  /// The directory to write into does not exist.
  case noDirectory(path: String, directory: String)
  /// A file has the name of the directory to write into.
  case isFile(path: String)
  /// The directory, or the whole disk, may not be written.
  case noPermission(path: String)
  /// Another program has replaced or removed the file since it was read.
  case changed(path: String)
  /// The disk is full. The file needs `needed` bytes, or more when `atLeast`.
  case noSpace(path: String, needed: UInt64, atLeast: Bool)
  /// A system call failed with an `errno`.
  case failed(path: String, call: String, errno: Int32)

  public var kind: TroubleKind {
    if case .exists = self { .usage } else { .io }
  }

  public var description: String {
    switch self {
    case .exists(let path): "\(path): the file exists already"
    case .notRegular(let path): "\(path): expected the name of a file to write, found a directory or a device"
    case .noDirectory(let path, let directory): "\(path): there is no directory \(directory) to write into"
    case .isFile(let path): "\(path): expected a directory to write into, found a file"
    case .noPermission(let path): "\(path): no permission to write there"
    case .changed(let path): "\(path): another program has changed the file since it was read"
    case .noSpace(let path, let needed, let atLeast):
      "\(path): the disk is full: the file needs \(atLeast ? "at least " : "")\(needed) bytes"
    case .failed(let path, let call, let number): "\(path): \(call) failed: \(systemSentence(number))"
    }
  }

  public var help: String? {
    switch self {
    case .exists: "use --force to replace it"
    case .notRegular, .isFile: "choose another name"
    case .noDirectory: "create it first"
    case .noPermission: "write to a directory that you may write to"
    case .changed: "run the command again"
    case .noSpace: "free some space, or write elsewhere"
    case .failed: nil
    }
  }
}
