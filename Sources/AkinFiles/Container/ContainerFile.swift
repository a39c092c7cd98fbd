import AkinSupport

/// What the first page of a file says, apart from the fields of its kind.
public struct ContainerHeader: Sendable, Equatable {
  /// The file's length in bytes.
  public let fileBytes: UInt64
  /// The version of the format that the file was written in.
  public let version: FormatVersion
  /// Feature bits that a reader must know.
  public let requiredFeatures: UInt64
  /// Feature bits that a reader may ignore.
  public let optionalFeatures: UInt64
  /// Names the content of this file.
  public let rootDigest: Digest
  /// Names the file that this one was made from; `.none` when there is none.
  public let sourceDigest: Digest
  /// The number of the build in a directory of builds; 0 elsewhere.
  public let generation: UInt64
  /// Derived from the provenance; enters every checksum.
  public let salt: UInt64
  /// log2 of the bytes that one checksum covers.
  public let chunkLog2: Int
}

/// An open file of any kind: its header checked, its sections reachable, nothing else read yet.
///
/// Opening reads one page and maps the rest: O(1), whatever the file's size, and no allocation whose size the file
/// chooses. Checked at open: exact length, known version and features, sections inside the file that do not overlap.
/// Not checked at open: that the sections' bytes are those that were written; the kind's `verify` checks that.
public final class ContainerFile: Sendable {
  /// The path that it was opened by; `(memory)` for a file that is only in memory.
  public let path: String
  /// The kind of file.
  public let kind: FileKind
  /// What its first page says.
  public let header: ContainerHeader
  /// Its sections in file order; at most 60.
  public let sections: [SectionEntry]
  /// The fields of its kind.
  package let kindBlock: KindBlock
  /// The first page.
  let page: HeaderPage
  /// All bytes of the file.
  let bytes: MappedBytes

  /// The path of files that are only in memory, in errors.
  package static let memoryPath = "(memory)"

  /// Opens a file of a kind, and registers the kind.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - format: The kind that is expected, with what this version knows of it.
  ///   - mode: Whether the file is mapped or copied into memory.
  /// - Throws: ``FileError``, which says whether the file could not be read, is another kind, or is damaged and how.
  public convenience init(
    path: String, format: ContainerFormat, mode: OpenMode = .map(.normal)
  ) throws(FileError) {
    let file = try OpenedFile(path: path)
    let first = try file.prefix(HeaderPage.byteCount)
    // The first page alone tells foreign files, before anything is mapped or copied.
    let checked = try ContainerFile.check(first, path: path, format: format, present: UInt64(file.byteCount))
    self.init(path: path, kind: format.kind, checked: checked, bytes: try file.bytes(mode))
  }

  /// Opens the bytes of a file of a kind that are in memory, without copying them, and registers the kind.
  ///
  /// - Parameters:
  ///   - bytes: All bytes of the file, as ``ContainerBuilder/bytes(execution:)`` returns them.
  ///   - path: What errors call it.
  ///   - format: The kind that is expected.
  package convenience init(
    bytes: MappedBytes, path: String = ContainerFile.memoryPath, format: ContainerFormat
  ) throws(FileError) {
    // Safe: the bytes live as long as `bytes`.
    let whole = unsafe UnsafeRawBufferPointer(start: bytes.base, count: bytes.count)
    let first = unsafe Array(whole.prefix(HeaderPage.byteCount))
    let checked = try ContainerFile.check(first, path: path, format: format, present: UInt64(bytes.count))
    self.init(path: path, kind: format.kind, checked: checked, bytes: bytes)
  }

  /// Opens a copy of the bytes of a file of a kind; otherwise as for ``MappedBytes``.
  package convenience init(
    bytes: [UInt8], path: String = ContainerFile.memoryPath, format: ContainerFormat
  ) throws(FileError) {
    guard !bytes.isEmpty else { throw FileError(path: path, problem: .empty) }
    try self.init(bytes: MappedBytes(bytes), path: path, format: format)
  }

  /// Drops the pages that were read from this process's memory; see ``MappedBytes/release()``.
  package func release() { bytes.release() }

  private init(
    path: String, kind: FileKind, checked: (page: HeaderPage, sections: [SectionEntry]), bytes: MappedBytes
  ) {
    self.path = path
    self.kind = kind
    self.bytes = bytes
    let page = checked.page
    self.page = page
    sections = checked.sections
    kindBlock = KindBlock(page: page)
    typealias Field = HeaderPage.Field
    header = ContainerHeader(
      fileBytes: page.u64(at: Field.fileBytes),
      version: FormatVersion(major: page.u16(at: Field.major), minor: page.u16(at: Field.minor)),
      requiredFeatures: page.u64(at: Field.required), optionalFeatures: page.u64(at: Field.optional),
      rootDigest: page.digest(at: Field.rootDigest), sourceDigest: page.digest(at: Field.sourceDigest),
      generation: page.u64(at: Field.generation), salt: page.u64(at: Field.salt),
      chunkLog2: Int(page.u32(at: Field.chunkLog2)))
  }

  /// Checks the first page, and says of which file an error is.
  private static func check(
    _ first: [UInt8], path: String, format: ContainerFormat, present: UInt64
  ) throws(FileError) -> (page: HeaderPage, sections: [SectionEntry]) {
    ContainerFormat.register(format)
    do throws(FileProblem) {
      return try HeaderPage.check(first, expecting: format, present: present)
    } catch {
      throw FileError(path: path, problem: error)
    }
  }
}
