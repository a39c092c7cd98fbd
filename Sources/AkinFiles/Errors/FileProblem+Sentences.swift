import AkinSupport

// Every sentence about a file is here. Tests/AkinFilesTests/SentenceTests.swift pins them.

extension FileError {
  public var kind: TroubleKind {
    switch problem {
    case .notFound, .isDirectory, .isFile, .notRegular, .noPermission, .ioError: .io
    default: .badInput
    }
  }

  public var description: String { "\(path): \(problem.sentence)" }

  public var help: String? { problem.help }
}

extension FileProblem {
  /// What is wrong, without the file's name.
  var sentence: String {
    switch self {
    case .notFound: "no such file"
    case .isDirectory: "expected a file, found a directory"
    case .isFile: "expected a directory, found a file"
    case .notRegular: "expected a regular file, found a pipe, socket or device"
    case .noPermission: "permission denied"
    case .ioError(let call, let code): "\(call) failed: \(systemSentence(code))"
    case .empty: "the file is empty"
    case .notAkin(.unknownKind(let code)):
      "an Akin file of kind 0x\(String(code, radix: 16)), which this program has not registered"
    case .notAkin(let resemblance): "not a file of Akin" + resemblance.clause
    case .wrongKind(let expected, let found): "expected \(expected.nounPhrase), found \(found.nounPhrase)"
    case .bigEndian: "expected little-endian byte order, found big-endian"
    case .headerChecksum: "checksum mismatch in the first page: the header is damaged"
    case .unsupportedVersion(let found, let supported):
      "the file has format version \(found); this Akin reads version \(supported.major)"
    case .unknownFeature(let bit): "the file requires feature bit \(bit), which this Akin does not know"
    case .unknownSection(let name): "the file requires section \(name), which this Akin does not know"
    case .truncated(let section?, let needed, let present):
      "the file has \(present) of its \(needed) bytes; it ends before the end of section \(section)"
    case .truncated(nil, let needed, let present): "the file has \(present) of its \(needed) bytes"
    case .extended(let declared, let present):
      "the file has \(present) bytes, its header declares \(declared); bytes were appended"
    case .badField(let name, let found, let expected): "header field \(name): expected \(expected), found \(found)"
    case .badSection(let name, let fault): "section \(name): \(fault.sentence)"
    case .missingSection(let name): "section \(name) is missing"
    case .damagedChunk(let section, let range):
      "section \(section): checksum mismatch in bytes \(range.lowerBound)..<\(range.upperBound)"
    case .aboveLimit(let name, let found, let limit): "\(name): expected at most \(limit), found \(found)"
    case .unsupportedElements(let type): "the vectors are stored as \(type.name); this Akin reads float32"
    }
  }

  /// The next step, where there is one.
  var help: String? {
    switch self {
    case .notFound: "check the path"
    case .isFile(let expected): ContainerFormat.registered(expected)?.wrongKindHelp
    case .notAkin(let resemblance): resemblance.help
    case .wrongKind(let expected, _): ContainerFormat.registered(expected)?.wrongKindHelp
    case .unsupportedVersion, .unknownFeature, .unknownSection:
      "use a newer Akin, or write the file again with this one"
    case .truncated, .extended: "copy the file again from where it was written"
    case .headerChecksum, .damagedChunk: "restore a good copy, or write the file again; `akin verify` lists all damage"
    default: nil
    }
  }
}

extension Resemblance {
  fileprivate var clause: String {
    switch self {
    case .nothingKnown, .unknownKind: ""
    case .text: ": it looks like text"
    case .gitLFSPointer: ": it is a git-lfs pointer to the data, not the data"
    case .npy: ": it is a NumPy .npy file"
    case .zip: ": it is a zip archive"
    case .gzip: ": it is gzip-compressed"
    case .zeros: ": its first page holds only zeros, as after a copy or a power loss that left no data"
    case .textModeCopy: ": it was one before a copy in text mode changed its line ends"
    }
  }

  fileprivate var help: String? {
    switch self {
    case .gitLFSPointer: "run `git lfs pull` first"
    case .npy: "turn it into an embeddings file with `akin import`"
    case .text: "train on interactions with `akin train`, or import vectors with `akin import`"
    case .zip, .gzip: "unpack it first"
    case .textModeCopy: "copy the file again in binary mode"
    case .unknownKind: "open it with the type that reads files of this kind, or use a newer Akin"
    default: nil
    }
  }
}

extension SectionFault {
  fileprivate var sentence: String {
    switch self {
    case .name: "expected a name of four capital letters or digits"
    case .flags(let flags): "unknown flags 0x\(String(flags, radix: 16))"
    case .offset(let expected, let found): "expected to start at byte \(expected), found \(found)"
    case .alignment(let log2): "expected an alignment of 2^6 to 2^21, found 2^\(log2)"
    case .zeroLength: "has no bytes; an empty section must be absent"
    case .size(let bytes, let count, let elementBytes):
      elementBytes == 0
        ? "has \(bytes) bytes but a count of \(count)"
        : "has \(bytes) bytes, which is not \(count) × \(elementBytes)"
    case .pastEnd(let end, let fileBytes): "ends at byte \(end) of a file of \(fileBytes)"
    case .beforeEnd(let end, let fileBytes): "is the last and ends at byte \(end) of a file of \(fileBytes)"
    case .duplicate: "is listed twice in the table"
    case .reserved: "a reserved byte of its entry is not zero"
    case .firstChunk(let expected, let found): "expected its first checksum to be number \(expected), found \(found)"
    case .count(let expected, let found): "expected \(expected) elements, found \(found)"
    case .elementBytes(let expected, let found): "expected elements of \(expected) bytes, found \(found)"
    case .unexpected: "unexpected: the header declares it absent"
    }
  }
}
