import AkinTestSupport
import Foundation
import Testing

@testable import AkinTool

@Suite("recall --html and query --html, and the distribution over queries")
struct SearchPageTests {
  private let world: SampleFiles
  private var scratch: Scratch { world.scratch }

  init() throws { world = try SampleFiles() }

  private func page(_ name: String) -> String { String(decoding: scratch.bytes(name), as: UTF8.self) }

  @Test("A page has every search and the exact way; popularity is that of users, or of the exact answers")
  func recall() {
    for (queries, popularity) in [
      ("users:\(world.emb)", "the number of users who have the item"),
      ("items", "the number of exact answers that hold the item"),
    ] {
      let run = akin(
        "recall", world.idx, "--queries", queries, "-k", "5", "--ef", "5,16", "--html", scratch["r.html"], "-f")
      #expect(run.code == 0 && run.messages.contains("wrote \(scratch["r.html"])"), "\(run.messages)")
      let html = page("r.html")
      for part in ["<h1>Recall of ", ">ef 5</th>", ">ef 16</th>", ">exact</th>", popularity, "Latency of one query"] {
        #expect(html.contains(part), "\(queries): \(part)")
      }
      #expect(!html.contains("<script") && !html.contains("http"))
    }
    let filtered = akin(
      "recall", world.idx, "--recall", "0.5", "-k", "5", "--deny", scratch.write("7\n", to: "d.txt"), "--html",
      scratch["f.html"], "-q")
    #expect(
      filtered.code == 0 && filtered.messages.isEmpty && page("f.html").contains("--deny"), "\(filtered.messages)")
  }

  @Test("Of a batch, answers are compared with those of the exact way")
  func query() {
    let base = ["query", world.idx, "--queries", "users:\(world.emb)", "-k", "5", "--repeat", "2", "-q", "-f"]
    let run = akin(base + ["--ef", "5,150", "-o", scratch["q-{ef}.npy"], "--html", scratch["q.html"]])
    #expect(run.code == 0, "\(run.messages)")
    let html = page("q.html")
    #expect(html.contains(">ef 5</th>") && html.contains(">exact</th>") && html.contains("2 of the whole batch"))
    // An ef that walks all items finds all.
    #expect(html.contains("<th scope=\"row\">ef 150</th><td>1.0000"), "\(html)")
    let exact = akin(base + ["--exact", "-o", scratch["e.npy"], "--html", scratch["e.html"]])
    #expect(exact.code == 0 && page("e.html").components(separatedBy: "<tr>").count == 3, "a heading and the exact way")
    for option in [["--min-score", "0.1"], ["--diversity", "0.2"], ["--per-category", "2"]] {
      let refused = akin(base + option + ["-o", scratch["x.npy"], "--html", scratch["x.html"]])
      #expect(refused.code == 2 && refused.messages.contains("--html"), "\(refused.messages)")
    }
    let twice = akin(base + ["-o", scratch["x.html"], "--html", scratch["x.html"]])
    #expect(twice.code == 2 && twice.messages.contains("x.html"), "\(twice.messages)")
    #expect(!scratch.names.contains { $0.hasPrefix("x.") && $0 != "x.emb" && $0 != "x.idx" })
  }

  @Test("An existing page is kept without --force, before anything is measured")
  func kept() {
    let path = scratch.write("mine", to: "p.html")
    for words in [
      ["recall", world.idx, "--html", path],
      ["query", world.idx, "--queries", "users:\(world.emb)", "-o", scratch["k.npy"], "--html", path],
    ] {
      #expect(akin(words).code == 2 && page("p.html") == "mine" && !scratch.names.contains("k.npy"), "\(words)")
    }
  }

  @Test("recall says how many queries are far below the target, and the recall of the worst; --help says what that is")
  func distribution() throws {
    let run = akin("recall", world.idx, "--queries", "users:\(world.emb)", "-k", "10", "--ef", "10", "--json")
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    let searches = try #require(object?["searches"] as? [[String: Any]])
    #expect(searches.count == 2, "\(run.messages)")
    for search in searches {
      let recalls = try ["recallP1", "recallP10", "recallP50"].map { try #require(search[$0] as? Double) }
      #expect(recalls == recalls.sorted() && recalls.allSatisfy { (0...1).contains($0) })
      #expect((search["shareBelow"] as? Double).map { (0...1).contains($0) } == true)
      if search["way"] as? String == "exact" { #expect(recalls == [1, 1, 1] && search["shareBelow"] as? Double == 0) }
    }
    let wide = akin("recall", world.idx, "--ef", "16", terminal: Terminal(width: 160, hasColour: false)).output
    #expect(wide.contains("With ties     Low      p1     p10     p50  Queries"), "\(wide)")
    let narrow = akin("recall", world.idx, "--ef", "16", terminal: Terminal(width: 100, hasColour: false)).output
    #expect(narrow.contains("With ties  Queries") && !narrow.contains("Low"), "\(narrow)")
    #expect(akin("recall", "--help").output.contains("more than 0.1 below the target"))
  }
}
