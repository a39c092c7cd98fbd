import AkinFiles
import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTool

@Suite("Pairs, updates and tables that do not belong to their file")
struct StrangerTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func model(_ name: String = "wals") throws -> String {
    let rows = (1...12).map { "\(1 + $0 % 4),\(10 + $0 % 5),\(1 + $0 % 5)\n" }.joined()
    let path = scratch.write("user,item,rating\n" + rows, to: "r.csv")
    let run = akin(
      "train", path, "-o", scratch["m.emb"], "-f", "-q", "--dimensions", "2", "--epochs", "2", "--duplicates", "last",
      "--model",
      name)
    try #require(run.code == 0, "\(run.messages)")
    return scratch["m.emb"]
  }

  @Test("predict refuses pairs none of whose users or items it knows, with how they differ, and names repeated pairs")
  func pairs() throws {
    let emb = try model()
    func predict(_ text: String) -> Run {
      akin("predict", emb, "--pairs", scratch.write("user,item\n" + text, to: "p.csv"))
    }
    let floats = predict("1.0,10.0\n2.0,11.0\n")
    #expect(floats.code == 3 && floats.messages.contains("they differ by a fraction of zeros"), "\(floats.messages)")
    #expect(predict("1,nothing\n").code == 3 && predict("nobody,10\n").code == 3)
    let some = predict("1,10\n9,11\n1,10\n")
    #expect(some.code == 0 && some.messages.contains("1 of 2 pairs have no prediction"), "\(some.messages)")
    #expect(some.messages.contains("1 row repeats a pair; each pair has one line"), "\(some.messages)")
  }

  @Test("update notes values of another scale, and rows without values after a training with some")
  func scales() throws {
    var emb = try model("mf")
    func update(_ text: String) -> Run {
      akin("update", emb, scratch.write(text, to: "n.csv"), "-o", scratch["y.emb"], "-f", "-q")
    }
    #expect(update("user,item,rating\n1,10,4\n").messages == "")
    #expect(update("user,item,rating\n1,10,100\n").messages.contains("is this another scale?"))
    for name in ["mf", "wals"] {
      emb = try model(name)
      #expect(update("user,item\n1,10\n").messages.contains("no values, so each counts as 1"), "\(name)")
      let lists = scratch.write("1 10 11\n2 10\n", to: "l.txt")
      let run = akin("update", emb, lists, "--layout", "lists", "-o", scratch["y.emb"], "-f", "-q")
      #expect(run.messages.contains("no values, so each counts as 1"), "\(name): \(run.messages)")
    }
  }

  @Test("import notes a row of zeros before others, equal vectors, and ids that are shifted by one")
  func rows() throws {
    func notes(_ text: String, _ words: String...) -> String {
      let path = scratch.write(text, to: "v.txt")
      return akin(["import", path, "-o", scratch["v.emb"], "-f", "-q"] + words).messages
    }
    #expect(notes("0.0 0.0\n0.5 1.0\n1.5 2.0\n").contains("row 0 is zero, as the padding"))
    #expect(notes("0.5 1.0\n0.5 1.0\n").contains("all 2 vectors are equal"))
    #expect(notes("0.5,1.5,0\n2.5,3.5,1\n4.5,5.5,2\n").contains("the last component of every vector is a whole number"))
    #expect(notes("0.5,1.5,1\n2.5,3.5,1\n4.5,5.5,1\n") == "", "a column of ones is a bias")
    #expect(notes("0.5,1.5,1\n2.5,3,2\n4.5,5.5,3\n") == "")
    #expect(notes("16055.0 49124.0\n48449.0 16321.0\n").contains("bfloat16"))
    #expect(notes("16055.0 16321.0\n16449.0 17000.0\n") == "")
    #expect(notes("0.5 1.0\n0.0 0.0\n0.5 2.0\n") == "")
    let table = scratch.write("id,title\n1,A\n2,B\n3,C\n", to: "t.csv")
    #expect(
      notes("0.5 1.0\n1.5 2.0\n2.5 3.0\n", "--attributes", table).contains(
        "ids from 1 to 3 beside row numbers from 0 to 2"))
    let right = scratch.write("id,title\n0,A\n1,B\n2,C\n", to: "t.csv")
    #expect(notes("0.5 1.0\n1.5 2.0\n2.5 3.0\n", "--attributes", right) == "")
  }

  @Test("A separator may begin with a dash")
  func dash() {
    let path = scratch.write("u1->10->5\nu1->11->4\nu2->10->3\n", to: "d.txt")
    let words = ["train", path, "-o", scratch["d.emb"], "-f", "-q", "--dimensions", "2", "--epochs", "1"]
    #expect(akin(words + ["--delimiter", "->"]).code == 0)
    #expect(akin(words + ["--delimiter", "--json"]).code == 2)
  }
}
