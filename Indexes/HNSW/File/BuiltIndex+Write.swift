import AkinExhaustive
import AkinFiles
import AkinQuantization
import AkinSupport
import AkinVectors

extension BuiltIndex {
  /// The index file about to be written, in memory or under a name.
  func container(_ source: IndexSource, _ options: HNSWBuildOptions) throws -> ContainerBuilder {
    var builder = ContainerBuilder(format: .index)
    builder.sourceDigest = source.digest
    builder.provenance = provenance(source, options)
    fillKindBlock(&builder.kindBlock, source, options)
    // Pages of the source are let go of as they are copied.
    addVectors(to: &builder, source.release)
    addCodes(to: &builder, source.release)
    addGraph(to: &builder)
    let table = RecallTable.encode(measured)
    if !table.isEmpty {
      builder.add(RecallTable.section, elementBytes: RecallTable.elementBytes, count: measured.count) {
        try $0.write(table)
      }
    }
    try source.addColumns(&builder)
    return builder
  }

  private func fillKindBlock(_ block: inout KindBlock, _ source: IndexSource, _ options: HNSWBuildOptions) {
    typealias Field = IndexLayout.Field
    block.set(UInt32(items.dimension), at: Field.dimension)
    block.set(metric.rawValue, at: Field.metric)
    block.set(stored.store.elementType, at: Field.elementType)
    block.set(stored.error, at: Field.vectorError)
    block.set(stored.packed?.scale ?? 0, at: Field.vectorScale)
    block.set(UInt64(items.count), at: Field.nodes)
    block.set(UInt32(draft.m), at: Field.m)
    block.set(UInt32(draft.m0), at: Field.m0)
    block.set(UInt32(draft.topLevel), at: Field.topLevel)
    block.set(draft.entry ?? Layer.noNode, at: Field.entry)
    block.set(UInt32(options.efConstruction), at: Field.efConstruction)
    block.set(options.seed, at: Field.seed)
    block.set(UInt64(draft.slots), at: Field.upperNodes)
    block.set(UInt64(order.linked.count), at: Field.linkedNodes)
    block.set(metric == .innerProduct ? IndexLayout.Transform.fallingNorm : 0, at: Field.transform)
    block.set(UInt32(items.dimension), at: Field.sourceDimension)
    // Components near the end of `Float` have a norm beyond it; the header's field is finite.
    block.set(min(order.norms.max() ?? 0, .greatestFiniteMagnitude), at: Field.normBound)
    var flags: UInt16 = 0
    if biases != nil { flags |= IndexLayout.Flag.biases }
    if order.copies > 0 { flags |= IndexLayout.Flag.copies }
    if !order.nextMember.isEmpty { flags |= IndexLayout.Flag.groups }
    block.set(order.radius, at: Field.groupRadius)
    if metric == .innerProduct { flags |= IndexLayout.Flag.reordered }
    if let byteOffset {
      flags |= IndexLayout.Flag.bytes
      block.set(byteOffset, at: Field.byteOffset)
    }
    block.set(flags, at: Field.flags)
    block.set(UInt32(lists?.count ?? 0), at: Field.lists)
    block.set(UInt32(minimumPrefix), at: Field.minimumPrefix)
    block.set(UInt32(repaired), at: Field.repaired)
    block.set(source.globalMean, at: Field.globalMean)
    if let codes {
      block.set(
        UInt16(codes.book.axes == nil ? IndexLayout.CodeType.components : IndexLayout.CodeType.axes), at: Field.codeType
      )
      block.set(UInt32(codes.book.width), at: Field.codeWidth)
      block.set(codes.book.step, at: Field.codeStep)
      block.set(codeError.bias, at: Field.codeBias)
      block.set(codeError.spread, at: Field.codeSpread)
    }
  }

