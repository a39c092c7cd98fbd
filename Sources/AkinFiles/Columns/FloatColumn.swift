import AkinSupport
import AkinVectors

/// A column of one float per row, read in place: biases, norms.
@safe public struct FloatColumn: Sendable {
  let view: SectionView

  /// Reads a section of floats.
  package init(_ view: SectionView) { self.view = view }

  /// The number of rows.
  public var count: Int { view.byteCount / 4 }

  /// The float of a row; 0 for a row that does not exist.
  ///
  /// - Parameter row: The row.
  public subscript(row: Row) -> Float { view.f32(at: Int(row.index)) ?? 0 }

  /// A copy of all floats.
  public var values: [Float] { (0..<count).map { view.f32(at: $0) ?? 0 } }

  /// The first float, valid while the column lives. For hot loops, which must stay below `count`.
  @unsafe package var base: UnsafePointer<Float> {
    // Safe: a section starts at a multiple of 64 and holds `count` floats that nobody writes.
    unsafe view.base.assumingMemoryBound(to: Float.self)
  }

  /// Adds the rows that are NaN or infinite, or below a least number.
  package func check(_ list: inout DamageList, from least: Float = -.infinity) {
    for row in 0..<count {
      let value = view.f32(at: row) ?? 0
      if !value.isFinite {
        list.add(view, row * 4..<row * 4 + 4, .notFinite(row: UInt64(row)))
      } else if value < least {
        list.add(view, row * 4..<row * 4 + 4, .rule("expected numbers of at least \(least)"))
      }
    }
  }
}
