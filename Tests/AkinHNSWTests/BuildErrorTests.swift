import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Synchronization
import Testing

@Suite("A build that cannot be right fails by name and leaves no file")
struct BuildErrorTests {
  /// Tries to build in a directory that holds `a.emb` alone; returns what was thrown.
  private func failure(
    _ embeddings: [UInt8], _ options: HNSWBuildOptions = .small, execution: Execution = Execution(threads: 2)
  ) throws -> any Error {
    try withDirectory { directory in
      try write(embeddings, to: "\(directory)/a.emb")
      defer { #expect((try? names(in: directory)) == ["a.emb"]) }
      do {
        _ = try HNSWIndex.build(
          from: EmbeddingFile(path: "\(directory)/a.emb"), to: "\(directory)/a.idx", options: options,
          execution: execution)
      } catch {
        return error
      }
      try #require(Bool(false), "it was built")
      throw Cancelled()
    }
  }

  private func bytes(of embeddings: Embeddings) throws -> [UInt8] {
    try withDirectory { directory in
      try embeddings.write(to: "\(directory)/a.emb")
      return try read("\(directory)/a.emb")
    }
  }

  private var some: [UInt8] {
    get throws {
      try bytes(of: Embeddings(.normal(rows: 400, dimension: 4, metric: .innerProduct, seed: 1), ids: .numbers))
    }
  }

  @Test("Options out of range, each with the range in its sentence")
  func options() throws {
    for (m, effort, name, found, allowed) in [
      (1, 100, "M", 1, 2...256), (257, 300, "M", 257, 2...256), (0, 100, "M", 0, 2...256), (-5, 9, "M", -5, 2...256),
      (16, 15, "efConstruction", 15, 16...65_536), (16, 65_537, "efConstruction", 65_537, 16...65_536),
      (16, .min, "efConstruction", .min, 16...65_536), (.max, .max, "M", .max, 2...256),
    ] {
      let error = HNSWError.badOption(name: name, found: found, allowed: allowed)
      #expect(try failure(some, HNSWBuildOptions(m: m, efConstruction: effort)) as? HNSWError == error)
      #expect(error.kind == .usage)
    }
    #expect(
      HNSWError.badOption(name: "M", found: 1, allowed: 2...256).description == "M must be 2 to 256, found 1")
    for (m, effort) in [(2, 2), (256, 256)] { try HNSWBuildOptions(m: m, efConstruction: effort).check() }
  }

  /// An embeddings file with right checksums whose floats a careless writer did not check.
  private func unchecked(_ items: [[Float]], biases: [Float]?, metric: Metric) throws -> [UInt8] {
    var builder = ContainerBuilder(format: .embeddings)
    let stride = EmbeddingMatrix.stride(forDimension: 2)
    builder.add("IVEC", elementBytes: stride * 4, count: items.count, alignmentLog2: 12) { sink in
      for item in items { try sink.write(item + [Float](repeating: 0, count: stride - 2)) }
    }
    if let biases { builder.add("IBIA", elementBytes: 4, count: biases.count) { try $0.write(biases) } }
    builder.kindBlock.set(UInt32(2), at: 128)
    builder.kindBlock.set(UInt16(1), at: 132)
    builder.kindBlock.set(metric.rawValue, at: 134)
    builder.kindBlock.set(UInt64(items.count), at: 136)
    builder.kindBlock.set(UInt32(stride * 4), at: 152)
    builder.kindBlock.set(UInt32(biases == nil ? 0 : 1), at: 156)
    return try withDirectory { directory in
      _ = try builder.write(to: "\(directory)/a.emb", overwrite: false)
      return try read("\(directory)/a.emb")
    }
  }

  @Test("A vector or a bias that is not finite, with its row", arguments: Metric.allCases)
  func notFinite(metric: Metric) throws {
    for value in [Float.nan, .infinity, -.infinity] {
      let items: [[Float]] = [[1, 2], [3, 4], [5, value], [value, 0]]
      #expect(try failure(unchecked(items, biases: nil, metric: metric)) as? HNSWError == .notFinite(row: 2))
    }
    guard metric == .innerProduct else { return }
    let biased = try unchecked([[1, 2], [3, 4]], biases: [0, .nan], metric: metric)
    #expect(try failure(biased) as? HNSWError == .notFinite(row: 1))
  }

  @Test("Damaged embeddings are refused: a flip in any section")
  func damaged() throws {
    let bytes = try some
    for offset in stride(from: 4100, to: bytes.count, by: 997) {
      let error = try failure(bytes.with(bytes[offset] ^ 4, at: offset)) as? FileError
      guard case .damagedChunk? = error?.problem else {
        Issue.record("byte \(offset): \(String(describing: error))")
        continue
      }
    }
  }

  @Test("An output that exists is kept, and refused before any work; with overwrite it is replaced")
  func exists() throws {
    try withDirectory { directory in
      let output = "\(directory)/a.idx"
      try write(some, to: "\(directory)/a.emb")
      try write([1, 2, 3], to: output)
      let source = try EmbeddingFile(path: "\(directory)/a.emb")
      let isWorking = Atomic<Bool>(false)
      let execution = Execution(threads: 1, progress: { _ in isWorking.store(true, ordering: .relaxed) })
      #expect(throws: OutputError.exists(path: output)) {
        try HNSWIndex.build(from: source, to: output, options: .small, execution: execution)
      }
      let hasWorked = isWorking.load(ordering: .relaxed)
      #expect(!hasWorked)
      #expect(try read(output) == [1, 2, 3])
      let report = try HNSWIndex.build(from: source, to: output, options: .small, overwrite: true)
      let index = try HNSWIndex(path: output)
      #expect(index.count == 400 && report.items == 400 && index.facts.sourceDigest == source.digest)
      #expect(index.facts.container.header.rootDigest == report.digest)
      #expect(try HNSWIndex.verify(path: output).isSound)
      #expect(try names(in: directory) == ["a.emb", "a.idx"])
      let lost = "\(directory)/no/a.idx"
      #expect(throws: OutputError.noDirectory(path: lost, directory: "\(directory)/no")) {
        try HNSWIndex.build(from: source, to: lost, options: .small)
      }
    }
  }

  @Test("Cancelled at any report of progress")
  func cancelled() throws {
    // Few items: there is a build for each report.
    let bytes = try bytes(
      of: Embeddings(.normal(rows: 150, dimension: 4, metric: .innerProduct, seed: 1), ids: .numbers))
    let total = Atomic<Int>(0)
    try withDirectory { directory in
      try write(bytes, to: "\(directory)/a.emb")
      _ = try HNSWIndex.build(
        from: EmbeddingFile(path: "\(directory)/a.emb"), to: "\(directory)/a.idx", options: .small,
        execution: Execution(threads: 1, progress: { _ in total.add(1, ordering: .relaxed) }))
    }
    let reports = total.load(ordering: .relaxed)
    #expect(reports > 3)
    for stop in 1...reports {
      let count = Atomic<Int>(0)
      let cancellation = Cancellation()
      let execution = Execution(
        threads: 1,
        progress: { _ in if count.add(1, ordering: .relaxed).newValue == stop { cancellation.cancel() } },
        cancellation: cancellation)
      #expect(try failure(bytes, execution: execution) is Cancelled, "at report \(stop) of \(reports)")
    }
  }
}
