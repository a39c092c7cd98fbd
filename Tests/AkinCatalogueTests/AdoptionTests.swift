import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinCatalogue

@Suite("Segments that others have written")
struct AdoptionTests {
  /// A catalogue's directory, and one for segments on their way there.
  struct Place {
    let disk: CrashDisk
    let metric: Metric
    let catalogue: CatalogueDirectory
    let staging: CatalogueDirectory

    init(_ disk: CrashDisk = CrashDisk(), metric: Metric = .innerProduct) {
      self.disk = disk
      self.metric = metric
      catalogue = CatalogueDirectory(path: CrashTests.path, disk: disk.disk)
      staging = CatalogueDirectory(path: "/no such directory/staging", disk: disk.disk)
    }

    func write(
      _ items: [Shop.Item], dimension: Int = 3, options: HNSWBuildOptions = .small, bias: Bool = true
    ) throws -> Digest {
      var source = Shop.embeddings(items, metric, dimension: dimension)
      if !bias { source.itemBiases = nil }
      return try CatalogueWriter.writeSegment(
        of: source, to: staging, options: options, policy: Bench.policy, execution: Execution(threads: 1)
      ).digest
    }

    @discardableResult
    func adopt(
      _ digests: [Digest], after known: UInt64 = 0, options: HNSWBuildOptions = .small, checks: Bool = true
    ) throws -> CatalogueChange {
      try CatalogueWriter.adopt(
        digests, from: staging, at: catalogue, after: known, options: options, checksContent: checks,
        policy: Bench.policy, execution: Execution(threads: 1)
      ).change
    }

    /// The names of the catalogue, without the lock's, and their bytes.
    var content: [String: [UInt8]] {
      var durable = Durable()
      for call in disk.calls { durable.take(call) }
      let files = durable.afterKill
      return files.names.filter { $0.key.hasPrefix(catalogue.path + "/") }.compactMapValues { files.bytes[$0] }
    }
  }

  private func items(_ numbers: some Sequence<Int>, seed: UInt64 = 1, dimension: Int = 3) -> [Shop.Item] {
    numbers.map { Shop.Item($0, seed: seed, dimension: dimension) }
  }

