import AkinSupport

/// Why a sample was not written.
public enum SampleError: AkinError, Equatable {
  /// A size has no meaning.
  case option(name: String, expected: String, found: Int)
  /// A file is there already.
  case exists(path: String)
  /// The system refused.
  case system(path: String, action: String, code: Int32)

  public var kind: TroubleKind {
    switch self {
    case .option: .usage
    case .exists, .system: .io
    }
  }

  public var description: String {
    switch self {
    case .option(let name, let expected, let found): "\(name): expected \(expected), found \(found)"
    case .exists(let path): "\(path): expected no such file yet, found one"
    case .system(let path, let action, let code): "\(path): cannot \(action): \(systemMessage(code))"
    }
  }

  public var help: String? {
    if case .exists = self { "choose another directory, or allow overwriting" } else { nil }
  }
}

extension SampleCatalogue {
  /// Writes `interactions.csv` (`user,item,value`) and `items.csv` (`item,title,category`) into a directory, which is
  /// made when it is not there. Each file appears whole or not at all.
  ///
  /// - Returns: The two paths.
  /// - Throws: ``SampleError`` or ``Cancelled``.
  @discardableResult
  public func write(
    to directory: String, overwrite: Bool = false, execution: Execution = Execution()
  ) throws -> (interactions: String, items: String) {
    let paths = (interactions: directory + "/interactions.csv", items: directory + "/items.csv")
    if !overwrite {
      for path in [paths.interactions, paths.items] where unsafe access(path, F_OK) == 0 {
        throw SampleError.exists(path: path)
      }
    }
    if unsafe mkdir(directory, 0o777) != 0, errno != EEXIST {
      throw SampleError.system(path: directory, action: "make the directory", code: errno)
    }
    var itemFile = try TextFile(path: paths.items)
    itemFile.write("item,title,category\n")
    let catalogue = catalogue
    for item in 0..<items {
      let categories = catalogue.categories[item].joined(separator: "|")
      itemFile.write("\(item + 1),\"\(catalogue.titles[item])\",\(categories)\n")
      try itemFile.flush(above: 1 << 20)
    }
    var file = try TextFile(path: paths.interactions)
    file.write("user,item,value\n")
    var done = 0
    var reported = 0
    try forEachUser(execution: execution) { user, picks in
      for pick in picks {
        file.write(number: UInt64(user + 1))
        file.write(byte: UInt8(ascii: ","))
        file.write(number: UInt64(pick.item) + 1)
        file.write(byte: UInt8(ascii: ","))
        file.write(byte: UInt8(ascii: "0") + pick.value)
        file.write(byte: UInt8(ascii: "\n"))
      }
      try file.flush(above: 1 << 20)
      done += picks.count
      if done - reported >= 500_000 {
        reported = done
        execution.progress?(
          ProgressEvent(stage: "sample", completed: done, total: interactions, unit: "interactions"))
      }
    }
    try execution.checkCancellation()
    try file.finish()
    try itemFile.finish()
    return paths
  }
}

/// A text file that gets its name only when it is whole.
@safe private struct TextFile: ~Copyable {
  // Safe: `file` is open from `init` to `deinit`, which nobody else closes.
  private let path: String
  private let temporary: String
  private let file: Int32
  private var buffer: [UInt8] = []
  private var isFinished = false

  init(path: String) throws(SampleError) {
    self.path = path
    temporary = "\(path).\(getpid()).tmp"
    buffer.reserveCapacity((1 << 20) + (1 << 16))
    file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if file < 0 { throw .system(path: path, action: "create the file", code: errno) }
  }

  deinit {
    if file >= 0 { close(file) }
    if !isFinished { _ = unsafe unlink(temporary) }
  }

  mutating func write(_ text: String) { buffer.append(contentsOf: text.utf8) }
  mutating func write(byte: UInt8) { buffer.append(byte) }

  mutating func write(number: UInt64) {
    if number >= 10 { write(number: number / 10) }
    buffer.append(UInt8(ascii: "0") + UInt8(number % 10))
  }

  /// Hands the buffer to the system once it holds more than a number of bytes.
  mutating func flush(above limit: Int) throws(SampleError) {
    guard buffer.count > limit else { return }
    var failure: Int32 = 0
    unsafe buffer.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        // Safe: `done` is inside the buffer.
        let count = unsafe writeBytes(file, bytes.baseAddress! + done, bytes.count - done)
        if count < 0 {
          if errno == EINTR { continue }
          failure = errno
          return
        }
        done += count
      }
    }
    if failure != 0 { throw .system(path: path, action: "write the file", code: failure) }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes what is left and gives the file its name.
  mutating func finish() throws(SampleError) {
    try flush(above: 0)
    guard fsync(file) == 0 else { throw .system(path: path, action: "write the file", code: errno) }
    guard unsafe rename(temporary, path) == 0 else {
      throw .system(path: path, action: "name the file", code: errno)
    }
    isFinished = true
  }
}

/// `write(2)`, whose name the type above uses for itself.
private func writeBytes(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  unsafe write(file, bytes, count)
}
