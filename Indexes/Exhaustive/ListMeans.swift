import AkinSupport
import AkinVectors
import CAkinKernels
import Synchronization

/// The centres that items are divided among: k-means of a sample (Lloyd 1982), four rounds from unequal items at equal distances.
@safe struct ListMeans {
  // Safe: the table of kernels is constant.

  private static let rounds = 4
  private static let sampledPerList = 32
  /// Items that one task gives to their centres.
  private static let chunk = 2048

  /// The centres.
  let centres: EmbeddingMatrix
  private let kernels: UnsafePointer<akin_kernels>

  /// - Returns: `nil` where no item matches anything.
  init?(of source: UnitRows, lists: Int, _ execution: Execution) throws {
    let index = source.index
    unsafe kernels = index.kernels
    let wanted = min(index.count, lists * Self.sampledPerList)
    let positions = (0..<wanted).map { UInt32($0 * index.count / wanted) }.filter { source.matches(Int($0)) }
    guard !positions.isEmpty else { return nil }
    let sample = source.gathered(positions)
    let number = min(lists, sample.count)
    // Of equal ones the first: no row would come to the others.
    var first = Set<[Float]>()
    let distinct = (0..<number).map { sample[Row($0 * sample.count / number)] }.filter { first.insert($0).inserted }
    var centres = EmbeddingMatrix(uniformRows: distinct, dimension: sample.dimension)
    for _ in 0..<Self.rounds {
      let codes = unsafe CentreCodes(centres, kernels)
      let owners = try Self.numbers(of: sample.count, execution) { codes.nearest(to: sample, $0) }
      centres = Self.mean(of: sample, by: owners, before: centres)
    }
    self.centres = centres
  }

  /// A near centre of each item; none of those that match nothing.
  func owners(in source: UnitRows, _ execution: Execution) throws -> [UInt16] {
    let codes = unsafe CentreCodes(centres, kernels)
    let items = source.index.count
    let done = Atomic<Int>(0)
    return try Self.numbers(of: items, execution) { range in
      let own = codes.nearest(to: source.gathered(range.map { UInt32($0) }), 0..<range.count)
      let completed = done.add(range.count, ordering: .relaxed).newValue
      execution.progress?(ProgressEvent(stage: "lists", completed: completed, total: items, unit: "items"))
      return zip(range, own).map { source.matches($0) ? $1 : Partition.none }
    }
  }

  /// A number for each row, by chunks.
  private static func numbers(
    of rows: Int, _ execution: Execution, _ chunk: (Range<Int>) -> [UInt16]
  ) throws -> [UInt16] {
    var numbers = [UInt16](repeating: Partition.none, count: rows)
    try unsafe numbers.withUnsafeMutableBufferPointer { numbers in
      // Safe: each number is written by the one chunk that holds it.
      nonisolated(unsafe) let numbers = unsafe numbers
      try execution.forEachChunk(of: rows, by: Self.chunk) { _, range in
        for (place, number) in zip(range, chunk(range)) { unsafe numbers[place] = number }
      }
    }
    return numbers
  }

  /// The mean of the rows of each centre; a centre without rows stays.
  private static func mean(of rows: EmbeddingMatrix, by owners: [UInt16], before centres: EmbeddingMatrix)
    -> EmbeddingMatrix
  {
    let (count, dimension) = (centres.count, rows.dimension)
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
}
