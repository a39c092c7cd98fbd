import AkinTestSupport
import Foundation
import Testing

@testable import AkinTool

@Suite("akin audience")
struct AudienceVerbTests {
  private let shop: Shop
  private var base: [String] { ["audience", shop.idx, "--users", shop.emb, "-q"] }

  init() throws { shop = try Shop() }

  private func lines(_ text: String) -> [[String]] {
    text.split(separator: "\n").dropFirst().map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// The lists of all users: user, rank, item, score.
  private func lists(_ words: [String]) throws -> [[String]] {
    let run = akin(
      ["recommend", shop.idx, "--users", shop.emb, "--all", "--exact", "-f", "-q", "-o", shop.scratch["l.tsv"]] + words)
    try #require(run.code == 0, "\(run.messages)")
    return lines(String(decoding: shop.scratch.bytes("l.tsv"), as: UTF8.self))
  }

  @Test(
    "The users whose lists of akin recommend have the item, best score first",
    arguments: [[], ["--include-seen"], ["--raw"], ["--where", "in_stock"], ["--category", "Comedy"]])
  func members(words: [String]) throws {
    for top in [1, 12, 150] {
      let all = try lists(["-k", "\(top)"] + words)
      let items = ["2", "9", "40", "77"]
      let run = akin(base + items + ["--top", "\(top)"] + words)
      try #require(run.code == 0, "\(run.messages)")
      let found = lines(run.output)
      for item in items {
        let expected = all.enumerated().filter { $0.element[2] == item }.sorted { a, b in
          let (first, second) = (Float(a.element[3]) ?? 0, Float(b.element[3]) ?? 0)
          return first > second || first == second && a.offset < b.offset
        }
        let own = found.filter { $0[0] == item }
        #expect(own.map { $0[2] } == expected.map(\.element[0]), "\(words), top \(top), item \(item)")
        #expect(own.map { $0[3] } == expected.map(\.element[3]), "\(words), top \(top), item \(item)")
        #expect(own.map { $0[1] } == (0..<own.count).map { "\($0 + 1)" })
      }
    }
  }

  @Test(
    "JSON has an object an item, with the size of the whole audience beside the listed users: in one object, or a line each"
  )
  func json() throws {
    let words = ["--top", "30", "--limit", "3", "--where", "in_stock or year < 2000"]
    let run = akin(base + ["9", "40", "--json"] + words)
    let all = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    #expect(all?["schema"] as? Int == 1)
    let objects: [[String: Any]?] = all?["audiences"] as? [[String: Any]] ?? []
    let lines = try akin(base + ["9", "40", "--jsonl"] + words).output.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    #expect(lines.map { $0?["schema"] as? Int } == [1, 1] && lines.map { $0?["item"] as? Int } == [9, 40])
    let one =
      try JSONSerialization.jsonObject(with: Data(akin(base + ["9", "--json"] + words).output.utf8)) as? [String: Any]
    #expect(one?["schema"] as? Int == 1 && one?["item"] as? Int == 9)
    #expect(objects.count == 2 && objects.map { $0?["item"] as? Int } == [9, 40], "\(run.messages)")
    for object in objects {
      let users = try #require(object?["users"] as? [[String: Any]])
      let size = try #require(object?["audience"] as? Int)
      #expect(users.count == min(3, size) && users.map { $0["rank"] as? Int } == (0..<users.count).map { $0 + 1 })
      #expect(users.allSatisfy { $0["id"] is Int && $0["score"] is Double })
      #expect(object?["top"] as? Int == 30 && object?["of"] as? Int == 60 && object?["includesSeen"] as? Bool == false)
      #expect((object?["allowed"] as? Int).map { $0 < 150 } == true && object?["title"] is String)
      #expect((object?["seconds"] as? Double).map { $0 >= 0 } == true)
    }
  }

  @Test("One item has a table without its column, and a heading on a terminal")
  func shown() throws {
    let run = akin(base + ["9", "--top", "30", "--limit", "2"])
    #expect(run.output.hasPrefix("rank\tuser\tscore\n1\t"), "\(run.output)")
    let terminal = akin(base + ["9", "--top", "30"], terminal: Terminal(width: 80, hasColour: false))
    #expect(
      terminal.output.contains(" [9]: among the best 30 of ") && terminal.output.contains(" of 60 users\n"),
      "\(terminal.output)")
    let none = akin(
      base + ["9", "--allow", shop.scratch.write("1\n", to: "a.txt")], terminal: Terminal(width: 80, hasColour: false))
    #expect(none.output.hasSuffix("of 0 of 60 users\nno users\n"), "\(none.output)")
  }

  @Test("Unknown items, embeddings without users and a list of nothing have sentences")
  func refused() {
    let unknown = akin(base + ["9", "no such title"])
    #expect(unknown.code == 3 && unknown.output.isEmpty && unknown.messages.contains("no item has the id"))
    let users = akin("audience", shop.idx, "9")
    #expect(users.code == 3 && users.messages.contains("there are no users"), "\(users.messages)")
    let zero = akin(base + ["9", "--top", "0"])
    #expect(zero.code == 2 && zero.messages.contains("--top must be a whole number from 1 to 1000000, found '0'"))
    #expect(akin("audience", shop.idx, "--users", shop.emb).code == 2)
  }
}
