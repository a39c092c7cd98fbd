import Akin
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTool

@Suite("Questions and files with sides, ways or numbers that are easily mistaken")
struct OtherSideTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Trains `mf` on ratings of users 1 to 8 of items 11 to 16, and indexes them.
  private func made(_ rating: (Int) -> Int = { 1 + $0 * 7 % 5 }) throws -> (emb: String, idx: String) {
    let rows = (0..<32).map { "\(1 + $0 % 8),\(11 + $0 / 8 + $0 % 3),\(rating($0))\n" }.joined()
    let items = (11...16).map { "\($0),Film \($0)\n" }.joined()
    let csv = scratch.write("user,item,rating\n" + rows, to: "r.csv")
    let table = scratch.write("item,title\n" + items, to: "i.csv")
    let (emb, idx) = (scratch["m.emb"], scratch["m.idx"])
    let run = akin(
      "train", csv, "--items", table, "--model", "mf", "--dimensions", "2", "--epochs", "2", "-q", "-f", "-o", emb,
      "--duplicates", "last")
    try #require(run.code == 0, "\(run.messages)")
    try #require(akin("index", emb, "--with-users", "-o", idx, "-q", "-f").code == 0)
    return (emb, idx)
  }

  @Test("A user who is not known by one spelling is named in another, and an item is named as one")
  func users() throws {
    let idx = try made().idx
    func messages(_ user: String) -> String { akin("recommend", idx, user).messages }
    for user in [" 3", "3.0", "'3'"] { #expect(messages(user).contains("there is a user '3'"), "\(user)") }
    for user in ["Film 12", "12"] { #expect(messages(user).contains("it is an item, '12': akin related"), "\(user)") }
    #expect(messages("1,2,3").contains("for all: akin recommend --all"))
    for user in ["99", "ann", "3.5", "1,99", "ilm 12"] {
      #expect(messages(user).contains("ids are written as in the interactions that were trained on"), "\(user)")
    }
    #expect(akin("recommend", idx, "3").code == 0)
  }

  @Test("Pairs with sides swapped are told which columns to name; others are not")
  func pairs() throws {
    let emb = try made().emb
    func run(_ text: String) -> Run { akin("predict", emb, "--pairs", scratch.write(text, to: "p.csv")) }
    let swapped = run("11,1\n12,2\n13,3\n")
    #expect(
      swapped.code == 3 && swapped.messages.contains("name the columns the other way round"), "\(swapped.messages)")
    #expect(run("1,11\n2,12\n3,13\n").code == 0)
    #expect(!run("91,1\n92,2\n").messages.contains("other way round"))
    let test = scratch.write("user,item,rating\n11,1,5\n12,2,4\n", to: "t.csv")
    let evaluated = akin("evaluate", scratch["r.csv"], "--test", test, "--model", "popular", "--duplicates", "last")
    #expect(evaluated.code == 3 && evaluated.messages.contains("other way round"), "\(evaluated.messages)")
  }

  @Test("Whole numbers that are float16 by their bits are noted, and other whole numbers are not")
  func halfFloats() throws {
    func notes(_ rows: [[Float]]) throws -> Bool {
      let vectors = EmbeddingMatrix(uniformRows: rows, dimension: rows[0].count)
      return vectors.oddities?.contains("float16") ?? false
    }
    // 0.5, -1.25, 0.031, 2, -0.07, 0.9, -3.5, 0.011 and 1.75.
    let bits: [Float] = [0x3800, 0xBD00, 0x27F0, 0x4000, 0xAC7B, 0x3B33, 0xC300, 0x21A2, 0x3F00]
    #expect(try notes([Array(bits[..<3]), Array(bits[3..<6]), Array(bits[6...])]))
    #expect(try !notes((0..<4).map { row in (0..<4).map { Float(row * 9 + $0 * $0) } }))
    #expect(try !notes((0..<4).map { row in (0..<4).map { Float((row * 16_411 + $0 * 7_001) % 65_536) } }))
  }

  @Test("New interactions with sides swapped are noted as such, and new items of known users are not")
  func swappedUpdate() throws {
    let rows = (1...30).flatMap { user in (0..<3).map { "\(user),\(1 + (user + $0 * 5) % 20)\n" } }.joined()
    let csv = scratch.write("user,item\n" + rows, to: "w.csv")
    try #require(akin("train", csv, "--dimensions", "2", "-q", "-f", "-o", scratch["w.emb"]).code == 0)
    func notes(_ text: String) -> String {
      let new = scratch.write("user,item\n" + text, to: "n.csv")
      return akin("update", scratch["w.emb"], new, "-o", scratch["u.emb"], "-f").messages
    }
    #expect(notes("1,25\n2,26\n").contains("if these are swapped"))
    #expect(!notes("1,125\n2,126\n").contains("swapped") && !notes("1,7\n2,8\n").contains("swapped"))
  }

  @Test("A decimal comma in a history is noted; two items, and items of two digits with values, are not")
  func histories() throws {
    let idx = try made().idx
    func messages(_ text: String) -> String { akin("recommend", idx, "--history", text, "--skip-unknown").messages }
    for text in ["11:4,5", "11:4,5,12:3,5"] {
      #expect(messages(text).contains("'11:4,5' in the history is two items"), "\(text): \(messages(text))")
    }
    for text in ["11:4.5", "11:4,12:5", "11,12", "11:4,12,13", "11:4,260", "11:4"] {
      #expect(!messages(text).contains("is two items"), "\(text)")
    }
    for text in ["11;12;13", "11\t12\t13", "11 12 13"] {
      let run = akin("recommend", idx, "--history", text)
      #expect(run.messages.contains("items stand between commas: 11,12,13"), "\(text): \(run.messages)")
    }
    #expect(akin("recommend", idx, "--history", "11:5;12:4").messages.contains("between commas: ID:VALUE,ID:VALUE"))
    #expect(
      akin("recommend", idx, "--history", "11=5,12=4").messages.contains("a value stands behind a colon: 11:5,12:4"))
    #expect(!akin("recommend", idx, "--history", "No Such Film").messages.contains("between commas"))
    #expect(akin("recommend", idx, "--history", "[11, 12]").messages.contains("without brackets"))
    #expect(akin("recommend", idx, "--history", "11.0,12.0").messages.contains("without a fraction: 11,12"))
  }

  @Test("Imported users have no histories, and their answers say so; answers with what is seen do not")
  func withoutHistories() throws {
    let items = scratch.write("0.5 0.25\n-1.5 2\n1.5 0.5\n", to: "v.txt")
    let users = scratch.write("0.5 1.5\n1.5 0.5\n", to: "u.txt")
    let (emb, idx) = (scratch["v.emb"], scratch["v.idx"])
    #expect(akin("import", items, "--users", users, "-o", emb, "-q").code == 0)
    #expect(akin("index", emb, "--with-users", "-o", idx, "-q").code == 0)
    for words in [
      ["recommend", idx, "1"], ["recommend", idx, "--all", "-f", "-o", scratch["l.tsv"]], ["audience", idx, "1"],
      ["query", idx, "--queries", "users", "-f", "-o", scratch["l.npy"]],
    ] {
      for (more, isSaid) in [([], true), (["--include-seen"], false)] {
        let run = akin(words + more)
        #expect(
          run.code == 0 && run.messages.contains("the file has no histories") == isSaid, "\(words) \(run.messages)")
      }
    }
  }

  @Test("tune says that mf learns nothing of ratings that are all equal, and nothing of that where they differ")
  func equalRatings() throws {
    for (rating, isSaid) in [({ (_: Int) in 4 }, true), ({ 1 + $0 * 7 % 5 }, false)] {
      _ = try made(rating)
      let run = akin(
        "tune", scratch["r.csv"], "--model", "mf", "--grid", "dimensions=2", "--epochs", "1", "--duplicates", "last")
      #expect(run.messages.contains("all values are 4: mf learns from the differences") == isSaid, "\(run.messages)")
    }
  }

  @Test("As many rows as components without ids: the import says which way they are taken")
  func square() {
    func notes(_ text: String, _ more: String...) -> String {
      akin(["import", scratch.write(text, to: "v.txt"), "-o", scratch["x.emb"], "-f"] + more).messages
    }
    let said = "3 rows of 3 components: each row is an item"
    #expect(notes("0.5 1.5 2.5\n1.5 0.5 2.5\n0.25 1 2\n").contains(said))
    #expect(!notes("0.5 1.5\n1.5 0.5\n0.25 1\n").contains("each row is an item"))
    #expect(!notes("a 0.5 1.5 2\nb 1.5 0.5 2\nc 0.25 1 2\n").contains("each row is an item"))
    let ids = scratch.write("a\nb\nc\n", to: "i.txt")
    #expect(!notes("0.5 1.5 2.5\n1.5 0.5 2.5\n0.25 1 2\n", "--ids", ids).contains("each row is an item"))
  }

  @Test(
    "Numbers of an .npy that are positions and ids of other items are noted; truth values, and positions alone, are not"
  )
  func positions() throws {
    let rows = (0..<4).map { [Float($0), 1] }
    func notes(_ ids: [UInt64], _ positions: [Int64]) throws -> String {
      var embeddings = Embeddings(items: EmbeddingMatrix(uniformRows: rows, dimension: 2))
      embeddings.itemIDs = .numbers(ids)
      try embeddings.write(to: scratch["p.emb"], overwrite: true)
      try #require(akin("index", scratch["p.emb"], "-o", scratch["p.idx"], "-q", "-f").code == 0)
      let mask = scratch.write(npy(positions), to: "d.npy")
      let run = akin("related", scratch["p.idx"], "\(ids[0])", "--allow", mask)
      #expect(run.code == 0, "\(run.messages)")
      return run.messages
    }
    #expect(try notes([1, 2, 3, 4], [2, 3]).contains("row 2 is the item '3', and all are ids of items, too"))
    #expect(try !notes([0, 1, 2, 3], [2, 3]).contains("positions"))
    #expect(try !notes([71, 72, 73, 74], [2, 3]).contains("positions"))
    #expect(try !notes([1, 2, 3, 9], [0, 3]).contains("positions"))
  }

  /// An `.npy` array of int64.
  private func npy(_ numbers: [Int64]) -> [UInt8] {
    let text = "{'descr': '<i8', 'fortran_order': False, 'shape': (\(numbers.count),), }"
    let header = text + String(repeating: " ", count: 117 - text.utf8.count) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8)
      + numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
  }
}
