import AkinSupport

extension ContainerBuilder {
  /// Writes the file: whole under its name, or not at all.
  ///
  /// - Parameters:
  ///   - path: Where the file appears.
  ///   - overwrite: Whether a regular file of that name may be replaced.
  ///   - expected: The file that must still have the name in the end; `nil` when it does not matter.
  ///   - execution: Progress and cancellation.
  ///   - ops: The system calls; others are for tests.
  /// - Returns: The file's root digest.
  /// - Throws: ``OutputError``, ``ContentError`` for a text that no reader would accept, ``FileError`` for a file above
  ///   the format's limit, ``Cancelled``, or what a producer throws.
  package func write(
    to path: String, overwrite: Bool, replacing expected: FileIdentity? = nil, execution: Execution = Execution(),
    ops: FileOps = .system
  ) throws -> Digest {
    let plan = try plan(path: path)
    // Until `publish` the file goes away with the object, on any way out.
    let file = try AtomicFile(path: path, byteCount: plan.fileBytes, overwrite: overwrite, ops: ops)
    file.expected = expected
    let output = BlockWriter(file: file, totalBytes: plan.fileBytes)
    let page = try plan.fill(output, execution: execution)
    try output.finish()
    return try file.publish(page)
  }

  /// Writes the same bytes to memory: allocated once at the file's length, filled in place, nothing on the disk.
  ///
  /// ``ContainerFile/init(bytes:path:format:)`` opens them, and ``ContainerFile/write(to:overwrite:execution:)`` writes
  /// them to a file later.
  ///
  /// - Parameter execution: Progress and cancellation.
  /// - Throws: ``FileError`` for a file above the format's limit or this machine's memory, ``ContentError``,
  ///   ``Cancelled``, or what a producer throws; the memory is freed then.
  /// - Complexity: O(*file bytes*) time and memory.
  package func bytes(execution: Execution = Execution()) throws -> MappedBytes {
    let plan = try plan(path: ContainerFile.memoryPath)
    let output = try MemoryOutput(byteCount: plan.fileBytes)
    let page = try plan.fill(output, execution: execution)
    unsafe page.bytes.withUnsafeBytes { unsafe output.write($0, at: 0) }
    return output.seal()
  }
}

extension ContainerBuilder {
  /// Adds a section that holds another file whole; ``ContainerFile/nested(_:_:)`` reads it.
  package mutating func add(nested file: ContainerFile, as name: SectionName) {
    add(name, elementBytes: 1, count: file.bytes.count, alignmentLog2: 12) { sink in
      // Safe: the bytes belong to the file, which this closure keeps.
      try unsafe sink.write(UnsafeRawBufferPointer(start: file.bytes.base, count: file.bytes.count))
    }
  }
}

extension ContainerFile {
  /// Writes this file's bytes to a path, as they are: whole under its name, or not at all.
  ///
  /// So an index that was built in memory becomes a file, byte for byte the one that a build to a file gives. The bytes
  /// are not checked: a damaged file gives a copy with the same damage, which `verify` finds.
  ///
  /// - Parameters:
  ///   - path: Where the file appears. It may be the path that this file was opened by.
  ///   - overwrite: Whether a regular file of that name may be replaced.
  ///   - execution: Progress and cancellation.
  /// - Returns: The file's root digest.
  /// - Throws: ``OutputError``, ``Cancelled``; nothing is left behind then.
  /// - Complexity: O(*file bytes*).
  @discardableResult
  public func write(to path: String, overwrite: Bool = false, execution: Execution = Execution()) throws -> Digest {
    try write(to: path, overwrite: overwrite, execution: execution, ops: .system)
  }

  /// The same through other system calls, for tests.
  package func write(to path: String, overwrite: Bool, execution: Execution, ops: FileOps) throws -> Digest {
    try execution.checkCancellation()
    let file = try AtomicFile(path: path, byteCount: header.fileBytes, overwrite: overwrite, ops: ops)
    let output = BlockWriter(file: file, totalBytes: header.fileBytes)
    for start in stride(from: HeaderPage.byteCount, to: bytes.count, by: BlockWriter.blockBytes) {
      try execution.checkCancellation()
      let count = min(BlockWriter.blockBytes, bytes.count - start)
      // Safe: the range lies in the file's bytes, which `self` keeps alive.
      try unsafe output.write(UnsafeRawBufferPointer(start: bytes.base + start, count: count), at: UInt64(start))
      if (start + count) % (64 << 20) < BlockWriter.blockBytes {
        execution.progress?(
          ProgressEvent(stage: "write", completed: start + count, total: bytes.count, unit: "bytes"))
      }
    }
    try output.finish()
    try execution.checkCancellation()
    return try file.publish(page)
  }
}

extension AtomicFile {
  /// Writes the first page, in whose place there were zeros until now, and gives the file its name.
  ///
  /// - Returns: The file's root digest.
  fileprivate func publish(_ page: HeaderPage) throws(OutputError) -> Digest {
    // Safe: the bytes are written while they are lent.
    try unsafe page.bytes.span.bytes.withUnsafeBytes { (bytes) throws(OutputError) in unsafe try write(bytes, at: 0) }
    try publish()
    return page.digest(at: HeaderPage.Field.rootDigest)
  }
}
