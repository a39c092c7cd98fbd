import AkinSupport
import AkinVectors
import CAkinKernels

/// The vectors of a matrix rounded to fewer bytes, in memory, on their way into a file.
@safe package final class PackedVectors: @unchecked Sendable {
  // Safe: `init` writes the memory, and nothing afterwards.

  /// The rows.
  package let rows: PackedRows
  /// What a half is multiplied by, a power of two; 0 for bytes.
  package let scale: Float
  /// For each row of bytes what a byte is multiplied by, and what is added; none for halves.
  package var pairs: [Float] {
    pairColumn.map { unsafe Array(UnsafeBufferPointer(start: $0.base, count: 2 * rows.count)) } ?? []
  }
  private let pairColumn: HeldColumn<Float>?
  private let memory: HeldColumn<UInt8>

  /// Components from here on have no room to be rounded up.
  package static let limit: Float = 0x1p126

  /// Rounds the rows of `items` to halves, or to bytes with a scale and an offset for each row.
  ///
  /// - Parameters:
  ///   - items: All finite, below ``limit``.
  ///   - isHalf: Whether components become halves, else bytes.
  ///   - offset: Where all components are whole numbers less than 256 apart, what their bytes are relative to: nothing is lost then.
  package init(_ items: EmbeddingMatrix, isHalf: Bool, offset: Float?, kernels: UnsafePointer<akin_kernels>) {
    let stride = PackedRows.stride(dimension: items.dimension, elementBytes: isHalf ? 2 : 1)
    var bytes = [UInt8](repeating: 0, count: max(1, items.count * stride))
    var pairs: [Float] = []
    var scale: Float = 0
    if isHalf {
      scale = PackedVectors.scale(of: items)
      for row in 0..<items.count {
        items.withRow(Row(row)) { PackedVectors.halves(of: $0, 1 / scale, into: &bytes, at: row * stride) }
      }
    } else {
      pairs.reserveCapacity(2 * items.count)
      for row in 0..<items.count {
        let pair = items.withRow(Row(row)) { PackedVectors.bytes(of: $0, offset, into: &bytes, at: row * stride) }
        pairs += [pair.scale, pair.offset]
      }
    }
    self.scale = scale
    memory = HeldColumn(bytes)
    pairColumn = isHalf ? nil : HeldColumn(pairs + [0, 0])
    let form = pairColumn.map { unsafe PackedRows.Form.bytes(pairs: $0.base) } ?? .halves(scale: scale)
    // Safe: the columns have `count` rows and pairs, and this object keeps them.
    rows = unsafe PackedRows(
      form, base: UnsafeRawPointer(memory.base), stride: stride, count: items.count, dimension: items.dimension,
      kernels: kernels)
  }

  /// The power of two that brings the largest component to 2¹⁴ … 2¹⁵ as a half.
  private static func scale(of items: EmbeddingMatrix) -> Float {
    var largest: Float = 0
    for row in 0..<items.count {
      items.withRow(Row(row)) { for place in 0..<$0.count { largest = max(largest, $0[place].magnitude) } }
    }
    guard largest > 0 else { return 1 }
    // From 2⁻¹¹⁰ on both the scale and its inverse are normal numbers.
    return Float(sign: .plus, exponent: max(-124, Int(largest.exponent) - 14), significand: 1)
  }

  private static func halves(of vector: Span<Float>, _ inverse: Float, into bytes: inout [UInt8], at start: Int) {
    for place in 0..<vector.count {
      let half = Half.bits(vector[place] * inverse)
      bytes[start + 2 * place] = UInt8(truncatingIfNeeded: half)
      bytes[start + 2 * place + 1] = UInt8(truncatingIfNeeded: half >> 8)
    }
  }

  /// Rounds a vector to the nearest of 255 numbers, equally far apart, from its least component to its greatest.
  private static func bytes(
    of vector: Span<Float>, _ whole: Float?, into bytes: inout [UInt8], at start: Int
  ) -> (scale: Float, offset: Float) {
    var (least, greatest) = (Float.infinity, -Float.infinity)
    for place in 0..<vector.count {
      least = min(least, vector[place])
      greatest = max(greatest, vector[place])
    }
    let (low, high) = (Double(least), Double(greatest))
    var (scale, offset) = (Float((high - low) / 254), Float((high + low) / 2))
    if let whole { (scale, offset) = (1, whole) }
    if offset == 0 { offset = 0 }
    let inverse = scale > 0 ? 1 / Double(scale) : 0
    for place in 0..<vector.count {
      let steps = (Double(vector[place]) - Double(offset)) * inverse
      let limited = max(-128, min(127, steps.rounded(.toNearestOrEven)))
      bytes[start + place] = UInt8(bitPattern: Int8(limited))
    }
    return (scale, offset)
  }

  /// How far the rows of a matrix are from those that stand for them, at the most, rounded up: under cosine of their directions.
  ///
  /// - Complexity: O(*items* · *dimension*).
  package static func error(
    of items: EmbeddingMatrix, as rounded: EmbeddingMatrix, metric: Metric, kernels: UnsafePointer<akin_kernels>
  ) -> Float {
    var largest = 0.0
    for row in 0..<items.count {
      // Safe: the rows lie inside the matrices, which have one dimension.
      let (one, other) = unsafe (items.base + row * items.stride, rounded.base + row * rounded.stride)
      let isUnit = metric == .cosine
      let first = unsafe isUnit ? Coordinates.unitScale(one, items.dimension, kernels) : 1
      let second = unsafe isUnit ? Coordinates.unitScale(other, items.dimension, kernels) : 1
      var square = 0.0
      for place in 0..<items.dimension {
        let difference = unsafe Double(one[place]) * first - Double(other[place]) * second
        square += difference * difference
      }
      largest = max(largest, square)
    }
    // The sums are rounded, by far less than this.
    return largest > 0 ? min(Float(largest.squareRoot() * (1 + 0x1p-20)).nextUp, .greatestFiniteMagnitude) : 0
  }
}

extension RowCodes {
  /// The vectors that codes by component stand for; zeros stay zeros.
  package func decoded(zeros items: EmbeddingMatrix) -> EmbeddingMatrix {
    // A norm for each row: nothing but whether it is 0 matters.
    let norms = HeldColumn((0..<count).map { items.isZero(Row($0)) ? Float(0) : 1 } + [0])
    // Safe: the table has a code for each row.
    let rows = unsafe PackedRows(
      .codes(step: book.step, mean: book.mean, norms: norms.base), base: UnsafeRawPointer(table.bytes),
      stride: book.width, count: count, dimension: book.dimension, kernels: table.kernels)
    return withExtendedLifetime(norms) { rows.decoded(0..<count) }
  }
}
