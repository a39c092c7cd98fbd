import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinCatalogue

@Suite("What a catalogue refuses")
struct RefusalTests {
  private func items(_ numbers: some Sequence<Int>, dimension: Int = 3) -> [Shop.Item] {
    numbers.map { Shop.Item($0, seed: 1, dimension: dimension) }
  }

  @Test("is vectors of another model, and then nothing has changed")
  func otherModel() throws {
    let scratch = try Scratch()
    var bench = try Bench(at: scratch["c"], items(0..<5))
    let before = scratch.names(in: "c")
    func refused(_ fact: ModelFact, _ embeddings: Embeddings, lineage: Digest = Digest(low: 1, high: 2)) {
      do {
        try bench.writer.add(embeddings, lineage: lineage, name: "new.emb")
        Issue.record("\(fact) was taken")
      } catch CatalogueError.otherModel("new.emb", let found, _, _) {
        #expect(found == fact)
      } catch {
        Issue.record(error)
      }
    }
    let new = Shop.embeddings(items(5..<7), .innerProduct, dimension: 3)
    refused(.lineage, new, lineage: Digest(low: 1, high: 3))
    refused(.lineage, new, lineage: .none)
    refused(.dimension, Shop.embeddings(items(5..<7, dimension: 4), .innerProduct, dimension: 4))
    refused(.metric, Shop.embeddings(items(5..<7), .cosine, dimension: 3))
    var other = new
    other.itemBiases = nil
    refused(.biases, other)
    other = new
    other.globalMean = 2
    refused(.globalMean, other)
    other = new
    other.items = EmbeddingMatrix(uniformRows: [[1, 2, .nan], [1, 2, 3]], dimension: 3)
    #expect(throws: ContentError.self) {
      try bench.writer.add(other, lineage: Digest(low: 1, high: 2), name: "new.emb")
    }
    #expect(scratch.names(in: "c") == before)
    #expect(try bench.add(items(5..<7)).added == 2)
  }

  @Test("is a file whose rows have no ids")
  func withoutIDs() throws {
    let scratch = try Scratch()
    try Embeddings(items: normalMatrix(rows: 4, dimension: 3, seed: 1), metric: .cosine).write(to: scratch["a.emb"])
    let file = try EmbeddingFile(path: scratch["a.emb"])
    #expect(file.lineage == .none)
    let made = try CatalogueWriter.create(at: scratch["c"], from: file)
    #expect(made.writer.current.row(of: .number(3)) == Row(3))
    #expect(throws: CatalogueError.withoutIDs(path: scratch["a.emb"])) { try made.writer.add(file) }
  }

  @Test("is a directory without a catalogue, and one that is not there")
  func noCatalogue() throws {
    let scratch = try Scratch()
    let path = scratch.path
    for open in [
      { _ = try CatalogueIndex(path: path) }, { _ = try CatalogueWriter(path: path) },
      { _ = try CatalogueIndex.verify(path: path) }, { _ = try CatalogueIndex.history(path: path) },
      { _ = try CatalogueIndex(path: path, generation: 1) },
    ] {
      #expect(throws: CatalogueError.notACatalogue(path: path), performing: open)
    }
    #expect(scratch.names == [])
    #expect(throws: FileError(path: scratch["no"], problem: .notFound)) { try CatalogueIndex(path: scratch["no"]) }
    scratch.write([1], to: "file")
    let isFile = FileError(path: scratch["file"], problem: .isFile(expected: .catalogue))
    #expect(throws: isFile) { try CatalogueIndex(path: scratch["file"]) }
    #expect(isFile.help == "give a directory that `akin catalogue create` made")
  }

  @Test("follows a model through updates and towers")
  func lineage() throws {
    let scratch = try Scratch()
    func file(_ name: String, _ provenance: [String: JSONValue], trained: Bool = false) throws -> EmbeddingFile {
      var all = Embeddings(items: normalMatrix(rows: 2, dimension: 3, seed: 1), itemIDs: .numbers([1, 2]))
      all.provenance = provenance
      if trained { all.objective = Objective(model: .wals, weighting: .constant) }
      try all.write(to: scratch[name])
      return try EmbeddingFile(path: scratch[name])
    }
    let model = try file("a.emb", [:], trained: true)
    #expect(model.lineage == model.digest)
    let source = JSONValue.object(["source": .string(model.digest.description)])
    let later = JSONValue.object(["source": .string("00000000000000000000000000000000")])
    #expect(try file("b.emb", ["updates": .array([source])], trained: true).lineage == model.digest)
    #expect(try file("c.emb", ["updates": .array([source, later])], trained: true).lineage == model.digest)
    #expect(try file("d.emb", ["made": "embed", "model": .string(model.digest.description)]).lineage == model.digest)
    #expect(try file("e.emb", ["made": "import"]).lineage == .none)
    let odd = try file("f.emb", ["updates": .array(["x"])], trained: true)
    #expect(odd.lineage == odd.digest)
  }

  @Test("has a sentence each", arguments: RefusalTests.pinned)
  func sentences(error: CatalogueError, kind: TroubleKind, sentence: String) {
    #expect(error.description == sentence && error.kind == kind)
  }

  static let pinned: [(CatalogueError, TroubleKind, String)] = [
    (.notACatalogue(path: "d"), .badInput, "d: expected a catalogue, found a directory without one"),
    (.exists(path: "d", generation: 3), .usage, "d: holds a catalogue already, of generation 3"),
    (
      .isFile(path: "d.idx"), .usage,
      "d.idx: expected a catalogue, found a file; only a catalogue has generations and segments"
    ),
    (.locked(path: "d"), .io, "d: another process is writing this catalogue"),
    (
      .overtaken(path: "d", generation: 3), .io,
      "d: another process has written generation 3 meanwhile; nothing was changed"
    ),
    (
      .newestIsDamaged(FileError(path: "d/3.cat", problem: .headerChecksum)), .badInput,
      "the newest generation is damaged: d/3.cat: checksum mismatch in the first page: the header is damaged"
    ),
    (.noGeneration(path: "d", asked: 9, oldest: 2, newest: 4), .badInput, "d: has no generation 9; it holds 2 to 4"),
    (
      .otherModel(path: "n.emb", fact: .dimension, expected: "64", found: "32"), .badInput,
      "n.emb: vectors of another model: the catalogue has the dimension 64, these have 32"
    ),
    (
      .unlikeSegment(path: "s.idx", fact: .options, expected: "M 16, efConstruction 100, seed 0", found: "M 8"),
      .badInput,
      "s.idx: segments of one catalogue must be alike: expected the build options M 16, efConstruction 100, seed 0, found M 8"
    ),
    (
      .repeatedID(.number(17), first: "a.idx", second: "b.idx"), .badInput,
      "the id 17 has a row in a.idx and in b.idx"
    ),
    (
      .withoutIDs(path: "n.emb"), .badInput,
      "n.emb: the items have no ids; their row numbers would replace other items"
    ),
    (
      .tooManyRows(path: "d", found: 8, limit: 7), .badInput,
      "d: a catalogue has at most 7 rows, expected by this change: 8"
    ),
    (.tooManySegments(path: "d", limit: 7), .badInput, "d: a catalogue has at most 7 segments; merge them first"),
    (
      .badOption(name: "the number of segments", found: 0, least: 1), .usage,
      "the number of segments must be at least 1, found 0"
    ),
  ]
}

extension JSONValue: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self = .string(value) }
}
