/// How a component of a vector is stored. The raw value is the code in the file.
public enum ElementType: UInt16, Sendable, CaseIterable {
  /// IEEE 754, 32 bits: the only type that this version reads and writes.
  case float32 = 1
  /// IEEE 754, 16 bits.
  case float16 = 2
  /// The upper half of a float32.
  case bfloat16 = 3
  /// A signed byte.
  case int8 = 4

  /// Bytes of one component.
  public var byteCount: Int {
    switch self {
    case .float32: 4
    case .float16, .bfloat16: 2
    case .int8: 1
    }
  }

  /// The name used in messages.
  public var name: String { String(describing: self) }

  /// Bytes from one stored row to the next: the components, rounded up to 64.
  ///
  /// - Parameter dimension: Components of a row.
  package func stride(dimension: Int) -> Int { (dimension * byteCount + 63) & ~63 }
}
