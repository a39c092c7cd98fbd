import Synchronization

/// What this version of Akin knows about one kind of file: its feature bits and its sections.
///
/// A module that has a kind of its own declares the format as a constant and registers it. A file of a kind that nobody
/// registered is refused with its code, not its name.
public struct ContainerFormat: Sendable {
  /// A section that this version knows, and what it holds, in a few words.
  public typealias Section = (name: SectionName, meaning: String)

  /// The kind.
  public let kind: FileKind
  /// The required feature bits that this version knows; a file with another one is refused.
  public let requiredFeatures: UInt64
  /// The sections that this version knows. Others are passed over, unless a file says that they must be understood.
  public let sections: [Section]
  /// What to do when a file of another kind was given in place of this one: one sentence without a full stop.
  public let wrongKindHelp: String

  /// Creates a format.
  ///
  /// - Parameters:
  ///   - kind: The kind.
  ///   - requiredFeatures: The required feature bits that a reader of this version knows.
  ///   - sections: The sections that it knows, each name once. ``commonSections`` are known in every kind.
  ///   - wrongKindHelp: What to do when a file of another kind was given: one sentence without a full stop.
  package init(kind: FileKind, requiredFeatures: UInt64 = 0, sections: [Section], wrongKindHelp: String) {
    self.kind = kind
    self.requiredFeatures = requiredFeatures
    self.sections = sections + ContainerFormat.commonSections
    self.wrongKindHelp = wrongKindHelp
  }

  /// Whether this version knows a section of this name.
  func knows(_ name: SectionName) -> Bool { sections.contains { $0.name == name } }

  /// The sections that a file of any kind may have: metadata, provenance, checksums.
  package static let commonSections: [Section] = [
    ("META", "metadata"), ("PROV", "provenance"), ("CHKS", "checksums"),
  ]
}

// MARK: - The registry

extension ContainerFormat {
  private static let registry = Mutex<[UInt8: ContainerFormat]>([FileKind.embeddings.code: .embeddings])

  /// Makes a kind known by name: to ``FileKind/sniff(_:)``, to ``SectionName/meaning(in:)``, and to the errors about a
  /// file of the wrong kind. Opening or writing a file of the format does it too.
  ///
  /// Registering a format again changes nothing. Two kinds with one code are a mistake of the program, and trap.
  ///
  /// - Parameter format: The format. Any thread may register it at any time.
  package static func register(_ format: ContainerFormat) {
    registry.withLock { formats in
      let known = formats[format.kind.code]?.kind
      precondition(
        known == nil || known == format.kind, "two kinds of file have the code \(format.kind.code)")
      if known == nil { formats[format.kind.code] = format }
    }
  }

  /// Registers this format, and returns it: for a constant that is registered by its first use.
  package func registered() -> ContainerFormat {
    ContainerFormat.register(self)
    return self
  }

  /// The format of a kind; `nil` when nobody registered it.
  package static func registered(_ kind: FileKind) -> ContainerFormat? {
    registry.withLock { formats in formats[kind.code].flatMap { $0.kind == kind ? $0 : nil } }
  }

  /// All registered formats, by ascending code.
  package static var allRegistered: [ContainerFormat] {
    registry.withLock { formats in formats.values.sorted { $0.kind.code < $1.kind.code } }
  }
}

extension SectionName {
  /// What a section of this name holds in a file of a kind, in a few words; `nil` when this version does not know.
  ///
  /// - Parameter kind: The kind of the file. Its format must be registered: opening a file of the kind does that.
  public func meaning(in kind: FileKind) -> String? {
    ContainerFormat.registered(kind)?.sections.first { $0.name == self }?.meaning
  }
}
