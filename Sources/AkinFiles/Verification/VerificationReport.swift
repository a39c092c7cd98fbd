import AkinSupport

/// What `verify` found in one file.
public struct VerificationReport: Sendable, Equatable {
  /// The file.
  public let path: String
  /// Its kind.
  public let kind: FileKind
  /// Bytes read and checked: the whole file.
  public let checkedBytes: UInt64
  /// Sections read and checked.
  public let checkedSections: Int
  /// What is wrong, in file order within each check; empty for a sound file.
  public let damages: [Damage]
  /// Damages found beyond those listed. A lower bound: some checks stop counting after many damages in one section.
  public let omitted: Int

  /// Whether nothing is wrong.
  public var isSound: Bool { damages.isEmpty }

  /// The report as JSON: `file`, `kind`, `sound`, `bytes`, `sections`, `omitted`, and `damages` with `section`,
  /// `start`, `end` and `reason` each.
  public var json: JSONValue {
    .object([
      "file": .string(path), "kind": .string(kind.name), "sound": .bool(isSound),
      "bytes": .integer(Int64(checkedBytes)), "sections": .integer(Int64(checkedSections)),
      "omitted": .integer(Int64(omitted)),
      "damages": .array(
        damages.map { damage in
          .object([
            "section": damage.section.map { .string($0.description) } ?? .null,
            "start": .integer(Int64(damage.byteRange.lowerBound)),
            "end": .integer(Int64(damage.byteRange.upperBound)),
            "reason": .string(damage.reason.description),
          ])
        }),
    ])
  }
}
