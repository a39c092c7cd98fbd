/// The links and the nearest nodes of a node in the bytes of an index, read as the page on file formats says: bit by bit.
///
/// - Parameters:
///   - nodes: The number of nodes, at most 2²⁴.
///   - stride: Bytes of a row of `LNK0`.
package func baseLinks(
  of node: Int, in bytes: ArraySlice<UInt8>, nodes: Int, stride: Int
) -> (links: [Int], others: [Int]) {
  let row = bytes.startIndex + node * stride
  var bits = 8
  while nodes > 1 << bits { bits += 1 }
  let header = Int(bytes[row]) + 256 * Int(bytes[row + 1])
  let all = (0..<header % 1024 + header / 1024).map { place in
    (0..<bits).reduce(0) { link, bit in
      let at = place * bits + bit
      return link + (Int(bytes[row + 2 + at / 8]) >> (at % 8) & 1) << bit
    }
  }
  return (Array(all.prefix(header % 1024)), Array(all.dropFirst(header % 1024)))
}
