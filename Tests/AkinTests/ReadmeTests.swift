import Akin
import AkinSupport
import AkinTestSupport
import Foundation
import Testing

/// What the pages show as code is code that compiles and runs.
@Suite("The README's example")
struct ReadmeTests {
  @Test("is the code that the tests compile")
  func isCompiled() throws {
    let source = try page("Tests/AkinTests/Readme.swift").components(separatedBy: "\n")
    let imports = source.filter { $0.hasPrefix("import ") }
    let body = source.drop { $0 != "  // README begins" }.dropFirst().prefix { $0 != "  // README ends" }
      .map { ($0.hasPrefix("  ") ? String($0.dropFirst(2)) : $0).replacingOccurrences(of: "folder + \"/", with: "\"") }
    let blocks = codeBlocks("swift", in: try page("README.md"))
    #expect(blocks == [imports + [""] + body])

    // The landing page shows the asking half of it.
    let landing = codeBlocks("swift", in: try page("Sources/Akin/Akin.docc/Akin.md"))
    let asking = body.drop { !$0.hasPrefix("let recommender") }
    #expect(landing == [["import Akin", ""] + asking])
  }

  @Test("runs on a small catalogue, and recommends what the user has not seen")
  func runs() throws {
    let scratch = try Scratch()
    // Two groups of users with a taste each; everybody has seen a part of what they like.
    let seed: UInt64 = 1
    let random = CounterRandom(seed: seed)
    var csv = "userId,movieId,rating\n"
    var seen: Set<UInt64> = []
    for user in UInt64(1)...60 {
      for item in UInt64(1)...40 where item % 2 == user % 2 && random.uniform(at: user * 100 + item) < 0.5 {
        csv += "\(user),\(item),4\n"
        if user == 1 { seen.insert(item) }
      }
    }
    try csv.write(toFile: scratch["ratings.csv"], atomically: true, encoding: .utf8)
    let movies = "movieId,title,genres\n" + (1...40).map { "\($0),Film \($0),Drama\n" }.joined()
    try movies.write(toFile: scratch["movies.csv"], atomically: true, encoding: .utf8)
    try readme(folder: scratch.path)

    let recommender = try Recommender(index: scratch["ml.idx"], embeddings: scratch["ml.emb"])
    let items = try recommender.recommend(for: .number(1), k: 5)
    #expect(items.count == 5)
    for item in items {
      guard case .number(let id) = item.id else {
        Issue.record("seed \(seed): id \(item.id) is not a number")
        continue
      }
      #expect(item.title == "Film \(id)")
      #expect(id % 2 == 1, "seed \(seed): item \(id) is of the other taste")
      #expect(!seen.contains(id), "seed \(seed): user 1 has seen item \(id)")
    }
  }
}
