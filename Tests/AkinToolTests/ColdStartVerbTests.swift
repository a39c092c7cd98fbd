import Akin
import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("recommend --history, update, ask")
struct ColdStartVerbTests {
  private let world: SampleFiles

  init() throws { world = try SampleFiles() }

  private func recommend(_ words: String...) -> Run {
    akin(["recommend", world.idx, "--users", world.emb, "-k", "4"] + words)
  }

  @Test("A history is folded in, by ids and by titles alike, and the answer says so")
  func history() throws {
    let file = try EmbeddingFile(path: world.emb)
    let ids = (0..<3).map { file.itemIDs.id(of: Row($0)) }
    let titles = (0..<3).map { file.titles?[Row($0)] ?? "" }
    let byID = recommend("--history", "\(ids[0]):3, \(ids[1]),\(ids[2]):0.5")
    #expect(byID.code == 0 && byID.output.split(separator: "\n").count == 5)
    #expect(
      byID.messages.hasPrefix(
        "akin: note: basis is fold-in: a user vector made as in training from 3 items\n"
      ))
    #expect(recommend("--history", "\(titles[0]):3,\(titles[1]),\(titles[2]):0.5").output == byID.output)
    let listed = Set(byID.output.split(separator: "\n").dropFirst().map { String($0.split(separator: "\t")[1]) })
    #expect(listed.isDisjoint(with: ids.map(\.description)))
    let json = recommend("--history", "\(ids[0]):3", "--json").output
    #expect(json.contains(#""basis":"fold-in""#) && json.contains(#""history":[{"item":\#(ids[0]),"value":3}]"#))
    let terminal = akin(
      "recommend", world.idx, "--users", world.emb, "--history", "\(ids[0])",
      terminal: Terminal(width: 80, hasColour: false))
    #expect(terminal.output.hasPrefix("For a new user with 1 item, by fold-in\n"))
  }

  @Test("Titles with commas and colons are found whole")
  func titles() throws {
    func find(_ text: String) throws(RecommenderError) -> ItemID {
      guard ["Matrix, The", "Star Wars: Episode IV", "1", "2001: 5"].contains(text) else { throw .unknownItem(text) }
      return .text(text)
    }
    let read = try HistoryText("Matrix, The:4.5, Star Wars: Episode IV,1 : 2,2001: 5", find: find)
    #expect(
      read.known == [
        Interaction(.text("Matrix, The"), value: 4.5), Interaction(.text("Star Wars: Episode IV")),
        Interaction(.text("1"), value: 2), Interaction(.text("2001: 5")),
      ])
    #expect(read.unknown.isEmpty)
  }

  @Test(
    "What is wrong with a history is said",
    arguments: [
      ("nope,2", 3, "the history names an item that is not in the file: 'nope'"),
      ("1:", 2, "'1:' in the history has no value; expected a number after the colon"),
      ("1:-2", 2, "'1' in the history has the value '-2'; expected a finite number of at least 0"),
      ("1:nan", 2, "'1' in the history has the value 'nan'; expected a finite number of at least 0"),
      ("1:inf", 2, "'1' in the history has the value 'inf'; expected a finite number of at least 0"),
      ("1,,2", 2, "item 2 of the history is empty; expected an id or a title"),
      ("1:3,1:4", 3, "the history names the item '1' twice"),
    ])
  func badHistory(text: String, code: Int32, sentence: String) {
    let run = recommend("--history", text)
    #expect(run.code == code && run.output.isEmpty)
    #expect(run.messages.hasPrefix("akin: error: \(sentence)\n"), "\(run.messages)")
  }

  @Test("Nothing known: an error or popularity, as asked, and who is meant only once")
  func cold() throws {
    let popular = recommend("--history", "")
    #expect(popular.code == 0 && popular.messages.contains("basis is popularity"))
    #expect(recommend("--history", "", "--cold", "error").code == 3)
    let unknown = recommend("nobody")
    #expect(unknown.code == 3 && unknown.output.isEmpty)
    let asked = recommend("nobody", "--cold", "popularity")
    #expect(asked.code == 0 && asked.output == popular.output)
    #expect(recommend("nobody", "--cold", "popularity", "--json").output.contains(#""basis":"popularity""#))
    #expect(recommend("1", "--json").output.contains(#""basis":"model""#))
    #expect(recommend("1", "--history", "1").code == 2)
    #expect(recommend().code == 2)
    #expect(recommend("1", "--skip-unknown").code == 2)
    let skipped = recommend("--history", "nope,1", "--skip-unknown")
    #expect(skipped.code == 0 && skipped.messages.contains("'nope'"))
  }

  @Test("update writes the same bytes at any thread count, once, with its provenance")
  func update() throws {
    let new = world.scratch.write("user,item,value\nnewcomer,1,3\nnewcomer,2,1\n1,brand new,2\n", to: "new.csv")
    let g = world.scratch["g.emb"]
    let run = akin("update", world.emb, new, "-o", g, "--threads", "1")
    #expect(run.code == 0, "\(run.messages)")
    #expect(run.messages.contains("retraining: known items have not learned from "))
    #expect(akin("verify", g, "-q").code == 0)
    #expect(akin("update", world.emb, new, "-o", g).code == 2)
    let first = world.scratch.bytes("g.emb")
    #expect(akin("update", world.emb, new, "-o", g, "--threads", "3", "-f", "-q").code == 0)
    #expect(world.scratch.bytes("g.emb") == first)
    let info = akin("info", g).output
    #expect(info.contains(#""source":"\#(try EmbeddingFile(path: world.emb).digest)""#))
    let file = try EmbeddingFile(path: g)
    #expect(file.userIDs?.row(of: .text("newcomer")) != nil && file.itemIDs.row(of: .text("brand new")) != nil)
    let json = akin("update", g, new, "-o", world.scratch["h.emb"], "--json").output
    #expect(json.contains(#""newInteractions":0,"#) && json.contains(#""residual":"#))
  }

  @Test("update refuses what it cannot do, and leaves no file")
  func refusals() {
    let x = world.scratch["interactions.csv"]
    for model in ["popular", "random"] {
      #expect(akin("train", x, "-o", world.scratch["m.emb"], "--model", model, "-q", "-f").code == 0)
      let run = akin("update", world.scratch["m.emb"], x, "-o", world.scratch["n.emb"])
      #expect(run.code == 3 && run.messages.contains("'\(model)'"), "\(run.messages)")
    }
    let vectors = world.scratch.write("a 1 0\nb 0 1\n", to: "v.txt")
    #expect(akin("import", vectors, "-o", world.scratch["v.emb"], "-q").code == 0)
    let run = akin("update", world.scratch["v.emb"], x, "-o", world.scratch["n.emb"])
    #expect(run.code == 3 && run.messages.contains("not trained by akin"), "\(run.messages)")
    #expect(world.scratch.bytes("n.emb").isEmpty)
  }

  private func ask(_ input: String, _ words: String..., terminal: Bool = false) -> Run {
    let shape = terminal ? Terminal(width: 80, hasColour: false) : nil
    var console = Console(
      output: TextStream(inMemoryAs: "standard output", terminal: shape),
      messages: TextStream(inMemoryAs: "standard error", terminal: shape), cancellation: Cancellation())
    console.input = LineInput(text: input, isTerminal: terminal)
    let code = Tool.run(["ask", world.emb] + words, console: console)
    return Run(code: code, output: console.output.collected, messages: console.messages.collected)
  }

  @Test("ask talks in lines on a pipe, and ends with what the answers recommend")
  func pipe() throws {
    let silent = ask("")
    #expect(silent.code == 0)
    var kinds = silent.output.split(separator: "\n").map { $0.split(separator: "\t")[0] }
    #expect(kinds == ["ask", "history"] + [Substring](repeating: "recommend", count: 10))
    let file = try EmbeddingFile(path: world.emb)
    let ids = (0..<3).map { file.itemIDs.id(of: Row($0)).description }
    let run = ask("\(ids[0]) y\n\n\(ids[1])\t2.5\r\n\(ids[2]) skip\nquit\n\(ids[2]) y\n", "-k", "3")
    #expect(run.code == 0, "\(run.messages)")
    kinds = run.output.split(separator: "\n").map { $0.split(separator: "\t")[0] }
    #expect(
      kinds.filter { $0 == "ask" }.count >= 4 && kinds.suffix(4) == ["history", "recommend", "recommend", "recommend"])
    let history = try #require(run.output.split(separator: "\n").first { $0.hasPrefix("history\t") }).dropFirst(8)
    #expect(history.hasPrefix("\(ids[0]):") && history.hasSuffix("\(ids[1]):2.5"))
    let again = recommend("--history", String(history), "--exact")
    let asked = run.output.split(separator: "\n").filter { $0.hasPrefix("recommend\t") }.map {
      $0.split(separator: "\t")[2]
    }
    #expect(again.output.split(separator: "\n").dropFirst().prefix(3).map { $0.split(separator: "\t")[1] } == asked)
    for (line, sentence) in [
      ("what\n", "standard input:1: expected an id and an answer, found 'what'"),
      ("nope y\n", "standard input:1: no item has the id 'nope'"),
      ("\(ids[0]) -1\n", "standard input:1: expected a number of at least 0, y, n, skip or quit, found '-1'"),
    ] {
      let wrong = ask(line)
      #expect(wrong.code == 3 && wrong.messages.contains(sentence), "\(wrong.messages)")
    }
  }

  @Test("ask --list asks nobody; each question stands there once")
  func list() {
    let run = ask("", "--list", "-n", "12")
    let ids = run.output.split(separator: "\n").dropFirst().map { $0.split(separator: "\t")[1] }
    #expect(run.code == 0 && ids.count == 12 && Set(ids).count == 12)
    #expect(ask("", "--list", "-n", "2", "--json").output.hasPrefix(#"{"questions":[{"id":"#))
  }

  @Test("On a terminal ask takes answers until there are enough, and asks again what it did not understand")
  func talk() {
    let run = ask("y\nhuh\nn\n\n2\nq\n", "-k", "2", terminal: true)
    #expect(run.code == 0)
    #expect(run.output.contains("Expected a number of at least 0, y, n, skip or quit.\n"))
    #expect(run.output.contains("For you, by fold-in\n"))
    #expect(run.messages.contains("recommend --history '"))
    #expect(ask("", terminal: true).output.contains("For you, by popularity\n"))
  }
}
