import AkinFiles
import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// The rules of the index's own sections.
struct IndexVerification {
  private let parts: IndexParts
  private let header: IndexHeader
  private let graph: IndexHeader.Graph
  private let nodes: Int

  init(_ parts: IndexParts) {
    self.parts = parts
    header = parts.header
    graph = parts.header.graph
    nodes = graph.nodes
  }

  /// Adds what breaks a rule.
  func check(_ list: inout DamageList) {
    checkOrder(&list)
    checkVectors(&list)
    checkCopies(&list)
    checkGroups(&list)
    checkCodes(&list)
    checkBytes(&list)
    checkUpper(&list)
    for row in 0..<nodes {
      checkLinks(parts.baseLinks, row: row, width: graph.m0, limit: nodes, own: row, &list)
    }
    if let nearest = parts.nearest {
      for row in 0..<nodes { checkLinks(nearest, row: row, width: KNNGraph.width, limit: nodes, own: row, &list) }
    }
    checkUpperLinks(&list)
    checkReachability(&list)
    checkMeasurements(&list)
  }

  /// Measurements are possible for this index, and strictly ascending.
  private func checkMeasurements(_ list: inout DamageList) {
    guard let measured = parts.measured, RecallTable.decode(measured, items: nodes) == nil else { return }
    list.add(
      measured, 0..<measured.byteCount, .rule("the measurements contradict each other or the number of nodes"))
  }

  /// Rows and nodes are each other's inverse.
  private func checkOrder(_ list: inout DamageList) {
    guard let rows = parts.rows, let nodeOfRow = parts.nodeOfRow else { return }
    for node in 0..<nodes {
      let row = Int(rows.u32(at: node) ?? .max)
      guard row < nodes else {
        list.add(
          rows, node * 4..<node * 4 + 4,
          .outOfRange(position: UInt64(node), found: UInt64(row), limit: UInt64(nodes)))
        continue
      }
      if nodeOfRow.u32(at: row).map(Int.init) != node {
        list.add(nodeOfRow, row * 4..<row * 4 + 4, .rule("row \(row) does not lead back to node \(node)"))
      }
    }
  }

