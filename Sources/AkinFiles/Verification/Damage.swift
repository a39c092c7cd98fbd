/// A range of bytes that is not as it was written, or that breaks a rule of the format.
public struct Damage: Sendable, Equatable {
  /// The section of the bytes; `nil` for the first page and for the zeros between sections.
  public let section: SectionName?
  /// The bytes, counted from the start of the file.
  public let byteRange: Range<UInt64>
  /// What is wrong with them.
  public let reason: DamageReason

  /// Creates a damage.
  ///
  /// - Parameters:
  ///   - section: The section of the bytes; `nil` for the first page and for the zeros between sections.
  ///   - byteRange: The bytes, counted from the start of the file.
  ///   - reason: What is wrong with them.
  public init(section: SectionName?, byteRange: Range<UInt64>, reason: DamageReason) {
    self.section = section
    self.byteRange = byteRange
    self.reason = reason
  }
}

/// What is wrong with some bytes.
public enum DamageReason: Sendable, Equatable {
  /// The checksum of a chunk does not match its bytes; the chunk's number in the file.
  case checksum(chunk: UInt64)
  /// The root digest does not match the first page and the checksums.
  case rootDigest
  /// The salt does not match the provenance.
  case salt
  /// Bytes that must be zero are not.
  case padding
  /// The text is not JSON, not canonical, or too long; as a sentence.
  case json(String)
  /// A list of offsets does not start at 0, falls, or does not end where its section ends.
  case offsets(row: UInt64)
  /// The id at a position of the sorted order is not above the one before it.
  case order(position: UInt64)
  /// A number is not below its limit; its position in the section.
  case outOfRange(position: UInt64, found: UInt64, limit: UInt64)
  /// A list that must ascend strictly does not.
  case notAscending(row: UInt64)
  /// A text is not UTF-8.
  case notUTF8(row: UInt64)
  /// A text id is longer than the format allows.
  case idTooLong(row: UInt64, bytes: UInt64)
  /// A number is NaN or infinite.
  case notFinite(row: UInt64)
  /// A rule of one kind of file is broken; as a sentence.
  case rule(String)
}

extension Damage: CustomStringConvertible {
  /// The place and the reason, without the file's name.
  public var description: String {
    let place = section.map { "section \($0)" } ?? (byteRange.upperBound <= 4096 ? "first page" : "between sections")
    return "\(place), bytes \(byteRange.lowerBound)..<\(byteRange.upperBound): \(reason)"
  }
}

extension DamageReason: CustomStringConvertible {
  /// What is wrong, as a sentence.
  public var description: String {
    switch self {
    case .checksum(let chunk): "checksum mismatch in chunk \(chunk)"
    case .rootDigest: "the root digest does not match the first page and the checksums"
    case .salt: "the salt does not match the provenance"
    case .padding: "expected zeros"
    case .json(let trouble): trouble
    case .offsets(let row): "the offsets of row \(row) fall, or leave their section"
    case .order(let position): "position \(position) of the sorted order is not above the one before it"
    case .outOfRange(let position, let found, let limit):
      "number \(position): expected a value below \(limit), found \(found)"
    case .notAscending(let row): "the list of row \(row) does not ascend strictly"
    case .notUTF8(let row): "the text of row \(row) is not UTF-8"
    case .idTooLong(let row, let bytes):
      "the id of row \(row) has \(bytes) bytes; at most \(FileLimits.idBytes) are allowed"
    case .notFinite(let row): "row \(row) holds a number that is NaN or infinite"
    case .rule(let sentence): sentence
    }
  }
}

/// The damages found so far: the first 200 in full, the rest counted, so that no file decides how long the list gets.
public struct DamageList: Sendable {
  /// The damages kept, in the order found.
  public private(set) var damages: [Damage] = []
  /// How many more were found.
  public package(set) var omitted = 0
  /// How many damages are kept.
  static let limit = 200

  /// Creates an empty list.
  public init() {}

  /// Adds a damage, or counts it when the list is full.
  ///
  /// - Parameter damage: The damage.
  public mutating func add(_ damage: Damage) {
    if damages.count < DamageList.limit { damages.append(damage) } else { omitted += 1 }
  }

  /// Adds a damage of bytes of a section, counted from the section's start.
  package mutating func add(_ view: SectionView, _ bytes: Range<Int>, _ reason: DamageReason) {
    let start = view.offset + bytes.lowerBound
    add(
      Damage(
        section: view.name, byteRange: UInt64(start)..<UInt64(start + bytes.count), reason: reason))
  }
}
