/// A node and its distance in 64 bits that sort as one number: nearer first, then the smaller node.
///
///     bits 63…32  the distance, in an order-preserving form
///     bits 31…1   the node
///     bit  0      whether the search has expanded it
///
/// The distance is any float but NaN; -0 stands before +0. `beam_insert` of the kernels makes and compares the same numbers.
enum Candidate {
  /// The largest number of nodes that fits.
  static let maximumNodes = Int(Int32.max)
  /// The bit of a candidate that was expanded.
  static let expanded: UInt64 = 1

  @inline(__always)
  static func pack(distance: Float, node: UInt32) -> UInt64 {
    let bits = distance.bitPattern
    let key = bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
    return UInt64(truncatingIfNeeded: key) &<< 32 | UInt64(truncatingIfNeeded: node) &<< 1
  }

  /// A start of a walk. A NaN distance counts as the farthest: the walk expands it but never keeps it.
  @inline(__always)
  static func start(distance: Float, node: UInt32) -> UInt64 {
    pack(distance: distance.isNaN ? .greatestFiniteMagnitude : distance, node: node)
  }

  @inline(__always)
  static func node(_ candidate: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: candidate) &>> 1
  }

  @inline(__always)
  static func distance(_ candidate: UInt64) -> Float {
    let key = UInt32(truncatingIfNeeded: candidate &>> 32)
    return Float(bitPattern: key & 0x8000_0000 == 0 ? ~key : key & 0x7FFF_FFFF)
  }

  /// Inserts a candidate into a sorted list, where the worst makes room when `limit` are there.
  ///
  /// - Parameter list: Room for `limit` candidates and one more, `size` of them filled; the candidate is better than the last
  ///   of them or there is room.
  @inline(__always)
  static func insert(_ candidate: UInt64, into list: UnsafeMutablePointer<UInt64>, size: inout Int, limit: Int) {
    // Binary search without a branch, whose direction would be unpredictable.
    var low = 0
    var rest = size
    while rest > 0 {
      let half = (rest &+ 1) &>> 1
      low &+= unsafe half & (list[low &+ half &- 1] < candidate ? -1 : 0)
      rest &-= half
    }
    if size < limit { size &+= 1 }
    unsafe (list + (low &+ 1)).update(from: list + low, count: size &- low &- 1)
    unsafe list[low] = candidate
  }
}
