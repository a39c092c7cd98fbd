import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Foundation
import Testing

/// Files of every released format version stay readable. To add one, run the tests once with AKIN_WRITE_GOLDEN=1 and
/// commit what appears; never change one that was released.
@Suite("Golden files")
struct GoldenTests {
  private static let name = "embeddings-1.0.emb"

  /// Numbers that are exact in any arithmetic, so that the file can be told from this page alone.
  static var embeddings: Embeddings {
    var golden = Embeddings(
      items: EmbeddingMatrix(uniformRows: [[1, 0, -0.5], [0.25, 2, 0], [0, 0, 0], [-1, 3, 8]], dimension: 3),
      itemIDs: .texts(["caf\u{E9}", "", "cafe\u{301}", "42"]))
    golden.users = EmbeddingMatrix(uniformRows: [[1, 1, 1], [0, -2, 0.125]], dimension: 3)
    golden.userIDs = .numbers([.max, 7])
    golden.itemBiases = [0, 0.5, -0.5, 4]
    golden.userBiases = [1, -1]
    golden.globalMean = 3.5
    golden.titles = ["Toy Story (1995)", "Amélie 🎬", "", "Heat"]
    golden.categories = Categories(
      names: ["Comedy", "Drama", "Crime"], members: History(offsets: [0, 1, 3, 3, 5], rows: [0, 0, 1, 1, 2]))
    golden.history = History(offsets: [0, 3, 4], rows: [0, 1, 3, 2])
    golden.objective = Objective(
      model: .wals, weighting: .value, w0: 0.0625, alpha: 40, lambdaUser: 0.5, lambdaItem: 0.25, nu: 1)
    golden.provenance = ["trainer": .string("golden"), "seed": .integer(1), "rmse": .number(0.875)]
    return golden
  }

  private func goldenURL() throws -> URL {
    if ProcessInfo.processInfo.environment["AKIN_WRITE_GOLDEN"] != nil {
      let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(Self.name)")
      if !FileManager.default.fileExists(atPath: source.path) { try Self.embeddings.write(to: source.path) }
      return source
    }
    return try #require(Bundle.module.resourceURL).appending(path: "Golden/\(Self.name)")
  }

  @Test("Version 1.0 opens, verifies and holds what was written")
  func opens() throws {
    let path = try goldenURL().path
    let file = try EmbeddingFile(path: path)
    expect(file, equals: Self.embeddings, "golden")
    #expect(try file.verify().damages == [])
    #expect(file.container.header.version == FormatVersion(major: 1, minor: 0))
    #expect(file.categories(of: Row(3)) == ["Drama", "Crime"])
    #expect(file.history(of: Row(0)) == [Row(0), Row(1), Row(3)])
    #expect(file.digest.description == "ad21759c6472925089f19139c53cd8c6")
  }

  @Test("The writer still writes the same bytes")
  func bytes() throws {
    #expect(try encoded(Self.embeddings) == read(try goldenURL().path))
  }
}
