import AkinExhaustive
import AkinFiles
import AkinQuantization
import AkinVectors

extension IndexParts {
  /// The parts as a search reads them. O(log *upper nodes*): only the entry's slot is looked up.
  ///
  /// - Throws: ``FileError`` when the entry is not among the upper nodes.
  func storage() throws(FileError) -> GraphStorage {
    unsafe GraphStorage(
      vectors: nodeVectors,
      metric: header.metric, biases: biases.map { unsafe floats($0) }, norms: floats(norms),
      rows: rows.map { unsafe numbers($0) }, nodes: nodeOfRow.map { unsafe numbers($0) },
      nextCopy: copies.map { unsafe numbers($0) },
      nextMember: members.map { unsafe numbers($0) }, groupRadius: header.groupRadius,
      codes: codeTable,
      bytes: byteVectors, codeError: header.codes.error, normBound: header.normBound, baseLayer: baseLayer,
      upperLayers: upperLayers, entry: try entryPoint(),
      minimumPrefix: header.metric == .innerProduct ? header.graph.minimumPrefix : 0,
      partition: partition, kernels: Kernels.table,
      owner: container)
  }

  /// The vectors, in whichever form.
  var nodeVectors: NodeVectors {
    let (count, dimension) = (header.graph.nodes, header.dimension)
    // Safe: each section holds a row for each node, as `init` required.
    func packed(_ form: PackedRows.Form, _ base: UnsafeRawPointer, _ stride: Int) -> NodeVectors {
      unsafe NodeVectors(
        PackedRows(form, base: base, stride: stride, count: count, dimension: dimension, kernels: Kernels.table),
        owner: container)
    }
    switch header.store {
    case .float16: return unsafe packed(.halves(scale: header.vectorScale), vectors.base, header.storedBytes)
    case .int8:
      if let pairs { return unsafe packed(.bytes(pairs: floats(pairs)), vectors.base, header.storedBytes) }
      if let bytes {
        return unsafe packed(
          .whole(offset: header.byteOffset), bytes.base, ByteVectors.stride(dimension: dimension))
      }
    case .codes:
      if let codes {
        return unsafe packed(
          .codes(step: header.codes.step, mean: floats(codes.book), norms: floats(norms)), codes.codes.base,
          header.codes.width)
      }
    case .float32: break
    }
    return unsafe NodeVectors(
      EmbeddingMatrix(base: floats(vectors), count: count, dimension: dimension, owner: container))
  }

  /// The section that holds the vectors, and its bytes of a node.
  var vectorSection: (view: SectionView, bytes: Int) {
    if header.hasVectors { return (vectors, header.storedBytes) }
    if let bytes { return (bytes, ByteVectors.stride(dimension: header.dimension)) }
    return (codes?.codes ?? vectors, header.codes.width)
  }

  /// The codes and what they mean, or `nil`.
  var codeTable: CodeTable? {
    guard let codes else { return nil }
    let (fields, dimension) = (header.codes, header.dimension)
    // Safe: the book holds the mean, then 2 * width axes where there are axes, each of `stride` floats.
    let axes =
      unsafe fields.haveAxes
      ? EmbeddingMatrix(
        base: floats(codes.book) + EmbeddingMatrix.stride(forDimension: dimension), count: 2 * fields.width,
        dimension: dimension, owner: container) : nil
    return unsafe CodeTable(
      book: CodeBook(
        metric: header.metric, dimension: dimension, width: fields.width, step: fields.step, mean: floats(codes.book),
        axes: axes, owner: container),
      bytes: codes.codes.base.assumingMemoryBound(to: Int8.self), tails: codes.tails.map { unsafe floats($0) },
      kernels: Kernels.table)
  }

  /// The vectors as bytes, or `nil`.
  var byteVectors: ByteVectors? {
    // Safe: the section holds a row for each node.
    bytes.map {
      unsafe ByteVectors(
        base: $0.base.assumingMemoryBound(to: Int8.self), dimension: header.dimension, offset: header.byteOffset)
    }
  }

  /// How the items are divided into lists, or `nil`.
  private var partition: Partition? {
    // Safe: the sections hold a number for each node and a row for each list.
    lists.map {
      unsafe Partition(
        base: $0.base.assumingMemoryBound(to: UInt16.self), count: $0.count, lists: header.lists,
        rows: listFacts.map { unsafe floats($0) }, owner: container)
    }
  }

  private var baseLayer: Layer {
    Layer(base: .packed(packedLinks), nodes: header.graph.nodes)
  }

  /// The links of the base layer and the nearest nodes.
  var packedLinks: PackedLinks {
    // Safe: there are rows for all nodes and one more, or none.
    unsafe PackedLinks(
      baseLinks.base.assumingMemoryBound(to: UInt8.self), header.linkShape, nodes: max(0, baseLinks.count - 1),
      kernels: Kernels.table)
  }

  private var upperLayers: [Layer] {
    let graph = header.graph
    guard graph.topLevel > 0 else { return [] }
    return (1...graph.topLevel).map { level in
      unsafe Layer(
        level: level, Layer.Table(numbers(upperLinks), stride: graph.m, rows: upperLinks.count),
        upper: numbers(upperIndex), slots: graph.upperSlots, nodes: graph.nodes)
    }
  }

  /// The entry node and its slot on the upper layers.
  private func entryPoint() throws(FileError) -> (node: UInt32, slot: UInt32)? {
    let (entry, slots) = (header.graph.entry, header.graph.upperSlots)
    guard entry != Layer.noNode else { return nil }
    guard header.graph.topLevel > 0 else { return (entry, entry) }
    var low = 0
    var high = slots
    while low < high {
      let middle = low + (high - low) / 2
      if (upperIndex.u32(at: 2 * middle) ?? 0) < entry { low = middle + 1 } else { high = middle }
    }
    guard low < slots, upperIndex.u32(at: 2 * low) == entry else {
      throw container.error(
        .badField(name: "entry point", found: "\(entry)", expected: "a node that section UPIX lists"))
    }
    return (entry, UInt32(low))
  }

  // Safe: every section starts at a multiple of 64 bytes and is as long as `init` required; an absent one has no rows.
  private func numbers(_ view: SectionView) -> UnsafePointer<UInt32> {
    unsafe view.base.assumingMemoryBound(to: UInt32.self)
  }

  private func floats(_ view: SectionView) -> UnsafePointer<Float> {
    unsafe view.base.assumingMemoryBound(to: Float.self)
  }
}
