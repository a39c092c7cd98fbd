/// The limits of all file formats.
package enum VectorLimits {
  /// Components of a vector.
  package static let dimension = 65_536
  /// Rows of a table; the two largest numbers are reserved for "none" and "end".
  package static let rows = (1 << 32) - 2
  /// Bytes of one text id.
  package static let idBytes = 1_024
}
