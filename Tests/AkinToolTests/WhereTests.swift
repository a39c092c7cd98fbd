import AkinTestSupport
import Foundation
import Testing

@testable import AkinTool

@Suite("Only some items: --where, --category and lists of ids")
struct WhereTests {
  let shop: Shop
  init() throws { shop = try Shop() }

  /// The ids that a verb answers, at most `k`, and the whole run.
  private func ids(_ words: [String], k: Int = 150) throws -> [Int] {
    let run = akin(words + ["-k", "\(k)", "--exact", "--json"])
    try #require(run.code == 0, "\(words): \(run.messages)")
    return try Shop.ids(run)
  }

  /// Conditions, and what they let in.
  private static let cases: [(condition: String, allows: @Sendable (Int) -> Bool)] = [
    ("year >= 1990", { Shop.year($0).map { $0 >= 1990 } ?? false }),
    ("brand = 'LG Electronics' and in_stock", { Shop.brand($0) == "LG Electronics" && Shop.isInStock($0) }),
    ("not brand in (Sony, Apple)", { ![.some("Sony"), "Apple"].contains(Shop.brand($0)) }),
    ("tag = tag1 or tag = tag5", { Shop.tags($0).contains("tag1") || Shop.tags($0).contains("tag5") }),
    ("released < 2020-01-08 and has year", { Shop.day($0) < 8 && Shop.year($0) != nil }),
  ]

  @Test("related and recommend answer as without a filter, less what it does not let in")
  func answers() throws {
    let related = ["related", shop.idx, "5"]
    let recommend = ["recommend", shop.idx, "--users", shop.emb, "3"]
    for verb in [related, recommend, ["recommend", shop.idx, "--users", shop.emb, "--history", "1,2,3"]] {
      let all = try ids(verb)
      for (condition, allows) in Self.cases {
        let expected = all.filter(allows)
        #expect(try ids(verb + ["--where", condition]) == expected, "\(verb[0]) \(condition)")
        #expect(try ids(verb + ["--where", condition], k: 4) == Array(expected.prefix(4)), "\(verb[0]) \(condition)")
      }
    }
    let run = akin(related + ["--where", "in_stock", "--json"])
    #expect(run.output.contains(#""allowed":75"#), "\(run.output)")
  }

