import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinCatalogue

@Suite("Generations")
struct GenerationTests {
  private func items(_ numbers: some Sequence<Int>, seed: UInt64 = 1) -> [Shop.Item] {
    numbers.map { Shop.Item($0, seed: seed, dimension: 3) }
  }

  @Test("are answered as they were, until they are removed")
  func old() throws {
    let scratch = try Scratch()
    var bench = try Bench(at: scratch["c"], items(0..<15))
    var shops = [bench.shop]
    try bench.add(items(10..<20, seed: 2))
    shops.append(bench.shop)
    try bench.delete([.number(1), .number(2)])
    shops.append(bench.shop)
    try bench.writer.compact(execution: Execution(threads: 1))
    shops.append(bench.shop)
    let path = bench.directory.path
    let open = try CatalogueIndex(path: path, generation: 1)
    for (number, shop) in shops.enumerated() {
      #expect(try CatalogueIndex(path: path, generation: UInt64(number + 1)).shop == shop)
    }
    let history = try CatalogueIndex.history(path: path)
    #expect(history.map(\.number) == [4, 3, 2, 1])
    #expect(
      history.map { $0.manifest?.facts["operation"] } == ["compact", "delete", "add", "create"].map { .string($0) })
    #expect(history[2].manifest?.facts["replaced"] == .integer(5) && history[2].manifest?.facts["added"] == .integer(5))
    #expect(history[2].manifest?.parent == open.digest)

    try bench.writer.compact(keeping: 2, execution: Execution(threads: 1))
    #expect(try CatalogueIndex.history(path: path).map(\.number) == [4, 3])
    #expect(try CatalogueIndex(path: path, generation: 3).shop == shops[2])
    #expect(throws: CatalogueError.noGeneration(path: path, asked: 1, oldest: 3, newest: 4)) {
      try CatalogueIndex(path: path, generation: 1)
    }
    // A reader is not disturbed.
    #expect(open.shop == shops[0])
    try bench.writer.compact(keeping: 1, execution: Execution(threads: 1))
    #expect(scratch.names(in: "c").count == 3, "lock, generation, segment: \(scratch.names(in: "c"))")
    #expect(try CatalogueIndex(path: path).shop == shops[3])
    #expect(try CatalogueIndex.verify(path: path).isSound)
  }

  @Test("copy the ids of all rows, deleted ones as they were: numbers where all are")
  func ids() throws {
    let scratch = try Scratch()
    for (numbers, name) in [(stride(from: 0, to: 30, by: 1), "both"), (stride(from: 1, to: 30, by: 3), "numbers")] {
      var bench = try Bench(at: scratch[name], items(numbers))
      try bench.add(items(numbers.suffix(4), seed: 2))
      let before = try CatalogueIndex(path: scratch[name]).copyOfIDs()
      try bench.delete([.number(1), .number(4)])
      let index = try CatalogueIndex(path: scratch[name])
      let ids = index.copyOfIDs()
      #expect(ids.count == index.count && index.liveCount < index.count)
      for row in 0..<index.count where index.place(of: Row(row)) != nil {
        #expect(ids[Row(row)].canonical == index.id(of: Row(row)), "row \(row) of \(name)")
      }
      for row in 0..<before.count { #expect(ids[Row(row)] == before[Row(row)], "row \(row) of \(name)") }
      if case .numbers = ids { #expect(name == "numbers") } else { #expect(name == "both") }
    }
  }

  @Test("have one writer, and the next may write once it is gone")
  func lock() throws {
    let scratch = try Scratch()
    let path = scratch["c"]
    do {
      let bench = try Bench(at: path, items(0..<5))
      #expect(throws: CatalogueError.locked(path: path)) { try CatalogueWriter(path: path) }
      #expect(throws: CatalogueError.locked(path: path)) { try Bench(at: path, items(0..<5)) }
      withExtendedLifetime(bench) {}
    }
    let writer = try CatalogueWriter(path: path)
    #expect(try writer.delete([.number(1)]).generation == 2)
  }

  @Test("replace a whole catalogue by another model, and refuse to without being told")
  func replacing() throws {
    let scratch = try Scratch()
    let path = scratch["c"]
    _ = try Bench(at: path, items(0..<5))
    #expect(throws: CatalogueError.exists(path: path, generation: 1)) { try Bench(at: path, items(0..<5)) }
    let other = (0..<4).map { Shop.Item($0, seed: 3, dimension: 2) }
    let made = try CatalogueWriter.create(
      CatalogueDirectory(path: path, disk: .system), from: Shop.embeddings(other, .cosine, dimension: 2),
      lineage: .none,
      options: .small, replacing: true, execution: Execution(threads: 1))
    #expect(made.change.generation == 2)
    let index = try CatalogueIndex(path: path)
    #expect(index.dimension == 2 && index.metric == .cosine && index.liveCount == 4)
    #expect(try CatalogueIndex(path: path, generation: 1).shop.items == items(0..<5))
  }

  @Test("go back to the last whole one, which a reader says and a writer refuses")
  func damagedNewest() throws {
    let scratch = try Scratch()
    var bench = try Bench(at: scratch["c"], items(0..<5))
    let shop = bench.shop
    try bench.add(items(5..<7))
    let name = "c/" + CatalogueDirectory.name(of: 2)
    var bytes = scratch.bytes(name)
    bytes[130] ^= 1
    scratch.write(bytes, to: name)
    let index = try CatalogueIndex(path: bench.directory.path)
    #expect(index.shop == shop && index.manifest.generation == 1)
    #expect(index.skipped == [FileError(path: scratch[name], problem: .headerChecksum)])
    let directory = bench.directory
    bench.writer = CatalogueWriter(directory, lock: nil, policy: Bench.policy, current: index)
    #expect(throws: CatalogueError.newestIsDamaged(index.skipped[0])) { try CatalogueWriter(directory) }
    #expect(throws: CatalogueError.overtaken(path: directory.path, generation: 2)) { try bench.add(items(8..<9)) }
  }

  @Test("name a damaged segment, and answer without it when told to")
  func degraded() throws {
    let scratch = try Scratch()
    var bench = try Bench(at: scratch["c"], items(0..<15))
    let first = bench.shop.items
    try bench.add(items(15..<20))
    let path = bench.directory.path
    let name = "c/" + bench.writer.current.manifest.segments[1].name
    let whole = scratch.bytes(name)
    for (change, problem) in [(0, FileProblem.headerChecksum), (1, nil), (2, .notFound)] as [(Int, FileProblem?)] {
      var bytes = whole
      switch change {
      case 0: bytes[100] ^= 1
      case 1: bytes[5000] ^= 1
      default: bytes = []
      }
      if bytes.isEmpty { _ = FileOps.system.remove(scratch[name]) } else { scratch.write(bytes, to: name) }
      if let problem {
        #expect(throws: FileError(path: scratch[name], problem: problem)) { try CatalogueIndex(path: path) }
      }
      let index = try CatalogueIndex(path: path, degraded: true)
      #expect(index.damaged.map(\.path) == [scratch[name]] && index.shop.items == first && index.count == 20)
      let found = try index.nearest(to: [1, 2, 3], k: 20)
      #expect(found.count == 15 && found.allSatisfy { $0.row < Row(15) })
      #expect(!(try CatalogueIndex.verify(path: path).isSound))
    }
  }
}

extension Scratch {
  /// The names of a directory in here.
  func names(in name: String) -> [String] { (try? AkinTestSupport.names(in: self[name])) ?? [] }
}
