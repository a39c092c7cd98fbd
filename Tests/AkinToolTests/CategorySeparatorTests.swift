import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("The separator of an item's categories, on the command line")
struct CategorySeparatorTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("train, update and import split fields of categories as the option says; without it a note names it")
  func verbs() {
    let rows = scratch.write("user,item,rating\n1,10,5\n1,11,4\n2,10,3\n2,12,4\n3,11,2\n3,12,5\n", to: "r.csv")
    let items = scratch.write(
      "item,title,genre\n10,A,Action/Comedy\n11,B,Action\n12,C,Comedy/Drama\n13,D,Drama\n", to: "i.csv")
    let model = scratch["x.emb"]
    let train = ["train", rows, "--items", items, "-o", model, "-f", "-q", "--dimensions", "2", "--epochs", "1"]
    let plain = akin(train)
    #expect(plain.code == 0 && plain.messages.contains("or say --category-separator '/'"), "\(plain.messages)")
    let split = akin(train + ["--category-separator", "/"])
    #expect(split.code == 0 && split.messages == "", "\(split.messages)")
    #expect(akin("index", model, "-o", scratch["x.idx"], "-q").code == 0)
    let comedies = akin("related", scratch["x.idx"], "10", "--where", "genre = Comedy")
    #expect(comedies.output.contains("\tC\n") && !comedies.output.contains("\tB\n"), "\(comedies.output)")
    let new = scratch.write("user,item,rating\n4,10,5\n4,14,5\n", to: "n.csv")
    let more = scratch.write("item,title,genre\n14,E,Comedy/War\n10,A,Action/Comedy\n", to: "m.csv")
    let update = akin(
      "update", model, new, "--items", more, "--category-separator", "/", "-o", scratch["y.emb"], "-q")
    #expect(update.code == 0, "\(update.messages)")
    let table = scratch.write("id,title,genre\n0,A,x;y\n1,B,y\n", to: "t.csv")
    let imported = akin(
      "import", scratch.write("0.5 1\n1.5 2\n", to: "v.txt"), "--attributes", table, "--category-separator",
      "semicolon", "-o", scratch["v.emb"], "-q")
    #expect(imported.code == 0 && imported.messages == "", "\(imported.messages)")
    let bare = akin("import", scratch["v.txt"], "--category-separator", "/", "-o", scratch["w.emb"])
    #expect(bare.code == 2 && bare.messages.contains("--attributes"))
  }
}
