/// A node and its distance in 64 bits that sort as one number: nearer first, then the smaller node.
///
///     bits 63…32  the distance, in an order-preserving form
///     bits 31…1   the node
///     bit  0      whether the search has expanded it
///
/// The distance is any float but NaN; -0 stands before +0.
enum Candidate {
  /// The largest number of nodes that fits.
  static let maximumNodes = Int(Int32.max)
  /// Set once a candidate's neighbours have been looked at.
  static let expanded: UInt64 = 1

  @inline(__always)
  static func pack(distance: Float, node: UInt32) -> UInt64 {
    let bits = distance.bitPattern
    let key = bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
    return UInt64(truncatingIfNeeded: key) &<< 32 | UInt64(truncatingIfNeeded: node) &<< 1
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
}
