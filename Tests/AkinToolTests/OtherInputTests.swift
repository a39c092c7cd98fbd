import AkinInterchange
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTool

@Suite("What verbs say of inputs that half fit")
struct OtherInputTests {
  let scratch: Scratch
  private let rows = "user,item,rating\n1,10,5\n1,11,4\n2,10,3\n2,12,4\n3,11,2\n3,12,5\n"

  init() throws { scratch = try Scratch() }

  private func train(_ words: String...) -> Run {
    let words =
      ["train", scratch.write(rows, to: "r.csv"), "-o", scratch["x.emb"], "-f", "--dimensions", "2", "--epochs", "1"]
      + words
    return akin(words + ["-q"])
  }

  @Test(
    "A new user whose id differs from a known one by its spelling alone is noted; a catalogue by titles names their column"
  )
  func spelling() {
    #expect(train().code == 0)
    let new = scratch.write("user,item,rating\n003,10,5\n", to: "n.csv")
    let update = akin("update", scratch["x.emb"], new, "-o", scratch["u.emb"])
    #expect(update.code == 0)
    #expect(update.messages.contains("user '003' is new, and '3' is in"), "\(update.messages)")
    #expect(update.messages.contains("they differ by leading zeros"), "\(update.messages)")
    let other = akin(
      "update", scratch["x.emb"], scratch.write("user,item,rating\n4,10,5\n", to: "n.csv"), "-o", scratch["v.emb"])
    #expect(other.code == 0 && !other.messages.contains("differ"), "\(other.messages)")
    let titles = train("--items", scratch.write("id,title\n1,10\n2,11\n3,12\n", to: "i.csv"))
    #expect(titles.code == 3 && titles.messages.contains("--id-column COLUMN"), "\(titles.messages)")
  }

  @Test(
    "A test file of other users is refused; an empty list of denied items denies none, and a list with an empty line is refused"
  )
  func files() {
    let test = scratch.write("user,item,rating\n900,10,5\n", to: "t.csv")
    let evaluate = akin("evaluate", scratch.write(rows, to: "r.csv"), "--test", test, "--model", "popular")
    #expect(evaluate.code == 3 && evaluate.messages.contains("expected users that occur in"), "\(evaluate.messages)")
    #expect(train().code == 0 && akin("index", scratch["x.emb"], "-o", scratch["x.idx"], "-q").code == 0)
    let ask = ["recommend", scratch["x.idx"], "--users", scratch["x.emb"], "1", "--include-seen"]
    let empty = scratch.write("", to: "empty.txt")
    let denied = akin(ask + ["--deny", empty])
    #expect(denied.code == 0 && denied.messages.contains("the file is empty, and denies no item"), "\(denied.messages)")
    #expect(denied.output == akin(ask).output)
    #expect(akin(ask + ["--allow", empty]).code == 3)
    let gap = akin(ask + ["--deny", scratch.write("10\n\n11\n", to: "gap.txt")])
    #expect(gap.code == 3 && gap.messages.contains("grep -v"), "\(gap.messages)")
  }

  @Test("Queries of zeros by inner product and files without vectors are noted, and so are ids that are features")
  func notes() throws {
    #expect(train().code == 0 && akin("index", scratch["x.emb"], "-o", scratch["x.idx"], "-q").code == 0)
    let queries = EmbeddingMatrix(uniformRows: [[0, 0], [1, 0]], dimension: 2)
    try NpyWriter.write(queries, to: scratch["q.npy"], overwrite: false)
    let query = akin("query", scratch["x.idx"], "--vectors", scratch["q.npy"], "-o", scratch["a.npy"])
    #expect(query.code == 0 && query.messages.contains("1 of 2 queries are vectors of zeros"), "\(query.messages)")
    let recall = akin("recall", scratch["x.idx"], "--queries", scratch["q.npy"])
    #expect(recall.messages.contains("1 of 2 queries are vectors of zeros"), "\(recall.messages)")
    let counted = scratch.write("1 5 9\n2 7 8\n3 1 0\n", to: "c.txt")
    let first = akin("import", counted, "--format", "matrix", "-o", scratch["c.emb"])
    #expect(first.messages.contains("the first component of every vector counts on by 1"), "\(first.messages)")
    let even = scratch.write("user,item\n1,10\n1,11\n2,10\n3,12\n", to: "e.csv")
    let same = akin("train", even, "--model", "mf", "--dimensions", "2", "-o", scratch["e.emb"])
    #expect(
      same.code == 0 && same.messages.contains("all values are 1: mf learns from the differences"), "\(same.messages)")
    let none = akin("import", scratch.write([0, 0, 0, 0, 3, 0, 0, 0] as [UInt8], to: "n.fbin"), "-o", scratch["n.emb"])
    #expect(none.messages.contains("the file holds no vectors"), "\(none.messages)")
    let items = scratch.write("item,userId,g\n10,7,a\n11,8,b\n12,9,a\n", to: "f.csv")
    let users = scratch.write("user,age\n1,3\n2,5\n3,7\n", to: "uf.csv")
    let towers = train("--model", "two-tower", "--item-features", items, "--user-features", users, "--hidden", "4")
    #expect(
      towers.code == 0 && towers.messages.contains("column userId holds ids, as its name says"), "\(towers.messages)")
  }
}
