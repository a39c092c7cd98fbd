import AkinSupport

/// What the first page of a file says, apart from what belongs to its kind.
public struct ContainerHeader: Sendable, Equatable {
  /// The file's length.
  public let fileBytes: UInt64
  /// The version of the format it is written in.
  public let version: FormatVersion
  /// Feature bits that a reader must know, and those that it may ignore.
  public let requiredFeatures: UInt64
  public let optionalFeatures: UInt64
  /// Names the content of this file.
  public let rootDigest: Digest
  /// Names the file that this one was made from; `.none` when there is none.
  public let sourceDigest: Digest
  /// Counts the builds of one index directory; 0 outside of one.
  public let generation: UInt64
  /// Derived from the provenance; enters every checksum.
  public let salt: UInt64
  /// log2 of the bytes that one checksum covers.
  public let chunkLog2: Int
}

/// A file of either kind, open: its header checked, its sections reachable, nothing else read yet.
///
/// Opening reads one page and maps the rest: O(1), whatever the file's size, and no allocation that the file could
/// choose. What it promises: exact length, known version and features, and sections inside the file that do not
/// overlap. What it does not promise: that the sections' bytes are what was written; `verify` tells that.
public final class ContainerFile: Sendable {
  /// The path it was opened by.
  public let path: String
  /// Which kind of file it is.
  public let kind: FileKind
  /// What its first page says.
  public let header: ContainerHeader
  /// Its sections in file order; at most 60.
  public let sections: [SectionEntry]
  /// The fields of its kind.
  package let kindBlock: KindBlock
  let page: HeaderPage
  let bytes: MappedBytes

  /// Opens a file of a kind.
  ///
  /// - Throws: ``FileError``, which says whether the file could not be read, is another kind, or is damaged and how.
  public convenience init(
    path: String, kind: FileKind, mode: OpenMode = .map(.normal)
  ) throws(FileError) {
    let file = try OpenedFile(path: path)
    let first = try file.firstPage()
    // Foreign files are told from their first page alone, before anything is mapped or copied.
    let checked = try ContainerFile.check(first, path: path, kind: kind, present: UInt64(file.byteCount))
    self.init(path: path, kind: kind, checked: checked, bytes: try file.bytes(mode))
  }

  /// Lets go of the pages that were read; see ``MappedBytes/release()``.
  package func release() { bytes.release() }

  /// Opens the bytes of a file of a kind; `path` names them in errors.
  package convenience init(bytes: [UInt8], path: String = "(memory)", kind: FileKind) throws(FileError) {
    guard !bytes.isEmpty else { throw FileError(path: path, problem: .empty) }
    let first = Array(bytes.prefix(HeaderPage.byteCount))
    let checked = try ContainerFile.check(first, path: path, kind: kind, present: UInt64(bytes.count))
    self.init(path: path, kind: kind, checked: checked, bytes: MappedBytes(bytes))
  }

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

  private static func check(
    _ first: [UInt8], path: String, kind: FileKind, present: UInt64
  ) throws(FileError) -> (page: HeaderPage, sections: [SectionEntry]) {
    do throws(FileProblem) {
      return try HeaderPage.check(first, expecting: kind, present: present)
    } catch {
      throw FileError(path: path, problem: error)
    }
  }
}
