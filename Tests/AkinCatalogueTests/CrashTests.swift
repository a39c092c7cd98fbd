import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Foundation
import Testing

@testable import AkinCatalogue

/// Schedules of a writer on a file system that tears, reorders and loses what was not made durable.
///
/// A schedule is a seed of changes, a call after which the power goes, and a seed of what is left. `AKIN_SCHEDULES` sets how many
/// seeds of changes are tried (usually 12, some two hundred schedules each); a failure names its schedule, and
/// `AKIN_SCHEDULE_SEED` runs the changes of one seed alone.
@Suite("After a crash")
struct CrashTests {
  private static let environment = ProcessInfo.processInfo.environment
  static let seeds: [UInt64] =
    environment["AKIN_SCHEDULE_SEED"].flatMap { UInt64($0) }.map { [$0] }
    ?? Array(1...UInt64(environment["AKIN_SCHEDULES"].flatMap { Int($0) } ?? 12))
  /// What a power cut is drawn after each call.
  static let cuts = 3

  /// The path of catalogues on disks that are not there.
  static let path = "/no such directory/shop"

  /// What a catalogue had to hold from a call on.
  struct Milestone {
    var call: Int
    var generation: UInt64
    var shop: Shop
  }

  /// Drives a writer through changes drawn by a seed, and says which were acknowledged after which call. The last milestone
  /// may not have been acknowledged.
  static func drive(_ disk: CrashDisk, seed: UInt64, steps: Int) throws -> [Milestone] {
    var random = SeededGenerator(seed: seed)
    func some(_ count: Int) -> [Shop.Item] {
      Set((0..<count).map { _ in Int.random(in: 0..<12, using: &random) }).sorted().map {
        Shop.Item($0, seed: random.next() % 3, dimension: 2)
      }
    }
    let policy = MergePolicy(width: 2, lowest: 2, linkedFrom: 5, grownFrom: 3, deletedShare: 0.4)
    var bench = try Bench(at: path, some(4), dimension: 2, disk: disk.disk, policy: policy)
    var milestones = [Milestone(call: disk.callCount, generation: 1, shop: bench.shop)]
    for _ in 0..<steps {
      switch Int.random(in: 0..<8, using: &random) {
      case 0..<4: try bench.add(some(Int.random(in: 1...4, using: &random)))
      case 4, 5:
        let ids = bench.shop.items.map(\.id).filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
        try bench.delete(ids)
      case 6: try bench.writer.merge(execution: Execution(threads: 1))
      default:
        try bench.writer.compact(
          to: Int.random(in: 1...2, using: &random), keeping: Int.random(in: 1...3, using: &random),
          execution: Execution(threads: 1))
      }
      milestones.append(
        Milestone(
          call: disk.callCount, generation: bench.writer.current.manifest.generation, shop: bench.shop))
    }
    return milestones
  }

  /// What is wrong with what is left: it must be the last acknowledged generation or a later one, whole, and nothing twice.
  static func problems(
    _ files: CrashDisk.Files, after call: Int, of milestones: [Milestone]
  ) -> (problems: [String], index: CatalogueIndex?) {
    let acknowledged = milestones.last { $0.call <= call }
    let next = milestones.first { $0.call > call }
    do {
      let index = try CatalogueIndex(CatalogueDirectory(path: path, disk: CrashDisk(files).disk))
      let shop = index.shop
      var problems: [String] = []
      if shop != acknowledged?.shop, shop != next?.shop { problems.append("lost or invented items") }
      if index.manifest.generation < acknowledged?.generation ?? 0 { problems.append("an old generation") }
      if Set(shop.items.map(\.id)).count != shop.items.count { problems.append("an item twice") }
      if index.liveCount != shop.items.count { problems.append("\(index.liveCount) items, \(shop.items.count) found") }
      if !index.skipped.isEmpty { problems.append("a torn generation: \(index.skipped)") }
      return (problems, index)
    } catch {
      return (acknowledged == nil ? [] : ["\(error)"], nil)
    }
  }

  /// Checks what is left, and returns it.
  static func check(
    _ files: CrashDisk.Files, after call: Int, of milestones: [Milestone], _ schedule: String
  ) -> CatalogueIndex? {
    let (problems, index) = problems(files, after: call, of: milestones)
    #expect(problems == [], "\(schedule)")
    return index
  }

