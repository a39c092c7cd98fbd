import AkinFiles
import AkinHNSW
import AkinSupport
import AkinVectors

/// One generation of a catalogue: its segments in order of arrival, the rows of each that are deleted, and the model that all
/// vectors come from.
public struct Manifest: Sendable, Equatable {
  /// The number of the generation, from 1.
  public internal(set) var generation: UInt64
  /// The root digest of the generation before it; `.none` for the first.
  public internal(set) var parent = Digest.none
  /// What all segments share.
  public let model: Model
  /// The segments, in order of arrival.
  public internal(set) var segments: [SegmentRecord]
  /// What the generation did: `operation` and its counts.
  public internal(set) var facts: [String: JSONValue] = [:]

  /// What all vectors of a catalogue have in common, and how its graphs are built.
  public struct Model: Sendable, Equatable {
    /// Names the training that the vectors come from; `.none` for imported vectors.
    public let lineage: Digest
    /// Components of a vector.
    public let dimension: Int
    /// The metric of scores.
    public let metric: Metric
    /// A constant that is added to every score of the model.
    public let globalMean: Float
    /// Whether items have biases.
    public let hasBiases: Bool
    /// M, efConstruction and seed of every graph.
    public let options: HNSWBuildOptions
  }

  /// The number of rows, deleted ones included.
  public var rows: Int { segments.reduce(0) { $0 + $1.rows } }
  /// The number of rows that are not deleted.
  public var live: Int { segments.reduce(0) { $0 + $1.live } }
}

/// A segment of a catalogue: an index file that never changes, and which of its rows are deleted.
public struct SegmentRecord: Sendable, Equatable {
  /// The root digest of the index file, which is its name.
  public let digest: Digest
  /// The number of its rows.
  public let rows: Int
  /// Bytes of the file.
  public let fileBytes: UInt64
  /// Whether its items are linked; otherwise it is scanned.
  public let isLinked: Bool
  /// Whether its graph has grown out of that of an older segment, so that a build of the same items gives other bytes.
  public let isGrown: Bool
  /// The deleted rows.
  public internal(set) var deleted: RowSet

  /// The number of rows that are not deleted.
  public var live: Int { rows - deleted.count }
  /// The name of the index file in the directory.
  public var name: String { digest.description + ".idx" }
}
