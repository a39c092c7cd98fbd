/// How an index file keeps the vectors of its items: as they are, or rounded, in fewer bytes.
///
/// A rounded vector takes the place of the true one everywhere in the index: an exact search is exact over the rounded
/// vectors. The file states how far a score can be from that of the true vector.
public enum VectorStore: String, Sendable, CaseIterable {
  /// As they are, 4 bytes a component.
  case float32
  /// 2 bytes a component: 11 significant bits.
  case float16
  /// A byte a component: 255 equal steps from the least to the greatest component of the item.
  case int8
  /// No vectors of their own: those that the byte codes of the walk stand for. For up to 256 components.
  case codes

  /// The name used on the command line and in messages.
  public var name: String { rawValue }
}
