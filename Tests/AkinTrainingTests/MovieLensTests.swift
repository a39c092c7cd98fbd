import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("MovieLens ml-latest-small", .enabled(if: dataDirectory != nil, "ml-latest-small is not here; see AKIN_DATA"))
struct MovieLensTests {
  @Test("Toy Story stands among its like", arguments: [1, 2])
  func toyStory(seed: UInt64) throws {
    let directory = try #require(dataDirectory) + "/ml-latest-small"
    let catalogue = try ItemTable.read(path: directory + "/movies.csv")
    let x = try Interactions.read(path: directory + "/ratings.csv").including(catalogue)
    #expect(x.count == 100_836 && x.userIDs.count == 610 && x.itemIDs.count == 9742)
    var options = WALSOptions()
    options.seed = seed
    options.epochs = 8
    let embeddings = try WALS.train(x, options: options).embeddings(for: x, catalogue: catalogue)
    let titles = try #require(embeddings.titles)
    /// The inner product of two items.
    func product(_ row: Int, _ other: Int) -> Float {
      let (one, two) = (embeddings.items[Row(row)], embeddings.items[Row(other)])
      var (sum, component) = (Float(0), 0)
      while component < one.count {
        sum += one[component] * two[component]
        component += 1
      }
      return sum
    }
    let own = try #require(titles.firstIndex(of: "Toy Story (1995)"))
    var scores: [(score: Float, title: String)] = []
    for row in 0..<embeddings.items.count where row != own {
      let lengths = max(product(row, row).squareRoot(), 1e-12) * product(own, own).squareRoot()
      scores.append((product(own, row) / lengths, titles[row]))
    }
    let nearest = scores.sorted { $0.score > $1.score }.prefix(10).map(\.title)
    let kin = [
      "Toy Story 2 (1999)", "Bug's Life, A (1998)", "Monsters, Inc. (2001)", "Finding Nemo (2003)", "Aladdin (1992)",
      "Lion King, The (1994)", "Shrek (2001)", "Incredibles, The (2004)", "Babe (1995)", "Beauty and the Beast (1991)",
    ]
    let found = nearest.filter { kin.contains($0) }.count
    #expect(found >= 4, "seed \(seed): \(nearest)")
  }
}