  @Test("All parts of a filter hold at once, lists of ids among them")
  func together() throws {
    let recommend = ["recommend", shop.idx, "--users", shop.emb, "3"]
    let all = try ids(recommend)
    let allowed = shop.scratch.write((1...90).map { "\($0)\n" }.joined() + "5\n", to: "allow.txt")
    let denied = shop.scratch.write("10\r\n12\r\nunknown\r\n14", to: "deny.txt")
    let run = akin(
      recommend + ["-k", "150", "--exact", "--json", "--allow", allowed, "--deny", denied, "--where", "in_stock"])
    #expect(
      try Shop.ids(run) == all.filter { $0 <= 90 && Shop.isInStock($0) && ![10, 12, 14].contains($0) },
      "\(run.messages)")
    #expect(run.messages.contains("akin: note: \(denied): 1 id names no item, like 'unknown'"), "\(run.messages)")
    // The categories of the sample's table.
    let category = try #require(
      String(decoding: shop.scratch.bytes("items.csv"), as: UTF8.self).split(separator: "\n")[1].split(separator: ",")
        .last)
    let name = String(category.split(separator: "|")[0])
    let long = try ids(recommend + ["--where", "category = '\(name)' and year > 1960"])
    #expect(try ids(recommend + ["--category", name, "--where", "year > 1960"]) == long && !long.isEmpty)
  }

  @Test("query and recall take a condition; ask filters what it recommends")
  func otherVerbs() throws {
    let output = shop.scratch["o.txt"]
    let query = [
      "query", shop.idx, "--queries", "users:\(shop.emb)", "--ids", "-k", "9", "--exact", "-q", "-f", "-o", output,
    ]
    let run = akin(query + ["--where", "in_stock and year >= 1990"])
    #expect(run.code == 0, "\(run.messages)")
    let recall = akin(
      "recall", shop.idx, "--queries", "users:\(shop.emb)", "--where", "in_stock", "-k", "5", "--ef", "16", "--json")
    #expect(recall.code == 0 && recall.output.contains(#""recall":"#), "\(recall.messages)")
    var console = Console(
      output: TextStream(inMemoryAs: "standard output", terminal: nil),
      messages: TextStream(inMemoryAs: "standard error", terminal: nil), cancellation: .init())
    console.input = LineInput(text: "3 y\n5 y\nquit\n")
    let code = Tool.run(["ask", shop.emb, "-n", "2", "-k", "150", "--where", "not in_stock"], console: console)
    #expect(code == 0, "\(console.messages.collected)")
    let items = console.output.collected.split(separator: "\n").filter { $0.hasPrefix("recommend") }
      .compactMap { Int($0.split(separator: "\t")[2]) }
    #expect(items.count == 73 && items.allSatisfy { !Shop.isInStock($0) }, "all but 3 and 5, which are told")
    #expect(akin("ask", shop.emb, "--list", "--where", "in_stock").code == 2)
  }

  @Test("A filter that lets nothing in gives an empty answer and a note")
  func nothing() throws {
    for verb in [["related", shop.idx, "5"], ["recommend", shop.idx, "--users", shop.emb, "3"]] {
      for options in [["--where", "year > 1990 and year < 1980"], ["--category", "romanse"]] {
        let run = akin(verb + options + ["--json"])
        #expect(run.code == 0 && run.output.contains(#""items":[]"#), "\(run.messages)")
        #expect(run.messages.contains("the filter allows none of 150 items"), "\(run.messages)")
      }
    }
    let category = akin("related", shop.idx, "5", "--category", "romanse")
    #expect(
      category.messages.contains("akin: note: no item has 'romanse' as its category; did you mean 'Romance'?"),
      "\(category.messages)")
    let run = akin("related", shop.idx, "5", "--where", "brand = sony")
    #expect(
      run.messages.contains("akin: note: no item has 'sony' as its Brand; did you mean 'Sony'?"), "\(run.messages)")
  }

  @Test("Bad filters are refused with the right exit code, and nothing is answered")
  func refused() throws {
    let array = shop.scratch.write([0x93] + Array("NUMPY".utf8), to: "cut.npy")
    let strangers = shop.scratch.write("x\ny\n", to: "strangers.txt")
    let blank = shop.scratch.write("1\n\n2\n", to: "blank.txt")
    let empty = shop.scratch.write("", to: "empty.txt")
    let bytes = shop.scratch.write([0x31, 0x0A, 0xFF, 0xFE, 0x0A], to: "bytes.txt")
    let cases: [([String], Int32, String)] = [
      (["--where", ""], 2, "--where must be a non-empty text"),
      (["--where", " "], 2, "filter: expected a condition, found nothing"),
      (["--where", "year >="], 2, "filter, column 8: expected a value to compare 'year' with, found the end"),
      (["--where", "in_stock and yaer = 5"], 3, "column 14: no attribute has the name 'yaer'; did you mean 'year'?"),
      (["--where", "in_stock and yaer = 5"], 3, "\n  in_stock and yaer = 5\n               ^\n"),
      (["--where", "year = Comedy"], 3, "expected a number, since 'year' holds numbers from 1950 to 2009"),
      (["--where", "Brand < Sony"], 3, "which '<' does not compare"),
      (["--allow", strangers], 3, "expected ids of items, found none among 2 ids, like 'x'"),
      (["--deny", blank], 3, "blank.txt:2: expected an id of 1 to 1024 bytes, found 0"),
      (["--allow", empty], 3, "empty"),
      (["--deny", bytes], 3, "bytes.txt:2: expected an id in UTF-8, found other bytes"),
      (["--allow", array], 3, "cut.npy"),
      (["--allow", shop.scratch["nowhere"]], 4, "nowhere"),
    ]
    for (options, code, sentence) in cases {
      let run = akin(["related", shop.idx, "5"] + options)
      #expect(run.code == code && run.messages.contains(sentence), "\(options): \(run.code) \(run.messages)")
      #expect(run.output.isEmpty)
    }
    let bare = try SampleFiles()
    let none = akin("related", bare.idx, "5", "--where", "year > 5")
    #expect(none.code == 3 && none.messages.contains("the attributes are "), "\(none.messages)")
  }
}
