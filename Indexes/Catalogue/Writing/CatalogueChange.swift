import AkinSupport

/// What a writer has done to a catalogue.
public struct CatalogueChange: Sendable, Equatable {
  /// What the writer was asked for.
  public enum Operation: String, Sendable, CaseIterable {
    /// All items were replaced.
    case create
    /// Items were added.
    case add
    /// Items were deleted.
    case delete
    /// Segments became one, or lost their deleted rows.
    case merge
    /// The same, asked for by the caller.
    case compact
  }

  /// What was done.
  public var operation: Operation
  /// The generation that holds it; the one before it when nothing had to change.
  public var generation: UInt64 = 0
  /// Items that are new.
  public var added = 0
  /// Items that took the place of an item with the same id.
  public var replaced = 0
  /// Items that were there already, bit for bit, and stay where they are.
  public var unchanged = 0
  /// Items that were deleted.
  public var deleted = 0
  /// Ids to delete that no item has.
  public var unknown = 0
  /// Segments that were read to make new ones.
  public var merged = 0
  /// Items written into new segments.
  public var written = 0

  /// Creates a change that has done nothing yet.
  ///
  /// - Parameter operation: What was asked for.
  public init(_ operation: Operation) { self.operation = operation }

  /// The counts by name: for reports, and for the manifest.
  public var counts: [String: JSONValue] {
    var all: [String: JSONValue] = [:]
    for (name, count) in [
      ("added", added), ("replaced", replaced), ("unchanged", unchanged), ("deleted", deleted), ("unknown", unknown),
      ("merged", merged), ("written", written),
    ] where count > 0 { all[name] = .integer(Int64(count)) }
    return all
  }
}
