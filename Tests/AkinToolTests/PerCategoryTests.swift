import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("At most so many items of a category, on the command line")
struct PerCategoryTests {
  private let shop: Shop
  private let categories: [String: [String]]

  init() throws {
    shop = try Shop()
    let lines = String(decoding: shop.scratch.bytes("items.csv"), as: UTF8.self).split(separator: "\n").dropFirst()
    categories = Dictionary(
      uniqueKeysWithValues: lines.map { line in
        let words = line.reversed().prefix { $0 != "," }.reversed()
        return (String(line.prefix { $0 != "," }), words.split(separator: "|").map { String($0) })
      })
  }

  /// The ids and scores of an answer.
  private func rows(_ words: [String]) throws -> [[String]] {
    let run = akin(words)
    try #require(run.code == 0, "\(words): \(run.messages)")
    return run.output.split(separator: "\n").dropFirst().map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false)[1...2].map(String.init)
    }
  }

  /// The list by its definition.
  private func capped(_ ranking: [[String]], _ most: Int, k: Int) -> [[String]] {
    var taken: [String: Int] = [:]
    var list: [[String]] = []
    for one in ranking where list.count < k {
      let own = categories[one[0]] ?? []
      if own.contains(where: { taken[$0, default: 0] >= most }) { continue }
      for category in own { taken[category, default: 0] += 1 }
      list.append(one)
    }
    return list
  }

  private var questions: [[String]] {
    let users = ["recommend", shop.idx, "--users", shop.emb]
    return [
      users + ["4"], users + ["4", "--raw", "--include-seen"], users + ["--history", "1,2,5"],
      users + ["nobody", "--cold", "popularity"], ["related", shop.idx, "9"],
      users + ["4", "--where", "in_stock and year >= 1960"],
    ]
  }

  @Test("A list has the best items that have room, and JSON says the limit; without -k it has all from a score on")
  func lists() throws {
    #expect(Set(categories.values.joined()).count > 2 && categories.values.contains { $0.count > 1 })
    for question in questions {
      let whole = try rows(question + ["-k", "150", "--exact"])
      for (k, most) in [(10, 1), (10, 2), (60, 3), (10, 10)] {
        for way in [["--exact"], ["--ef", "150"], ["--recall", "1"]] {
          let words = question + ["-k", "\(k)", "--per-category", "\(most)"] + way
          #expect(try rows(words) == capped(whole, most, k: k), "\(words)")
        }
      }
      let least = whole[whole.count / 2][1]
      let from = whole.filter { Float($0[1]) ?? 0 >= Float(least) ?? 0 }
      if !question.contains("popularity") {
        #expect(
          try rows(question + ["--min-score", least, "--per-category", "2", "--exact"]) == capped(from, 2, k: 150),
          "\(question)")
      }
      let run = akin(question + ["--per-category", "2", "--json"])
      #expect(run.output.contains(#""perCategory":2,"#), "\(run.output)")
    }
  }

  @Test("Lists of all and answers to a file of queries are those of single calls")
  func batches() throws {
    let words = ["-k", "12", "--exact", "--per-category", "2"]
    let users = ["recommend", shop.idx, "--users", shop.emb] + words
    let run = akin(users + ["--all", "-o", shop.scratch["l.tsv"], "--json"])
    #expect(run.code == 0 && run.output.contains(#""perCategory":2,"#), "\(run.messages)")
    #expect(akin(["related", shop.idx, "--all", "-o", shop.scratch["r.tsv"], "-q"] + words).code == 0)
    for (name, question, owners) in [("l.tsv", users, ["4", "60"]), ("r.tsv", ["related", shop.idx] + words, ["9"])] {
      let lines = String(decoding: shop.scratch.bytes(name), as: UTF8.self).split(separator: "\n").map {
        $0.split(separator: "\t").map(String.init)
      }
      for owner in owners {
        #expect(lines.filter { $0[0] == owner }.map { Array($0[2...3]) } == (try rows(question + [owner])), "\(name)")
      }
    }
    let query = ["query", shop.idx, "--queries", "users:\(shop.emb)", "--ids", "-q"] + words
    for (end, more) in [("a", []), ("b", ["--diversity", "0.4"]), ("c", ["--min-score", "0.1"])] as [(String, [String])]
    {
      #expect(akin(query + more + ["-o", shop.scratch["q\(end).npy"]]).code == 0)
      #expect(akin(users + more + ["--all", "--ids", "-o", shop.scratch["p\(end).npy"], "-q"]).code == 0)
      let (first, second) = (shop.scratch.bytes("q\(end).npy"), shop.scratch.bytes("p\(end).npy"))
      #expect(first.count > 60 * 12 * 8 && first == second, "\(more)")
    }
  }

  @Test("Items without categories have a sentence, and so has a limit of nothing")
  func refused() throws {
    let bare = ["train", shop.scratch["interactions.csv"], "-o", shop.scratch["v.emb"], "--dimensions", "4", "-q"]
    #expect(akin(bare + ["--epochs", "1"]).code == 0)
    #expect(akin("index", shop.scratch["v.emb"], "-o", shop.scratch["v.idx"], "-q").code == 0)
    for words in [
      ["related", shop.scratch["v.idx"], "1"],
      ["related", shop.scratch["v.idx"], "--all", "-k", "2", "-o", shop.scratch["o.tsv"]],
      [
        "query", shop.scratch["v.idx"], "--queries", "users:\(shop.scratch["v.emb"])", "-o", shop.scratch["o.npy"],
        "-q",
      ],
    ] {
      let run = akin(words + ["--per-category", "1"])
      #expect(
        run.code == 3
          && run.messages.contains("the items have no attribute of categories (category, categories, genre or genres)"),
        "\(run.messages)")
    }
    #expect(!shop.scratch.names.contains { $0.hasPrefix("o.") })
    let none = akin("related", shop.idx, "9", "--per-category", "0")
    #expect(
      none.code == 2 && none.messages.contains("--per-category must be a whole number from 1 to 1000000, found '0'"))
  }
}
