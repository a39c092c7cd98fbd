import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinCatalogue

@Suite("The verification of a catalogue")
struct VerifyTests {
  /// A catalogue in memory, the path of its newest generation, and those of its segments.
  private func small() throws -> (files: CrashDisk.Files, directory: String, manifest: String, segments: [String]) {
    let disk = CrashDisk()
    var bench = try Bench(
      at: CrashTests.path, (0..<6).map { Shop.Item($0, seed: 1, dimension: 2) }, dimension: 2, disk: disk.disk)
    try bench.add((5..<8).map { Shop.Item($0, seed: 2, dimension: 2) })
    try bench.delete([.number(1)])
    var durable = Durable()
    for call in disk.calls { durable.take(call) }
    return (
      durable.afterKill, bench.directory.path, bench.directory(CatalogueDirectory.name(of: 3)),
      bench.writer.current.manifest.segments.map { bench.directory($0.name) }
    )
  }

  private func isSound(_ files: CrashDisk.Files, _ path: String) throws -> Bool {
    let directory = CatalogueDirectory(path: path, disk: CrashDisk(files).disk)
    return try CatalogueIndex.verify(directory, execution: Execution(threads: 1)).isSound
  }

  @Test("finds every changed byte of a generation, which is not answered then")
  func everyByte() throws {
    let (files, path, manifest, _) = try small()
    #expect(try isSound(files, path))
    let file = try #require(files.names[manifest])
    let bytes = try #require(files.bytes[file])
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= UInt8(1 << (place % 8))
      var damaged = files
      damaged.bytes[file] = changed
      let directory = CatalogueDirectory(path: path, disk: CrashDisk(damaged).disk)
      #expect(throws: FileError.self, "byte \(place)") { try directory.read(3) }
    }
  }

  @Test("finds changed bytes of segments and generations, lost files and those that nobody uses")
  func files() throws {
    let (files, path, manifest, segments) = try small()
    var random = SeededGenerator(seed: 5)
    for name in [manifest] + segments {
      let file = try #require(files.names[name])
      let bytes = try #require(files.bytes[file])
      for _ in 0..<12 {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        var damaged = files
        damaged.bytes[file]?[place] ^= 4
        #expect(!(try isSound(damaged, path)), "\(name), byte \(place)")
      }
      var lost = files
      lost.names[name] = nil
      if name != manifest { #expect(!(try isSound(lost, path)), "\(name) lost") }
      var cut = files
      cut.bytes[file]?.removeLast()
      #expect(!(try isSound(cut, path)), "\(name) cut")
      // A whole file under the name of another.
      var swapped = files
      swapped.names[segments[0]] = files.names[segments[1]]
      #expect(!(try isSound(swapped, path)))
    }
    var more = files
    more.names["\(path)/\(Digest(low: 1, high: 9)).idx"] = files.names[segments[0]]
    let report = try CatalogueIndex.verify(
      CatalogueDirectory(path: path, disk: CrashDisk(more).disk), execution: Execution(threads: 1))
    #expect(report.isSound && report.unused == ["\(Digest(low: 1, high: 9)).idx"])
  }

  @Test("finds a generation that does not follow, and an id with two live rows")
  func rules() throws {
    let disk = CrashDisk()
    let bench = try Bench(
      at: CrashTests.path, (0..<6).map { Shop.Item($0, seed: 1, dimension: 2) }, dimension: 2, disk: disk.disk)
    let manifest = bench.writer.current.manifest
    var change = CatalogueChange(.add)
    // The same segment twice: all its ids have two rows; and a parent that is not the generation before.
    _ = try CatalogueWriter.publish(
      manifest.segments + manifest.segments, model: manifest.model, after: (1, Digest(low: 5, high: 5)), &change,
      in: bench.directory)
    let report = try CatalogueIndex.verify(bench.directory, execution: Execution(threads: 1))
    #expect(report.broken.count == 7 && !report.isSound)
    #expect(report.broken.first == "generation 2 does not follow from generation 1")
  }
}
