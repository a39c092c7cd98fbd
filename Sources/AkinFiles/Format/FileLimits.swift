import AkinVectors

/// The limits of every kind of file. No product of two of them leaves 64 bits.
public enum FileLimits {
  /// The file's length in bytes.
  public static let fileBytes: UInt64 = 1 << 46
  /// Sections of one file.
  public static let sections = 60
  /// Components of a vector.
  public static let dimension = VectorLimits.dimension
  /// Rows of a table. The two largest 32-bit numbers mean "none" and "end".
  public static let rows = UInt64(VectorLimits.rows)
  /// Bytes of one text id.
  public static let idBytes = VectorLimits.idBytes
  /// Attributes of the items of one file.
  public static let attributes = 1_024
  /// Bytes of `META`.
  public static let metadataBytes = 1 << 20
  /// Bytes of `PROV`.
  public static let provenanceBytes = 256 << 10
  /// log2 of the bytes that one checksum covers.
  public static let chunkLog2: ClosedRange<Int> = 16...24
  /// log2 of a section's alignment.
  public static let alignmentLog2: ClosedRange<Int> = 6...21
}
