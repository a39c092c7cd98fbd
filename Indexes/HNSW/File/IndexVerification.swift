import AkinFiles
import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// The rules of the index's own sections.
struct IndexVerification {
  private let parts: IndexParts

  init(_ parts: IndexParts) { self.parts = parts }

  func check(_ list: inout DamageList) {
    checkOrder(&list)
    checkVectors(&list)
    checkCopies(&list)
    checkCodes(&list)
    checkBytes(&list)
    checkUpper(&list)
    for row in 0..<parts.nodes {
      checkLinks(parts.ground, row: row, width: parts.m0, limit: parts.nodes, own: row, &list)
    }
    checkUpperLinks(&list)
    checkReachability(&list)
    checkMeasurements(&list)
  }

  /// Measurements are such as this index can have made, each once and in order.
  private func checkMeasurements(_ list: inout DamageList) {
    guard let measured = parts.measured, RecallTable.decode(measured, items: parts.nodes) == nil else { return }
    list.add(
      measured, 0..<measured.byteCount, .rule("the measurements contradict each other or the number of nodes"))
  }

  /// Rows and nodes are each other's inverse.
  private func checkOrder(_ list: inout DamageList) {
    guard let rows = parts.rows, let nodes = parts.nodeOfRow else { return }
    for node in 0..<parts.nodes {
      let row = Int(rows.u32(at: node) ?? .max)
      guard row < parts.nodes else {
        list.add(
          rows, node * 4..<node * 4 + 4,
          .outOfRange(position: UInt64(node), found: UInt64(row), limit: UInt64(parts.nodes)))
        continue
      }
      if nodes.u32(at: row).map(Int.init) != node {
        list.add(nodes, row * 4..<row * 4 + 4, .rule("row \(row) does not lead back to node \(node)"))
      }
    }
  }

  /// Vectors and biases are finite, their padding is zero, norms are what they say, and fall where they must.
  private func checkVectors(_ list: inout DamageList) {
    let dimension = parts.dimension
    let stride = EmbeddingMatrix.stride(forDimension: dimension)
    let kernels = unsafe Kernels.table.pointee
    var previous = Double.infinity
    for node in 0..<parts.nodes {
      // Safe: the section holds `stride` floats for each node.
      let vector = unsafe parts.vectors.base.assumingMemoryBound(to: Float.self) + node * stride
      let square = unsafe kernels.dot64(vector, vector, dimension)
      let bytes = node * stride * 4..<(node + 1) * stride * 4
      let padding = (dimension..<stride).allSatisfy { unsafe vector[$0].bitPattern == 0 }
      if !square.isFinite { list.add(parts.vectors, bytes, .notFinite(row: UInt64(node))) }
      if !padding { list.add(parts.vectors, bytes, .padding) }
      let norm = parts.norms.f32(at: node) ?? .nan
      if norm != Float(square.squareRoot()) {
        list.add(
          parts.norms, node * 4..<node * 4 + 4,
          .rule("node \(node): expected norm \(Float(square.squareRoot())), found \(norm)"))
      }
      let bias = Double(parts.biases?.f32(at: node) ?? 0)
      if let biases = parts.biases, !bias.isFinite {
        list.add(biases, node * 4..<node * 4 + 4, .notFinite(row: UInt64(node)))
      }
      let reach = square + bias * bias
      if parts.rows != nil && reach > previous {
        list.add(parts.norms, node * 4..<node * 4 + 4, .rule("node \(node) is larger than the one before it"))
      }
      previous = reach
    }
  }

