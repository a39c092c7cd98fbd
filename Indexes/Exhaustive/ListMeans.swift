import AkinSupport
import AkinVectors
import CAkinKernels

/// The centres that items are divided among: k-means of a sample (Lloyd 1982), four rounds from items at equal distances.
@safe struct ListMeans {
  // Safe: the panels hold all centres.

  /// No centre: the owner of an item that matches nothing.
  static let none = UInt16.max
  private static let rounds = 4
  private static let sampledPerList = 32
  /// Items that are compared with all centres at a time.
  private static let chunk = 256
  private static let stripe = 24

  private(set) var centres: EmbeddingMatrix
  private var panels: AlignedFloats
  private var starts: AlignedFloats
  private let kernels: UnsafePointer<akin_kernels>

  var count: Int { centres.count }

  /// - Returns: `nil` where no item matches anything.
  init?(of source: UnitRows, lists: Int, _ execution: Execution) throws {
    let index = source.index
    unsafe kernels = index.kernels
    let wanted = min(index.count, lists * Self.sampledPerList)
    let positions = (0..<wanted).map { UInt32($0 * index.count / wanted) }.filter { source.matches(Int($0)) }
    guard !positions.isEmpty else { return nil }
    let sample = source.gathered(positions)
    let number = min(lists, sample.count)
    centres = EmbeddingMatrix(
      uniformRows: (0..<number).map { sample[Row($0 * sample.count / number)] }, dimension: index.dimension)
    (panels, starts) = unsafe Self.packed(centres, kernels)
    for _ in 0..<Self.rounds {
      centres = try mean(of: sample, by: owners(of: positions, in: source, execution))
      (panels, starts) = unsafe Self.packed(centres, kernels)
    }
  }

  /// The nearest centre of each of some items.
  func owners(
    of positions: some RandomAccessCollection<UInt32> & Sendable, in source: UnitRows, _ execution: Execution
  ) throws -> [UInt16] {
    var owners = [UInt16](repeating: Self.none, count: positions.count)
    try unsafe owners.withUnsafeMutableBufferPointer { owners in
      // Safe: each owner is written by the one chunk that holds it.
      nonisolated(unsafe) let owners = unsafe owners
      try execution.forEachChunk(of: positions.count, by: Self.chunk) { _, range in
        let part = positions.dropFirst(range.lowerBound).prefix(range.count)
        let own = nearest(to: source.gathered(part))
        for (place, position) in part.enumerated() where source.matches(Int(position)) {
          unsafe owners[range.lowerBound + place] = own[place]
        }
      }
    }
    return owners
  }

  /// The nearest centre of each row: the first of several.
  private func nearest(to rows: EmbeddingMatrix) -> [UInt16] {
    let lanes = (count + 15) & ~15
    let values = AlignedFloats(count: Self.stripe * lanes)
    var hits = [UInt32](repeating: 0, count: count)
    var owners: [UInt16] = []
    for first in stride(from: 0, to: rows.count, by: Self.stripe) {
      let number = min(Self.stripe, rows.count - first)
      // Safe: the rows lie inside the matrix, and there are values for a stripe of them.
      let found = unsafe values.floats.baseAddress!
      unsafe kernels.pointee.product(
        rows.base + first * rows.stride, rows.stride, number, panels.floats.baseAddress!, lanes / 16, rows.dimension,
        starts.floats.baseAddress!, found, lanes)
      for place in 0..<number {
        let own = unsafe found + place * lanes
        let best = unsafe kernels.pointee.kth_lower_bound(own, count, 1)
        _ = unsafe hits.withUnsafeMutableBufferPointer { hits in
          unsafe kernels.pointee.indices_at_least(own, UInt32(count), best, hits.baseAddress!)
        }
        owners.append(UInt16(hits[0]))
      }
    }
    return owners
  }

  /// The mean of the rows of each centre; a centre without rows stays.
  private func mean(of rows: EmbeddingMatrix, by owners: [UInt16]) -> EmbeddingMatrix {
    let dimension = rows.dimension
    var sums = [Double](repeating: 0, count: count * dimension)
    var sizes = [Int](repeating: 0, count: count)
    for (row, owner) in owners.enumerated() {
      sizes[Int(owner)] += 1
      // Safe: the row lies inside the matrix.
      for component in 0..<dimension {
        sums[Int(owner) * dimension + component] += unsafe Double(rows.base[row * rows.stride + component])
      }
    }
    return EmbeddingMatrix(
      uniformRows: (0..<count).map { centre in
        guard sizes[centre] > 0 else { return centres[Row(centre)] }
        return (0..<dimension).map { Float(sums[centre * dimension + $0] / Double(sizes[centre])) }
      }, dimension: dimension)
  }

  /// Centres packed for the product, and minus half of their squared lengths.
  @unsafe static func packed(
    _ centres: EmbeddingMatrix, _ kernels: UnsafePointer<akin_kernels>
  ) -> (panels: AlignedFloats, starts: AlignedFloats) {
    let lanes = (centres.count + 15) & ~15
    let (panels, starts) = (AlignedFloats(count: lanes * centres.dimension), AlignedFloats(count: lanes))
    // Safe: the panels hold whole panels of the rows.
    unsafe kernels.pointee.pack(
      centres.base, centres.stride, centres.dimension, centres.count, panels.floats.baseAddress!)
    for centre in 0..<centres.count {
      let row = unsafe centres.base + centre * centres.stride
      unsafe starts.floats[centre] = Float(-0.5 * kernels.pointee.dot64(row, row, centres.dimension))
    }
    return (panels, starts)
  }
}
