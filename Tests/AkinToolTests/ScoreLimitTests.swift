import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("All items from a score on, and diverse lists, on the command line")
struct ScoreLimitTests {
  private let world: SampleFiles
  private var scratch: Scratch { world.scratch }

  init() throws { world = try SampleFiles() }

  /// The fields of the answer, without the rank.
  private func rows(_ words: [String]) throws -> [[String]] {
    let run = akin(words)
    try #require(run.code == 0, "\(words): \(run.messages)")
    return run.output.split(separator: "\n").dropFirst().map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).dropFirst().map(String.init)
    }
  }

  private var questions: [[String]] {
    [
      ["recommend", world.idx, "--users", world.emb, "4"],
      ["recommend", world.idx, "--users", world.emb, "4", "--raw"],
      ["recommend", world.idx, "--users", world.emb, "--history", "1,2,5"], ["related", world.idx, "9"],
    ]
  }

  @Test("Without -k every item from the score on is listed, however many, exactly and by a wide graph")
  func all() throws {
    for question in questions {
      for way in [["--exact"], ["--ef", "150"], ["--recall", "1"]] {
        let whole = try rows(question + way + ["-k", "150"])
        for place in [0, 3, 40, 64, 70, whole.count - 1] where place < whole.count {
          let least = whole[place][1]
          let expected = whole.filter { Float($0[1]) ?? 0 >= Float(least) ?? 0 }
          #expect(try rows(question + way + ["--min-score", least]) == expected, "\(question) \(way) \(place)")
          #expect(
            try rows(question + way + ["--min-score", least, "-k", "5"]) == Array(expected.prefix(5)), "\(question)")
        }
        #expect(try rows(question + way + ["--min-score", "1e9"]).isEmpty)
      }
    }
  }

  @Test("The answer says how it was found: a short one by the graph, one of all items exactly")
  func plans() {
    let base = ["related", world.idx, "9", "--json", "--min-score"]
    let few = akin(base + ["0.95"])
    #expect(few.output.contains(#""ef":64,"#) && few.output.contains(#""k":150,"#), "\(few.output)")
    #expect(akin(base + ["-2", "--recall", "0.9"]).output.contains(#""way":"exact""#))
  }

  @Test("A diversity of 0 changes nothing; another one keeps the best and says so; alone and in lists of all")
  func diversity() throws {
    for question in questions {
      let plain = try rows(question + ["-k", "8", "--exact"])
      #expect(try rows(question + ["-k", "8", "--exact", "--diversity", "0"]) == plain)
      let diverse = try rows(question + ["-k", "8", "--exact", "--diversity", "0.9"])
      #expect(diverse.count == 8 && diverse.first == plain.first && diverse != plain, "\(question)")
      let candidates = try rows(question + ["-k", "40", "--exact"])
      #expect(diverse.allSatisfy { candidates.contains($0) })
      #expect(akin(question + ["--diversity", "0.25", "--json"]).output.contains(#""diversity":0.25,"#))
    }
    let words = ["-k", "8", "--exact", "--diversity", "0.9"]
    let users = ["recommend", world.idx, "--users", world.emb] + words
    #expect(akin(users + ["--all", "-o", scratch["l.tsv"], "-q"]).code == 0)
    let lines = String(decoding: scratch.bytes("l.tsv"), as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: "\t").map(String.init)
    }
    let own = lines.filter { $0[0] == "4" }.map { Array($0[2...3]) }
    #expect(own == (try rows(users + ["4"])).map { Array($0.prefix(2)) })
    // query asks as recommend does.
    let query = ["query", world.idx, "--queries", "users:\(world.emb)", "--ids", "-q"] + words
    #expect(akin(query + ["-o", scratch["q.npy"]]).code == 0)
    #expect(akin(users + ["--all", "--ids", "-o", scratch["a.npy"], "-q"]).code == 0)
    let (first, second) = (scratch.bytes("q.npy"), scratch.bytes("a.npy"))
    #expect(first.count > 60 * 8 * 8 && first == second)
  }

  @Test("A diversity beyond 0 to 1 is refused, and a limit of lists of all needs -k")
  func usage() {
    let wide = akin("related", world.idx, "9", "--diversity", "1.5")
    #expect(wide.code == 2 && wide.messages.contains("--diversity must be a number from 0 to 1, found '1.5'"))
    let open = akin("related", world.idx, "--all", "--min-score", "0.5", "-o", scratch["x.tsv"])
    #expect(open.code == 2 && open.messages.contains("--all with --min-score requires -k"), "\(open.messages)")
  }
}