  /// Vectors and biases are finite, padding is zero, norms are those of the vectors, and fall where nodes are
  /// reordered.
  private func checkVectors(_ list: inout DamageList) {
    let dimension = header.dimension
    let (section, stride) = parts.vectorSection
    let used = header.hasVectors ? dimension * header.store.elementBytes : stride
    let kernels = unsafe Kernels.table.pointee
    let vectors = parts.nodeVectors
    var previous = Double.infinity
    for node in 0..<nodes {
      let square = vectors.withRow(node) { vector in
        unsafe vector.withUnsafeBufferPointer { unsafe kernels.dot64($0.baseAddress, $0.baseAddress, dimension) }
      }
      let bytes = node * stride..<(node + 1) * stride
      // Safe: the section holds `stride` bytes for each node.
      let padding = (used..<stride).allSatisfy {
        unsafe section.base.load(fromByteOffset: node * stride + $0, as: UInt8.self) == 0
      }
      if !square.isFinite { list.add(section, bytes, .notFinite(row: UInt64(node))) }
      if !padding { list.add(section, bytes, .padding) }
      if let pairs = parts.pairs, let scale = pairs.f32(at: 2 * node), !(scale >= 0 && scale.isFinite) {
        list.add(pairs, node * 8..<node * 8 + 8, .rule("node \(node): the scale is \(scale); expected a number from 0"))
      }
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
    let vectors = parts.nodeVectors
    for node in 0..<nodes {
      guard let next = later(than: node, in: copies, "copy", &list) else { continue }
      let place = node * 4..<node * 4 + 4
      let same = vectors[node].elementsEqual(vectors[Int(next)]) { $0.bitPattern == $1.bitPattern }
      if !same || parts.biases?.u32(at: node) != parts.biases?.u32(at: Int(next)) {
        list.add(copies, place, .rule("nodes \(node) and \(next) are not copies of each other"))
      }
    }
  }

  /// The node that a chain leads to from a node, which has to be a later one; `nil` at its end.
  private func later(than node: Int, in chain: SectionView, _ noun: String, _ list: inout DamageList) -> UInt32? {
    guard let next = chain.u32(at: node), next != Layer.noNode else { return nil }
    if next > node && next < nodes { return next }
    list.add(
      chain, node * 4..<node * 4 + 4, .rule("the \(noun) after node \(node) is \(next), which is not a later node"))
    return nil
  }

  /// Groups ascend, and every member lies within the radius of the first.
  private func checkGroups(_ list: inout DamageList) {
    guard let members = parts.members else { return }
    let vectors = parts.nodeVectors
    var first = [UInt32](0..<UInt32(nodes))
    for node in 0..<nodes {
      guard let next = later(than: node, in: members, "member", &list) else { continue }
      let place = node * 4..<node * 4 + 4
      first[Int(next)] = first[node]
      let head = Int(first[node])
      let (scale, otherScale) = (scale(of: head), scale(of: Int(next)))
      let gap = Double(parts.biases?.f32(at: head) ?? 0) - Double(parts.biases?.f32(at: Int(next)) ?? 0)
      let square = zip(vectors[head], vectors[Int(next)]).reduce(gap * gap) { sum, pair in
        let gap = Double(pair.0) * scale - Double(pair.1) * otherScale
        return sum + gap * gap
      }
      if !(square.squareRoot() <= Double(header.groupRadius)) {
        list.add(members, place, .rule("node \(next) is farther than the group radius from node \(head)"))
      }
    }
  }

  /// What a node's vector is multiplied by where groups compare it.
  private func scale(of node: Int) -> Double {
    header.metric == .cosine ? 1 / Double(parts.norms.f32(at: node) ?? 1) : 1
  }

  /// Codes and tails follow from the vectors by the book, bit for bit at every CPU level.
  private func checkCodes(_ list: inout DamageList) {
    // Codes that stand for vectors follow from nothing.
    guard header.store != .codes, let section = parts.codes?.codes, let codes = parts.codeTable else { return }
    let (book, tails) = unsafe (codes.book, codes.tails)
    let kernels = unsafe Kernels.table
    let vectors = parts.nodeVectors
    var scratch = [Float](repeating: 0, count: header.dimension)
    var coordinates = [Float](repeating: 0, count: book.count)
    let axes = unsafe RotatedAxes(book, kernels: kernels)
    var right = [Int8](repeating: 0, count: book.width)
    for node in 0..<nodes {
      // Safe: the sections hold a vector, a code and a tail for each node.
      let rest = unsafe book.place(vectors[node], axes: axes, scratch: &scratch, &coordinates, kernels: kernels)
      let tail = unsafe Float(rest + book.encode(coordinates, into: &right))
      let isRight = unsafe memcmp(codes.bytes + node * book.width, right, book.width) == 0
      if !isRight || (unsafe tails.map { unsafe $0[node] != tail } ?? false) {
        list.add(
          section, node * book.width..<(node + 1) * book.width,
          .rule("the code of node \(node) does not follow from its vector"))
      }
    }
  }

  /// Bytes are the vectors' components less the offset, then zeros.
  private func checkBytes(_ list: inout DamageList) {
    guard let section = parts.bytes, let bytes = parts.byteVectors else { return }
    let vectors = parts.nodeVectors
    let width = ByteVectors.stride(dimension: header.dimension)
    for node in 0..<nodes {
      // Safe: the sections hold a vector and a row of bytes for each node.
      let vector = vectors[node]
      let row = unsafe bytes.base + node * width
      let isRight =
        (0..<header.dimension).allSatisfy { unsafe Float(row[$0]) + bytes.offset == vector[$0] }
        && (header.dimension..<width).allSatisfy { unsafe row[$0] == 0 }
      if !isRight {
        list.add(
          section, node * width..<(node + 1) * width, .rule("the bytes of node \(node) do not follow from its vector"))
      }
    }
  }

  /// Upper nodes ascend, each has 1 to 31 rows of links, and the last pair ends them.
  private func checkUpper(_ list: inout DamageList) {
    let (upper, slots) = (parts.upperIndex, graph.upperSlots)
    guard slots > 0 else { return }
    var top = 0
    for slot in 0..<slots {
      let bytes = slot * 8..<slot * 8 + 8
      let node = upper.u32(at: 2 * slot) ?? .max
      if node >= nodes || (slot > 0 && node <= upper.u32(at: 2 * slot - 2) ?? .max) {
        list.add(upper, bytes, .order(position: UInt64(slot)))
      }
      let level = level(of: slot)
      if !(1...IndexLayout.topLevel).contains(level) || (slot == 0 && upper.u32(at: 1) != 0) {
        list.add(
          upper, bytes, .rule("upper node \(slot) has \(level) levels; expected 1 to \(IndexLayout.topLevel)"))
      }
      top = max(top, level)
      if node == graph.entry && level != graph.topLevel {
        list.add(upper, bytes, .rule("the entry has level \(level), the header declares \(graph.topLevel)"))
      }
    }
    let end = slots * 8..<slots * 8 + 8
    if upper.u32(at: 2 * slots) != Layer.noNode
      || upper.u32(at: 2 * slots + 1).map(Int.init) != parts.upperLinks.count || top != graph.topLevel
    {
      list.add(upper, end, .rule("the last pair or the highest level contradicts the header"))
    }
  }

  /// The level of an upper node: the number of its rows of links.
  private func level(of slot: Int) -> Int {
    guard let first = parts.upperIndex.u32(at: 2 * slot + 1), let next = parts.upperIndex.u32(at: 2 * slot + 3) else {
      return 0
    }
    return Int(next) - Int(first)
  }

  /// The links of upper nodes keep the rules of links, and lead to nodes that have the level.
  private func checkUpperLinks(_ list: inout DamageList) {
    for slot in 0..<graph.upperSlots {
      guard let first = parts.upperIndex.u32(at: 2 * slot + 1) else { continue }
      for level in 1...max(1, min(level(of: slot), IndexLayout.topLevel)) {
        let row = Int(first) + level - 1
        guard row < parts.upperLinks.count else { break }
        checkLinks(parts.upperLinks, row: row, width: graph.m, limit: graph.upperSlots, own: slot, &list)
        for place in row * graph.m..<(row + 1) * graph.m {
          guard let link = parts.upperLinks.u32(at: place), link < graph.upperSlots else { break }
          if self.level(of: Int(link)) < level {
            list.add(
              parts.upperLinks, place * 4..<place * 4 + 4,
              .rule("row \(row) of level \(level) links to upper node \(link), which has not that level"))
          }
        }
      }
    }
  }

  /// A row holds different numbers below the limit, not its own, and after the first empty place only empty ones.
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

  /// The nodes that can be reached from the entry are as many as the header declares linked.
  private func checkReachability(_ list: inout DamageList) {
    var reached = [Bool](repeating: false, count: nodes)
    var queue: [Int] = []
    if Int(graph.entry) < nodes {
      queue.append(Int(graph.entry))
      reached[Int(graph.entry)] = true
    }
    let stride = IndexLayout.baseStride(m0: graph.m0) / 4
    var next = 0
    while next < queue.count {
      let row = queue[next]
      next += 1
      for place in 0..<graph.m0 {
        guard let link = parts.baseLinks.u32(at: row * stride + place), link < nodes else { break }
        if !reached[Int(link)] {
          reached[Int(link)] = true
          queue.append(Int(link))
        }
      }
    }
    if queue.count != graph.linkedNodes {
      list.add(
        parts.baseLinks, 0..<parts.baseLinks.byteCount,
        .rule("\(queue.count) nodes can be reached from the entry; the header declares \(graph.linkedNodes)"))
    }
  }
}