  @Test("the schedules find a disk that lies about what it has made durable", arguments: [Lie.bytes, .names])
  func lies(lie: Lie) throws {
    var found = 0
    for seed in CrashTests.seeds.prefix(2) {
      let disk = CrashDisk()
      let milestones = try CrashTests.drive(disk, seed: seed, steps: 3)
      var durable = Durable()
      for (number, call) in disk.calls.enumerated() {
        switch (lie, call) {
        case (.bytes, .synchronize), (.names, .synchronizeNames): continue
        default: durable.take(call)
        }
        var random = SeededGenerator(seed: seed &+ UInt64(number))
        let files = durable.afterPowerCut(&random)
        if !CrashTests.problems(files, after: number + 1, of: milestones).problems.isEmpty { found += 1 }
      }
    }
    #expect(found > 10)
  }

  enum Lie: Sendable { case bytes, names }

  @Test("the last acknowledged generation is whole, or a later one, wherever the power goes", arguments: seeds)
  func powerCut(seed: UInt64) throws {
    let disk = CrashDisk()
    let milestones = try CrashTests.drive(disk, seed: seed, steps: 5)
    var durable = Durable()
    for (number, call) in disk.calls.enumerated() {
      durable.take(call)
      for cut in 0..<CrashTests.cuts {
        var random = SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(number * CrashTests.cuts + cut))
        let files = cut == 0 ? durable.afterKill : durable.afterPowerCut(&random)
        _ = CrashTests.check(files, after: number + 1, of: milestones, "seed \(seed), call \(number + 1), cut \(cut)")
      }
    }
  }

  @Test("a writer goes on from what is left", arguments: seeds.prefix(6))
  func goingOn(seed: UInt64) throws {
    let disk = CrashDisk()
    let milestones = try CrashTests.drive(disk, seed: seed, steps: 4)
    var durable = Durable()
    var random = SeededGenerator(seed: seed &* 77)
    let calls = disk.calls
    for (number, call) in calls.enumerated() {
      durable.take(call)
      guard random.next() % 16 == 0 else { continue }
      let schedule = "seed \(seed), call \(number + 1)"
      let files = durable.afterPowerCut(&random)
      guard let left = CrashTests.check(files, after: number + 1, of: milestones, schedule) else { continue }
      let directory = CatalogueDirectory(path: CrashTests.path, disk: CrashDisk(files).disk)
      var shop = left.shop
      let new = [Shop.Item(3, seed: 9, dimension: 2), Shop.Item(40, seed: 9, dimension: 2)]
      let writer = try CatalogueWriter(directory)
      let embeddings = Shop.embeddings(new, .innerProduct, dimension: 2)
      try writer.add(embeddings, lineage: Digest(low: 1, high: 2), name: "new", execution: Execution(threads: 1))
      shop.add(new)
      #expect(try CatalogueIndex(directory).shop == shop, "\(schedule)")
      try writer.compact(keeping: 1, execution: Execution(threads: 1))
      #expect(try CatalogueIndex(directory).shop == shop, "\(schedule)")
      // Whatever was half written is gone.
      let names = try directory.names()
      #expect(names.count == 2, "\(schedule): \(names)")
      #expect(try CatalogueIndex.verify(directory, execution: Execution(threads: 1)).isSound, "\(schedule)")
    }
  }

  @Test("a change that fails leaves the catalogue as it was, and the next one succeeds", arguments: seeds.prefix(4))
  func failures(seed: UInt64) throws {
    // How many calls a change makes, and then each of them fails in turn.
    for code in [ENOSPC, EIO] {
      var call = 0
      while true {
        let disk = CrashDisk()
        var bench = try Bench(
          at: CrashTests.path, (0..<5).map { Shop.Item($0, seed: seed, dimension: 2) }, dimension: 2, disk: disk.disk)
        let before = bench.shop
        let schedule = "seed \(seed), error \(code) at call \(call)"
        disk.fail(after: call, with: code)
        let made = disk.callCount
        do {
          try bench.add((3..<7).map { Shop.Item($0, seed: seed &+ 1, dimension: 2) })
          if disk.callCount - made <= call { break }
        } catch let error as OutputError {
          #expect(bench.writer.current.shop == before, "\(schedule): \(error)")
          // The last call of a change makes its name durable: after its failure the change may be there or not.
          let left = try CatalogueIndex(bench.directory)
          #expect(left.shop == before || left.manifest.generation == 2, "\(schedule)")
          if left.manifest.generation == 1 {
            try bench.add((3..<7).map { Shop.Item($0, seed: seed &+ 1, dimension: 2) })
            #expect(try CatalogueIndex(bench.directory).shop == bench.shop, "\(schedule)")
          } else {
            #expect(throws: CatalogueError.overtaken(path: CrashTests.path, generation: 2), "\(schedule)") {
              try bench.add((3..<7).map { Shop.Item($0, seed: seed &+ 1, dimension: 2) })
            }
          }
        }
        call += 1
      }
      #expect(call > 8)
    }
  }
}
