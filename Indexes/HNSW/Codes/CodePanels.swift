import CAkinKernels

/// Byte codes of sixteen rows side by side, as `code_product` reads them.
struct CodePanels: Sendable {
  /// Bytes of a row: whole fours.
  let width: Int
  /// How many rows there is room for: whole panels.
  let lanes: Int
  private(set) var bytes: [Int8]

  init(rows: Int, width: Int) {
    self.width = width
    lanes = (rows + 15) & ~15
    bytes = [Int8](repeating: 0, count: lanes * width)
  }

  /// Writes the codes of some nodes from a lane on, which a panel begins with.
  ///
  /// - Parameters:
  ///   - codes: By node, `stride` bytes from one to the next.
  ///   - halves: Gets minus half of the squared length for each lane of their panels.
  @unsafe mutating func pack(
    _ nodes: ArraySlice<UInt32>, _ codes: UnsafePointer<Int8>, stride: Int, from lane: Int,
    halves: UnsafeMutablePointer<Float>, kernels: akin_kernels
  ) {
    let width = width
    precondition(lane % 16 == 0 && lane + nodes.count <= lanes)
    unsafe bytes.withUnsafeMutableBufferPointer { bytes in
      unsafe nodes.withUnsafeBufferPointer { nodes in
        // Safe: there are lanes for whole panels of these nodes.
        unsafe kernels.code_pack(
          codes, stride, width, nodes.baseAddress, nodes.count, bytes.baseAddress! + lane * width, halves)
      }
    }
  }

  /// Writes a row, and returns its squared length.
  @inline(__always)
  mutating func set(_ row: Int, _ component: (Int) -> Int8) -> Int {
    let lane = row / 16 * 16 * width + row % 16 * 4
    var square = 0
    for place in 0..<width {
      let value = component(place)
      bytes[lane + place / 4 * 64 + place % 4] = value
      square += Int(value) * Int(value)
    }
    return square
  }
}
