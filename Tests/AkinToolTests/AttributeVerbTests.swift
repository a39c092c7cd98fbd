import AkinTestSupport
import Foundation
import Testing

@testable import AkinTool

@Suite("Attributes on the command line")
struct AttributeVerbTests {
  private func facts(_ path: String) throws -> [[String: Any]] {
    let run = akin("info", path, "--json")
    try #require(run.code == 0, "\(run.messages)")
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    return try #require(object?["attributes"] as? [[String: Any]])
  }

  @Test("info lists attributes with their distribution, of both kinds of file alike")
  func info() throws {
    let shop = try Shop()
    let facts = try facts(shop.emb)
    #expect(facts.map { $0["name"] as? String } == ["category", "year", "Brand", "in_stock", "tags", "released"])
    #expect(facts.map { $0["kind"] as? String } == ["list", "number", "word", "flag", "list", "time"])
    let years = (1...150).compactMap { Shop.year($0) }.sorted()
    #expect(facts[1]["present"] as? Int == years.count && facts[1]["min"] as? Int == years.first)
    #expect(facts[1]["max"] as? Int == years.last)
    let brands = Dictionary(grouping: (1...150).compactMap { Shop.brand($0) }, by: { $0 }).mapValues(\.count)
    let counts = try #require(facts[2]["mostFrequent"] as? [[String: Any]])
    #expect(facts[2]["words"] as? Int == 3 && counts.count == 3)
    for one in counts { #expect(brands[one["word"] as? String ?? ""] == one["count"] as? Int) }
    let index = try self.facts(shop.idx)
    #expect(NSArray(array: index) == NSArray(array: facts))
    let table = akin(["info", shop.emb], terminal: Terminal(width: 80, hasColour: false))
    #expect(table.output.contains("1950 … "), "\(table.output)")
    #expect(table.output.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.contains("provenance") })
  }

  @Test("import gives vectors the attributes of a table by id, and says what does not meet")
  func importing() throws {
    let scratch = try Scratch()
    let vectors = scratch.write("a 1 0\nb 0 1\nc 1 1\n", to: "v.txt")
    let table = scratch.write("sku,name,price\nc,Third,2.5\na,First,10\nx,Stranger,1\n", to: "t.csv")
    let run = akin("import", vectors, "--attributes", table, "-o", scratch["v.emb"], "--metric", "cosine")
    #expect(run.code == 0, "\(run.messages)")
    #expect(
      run.messages.contains("1 of 3 rows are of items that \(vectors) does not have, like 'x'"), "\(run.messages)")
    #expect(run.messages.contains("1 of 3 items have no row, and so no attributes"), "\(run.messages)")
    let facts = try facts(scratch["v.emb"])
    #expect(facts[0]["name"] as? String == "price" && facts[0]["present"] as? Int == 2)
    #expect(facts[0]["median"] as? Double == 6.25)
    #expect(akin("index", scratch["v.emb"], "-o", scratch["v.idx"], "-q").code == 0)
    let related = akin("related", scratch["v.idx"], "b", "--where", "price < 5", "--json")
    #expect(related.output.contains(#""id":"c""#) && related.output.contains(#""title":"Third""#), "\(related.output)")

    let other = scratch.write("price,code,brand\n2.5,c,x\n", to: "other.csv")
    let chosen = akin(
      "import", vectors, "--attributes", other, "--id-column", "code", "--attribute-columns", "brand", "-o",
      scratch["o.emb"])
    #expect(chosen.code == 0, "\(chosen.messages)")
    #expect(try self.facts(scratch["o.emb"]).map { $0["name"] as? String } == ["brand"])
    #expect(akin("import", vectors, "--id-column", "code", "-o", scratch["p.emb"]).code == 2)

    let twice = scratch.write("sku,price\na,1\na,2\n", to: "twice.csv")
    let again = akin("import", vectors, "--attributes", twice, "-o", scratch["w.emb"])
    #expect(
      again.code == 3 && again.messages.contains("\(twice):3: expected each item once, found 'a'"), "\(again.messages)")
    let strangers = scratch.write("sku,price\ny,1\nz,2\n", to: "strangers.csv")
    #expect(akin("import", vectors, "--attributes", strangers, "-o", scratch["w.emb"]).code == 3)
    #expect(!scratch.names.contains("w.emb"))
  }

  @Test("update replaces the attributes of the items that its table has, and keeps the others")
  func update() throws {
    let shop = try Shop()
    let new = shop.scratch.write("user,item,value\n1,5,1\n", to: "new.csv")
    let header = String(decoding: shop.scratch.bytes("items.csv"), as: UTF8.self).split(separator: "\n")[0]
    let blanks = String(repeating: ",", count: header.split(separator: ",").count - 1)
    let table = shop.scratch.write("\(header),year,colour\n5\(blanks),1900,red\n999\(blanks),1901,\n", to: "more.csv")
    let words = ["update", shop.emb, new, "--items", table, "-o", shop.scratch["u.emb"]]
    let run = akin(words)
    #expect(run.code == 0, "\(run.messages)")
    let facts = try facts(shop.scratch["u.emb"])
    #expect(facts.map { $0["name"] as? String }.suffix(2) == ["released", "colour"])
    #expect(facts[1]["min"] as? Int == 1900)
    // Item 5 had a year before, item 999 is new.
    #expect(facts[1]["present"] as? Int == (1...150).compactMap { Shop.year($0) }.count + 1)
    #expect(facts[2]["present"] as? Int == (1...150).compactMap { Shop.brand($0) }.count)
    shop.scratch.write("\(header),year\n5\(blanks),soon\n", to: "more.csv")
    let refused = akin(words + ["-f"])
    #expect(
      refused.code == 3 && refused.messages.contains(":2: expected numbers in the year column, as in the embeddings"),
      "\(refused.messages)")
  }
}
