import Akin
import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("akin index --store")
struct StoreVerbTests {
  private let world: SampleFiles
  private let scratch: Scratch

  init() throws {
    world = try SampleFiles()
    scratch = world.scratch
  }

  @Test(
    "The file says what it keeps and how wrong a score can be; answers say so, too", arguments: VectorStore.allCases)
  func says(store: VectorStore) throws {
    let path = scratch["s.idx"]
    let built = akin("index", world.emb, "--store", store.name, "-o", path, "--json")
    #expect(built.code == 0, "\(built.messages)")
    let info = akin("info", path)
    #expect(info.output.contains(store.name))
    let index = try HNSWIndex(path: path)
    #expect(index.facts.store == store && (index.facts.vectorError > 0) == (store != .float32))
    let id = index.facts.itemIDs.id(of: Row(3)).description
    let related = akin("related", path, id, "-k", "2", "--json")
    #expect(related.code == 0, "\(related.messages)")
    for output in [built.output, related.output] {
      #expect(output.contains("\"errorOf\"") == (store != .float32), "\(output)")
      #expect(output.contains("\"kind\":\"\(store.name)\"") == (store != .float32), "\(output)")
    }
    #expect(akin("verify", path).code == 0)
    let exported = akin("export", path, "-o", scratch["s.npy"], "-q")
    #expect(exported.code == 0, "\(exported.messages)")
  }

  @Test("Options as an object build the bytes of the command; the default is float32")
  func object() throws {
    let source = try EmbeddingFile(path: world.emb)
    #expect(akin("index", world.emb, "--store", "int8", "-o", scratch["a.idx"], "-q").code == 0)
    let built = try Tool.index(
      source, to: scratch["b.idx"], .object(["store": .string("int8")]), execution: Execution())
    #expect(built.facts.store == .int8 && scratch.bytes("a.idx") == scratch.bytes("b.idx"))
    #expect(akin("index", world.emb, "--store", "float32", "-o", scratch["c.idx"], "-q").code == 0)
    #expect(akin("index", world.emb, "-o", scratch["d.idx"], "-q").code == 0)
    #expect(scratch.bytes("c.idx") == scratch.bytes("d.idx"))
  }

  @Test("Catalogues keep vectors as they are, and say so")
  func catalogue() throws {
    let source = try EmbeddingFile(path: world.emb)
    var options = HNSWBuildOptions()
    options.store = .int8
    let expected = CatalogueError.roundedVectors(.int8)
    #expect(throws: expected) { try CatalogueWriter.create(at: scratch["c"], from: source, options: options) }
    #expect(throws: expected) { try CatalogueWriter.writeSegment(of: source, to: scratch["c"], options: options) }
    #expect(!scratch.names.contains("c"))
    #expect(
      expected.description == "a catalogue keeps vectors as they are, since merges copy them; found int8")
    #expect(expected.help == "leave --store out, or keep an index file of its own")
  }

  @Test("Whole numbers that an index keeps as bytes are floats in a catalogue, whose merges copy them")
  func wholeNumbers() throws {
    // 272 components near a space of 24, and two vectors for each: wide vectors that codes tell apart.
    let wide = Catalogue.nearSpace(.euclidean, rows: 560, seed: 5).items
    let rows = (0..<560).map { wide[Row($0)].map { max(-127, min(127, (($0 - 3) * 40).rounded())) } }
    let embeddings = Embeddings(
      items: EmbeddingMatrix(uniformRows: rows, dimension: 272), itemIDs: .numbers((0..<560).map { UInt64($0) }),
      metric: .euclidean)
    let options = HNSWBuildOptions(m: 2, efConstruction: 8)
    let alone = try HNSWIndex(embeddings, options: options, queries: normalMatrix(rows: 30, dimension: 272, seed: 3))
    #expect(alone.facts.store == .int8 && alone.facts.vectorError == 0)
    try embeddings.write(to: scratch["w.emb"])
    let source = try EmbeddingFile(path: scratch["w.emb"])
    _ = try CatalogueWriter.create(at: scratch["w"], from: source, options: options)
    let catalogue = try CatalogueIndex(path: scratch["w"])
    let query = rows[7].map { $0 + 0.5 }
    let request = SearchRequest(k: 10, effort: .exact)
    #expect(try catalogue.nearest(to: query.span, request) == alone.nearest(to: query.span, request))
    let segment = try #require(try names(in: scratch["w"]).first { $0.hasSuffix(".idx") })
    #expect(try HNSWIndex(path: scratch["w/" + segment]).facts.store == .float32)
  }

  @Test("recall compares with the true vectors where it has them, and notes where it has not")
  func recall() throws {
    let (codes, whole) = (scratch["codes.idx"], scratch["whole.idx"])
    #expect(akin("index", world.emb, "--store", "codes", "-o", codes, "-q").code == 0)
    #expect(akin("index", world.emb, "--store", "codes", "--with-users", "-o", whole, "-q").code == 0)
    func first(_ value: JSONValue) -> JSONValue? { if case .array(let all) = value { all.first } else { nil } }
    func mean(_ words: String...) throws -> (recall: Double, isNoted: Bool) {
      let run = akin(["recall"] + words + ["-k", "20", "--ef", "150", "--json"])
      let row = try #require(try JSONValue(parsing: run.output)["searches"].flatMap(first), "\(run.messages)")
      let value: Double? =
        switch row["recall"] {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
      return (
        try #require(value), run.messages.contains("recall is that among the vectors as the index keeps them (codes)")
      )
    }
    // A walk that wide finds all of the rounded vectors' best; some of the true vectors' best are others.
    let among = try mean(codes)
    #expect(among.recall > 0.99 && among.isNoted)
    for compared in [try mean(codes, "--queries", "users:" + world.emb), try mean(whole)] {
      #expect(compared.recall > 0.9 && compared.recall < 1 && !compared.isNoted, "\(compared)")
    }
    // The exact scan of rounded vectors is not right about the true ones either: no row and no gate says so.
    let users = ["recall", codes, "--queries", "users:" + world.emb, "-k", "20"]
    let exact = akin(users + ["--recall", "1", "--json"])
    let row = try #require(try JSONValue(parsing: exact.output)["searches"].flatMap(first), "\(exact.messages)")
    #expect(row["way"] == .string("exact"))
    if case .number(let value)? = row["recall"] { #expect(value > 0.9 && value < 1) } else { Issue.record("\(row)") }
    #expect(akin(users + ["--recall", "1", "--fail-under", "1"]).code == 1)
    #expect(try !mean(world.idx).isNoted)
  }

  @Test("An unknown store is refused by name")
  func unknown() {
    let run = akin("index", world.emb, "--store", "int4", "-o", scratch["none.idx"])
    #expect(run.code == 2 && run.messages.contains("float32, float16, int8 or codes"), "\(run.messages)")
    #expect(!scratch.names.contains("none.idx"))
  }
}
