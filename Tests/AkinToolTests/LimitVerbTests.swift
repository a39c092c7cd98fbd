import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTool

@Suite("Users and items that commands keep")
struct LimitVerbTests {
  private let scratch: Scratch

  /// Four users with the items 1 to 4, one with 1 and 5, one with 6 alone; 7 is in the catalogue only.
  init() throws {
    scratch = try Scratch()
    var lines = "user,item,value\n"
    for user in 1...4 { for item in 1...4 { lines += "\(user),\(item),\(1 + (user + item) % 3)\n" } }
    scratch.write(Array((lines + "5,1,2\n5,5,1\n6,6,3\n").utf8), to: "r.csv")
    let items = (1...7).map { "\($0),Title \($0),\($0 % 2 == 0 ? "even" : "odd")\n" }.joined()
    scratch.write(Array(("item,title,category\n" + items).utf8), to: "items.csv")
  }

  private func train(_ words: String...) -> Run {
    akin(
      ["train", scratch["r.csv"], "-o", scratch["x.emb"], "--dimensions", "2", "--epochs", "2", "--force"] + words)
  }

  @Test("train keeps the core, says what it left out, and the catalogue does not bring it back")
  func training() throws {
    let run = train("--min-user-count", "2", "--min-item-count", "2", "--items", scratch["items.csv"], "--json")
    #expect(run.code == 0, "\(run.messages)")
    let said = "left out 2 of 6 users, 2 of 6 items and 3 of 19 interactions, in 2 rounds of too few interactions"
    #expect(run.messages.contains("akin: \(scratch["r.csv"]): \(said)\n"), "\(run.messages)")
    let file = try EmbeddingFile(path: scratch["x.emb"]).embeddings(execution: Execution())
    #expect(file.itemIDs == .numbers([1, 2, 3, 4, 7]), "7 had no interactions, so nothing left it out")
    #expect(file.userIDs == .numbers([1, 2, 3, 4]))
    let facts = try JSONValue(parsing: run.output, limits: JSONLimits(keys: 1 << 16))
    let leftOut = try #require(facts["leftOut"])
    #expect(leftOut["rounds"] == .integer(2) && leftOut["kept"]?["interactions"] == .integer(16))
    #expect(file.provenance["leftOut"] == leftOut)
    // What describes an item makes its vector, whether or not it had interactions.
    let described = train(
      "--min-user-count", "2", "--min-item-count", "2", "--items", scratch["items.csv"], "--category-features")
    #expect(described.code == 0, "\(described.messages)")
    let all = try EmbeddingFile(path: scratch["x.emb"]).embeddings(execution: Execution())
    #expect(all.itemIDs == .numbers([1, 2, 3, 4, 5, 6, 7]) && !all.items.isZero(Row(5)))
  }

  private func rows(_ matrix: EmbeddingMatrix?) -> [[Float]] {
    matrix.map { matrix in (0..<matrix.count).map { matrix[Row($0)] } } ?? []
  }

  @Test("The dense corner is that of a file which holds nothing else")
  func corner() throws {
    #expect(train("--top-users", "4", "--top-items", "3").code == 0)
    let cut = try EmbeddingFile(path: scratch["x.emb"]).embeddings(execution: Execution())
    var lines = "user,item,value\n"
    for user in 1...4 { for item in 1...3 { lines += "\(user),\(item),\(1 + (user + item) % 3)\n" } }
    scratch.write(Array(lines.utf8), to: "r.csv")
    let run = train("--top-users", "9")
    #expect(run.code == 0 && run.messages.contains("left out 0 of 4 users, 0 of 3 items and 0 of 12 interactions\n"))
    let same = try EmbeddingFile(path: scratch["x.emb"]).embeddings(execution: Execution())
    #expect(rows(cut.items) == rows(same.items) && rows(cut.users) == rows(same.users))
  }

  @Test("evaluate and tune measure what is kept, say it, and the best line keeps it too")
  func measuring() throws {
    let limits = ["--min-user-count", "3", "--top-items", "4"]
    let words = ["--split", "leave-out", "--dimensions", "2", "--epochs", "2"]
    let run = akin(["evaluate", scratch["r.csv"], "-k", "2", "--json"] + limits + words)
    #expect(run.code == 0, "\(run.messages)")
    #expect(
      run.output.contains("\"left out\":\"2 of 6 users, 2 of 6 items and 3 of 19 interactions, in 1 round of"),
      "\(run.output)")
    #expect(run.output.contains("16 interactions of 4 users with 4 items"))
    let tuned = akin(["tune", scratch["r.csv"], "--grid", "lambda=0.1,1", "--metric", "hitRate@2"] + limits + words)
    #expect(tuned.code == 0, "\(tuned.messages)")
    #expect(tuned.messages.contains(" --min-user-count 3 --top-items 4 "), "\(tuned.messages)")
  }

  @Test("Limits that keep nothing, and limits of a predefined split, are errors")
  func refusals() throws {
    let nothing = train("--min-item-count", "5", "--min-user-count", "3")
    #expect(nothing.code == 3 && nothing.messages.contains("expected interactions within the limits, found none"))
    let zero = train("--top-users", "0")
    #expect(zero.code == 2 && zero.messages.contains("--top-users"), "\(zero.messages)")
    let both = akin("evaluate", scratch["r.csv"], "--test", scratch["r.csv"], "--top-users", "3")
    #expect(both.code == 2 && both.messages.contains("--top-users"), "\(both.messages)")
  }
}
