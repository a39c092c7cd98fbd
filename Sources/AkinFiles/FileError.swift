import AkinSupport

/// Something is wrong with a file: which one, and what.
public struct FileError: AkinError, Equatable {
  /// The file, as the caller named it.
  public let path: String
  /// What is wrong with it.
  public let problem: FileProblem

  /// Creates the error.
  public init(path: String, problem: FileProblem) {
    self.path = path
    self.problem = problem
  }
}

/// What can be wrong with a file. The sentences are in `FileProblem+Sentences.swift`.
public enum FileProblem: Error, Equatable {
  // The machine said no.

  case notFound
  case isDirectory
  /// A pipe, a device, a socket.
  case notRegular
  case noPermission
  /// A system call failed.
  case ioError(call: String, code: Int32)

  // The content is not what it has to be.

  case empty
  case notAkin(Resemblance)
  case wrongKind(expected: FileKind, found: FileKind)
  case bigEndian
  case headerChecksum
  case unsupportedVersion(found: FormatVersion, supported: FormatVersion)
  /// A required feature bit that this version does not know.
  case unknownFeature(bit: Int)
  /// A section that must be understood and is not.
  case unknownSection(SectionName)
  /// The file is shorter than its header says; the first section that is not whole, where one is.
  case truncated(section: SectionName?, needed: UInt64, present: UInt64)
  /// The file is longer than its header says.
  case extended(declared: UInt64, present: UInt64)
  case badField(name: String, found: String, expected: String)
  case badSection(SectionName, SectionFault)
  case missingSection(SectionName)
  /// A chunk whose checksum does not fit its bytes.
  case damagedChunk(section: SectionName, byteRange: Range<UInt64>)
  case aboveLimit(name: String, found: UInt64, limit: UInt64)
  /// An element type that the format has and this version does not read.
  case unsupportedElements(ElementType)
}

/// What a file that is not Akin's looks like.
public enum Resemblance: Sendable, Equatable {
  case nothingKnown, text, gitLFSPointer, npy, zip, gzip, zeros
  /// One of Akin's files after a copy that changed its line ends.
  case textModeCopy
  /// Akin's first bytes with a kind that this version does not know.
  case unknownKind(UInt8)
}

/// What can be wrong with one entry of the section table.
public enum SectionFault: Sendable, Equatable {
  /// The name is not four capital letters or digits.
  case name
  case flags(UInt32)
  /// The section does not start where the one before it ends.
  case offset(expected: UInt64, found: UInt64)
  case alignment(log2: UInt32)
  case zeroLength
  /// The bytes are not count × element bytes.
  case size(bytes: UInt64, count: UInt64, elementBytes: UInt32)
  /// The section ends behind the end of the file.
  case pastEnd(end: UInt64, fileBytes: UInt64)
  /// The last section ends before the end of the file.
  case beforeEnd(end: UInt64, fileBytes: UInt64)
  case duplicate
  case reserved
  case firstChunk(expected: UInt64, found: UInt64)
  /// The number of elements is not the one that the header implies.
  case count(expected: UInt64, found: UInt64)
  case elementBytes(expected: UInt32, found: UInt32)
  /// The header says that there is no such section.
  case unexpected
}

/// A version of the file format. A reader reads every minor version of its major version.
public struct FormatVersion: Sendable, Hashable, CustomStringConvertible {
  /// Changes when old readers cannot read new files.
  public let major: UInt16
  /// Changes when something optional is added.
  public let minor: UInt16

  /// Creates a version.
  public init(major: UInt16, minor: UInt16) {
    self.major = major
    self.minor = minor
  }

  /// The version that this library writes.
  public static let current = FormatVersion(major: 1, minor: 0)
  public var description: String { "\(major).\(minor)" }
}

/// How a component of a vector is stored.
public enum ElementType: UInt16, Sendable, CaseIterable {
  case float32 = 1
  case float16 = 2
  case bfloat16 = 3
  case int8 = 4

  /// Bytes of one component.
  public var byteCount: Int {
    switch self {
    case .float32: 4
    case .float16, .bfloat16: 2
    case .int8: 1
    }
  }

  /// The name used in messages.
  public var name: String { String(describing: self) }

  /// Bytes from one stored row to the next: the components, rounded up to 64.
  package func stride(dimension: Int) -> Int { (dimension * byteCount + 63) & ~63 }
}
