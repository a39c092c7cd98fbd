import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("Only some items: --allow and --deny")
struct FilterTests {
  let world: SampleFiles
  private let items = 150

  init() throws { world = try SampleFiles() }

  /// The bytes of an `.npy` with one dimension.
  private func array(_ descr: String, _ count: Int, _ data: [UInt8]) -> [UInt8] {
    let header = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(count),), }\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + data
  }

  private func mask(_ name: String, _ allows: (Int) -> Bool) -> String {
    world.scratch.write(array("|b1", items, (0..<items).map { allows($0) ? 1 : 0 }), to: name)
  }

  private func positions(_ name: String, _ positions: [Int]) -> String {
    world.scratch.write(
      array("<i2", positions.count, positions.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }), to: name)
  }

  /// The answers of `query` to all users, a list of positions each.
  private func answers(k: Int, _ words: [String]) throws -> [[Int64]] {
    let run = akin(
      ["query", world.idx, "--queries", "users:\(world.emb)", "-k", "\(k)", "-o", world.scratch["o.npy"], "-q", "-f"]
        + words)
    try #require(run.code == 0, "\(run.messages)")
    let numbers = unsafe world.scratch.bytes("o.npy")[128...].withUnsafeBytes {
      unsafe Array($0.bindMemory(to: Int64.self))
    }
    return (0..<60).map { user in numbers[user * k..<(user + 1) * k].filter { $0 >= 0 } }
  }

  @Test(
    "An answer under a filter is the answer without it, less what is not allowed; seen items stay out",
    arguments: [["--exact"], ["--ef", "150"], ["--recall", "0.99"], ["--exact", "--include-seen"]])
  func composes(words: [String]) throws {
    let all = try answers(k: items, words)
    let even = mask("even.npy") { $0 % 2 == 0 }
    let some = positions("some.npy", [0, 2, 4, 6, 8, 10, 11, 149, 11])
    let few: Set<Int64> = [0, 2, 4, 6, 8, 10, 11, 149]
    let cases: [(options: [String], allows: (Int64) -> Bool)] = [
      (["--allow", even], { $0 % 2 == 0 }), (["--deny", even], { $0 % 2 != 0 }),
      (["--allow", some], { few.contains($0) }), (["--deny", some], { !few.contains($0) }),
      (["--allow", even, "--deny", some], { $0 % 2 == 0 && !few.contains($0) }),
      (["--allow", even, "--deny", even], { _ in false }),
    ]
    for (options, allows) in cases {
      for k in [1, 10, 150] {
        let found = try answers(k: k, words + options)
        for user in 0..<60 {
          #expect(found[user] == Array(all[user].filter(allows).prefix(k)), "\(options) \(k) user \(user)")
        }
      }
    }
  }

  @Test("recall measures under the filter; one that lets nothing in is said")
  func recall() {
    let few = positions("few.npy", [1, 5, 7])
    for queries in ["items", "users:\(world.emb)"] {
      let run = akin("recall", world.idx, "--queries", queries, "--allow", few, "-k", "5", "--ef", "16", "--json")
      // One row stands for the scan and for the walk that it answers in place of.
      #expect(run.code == 0 && run.output.ranges(of: #""way":"exact""#).count == 1, "\(run.output)")
      #expect(run.messages.contains("the exact scan costs less here than a walk at ef 16"), "\(run.messages)")
    }
    let none = positions("none.npy", [])
    let run = akin("recall", world.idx, "--allow", none, "-k", "5")
    #expect(
      run.messages.contains("akin: note: the filter allows none of 150 items"), "\(run.messages)")
    let query = akin(
      "query", world.idx, "--queries", "users:\(world.emb)", "--allow", none, "-o", world.scratch["o.npy"])
    #expect(query.code == 0 && query.messages.contains("allows none of 150 items"), "\(query.messages)")
  }

  @Test("A mask of another length, a position too many, and a file that is no array")
  func refused() {
    let long = world.scratch.write(array("|b1", 151, Array(repeating: 1, count: 151)), to: "long.npy")
    let out = ["query", world.idx, "--queries", "users:\(world.emb)", "-o", world.scratch["new.npy"], "-q"]
    for (path, sentence) in [
      (long, "expected 150 truth values, one per row, found 151"),
      (positions("far.npy", [3, 150]), "row 1: expected a position below 150, the number of items, found 150"),
    ] {
      for option in ["--allow", "--deny"] {
        let run = akin(out + [option, path])
        #expect(run.code == 3 && run.messages.contains(sentence), "\(run.messages)")
        #expect(!world.scratch.names.contains("new.npy"))
      }
    }
  }
}
