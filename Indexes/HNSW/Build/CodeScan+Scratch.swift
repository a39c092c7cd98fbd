import AkinVectors
import CAkinKernels

extension CodeScan {
  /// The scratch of one thread.
  @unsafe final class Scratch {
    let codes: UnsafeMutablePointer<Int8>
    let about: UnsafeMutablePointer<akin_code_query>
    let squares: UnsafeMutablePointer<Float>
    let values: UnsafeMutablePointer<Float>
    let hits: UnsafeMutablePointer<UInt32>
    /// What the nodes of the last search reach: the place of a node, that of the reached one in the order, and their
    /// squared distance in steps.
    var reached: [(place: Int, target: Int, steps: Float)] = []
    let keys: UnsafeMutablePointer<UInt64>
    let near: UnsafeMutablePointer<Near>

    init(_ scan: CodeScan) {
      unsafe codes = .allocate(capacity: CodeScan.block * scan.width)
      unsafe about = .allocate(capacity: CodeScan.block)
      unsafe squares = .allocate(capacity: CodeScan.block)
      unsafe values = .allocate(capacity: CodeScan.block * CodeScan.chunk)
      unsafe hits = .allocate(capacity: CodeScan.chunk)
      unsafe keys = .allocate(capacity: Near.capacity)
      unsafe near = .allocate(capacity: CodeScan.block)
      for place in 0..<CodeScan.block { unsafe (near + place).initialize(to: Near(scan.codes.kernels)) }
    }

    deinit {
      // Safe: `init` allocated each of these, and the elements are trivial.
      for place in 0..<CodeScan.block { unsafe near[place].deallocate() }
      unsafe near.deallocate()
      unsafe keys.deallocate()
      unsafe hits.deallocate()
      unsafe values.deallocate()
      unsafe squares.deallocate()
      unsafe about.deallocate()
      unsafe codes.deallocate()
    }
  }

  /// The nearest nodes of one node so far, unordered: those above a rising floor.
  @unsafe struct Near {
    /// The largest number kept.
    private static let most = 4 * CodeScan.mostCandidates
    static let capacity = most + CodeScan.chunk

    let values: UnsafeMutablePointer<Float>
    let places: UnsafeMutablePointer<UInt32>
    private(set) var count = 0
    private var floor = -Float.infinity
    private let kernels: UnsafePointer<akin_kernels>

    init(_ kernels: UnsafePointer<akin_kernels>) {
      unsafe self.kernels = kernels
      unsafe values = .allocate(capacity: Near.capacity)
      unsafe places = .allocate(capacity: Near.capacity)
    }

    func deallocate() {
      unsafe values.deallocate()
      unsafe places.deallocate()
    }

    mutating func removeAll() {
      unsafe count = 0
      unsafe floor = -.infinity
    }

    /// Takes those of some values that reach the floor.
    ///
    /// - Parameters:
    ///   - ranks: Which of the groups' maxima is the floor, at first and later.
    ///   - limit: How many are wanted in the end.
    mutating func take(
      _ new: UnsafePointer<Float>, _ size: Int, from first: Int, ranks: (start: Int, later: Int), limit: Int,
      _ hits: UnsafeMutablePointer<UInt32>
    ) {
      if unsafe floor == -.infinity { unsafe floor = kernels.pointee.kth_lower_bound(new, size, ranks.start) }
      let found = unsafe Int(kernels.pointee.indices_at_least(new, UInt32(size), floor, hits))
      // Safe: there is room for a chunk beyond what is kept at most.
      for hit in 0..<found {
        unsafe values[count &+ hit] = new[Int(hits[hit])]
        unsafe places[count &+ hit] = UInt32(first) &+ hits[hit]
      }
      unsafe count &+= found
      // More values a group make a better floor.
      if unsafe count > 3 * limit { unsafe cut(ranks.later) }
      // This many remain where all are equally near.
      unsafe count = min(count, Near.most)
    }

    /// Reduces the kept nodes to about the wanted number.
    mutating func end(rank: Int, limit: Int) {
      if unsafe count > limit + limit / 2 { unsafe cut(rank) }
    }

    private mutating func cut(_ rank: Int) {
      let higher = unsafe kernels.pointee.kth_lower_bound(values, count, rank)
      guard unsafe higher > floor else { return }
      unsafe floor = higher
      var kept = 0
      for place in unsafe 0..<count {
        let value = unsafe values[place]
        unsafe values[kept] = value
        unsafe places[kept] = places[place]
        kept &+= value >= higher ? 1 : 0
      }
      unsafe count = kept
    }
  }
}