  /// Chains of copies ascend, and every member has the same vector and bias.
  private func checkCopies(_ list: inout DamageList) {
    guard let copies = parts.copies else { return }
    let bytes = EmbeddingMatrix.stride(forDimension: parts.dimension) * 4
    for node in 0..<parts.nodes {
      guard let next = copies.u32(at: node), next != Layer.noNode else { continue }
      let place = node * 4..<node * 4 + 4
      guard next > node, next < parts.nodes else {
        list.add(copies, place, .rule("the copy after node \(node) is \(next), which is not a later node"))
        continue
      }
      // Safe: both rows lie inside the section.
      let same = unsafe memcmp(parts.vectors.base + node * bytes, parts.vectors.base + Int(next) * bytes, bytes) == 0
      if !same || parts.biases?.u32(at: node) != parts.biases?.u32(at: Int(next)) {
        list.add(copies, place, .rule("nodes \(node) and \(next) are not copies of each other"))
      }
    }
  }

  /// Codes and tails are what the book makes of the vectors, bit for bit at every CPU level.
  private func checkCodes(_ list: inout DamageList) {
    guard let section = parts.codes, let codes = parts.codeTable else { return }
    let (book, tails) = unsafe (codes.book, codes.tails)
    let kernels = unsafe Kernels.table
    let stride = EmbeddingMatrix.stride(forDimension: parts.dimension)
    var scratch = [Float](repeating: 0, count: parts.dimension)
    var coordinates = [Float](repeating: 0, count: book.count)
    let axes = unsafe RotatedAxes(book, kernels: kernels)
    var right = [Int8](repeating: 0, count: book.width)
    for node in 0..<parts.nodes {
      // Safe: the sections hold a vector, a code and a tail for each node.
      let vector = unsafe parts.vectors.base.assumingMemoryBound(to: Float.self) + node * stride
      let rest = unsafe book.place(vector, axes: axes, scratch: &scratch, &coordinates, kernels: kernels)
      let tail = unsafe Float(rest + book.encode(coordinates, into: &right))
      let isRight = unsafe memcmp(codes.bytes + node * book.width, right, book.width) == 0
      if !isRight || (unsafe tails.map { unsafe $0[node] != tail } ?? false) {
        list.add(
          section, node * book.width..<(node + 1) * book.width,
          .rule("the code of node \(node) is not what the book makes of its vector"))
      }
    }
  }

  /// Bytes are the vectors' components, less the offset, then zeros.
  private func checkBytes(_ list: inout DamageList) {
    guard let section = parts.bytes, let bytes = parts.byteVectors else { return }
    let stride = EmbeddingMatrix.stride(forDimension: parts.dimension)
    let width = ByteVectors.stride(dimension: parts.dimension)
    for node in 0..<parts.nodes {
      // Safe: the sections hold a vector and a row of bytes for each node.
      let vector = unsafe parts.vectors.base.assumingMemoryBound(to: Float.self) + node * stride
      let row = unsafe bytes.base + node * width
      let isRight =
        (0..<parts.dimension).allSatisfy { unsafe Float(row[$0]) + bytes.offset == vector[$0] }
        && (parts.dimension..<width).allSatisfy { unsafe row[$0] == 0 }
      if !isRight {
        list.add(
          section, node * width..<(node + 1) * width, .rule("the bytes of node \(node) are not those of its vector"))
      }
    }
  }

  /// Upper nodes ascend, and each has 1 to 31 rows of links; the last pair ends them.
  private func checkUpper(_ list: inout DamageList) {
    guard parts.points > 0 else { return }
    var top = 0
    for point in 0..<parts.points {
      let bytes = point * 8..<point * 8 + 8
      let node = parts.upper.u32(at: 2 * point) ?? .max
      if node >= parts.nodes || (point > 0 && node <= parts.upper.u32(at: 2 * point - 2) ?? .max) {
        list.add(parts.upper, bytes, .order(position: UInt64(point)))
      }
      let level = level(of: point)
      if !(1...IndexLayout.topLevel).contains(level) || (point == 0 && parts.upper.u32(at: 1) != 0) {
        list.add(
          parts.upper, bytes, .rule("upper node \(point) has \(level) levels; expected 1 to \(IndexLayout.topLevel)"))
      }
      top = max(top, level)
      if node == parts.entry && level != parts.topLevel {
        list.add(parts.upper, bytes, .rule("the entry has level \(level), the header says \(parts.topLevel)"))
      }
    }
    let end = parts.points * 8..<parts.points * 8 + 8
    if parts.upper.u32(at: 2 * parts.points) != Layer.noNode
      || parts.upper.u32(at: 2 * parts.points + 1).map(Int.init) != parts.upperLinks.count || top != parts.topLevel
    {
      list.add(parts.upper, end, .rule("the end pair or the highest level is not what the header says"))
    }
  }