  @Test("make a catalogue that answers as the items do", arguments: Metric.allCases, [UInt64(1), 2])
  func answers(metric: Metric, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &* 31 &+ UInt64(metric.rawValue))
    let place = Place(metric: metric)
    var shop = Shop()
    var digests: [Digest] = []
    var next = 0
    for _ in 0..<5 {
      let count = Int.random(in: 1...20, using: &random)
      var part = items(next..<next + count, seed: seed)
      if metric != .innerProduct { for index in part.indices { part[index].bias = 0 } }
      next += count
      shop.items += part
      digests.append(try place.write(part))
    }
    let change = try place.adopt(digests)
    #expect(change.operation == .create && change.generation == 1 && change.added == next)
    let index = try CatalogueIndex(place.catalogue)
    #expect(index.shop == shop, "seed \(seed)")
    for k in [1, 7, 80] {
      let query = query(dimension: 3, seed: random.next())
      let truth = shop.nearest(to: query, k: k, metric)
      #expect(
        try index.answer(to: query, SearchRequest(k: k, effort: .exact)) == truth, "\(metric), seed \(seed), k \(k)")
    }
    let report = try CatalogueIndex.verify(place.catalogue, execution: Execution(threads: 1))
    #expect(report.isSound && report.unused == [])
    #expect(try place.staging.names() == [])
    // It is a catalogue as any other.
    let writer = try CatalogueWriter(place.catalogue, policy: Bench.policy)
    try writer.delete([shop.items[0].id])
    try writer.compact(execution: Execution(threads: 1))
    shop.items.removeFirst()
    #expect(try CatalogueIndex(place.catalogue).shop == shop)
  }

  @Test("give the same bytes whatever was written before, twice or in vain")
  func sameBytes() throws {
    let parts = [items(0..<14), items(14..<17), items(17..<40)]
    let plain = Place()
    try plain.adopt(parts.map { try plain.write($0) })
    let busy = Place()
    for part in parts.reversed() + [items(50..<60)] + parts { _ = try busy.write(part) }
    try busy.adopt(parts.map { try busy.write($0) }, checks: false)
    #expect(plain.content == busy.content)
    #expect(plain.content.count == 4)
  }

  @Test("of one alone is the catalogue that embeddings make")
  func single() throws {
    let place = Place()
    let part = items(0..<30)
    try place.adopt([place.write(part)])
    let other = CrashDisk()
    _ = try Bench(at: CrashTests.path, part, lineage: .none, disk: other.disk)
    #expect(place.content == Place(other).content)
  }

  @Test("replace the generation that the caller knows, and leave no file that none names")
  func replaces() throws {
    let place = Place()
    try place.adopt([place.write(items(0..<20))])
    // What a killed writer left.
    let lost = Digest(low: 5, high: 6)
    let stray = try CatalogueWriter.writeSegment(
      of: Shop.embeddings(items(70..<75), .innerProduct, dimension: 3), to: place.catalogue, options: .small,
      policy: Bench.policy, execution: Execution(threads: 1))
    #expect(try place.catalogue.names().contains(stray.name))
    let second = try place.adopt([place.write(items(5..<25, seed: 2)), place.write(items(0..<3))], after: 1)
    #expect(second.generation == 2)
    #expect(try CatalogueIndex(place.catalogue).shop.items == items(5..<25, seed: 2) + items(0..<3))
    // The generation before stays, with its segments.
    #expect(try CatalogueIndex(place.catalogue, generation: 1).shop.items == items(0..<20))
    #expect(try CatalogueIndex.verify(place.catalogue, execution: Execution(threads: 1)).unused == [])
    let before = place.content
    let third = try place.write(items(0..<4))
    #expect(throws: CatalogueError.exists(path: CrashTests.path, generation: 2)) { try place.adopt([third]) }
    #expect(throws: CatalogueError.overtaken(path: CrashTests.path, generation: 2)) {
      try place.adopt([third], after: 1)
    }
    #expect(throws: FileError.self) { try place.adopt([lost], after: 2) }
    let writer = try CatalogueWriter(place.catalogue)
    #expect(throws: CatalogueError.locked(path: CrashTests.path)) { try place.adopt([third], after: 2) }
    withExtendedLifetime(writer) {}
    #expect(place.content == before)
    #expect(throws: CatalogueError.notACatalogue(path: CrashTests.path)) {
      let empty = Place()
      return try empty.adopt([empty.write(items(0..<4))], after: 1)
    }
  }

  @Test("are refused unless they are alike, whole, and have each id once")
  func refused() throws {
    let place = Place()
    let first = try place.write(items(0..<14))
    func refused(_ fact: ModelFact, _ digest: Digest) {
      do {
        try place.adopt([first, digest])
        Issue.record("\(fact) was taken")
      } catch CatalogueError.unlikeSegment(place.staging("\(digest).idx"), let found, _, _) {
        #expect(found == fact)
      } catch {
        Issue.record(error)
      }
    }
    refused(.dimension, try place.write(items(14..<16, dimension: 4), dimension: 4))
    refused(.metric, try Place(place.disk, metric: .cosine).write(items(14..<17)))
    refused(.biases, try place.write(items(14..<18), bias: false))
    for options in [
      HNSWBuildOptions(m: 4, efConstruction: 30, seed: 1), HNSWBuildOptions(m: 4, efConstruction: 24, seed: 2),
      HNSWBuildOptions(m: 5, efConstruction: 24, seed: 1),
    ] {
      refused(.options, try place.write(items(14..<34), options: options))
    }
    #expect(throws: CatalogueError.self) { try place.adopt([], options: .small) }
    #expect(throws: CatalogueError.self) { try place.write([]) }
    #expect(throws: CatalogueError.repeatedID(.text("item 0"), first: "\(first).idx", second: "\(first).idx")) {
      try place.adopt([first, first])
    }
    for id in [ItemID.number(13), .text("13"), .text("item 3")] {
      var item = items([80])
      item[0].id = id
      let other = try place.write(item)
      #expect(throws: CatalogueError.repeatedID(id.canonical, first: "\(first).idx", second: "\(other).idx")) {
        try place.adopt([first, other])
      }
    }
    #expect(try place.catalogue.names() == [])
    #expect(try place.adopt([first]).generation == 1)
  }

  @Test("are refused when a byte has changed")
  func damaged() throws {
    let whole = Place()
    let digest = try whole.write(items(0..<20))
    var durable = Durable()
    for call in whole.disk.calls { durable.take(call) }
    let file = try #require(durable.afterKill.names[whole.staging("\(digest).idx")])
    let count = try #require(durable.afterKill.bytes[file]?.count)
    var random = SeededGenerator(seed: 3)
    for _ in 0..<10 {
      let at = Int.random(in: 0..<count, using: &random)
      var files = durable.afterKill
      files.bytes[file]?[at] ^= 4
      let place = Place(CrashDisk(files))
      // Bytes between sections are no part of what a checksum covers; then nothing is lost.
      do {
        try place.adopt([digest])
        #expect(try CatalogueIndex(place.catalogue).shop.items == items(0..<20), "byte \(at)")
      } catch {
        #expect(error is FileError, "byte \(at): \(error)")
        #expect(try place.catalogue.names() == [])
      }
    }
  }

  @Test("are there as a whole or not at all, wherever the power goes", arguments: [UInt64(1), 2, 3])
  func crash(seed: UInt64) throws {
    let place = Place()
    try place.adopt([place.write(items(0..<8))])
    let before = place.disk.callCount
    let new = items(4..<12, seed: 2) + items(20..<23)
    try place.adopt([place.write(items(4..<12, seed: 2)), place.write(items(20..<23))], after: 1)
    var durable = Durable()
    for (number, call) in place.disk.calls.enumerated() {
      durable.take(call)
      guard number >= before - 1 else { continue }
      // What is left by a kill is the same by every seed.
      for cut in (seed == 1 ? 0 : 1)..<3 {
        var random = SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(number * 4 + cut))
        let files = cut == 0 ? durable.afterKill : durable.afterPowerCut(&random)
        let left = Place(CrashDisk(files))
        let shop = try CatalogueIndex(left.catalogue).shop.items
        let schedule: Comment = "seed \(seed), call \(number + 1), cut \(cut)"
        #expect(shop == new || (shop == items(0..<8) && number + 1 < place.disk.callCount), schedule)
        // The next one succeeds, and sweeps.
        try left.adopt([left.write(items(0..<4))], after: shop == new ? 2 : 1)
        #expect(try CatalogueIndex.verify(left.catalogue, execution: Execution(threads: 1)).unused == [], schedule)
      }
    }
  }

  @Test("leave the catalogue as it was, or are there, whichever call fails")
  func failures() throws {
    for code in [ENOSPC, EIO] {
      for call in 0..<60 {
        let place = Place()
        try place.adopt([place.write(items(0..<8))])
        let digests = [try place.write(items(4..<12, seed: 2)), try place.write(items(20..<23))]
        let made = place.disk.callCount
        place.disk.fail(after: call, with: code)
        do {
          try place.adopt(digests, after: 1)
          if place.disk.callCount - made <= call {
            #expect(call > 6)
            break
          }
        } catch is OutputError {}
        let schedule: Comment = "error \(code) at call \(call)"
        let shop = try CatalogueIndex(place.catalogue).shop.items
        #expect(shop == items(0..<8) || shop == items(4..<12, seed: 2) + items(20..<23), schedule)
      }
    }
  }
}
