/// The limits that every way into and out of a file shares.
package enum VectorLimits {
  /// Components of a vector.
  package static let dimension = 65_536
  /// Rows of a table; the two largest numbers mean "none" and "end".
  package static let rows = (1 << 32) - 2
  /// Bytes of one text id.
  package static let idBytes = 1_024
}