  private func addVectors(to builder: inout ContainerBuilder, _ release: @escaping () -> Void) {
    if stored.store == .float32 { addFloats(to: &builder, release) } else { addPackedVectors(to: &builder) }
    if let biases {
      builder.add("NBIA", elementBytes: 4, count: biases.count) { sink in try sink.write(biases.map { $0 + 0 }) }
    }
    let order = order
    builder.add("NNRM", elementBytes: 4, count: order.norms.count) { try $0.write(order.norms) }
    if metric == .innerProduct {
      var nodes = [UInt32](repeating: 0, count: order.rows.count)
      for (node, row) in order.rows.enumerated() { nodes[Int(row)] = UInt32(node) }
      builder.add("NROW", elementBytes: 4, count: order.rows.count) { try $0.write(order.rows) }
      builder.add("RNOD", elementBytes: 4, count: nodes.count) { try $0.write(nodes) }
    }
    if order.copies > 0 {
      builder.add("NCPY", elementBytes: 4, count: order.nextCopy.count) { try $0.write(order.nextCopy) }
    }
    if !order.nextMember.isEmpty {
      builder.add("NGRP", elementBytes: 4, count: order.nextMember.count) { try $0.write(order.nextMember) }
    }
    if let lists {
      builder.add("NLST", elementBytes: IndexLayout.listBytes, count: lists.owners.count) {
        try $0.write(lists.owners)
      }
      builder.add(
        "LIST", elementBytes: 4 * ListFacts.floats(dimension: items.dimension), count: lists.count
      ) { sink in
        for facts in lists.facts { try sink.write(facts.row) }
      }
    }
  }

  /// The vectors as they are.
  private func addFloats(to builder: inout ContainerBuilder, _ release: @escaping () -> Void) {
    let items = items
    builder.add("VECS", elementBytes: items.stride * 4, count: items.count, alignmentLog2: 12) { sink in
      let step = items.releasedRows
      var block: [Float] = []
      for first in stride(from: 0, to: items.count, by: step) {
        // Safe: the matrix holds count × stride floats. Adding 0 turns -0 into 0 and changes nothing else.
        let rows = unsafe UnsafeBufferPointer(
          start: items.base + first * items.stride, count: min(step, items.count - first) * items.stride)
        block.removeAll(keepingCapacity: true)
        for place in 0..<rows.count { unsafe block.append(rows[place] + 0) }
        try sink.write(block)
        release()
      }
    }
  }

  /// Halves or bytes, in the order of nodes; nothing where codes or exact bytes stand for vectors.
  private func addPackedVectors(to builder: inout ContainerBuilder) {
    guard let packed = stored.packed else { return }
    let (order, rows) = (order.rows, packed.rows)
    builder.add("VECS", elementBytes: rows.stride, count: rows.count, alignmentLog2: 12) { sink in
      var block: [UInt8] = []
      for (node, row) in order.enumerated() {
        // Safe: there are `stride` bytes for each row, and a row for each node.
        unsafe block.append(
          contentsOf: UnsafeRawBufferPointer(start: rows.base + Int(row) * rows.stride, count: rows.stride))
        if block.count >= 1 << 20 || node == order.count - 1 {
          try sink.write(block)
          block.removeAll(keepingCapacity: true)
        }
      }
    }
    let pairs = packed.pairs
    guard !pairs.isEmpty else { return }
    builder.add("VSCL", elementBytes: IndexLayout.pairBytes, count: rows.count) { sink in
      var ordered: [Float] = []
      ordered.reserveCapacity(2 * order.count)
      for row in order { ordered += pairs[2 * Int(row)..<2 * Int(row) + 2] }
      try sink.write(ordered)
    }
  }

