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
