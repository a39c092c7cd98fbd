import AkinSupport

/// Something is wrong with a file: which one, and what.
public struct FileError: AkinError, Equatable {
  /// The file, as the caller named it.
  public let path: String
  /// What is wrong with it.
  public let problem: FileProblem

  /// Creates the error.
  ///
  /// - Parameters:
  ///   - path: The file, as the caller named it.
  ///   - problem: What is wrong with it.
  public init(path: String, problem: FileProblem) {
    self.path = path
    self.problem = problem
  }
}

/// What can be wrong with a file. The sentences are in `FileProblem+Sentences.swift`.
public enum FileProblem: Error, Equatable {
  // The system refused.

  /// No file has this path.
  case notFound
  /// The path names a directory.
  case isDirectory
  /// The path names a file, where files of a kind are kept in a directory.
  case isFile(expected: FileKind)
  /// The path names a pipe, a device or a socket.
  case notRegular
  /// The file may not be read.
  case noPermission
  /// A system call failed with an `errno`.
  case ioError(call: String, code: Int32)

  // The content is not what it must be.

  /// The file has no bytes.
  case empty
  /// The file does not start like a file of Akin; what it looks like instead.
  case notAkin(Resemblance)
  /// The file is of another kind than the caller asked for.
  case wrongKind(expected: FileKind, found: FileKind)
  /// The file was written in the other byte order.
  case bigEndian
  /// The checksum of the first page does not match its bytes.
  case headerChecksum
  /// The file's major version is not the one that this library reads.
  case unsupportedVersion(found: FormatVersion, supported: FormatVersion)
  /// The file requires a feature bit that this version does not know.
  case unknownFeature(bit: Int)
  /// The file has a section that a reader must understand, and this version does not know it.
  case unknownSection(SectionName)
  /// The file is shorter than its header says. `section` is the first that is not whole, where one is known.
  case truncated(section: SectionName?, needed: UInt64, present: UInt64)
  /// The file is longer than its header says.
  case extended(declared: UInt64, present: UInt64)
  /// A field of the header, or of a section's head, has a value that breaks a rule.
  case badField(name: String, found: String, expected: String)
  /// An entry of the section table breaks a rule, or contradicts the header.
  case badSection(SectionName, SectionFault)
  /// A section that the header implies is absent.
  case missingSection(SectionName)
  /// The checksum of a chunk does not match its bytes.
  case damagedChunk(section: SectionName, byteRange: Range<UInt64>)
  /// A number is above the format's limit, or above what this machine can hold.
  case aboveLimit(name: String, found: UInt64, limit: UInt64)
  /// The vectors have an element type that the format names and this version does not read.
  case unsupportedElements(ElementType)
}

/// What a file that is not Akin's looks like.
public enum Resemblance: Sendable, Equatable {
  /// Nothing known.
  case nothingKnown
  /// A text.
  case text
  /// A git-lfs pointer: the text that stands for data not fetched yet.
  case gitLFSPointer
  /// A NumPy `.npy` file.
  case npy
  /// A zip archive.
  case zip
  /// A gzip-compressed file.
  case gzip
  /// Zeros only.
  case zeros
  /// A file of Akin after a copy in text mode, which changed its line ends.
  case textModeCopy
  /// A file of Akin, of a kind that nobody registered; its code.
  case unknownKind(UInt8)
}

/// What can be wrong with one entry of the section table.
public enum SectionFault: Sendable, Equatable {
  /// The name is not four capital letters or digits.
  case name
  /// An unknown flag is set.
  case flags(UInt32)
  /// The section does not start where the one before it ends.
  case offset(expected: UInt64, found: UInt64)
  /// The alignment is outside of the format's range.
  case alignment(log2: UInt32)
  /// The section has no bytes.
  case zeroLength
  /// The bytes are not count × element bytes.
  case size(bytes: UInt64, count: UInt64, elementBytes: UInt32)
  /// The section ends behind the end of the file.
  case pastEnd(end: UInt64, fileBytes: UInt64)
  /// The last section ends before the end of the file.
  case beforeEnd(end: UInt64, fileBytes: UInt64)
  /// An entry before this one has the same name.
  case duplicate
  /// A reserved byte of the entry is not zero.
  case reserved
  /// The section's first checksum has the wrong number.
  case firstChunk(expected: UInt64, found: UInt64)
  /// The number of elements is not the one that the header implies.
  case count(expected: UInt64, found: UInt64)
  /// The elements do not have the size that the header implies.
  case elementBytes(expected: UInt32, found: UInt32)
  /// The header declares the section absent.
  case unexpected
}