  private func addCodes(to builder: inout ContainerBuilder, _ release: @escaping () -> Void) {
    if let byteOffset {
      let (items, stride) = (items, ByteVectors.stride(dimension: items.dimension))
      builder.add("BYTE", elementBytes: stride, count: items.count, alignmentLog2: 12) { sink in
        var rows: [UInt8] = []
        for item in 0..<items.count {
          ByteVectors.append(items, item, relativeTo: byteOffset, to: &rows)
          if rows.count >= 1 << 20 || item == items.count - 1 {
            try sink.write(rows)
            rows.removeAll(keepingCapacity: true)
            release()
          }
        }
      }
    }
    guard let codes else { return }
    let width = codes.book.width
    builder.add("CODE", elementBytes: width, count: items.count, alignmentLog2: 12) { sink in
      try unsafe sink.write(UnsafeRawBufferPointer(start: codes.table.bytes, count: codes.count * width))
    }
    if metric == .euclidean, let tails = unsafe codes.table.tails {
      builder.add("NTAL", elementBytes: 4, count: codes.count) { sink in
        try unsafe sink.write(UnsafeRawBufferPointer(start: tails, count: 4 * codes.count))
      }
    }
    // The mean, then the axes, each padded like a vector.
    let stride = items.stride
    let axes = codes.book.axes
    builder.add("CBOK", elementBytes: stride * 4, count: 1 + (axes?.count ?? 0)) { sink in
      try sink.write(codes.mean + [Float](repeating: 0, count: stride - codes.mean.count))
      // Safe: the matrix holds count × stride floats, of the vectors' own stride.
      if let axes { try unsafe sink.write(UnsafeRawBufferPointer(start: axes.base, count: axes.count * stride * 4)) }
    }
  }

  private func addGraph(to builder: inout ContainerBuilder) {
    let draft = draft
    if draft.entry != nil {
      let rows = links.bytes
      builder.add("LNK0", elementBytes: links.shape.stride, count: links.nodes + 1, alignmentLog2: 12) { sink in
        // Safe: the column holds so many bytes.
        try unsafe sink.write(UnsafeRawBufferPointer(start: rows.base, count: rows.count))
      }
    }
    guard draft.slots > 0 else { return }
    builder.add("UPIX", elementBytes: 8, count: draft.slots + 1) { sink in
      // Safe: the draft holds a pair for each slot and one more.
      try unsafe sink.write(UnsafeRawBufferPointer(start: draft.upper, count: 8 * (draft.slots + 1)))
    }
    builder.add("LNKU", elementBytes: 4 * draft.m, count: draft.upperLinks.rows) { sink in
      try draft.upperLinks.write(width: draft.m, to: sink)
    }
  }

  /// How the index came to be: what it was built from and with, nothing about when, where or by how many threads.
  private func provenance(_ source: IndexSource, _ options: HNSWBuildOptions) -> JSONValue {
    var members: [String: JSONValue] = [
      "writer": .string("akin"),
      "kind": .string("hnsw"),
      "source": .string(source.digest.description),
      "metric": .string(metric.name),
      "M": .integer(Int64(draft.m)),
      "efConstruction": .integer(Int64(options.efConstruction)),
      "seed": .string(String(options.seed)),
      "copies": .integer(Int64(order.copies)),
      "zeroVectors": .integer(Int64(order.norms.reduce(0) { $0 + ($1 == 0 ? 1 : 0) })),
      "repairedNodes": .integer(Int64(repaired)),
      "kernels": .string(unsafe String(cString: kernels.pointee.name)),
    ]
    if !order.nextMember.isEmpty { members["grouped"] = .integer(Int64(order.members)) }
    if isGrown { members["grown"] = .bool(true) }
    if stored.store != .float32 { members["store"] = .string(stored.store.name) }
    return .object(members)
  }
}

extension LinkTable {
  /// Writes the rows without their slack: `width` numbers each.
  func write(width: Int, to sink: SectionSink) throws {
    var block: [UInt32] = []
    for row in 0..<rows {
      for place in 0..<width {
        block.append(place < count(row) ? unsafe links[row * capacity + place] : Layer.noNode)
      }
      if block.count >= 1 << 16 || row == rows - 1 {
        try sink.write(block)
        block.removeAll(keepingCapacity: true)
      }
    }
  }
}
