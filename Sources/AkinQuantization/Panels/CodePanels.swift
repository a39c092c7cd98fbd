import AkinSupport
import CAkinKernels

/// The byte codes of sixteen rows in a panel, the format of `code_product`.
@safe package final class CodePanels: @unchecked Sendable {
  // Safe to share after its creator has written it.

  /// Bytes of a row: a multiple of four.
  package let width: Int
  /// The capacity in rows: whole panels.
  package let lanes: Int
  /// `lanes × width` bytes.
  package let bytes: UnsafeMutablePointer<Int8>

  package init(rows: Int, width: Int) {
    self.width = width
    lanes = (rows + 15) & ~15
    unsafe bytes = allocateAligned(byteCount: lanes * width).bindMemory(to: Int8.self, capacity: lanes * width)
  }

  deinit {
    // Safe: `init` allocated it for as many bytes.
    unsafe freeAligned(bytes, byteCount: lanes * width)
  }

  /// Writes the codes of some nodes from a lane on, which a panel begins with.
  ///
  /// - Parameters:
  ///   - codes: By node, `stride` bytes from one to the next.
  ///   - halves: Gets minus half of the squared length for each lane of their panels.
  @unsafe package func pack(
    _ nodes: ArraySlice<UInt32>, _ codes: UnsafePointer<Int8>, stride: Int, from lane: Int,
    halves: UnsafeMutablePointer<Float>, kernels: akin_kernels
  ) {
    precondition(lane % 16 == 0 && lane + nodes.count <= lanes)
    unsafe nodes.withUnsafeBufferPointer { nodes in
      // Safe: there are lanes for whole panels of these nodes.
      unsafe kernels.code_pack(
        codes, stride, width, nodes.baseAddress, nodes.count, bytes + lane * width, halves)
    }
  }

  /// Writes a row.
  @inlinable
  package func set(_ row: Int, _ component: (Int) -> Int8) {
    precondition(row < lanes)
    // Safe: the row's places lie in its panel.
    let lane = unsafe bytes + row / 16 * 16 * width + row % 16 * 4
    for place in 0..<width { unsafe lane[place / 4 * 64 + place % 4] = component(place) }
  }
}
