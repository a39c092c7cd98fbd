import AkinSupport
import AkinTestSupport
import AkinVectors
import Foundation
import Testing

@testable import AkinTraining

@Suite("The sample catalogue")
struct SampleCatalogueTests {
  @Test("It has the sizes that were asked for, and every title and pair once")
  func sizes() throws {
    let scratch = try Scratch()
    let sample = try SampleCatalogue(users: 300, items: 1200, interactions: 6000, seed: 3)
    let paths = try sample.write(to: scratch.path + "/new")
    let x = try Interactions.read(path: paths.interactions)
    let catalogue = try ItemTable.read(path: paths.items)
    #expect(x.count == 6000 && x.rowsRead == 6000 && x.userIDs.count == 300)
    #expect(x.valueRange == 1...5)
    #expect(catalogue.ids == .numbers((1...1200).map { $0 }))
    #expect(Set(catalogue.titles).count == 1200)
    #expect(catalogue.categories.allSatisfy { (1...2).contains($0.count) })
    // Power laws: the busiest tenth holds far more than a tenth.
    for table in [x.byUser, x.byItem] {
      let counts = (0..<table.rowCount).map { table.count(ofRow: $0) }.sorted(by: >)
      #expect(counts.prefix(counts.count / 10).reduce(0, +) > 6000 * 2 / 10)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/new").sorted()
    #expect(names == ["interactions.csv", "items.csv"])
  }

  @Test("Titles stay unique when the words run out")
  func titles() throws {
    let sample = try SampleCatalogue(users: 1, items: 300_000, interactions: 1, seed: 1)
    #expect(Set(sample.catalogue.titles).count == 300_000)
  }

  @Test("The same at any thread count, different for another seed")
  func deterministic() throws {
    let scratch = try Scratch()
    func bytes(seed: UInt64, threads: Int) throws -> Data {
      let sample = try SampleCatalogue(users: 500, items: 300, interactions: 4000, seed: seed)
      let paths = try sample.write(to: scratch.path, overwrite: true, execution: Execution(threads: threads))
      return try Data(contentsOf: URL(fileURLWithPath: paths.interactions))
        + Data(contentsOf: URL(fileURLWithPath: paths.items))
    }
    let one = try bytes(seed: 1, threads: 1)
    #expect(try bytes(seed: 1, threads: 3) == one)
    #expect(try bytes(seed: 2, threads: 1) != one)
  }

  @Test("The densest and the smallest catalogues can be drawn", arguments: [(4, 8, 16), (1, 2, 1), (50, 40, 1000)])
  func dense(users: Int, items: Int, interactions: Int) throws {
    let scratch = try Scratch()
    let sample = try SampleCatalogue(users: users, items: items, interactions: interactions)
    #expect(try Interactions.read(path: sample.write(to: scratch.path).interactions).count == interactions)
  }

  @Test("What is there is not overwritten, and sizes without a meaning are refused")
  func refused() throws {
    let scratch = try Scratch()
    let sample = try SampleCatalogue(users: 2, items: 10, interactions: 4)
    try sample.write(to: scratch.path)
    #expect(throws: OutputError.exists(path: scratch["interactions.csv"])) { try sample.write(to: scratch.path) }
    try sample.write(to: scratch.path, overwrite: true)
    #expect(throws: OutputError.isFile(path: scratch["items.csv"])) {
      try sample.write(to: scratch["items.csv/deep"], overwrite: true)
    }
    #expect(throws: SampleError.option(name: "users", expected: "1 to 100000000", found: 0)) {
      try SampleCatalogue(users: 0, items: 10, interactions: 4)
    }
    #expect(throws: SampleError.option(name: "interactions", expected: "2 to 10 for 2 users and 10 items", found: 11)) {
      try SampleCatalogue(users: 2, items: 10, interactions: 11)
    }
  }
}
