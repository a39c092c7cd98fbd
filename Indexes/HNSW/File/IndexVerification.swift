import AkinExhaustive
import AkinFiles
import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// The rules of the index's own sections: those of nodes, vectors and codes here, those of links in `IndexVerification+Links`.
struct IndexVerification {
  let parts: IndexParts
  private let header: IndexHeader
  let graph: IndexHeader.Graph
  let nodes: Int

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
    checkLists(&list)
    checkCodes(&list)
    checkBytes(&list)
    checkGraph(&list)
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
      var isZero = true
      for place in used..<stride
      where unsafe section.base.load(fromByteOffset: node * stride + place, as: UInt8.self) != 0 {
        isZero = false
      }
      if !square.isFinite { list.add(section, bytes, .notFinite(row: UInt64(node))) }
      if !isZero { list.add(section, bytes, .padding) }
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

  /// Each node is in a list and within its radius, or matches nothing.
  private func checkLists(_ list: inout DamageList) {
    guard let lists = parts.lists, let rows = parts.listFacts else { return }
    let floats = ListFacts.floats(dimension: header.dimension)
    // Safe: the section holds a row for each list.
    let facts = (0..<header.lists).map { number in
      unsafe ListFacts(
        row: rows.base.assumingMemoryBound(to: Float.self) + number * floats, dimension: header.dimension)
    }
    for (number, one) in facts.enumerated() {
      let isRight =
        one.row.allSatisfy(\.isFinite) && one.radius >= 0 && one.deviation >= 0 && one.bias.deviation >= 0
        && one.row.indices.allSatisfy { rows.f32(at: number * floats + $0)?.bitPattern == one.row[$0].bitPattern }
      let place = number * 4 * floats..<(number + 1) * 4 * floats
      if !isRight {
        list.add(
          rows, place, .rule("list \(number): expected finite numbers, radius and deviations from 0, zeros elsewhere"))
      }
    }
    let vectors = parts.nodeVectors
    for node in 0..<nodes {
      let number = lists.u16(at: node) ?? .max
      let matchesNothing = header.metric == .cosine && parts.norms.f32(at: node) == 0
      if number < header.lists {
        let (one, scale) = (facts[Int(number)], scale(of: node))
        var (square, length) = (0.0, 0.0)
        for (component, centre) in zip(vectors[node], one.centre) {
          let own = Double(component) * scale
          let off = own - Double(centre)
          square += off * off
          length += own * own
        }
        let bias = parts.biases?.f32(at: node) ?? 0
        // A centre and a vector of length 1 are rounded: off by a share of the length.
        let reach = Double(one.radius) + 1e-6 * (Double(one.radius) + length.squareRoot())
        if !(square.squareRoot() <= reach) || bias > one.bias.greatest {
          list.add(lists, node * 2..<node * 2 + 2, .rule("node \(node) lies outside of list \(number)"))
        }
        continue
      }
      if matchesNothing && number == Partition.none { continue }
      list.add(
        lists, node * 2..<node * 2 + 2,
        .outOfRange(position: UInt64(node), found: UInt64(number), limit: UInt64(header.lists)))
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
}
