import Akin
import AkinTestSupport
import Foundation
import Testing

@testable import AkinFiles

/// FileFormats.md tells the truth: a reader that knows nothing but its tables finds what the library wrote.
@Suite("The page on file formats")
struct FileFormatsTests {
  let text: String

  init() throws { text = try page("Sources/Akin/Akin.docc/FileFormats.md") }

  @Test(
    "has tables without a hole or an overlap",
    arguments: [
      ("The first page", 0..<4096), ("The section table", 0..<64), ("Embeddings: kind block", 128..<256),
      ("The objective record", 0..<128), ("The head of a tower", 0..<64), ("The side-feature record", 0..<64),
      ("Index: kind block", 128..<256), ("The measurement record", 0..<64),
      ("Generation: kind block", 128..<256), ("The segment record", 0..<40),
    ])
  func tablesAreWhole(heading: String, range: Range<Int>) throws {
    let fields = try fields(under: heading)
    var end = range.lowerBound
    for field in fields {
      #expect(field.range.lowerBound == end, "\(heading): \(field.name) at \(field.range.lowerBound)")
      end = field.range.upperBound
    }
    #expect(end == range.upperBound, "\(heading)")
  }

  @Test("names the fields of an embeddings file as they are")
  func embeddingFields() throws {
    let file = try Written(embeddings: sample).emb
    let header = try number(in: file, "The first page")
    #expect(try header("file bytes") == UInt64(file.count))
    #expect(try header("major") == 1 && header("minor") == 0)
    #expect(try header("endian tag") == 0x0102_0304)
    #expect(try header("chunk log2") == 20)
    #expect(file[..<8] == [0x89, 0x41, 0x4B, 0x45, 0x0D, 0x0A, 0x1A, 0x0A])

    let block = try number(in: file, "Embeddings: kind block")
    #expect(try block("dimension") == 5 && block("stride") == 64)
    #expect(try block("element type") == 1 && block("metric") == 0)
    #expect(try block("items") == 40 && block("users") == 2)
    #expect(try block("flags") == 0b1001, "item biases, checked to be finite")
    #expect(try block("item id kind") == 2 && block("user id kind") == 1)
    #expect(try block("global mean") == UInt64(Float(3.5).bitPattern))

    let sections = try sections(of: file)
    let record = try number(in: file, "The objective record", at: try #require(sections["OBJV"]).range.lowerBound)
    #expect(try record("model") == 2 && record("weighting") == 4 && record("loss") == 2)
    #expect(try record("biases") == 3 && record("decay") == 1 && record("record flags") == 0b1111)
    for (field, value) in [
      ("w0", 0.25), ("alpha", 40), ("lambda of users", 0.5), ("lambda of items", 0.75), ("lambda of biases", 5),
      ("nu", 1), ("range low", 0.25), ("range high", 5.5), ("damping", 3), ("smallest rating", 0.5),
      ("largest rating", 5), ("positive from", 4), ("negatives", 7),
      ("power", 0.75), ("user exponent", 0.25),
    ] {
      #expect(try record(field) == value.bitPattern, "\(field)")
    }
    // The towers: a head each, then numbers, and a text column of names.
    let head = try number(in: file, "The head of a tower", at: try #require(sections["UTOW"]).range.lowerBound)
    #expect(try head("features") == 2 && head("layers") == 2)
    let tower = try #require(sample.towers?.users)
    let table = file[try #require(sections["UTOW"]).range]
    #expect(numbers(table.dropFirst(8).prefix(32)) == [3, 5, 0, 0, 0, 0, 0, 0])
    #expect(floats(table.dropFirst(64)) == tower.means + tower.scales + tower.weights)
    #expect(file[try #require(sections["UFBL"]).range].elementsEqual("agesex".utf8))
    #expect(slowVector(tower, [3, 0]).elementsEqual(tower.vector(of: ["age": 3])) { abs($0 - $1) < 1e-6 })
    let asked = try number(
      in: file, "The training of the objective record", at: try #require(sections["OBJV"]).range.lowerBound)
    #expect(try asked("seed") == 99 && asked("pairs") == 3 && asked("users") == 2)
    #expect(try asked("optimiser") == 2 && asked("popularity") == 0.5.bitPattern)
    #expect(floats(file[try #require(sections["HVAL"]).range]) == sample.historyValues)
    let sides = try number(in: file, "The side-feature record", at: try #require(sections["FOBJ"]).range.lowerBound)
    #expect(try sides("item features") == 2 && sides("user features") == 1)
    for (field, value) in [
      ("item weight", 10), ("item background", 1.5), ("user weight", 0.5), ("user background", 0.25),
    ] {
      #expect(try sides(field) == value.bitPattern, "\(field)")
    }
    #expect(floats(file[try #require(sections["FSCL"]).range]) == [0, 1, 1995, 12, 40, 9])
    #expect(try #require(sections["FVEC"]).range.count == 3 * 64)
    #expect(file[try #require(sections["FNBL"]).range].elementsEqual("tag=ayearage".utf8))
    // Row 1 of the item vectors, its padding, and its bias.
    let vectors = try #require(sections["IVEC"])
    let row = file[vectors.range].dropFirst(64).prefix(64)
    #expect(floats(row) == sample.items[Row(1)] + [Float](repeating: 0, count: 11))
    #expect(floats(file[try #require(sections["IBIA"]).range]) == sample.itemBiases)
  }

  @Test("names the fields of an index file as they are")
  func indexFields() throws {
    let written = try Written(embeddings: sample)
    let file = written.idx
    let index = try HNSWIndex(path: written.indexPath)
    let block = try number(in: file, "Index: kind block")
    #expect(try block("dimension") == 5 && block("source dimension") == 5)
    #expect(try block("nodes") == 40 && block("linked nodes") == 39, "one item is a copy")
    #expect(try block("code type") == 0 && block("element type") == 1 && block("metric") == 0)
    #expect(try block("M") == UInt64(index.facts.m) && block("M0") == UInt64(2 * index.facts.m))
    #expect(try block("max level") == UInt64(index.facts.topLevel))
    #expect(try block("efConstruction") == 77 && block("seed") == 12345)
    #expect(try block("minimum prefix") == UInt64(index.facts.minimumPrefix))
    #expect(text.contains("*minimum prefix* · max(2, *ef*) / 2"), "what `GraphStorage.prefix` computes")
    #expect(try block("transform") == 0b1000 && block("flags") == 0b111)
    #expect(try block("global mean") == UInt64(Float(3.5).bitPattern))

    let sections = try sections(of: file)
    let rows = numbers(file[try #require(sections["NROW"]).range])
    let nodes = numbers(file[try #require(sections["RNOD"]).range])
    #expect(rows.indices.allSatisfy { nodes[Int(rows[$0])] == $0 }, "rows and nodes undo each other")
    let copies = numbers(file[try #require(sections["NCPY"]).range])
    let chained = copies.filter { $0 != .max }.map { rows[Int($0)] }
    #expect(chained == [39], "row 39 is a copy of row 0, and stands behind it")
    let links = file[try #require(sections["LNK0"]).range]
    let stride = 2 + max(2 * index.facts.m + 8, 40)
    #expect(links.count == 41 * stride, "a row a node, and one more")
    let copy = try #require(rows.firstIndex(of: 39))
    let row = baseLinks(of: copy, in: links, nodes: 40, stride: stride)
    #expect(row.links.isEmpty, "a copy has no links")
    #expect(rows[row.others[0]] == 0, "the row of a copy begins with the first of its group")
    let pairs = numbers(file[try #require(sections["UPIX"]).range])
    #expect(pairs.count == 2 * Int(try block("upper nodes") + 1))
    #expect(pairs[pairs.count - 2] == .max)
    #expect(Int(pairs[pairs.count - 1]) * 4 * index.facts.m == sections["LNKU"]?.range.count)

    // The first measurement, field by field.
    let measured = try #require(index.calibration?.measurements)
    let table = try #require(sections["RCAL"]).range
    #expect(table.count == 64 * measured.count)
    for (place, one) in measured.enumerated() {
      let record = try number(in: file, "The measurement record", at: table.lowerBound + 64 * place)
      #expect(try record("question") == one.question.rawValue && record("family") == one.family.rawValue)
      #expect(try record("k") == one.k && record("ef") == one.ef.map { UInt64($0) } ?? UInt64(UInt32.max))
      #expect(try record("queries") == one.queries && record("expected") == one.expected)
      #expect(try record("found") == one.found && record("squared misses") == one.squaredMisses)
      #expect(try record("scored") == one.scored && record("hops") == one.hops)
      #expect(try record("components") == one.components)
    }

    // The source digest joins the two files.
    let source = try #require(try fields(under: "The first page").first { $0.name == "source digest" }).range
    let root = try #require(try fields(under: "The first page").first { $0.name == "root digest" }).range
    #expect(file[source].elementsEqual(written.emb[root]))
  }

  @Test("says which bytes the checksums and digests cover", arguments: [FileKind.embeddings, .index])
  func checksums(kind: FileKind) throws {
    let written = try Written(embeddings: sample)
    let file = kind == .embeddings ? written.emb : written.idx
    let sections = try sections(of: file)
    let header = try number(in: file, "The first page")
    let checksums = numbers(file[try #require(sections["CHKS"]).range])
    #expect(slowCRC32C(Array("123456789".utf8)) == 0xE306_9283)

    var page = Array(file[..<4096])
    try blank("header CRC", in: &page)
    #expect(try UInt64(slowCRC32C(page)) == header("header CRC"))
    try blank("root digest", in: &page)
    let salt = Array(littleEndian: try header("salt"))
    var chunk = 0
    for section in sections.values.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      if section.name == "CHKS" {
        #expect(section.crc == slowCRC32C(Array(file[section.range])))
        continue
      }
      #expect(section.firstChunk == chunk, "\(section.name)")
      // The files are small: each section is one chunk.
      let covered = Array(section.name.utf8) + Array(littleEndian: UInt64(chunk)) + salt + file[section.range]
      #expect(checksums[chunk] == slowCRC32C(covered), "\(section.name)")
      chunk += 1
    }
    #expect(chunk == checksums.count)

    #expect(hash(Array(file[try #require(sections["PROV"]).range])).prefix(8) == salt[...])
    let root = hash(page + file[try #require(sections["CHKS"]).range]).prefix(16)
    let place = try #require(try fields(under: "The first page").first { $0.name == "root digest" }).range
    #expect(root.elementsEqual(file[place]))
  }

  @Test(
    "names every section that the library writes, and only such as it knows", arguments: [FileKind.embeddings, .index])
  func sectionNames(kind: FileKind) throws {
    let heading = kind == .embeddings ? "Embeddings: sections" : "Index: sections"
    let named = tableRows(under: heading, in: text).flatMap { $0[0].split(separator: " ") }.map {
      String($0.filter { $0 != "`" })
    }
    for name in named {
      #expect(SectionName(stringLiteral: name).meaning(in: kind) != nil, "\(name)")
    }
    let written = try Written(embeddings: sample)
    let present = try sections(of: kind == .embeddings ? written.emb : written.idx).keys
    #expect(present.allSatisfy { named.contains($0) }, "\(present.sorted())")
  }
}

extension FileFormatsTests {
  /// A tower's vector as the page has it.
  func slowVector(_ tower: Tower, _ features: [Float]) -> [Float] {
    var x = features.indices.map { (features[$0] - tower.means[$0]) * tower.scales[$0] }
    var rest = tower.weights[...]
    for (index, outputs) in tower.widths.enumerated() {
      var out = [Float](repeating: 0, count: outputs)
      for input in x {
        for (place, weight) in rest.prefix(outputs).enumerated() { out[place] += input * weight }
        rest = rest.dropFirst(outputs)
      }
      for (place, bias) in rest.prefix(outputs).enumerated() { out[place] += bias }
      rest = rest.dropFirst(outputs)
      x = index + 1 < tower.widths.count ? out.map { max(0, $0) } : out
    }
    let length = max(x.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-6)
    return x.map { $0 / length }
  }

  /// Embeddings with a bit of everything; item 39 is a copy of item 0.
  var sample: Embeddings {
    let distinct = normalMatrix(rows: 39, dimension: 5, seed: 7)
    let rows = (0..<40).map { distinct[Row($0 % 39)] }
    var biases = (0..<39).map { Float($0) / 64 - 0.25 }
    biases.append(biases[0])
    var sample = Embeddings(
      items: EmbeddingMatrix(uniformRows: rows, dimension: 5), itemIDs: .texts((0..<40).map { "item \($0)" }))
    sample.itemBiases = biases
    sample.users = normalMatrix(rows: 2, dimension: 5, seed: 8)
    sample.userIDs = .numbers([20, 10])
    sample.globalMean = 3.5
    sample.titles = (0..<40).map { "Title \($0)" }
    sample.categories = Categories(
      names: ["odd"], members: History(offsets: (0...40).map { UInt64($0 / 2) }, rows: Array(repeating: 0, count: 20)),
      attributeName: "genres")
    sample.attributes = [
      .numbers("year", (0..<40).map { $0 == 3 ? nil : Double($0) + 0.5 }),
      .words("brand", (0..<40).map { $0 == 2 ? nil : ["b", "a", "c"][$0 % 3] }),
      .flags("sold", (0..<40).map { $0 % 2 == 0 ? $0 % 4 == 0 : nil }),
      .lists("tags", (0..<40).map { $0 == 1 ? ["y", "x"] : [] }),
      .times("since", (0..<40).map { Double($0) * 86_400 }),
    ]
    sample.history = History(offsets: [0, 2, 3], rows: [1, 5, 39])
    sample.towers = Towers(
      users: Tower(
        names: ["age", "sex"], means: [1.5, 0.25], scales: [0.5, 2], widths: [3, 5],
        weights: (0..<29).map { Float($0 % 7) / 4 - 0.75 }),
      items: Tower(names: ["new"], means: [0], scales: [1], widths: [5], weights: (0..<10).map { Float($0) / 8 }))
    sample.historyValues = [1, 0.5, 4]
    var objective = Objective(
      model: .mf, weighting: .rating, w0: 0.25, alpha: 40, lambdaUser: 0.5, lambdaItem: 0.75, nu: 1)
    objective.loss = .logistic
    objective.biases = [.user, .item]
    objective.decay = .touched
    objective.isObservedOnly = true
    objective.lambdaBias = 5
    objective.range = 0.25...5.5
    objective.meanDamping = 3
    objective.scale = 0.5...5
    objective.positiveFrom = 4
    objective.negatives = 7
    (objective.power, objective.userExponent) = (0.75, 0.25)
    objective.training = .init(seed: 99, pairs: 3, users: 2, optimiser: .adam, popularity: 0.5)
    sample.objective = objective
    sample.itemFeatures = FeatureVectors(
      names: ["tag=a", "year"], centres: [0, 1995], scales: [1, 12],
      vectors: normalMatrix(rows: 2, dimension: 5, seed: 9),
      weight: 10, background: 1.5)
    sample.userFeatures = FeatureVectors(
      names: ["age"], centres: [40], scales: [9], vectors: normalMatrix(rows: 1, dimension: 5, seed: 10), weight: 0.5,
      background: 0.25)
    sample.provenance = ["made": .string("for a test")]
    return sample
  }

  /// The two files of some embeddings, as bytes.
  struct Written {
    let scratch: Scratch
    let emb: [UInt8]
    let idx: [UInt8]
    var indexPath: String { scratch["x.idx"] }

    init(embeddings: Embeddings) throws {
      scratch = try Scratch()
      try embeddings.write(to: scratch["x.emb"])
      _ = try HNSWIndex.build(
        from: EmbeddingFile(path: scratch["x.emb"]), to: scratch["x.idx"],
        options: HNSWBuildOptions(m: 4, efConstruction: 77, seed: 12345))
      emb = Array(try Data(contentsOf: URL(fileURLWithPath: scratch["x.emb"])))
      idx = Array(try Data(contentsOf: URL(fileURLWithPath: scratch["x.idx"])))
    }
  }
}