  /// The level of an upper node: how many rows of links it has.
  private func level(of point: Int) -> Int {
    guard let first = parts.upper.u32(at: 2 * point + 1), let next = parts.upper.u32(at: 2 * point + 3) else {
      return 0
    }
    return Int(next) - Int(first)
  }

  /// The rows of upper nodes keep the rules of links, and lead to nodes that reach their level.
  private func checkUpperLinks(_ list: inout DamageList) {
    for point in 0..<parts.points {
      guard let first = parts.upper.u32(at: 2 * point + 1) else { continue }
      for level in 1...max(1, min(level(of: point), IndexLayout.topLevel)) {
        let row = Int(first) + level - 1
        guard row < parts.upperLinks.count else { break }
        checkLinks(parts.upperLinks, row: row, width: parts.m, limit: parts.points, own: point, &list)
        for place in row * parts.m..<(row + 1) * parts.m {
          guard let link = parts.upperLinks.u32(at: place), link < parts.points else { break }
          if self.level(of: Int(link)) < level {
            list.add(
              parts.upperLinks, place * 4..<place * 4 + 4,
              .rule("row \(row) of level \(level) links to upper node \(link), which does not reach it"))
          }
        }
      }
    }
  }

  /// A row holds different points below the limit, not its own, and after the first empty place only empty ones.
  private func checkLinks(
    _ section: SectionView, row: Int, width: Int, limit: Int, own: Int, _ list: inout DamageList
  ) {
    let stride = section.byteCount / max(1, section.count) / 4
    let bytes = row * stride * 4..<(row + 1) * stride * 4
    var seen: [UInt32] = []
    var ended = false
    for place in 0..<stride {
      guard let link = section.u32(at: row * stride + place) else { return }
      if link == Layer.noNode {
        ended = true
      } else if ended || place >= width {
        list.add(section, bytes, .rule("row \(row) goes on after its end"))
        return
      } else if link >= limit {
        list.add(section, bytes, .outOfRange(position: UInt64(place), found: UInt64(link), limit: UInt64(limit)))
        return
      } else if Int(link) == own || seen.contains(link) {
        list.add(section, bytes, .rule("row \(row) links to \(link) twice or to itself"))
        return
      }
      seen.append(link)
    }
  }

  /// Every linked node is reached from the entry, and as many as the header says are linked.
  private func checkReachability(_ list: inout DamageList) {
    let linked = Int(clamping: parts.container.kindBlock.u64(at: IndexLayout.Field.linkedNodes))
    var reached = [Bool](repeating: false, count: parts.nodes)
    var queue: [Int] = []
    if Int(parts.entry) < parts.nodes {
      queue.append(Int(parts.entry))
      reached[Int(parts.entry)] = true
    }
    let stride = IndexLayout.groundStride(m0: parts.m0) / 4
    var next = 0
    while next < queue.count {
      let row = queue[next]
      next += 1
      for place in 0..<parts.m0 {
        guard let link = parts.ground.u32(at: row * stride + place), link < parts.nodes else { break }
        if !reached[Int(link)] {
          reached[Int(link)] = true
          queue.append(Int(link))
        }
      }
    }
    if queue.count != linked {
      list.add(
        parts.ground, 0..<parts.ground.byteCount,
        .rule("\(queue.count) nodes can be reached from the entry; the header says \(linked)"))
    }
  }
}
