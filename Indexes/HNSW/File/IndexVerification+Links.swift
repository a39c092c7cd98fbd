import AkinFiles

// The rules of links, on every layer.

extension IndexVerification {
  /// Adds what breaks a rule of links.
  func checkGraph(_ list: inout DamageList) {
    checkUpper(&list)
    checkBaseLinks(&list)
    checkUpperLinks(&list)
    checkReachability(&list)
  }

  /// A row of the base layer holds different nodes, not its own, and 0 behind them; so does the last one, which is no node's.
  private func checkBaseLinks(_ list: inout DamageList) {
    let (section, packed, shape) = (parts.baseLinks, parts.packedLinks, parts.header.linkShape)
    for node in 0..<section.count {
      let bytes = node * shape.stride..<(node + 1) * shape.stride
      let links = packed.all(of: node)
      let others = Int(section.byte(at: bytes.lowerBound + 1) ?? 0) >> 2
      if node < nodes, unsafe packed.row(of: node) == nil {
        list.add(section, bytes, .rule("node \(node) has more than \(shape.places) links and nearest nodes"))
        continue
      } else if node < nodes, links.count - others > graph.m0 || others > PackedLinks.mostNearest {
        list.add(section, bytes, .rule("node \(node) has \(links.count - others) links and \(others) nearest nodes"))
      } else if let outside = links.first(where: { $0 >= nodes }) {
        list.add(section, bytes, .outOfRange(position: UInt64(node), found: UInt64(outside), limit: UInt64(nodes)))
      } else if Set(links).count < links.count || links.contains(UInt32(node)) {
        list.add(section, bytes, .rule("node \(node) links to a node twice or to itself"))
      }
      // The bits behind the last link.
      let used = links.count * shape.bits
      let first = node < nodes ? bytes.lowerBound + PackedLinks.headerBytes + used / 8 : bytes.lowerBound
      var isZero = true
      for place in first..<max(first, bytes.upperBound) {
        let byte = section.byte(at: place) ?? 0
        if (place == first ? byte >> UInt8(used % 8) : byte) != 0 { isZero = false }
      }
      if !isZero { list.add(section, bytes, .padding) }
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
        checkUpperRow(row, of: slot, &list)
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
  private func checkUpperRow(_ row: Int, of slot: Int, _ list: inout DamageList) {
    let (section, width, limit) = (parts.upperLinks, graph.m, graph.upperSlots)
    let bytes = row * width * 4..<(row + 1) * width * 4
    var seen: [UInt32] = []
    var ended = false
    for place in 0..<width {
      guard let link = section.u32(at: row * width + place) else { return }
      if link == Layer.noNode {
        ended = true
      } else if ended {
        list.add(section, bytes, .rule("row \(row) goes on after its end"))
        return
      } else if link >= limit {
        list.add(section, bytes, .outOfRange(position: UInt64(place), found: UInt64(link), limit: UInt64(limit)))
        return
      } else if Int(link) == slot || seen.contains(link) {
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
    let packed = parts.packedLinks
    var links = [UInt32](repeating: 0, count: packed.width + PackedLinks.spare)
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      // Safe: there is room for all places of a row and `spare` more.
      let number = unsafe links.withUnsafeMutableBufferPointer { unsafe packed.links(of: node, $0.baseAddress!) }
      for link in links.prefix(number ?? 0) {
        guard link < nodes else { break }
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
